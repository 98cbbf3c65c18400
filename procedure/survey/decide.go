package survey

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

var (
	open = []machine.Stage{StageComposing, StageDrawing, StageAsking, StageCounting}
	// asks are those who may ask households.
	asks = []people.Role{people.Assistant, people.Manager, people.GM, people.Company}
)

// Table is the procedure: everything that may happen to a survey.
var Table = append([]machine.Transition{
	{Command: machine.CmdRegister, From: []machine.Stage{machine.StageNew}, May: append([]people.Role{people.System}, asks...), To: []machine.Stage{StageComposing, StageDrawing}},
	{Command: CmdRewrite, From: []machine.Stage{StageComposing}, May: asks},
	{Command: CmdLaunch, From: []machine.Stage{StageComposing}, May: asks, To: []machine.Stage{StageDrawing}},
	{Command: CmdDrawn, From: []machine.Stage{StageDrawing}, May: machine.Time, To: []machine.Stage{StageAsking, StageComposing}},
	{Command: CmdInvited, From: []machine.Stage{StageAsking, StageCounting, machine.StageClosed}, May: machine.Time},
	{Command: CmdRemind, From: []machine.Stage{StageAsking}, May: machine.Time},
	{Command: CmdConclude, From: []machine.Stage{StageAsking}, May: asks, To: []machine.Stage{StageCounting}},
	{Command: CmdExpire, From: []machine.Stage{StageAsking}, May: machine.Time, To: []machine.Stage{StageCounting}},
	{Command: CmdCounted, From: []machine.Stage{StageCounting}, May: machine.Time, To: []machine.Stage{machine.StageClosed}},
	{Command: machine.CmdWithdraw, From: []machine.Stage{StageComposing, StageDrawing, StageAsking}, May: asks, To: []machine.Stage{machine.StageClosed}},
}, machine.Internal(open)...)

// handlers holds what each command beside the desk's does once the table lets it pass.
var handlers = map[string]func(*decision, machine.Transition) error{
	machine.CmdRegister: machine.Handle(nil, (*decision).register),
	CmdRewrite:          machine.Handle(nil, (*decision).rewrite),
	CmdLaunch:           machine.Handle(nil, (*decision).launch),
	CmdDrawn:            machine.Handle(nil, (*decision).drawn),
	CmdInvited:          machine.Handle(nil, (*decision).invited),
	CmdRemind:           machine.Handle(nil, (*decision).remind),
	CmdConclude:         machine.Handle(nil, (*decision).conclude),
	CmdExpire:           machine.Handle(nil, (*decision).expire),
	CmdCounted:          machine.Handle(nil, (*decision).counted),
}

// decision is one command being decided over a copy of the state.
type decision struct {
	State
	*machine.Decision
}

var rules = machine.RulesOf(Table, handlers, book, file,
	func(s State, t *machine.Decision) *decision { return &decision{State: s, Decision: t} })

// Follow and Finish are the decision as the kit asks for it.
func (d *decision) Follow(e procedure.Event) { d.State = Evolve(d.State, e) }
func (d *decision) Finish()                  { d.Settle(d) }

// register begins a survey with questions of its own, or with those of a template. M1
func (d *decision) register(p Register) error {
	switch {
	case p.Community == "":
		return machine.Missing("community")
	case !d.Actor().In(p.Community):
		return machine.Forbidden(machine.CmdRegister)
	}
	if p.Template != "" {
		t, ok := d.Policy.Survey.Template(p.Template)
		if !ok {
			return procedure.Invalid("unknown_template", "template", p.Template)
		}
		if len(p.Questions) > 0 {
			return procedure.Invalid("template_has_questions")
		}
		p.Questionnaire = t.Questionnaire
		if p.Sample == 0 {
			p.Sample = t.Sample
		}
	}
	if err := d.sound(p.Plan); err != nil {
		return err
	}
	d.Emit(EvRegistered, p)
	machine.Enter(d, StageComposing)
	if p.Launch {
		d.begin(p.ClosesAt)
	}
	return nil
}

// largestSample is how many households may be drawn: more than any community has.
const largestSample = 1_000_000

