package inquiry

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/desk"
	"bihuan/procedure/people"
	"bihuan/procedure/table"
)

var (
	open     = []table.Stage{StageAnswering, StageForwarded, StageTurning}
	atHand   = []table.Stage{StageAnswering, StageForwarded}
	everyone = append([]people.Role{people.Complainant, people.System}, people.Workers...)
)

// Table is the procedure: everything that may happen to an inquiry.
var Table = append([]table.Transition{
	{Command: desk.CmdRegister, From: []table.Stage{desk.StageNew}, May: everyone, To: []table.Stage{StageAnswering}},
	{Command: CmdSort, From: atHand, May: desk.Desks},
	{Command: CmdForward, From: atHand, May: desk.Desks, To: []table.Stage{StageForwarded}},
	{Command: CmdReport, From: []table.Stage{StageForwarded}, May: append([]people.Role{people.Handler}, desk.Desks...), Named: true, To: []table.Stage{StageAnswering}},
	{Command: CmdReply, From: atHand, May: desk.Desks, Named: true, To: []table.Stage{desk.StageClosed}},
	{Command: CmdTurn, From: atHand, May: desk.Desks, To: []table.Stage{StageTurning, desk.StageClosed}},
	{Command: desk.CmdLink, From: []table.Stage{StageTurning}, May: desk.Time, To: []table.Stage{desk.StageClosed, StageAnswering}},
}, desk.Lines(open)...)

// handlers holds what each command beside the desk's does once the table lets it pass.
var handlers = map[string]func(*decision, table.Transition) error{
	desk.CmdRegister: table.Handle(nil, (*decision).register),
	CmdSort:          table.Handle(nil, (*decision).sort),
	CmdForward:       table.Handle(nil, (*decision).forward),
	CmdReport:        table.Handle(nil, (*decision).report),
	CmdReply:         table.Handle(nil, (*decision).reply),
	CmdTurn:          table.Handle(nil, (*decision).turn),
}

// decision is one command being decided over a copy of the state.
type decision struct {
	State
	*table.Turn
}

var rules = desk.Rules(Table, handlers, book, file,
	func(s State, t *table.Turn) *decision { return &decision{State: s, Turn: t} })

// Desk, Follow and Finish are the decision as the kit asks for it.
func (d *decision) Desk() *desk.File         { return &d.File }
func (d *decision) Follow(e procedure.Event) { d.State = Evolve(d.State, e) }
func (d *decision) Finish() {
	d.turned()
	d.Settle(d)
}

// register takes an inquiry in. K1
func (d *decision) register(p Register) error {
	if err := desk.Checked(p.Customer, d.Actor(), d.Role()); err != nil {
		return err
	}
	if table.Blank(p.What) {
		return table.Missing("what")
	}
	if p.Class == "" {
		p.Class = AfterSale
	}
	if !slices.Contains(Classes, p.Class) {
		return procedure.Refuse("unknown_class", "class", string(p.Class))
	}
	d.Emit(EvRegistered, p)
	desk.Enter(d, StageAnswering)
	return nil
}

func (d *decision) sort(p Sort) error { // K1
	switch {
	case !slices.Contains(Classes, p.Class):
		return procedure.Refuse("unknown_class", "class", string(p.Class))
	case table.Blank(p.Reason):
		return table.Missing("reason")
	case p.Class == d.Class:
		return procedure.Refuse("nothing_to_do")
	}
	d.Emit(EvSorted, p)
	return nil
}

func (d *decision) forward(p Forward) error { // K2
	if _, ok := d.Policy.Department(p.Department); !ok {
		return procedure.Refuse("unknown_department", "department", p.Department)
	}
	if table.Blank(p.Question) {
		return table.Missing("question")
	}
	if err := deadline.Ahead(p.Deadline, d.Now); err != nil {
		return err
	}
	desk.Enter(d, StageForwarded)
	d.Emit(EvForwarded, p)
	return nil
}

func (d *decision) report(p Report) error { // K2
	if table.Blank(p.Said) {
		return table.Missing("said")
	}
	d.Emit(EvReported, p)
	desk.Enter(d, StageAnswering)
	return nil
}

// reply answers the customer, which is the end unless they come back. K2
func (d *decision) reply(p Reply) error {
	switch {
	case table.Blank(p.Said):
		return table.Missing("said")
	case !slices.Contains(desk.Channels, p.Channel):
		return procedure.Refuse("unknown_channel", "channel", string(p.Channel))
	case d.Class == Complaint: // K1
		return procedure.Refuse("complaint_to_be_turned")
	case p.Adopted && d.Class != Suggestion:
		return procedure.Refuse("no_suggestion")
	}
	d.Emit(EvReplied, p)
	outcome := Answered
	if p.Adopted {
		outcome = Adopted
	}
	desk.End(d, outcome, "")
	return nil
}

