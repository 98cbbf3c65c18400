package town

import (
	"slices"
	"testing"
	"time"

	"bihuan/sim/client"
)

// A11: now and then a matter has several households of one building complain within a day and a half.
func TestNeighboursComplainOfOneMatter_A11(t *testing.T) {
	s := scenario(t)
	s.Chances.Neighbours = 1
	first := Customer{At: s.From, Community: "yuhu", Kind: "complaint"}
	all := s.neighbours(first, newDraw(1, 1))
	if len(all) < 3 || len(s.neighbours(Customer{Kind: "inquiry"}, newDraw(1, 1))) != 1 {
		t.Fatalf("neighbours: %+v", all)
	}
	for _, c := range all {
		if c.Building == "" || c.Building != all[0].Building || c.Where != all[0].Where || c.Category != all[0].Category || c.At.Sub(s.From) > 36*time.Hour {
			t.Errorf("%+v is not of the matter of %+v", c, all[0])
		}
	}
}

// M2: what goes wrong brings its complaints in its days and no others.
func TestTroublesLastAsLongAsTheyAreSaidTo_M2(t *testing.T) {
	s := scenario(t)
	s.Troubles = []Trouble{{Community: "yuhu", Category: "facility.lift", From: 10, Days: 20, ADay: 2}}
	all := s.troubled(newDraw(1, 1))
	near(t, "complaints a day", float64(len(all))/20, 2, 0.8)
	for _, c := range all {
		if day := c.At.Sub(s.From).Hours() / 24; day < 10 || day >= 30 || c.Category != "facility.lift" {
			t.Errorf("on day %f comes %+v", day, c)
		}
	}
}

// A11: the agent attaches to the first open one of the same place in the same building, and to nothing else.
func TestOnlyTheSameMatterIsAttached_A11(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2025, 1, n, 0, 0, 0, 0, time.UTC) }
	both := []string{"same_place", "same_building", "same_category"}
	m := complaint{likely: likely{Items: []client.Likely{
		{Number: "TS-3", Open: true, RegisteredAt: day(3), Because: both},
		{Number: "TS-2", Open: true, RegisteredAt: day(2), Because: both},
		{Number: "TS-1", RegisteredAt: day(1), Because: both},
		{Number: "TS-0", Open: true, RegisteredAt: day(1), Because: []string{"same_building", "same_category"}},
	}}}
	if got := m.same(""); got != "TS-2" {
		t.Errorf("a new one is attached to %q", got)
	}
	if got := m.same("TS-2"); got != "" {
		t.Errorf("the first is merged into %q", got)
	}
}

// A11, G1: everybody who complains is asked, and nobody twice who is settled.
func TestEveryHouseholdIsRevisited_A11(t *testing.T) {
	m := newComplaint(scenario(t), Customer{}, newDraw(1, 1)).(*complaint)
	c := client.Case{Stage: "revisiting", Open: true, Settled: "satisfied", Joined: []client.Joined{{Number: "TS-1"}, {Number: "TS-2", Settled: "satisfied"}}}
	acts := m.revisits(c)
	if len(acts) != 1 || acts[0].Body(m.draw, time.Time{})["of"] != "TS-1" {
		t.Errorf("revisits: %+v", acts)
	}
}

// M1: who is asked is read page by page, once; each household answers once, and few want to answer again.
func TestHouseholdsAnswerOnce_M1(t *testing.T) {
	s := scenario(t)
	s.Chances.Answers, s.Chances.Twice = 1, 0
	m := newSurvey(s, Customer{}, newDraw(1, 1)).(*survey)
	c := client.Case{Stage: "asking", Open: true, Questions: []client.Question{{ID: "overall", Kind: "score5", Required: true}}}
	read := func(next int, homes ...home) {
		t.Helper()
		acts := m.Next(c)
		i := slices.IndexFunc(acts, func(a Act) bool { return a.Command == ReadUnanswered })
		if i < 0 {
			t.Fatalf("nobody reads in %+v", acts)
		}
		acts[i].Body(m.draw, s.From)
		m.page = silent{homes, next}
	}
	read(7, home{"1幢", "101"}, home{"1幢", "102"})
	read(0, home{"2幢", "101"})
	acts := m.Next(c)
	if len(acts) != 3 {
		t.Fatalf("three households are asked, and there is %+v", acts)
	}
	replies := acts[0].Body(m.draw, s.From)["replies"].([]Fields)
	if score := replies[0]["score"].(int); score < 1 || score > 5 {
		t.Errorf("a score of %d", score)
	}
	c.Stage = "closed" // the others are late
	if acts := m.Next(c); len(acts) != 2 || acts[0].Command != Answers {
		t.Errorf("one has answered, and there is %+v", acts)
	}
}

// M2: a measure is made against what stands out, and none against noise without a hunch.
func TestMeasuresAreAgainstWhatStandsOut_M2(t *testing.T) {
	noise, worse := client.Finding{Worse: true}, client.Finding{Worse: true, StandsOut: true}
	worse.Watch.Department = "security"
	for name, test := range map[string]struct {
		found []client.Finding
		hunch bool
		owner string
	}{
		"noise":        {[]client.Finding{noise}, false, ""},
		"a hunch":      {[]client.Finding{noise}, true, "assistant"},
		"not noise":    {[]client.Finding{noise, worse}, false, "handler"},
		"has improved": {[]client.Finding{{StandsOut: true}}, true, ""},
	} {
		m := newMeasure(scenario(t), Customer{Community: "yuhu", Routine: true}, newDraw(1, 1)).(*measure)
		m.found.Findings, m.hunch = test.found, test.hunch
		_, body := m.Opening(m.From)
		if (body == nil) != (test.owner == "") || body != nil && body["owner"].(Who).Role != test.owner {
			t.Errorf("%s: %+v", name, body)
		}
	}
}

// M4: without effect a measure is reworked once, and then given up.
func TestWithoutEffectAMeasureIsReworkedOnce_M4(t *testing.T) {
	m := newMeasure(scenario(t), Customer{Community: "yuhu"}, newDraw(1, 1)).(*measure)
	m.reworks = true
	for _, test := range []struct {
		verdict string
		round   int
		want    string
	}{{"effective", 0, "confirm-effect"}, {"effective", 2, "confirm-effect"}, {"without", 0, "confirm-effect"}, {"worsened", 1, "drop-measure"}} {
		c := client.Case{Stage: "measure_assessed", Verdict: test.verdict, Round: test.round}
		acts := m.Next(c)
		body := acts[0].Body(m.draw, m.From)
		if acts[0].Command != test.want || test.want == "confirm-effect" && body["effective"] != (test.verdict == "effective") {
			t.Errorf("%+v: %s %+v", test, acts[0].Command, body)
		}
	}
}

// Days, people and moments in a body become what an office knows, however deep.
func TestABodyIsTurnedWhole(t *testing.T) {
	f := Fields{"owner": Who{Role: "gm"}, "list": []Fields{{"by": Who{Role: "gm"}}}, "all": []Who{{Role: "gm"}}, "in": Fields{"at": "x"}}
	turned := f.Turned(func(v any) any {
		if _, ok := v.(Who); ok {
			return "somebody"
		}
		return v
	})
	deep := turned["list"].([]Fields)[0]["by"]
	if turned["owner"] != "somebody" || deep != "somebody" || turned["all"].([]any)[0] != "somebody" || turned["in"].(Fields)["at"] != "x" {
		t.Errorf("turned: %+v", turned)
	}
}