// sound checks what is asked, whom, and until when.
func (d *decision) sound(p Plan) error {
	if faults := p.Validate(); len(faults) > 0 {
		return procedure.Invalid("bad_questionnaire", "faults", faults.Text())
	}
	if p.Sample < 0 || p.Sample > largestSample {
		return procedure.Invalid("bad_sample")
	}
	return deadline.Ahead(p.ClosesAt, d.Now)
}

func (d *decision) rewrite(p Plan) error {
	if err := d.sound(p); err != nil {
		return err
	}
	d.Emit(EvRewritten, p)
	return nil
}

func (d *decision) launch(p Launch) error {
	closes := p.ClosesAt
	if closes == nil {
		closes = d.ClosesAt
	}
	if err := deadline.Ahead(closes, d.Now); err != nil {
		return err
	}
	d.begin(closes)
	return nil
}

// begin has the households drawn. Nobody can choose the seed, and everybody can draw again from it.
func (d *decision) begin(closes *time.Time) {
	sum := sha256.Sum256([]byte(d.Number + "\x00" + d.Command.ID))
	d.Emit(EvLaunched, Launched{Seed: hex.EncodeToString(sum[:8]), Sample: d.Sample, ClosesAt: closes})
	machine.Enter(d, StageDrawing)
}

// drawn takes the households; a community without any cannot be asked.
func (d *decision) drawn(p procedure.Answer) error {
	if p.Refused != nil {
		return d.notDrawn(p.Refused.Code)
	}
	var drawn Drawn
	if err := machine.Decode(p.Result, &drawn); err != nil {
		return err
	}
	if drawn.Households == 0 {
		return d.notDrawn("empty_audience")
	}
	drawn.ClosesAt = d.Now.Add(time.Duration(d.Policy.Survey.Deadlines[string(StepConclude)].Within))
	if d.ClosesAt != nil {
		drawn.ClosesAt = *d.ClosesAt
	}
	machine.Enter(d, StageAsking)
	d.Emit(EvDrawn, drawn)
	return nil
}

func (d *decision) notDrawn(code string) error {
	d.Emit(EvNotDrawn, machine.LinkFailed{Code: code})
	machine.Enter(d, StageComposing)
	return nil
}

func (d *decision) invited(p procedure.Answer) error {
	var invited Invited
	if p.Refused != nil {
		return p.Refused
	}
	if err := machine.Decode(p.Result, &invited); err != nil {
		return err
	}
	d.Emit(EvInvited, invited)
	return nil
}

// remind writes to those who have not answered.
func (d *decision) remind(p deadline.TimeUp) error {
	if len(d.Reminders) == 0 || !d.Reminders[0].Equal(p.At) {
		return procedure.Conflict("deadline_moved", "key", p.Key)
	}
	if d.Now.Before(p.At) {
		return procedure.Conflict("too_early", "until", p.At.Format(time.RFC3339))
	}
	d.Emit(EvReminded, Wave{Wave: d.Wave + 1})
	return nil
}

// conclude ends the asking before its closing date.
func (d *decision) conclude(p machine.Reasoned) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	d.end(p.Reason)
	return nil
}

func (d *decision) expire(p deadline.TimeUp) error {
	if _, err := d.Passed(d, p, deadline.WhenDue); err != nil {
		return err
	}
	d.end("")
	return nil
}

func (d *decision) end(reason string) {
	d.Emit(EvConcluded, machine.Reasoned{Reason: reason})
	machine.Enter(d, StageCounting)
}

func (d *decision) counted(p procedure.Answer) error {
	var tally Tally
	if p.Refused != nil {
		return p.Refused
	}
	if err := machine.Decode(p.Result, &tally); err != nil {
		return err
	}
	d.Emit(EvCounted, tally)
	machine.End(d, Counted, "")
	return nil
}

