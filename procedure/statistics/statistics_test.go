package statistics_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bihuan/procedure"
	. "bihuan/procedure/statistics"
)

// I4: a period is compared with as many months before it, or as many days.
func TestI4PeriodBefore(t *testing.T) {
	for _, c := range []struct{ from, to, before string }{
		{"2024-03-01", "2024-04-01", "2024-02-01"}, // February of a leap year
		{"2026-01-01", "2026-02-01", "2025-12-01"},
		{"2026-01-01", "2027-01-01", "2025-01-01"},
		{"2026-11-09", "2026-11-16", "2026-11-02"},
		{"2026-11-15", "2026-12-15", "2026-10-16"}, // thirty days, no month
	} {
		got, err := Period{From: c.from, To: c.to}.Before()
		if want := (Period{From: c.before, To: c.from}); err != nil || got != want {
			t.Errorf("before %s to %s: got %v, %v, want %v", c.from, c.to, got, err, want)
		}
	}
}

// I4, G7: only whole months lie within a period.
func TestI4MonthsOfAPeriod(t *testing.T) {
	for _, c := range []struct {
		period Period
		want   []string
	}{
		{Period{From: "2026-11-01", To: "2027-02-01"}, []string{"2026-11", "2026-12", "2027-01"}},
		{Period{From: "2026-11-02", To: "2027-01-31"}, []string{"2026-12"}},
		{Period{From: "2026-11-02", To: "2026-12-31"}, nil},
		{Period{From: "2026-12-01", To: "2026-11-01"}, nil},
	} {
		if got := c.period.Months(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v: got %v, want %v", c.period, got, c.want)
		}
	}
}

// I4: what is no period is refused.
func TestI4BadPeriods(t *testing.T) {
	for _, bad := range []Period{{From: "2026-11-01", To: "2026-11-01"}, {From: "2026-11-02", To: "2026-11-01"}, {From: "2026-02-30", To: "2026-03-01"}, {}} {
		if _, err := bad.In(Place{Community: "yuhu", Zone: "Asia/Shanghai"}); err == nil {
			t.Errorf("%v is taken for a period", bad)
		}
		if _, err := bad.Before(); err == nil {
			t.Errorf("%v has one before it", bad)
		}
	}
	if _, err := Month("2026-13"); err == nil {
		t.Error("a thirteenth month")
	}
}

// H6, I4: each community's days begin at its own midnight, also where a day has 23 hours.
func TestI4SpansAreLocal(t *testing.T) {
	march, err := Month("2026-03")
	if err != nil {
		t.Fatal(err)
	}
	spans, err := march.Spans([]Place{{"yuhu", "Asia/Shanghai"}, {"hudson", "America/New_York"}})
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 2, 28, 16, 0, 0, 0, time.UTC); !spans[0].From.Equal(want) {
		t.Errorf("March begins in Shanghai at %v, want %v", spans[0].From, want)
	}
	if got, want := spans[1].To.Sub(spans[1].From), 31*24*time.Hour-time.Hour; got != want {
		t.Errorf("March in New York, when the clocks go forward, has %v, want %v", got, want)
	}
}

var (
	zone   = "Asia/Shanghai"
	place  = Place{Community: "yuhu", Zone: zone}
	autumn = Period{From: "2026-10-01", To: "2026-12-01"}
)

func at(t *testing.T, local string) time.Time {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", local, time.FixedZone(zone, 8*60*60))
	if err != nil {
		t.Fatal(err)
	}
	return when
}

func summaryOf(t *testing.T, month string, cases []Case) Section {
	t.Helper()
	p, err := Month(month)
	if err != nil {
		t.Fatal(err)
	}
	span, err := p.In(place)
	if err != nil {
		t.Fatal(err)
	}
	s := Arrange(p, []Place{place}, Tallies(cases, []Span{span}), nil, Rules{})
	if len(s.Kinds) != 1 {
		t.Fatalf("%d kinds in %s, want one", len(s.Kinds), month)
	}
	return s.Kinds[0]
}

