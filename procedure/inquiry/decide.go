package inquiry

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

var (
	open     = []machine.Stage{StageAnswering, StageForwarded, StageTurning}
	atHand   = []machine.Stage{StageAnswering, StageForwarded}
	everyone = append([]people.Role{people.Complainant, people.System}, people.Workers...)
)

// Table is the procedure: everything that may happen to an inquiry.
var Table = append([]machine.Transition{
	{Command: machine.CmdRegister, From: []machine.Stage{machine.StageNew}, May: everyone, To: []machine.Stage{StageAnswering}},
	{Command: CmdSort, From: atHand, May: machine.Desks},
	{Command: CmdForward, From: atHand, May: machine.Desks, To: []machine.Stage{StageForwarded}},
	{Command: CmdReport, From: []machine.Stage{StageForwarded}, May: append([]people.Role{people.Handler}, machine.Desks...), Named: true, To: []machine.Stage{StageAnswering}},
	{Command: CmdReply, From: atHand, May: machine.Desks, Named: true, To: []machine.Stage{machine.StageClosed}},
	{Command: CmdTurn, From: atHand, May: machine.Desks, To: []machine.Stage{StageTurning, machine.StageClosed}},
	{Command: machine.CmdLink, From: []machine.Stage{StageTurning}, May: machine.Time, To: []machine.Stage{machine.StageClosed, StageAnswering}},
}, machine.Lines(open)...)

// handlers holds what each command beside the desk's does once the table lets it pass.
var handlers = map[string]func(*decision, machine.Transition) error{
	machine.CmdRegister: machine.Handle(nil, (*decision).register),
	CmdSort:             machine.Handle(nil, (*decision).sort),
	CmdForward:          machine.Handle(nil, (*decision).forward),
	CmdReport:           machine.Handle(nil, (*decision).report),
	CmdReply:            machine.Handle(nil, (*decision).reply),
	CmdTurn:             machine.Handle(nil, (*decision).turn),
}

// decision is one command being decided over a copy of the state.
type decision struct {
	State
	*machine.Decision
}

var rules = machine.RulesOf(Table, handlers, book, file,
	func(s State, t *machine.Decision) *decision { return &decision{State: s, Decision: t} })

// Desk, Follow and Finish are the decision as the kit asks for it.
func (d *decision) Desk() *machine.Case      { return &d.Case }
func (d *decision) Follow(e procedure.Event) { d.State = Evolve(d.State, e) }
func (d *decision) Finish() {
	d.turned()
	d.Settle(d)
}

// register takes an inquiry in. K1
func (d *decision) register(p Register) error {
	if err := machine.Checked(p.Customer, d.Actor(), d.Role()); err != nil {
		return err
	}
	if machine.Blank(p.What) {
		return machine.Missing("what")
	}
	if p.Class == "" {
		p.Class = AfterSale
	}
	if !slices.Contains(Classes, p.Class) {
		return procedure.Invalid("unknown_class", "class", string(p.Class))
	}
	d.Emit(EvRegistered, p)
	machine.Enter(d, StageAnswering)
	return nil
}

func (d *decision) sort(p Sort) error { // K1
	switch {
	case !slices.Contains(Classes, p.Class):
		return procedure.Invalid("unknown_class", "class", string(p.Class))
	case machine.Blank(p.Reason):
		return machine.Missing("reason")
	case p.Class == d.Class:
		return procedure.Conflict("nothing_to_do")
	}
	d.Emit(EvSorted, p)
	return nil
}

func (d *decision) forward(p Forward) error { // K2
	if _, ok := d.Policy.Department(p.Department); !ok {
		return procedure.Invalid("unknown_department", "department", p.Department)
	}
	if machine.Blank(p.Question) {
		return machine.Missing("question")
	}
	if err := deadline.Ahead(p.Deadline, d.Now); err != nil {
		return err
	}
	machine.Enter(d, StageForwarded)
	d.Emit(EvForwarded, p)
	return nil
}

func (d *decision) report(p Report) error { // K2
	if machine.Blank(p.Said) {
		return machine.Missing("said")
	}
	d.Emit(EvReported, p)
	machine.Enter(d, StageAnswering)
	return nil
}

// reply answers the customer, which is the end unless they come back. K2
func (d *decision) reply(p Reply) error {
	switch {
	case machine.Blank(p.Said):
		return machine.Missing("said")
	case !slices.Contains(machine.Channels, p.Channel):
		return procedure.Invalid("unknown_channel", "channel", string(p.Channel))
	case d.Class == Complaint: // K1
		return procedure.Conflict("complaint_to_be_turned")
	case p.Adopted && d.Class != Suggestion:
		return procedure.Conflict("no_suggestion")
	}
	d.Emit(EvReplied, p)
	outcome := Answered
	if p.Adopted {
		outcome = Adopted
	}
	machine.End(d, outcome, "")
	return nil
}

