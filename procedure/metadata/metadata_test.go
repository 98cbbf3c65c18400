package metadata_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bihuan/procedure"
	"bihuan/procedure/metadata"
)

// anyName draws names as the procedures have them, and such as a signal may bear that somebody sends by hand.
var anyName = rapid.OneOf(
	rapid.StringMatching(`[a-z][a-z_:-]{0,12}[a-zA-Z0-9]?`), rapid.String(),
	rapid.SampledFrom([]string{"refused", "more", "3", "of", "at", "", "a b", "a, b", "x (y)", `"`, ":", "a:", "a: b", "漏水", "a\xff", "`", "it's"}),
)

// N2: what a timer waits for is read as it was written.
func TestTimersComeBack_N2(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		written := metadata.Timer{Stage: anyName.Draw(t, "stage"), Deadline: procedure.Deadline{
			Key: anyName.Draw(t, "key"), Command: anyName.Draw(t, "command"), At: time.Unix(rapid.Int64Range(0, 1<<35).Draw(t, "at"), 0).UTC(),
		}}
		if read, ok := metadata.ParseTimer(written.String()); !ok || read != written {
			t.Fatalf("%q is read as %+v, %t; want %+v", written, read, ok, written)
		}
	})
}

// N2: what was recorded is read as it was written; what did not fit is counted.
func TestRecordedComesBack_N2(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		written := metadata.Recorded{
			Events: rapid.SliceOfN(anyName, 0, 12).Draw(t, "events"),
			Refused: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) metadata.Refused {
				return metadata.Refused{Command: anyName.Draw(t, "command"), Code: anyName.Draw(t, "code")}
			}), 0, 5).Draw(t, "refused"),
		}
		line := written.String()
		read, ok := metadata.ParseRecorded(line)
		events, refused := len(read.Events), len(read.Refused)
		switch {
		case !ok, len(line) > 200, read.String() != line:
			t.Fatalf("%q (%d bytes) is read as %+v, %t", line, len(line), read, ok)
		case events+refused+read.More != len(written.Events)+len(written.Refused), refused > 0 && events < len(written.Events):
			t.Fatalf("%q does not count all of %+v", line, written)
		case events > 0 && !reflect.DeepEqual(read.Events, written.Events[:events]), refused > 0 && !reflect.DeepEqual(read.Refused, written.Refused[:refused]):
			t.Fatalf("%q is read as %+v; want %+v", line, read, written)
		}
	})
}

// The lines are prose: whoever looks at the Temporal Web UI reads them.
func TestTheLinesAreProse(t *testing.T) {
	timer := metadata.Timer{Stage: "working", Deadline: procedure.Deadline{
		Key: "accept:T1", Command: "breach", At: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC),
	}}
	if got := timer.String(); got != "working: breach of accept:T1 at 2026-11-23T02:00:00Z" {
		t.Error(got)
	}
	recorded := metadata.Recorded{Events: []string{"judged", "stage-entered"}, Refused: []metadata.Refused{{"review", "wrong_stage"}}, More: 2}
	if got := recorded.String(); got != "judged, stage-entered, refused review (wrong_stage), 2 more" {
		t.Error(got)
	}
}

// Whatever somebody else writes there is told from what we write.
func TestOtherLinesAreNone(t *testing.T) {
	for _, line := range []string{
		"", "working", "working:", "working: breach", "working: breach of at 2026-11-23T02:00:00Z", "working: breach at noon", `"working: breach at 2026-11-23T02:00:00Z`,
	} {
		if timer, ok := metadata.ParseTimer(line); ok {
			t.Errorf("%q is read as %+v", line, timer)
		}
	}
	for _, line := range []string{"judged,", "judged, ", ", judged", "judged entered", "refused judge", "refused judge (", "x more", "3 more, judged", `"judged`} {
		if recorded, ok := metadata.ParseRecorded(line); ok {
			t.Errorf("%q is read as %+v", line, recorded)
		}
	}
}