// I4: a fact at midnight belongs to the day that begins; what was open before stays in the balance, reopened or not.
func TestI4MidnightAndTheBalance(t *testing.T) {
	one := Case{Number: "TS-1", Kind: "complaint", Summary: procedure.Summary{Community: "yuhu", Nature: "valid"}, Facts: []procedure.Fact{
		{At: at(t, "2026-10-31 23:59"), Name: procedure.FactRegistered},
		{At: at(t, "2026-11-01 00:00"), Name: procedure.FactClosed, Key: "satisfied", Value: 60},
		{At: at(t, "2026-11-07 12:00"), Name: procedure.FactReopened},
	}}
	drill := one
	drill.Summary.Drill = true // M5
	elsewhere := one
	elsewhere.Summary.Community = "linjiang"
	cases := []Case{one, drill, elsewhere}

	for _, c := range []struct {
		month                                       string
		before, registered, reopened, closed, after int
	}{
		{"2026-10", 0, 1, 0, 0, 1},
		{"2026-11", 1, 0, 1, 1, 1},
		{"2026-12", 1, 0, 0, 0, 1},
	} {
		s := summaryOf(t, c.month, cases)
		got := fmt.Sprint(s.OpenAtStart, s.Registered, s.Reopened, s.Closed, s.OpenAtEnd)
		if want := fmt.Sprint(c.before, c.registered, c.reopened, c.closed, c.after); got != want {
			t.Errorf("%s: open, registered, reopened, closed, open: got %s, want %s", c.month, got, want)
		}
	}
}

// I4, G6: scores and durations are means of what was counted; without any they are nothing, not a division by it.
func TestI4Means(t *testing.T) {
	rated := func(score int) procedure.Fact {
		return procedure.Fact{At: at(t, "2026-11-02 10:00"), Name: procedure.FactRatedOutcome, Key: fmt.Sprint(score), Value: score}
	}
	c := Case{Kind: "complaint", Summary: procedure.Summary{Community: "yuhu"}, Facts: []procedure.Fact{
		rated(5), rated(4), rated(2),
		{At: at(t, "2026-11-02 10:00"), Name: procedure.FactFirstContact, Value: 100},
		{At: at(t, "2026-11-03 10:00"), Name: procedure.FactFirstContact, Value: 200},
	}}
	s := summaryOf(t, "2026-11", []Case{c})
	if want := (Scores{Counts: [5]int{0, 1, 0, 1, 1}, N: 3, Mean: 3.67}); s.Revisits.Outcome != want {
		t.Errorf("outcome: got %+v, want %+v", s.Revisits.Outcome, want)
	}
	if want := (Scores{}); s.Revisits.Handling != want {
		t.Errorf("handling: got %+v, want %+v", s.Revisits.Handling, want)
	}
	if want := (Mean{N: 2, Seconds: 150}); s.FirstContact != want {
		t.Errorf("first contact: got %+v, want %+v", s.FirstContact, want)
	}
}

