package demo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"bihuan/sim/client"
)

// tale is what is told about one kind of case, or about one thing that can be done with cases.
type tale struct {
	name     string // as --only names it
	scenes   []scene
	detailed bool // each scene tells where the case stands
	// end checks what came of it.
	end func(context.Context, *story) error
}

// tales are all that can be told, in order.
var tales = []tale{
	{name: "complaint", scenes: loop, detailed: true, end: func(ctx context.Context, s *story) error {
		if err := s.lookBack(ctx); err != nil {
			return err
		}
		return s.check(ctx)
	}},
	{name: "inquiry", scenes: inquiry, end: happened(inquiryEvents)},
	{name: "service", scenes: service, end: happened(serviceEvents)},
	{name: "duplicates", scenes: duplicates, end: happened(duplicateEvents)},
	{name: "collective", scenes: collective, end: happened(issueEvents)},
	{name: "survey", scenes: survey, end: happened(surveyEvents)},
	{name: "improvement", scenes: improvement, end: happened(improvementEvents)},
	{name: "drill", scenes: drill, end: happened(drillEvents)},
	{name: "summary", scenes: summary, end: checked},
	{name: "town", scenes: crowd, end: checked},
}

// checked ends a tale whose scenes have checked it.
func checked(context.Context, *story) error { return nil }

// Tales names them.
func Tales() []string {
	names := make([]string, len(tales))
	for i, t := range tales {
		names[i] = t.name
	}
	return names
}

// choose gives the tales of some names in their order, or all.
func choose(only []string) ([]tale, error) {
	names := Tales()
	for _, name := range only {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("there is no tale %q: %s", name, strings.Join(names, ", "))
		}
	}
	return slices.DeleteFunc(slices.Clone(tales), func(t tale) bool {
		return len(only) > 0 && !slices.Contains(only, t.name)
	}), nil
}

// counts is how often each kind of event happens in each case of a tale, by the case's name in it.
type counts map[string]map[string]int

// happened checks at the end of a tale that all of it happened, each once: none lost, none twice.
func happened(all counts) func(context.Context, *story) error {
	return func(ctx context.Context, s *story) error {
		var faults []error
		sum := 0
		for _, name := range slices.Sorted(maps.Keys(s.matters)) {
			s.matter = s.matters[name]
			events, err := s.recorded(ctx, all[name])
			if err != nil {
				return err
			}
			for _, fault := range checkEvents(events, all[name]) {
				faults = append(faults, fmt.Errorf("%s of %s: %w", name, s.number, fault))
			}
			sum += len(events)
		}
		if len(faults) > 0 {
			return fmt.Errorf("the story does not add up: %w", errors.Join(faults...))
		}
		s.say("  ✔ ", bold, said("demo.checked", "cases", len(s.matters), "lines", sum))
		return nil
	}
}

// recorded reads a case's timeline once all of it has arrived that there should be.
func (s *story) recorded(ctx context.Context, all map[string]int) ([]event, error) {
	for end := time.Now().Add(slack); ; {
		events, err := s.events(ctx, 0)
		if err != nil || len(checkEvents(events, all)) == 0 || time.Now().After(end) {
			return events, err
		}
		if err := wait(ctx, poll); err != nil {
			return nil, err
		}
	}
}

// await tells what happens by itself until the case stands as wanted.
func (s *story) await(ctx context.Context, what string, as func(client.Case) bool) error {
	ctx, cancel := context.WithTimeout(ctx, s.Deadline+slack)
	defer cancel()
	for {
		if err := s.look(ctx); err != nil {
			return err
		}
		if err := s.tellEvents(ctx); err != nil {
			return err
		}
		if as(s.state) {
			return nil
		}
		if err := wait(ctx, poll); err != nil {
			return fmt.Errorf("%s in vain waited for: %s: %w", s.number, what, err)
		}
	}
}

// escalated waits until a deadline is missed and before a level. H1, H2
func escalated(key string) func(context.Context, *story) error {
	return func(ctx context.Context, s *story) error {
		return s.await(ctx, "the escalation of "+key, func(c client.Case) bool {
			_, ok := openEscalation(c, key)
			return ok
		})
	}
}

// linked waits until a case has opened another one, turns to that and checks that it says so too.
func linked(as string) func(context.Context, *story) error {
	return func(ctx context.Context, s *story) error {
		from := s.number
		if err := s.await(ctx, "a case that was made from it", func(c client.Case) bool { return len(c.Links) > 0 }); err != nil {
			return err
		}
		s.begin(as, s.state.Links[len(s.state.Links)-1])
		if err := s.look(ctx); err != nil {
			return err
		}
		if s.state.Record.Source != from {
			return fmt.Errorf("%s says that it was made from %q, not from %s", s.number, s.state.Record.Source, from)
		}
		s.say("    ⇄ ", "", said("demo.turned.linked", "from", from, "number", s.number))
		return nil
	}
}
