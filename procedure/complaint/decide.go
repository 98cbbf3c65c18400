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
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"bihuan/procedure"
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
	CmdWarn:              handle((*decision).warn),
	CmdBreach:            handle((*decision).breach),
	CmdArchive:           handle((*decision).archive),
}

// decision is one command being decided: a copy of the state that follows the events as they are made.
type decision struct {
	State
	command procedure.Command
	line    Transition // of the table
	by      people.By
	now     time.Time
	events  []procedure.Event
}

// Decide says what a command does at an instant (UTC): the events that happen, or a
// *procedure.Refusal with the code that says why not. The state is left as it was.
func Decide(s State, c procedure.Command, now time.Time) ([]procedure.Event, error) {
	run, known := handlers[c.Name]
	if !known {
		return nil, procedure.Refuse("unknown_command", "command", c.Name)
	}
	t, ok := find(c.Name, s.Stage)
	if !ok {
		return nil, procedure.Refuse("wrong_stage", "stage", string(s.Stage), "command", c.Name)
	}
	role, err := permit(s, t, c.Actor)
	if err != nil {
		return nil, err
	}
	d := &decision{State: s.clone(), command: c, line: t, now: now.UTC().Truncate(tick), by: people.By{ID: c.Actor.ID, Name: c.Actor.Name, Role: role}}
	if err := run(d, t); err != nil {
		return nil, err
	}
	d.advance()
	d.settle()
	return d.events, nil
}

// permit gives the role in which the actor may give the command, or refuses: by the table's line, and
// only about a complaint that they may see. N1, N3
func permit(s State, t Transition, a people.Actor) (people.Role, error) {
	role, ok := a.As(t.may(s))
	if !ok && t.named(s, a) {
		role, ok = a.As(everybody)
	}
	if !ok || (role != people.System && s.Stage != StageNew && Sees(s, a) == SeesNothing) {
		return "", procedure.Refuse("forbidden", "command", t.Command)
	}
	return role, nil
}

// handle reads a command's payload, checks the needs that the table names, and runs the command.
func handle[P any](run func(*decision, P) error) func(*decision, Transition) error {
	return func(d *decision, t Transition) error {
		var p P
		if err := decode(d.command.Payload, &p); err != nil {
			return err
		}
		for _, need := range t.Needs {
			if err := needs[need](d, p); err != nil {
				return err
			}
		}
		return run(d, p)
	}
}

// decode reads a payload strictly: an unknown field is an error, not a silence.
func decode(raw json.RawMessage, into any) error {
	if len(raw) == 0 {
		raw = []byte("{}")
	}
	r := json.NewDecoder(bytes.NewReader(raw))
	r.DisallowUnknownFields()
	if err := r.Decode(into); err != nil {
		return procedure.Refuse("bad_payload", "reason", reason(err))
	}
	if _, err := r.Token(); !errors.Is(err, io.EOF) {
		return procedure.Refuse("bad_payload", "reason", "more than one value")
	}
	if bytes.Contains(bytes.ReplaceAll(raw, []byte(`\\`), nil), []byte(`\u0000`)) { // no database keeps it
		return procedure.Refuse("bad_payload", "reason", "a text holds the character U+0000")
	}
	return nil
}

// reason names the field that is wrong and never repeats its value.
func reason(err error) string {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		field := strings.TrimPrefix(wrongType.Field, "Record.") // embedded, so no part of what was sent
		return field + ": want " + wrongType.Type.String()
	}
	var badTime *time.ParseError
	if errors.As(err, &badTime) {
		return "want times such as 2026-11-21T20:15:00+08:00"
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return field + ": unknown field"
	}
	return "not valid JSON"
}

// emit records that something happened and lets the working state follow.
func (d *decision) emit(eventType string, data any) {
	e := procedure.Event{Seq: d.Seq + 1, Type: eventType, At: d.now, By: d.by, Command: d.command.ID, Data: encode(data)}
	d.events = append(d.events, e)
	d.State = Evolve(d.State, e)
}

// enter moves the complaint to another stage.
func (d *decision) enter(stage Stage) {
	d.emit(EvStageEntered, StageEntered{Stage: stage, Round: d.Round})
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

// settle closes what the decision made pointless, puts every missed deadline before a rung, and says
// what it could not count. H2, H6
func (d *decision) settle() {
	for _, e := range d.Escalated {
		if e.Status == EscalationOpen && d.pointless(e) {
			d.emit(EvEscalationSettled, EscalationMoved{Escalation: e.ID})
		}
	}
	for _, c := range d.Clocks {
		if c.Breached && !d.escalated(c.Key) {
			d.raise(c.Key, c.Owner, "")
		}
	}
	for _, c := range d.Clocks {
		if c.NoCalendar != 0 && !slices.Contains(d.NoCalendar, c.NoCalendar) {
			d.emit(EvCalendarMissing, CalendarMissing{Year: c.NoCalendar})
		}
	}
}

// pointless says whether an escalation is about a step that has been done since.
func (d *decision) pointless(e Escalation) bool {
	c, running := d.State.Clock(e.Clock)
	return !running || (e.Reason == "" && !c.Breached)
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
	s.Clocks = slices.Clone(s.Clocks)
	s.Escalated = slices.Clone(s.Escalated)
	s.NoCalendar = slices.Clone(s.NoCalendar)
	if s.Plan != nil {
		p := *s.Plan
		s.Plan = &p
	}
	return s
}