// turn makes another kind of case of it; the inquiry ends once that one is there. K3
func (d *decision) turn(p Turn) error {
	switch {
	case p.Into != "complaint" && p.Into != "service":
		return procedure.Invalid("unknown_kind", "kind", p.Into)
	case machine.Blank(p.Reason):
		return machine.Missing("reason")
	case machine.Blank(p.Category):
		return machine.Missing("category")
	}
	if p.Into == "complaint" && d.Class != Complaint { // K1
		d.Emit(EvSorted, Sort{Class: Complaint, Reason: p.Reason})
	}
	machine.Enter(d, StageTurning)
	d.Emit(EvTurned, p)
	return nil
}

// turned ends what has become another case, and takes back what could not. K3
func (d *decision) turned() {
	if d.Stage != StageTurning || len(d.Events) == 0 {
		return
	}
	switch d.Events[len(d.Events)-1].Type {
	case machine.EvLinked:
		machine.End(d, Turned, "")
	case machine.EvLinkFailed:
		machine.Enter(d, StageAnswering)
	}
}

// Evolve gives the state after an event. It cannot refuse: what happened, happened.
func Evolve(s State, e procedure.Event) State {
	s.Case = s.Clone()
	if s.Apply(book, e) {
		if e.Type == machine.EvEnded {
			s.ask("")
		}
		return s
	}
	switch e.Type {
	case EvRegistered:
		p := machine.Data[Register](e)
		s.What, s.Class = p.What, p.Class
		s.Case.Register(book, p.Customer, e)
	case EvSorted:
		s.Class = machine.Data[Sort](e).Class
	case EvForwarded:
		p := machine.Data[Forward](e)
		s.Department, s.Question, s.Finding = p.Department, p.Question, ""
		s.ask(p.Department)
		if p.Deadline != nil {
			s.Change(deadline.Key(StepForward, ""), func(c *deadline.Deadline) { s.Terms(book).Fix(c, *p.Deadline, e.At) })
		}
	case EvReported:
		s.Finding, s.Asked = machine.Data[Report](e).Said, ""
	case EvReplied:
		s.Reply = machine.Data[Reply](e).Said
		s.InTouch(book, e)
	case EvTurned:
		s.Into = machine.Data[Turn](e).Into
	}
	return s
}

// ask notes whose finding is awaited from now on; who was asked before need not answer any more. K2
func (s *State) ask(department string) {
	s.Spared = ""
	if s.Asked != department {
		s.Spared = s.Asked
	}
	s.Asked = department
}

// noticeRules is the table of notices, in the order of the procedure.
var noticeRules = append([]machine.NoticeRule{
	{Event: EvRegistered, Template: "inquiry-acknowledged", To: machine.ToCustomer},
	{Event: EvRegistered, Template: "inquiry-new", To: machine.To(people.Agent)},
	{Event: EvForwarded, Template: "inquiry-forwarded", To: machine.ToDepartment},
	{Event: EvReported, Template: "inquiry-reported", To: machine.To(people.Agent), Next: StageAnswering},
	{Event: EvReplied, Template: "inquiry-replied", To: machine.ToCustomer},
	{Event: machine.EvLinked, Template: "inquiry-turned", To: machine.ToCustomer},
	{Event: machine.EvLinkFailed, Template: "your-turn", To: machine.To(people.Agent), Next: StageAnswering},
	{Event: machine.EvEnded, Template: "inquiry-withdrawn", To: whoWithdrew},
	{Event: machine.EvReopened, Template: "reopened", To: machine.To(people.Agent), Next: StageAnswering},
}, machine.EscalationNotices...)

// sparedRules tell a department that its finding is not needed any more. K2
var sparedRules = []machine.NoticeRule{{Event: EvForwarded, Template: "inquiry-spared"}, {Event: machine.EvEnded, Template: "inquiry-spared"}}

func whoWithdrew(f *machine.Case, _ procedure.Event) []procedure.Recipient {
	if f.Closing.Outcome != machine.Withdrawn {
		return nil
	}
	return []procedure.Recipient{{Complainant: true}}
}

// Notices says who is told what about an event. The state is the one after the event.
func Notices(s State, e procedure.Event) []procedure.Notice {
	rules := slices.Clone(noticeRules)
	for _, r := range sparedRules {
		if s.Spared != "" {
			r.To = func(*machine.Case, procedure.Event) []procedure.Recipient {
				return []procedure.Recipient{{Department: s.Spared}}
			}
			rules = append(rules, r)
		}
	}
	return s.Case.Notices(rules, e, s.args(e)...)
}

// args are what the templates may use beside those of every case.
func (s State) args(e procedure.Event) []machine.Arg {
	args := []machine.Arg{{Name: "reply", Value: s.Reply}, {Name: "question", Value: s.Question}, {Name: "finding", Value: s.Finding}}
	if e.Type == machine.EvLinked {
		args = append(args, machine.Arg{Name: "linked", Value: machine.Data[machine.Linked](e).Number})
	}
	return args
}

// Effects opens the case that an inquiry turns into, with its record. K3
func Effects(s State, e procedure.Event) []procedure.Effect {
	if e.Type != EvTurned {
		return nil
	}
	p, customer := machine.Data[Turn](e), s.Customer
	customer.Source = s.Number
	register := struct {
		machine.Customer
		Category string `json:"category"`
		What     string `json:"what"`
	}{customer, p.Category, s.What}
	return []procedure.Effect{machine.OpenFor(p.Into, customer.Community, register)}
}
