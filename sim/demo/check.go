package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"bihuan/sim/client"
)

// expected is how often each kind of event happens in the story; any other kind does not, but for
// those in mayHappen.
var expected = map[string]int{
	"registered": 1, "stage-entered": 9, "clarified": 1, "judged": 1, "reviewed": 1,
	"dispatched": 2, "task-returned": 1, "task-rerouted": 1, "task-accepted": 2, "task-completed": 2,
	"plan-proposed": 2, "plan-answered": 2, "deadline-breached": 1, "escalation-raised": 1, "escalation-decided": 1,
	"verified": 2, "revisited": 2, "closed": 1,
}

// mayHappen lists what happens at most so often: the warning is pointless when acceptance comes too
// late for it, and a calendar may lack next year's data.
var mayHappen = map[string]int{"deadline-warned": 1, "calendar-missing": 1}

// lookBack tells the whole timeline, the notices, and where to look.
func (s *story) lookBack(ctx context.Context) error {
	if err := wait(ctx, s.Pause); err != nil {
		return err
	}
	events, err := s.closed(ctx)
	if err != nil {
		return err
	}
	s.chapter(said("demo.timeline_title"))
	for _, e := range events {
		s.say(fmt.Sprintf("%4d  %s  ", e.Seq, clock(e.At)), styleOf(e.Type), e.text)
	}
	if err := s.tellAllNotices(ctx); err != nil {
		return err
	}
	s.chapter(said("demo.places_title"))
	workflow := fmt.Sprintf("%s/namespaces/%s/workflows/%s", s.UI, s.Temporal.Namespace, s.number)
	for _, place := range []struct {
		name text
		url  string
	}{
		{said("demo.place_page"), s.office.Link(s.number)},
		{said("demo.place_workflow"), workflow},
		{said("demo.place_contract"), s.Server + "/api/v1/docs"},
	} {
		s.say("  ", "", place.name)
		fmt.Fprintln(s.out, "    "+place.url)
	}
	return nil
}

func (s *story) tellAllNotices(ctx context.Context) error {
	notices, err := s.notices(ctx)
	if err != nil {
		return err
	}
	s.chapter(said("demo.told_title"))
	for _, n := range notices {
		to := s.named(n.To)
		s.say("  "+clock(n.At)+"  ", "", said("demo.told", "to", to, "subject", n.subject, "channel", n.Channel, "status", n.Status))
	}
	return nil
}

// check holds what happened against the story: everything once, nothing lost, nothing twice.
func (s *story) check(ctx context.Context) error {
	events, err := s.closed(ctx)
	if err != nil {
		return err
	}
	notices, err := s.notices(ctx)
	if err != nil {
		return err
	}
	if err := s.look(ctx); err != nil {
		return err
	}
	var seen client.PublicCase
	if err := s.office.Customer(s.number).Get(ctx, client.PublicPath(s.number), &seen); err != nil {
		return err
	}
	faults := slices.Concat(checkEvents(events, expected), checkNotices(notices), checkEnd(s.state, seen))
	if len(faults) > 0 {
		return fmt.Errorf("the story does not add up: %w", errors.Join(faults...))
	}
	s.say("\n✔ ", bold, said("demo.complaint.checked", "events", len(events)))
	return nil
}

// checkEnd finds what is wrong with where the complaint stands in the end, to staff and to the complainant.
func checkEnd(c client.Case, seen client.PublicCase) []error {
	var faults []error
	if c.Stage != "closed" || c.Closing == nil || c.Closing.Outcome != "satisfied" {
		faults = append(faults, fmt.Errorf("the complaint is %s with closing %+v, not closed as satisfied", c.Stage, c.Closing))
	}
	if c.Round != 1 {
		faults = append(faults, fmt.Errorf("%d rounds of rectification, not 1", c.Round))
	}
	if seen.Stage != "closed" {
		faults = append(faults, fmt.Errorf("the complainant sees %s, not closed", seen.Stage))
	}
	return faults
}

// checkEvents finds what is missing, twice, or out of place in a timeline.
func checkEvents(events []event, expected map[string]int) []error {
	var faults []error
	counts := map[string]int{}
	next := 1
	for _, e := range events {
		if e.Refused == "repeated" { // sent again while its answer was awaited, and not done again. A10
			continue
		}
		if e.Refused != "" {
			counts["refused "+e.Refused]++
			continue
		}
		if e.Seq != next {
			faults = append(faults, fmt.Errorf("event %d stands where %d belongs", e.Seq, next))
		}
		next = e.Seq + 1
		counts[e.Type]++
	}
	for _, kind := range slices.Sorted(maps.Keys(expected)) {
		if got := counts[kind]; got != expected[kind] {
			faults = append(faults, fmt.Errorf("%s happened %d times, not %d", kind, got, expected[kind]))
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		if _, known := expected[kind]; !known && counts[kind] > mayHappen[kind] {
			faults = append(faults, fmt.Errorf("%s happened %d times, which is not in the story", kind, counts[kind]))
		}
	}
	return faults
}

// toldComplainant is how often the complainant hears of the story on each channel: the acknowledgement,
// eight stages, two plans, the closing. A4, E3
const toldComplainant = 12

// checkNotices finds what the complainant was not told, or told twice.
func checkNotices(notices []notice) []error {
	channels := map[string]int{}
	for _, n := range notices {
		if n.To == string(complainant) {
			channels[n.Channel]++
		}
	}
	if len(channels) == 0 {
		return []error{errors.New("the complainant was told nothing")}
	}
	var faults []error
	for _, channel := range slices.Sorted(maps.Keys(channels)) {
		if got := channels[channel]; got != toldComplainant {
			faults = append(faults, fmt.Errorf("the complainant was told %d things on the channel %s, not %d", got, channel, toldComplainant))
		}
	}
	return faults
}
