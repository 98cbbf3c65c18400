package complaint

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// evolvers holds what each event does to the state.
var evolvers = map[string]func(*State, procedure.Event){
	EvRegistered:         on(registered),
	EvStageEntered:       on(stageEntered),
	EvClarified:          on(clarified),
	EvClassified:         on(classified),
	EvContained:          on(func(*State, procedure.Event, Contain) {}),
	EvReceived:           on(func(s *State, e procedure.Event, _ Receive) { s.inTouch(e.At) }),
	EvContacted:          on(func(s *State, e procedure.Event, _ Contacted) { s.inTouch(e.At) }),
	EvHandlerNamed:       on(handlerNamed),
	EvJudged:             on(judged),
	EvReviewed:           on(reviewed),
	EvExplained:          on(explained),
	EvAppealed:           on(appealed),
	EvServiceSettled:     on(func(s *State, _ procedure.Event, p SettleService) { s.Service, s.Special = p.Request, false }),
	machine.EvLinked:     on(func(s *State, _ procedure.Event, p machine.Linked) { s.Service = p.Number }),
	machine.EvLinkFailed: on(func(s *State, _ procedure.Event, _ machine.LinkFailed) { s.Service = "" }),
	EvDispatched:         on(dispatched),
	EvTaskReleased:       on(taskReleased),
	EvTaskTurned:         on(taskTurned),
	EvTaskDeclined:       on(taskDeclined),
	EvTaskAccepted:       on(taskAccepted),
	EvCoordinator:        on(func(s *State, _ procedure.Event, p Coordinator) { s.Lead = p.Department }),
	EvTaskReturned:       on(taskReturned),
	EvTaskRerouted:       on(taskRerouted),
	EvTaskProgressed:     on(func(*State, procedure.Event, Progress) {}),
	EvTaskCompleted:      on(taskCompleted),
	EvTaskPaused:         on(taskPaused),
	EvTaskResumed:        on(taskResumed),
	EvPlanProposed:       on(planProposed),
	EvPlanAnswered:       on(planAnswered),
	EvVerified:           on(func(*State, procedure.Event, Verify) {}),
	EvRevisited:          on(revisited),
	EvUnreachedDecided:   on(unreachedDecided),
	EvMergedIn:           on(mergedIn),
	EvMergeTurnedAway:    on(func(*State, procedure.Event, TurnedAway) {}),
	EvParted:             on(parted),
	EvFollowed:           on(followed),
	EvNotFollowing:       on(func(*State, procedure.Event, NotFollowing) {}),
	EvMergeRedirected:    on(mergeRedirected),
	EvMergeChecked:       on(mergeChecked),
	EvMergeUndone:        on(mergeUndone),
	EvJoinedIssue:        on(joinedIssue),
	EvLeftIssue:          on(leftIssue),
	EvInformed:           on(informed),
	EvMeasureNoted:       on(measureNoted),
	EvEscalationDecided:  on(escalationDecided),
	EvClosed:             on(closed),
	EvReopened:           on(reopened),
	EvArchived:           on(archived),
	EvAdopted:            on(settingsAdopted),
}

// Evolve gives the state after an event. It cannot refuse: what happened, happened.
func Evolve(s State, e procedure.Event) State {
	s = s.clone()
	s.Seq, s.Last = e.Seq, e.At
	if evolve, ok := evolvers[e.Type]; ok {
		evolve(&s, e)
	} else {
		s.Set.Evolve(s.terms(), e)
	}
	return s
}

// on reads an event's data. Data that cannot be read was not written by this procedure.
func on[T any](evolve func(*State, procedure.Event, T)) func(*State, procedure.Event) {
	return func(s *State, e procedure.Event) {
		var data T
		if err := json.Unmarshal(e.Data, &data); err != nil {
			panic(fmt.Errorf("event %d %s: %w", e.Seq, e.Type, err))
		}
		evolve(s, e, data)
	}
}

