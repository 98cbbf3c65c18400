package town

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"bihuan/sim/client"
)

// Report counts what was played.
type Report struct {
	Opened  map[string]int // cases by kind
	Given   map[string]int // commands
	Refused map[string]int // commands with the codes of their refusals
	Ended   map[string]int // cases by kind and outcome
	// Open lists the cases that are still open at the end.
	Open []Unfinished
}

// Unfinished is a case that is open at the end, and why.
type Unfinished struct {
	Number, Stage string
	Overdue       bool
	// Waits says for what: what its people still mean to do, the first thing first.
	Waits []Wait
	Due   []string // the deadlines that run
}

// Wait is what somebody means to do about a case.
type Wait struct {
	Command, Role string
	At            time.Time
}

// String tells it.
func (w Wait) String() string {
	return fmt.Sprintf("%s by the %s on %s", w.Command, w.Role, w.At.Format(time.DateOnly))
}

// NewReport makes an empty one.
func NewReport() *Report {
	return &Report{Opened: map[string]int{}, Given: map[string]int{}, Refused: map[string]int{}, Ended: map[string]int{}}
}

// end notes how a case stands at the end.
func (r *Report) end(l *life, c client.Case) {
	if !c.Open {
		outcome := c.Stage
		if c.Closing != nil {
			outcome = c.Closing.Outcome
		}
		r.Ended[l.Kind+" "+outcome]++
		return
	}
	u := Unfinished{Number: l.number, Stage: c.Stage, Overdue: c.Overdue}
	for _, i := range l.planned {
		u.Waits = append(u.Waits, Wait{i.act.Command, i.act.Who.Role, i.at})
	}
	for _, d := range c.Deadlines {
		u.Due = append(u.Due, fmt.Sprintf("%s by %s", d.Step, d.Due.Format(time.DateOnly)))
	}
	slices.SortFunc(u.Waits, func(a, b Wait) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Command, b.Command)) })
	r.Open = append(r.Open, u)
	slices.SortFunc(r.Open, func(a, b Unfinished) int { return strings.Compare(a.Number, b.Number) })
}

// Print tells the figures.
func (r *Report) Print(w io.Writer) {
	for _, part := range []struct {
		title  string
		counts map[string]int
	}{{"opened", r.Opened}, {"ended", r.Ended}, {"commands", r.Given}, {"refused", r.Refused}} {
		fmt.Fprintf(w, "%s: %d\n", part.title, sum(part.counts))
		for _, name := range slices.Sorted(maps.Keys(part.counts)) {
			fmt.Fprintf(w, "  %6d  %s\n", part.counts[name], name)
		}
	}
	fmt.Fprintf(w, "still open: %d\n", len(r.Open))
	for _, u := range r.Open {
		fmt.Fprintf(w, "  %s  %s  overdue %t  %v  %v\n", u.Number, u.Stage, u.Overdue, u.Waits, u.Due)
	}
}

func sum(counts map[string]int) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	return n
}

// Add joins what was played elsewhere or at another time.
func (r *Report) Add(other *Report) {
	for _, pair := range [][2]map[string]int{{r.Opened, other.Opened}, {r.Given, other.Given}, {r.Refused, other.Refused}, {r.Ended, other.Ended}} {
		for what, n := range pair[1] {
			pair[0][what] += n
		}
	}
	r.Open = append(r.Open, other.Open...)
}
