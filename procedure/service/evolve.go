package service

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/pool"
)

// evolvers holds what each event beside the desk's does to the state.
var evolvers = map[string]func(*State, procedure.Event){
	EvRegistered:    on(registered),
	EvConfirmed:     on(confirmed),
	EvProposed:      on(proposed),
	EvAgreed:        on(agreed),
	EvMissed:        on(missed),
	EvAssigned:      on(assigned),
	EvTurned:        on(turned),
	EvTaken:         on(taken),
	EvJobReturned:   on(jobReturned),
	EvArrived:       on(func(s *State, e procedure.Event, _ Arrive) { s.InTouch(book, e) }),
	EvQuoted:        on(func(s *State, _ procedure.Event, p Quote) { s.Quote = &p }),
	EvQuoteAccepted: on(quoteAccepted),
	EvQuoteDeclined: on(quoteDeclined),
	EvBegun:         on(func(*State, procedure.Event, struct{}) {}),
	EvRecorded:      on(func(*State, procedure.Event, Record) {}),
	EvFinished:      on(func(s *State, _ procedure.Event, _ Finish) { s.Done = true }),
	EvPaid:          on(func(s *State, _ procedure.Event, p Pay) { s.Paid += p.Amount }),
	EvWaived:        on(func(s *State, _ procedure.Event, _ machine.Reasoned) { s.Waived = true }),
	EvRated:         on(rated),
	EvRatingAsked:   on(ratingAsked),
}

// on reads an event's data.
func on[T any](evolve func(*State, procedure.Event, T)) func(*State, procedure.Event) {
	return func(s *State, e procedure.Event) { evolve(s, e, machine.Data[T](e)) }
}

// clone copies the state deep enough that evolving the copy leaves the original alone.
func (s State) clone() State {
	s.Case = s.Clone()
	if s.Visit != nil {
		v := *s.Visit
		s.Visit = &v
	}
	if s.Job != nil {
		j := *s.Job
		s.Job = &j
	}
	if s.Quote != nil {
		q := *s.Quote
		s.Quote = &q
	}
	return s
}

// Evolve gives the state after an event. It cannot refuse: what happened, happened.
func Evolve(s State, e procedure.Event) State {
	s = s.clone()
	if !s.Apply(book, e) {
		evolvers[e.Type](&s, e)
	}
	switch e.Type {
	case machine.EvStageEntered:
		s.entered(e)
	case machine.EvReopened:
		s.again()
	case deadline.EvDeadlineBreached:
		s.late(e)
	}
	if slices.Contains(quiet, s.Stage) {
		s.Stop(deadline.Key(machine.StepFollowUp, ""))
	}
	return s
}

// quiet are the stages in which the customer knows what comes, or it is theirs to act: nobody has to keep
// in touch. The appointment is announced once more before it. E1
var quiet = []machine.Stage{StageScheduled, StageSettling, StageRating}

// entered sets what is special about a stage's deadline: somebody is expected by the end of a window, and
// work takes as long as its category says.
func (s *State) entered(e procedure.Event) {
	switch s.Stage {
	case StageScheduled:
		s.Change(deadline.Key(StepArrive, ""), func(c *deadline.Deadline) { s.expect(c, e.At) })
	case StagePerforming:
		if work := time.Duration(s.category().Work); work > 0 {
			terms := s.Terms(book)
			due, _ := terms.After(e.At, work, terms.Rule(StepPerform).Clock)
			s.Change(deadline.Key(StepPerform, ""), func(c *deadline.Deadline) { terms.Fix(c, due, e.At) })
		}
	case StageRating:
		s.Stop(deadline.Key(StepRateAgain, ""))
	}
	if _, running := s.Set.Deadline(deadline.Key(machine.StepFollowUp, "")); !running && !slices.Contains(quiet, s.Stage) {
		s.Start(s.Terms(book), machine.StepFollowUp, "", "", e.At)
	}
}

// expect makes a clock wait for an appointment: due at its end, and announced some time before it begins.
func (s *State) expect(c *deadline.Deadline, now time.Time) {
	terms := s.Terms(book)
	ahead := terms.Rule(StepArrive).Within
	terms.Fix(c, s.Visit.To, now)
	c.WarnAt = s.Visit.From.Add(-ahead)
	if !c.WarnAt.After(now) {
		c.WarnAt = s.Visit.From
	}
}

