package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"bihuan/sim/client"
	"bihuan/sim/remote"
	"bihuan/sim/town"
)

// crowd is the simulated town on the running system, with the settings in force and by the clock on the wall:
// in the communities that the other tales are not about, people come and act within seconds. What is agreed for
// another day stays open, and the tale says so.
var crowd = []scene{{
	title: said("demo.town.title"), who: agent, do: live,
	line: said("demo.town.live"),
}}

const (
	// atMost is how long the town's people go on.
	atMost = 80 * time.Second
	// atOnce is how many of them call at the same moment.
	atOnce = 4
)

// outcomes are the ways in which the handbook lets cases end. I1
var outcomes = map[string][]string{
	"complaint":   {"satisfied", "explained", "not_reached", "withdrawn", "merged"},
	"inquiry":     {"answered", "adopted", "turned", "withdrawn"},
	"service":     {"served", "unrated", "not_reached", "quote_declined", "rejected", "withdrawn"},
	"collective":  {"concluded", "dropped", "superseded"},
	"survey":      {"counted", "withdrawn"},
	"improvement": {"effective", "declined", "abandoned"},
}

// live lets the town's people act, tells what came of it and checks it.
func live(ctx context.Context, s *story) error {
	scenario, err := s.scenario()
	if err != nil {
		return err
	}
	office, err := remote.Open(ctx, remote.Options{Access: s.office.Access, Communities: scenario.Communities})
	if err != nil {
		return err
	}
	now := time.Now()
	w := &witness{
		Office: office, teller: s.teller, begun: now, stirred: now, end: now.Add(atMost),
		cases: map[string]client.Case{}, brought: map[string]bool{},
	}
	p := town.Play{Scenario: scenario, Office: w, Report: town.NewReport(), Run: s.key("town"), Callers: atOnce, UntilClosed: true}
	if err := p.Play(ctx); err != nil {
		return err
	}
	w.report(p.Report)
	return w.check(ctx, scenario)
}

// scenario is a day of the town's, squeezed into seconds from now on.
func (s *story) scenario() (town.Scenario, error) {
	sc, err := town.Load("")
	sc = sc.Hurried(s.Pace)
	sc.Seed, sc.ADay = cmp.Or(s.Seed, sc.Seed), s.Cases
	sc.From, sc.Days, sc.Tail = time.Now().In(shanghai), 1, atMost-24*time.Hour // it ends long before the day does
	sc.Communities = slices.Clone(s.Towns)
	if len(sc.Communities) == 0 {
		sc.Communities = slices.DeleteFunc(s.office.Crew.Communities(), func(c string) bool { return c == s.Community })
	}
	if err == nil && len(sc.Communities) == 0 {
		err = fmt.Errorf("%s names nobody of a community beside %s", s.Tokens, s.Community)
	}
	return sc, err
}

// check holds what is on record against what people did.
func (w *witness) check(ctx context.Context, sc town.Scenario) error {
	faults, err := w.onRecordOnce(ctx)
	if err != nil {
		return err
	}
	if faults = slices.Concat(faults, w.ended(), w.judgedAsDrawn(sc)); len(faults) > 0 {
		return fmt.Errorf("the town does not add up: %w", errors.Join(faults...))
	}
	w.say("  ✔ ", bold, said("demo.town.checked", "cases", len(w.cases)))
	return nil
}

// onRecordOnce finds what is wrong with the record once everything has arrived there that should have. A10
func (w *witness) onRecordOnce(ctx context.Context) ([]error, error) {
	for end := time.Now().Add(slack); ; {
		listed, err := w.OnRecord(ctx)
		if err != nil {
			return nil, err
		}
		for number := range listed { // what other cases opened in the end
			if _, err := w.Look(ctx, number); err != nil {
				return nil, err
			}
		}
		if faults := w.compare(listed); len(faults) == 0 || time.Now().After(end) {
			return faults, nil
		}
		if err := wait(ctx, poll); err != nil {
			return nil, err
		}
	}
}

// compare finds cases that are not on record, or twice, and such that nobody brought.
func (w *witness) compare(listed map[string]int) []error {
	var faults []error
	for _, number := range slices.Sorted(maps.Keys(w.cases)) {
		if times := listed[number]; times != 1 {
			faults = append(faults, fmt.Errorf("%s is on record %d times", number, times))
		}
	}
	for _, number := range slices.Sorted(maps.Keys(listed)) {
		if _, known := w.cases[number]; !known {
			faults = append(faults, fmt.Errorf("%s is on record, which nobody of the town brought", number))
		}
	}
	return faults
}

// ended finds closings that the handbook does not know. I1
func (w *witness) ended() []error {
	var faults []error
	for _, number := range slices.Sorted(maps.Keys(w.cases)) {
		c := w.cases[number]
		if c.Closing != nil && !c.Open && !slices.Contains(outcomes[client.KindOfNumber(number).Name], c.Closing.Outcome) {
			faults = append(faults, fmt.Errorf("%s ended as %q, which the handbook does not know", number, c.Closing.Outcome))
		}
	}
	return faults
}

// judgedAsDrawn finds natures that more complaints have than were drawn with it, or too few. An appeal may change
// one (B10), and some are not judged yet.
func (w *witness) judgedAsDrawn(sc town.Scenario) []error {
	drawn, judged, open := map[string]int{}, map[string]int{}, 0
	for _, c := range sc.Arrivals() {
		if c.Kind == "complaint" {
			drawn[sc.Nature(c)]++
			open++
		}
	}
	for number, c := range w.cases {
		if w.brought[number] && client.KindOfNumber(number).Name == "complaint" && !c.Appealed && c.Nature != "" && c.Nature != "undetermined" {
			judged[c.Nature]++
			open--
		}
	}
	var faults []error
	for _, nature := range []string{"valid", "invalid", "major"} {
		if n := judged[nature]; n > drawn[nature] || n+open < drawn[nature] {
			faults = append(faults, fmt.Errorf("%d complaints are judged %s, %d were drawn, and %d are not judged or appealed", n, nature, drawn[nature], open))
		}
	}
	return faults
}