func registered(s *State, e procedure.Event, p Registered) {
	s.Record, s.Urgency, s.Unclear = p.Record, p.Urgency, p.Unclear
	s.TakenBy, s.TakenAt = e.By, e.At
	s.inTouch(e.At)
	s.startOwned(StepPlan, e.At) // D1
}

// stageEntered moves on: the old stage's clock stops, the new one's starts. H1
func stageEntered(s *State, e procedure.Event, p StageEntered) {
	for _, old := range stageSteps {
		s.Stop(deadline.Key(old.step, ""))
	}
	from := s.Stage
	s.Stage, s.Since, s.Round = p.Stage, e.At, p.Round
	if step, ok := stageStep(p.Stage); ok {
		s.startOwned(step, e.At)
	}
	switch p.Stage {
	case StageExplaining:
		s.Explainer = explainers[0]
		s.Change(deadline.Key(StepExplain, ""), func(c *deadline.Deadline) { c.Owner = s.Explainer })
		s.stopPlan()
	case StageService, StageVerifying:
		s.stopPlan()
	case StageDispatching, StageWorking:
		s.expectPlan(e.At)
	case StageRevisiting:
		if from != StageUnreached { // the manager has decided about one of them only
			s.askAnew()
		}
	}
}

// askAnew forgets the attempts that reached nobody: another round of work has been done since. G4, G5
func (s *State) askAnew() {
	s.Attempts = nil
	for i := range s.Joined {
		s.Joined[i].Attempts = nil
	}
}

func (s *State) stopPlan() {
	s.Stop(deadline.Key(StepPlan, ""))
	s.Stop(deadline.Key(StepAnswer, ""))
}

// expectPlan makes sure that an unanswered plan has a deadline. D1, D3
func (s *State) expectPlan(now time.Time) {
	_, planning := s.Deadline(deadline.Key(StepPlan, ""))
	_, asking := s.Deadline(deadline.Key(StepAnswer, ""))
	switch {
	case planning || asking || s.planAnswered():
	case s.Plan != nil && s.Plan.Answer == "":
		s.startOwned(StepAnswer, now)
	default:
		s.startOwned(StepPlan, now)
	}
}

// inTouch restarts the follow-up timer: the complainant has just heard from us. E1, E2
func (s *State) inTouch(at time.Time) {
	s.Contact = &at
	if s.Stage != StageClosed {
		s.startOwned(StepFollowUp, at)
	}
}

// clarification is Clarify as it is on record: what was impossible is there also when its words were erased,
// so that the deadlines, and what is counted of them, stay what they were. I5
type clarification struct {
	Clarify
	Impossible *string `json:"impossible"`
}

func clarified(s *State, e procedure.Event, p clarification) {
	r := &s.Record
	for _, f := range []struct {
		into *string
		text string
	}{
		{&r.Name, p.Name}, {&r.Building, p.Building}, {&r.Room, p.Room}, {&r.Phone, p.Phone},
		{&r.Email, p.Email}, {&r.Place, p.Place}, {&r.What, p.What}, {&r.Remedy, p.Remedy},
	} {
		if f.text != "" {
			*f.into = f.text
		}
	}
	if p.HappenedAt != nil {
		r.HappenedAt = p.HappenedAt
	}
	r.Involved = append(r.Involved, p.Involved...)
	given := p.fields()
	s.Unclear = slices.DeleteFunc(s.Unclear, func(f string) bool { return slices.Contains(given, f) })
	if p.Impossible != nil {
		s.Unclear = nil
		return
	}
	s.inTouch(e.At)
}

func classified(s *State, _ procedure.Event, p Classify) {
	s.Record.Category, s.Urgency = p.Category, p.Urgency
	s.retime()
}

func handlerNamed(s *State, _ procedure.Event, p NameHandler) {
	s.Handler = &people.By{ID: p.Staff, Name: p.Name}
}

func judged(s *State, e procedure.Event, p Judge) {
	s.Special = p.Special
	s.setNature(Judgement{Nature: p.Nature, Grounds: p.Grounds, By: e.By, At: e.At})
}

func reviewed(s *State, e procedure.Event, p Review) {
	s.setNature(Judgement{Nature: p.Nature, Grounds: p.Grounds, By: e.By, At: e.At, Review: true})
}