// turn makes another kind of case of it; the inquiry ends once that one is there. K3
func (d *decision) turn(p Turn) error {
	switch {
	case p.Into != "complaint" && p.Into != "service":
		return procedure.Refuse("unknown_kind", "kind", p.Into)
	case table.Blank(p.Reason):
		return table.Missing("reason")
	case table.Blank(p.Category):
		return table.Missing("category")
	}
	if p.Into == "complaint" && d.Class != Complaint && d.Command.Knows(procedure.VersionMembers) { // K1
		d.Emit(EvSorted, Sort{Class: Complaint, Reason: p.Reason})
	}
	desk.Enter(d, StageTurning)
	d.Emit(EvTurned, p)
	return nil
}

// turned ends what has become another case, and takes back what could not. K3
func (d *decision) turned() {
	if d.Stage != StageTurning || len(d.Events) == 0 {
		return
	}
	switch d.Events[len(d.Events)-1].Type {
	case desk.EvLinked:
		desk.End(d, Turned, "")
	case desk.EvLinkFailed:
		desk.Enter(d, StageAnswering)
	}
}

// Evolve gives the state after an event. It cannot refuse: what happened, happened.
func Evolve(s State, e procedure.Event) State {
	s.File = s.Clone()
	if s.Apply(book, e) {
		if e.Type == desk.EvEnded {
			s.ask("")
		}
		return s
	}
	switch e.Type {
	case EvRegistered:
		p := desk.Data[Register](e)
		s.What, s.Class = p.What, p.Class
		s.File.Register(book, p.Customer, e)
	case EvSorted:
		s.Class = desk.Data[Sort](e).Class
	case EvForwarded:
		p := desk.Data[Forward](e)
		s.Department, s.Question, s.Finding = p.Department, p.Question, ""
		s.ask(p.Department)
		if p.Deadline != nil {
			s.Change(deadline.Key(StepForward, ""), func(c *deadline.Deadline) { s.Terms(book).Fix(c, *p.Deadline, e.At) })
		}
	case EvReported:
		s.Finding, s.Asked = desk.Data[Report](e).Said, ""
	case EvReplied:
		s.Reply = desk.Data[Reply](e).Said
		s.InTouch(book, e)
	case EvTurned:
		s.Into = desk.Data[Turn](e).Into
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
var noticeRules = append([]desk.NoticeRule{
	{Event: EvRegistered, Template: "inquiry-acknowledged", To: desk.ToCustomer},
	{Event: EvRegistered, Template: "inquiry-new", To: desk.To(people.Agent)},
	{Event: EvForwarded, Template: "inquiry-forwarded", To: desk.ToDepartment},
	{Event: EvReported, Template: "inquiry-reported", To: desk.To(people.Agent), Next: StageAnswering},
	{Event: EvReplied, Template: "inquiry-replied", To: desk.ToCustomer},
	{Event: desk.EvLinked, Template: "inquiry-turned", To: desk.ToCustomer},
	{Event: desk.EvLinkFailed, Template: "your-turn", To: desk.To(people.Agent), Next: StageAnswering},
	{Event: desk.EvEnded, Template: "inquiry-withdrawn", To: whoWithdrew},
	{Event: desk.EvReopened, Template: "reopened", To: desk.To(people.Agent), Next: StageAnswering},
}, desk.EscalationNotices...)

// sparedRules tell a department that its finding is not needed any more. K2
var sparedRules = []desk.NoticeRule{{Event: EvForwarded, Template: "inquiry-spared"}, {Event: desk.EvEnded, Template: "inquiry-spared"}}

func whoWithdrew(f *desk.File, _ procedure.Event) []procedure.Recipient {
	if f.Closing.Outcome != desk.Withdrawn {
		return nil
	}
	return []procedure.Recipient{{Complainant: true}}
}

// Notices says who is told what about an event. The state is the one after the event.
func Notices(s State, e procedure.Event) []procedure.Notice {
	rules := slices.Clone(noticeRules)
	for _, r := range sparedRules {
		if s.Spared != "" {
			r.To = func(*desk.File, procedure.Event) []procedure.Recipient {
				return []procedure.Recipient{{Department: s.Spared}}
			}
			rules = append(rules, r)
		}
	}
	return s.File.Notices(rules, e, s.args(e)...)
}

// args are what the templates may use beside those of every case.
func (s State) args(e procedure.Event) []desk.Arg {
	args := []desk.Arg{{Name: "reply", Value: s.Reply}, {Name: "question", Value: s.Question}, {Name: "finding", Value: s.Finding}}
	if e.Type == desk.EvLinked {
		args = append(args, desk.Arg{Name: "linked", Value: desk.Data[desk.Linked](e).Number})
	}
	return args
}

// Effects opens the case that an inquiry turns into, with its record. K3
func Effects(s State, e procedure.Event) []procedure.Effect {
	if e.Type != EvTurned {
		return nil
	}
	p, customer := desk.Data[Turn](e), s.Customer
	customer.Source = s.Number
	register := struct {
		desk.Customer
		Category string `json:"category"`
		What     string `json:"what"`
	}{customer, p.Category, s.What}
	return []procedure.Effect{desk.OpenFor(p.Into, customer.Community, register)}
}
