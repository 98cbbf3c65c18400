package improvement

import (
	"cmp"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/desk"
	"bihuan/procedure/people"
	"bihuan/procedure/table"
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
		p := desk.Data[Given](e)
		s.Feedback = &p.Feedback
		s.taken(desk.Customer{Community: p.Community, Drill: p.Drill}, e)
	case EvPlanned:
		p := desk.Data[Planned](e)
		if s.Feedback == nil {
			s.taken(desk.Customer{Community: p.Community, Drill: p.Drill, Source: p.Source}, e)
		}
		s.Finding = p.Finding
		s.add(p.Complaints)
		s.planned(p.Plan, e)
	case EvChanged:
		s.changed(desk.Data[Change](e), e)
	case EvNamed:
		s.add(desk.Data[Complaints](e).Complaints)
	case EvStarted:
		if s.Began == nil {
			s.Began = &e.At
		}
	case EvTrained:
		s.Trainings = append(s.Trainings, desk.Data[Training](e))
	case EvFinished:
		s.Done = &e.At
		s.Stop(deadline.Key(StepMeasure, ""))
	case EvEvaluating:
		s.Stop(deadline.Key(StepEffect, ""))
		s.Evaluated = append(s.Evaluated, Evaluation{Asking: desk.Data[Asking](e), Round: s.Round})
	case EvEvaluated:
		p := desk.Data[Evaluation](e)
		s.Evaluated[len(s.Evaluated)-1], s.Verdict = p, p.Verdict
	case EvAssessed:
		s.assessed(desk.Data[Assessed](e), e)
	}
	return s
}

// copied copies the state deep enough that evolving the copy leaves the original alone.
func (s State) copied() State {
	s.File = s.Clone()
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
	case e.Type == desk.EvReopened:
		s.Start(s.Terms(book), StepMeasure, "", "", e.At)
	case e.Type == deadline.EvEscalationDecided:
		if p := desk.Data[deadline.EscalationDecided](e); p.Key == deadline.Key(StepMeasure, "") {
			s.Plan.Due, s.Plan.Owner = p.Deadline, Owner{ID: s.Handler.ID, Name: s.Handler.Name}
		}
	}
}

func (s *State) taken(c desk.Customer, e procedure.Event) {
	s.File.Register(book, c, e)
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
var noticeRules = append([]desk.NoticeRule{
	{Event: EvFeedback, Template: "feedback-new", To: desk.To(people.Manager)},
	{Event: EvDeclined, Template: "feedback-declined", To: author},
	{Event: EvPlanned, Template: "feedback-accepted", To: author},
	{Event: EvPlanned, Template: "measure-assigned", To: owner},
	{Event: EvChanged, Template: "measure-changed", To: owner},
	{Event: EvEvaluated, Template: "measure-evaluated", To: managerAndOwner},
	{Event: EvAssessed, Template: "measure-assessed", To: owner},
	{Event: desk.EvReopened, Template: "reopened", To: owner},
	{Event: deadline.EvDeadlineWarned, Template: "warning", To: lateOwner},
	{Event: deadline.EvDeadlineBreached, Template: "breach", To: lateOwner},
}, desk.EscalationNotices...)

func owner(f *desk.File, _ procedure.Event) []procedure.Recipient {
	if f.Handler == nil {
		return nil
	}
	return []procedure.Recipient{{Staff: f.Handler.ID}}
}

func managerAndOwner(f *desk.File, e procedure.Event) []procedure.Recipient {
	return append([]procedure.Recipient{{Role: people.Manager}}, owner(f, e)...)
}

// author tells who gave feedback. M6
func author(f *desk.File, e procedure.Event) []procedure.Recipient {
	if e.Seq == 1 { // the measure was opened without any
		return nil
	}
	return []procedure.Recipient{{Staff: f.TakenBy.ID}}
}

// lateOwner tells the owner of the measure's own deadline.
func lateOwner(f *desk.File, e procedure.Event) []procedure.Recipient {
	if desk.Data[deadline.DeadlineEvent](e).Step != StepMeasure {
		return nil
	}
	return owner(f, e)
}

// Notices says who is told what about an event. The state is the one after the event.
func Notices(s State, e procedure.Event) []procedure.Notice {
	var args []desk.Arg
	if s.Feedback != nil {
		args = append(args, desk.Arg{Name: "feedback", Value: s.Feedback.Text})
	}
	if s.Plan != nil {
		args = append(args, desk.Arg{Name: "measure", Value: s.Plan.Measure}, desk.Arg{Name: "problem", Value: s.Plan.Problem})
		if s.Verdict != "" {
			args = append(args, desk.Arg{Name: "verdict", Value: string(s.Verdict)})
		}
	}
	return s.File.Notices(noticeRules, e, args...)
}

// Effects tell complaints of their measure, and look up figures. M3, M4
func Effects(s State, e procedure.Event) []procedure.Effect {
	switch e.Type {
	case EvPlanned:
		return s.link(desk.Data[Planned](e).Complaints)
	case EvNamed:
		return s.link(desk.Data[Complaints](e).Complaints)
	case EvEvaluating:
		return []procedure.Effect{{Name: EffectFigure, Then: CmdFigures, Payload: table.Encode(desk.Data[Asking](e))}}
	}
	return nil
}

func (s State) link(complaints []string) []procedure.Effect {
	if len(complaints) == 0 {
		return nil
	}
	return []procedure.Effect{desk.Tell(complaint.CmdNoteMeasure, complaint.NoteMeasure{Number: s.Number, Community: s.Customer.Community}, complaints...)}
}
