package improvement

import (
	"cmp"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// Evolve gives the state after an event. It cannot refuse: what happened, happened.
func Evolve(s State, e procedure.Event) State {
	s = s.copied()
	if s.Apply(book, e) {
		s.settled(e)
		return s
	}
	switch e.Type {
	case EvFeedback:
		p := machine.Data[Given](e)
		s.Feedback = &p.Feedback
		s.taken(machine.Customer{Community: p.Community, Drill: p.Drill}, e)
	case EvPlanned:
		p := machine.Data[Planned](e)
		if s.Feedback == nil {
			s.taken(machine.Customer{Community: p.Community, Drill: p.Drill, Source: p.Source}, e)
		}
		s.Finding = p.Finding
		s.add(p.Complaints)
		s.planned(p.Plan, e)
	case EvChanged:
		s.changed(machine.Data[Change](e), e)
	case EvNamed:
		s.add(machine.Data[Complaints](e).Complaints)
	case EvStarted:
		if s.Began == nil {
			s.Began = &e.At
		}
	case EvTrained:
		s.Trainings = append(s.Trainings, machine.Data[Training](e))
	case EvFinished:
		s.Done = &e.At
		s.Stop(deadline.Key(StepMeasure, ""))
	case EvEvaluating:
		s.Stop(deadline.Key(StepEffect, ""))
		s.Evaluated = append(s.Evaluated, Evaluation{Asking: machine.Data[Asking](e), Round: s.Round})
	case EvEvaluated:
		p := machine.Data[Evaluation](e)
		s.Evaluated[len(s.Evaluated)-1], s.Verdict = p, p.Verdict
	case EvAssessed:
		s.assessed(machine.Data[Assessed](e), e)
	}
	return s
}

// copied copies the state deep enough that evolving the copy leaves the original alone.
func (s State) copied() State {
	s.Case = s.Clone()
	s.Complaints, s.Trainings, s.Evaluated = slices.Clone(s.Complaints), slices.Clone(s.Trainings), slices.Clone(s.Evaluated)
	if s.Plan != nil {
		plan := *s.Plan
		s.Plan = &plan
	}
	return s
}

// settled follows what the desk did: a measure that is taken up again has a date to be done by, and a level
// that decides on a late one may have given it another owner and another date. H4
func (s *State) settled(e procedure.Event) {
	switch {
	case s.Plan == nil:
	case e.Type == machine.EvReopened:
		s.Start(s.Terms(book), StepMeasure, "", "", e.At)
	case e.Type == deadline.EvEscalationDecided:
		if p := machine.Data[deadline.EscalationDecided](e); p.Key == deadline.Key(StepMeasure, "") {
			s.Plan.Due, s.Plan.Owner = p.Deadline, Owner{ID: s.Handler.ID, Name: s.Handler.Name}
		}
	}
}

func (s *State) taken(c machine.Customer, e procedure.Event) {
	s.Case.Register(book, c, e)
	s.Contact = nil // there is no customer to be in touch with
}

func (s *State) add(numbers []string) {
	for _, n := range numbers {
		if !slices.Contains(s.Complaints, n) {
			s.Complaints = append(s.Complaints, n)
		}
	}
}

// planned gives the measure to its owner, until the date that was fixed. M3
func (s *State) planned(p Plan, e procedure.Event) {
	s.Plan, s.Handler = &p, &people.By{ID: p.Owner.ID, Name: p.Owner.Name}
	s.Start(s.Terms(book), StepMeasure, "", "", e.At)
	s.until(p.Due, e.At)
}

func (s *State) until(due, now time.Time) {
	s.Change(deadline.Key(StepMeasure, ""), func(c *deadline.Deadline) { s.Terms(book).Fix(c, due, now) })
}

func (s *State) changed(p Change, e procedure.Event) {
	plan := s.Plan
	plan.Problem, plan.Cause, plan.Measure = cmp.Or(p.Problem, plan.Problem), cmp.Or(p.Cause, plan.Cause), cmp.Or(p.Measure, plan.Measure)
	if p.Watch != nil {
		plan.Watch = *p.Watch
	}
	if p.Owner != nil {
		plan.Owner, s.Handler = *p.Owner, &people.By{ID: p.Owner.ID, Name: p.Owner.Name}
	}
	if p.Due != nil {
		plan.Due = *p.Due
		s.until(*p.Due, e.At)
	}
}

// assessed lets a measure without effect begin anew. M4
func (s *State) assessed(p Assessed, e procedure.Event) {
	if p.Effective {
		return
	}
	s.Round++
	plan := *s.Plan
	plan.Cause, plan.Measure, plan.Due = cmp.Or(p.Cause, plan.Cause), p.Measure, *p.Due
	if p.Owner != nil {
		plan.Owner = *p.Owner
	}
	s.planned(plan, e)
}

// noticeRules is the table of notices, in the order of the procedure.
var noticeRules = append([]machine.NoticeRule{
	{Event: EvFeedback, Template: "feedback-new", To: machine.To[machine.Case](people.Manager)},
	{Event: EvDeclined, Template: "feedback-declined", To: author},
	{Event: EvPlanned, Template: "feedback-accepted", To: author},
	{Event: EvPlanned, Template: "measure-assigned", To: owner},
	{Event: EvChanged, Template: "measure-changed", To: owner},
	{Event: EvEvaluated, Template: "measure-evaluated", To: managerAndOwner},
	{Event: EvAssessed, Template: "measure-assessed", To: owner},
	{Event: machine.EvReopened, Template: "reopened", To: owner},
	{Event: deadline.EvDeadlineWarned, Template: "warning", To: lateOwner},
	{Event: deadline.EvDeadlineBreached, Template: "breach", To: lateOwner},
}, machine.EscalationNotices...)

func owner(f *machine.Case, _ procedure.Event) []procedure.Recipient {
	if f.Handler == nil {
		return nil
	}
	return []procedure.Recipient{{Staff: f.Handler.ID}}
}

func managerAndOwner(f *machine.Case, e procedure.Event) []procedure.Recipient {
	return append([]procedure.Recipient{{Role: people.Manager}}, owner(f, e)...)
}

// author tells who gave feedback. M6
func author(f *machine.Case, e procedure.Event) []procedure.Recipient {
	if e.Seq == 1 { // the measure was opened without any
		return nil
	}
	return []procedure.Recipient{{Staff: f.TakenBy.ID}}
}

// lateOwner tells the owner of the measure's own deadline.
func lateOwner(f *machine.Case, e procedure.Event) []procedure.Recipient {
	if machine.Data[deadline.DeadlineEvent](e).Step != StepMeasure {
		return nil
	}
	return owner(f, e)
}

// Notices says who is told what about an event. The state is the one after the event.
func Notices(s State, e procedure.Event) []procedure.Notice {
	var args []machine.Arg
	if s.Feedback != nil {
		args = append(args, machine.Arg{Name: "feedback", Value: s.Feedback.Text})
	}
	if s.Plan != nil {
		args = append(args, machine.Arg{Name: "measure", Value: s.Plan.Measure}, machine.Arg{Name: "problem", Value: s.Plan.Problem})
		if s.Verdict != "" {
			args = append(args, machine.Arg{Name: "verdict", Value: string(s.Verdict)})
		}
	}
	return s.Case.Notices(noticeRules, e, args...)
}

// Effects tell complaints of their measure, and look up figures. M3, M4
func Effects(s State, e procedure.Event) []procedure.Effect {
	switch e.Type {
	case EvPlanned:
		return s.link(machine.Data[Planned](e).Complaints)
	case EvNamed:
		return s.link(machine.Data[Complaints](e).Complaints)
	case EvEvaluating:
		return []procedure.Effect{{Name: EffectFigure, Then: CmdFigures, Payload: machine.Encode(machine.Data[Asking](e))}}
	}
	return nil
}

func (s State) link(complaints []string) []procedure.Effect {
	if len(complaints) == 0 {
		return nil
	}
	return []procedure.Effect{machine.Send(complaint.CmdNoteMeasure, complaint.NoteMeasure{Number: s.Number, Community: s.Customer.Community}, complaints...)}
}
