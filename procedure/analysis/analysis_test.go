package analysis_test

import (
	"math"
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/analysis"
	"bihuan/procedure/statistics"
)

const day = 24 * time.Hour

var (
	monday = time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC)
	spans  = []Spans{{
		Now:    statistics.Span{Community: "yuhu", From: monday, To: monday.Add(30 * day)},
		Before: statistics.Span{Community: "yuhu", From: monday.Add(-30 * day), To: monday},
	}}
	days  = map[string]Days{"yuhu": {30, 30}}
	rules = Rules{Percent: 10, Repeat: 3}
)

// cases makes complaints registered one after the other from an instant.
func cases(from time.Time, n int, sum procedure.Summary, more ...procedure.Fact) []statistics.Case {
	sum.Community = "yuhu"
	all := make([]statistics.Case, n)
	for i := range all {
		at := from.Add(time.Duration(i+1) * time.Hour)
		facts := []procedure.Fact{{Name: procedure.FactRegistered, At: at}}
		for _, f := range more {
			f.At = at
			facts = append(facts, f)
		}
		all[i] = statistics.Case{Number: "TS-" + from.Format(time.DateOnly) + sum.Room + string(rune('A'+i%26)), Kind: "complaint", Summary: sum, Facts: facts}
	}
	return all
}

func together(lists ...[]statistics.Case) (all []statistics.Case) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// M2: what grew by more than noise comes first, with its figures; what only varied does not stand out.
func TestWhatGrewStandsOut_M2(t *testing.T) {
	leak, noise := procedure.Summary{Category: "leak", Building: "3", Channel: "hotline"}, procedure.Summary{Category: "noise", Building: "5", Channel: "desk"}
	found := Find(Observe(together(
		cases(monday.Add(-30*day), 4, leak), cases(monday, 25, leak),
		cases(monday.Add(-30*day), 10, noise), cases(monday, 12, noise),
	), spans), days, rules)
	first := found[0]
	if !first.StandsOut || !first.Worse || first.Now.N != 25 || first.Before.N != 4 || *first.Change != 6.25 || first.P > 0.001 || *first.Low < 2 {
		t.Errorf("first comes %+v", first)
	}
	for _, f := range found {
		if f.Watch.Category == "noise" && f.StandsOut {
			t.Errorf("two more is no finding: %+v", f)
		}
	}
	if w := first.Watch; w.Category != "leak" && w.Building != "3" && w.Channel != "hotline" {
		t.Errorf("first comes %+v", w)
	}
}

// M2: slow departments: the share that they missed, and how long they took, late or not.
func TestSlowDepartments_M2(t *testing.T) {
	fact := func(name, key string, seconds int) procedure.Fact {
		return procedure.Fact{Name: name, Key: key, Department: "engineering", Value: seconds}
	}
	found := Find(Observe(together(
		cases(monday.Add(-30*day), 20, procedure.Summary{}, fact(procedure.FactMet, "accept", 600)),
		cases(monday, 10, procedure.Summary{}, fact(procedure.FactMet, "accept", 1200)),
		cases(monday, 10, procedure.Summary{}, fact(procedure.FactMissed, "accept", 0), fact(procedure.FactLate, "accept", 7200)),
	), spans), days, rules)
	seen := map[Metric]Finding{}
	for _, f := range found {
		if f.Watch.Department == "engineering" {
			seen[f.Watch.Metric] = f
		}
	}
	if f := seen[Missed]; !f.StandsOut || !f.Worse || f.Now.N != 10 || f.Now.Of != 20 || f.Before.Of != 20 || *f.Change != 0.5 {
		t.Errorf("missed: %+v", f)
	}
	typical := math.Sqrt(1200*7200) / 3600
	if f := seen[AcceptTime]; !f.StandsOut || f.Now.N != 20 || math.Abs(f.Now.Rate(AcceptTime)-typical) > 0.001 {
		t.Errorf("time to accept: %+v is %g h", f, f.Now.Rate(AcceptTime))
	}
}

// M2: households that complain again and again are named with their complaints, others are not.
func TestRepeatComplainants_M2(t *testing.T) {
	found := Find(Observe(together(
		cases(monday, 3, procedure.Summary{Building: "3", Room: "502"}),
		cases(monday, 2, procedure.Summary{Building: "3", Room: "601"}),
	), spans), days, rules)
	repeated := 0
	for _, f := range found {
		if f.Repeat {
			repeated++
			if f.Watch.Room != "502" || len(f.Numbers) != 3 || f.Numbers[0] < f.Numbers[2] {
				t.Errorf("named %+v", f)
			}
		}
	}
	if repeated != 1 {
		t.Errorf("%d households", repeated)
	}
}

// M5: drills, and what is no complaint, are no findings.
func TestDrillsAreNoFindings_M5(t *testing.T) {
	asked := cases(monday, 4, procedure.Summary{Building: "3"})
	for i := range asked {
		asked[i].Kind = "inquiry"
	}
	if seen := Observe(append(asked, cases(monday, 9, procedure.Summary{Building: "3", Drill: true})...), spans); len(seen) > 0 {
		t.Errorf("%+v", seen)
	}
}

// M4: a measure has an effect when the figures have fallen by more than noise; too few can tell nothing.
func TestVerdicts_M4(t *testing.T) {
	count := func(n int) Sample { return Sample{N: n, Days: 90} }
	share := func(n, of int) Sample { return Sample{N: n, Of: of, Days: 90} }
	for _, c := range []struct {
		m           Metric
		now, before Sample
		want        Verdict
	}{
		{Complaints, count(3), count(15), Effective},
		{Complaints, count(14), count(15), Without},
		{Complaints, count(30), count(12), Worsened},
		{Complaints, count(0), count(3), TooFew},
		{Complaints, count(0), count(6), Effective},
		{Missed, share(2, 40), share(15, 40), Effective},
		{Missed, share(14, 40), share(15, 40), Without},
		{Unsatisfied, share(0, 0), share(3, 10), TooFew},
		{Unsatisfied, share(9, 10), share(2, 10), Worsened},
		{WorkTime, SampleOf(9, 0, 9*7, 9*49+2, 90), SampleOf(9, 0, 9*9, 9*81+2, 90), Effective},
		{WorkTime, SampleOf(1, 0, 7, 49, 90), SampleOf(9, 0, 81, 731, 90), TooFew},
	} {
		if got := Judge(c.m, Compare(c.m, c.now, c.before), 10); got != c.want {
			t.Errorf("%s %+v after %+v: %s, want %s", c.m, c.now, c.before, got, c.want)
		}
	}
}
