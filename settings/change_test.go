package settings

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func shipped(t testing.TB) Document {
	t.Helper()
	doc, err := ReadFile("")
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// with makes one change.
func with(t *testing.T, doc Document, path string, now any) Document {
	t.Helper()
	next, faults := doc.With([]Change{{Path: path, Now: now}})
	if faults != nil {
		t.Fatalf("%s: %v", path, faults)
	}
	return next
}

// P1: what people change by path is what the difference then says, in the same words, and no more.
func TestAChangeIsItsDifference_P1(t *testing.T) {
	doc := shipped(t)
	for _, c := range []Change{
		{"complaint.deadlines.judge.within", "2h", "3h"},
		{"complaint.deadlines.dispatch.major_owner", "manager", nil},
		{"complaint.categories[facility.leak].work", "16h", "12h"},
		{"complaint.categories[other]", nil, nil},
		{"complaint.categories[facility.roof]", nil, map[string]any{"id": "facility.roof", "parent": "facility", "name": map[string]any{"zh": "屋面", "en": "Roof"}, "department": "engineering", "urgency": "normal", "work": "16h"}},
		{"complaint.departments[engineering].phone", "0571-88000001", "0571-88000009"},
		{"calendars.cn.years[2026].holidays[2026-11-23]", nil, "2026-11-23"},
		{"calendars.cn.years[2026].make_up[2026-10-10]", "2026-10-10", nil},
		{"complaint.review[invalid]", "invalid", nil},
	} {
		next := with(t, doc, c.Path, c.Now)
		if _, faults := next.Build(); faults != nil {
			t.Errorf("%s: %v", c.Path, faults)
		}
		got := Diff(doc, next)
		if c.Path == "complaint.categories[other]" {
			if len(got) != 1 || got[0].Path != c.Path || got[0].Now != nil {
				t.Errorf("taken away: %v", got)
			}
			continue
		}
		if !reflect.DeepEqual(got, []Change{c}) {
			t.Errorf("%s: %v, want %v", c.Path, got, c)
		}
		if back, faults := next.With([]Change{{Path: c.Path, Now: c.Was}}); faults != nil || len(Diff(back, doc)) > 1 {
			t.Errorf("%s back: %v, %v", c.Path, Diff(back, doc), faults)
		}
	}
	if len(Diff(doc, doc.clone())) != 0 {
		t.Error("nothing changed and there is a difference")
	}
}

// P1: what a difference says, made as changes, gives the other document.
func TestADifferenceCanBeMade_P1(t *testing.T) {
	value := func(t *rapid.T) any {
		return rapid.OneOf(
			rapid.Just[any]("2h"), rapid.Just[any](3.0), rapid.Just[any](true), rapid.Just[any]([]any{"a", "b"}), rapid.Just[any]([]any{"b", "a", "c"}),
			rapid.Just[any]([]any{map[string]any{"id": "x.y", "v": 1.0}}), rapid.Just[any]([]any{map[string]any{"id": "z"}, map[string]any{"id": "x.y", "v": 2.0}}),
			rapid.Just[any]([]any{map[string]any{"v": 1.0}}), rapid.Just[any](map[string]any{"within": "1h", "clock": "wall"}), rapid.Just[any](map[string]any{"within": "2h"}),
		).Draw(t, "value")
	}
	rapid.Check(t, func(t *rapid.T) {
		was, now := Document{}, Document{}
		for _, d := range []Document{was, now} {
			for range rapid.IntRange(0, 4).Draw(t, "n") {
				d[rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "name")] = value(t)
			}
		}
		next, faults := was.With(Diff(was, now))
		if faults != nil || string(next.JSON()) != string(now.JSON()) {
			t.Fatalf("%s became %s, want %s: %v, %v", was.JSON(), next.JSON(), now.JSON(), Diff(was, now), faults)
		}
	})
}