// Evolve gives the state after an event. It cannot refuse: what happened, happened.
func Evolve(s State, e procedure.Event) State {
	s.Case = s.Clone()
	if s.Apply(book, e) {
		return s
	}
	switch e.Type {
	case EvRegistered:
		p := machine.Data[Register](e)
		s.Plan, s.Template = p.Plan, p.Template
		s.Register(book, machine.Customer{Community: p.Community, Drill: p.Drill}, e)
	case EvRewritten:
		s.Plan, s.Template = machine.Data[Plan](e), ""
	case EvLaunched:
		p := machine.Data[Launched](e)
		s.Seed, s.ClosesAt = p.Seed, p.ClosesAt
	case EvDrawn:
		s.drawn(machine.Data[Drawn](e), e.At)
	case EvInvited:
		s.Mails += machine.Data[Invited](e).Mails
	case EvReminded:
		s.Wave, s.Reminders = machine.Data[Wave](e).Wave, slices.Clone(s.Reminders[1:])
	case EvConcluded:
		s.Reminders = nil
	case EvCounted:
		tally := machine.Data[Tally](e)
		s.Tally = &tally
	}
	return s
}

// drawn starts the time of asking, with the reminders that come before its end.
func (s *State) drawn(p Drawn, at time.Time) {
	s.Households, s.Population, s.ClosesAt = p.Households, p.Population, &p.ClosesAt
	s.Change(deadline.Key(StepConclude, ""), func(c *deadline.Deadline) { s.Terms(book).Fix(c, p.ClosesAt, at) })
	s.Reminders = nil
	for _, after := range s.Policy.Survey.RemindAfter {
		if when := at.Add(time.Duration(after)); when.Before(p.ClosesAt) {
			s.Reminders = append(s.Reminders, when)
		}
	}
}

// noticeRules is the table of notices, in the order of the procedure. Households are written to by effects.
var noticeRules = append([]machine.NoticeRule{
	{Event: EvNotDrawn, Template: "survey-not-drawn", To: machine.To[machine.Case](people.Assistant)},
	{Event: EvInvited, Template: "survey-invited", To: machine.To[machine.Case](people.Assistant)},
	{Event: EvCounted, Template: "survey-counted", To: machine.To[machine.Case](people.Assistant, people.Manager)},
}, machine.EscalationNotices...)

// HouseholdTemplates are the notices that go to households: the invitation, and the reminders.
var HouseholdTemplates = []string{"survey-invitation", "survey-reminder"}

// Notices says who is told what about an event. The state is the one after the event.
func Notices(s State, e procedure.Event) []procedure.Notice {
	return s.Case.Notices(noticeRules, e)
}

// The effects: households are drawn and written to, answers are counted.
const (
	EffectDraw   = "survey-draw"
	EffectInvite = "survey-invite"
	EffectCount  = "survey-count"
)

// Draw asks for the households.
type Draw struct {
	Community string `json:"community"`
	Seed      string `json:"seed"`
	Sample    int    `json:"sample,omitempty"`
}

// Invite asks for mails to households, but those who have answered.
type Invite struct {
	Wave     int         `json:"wave"`
	Title    policy.Text `json:"title"`
	ClosesAt time.Time   `json:"closes_at"`
}

// Count asks for the answers to be counted.
type Count struct {
	policy.Questionnaire
	Households int `json:"households"`
	Population int `json:"population"`
}

// Effects asks for what a survey needs from outside.
func Effects(s State, e procedure.Event) []procedure.Effect {
	ask := func(name, then string, payload any) []procedure.Effect {
		return []procedure.Effect{{Name: name, Then: then, Payload: machine.Encode(payload)}}
	}
	switch e.Type {
	case EvLaunched:
		return ask(EffectDraw, CmdDrawn, Draw{Community: s.Customer.Community, Seed: s.Seed, Sample: s.Sample})
	case EvDrawn, EvReminded:
		if s.Customer.Drill { // nobody outside is written to for practice. M5
			return nil
		}
		return ask(EffectInvite, CmdInvited, Invite{Wave: s.Wave, Title: s.Title, ClosesAt: *s.ClosesAt})
	case EvConcluded:
		return ask(EffectCount, CmdCounted, Count{Questionnaire: s.Questionnaire, Households: s.Households, Population: s.Population})
	}
	return nil
}
