package words_test

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"bihuan/activities"
	"bihuan/e2e/recorded"
	"bihuan/procedure/people"
	"bihuan/temporal/history"
	"bihuan/words"
)

func stepsOf(t *testing.T, h history.History) []history.Step {
	t.Helper()
	steps, err := h.Steps(recorded.Converter())
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

// N2, I5: every step of the histories that cases really had reads as a sentence, in both
// languages, and after its erasure too.
func TestEveryStepReads_N2(t *testing.T) {
	for _, file := range recorded.Files(t) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		whole := history.History{Runs: []history.Run{{History: json.RawMessage(raw)}}}
		redacted, err := whole.Redacted(recorded.Converter())
		if err != nil {
			t.Fatal(err)
		}
		steps := append(stepsOf(t, whole), stepsOf(t, redacted)...)
		for _, lang := range words.Languages {
			names := words.NamesIn(t, lang)
			for _, s := range steps {
				by := s.By
				if lang == words.English {
					by.Name = "" // people's names are Chinese
				}
				text := words.History(lang, s.Kind, by, s.Args, names)
				words.Readable(t, lang, s.Kind, text)
			}
		}
	}
}

// N2: every activity that a case may ask for has its words.
func TestEveryActivityHasAName_N2(t *testing.T) {
	all := reflect.TypeFor[*activities.Activities]()
	for i := range all.NumMethod() {
		for _, lang := range words.Languages {
			if name := all.Method(i).Name; words.Label(lang, "activity", name) == name {
				t.Errorf("%s: no words for %s", lang, name)
			}
		}
	}
}

// N2: every kind has its sentence, with all of its arguments and with none.
func TestEveryKindOfStepReads_N2(t *testing.T) {
	full := map[string]string{
		"command": "judge", "stage": "working", "key": "accept:T1", "due": "2026-11-23T02:00:00Z", "set": "2026-11-23T01:00:00Z",
		"events": "judged, refused judge (wrong_stage), 2 more", "code": "database_down", "attempts": "3", "activity": "Record",
		"outcome": "resolved", "count": "12", "identity": "x", "reason": "y", "type": "Z", "waits": "w",
	}
	bare := map[string]string{"command": "judge", "activity": "Deliver", "code": "timeout", "type": "Z"}
	for _, lang := range words.Languages {
		for _, kind := range history.Kinds {
			if _, ok := words.Histories(lang)[kind]; !ok {
				t.Errorf("%s: no words for %s", lang, kind)
			}
			words.Readable(t, lang, kind, words.History(lang, kind, people.By{ID: "x", Role: people.Agent}, full, nil))
			if kind != history.TimerFired {
				words.Readable(t, lang, kind, words.History(lang, kind, people.By{}, bare, nil))
			}
		}
		words.Readable(t, lang, "timer", words.History(lang, history.TimerFired, people.By{}, nil, nil))
		for _, command := range []string{"warn", "breach", "resume", "archive"} {
			args := map[string]string{"command": command, "stage": "closed", "key": "revisit", "due": "2026-11-23T02:00:00Z"}
			words.Readable(t, lang, command, words.History(lang, history.TimerFired, people.By{}, args, nil))
		}
		if n := len(words.Histories(lang)); n != len(history.Kinds) {
			t.Errorf("%s: %d sentences for %d kinds", lang, n, len(history.Kinds))
		}
	}
	if text := words.History(words.Chinese, history.RecordFailed, people.By{}, full, nil); !strings.Contains(text, "database_down") {
		t.Errorf("it does not say why: %s", text)
	}
}