// P1: a path that leads nowhere is a fault of its own, and changes nothing.
func TestPathsThatLeadNowhere_P1(t *testing.T) {
	doc := shipped(t)
	for _, path := range []string{"", ".", "[a]", "complaint.", "complaint..deadlines", "complaint.categories[", "complaint.categories[]", "complaint.categories[gone].work", "complaint.warn_percent.x", "complaint.deadlines[judge]"} {
		next, faults := doc.With([]Change{{Path: path, Now: "1h"}})
		if path == "complaint." || path == "complaint..deadlines" {
			if faults == nil {
				if _, built := next.Build(); built == nil {
					t.Errorf("%q was taken", path)
				}
			}
			continue
		}
		if len(faults) != 1 || faults[0].Code != "no_path" || faults[0].Path != path {
			t.Errorf("%q: %v", path, faults)
		}
	}
}

// P1: everything that cannot stand is named at once, each by the path under which it can be changed.
func TestEveryFaultIsNamedByItsPath_P1(t *testing.T) {
	doc := shipped(t)
	for path, now := range map[string]any{
		"complaint.deadlines.judge.within":           "0s",
		"complaint.deadlines.judge.clock":            "sundial",
		"complaint.deadlines.judge.owner":            "boss",
		"complaint.deadlines.answer.warn_after":      "96h",
		"complaint.deadlines.plan.within":            "4000d",
		"complaint.deadlines.plan.sooner":            "1h",
		"complaint.warn_percent":                     "most",
		"complaint.categories[facility].parent":      "facility.leak",
		"complaint.categories[other].department":     "gone",
		"communities[yuhu].calendar":                 "mars",
		"calendars.cn.zone":                          "Mars/Olympus",
		"calendars.cn.hours[13:00-18:30]":            "13:00-18:30",
		"calendars.cn.years[2026].make_up[27.11.]":   "27.11.",
		"calendars.cn.years[2026].holidays[2026-13]": "2026-13",
		"retention.records":                          "-1h",
		"login.oidc.unknown":                         "perhaps",
		"nonsense":                                   1.0,
	} {
		next := with(t, doc, path, now)
		_, faults := next.Build()
		if err := faults.Err(); err == nil || !strings.Contains("\n"+err.Error(), "\n"+path+": ") {
			t.Errorf("%s: %v", path, faults)
		}
	}
	var none Document
	if _, faults := none.Build(); len(faults) < 20 {
		t.Errorf("empty settings have only %v", faults)
	}
}

// P1: what cannot be read, and who is below a loop of categories, is named once and nothing else with it.
func TestAFaultIsNotNamedTwice_P1(t *testing.T) {
	doc := shipped(t)
	for path, c := range map[string]struct {
		now  any
		want []string
	}{
		"calendars.cn.years[2026].holidays[2026-02-30]": {"2026-02-30", []string{"calendars.cn.years[2026].holidays[2026-02-30]: unreadable"}},
		"complaint.categories[facility].parent": {"facility.leak", []string{
			"complaint.categories[facility].parent: loop", "complaint.categories[facility.leak].parent: loop",
		}},
		"complaint.levels": {[]any{"agent", "manager", "gm"}, []string{"complaint.levels[manager]: levels_skip"}},
	} {
		_, faults := with(t, doc, path, c.now).Build()
		var found []string
		for _, f := range faults {
			found = append(found, f.Path+": "+f.Code)
		}
		if !slices.Equal(found, c.want) {
			t.Errorf("%s: %v", path, found)
		}
	}
}

// A document is the same whether it came as YAML or as JSON.
func TestDocumentsReadTheSame(t *testing.T) {
	doc := shipped(t)
	again, err := ReadDocument(doc.JSON())
	if err != nil || string(again.JSON()) != string(doc.JSON()) {
		t.Errorf("%v\n%s\n%s", err, doc.JSON(), again.JSON())
	}
	var decoded Document
	if err := json.Unmarshal(doc.JSON(), &decoded); err != nil || len(Diff(doc, decoded)) != 0 {
		t.Errorf("%v, %v", err, Diff(doc, decoded))
	}
	for _, bad := range []string{"- a", "a: 1\na: 2", "a: [", "a: .nan x: y"} {
		if _, err := ReadDocument([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