func (s *State) setNature(j Judgement) {
	s.Judgement = append(s.Judgement, j)
	s.Nature = j.Nature
	s.retime()
}

func explained(s *State, e procedure.Event, p Explanation) {
	s.inTouch(e.At)
	if p.Next != "" {
		s.Explainer = p.Next
		s.start(StepExplain, "", p.Next, e.At)
	}
}

func appealed(s *State, e procedure.Event, p Reasoned) {
	s.Appealed, s.Nature = true, ""
	if s.Closing != nil {
		reopened(s, e, p)
	}
	s.inTouch(e.At)
}

func planProposed(s *State, e procedure.Event, p Plan) {
	s.Plan = &p
	s.stopPlan()
	s.startOwned(StepAnswer, e.At)
	s.inTouch(e.At)
}

// planAnswered waits for a revised plan when the complainant asked to adjust it. D2
func planAnswered(s *State, e procedure.Event, p AnswerPlan) {
	s.Plan.Answer = p.Answer
	s.stopPlan()
	if p.Answer == Adjust {
		s.startOwned(StepPlan, e.At)
	}
	if p.Answer != NoAnswer {
		s.inTouch(e.At)
	}
}

func revisited(s *State, e procedure.Event, p Revisit) {
	a := s.asking(p.Of)
	if !p.Reached {
		a.Attempts = append(a.Attempts, e.At)
		return
	}
	a.Revisit = &Revisited{Method: p.Method, At: e.At, By: e.By, Outcome: p.Outcome, Handling: p.Handling}
	if p.Satisfied {
		a.Settled = Satisfied
	}
	if p.Of == "" {
		s.inTouch(e.At)
	}
}

// unreachedDecided takes the manager's word for one who could not be reached. G5
func unreachedDecided(s *State, _ procedure.Event, p UnreachedDecided) {
	a := s.asking(p.Of)
	a.Attempts = nil
	if p.Decision == "close" {
		a.Settled = NotReached
	}
}

// goingOn are the steps of the work itself. Their deadlines outlast a closing: a reopened complaint goes
// on with them. G8
var goingOn = []Step{StepAccept, StepWork, StepReroute, StepPlan, StepAnswer}

// closed stops every clock and keeps what is left of those that would go on. I1, G8
func closed(s *State, e procedure.Event, p Closed) {
	s.Closing = &Closing{Outcome: p.Outcome, At: e.At, From: s.Stage, Into: p.Into}
	for _, c := range s.Deadlines {
		if !slices.Contains(goingOn, c.Step) {
			continue
		}
		if c.Paused == nil {
			s.terms().Pause(&c, "", e.At, e.At)
		}
		s.Closing.Left = append(s.Closing.Left, c)
	}
	s.Deadlines, s.Stage, s.Since = nil, StageClosed, e.At
	s.startOwned(StepReopen, e.At)
}

// reopened lets the deadlines go on that closing stopped: one that was missed stays missed, and a task
// that was paused stays so until its date. G8
func reopened(s *State, e procedure.Event, _ Reasoned) {
	if s.Closing.Outcome == Explained {
		s.Nature = "" // to be judged anew
	}
	s.Deadlines = nil
	for _, c := range s.Closing.Left {
		switch {
		case c.Breached:
			c.Paused = nil
		case c.Paused.Reason == "":
			s.terms().Unpause(&c, e.At)
		}
		s.Deadlines = append(s.Deadlines, c)
	}
	s.Closing, s.Settled = nil, ""
	s.Stage = StageDispatching // until the stage that comes with this event
	s.inTouch(e.At)
}

func archived(s *State, e procedure.Event, _ struct{}) {
	s.Deadlines, s.Stage, s.Since = nil, StageArchived, e.At
}

// Fold gives the state of a complaint after its events, under the settings that it keeps.
func Fold(number string, p policy.Policy, events []procedure.Event) State {
	s := New(number, p)
	for _, e := range events {
		s = Evolve(s, e)
	}
	return s
}
