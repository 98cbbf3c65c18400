package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"bihuan/sim/client"
	"bihuan/sim/remote"
	"bihuan/sim/town"
)

// deed is something that one of the town's people did: when, and how long the system took for it.
type deed struct {
	number   string
	opens    bool
	at, took time.Duration
}

// meter is the running system with a watch on everything that people do.
type meter struct {
	*remote.Office
	began time.Time
	mu    sync.Mutex
	deeds []deed
}

// Open takes a case in.
func (m *meter) Open(ctx context.Context, o town.Opening) (string, error) {
	begun := time.Now()
	number, err := m.Office.Open(ctx, o)
	m.note(number, true, begun)
	return number, err
}

// Give hands a command to a case.
func (m *meter) Give(ctx context.Context, c town.Command) error {
	begun := time.Now()
	err := m.Office.Give(ctx, c)
	m.note(c.Number, false, begun)
	return err
}

func (m *meter) note(number string, opens bool, begun time.Time) {
	took := time.Since(begun)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.deeds = append(m.deeds, deed{number, opens, begun.Sub(m.began), took})
}

// working is what towns did, and how long it took beside the same by bare workflows.
type working struct {
	took               time.Duration
	busiest            int // commands in the busiest seconds
	opened, given      load
	byKind             map[string]*load
	started, signalled load
	missed, escalated  int
	report             *town.Report
}

// busy is how long the busiest time is.
const busy = 5 * time.Second

// add joins what was done in a round, in the order of time.
func (w *working) add(deeds []deed) {
	if w.byKind == nil {
		w.byKind = map[string]*load{}
	}
	var recent []time.Duration
	for _, d := range deeds {
		if d.opens {
			w.opened.times = append(w.opened.times, d.took)
			continue
		}
		kind := client.KindOfNumber(d.number).Name
		if w.byKind[kind] == nil {
			w.byKind[kind] = &load{}
		}
		for _, l := range []*load{&w.given, w.byKind[kind]} {
			l.times = append(l.times, d.took)
		}
		recent = append(recent, d.at)
		for d.at-recent[0] > busy {
			recent = recent[1:]
		}
		w.busiest = max(w.busiest, len(recent))
	}
}

// String tells it.
func (w working) String() string {
	if len(w.given.times) == 0 {
		return ""
	}
	var s strings.Builder
	commands := len(w.given.times)
	fmt.Fprintf(&s, "\n| a town at work: %d commands in %.0f s, %.1f /s; %.1f /s in the busiest %.0f s | ours | bare, at the same moments | ours / bare |\n|---|---:|---:|---:|\n",
		commands, w.took.Seconds(), float64(commands)/w.took.Seconds(), float64(w.busiest)/busy.Seconds(), busy.Seconds())
	line := func(what string, ours, bare load, p int) {
		a, b := ours.percentile(p), bare.percentile(p)
		fmt.Fprintf(&s, "| %s | %s | %s | %.2f |\n", what, a.Round(100*time.Microsecond), b.Round(100*time.Microsecond), float64(a)/float64(b))
	}
	for _, l := range []*load{&w.opened, &w.given, &w.started, &w.signalled} {
		slices.Sort(l.times)
	}
	line("a case opened, beside a start: p50", w.opened, w.started, 50)
	line("p99", w.opened, w.started, 99)
	line("a command, beside signal and query: p50", w.given, w.signalled, 50)
	line("p99", w.given, w.signalled, 99)
	s.WriteString("\n| the town's commands by kind | commands | p50 | p99 |\n|---|---:|---:|---:|\n")
	for _, kind := range slices.Sorted(maps.Keys(w.byKind)) {
		l := *w.byKind[kind]
		slices.Sort(l.times)
		fmt.Fprintf(&s, "| %s | %d | %s | %s |\n", kind, len(l.times), l.percentile(50).Round(100*time.Microsecond), l.percentile(99).Round(100*time.Microsecond))
	}
	fmt.Fprintf(&s, "\nOpened: %s. Ended: %s. Still open: %d. Deadlines missed: %d, escalations: %d. Refused: %s.\n",
		counted(w.report.Opened), counted(w.report.Ended), len(w.report.Open), w.missed, w.escalated, counted(w.report.Refused))
	return s.String()
}

func counted(counts map[string]int) string {
	sum, each := 0, []string{}
	for _, what := range slices.Sorted(maps.Keys(counts)) {
		sum += counts[what]
		each = append(each, fmt.Sprintf("%s %d", what, counts[what]))
	}
	if sum == 0 {
		return "none"
	}
	return fmt.Sprintf("%d (%s)", sum, strings.Join(each, ", "))
}