// A7, I4: a parent counts all below it once, whatever stands between.
func TestA7ParentsCountWhatIsBelow(t *testing.T) {
	parents := map[string]string{"facility.leak.roof": "facility.leak", "facility.leak": "facility", "facility.lift": "facility"}
	tallies := []Tally{
		{Community: "yuhu", Kind: "complaint", Name: ByPrefix + "category", Key: "facility.leak", N: 1},
		{Community: "yuhu", Kind: "complaint", Name: ByPrefix + "category", Key: "facility.leak.roof", N: 2},
		{Community: "yuhu", Kind: "complaint", Name: ByPrefix + "category", Key: "facility.lift", N: 4},
	}
	s := Arrange(autumn, []Place{place}, tallies, nil, Rules{Parent: func(c string) string { return parents[c] }})
	want := []Count{{"facility", "", 7}, {"facility.leak", "facility", 3}, {"facility.leak.roof", "facility.leak", 2}, {"facility.lift", "facility", 4}}
	if got := s.Kinds[0].Category; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// G7: every whole month wants its revisits, of each role in each community.
func TestG7QuotasByMonth(t *testing.T) {
	tallies := []Tally{
		{Community: "yuhu", Kind: "complaint", Name: RevisitedIn, Key: "2026-10", Role: "manager", N: 2},
		{Community: "yuhu", Kind: "complaint", Name: RevisitedIn, Key: "2026-11", Role: "manager", N: 4},
		{Community: "linjiang", Kind: "complaint", Name: RevisitedIn, Key: "2026-10", Role: "manager", N: 9},
		{Community: "yuhu", Kind: "complaint", Name: RevisitedIn, Key: "2026-10", Role: "gm", N: 9},
	}
	s := Arrange(autumn, []Place{place}, tallies, nil, Rules{Quotas: []Quota{{Role: "manager", Required: 3}}})
	if len(s.Quotas) != 2 || s.Quotas[0].Short() != 1 || s.Quotas[1].Short() != 0 {
		t.Errorf("got %+v: want October one short and November none", s.Quotas)
	}
}

var factNames = rapid.SampledFrom(procedure.Facts)

// someCase draws a case with facts of two years.
func someCase(t *rapid.T) Case {
	c := Case{Kind: rapid.SampledFrom([]string{"complaint", "inquiry"}).Draw(t, "kind"), Summary: procedure.Summary{
		Community: rapid.SampledFrom([]string{"yuhu", "linjiang"}).Draw(t, "community"),
		Nature:    rapid.SampledFrom([]string{"valid", "major", ""}).Draw(t, "nature"),
		Drill:     rapid.IntRange(0, 9).Draw(t, "drill") == 0,
	}}
	for range rapid.IntRange(0, 8).Draw(t, "facts") {
		minutes := rapid.IntRange(0, 2*366*24*60).Draw(t, "minute")
		c.Facts = append(c.Facts, procedure.Fact{
			At: time.Date(2025, 12, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute), Name: factNames.Draw(t, "name"),
			Key: rapid.SampledFrom([]string{"", "1", "5", "judge"}).Draw(t, "key"), Value: rapid.IntRange(0, 9).Draw(t, "value"),
		})
	}
	return c
}

// I4: whatever happened and wherever, the months of a year add up to the year, and each month opens with what the one before left open.
func TestI4MonthsAddUpToTheYear(t *testing.T) {
	places := []Place{{"yuhu", "Asia/Shanghai"}, {"linjiang", "Asia/Tokyo"}}
	rapid.Check(t, func(t *rapid.T) {
		cases := rapid.SliceOfN(rapid.Custom(someCase), 0, 12).Draw(t, "cases")
		of := func(p Period) []Tally {
			spans, err := p.Spans(places)
			if err != nil {
				t.Fatal(err)
			}
			return Tallies(cases, spans)
		}
		year := Period{From: "2026-01-01", To: "2027-01-01"}
		var sum []Tally
		open := map[string]int{}
		for i, month := range year.Months() {
			p, err := Month(month)
			if err != nil {
				t.Fatal(err)
			}
			now := of(p)
			sum = append(sum, happened(now)...)
			for _, s := range Arrange(p, places, now, nil, Rules{}).Kinds {
				if i > 0 && s.OpenAtStart != open[s.Kind] {
					t.Fatalf("%s of %s opens with %d, the month before left %d", s.Kind, month, s.OpenAtStart, open[s.Kind])
				}
				open[s.Kind] = s.OpenAtEnd
			}
		}
		if got, want := Add(sum), Add(happened(of(year))); !reflect.DeepEqual(got, want) {
			t.Fatalf("the months add up to %v, the year is %v", got, want)
		}
	})
}

// happened leaves out what was open before, which months do not add up of.
func happened(all []Tally) (some []Tally) {
	for _, t := range all {
		if t.Name != OpenBefore {
			some = append(some, t)
		}
	}
	return some
}