// late marks an appointment that we missed. L3
func (s *State) late(e procedure.Event) {
	if machine.Data[deadline.DeadlineEvent](e).Step == StepArrive && s.Visit != nil {
		s.Visit.Missed = true
	}
}

func registered(s *State, e procedure.Event, p Registered) {
	s.Category, s.Urgency, s.What, s.Form, s.Missing, s.Charge = p.Category, machine.Urgency(p.Urgency), p.What, p.Form, p.Missing, p.Charge
	if p.Wish != nil {
		w := p.Wish.tick()
		s.Wish = &w
	}
	s.Register(book, p.Customer, e)
}

func confirmed(s *State, _ procedure.Event, p Confirmed) {
	s.Charge, s.Form, s.Missing = p.Charge, p.Form, nil
}

func proposed(s *State, e procedure.Event, p Proposed) {
	s.Visits = p.Version
	s.Visit = &Visit{Version: p.Version, Window: p.Window, By: p.By}
	s.InTouch(book, e)
}

func agreed(s *State, e procedure.Event, _ Agree) {
	s.Visit.Agreed = true
	s.InTouch(book, e)
}

func missed(s *State, _ procedure.Event, p Miss) {
	if p.By == Customer {
		s.NoShows++
		s.Visit.Agreed = false
	}
}

// assigned gives the work away: a department is to accept it in time, a pool too; for what nobody takes
// the desk is asked. C1, C2
func assigned(s *State, e procedure.Event, p Assigned) {
	s.stopJob()
	s.Department = p.Department
	s.Job = &Job{Status: JobDispatched, Offer: p.Offer}
	owner := people.Handler
	if p.Pool != "" {
		owner = people.Agent
	}
	if p.Turn {
		s.Job.Status = JobQueued
	}
	s.Start(s.Terms(book), StepAccept, "", owner, e.At)
}

func (s *State) stopJob() {
	s.Stop(deadline.Key(StepAccept, ""))
	s.Stop(deadline.Key(StepReroute, ""))
}

func turned(s *State, e procedure.Event, p pool.Turn) {
	s.Department, s.Job.Status = p.Department, JobDispatched
	s.Start(s.Terms(book), StepAccept, "", people.Handler, e.At)
}

func taken(s *State, e procedure.Event, p Take) {
	s.stopJob()
	s.Department, s.Job.Status = p.Department, JobAccepted
	by := e.By
	s.Job.By = &by
}

// jobReturned leaves an offer to the others; else the desk gives the work to somebody new. C2
func jobReturned(s *State, e procedure.Event, p HandBack) {
	if s.Department == "" {
		s.Job.Offer = s.Job.Without(p.Department)
		if len(s.Job.Offered) > 0 {
			return
		}
	}
	s.stopJob()
	s.Department, s.Job.Status, s.Job.Offered, s.Job.By = "", JobReturned, nil, nil
	s.Start(s.Terms(book), StepReroute, "", "", e.At)
}

func quoteAccepted(s *State, e procedure.Event, _ Agree) {
	s.Quote.Answer, s.Owed = Accepted, s.Quote.Total
	s.InTouch(book, e)
}

// quoteDeclined leaves what was accepted before, if anything was.
func quoteDeclined(s *State, e procedure.Event, _ DeclineQuote) {
	s.Quote.Answer = Declined
	s.InTouch(book, e)
}

func rated(s *State, e procedure.Event, p Rate) {
	s.Rating = &Rated{Score: p.Score, At: e.At, By: e.By}
	s.Stop(deadline.Key(StepRate, ""))
	s.Stop(deadline.Key(StepRateAgain, ""))
}

func ratingAsked(s *State, e procedure.Event, _ struct{}) {
	s.Stop(deadline.Key(StepRate, ""))
	s.Start(s.Terms(book), StepRateAgain, "", "", e.At)
}

// again is a request that was reopened: another visit is arranged, with nothing owed for it unless it is
// quoted anew. G8
func (s *State) again() {
	s.Done, s.Rating, s.Visit, s.Quote, s.NoShows = false, nil, nil, nil, 0
	s.Owed, s.Paid, s.Waived = 0, 0, false
}
