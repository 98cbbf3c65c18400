// Package statistics makes the figures of a period from facts: what was counted, by kind of case, and
// arranged as the monthly summary shows it (客户服务信息统计分析汇总表). The same counts come from the
// database in one query and from the events alone; that they agree is tested. I4
package statistics

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/calendar"
)

// Period is whole days: From is the first, To the first day after it, as 2026-11-01. Each community
// counts them in its own time zone.
type Period struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Month gives the period of a month such as 2026-11.
func Month(month string) (Period, error) {
	first, err := time.Parse("2006-01", month)
	if err != nil {
		return Period{}, fmt.Errorf("month %q: want 2026-11", month)
	}
	return Period{From: first.Format(time.DateOnly), To: first.AddDate(0, 1, 0).Format(time.DateOnly)}, nil
}

// days reads both ends; the second must come after the first.
func (p Period) days() (from, to time.Time, err error) {
	from, errFrom := time.Parse(time.DateOnly, p.From)
	to, errTo := time.Parse(time.DateOnly, p.To)
	if errFrom != nil || errTo != nil || !from.Before(to) {
		return from, to, fmt.Errorf("period %s to %s: want two days, the second later", p.From, p.To)
	}
	return from, to, nil
}

// Before gives the period to compare with: as many months earlier where it is whole months, else as
// many days.
func (p Period) Before() (Period, error) {
	from, to, err := p.days()
	if err != nil {
		return Period{}, err
	}
	back := from.Add(from.Sub(to))
	if months := monthsBetween(from, to); months > 0 {
		back = from.AddDate(0, -months, 0)
	}
	return Period{From: back.Format(time.DateOnly), To: p.From}, nil
}

// monthsBetween counts whole calendar months; 0 when the ends are not first days.
func monthsBetween(from, to time.Time) int {
	if from.Day() != 1 || to.Day() != 1 {
		return 0
	}
	return (to.Year()-from.Year())*12 + int(to.Month()) - int(from.Month())
}

// Months lists the calendar months that lie whole within the period, such as 2026-11.
func (p Period) Months() []string {
	from, to, err := p.days()
	if err != nil {
		return nil
	}
	if from.Day() > 1 {
		from = time.Date(from.Year(), from.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	}
	var months []string
	for next := from.AddDate(0, 1, 0); !next.After(to); from, next = next, next.AddDate(0, 1, 0) {
		months = append(months, from.Format("2006-01"))
	}
	return months
}

// Place is a community and its time zone.
type Place struct{ Community, Zone string }

// Span is a period as one community has it: from an instant up to another.
type Span struct {
	Community string
	From, To  time.Time
	Zone      string
}

// In gives the period as a community has it, in its zone.
func (p Period) In(at Place) (Span, error) {
	place, err := calendar.Location(at.Zone)
	if err != nil {
		return Span{}, err
	}
	from, to, err := p.days()
	if err != nil {
		return Span{}, err
	}
	begin := func(day time.Time) time.Time {
		return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, place).UTC()
	}
	return Span{Community: at.Community, From: begin(from), To: begin(to), Zone: at.Zone}, nil
}

// Spans gives the period as each place has it.
func (p Period) Spans(places []Place) ([]Span, error) {
	spans := make([]Span, len(places))
	for i, place := range places {
		var err error
		if spans[i], err = p.In(place); err != nil {
			return nil, err
		}
	}
	return spans, nil
}

// Tally is one count: so many facts of a name and key, and the sum of their values.
type Tally struct {
	Community, Kind, Name, Key, Role, Department string
	N, Sum                                       int
}

// The tallies that are no facts: of the registered cases by what they are, of what was open when the
// period began, and of the revisits by month. G7
const (
	ByPrefix    = "by-" // and one of Dimensions; the key is its value
	OpenBefore  = "open-before"
	RevisitedIn = "revisited-in" // key: the month
)

// Dimensions are what registered cases are counted by, as they are known now.
var Dimensions = []string{"nature", "category", "building", "channel", "urgency"}

// Case is a case as its events alone tell it.
type Case struct {
	Number  string
	Kind    string
	Summary procedure.Summary
	Facts   []procedure.Fact
}

func (c Case) dimensions() []string {
	s := c.Summary
	return []string{s.Nature, s.Category, s.Building, s.Channel, s.Urgency}
}

// Tallies counts the facts of cases; drills are outside every figure. M5
func Tallies(cases []Case, spans []Span) []Tally {
	var sheet tallies
	for _, c := range cases {
		for _, s := range spans {
			if c.Summary.Community == s.Community && !c.Summary.Drill {
				sheet.count(c, s)
			}
		}
	}
	return Add(sheet.lines)
}

type tallies struct{ lines []Tally }

func (l *tallies) count(c Case, s Span) {
	for _, f := range c.Facts {
		t := Tally{Community: s.Community, Kind: c.Kind, Name: f.Name, Key: f.Key, Role: string(f.Role), Department: f.Department, N: 1, Sum: f.Value}
		if f.At.Before(s.From) {
			l.open(t)
			continue
		}
		if !f.At.Before(s.To) {
			continue
		}
		l.lines = append(l.lines, t)
		switch f.Name {
		case procedure.FactRegistered:
			for i, value := range c.dimensions() {
				l.lines = append(l.lines, Tally{Community: s.Community, Kind: c.Kind, Name: ByPrefix + Dimensions[i], Key: value, N: 1})
			}
		case procedure.FactRevisited:
			l.lines = append(l.lines, Tally{Community: s.Community, Kind: c.Kind, Name: RevisitedIn, Key: monthOf(f.At, s.Zone), Role: string(f.Role), N: 1})
		}
	}
}

// open counts what was open when the period began.
func (l *tallies) open(t Tally) {
	step := 0
	switch t.Name {
	case procedure.FactRegistered, procedure.FactReopened:
		step = 1
	case procedure.FactClosed:
		step = -1
	}
	l.lines = append(l.lines, Tally{Community: t.Community, Kind: t.Kind, Name: OpenBefore, N: step})
}

func monthOf(at time.Time, zone string) string {
	place, err := calendar.Location(zone)
	if err != nil {
		return "" // the span was made with it
	}
	return at.In(place).Format("2006-01")
}

// Add adds up the tallies that count the same, those of several periods for instance.
func Add(tallies []Tally) []Tally {
	tallies = slices.Clone(tallies)
	Sort(tallies)
	sums := tallies[:0:0]
	for _, t := range tallies {
		if n := len(sums); n > 0 && sums[n-1].compare(t) == 0 {
			sums[n-1].N += t.N
			sums[n-1].Sum += t.Sum
			continue
		}
		sums = append(sums, t)
	}
	return slices.DeleteFunc(sums, func(t Tally) bool { return t.N == 0 })
}

func (t Tally) compare(o Tally) int {
	return cmp.Or(cmp.Compare(t.Community, o.Community), cmp.Compare(t.Kind, o.Kind), cmp.Compare(t.Name, o.Name),
		cmp.Compare(t.Key, o.Key), cmp.Compare(t.Role, o.Role), cmp.Compare(t.Department, o.Department))
}

// Sort brings tallies into the order that Tallies gives them in.
func Sort(tallies []Tally) { slices.SortFunc(tallies, Tally.compare) }
