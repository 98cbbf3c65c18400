// Package complaint is the complaint procedure of the handbook as pure functions over one
// serializable state:
//
//	Decide(state, command, now) -> events, or a refusal
//	Evolve(state, event)        -> state
//	Due(state)                  -> what falls due when, and the command it then issues
//	Notices(state, event)       -> who is told what
//
// A deadline that passes is a command like any other, so time has no path of its own.
package complaint

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// handlers holds what each command of the table does once the table lets it pass.
var handlers = map[string]func(*decision, Transition) error{
	CmdRegister:          handle((*decision).register),
	CmdClarify:           handle((*decision).clarify),
	CmdClassify:          handle((*decision).classify),
	CmdContain:           handle((*decision).contain),
	CmdReceive:           handle((*decision).receive),
	CmdContact:           handle((*decision).contact),
	CmdNameHandler:       handle((*decision).nameHandler),
	CmdJudge:             handle((*decision).judge),
	CmdReview:            handle((*decision).review),
	CmdExplain:           handle((*decision).explain),
	CmdAppeal:            handle((*decision).appeal),
	CmdSettleService:     handle((*decision).settleService),
	CmdDispatch:          handle((*decision).dispatch),
	CmdTakeTurn:          handle((*decision).takeTurn),
	machine.CmdLink:      handle((*decision).link),
	CmdAccept:            handle((*decision).accept),
	CmdReturn:            handle((*decision).returnTask),
	CmdReroute:           handle((*decision).reroute),
	CmdProgress:          handle((*decision).progress),
	CmdComplete:          handle((*decision).complete),
	CmdPause:             handle((*decision).pause),
	CmdResume:            handle((*decision).resume),
	CmdPropose:           handle((*decision).propose),
	CmdAnswer:            handle((*decision).answer),
	CmdVerify:            handle((*decision).verify),
	CmdRevisit:           handle((*decision).revisit),
	CmdDecideUnreached:   handle((*decision).decideUnreached),
	CmdRequestEscalation: handle((*decision).requestEscalation),
	CmdDecideEscalation:  handle((*decision).decideEscalation),
	CmdWithdraw:          handle((*decision).withdraw),
	CmdMerge:             handle((*decision).merge),
	CmdReopen:            handle((*decision).reopen),
	CmdTakeIn:            handle((*decision).takeIn),
	CmdPart:              handle((*decision).part),
	CmdFollow:            handle((*decision).follow),
	CmdHearMerge:         handle((*decision).hearMerge),
	CmdUndoMerge:         handle((*decision).undoMerge),
	CmdJoinIssue:         handle((*decision).joinIssue),
	CmdLeaveIssue:        handle((*decision).leaveIssue),
	CmdInform:            handle((*decision).inform),
	CmdNoteMeasure:       handle((*decision).noteMeasure),
	CmdWarn:              handle((*decision).warn),
	CmdBreach:            handle((*decision).breach),
	CmdArchive:           handle((*decision).archive),
	CmdAdopt:             handle((*decision).adopt),
}

// decision is one command being decided: a copy of the state that follows the events as they are made.
type decision struct {
	State
	*machine.Decision
}

// rules is the procedure as the table's kit decides it.
var rules = machine.Rules[State, *decision]{
	Table: Table, Handlers: handlers, Permit: permit,
	Stage: func(s State) Stage { return s.Stage },
	Seq:   func(s State) int { return s.Seq },
	Begin: func(s State, t *machine.Decision) *decision { return &decision{State: s.clone(), Decision: t} },
}

// Decide says what a command does at an instant (UTC): the events that happen, or a
// *procedure.Refusal with the code that says why not. The state is left as it was.
func Decide(s State, c procedure.Command, now time.Time) ([]procedure.Event, error) {
	return rules.Decide(s, c, now)
}

// permit gives the role in which the actor may give the command, or refuses: by the table's line, and
// only about a complaint that they may see. N1, N3
func permit(s State, t Transition, a people.Actor) (people.Role, error) {
	role, ok := a.As(may(t, s))
	if !ok && namedFor(t, s, a) {
		role, ok = a.As(everybody)
	}
	if !ok || (role != people.System && s.Stage != StageNew && Sees(s, a) == SeesNothing) {
		return "", machine.Forbidden(t.Command)
	}
	return role, nil
}

// handle reads a command's payload, checks the needs that the table names, and runs the command.
func handle[P any](run func(*decision, P) error) func(*decision, Transition) error {
	return machine.Handle(needs, run)
}

// Follow lets the working state follow an event.
func (d *decision) Follow(e procedure.Event) { d.State = Evolve(d.State, e) }

// Finish moves on when a stage is over, and puts what is late before a level.
func (d *decision) Finish() {
	d.advance()
	d.Settle(d)
}

// enter moves the complaint to another stage.
func (d *decision) enter(stage Stage) {
	d.Emit(EvStageEntered, StageEntered{Stage: stage, Round: d.Round})
}

// advance moves on when the work itself says that a stage is over.
func (d *decision) advance() {
	if d.Stage == StageDispatching && len(d.inRound()) > 0 {
		d.enter(StageWorking)
	}
	if d.Stage == StageWorking && d.workDone() && d.planAnswered() {
		d.enter(StageVerifying)
	}
}

// inRound lists the tasks of the current round.
func (s State) inRound() []Task {
	return slices.DeleteFunc(slices.Clone(s.Tasks), func(t Task) bool { return t.Round != s.Round })
}

func (s State) workDone() bool {
	return !slices.ContainsFunc(s.inRound(), func(t Task) bool { return t.Status != TaskCompleted })
}

func (s State) planAnswered() bool {
	return s.Plan != nil && (s.Plan.Answer == Agreed || s.Plan.Answer == NoAnswer)
}

// clone copies the state deep enough that evolving the copy leaves the original alone.
func (s State) clone() State {
	s.Unclear = slices.Clone(s.Unclear)
	s.Record.Involved = slices.Clone(s.Record.Involved)
	s.Judgement = slices.Clone(s.Judgement)
	s.Tasks = slices.Clone(s.Tasks)
	s.Attempts = slices.Clone(s.Attempts)
	s.Joined = slices.Clone(s.Joined)
	for i := range s.Joined {
		s.Joined[i].Attempts = slices.Clone(s.Joined[i].Attempts)
	}
	if s.Closing != nil {
		c := *s.Closing
		s.Closing = &c
	}
	s.Set = s.Set.Clone()
	if s.Plan != nil {
		p := *s.Plan
		s.Plan = &p
	}
	return s
}
