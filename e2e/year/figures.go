package main

import (
	"context"
	"slices"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/statistics"
)

// addUp checks the figures: each month's are the same from the database and from the events, the twelve
// add up to the year's, and the summaries that were made on the 1sts say the same. I4
func (f *findings) addUp(ctx context.Context, db *postgres.DB, from time.Time) error {
	year := statistics.Period{From: from.Format(time.DateOnly), To: from.AddDate(1, 0, 0).Format(time.DateOnly)}
	whole, err := f.bothWays(ctx, db, year)
	if err != nil {
		return err
	}
	var months []statistics.Tally
	for _, m := range year.Months() {
		p, err := statistics.Month(m)
		if err != nil {
			return err
		}
		tallies, err := f.bothWays(ctx, db, p)
		if err != nil {
			return err
		}
		months = append(months, tallies...)
	}
	if sum := statistics.Add(flows(months)); !slices.Equal(sum, statistics.Add(flows(whole))) {
		f.fault("", "the months add up to %v, not to the year's %v", sum, whole)
	}
	return f.keptAddUp(ctx, db, year)
}

// bothWays counts a period in the database and in what the events tell.
func (f *findings) bothWays(ctx context.Context, db *postgres.DB, p statistics.Period) ([]statistics.Tally, error) {
	spans, err := p.Spans(f.office.settings.Places())
	if err != nil {
		return nil, err
	}
	counted, err := db.Tallies(ctx, spans)
	if told := statistics.Tallies(f.told, spans); err == nil && !slices.Equal(counted, told) {
		f.fault("", "%v: the database counts %v, the events tell %v", p, counted, told)
	}
	return counted, err
}

// flows leaves what adds up: not what stood at a moment.
func flows(tallies []statistics.Tally) []statistics.Tally {
	return slices.DeleteFunc(slices.Clone(tallies), func(t statistics.Tally) bool { return t.Name == statistics.OpenBefore })
}

// keptAddUp adds the summaries of each community's months up, as they were made on the 1st, and follows
// what was open from one to the next.
func (f *findings) keptAddUp(ctx context.Context, db *postgres.DB, year statistics.Period) error {
	for _, place := range f.office.settings.Places() {
		whole, err := db.Summary(ctx, year, []statistics.Place{place}, f.office.settings.Rules())
		if err != nil {
			return err
		}
		for _, of := range whole.Kinds {
			var sum statistics.Section
			for _, m := range year.Months() {
				kept, there, err := db.KeptSummary(ctx, place.Community, m)
				if err != nil {
					return err
				}
				i := slices.IndexFunc(kept.Kinds, func(s statistics.Section) bool { return s.Kind == of.Kind })
				if !there || i < 0 {
					continue // nobody had brought any yet
				}
				f.months++
				if kept.Kinds[i].OpenAtStart != sum.OpenAtEnd {
					f.fault("", "%s: %d were open when %s began, %d when the month before ended", place.Community, kept.Kinds[i].OpenAtStart, m, sum.OpenAtEnd)
				}
				sum = added(sum, kept.Kinds[i])
			}
			if figures(sum) != figures(of) {
				f.fault("", "%s: the months' summaries of %s add up to %v, the year's says %v", place.Community, of.Kind, figures(sum), figures(of))
			}
		}
	}
	return nil
}

// added counts a month on to those before it.
func added(sum, month statistics.Section) statistics.Section {
	sum.Registered += month.Registered
	sum.Reopened += month.Reopened
	sum.Closed += month.Closed
	sum.OpenAtEnd = month.OpenAtEnd
	sum.Outcomes = append(sum.Outcomes, month.Outcomes...)
	sum.Deadlines = append(sum.Deadlines, month.Deadlines...)
	sum.Escalations = append(sum.Escalations, month.Escalations...)
	sum.Revisits.Reached += month.Revisits.Reached
	sum.Revisits.Unanswered += month.Revisits.Unanswered
	sum.Revisits.Unsatisfied += month.Revisits.Unsatisfied
	sum.Revisits.Rounds += month.Revisits.Rounds
	sum.Revisits.Outcome.N += month.Revisits.Outcome.N
	return sum
}

// headline is what a section says in figures that add up.
type headline struct {
	registered, reopened, closed, openAtEnd                   int
	met, missed, escalated, satisfied                         int
	reached, unanswered, unsatisfied, rounds, scoresOfOutcome int
}

func figures(s statistics.Section) headline {
	h := headline{
		registered: s.Registered, reopened: s.Reopened, closed: s.Closed, openAtEnd: s.OpenAtEnd,
		reached: s.Revisits.Reached, unanswered: s.Revisits.Unanswered, unsatisfied: s.Revisits.Unsatisfied,
		rounds: s.Revisits.Rounds, scoresOfOutcome: s.Revisits.Outcome.N,
	}
	for _, d := range s.Deadlines {
		h.met += d.Met
		h.missed += d.Missed
	}
	for _, e := range s.Escalations {
		h.escalated += e.N
	}
	for _, o := range s.Outcomes {
		if o.Key == "satisfied" {
			h.satisfied += o.N
		}
	}
	return h
}
