package inquiry

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
)

// decision is one command being decided over a copy of the state.
type decision struct {
	State
	*machine.Decision
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

// link ends what has become another case, and takes back what could not. K3
func (d *decision) link(p procedure.Answer) error {
	if err := machine.Link(d, p); err != nil {
		return err
	}
	if p.Refused != nil {
		machine.Enter(d, StageAnswering)
		return nil
	}
	machine.End(d, Turned, "")
	return nil
}

// answerable says whether the inquiry may be answered: a complaint is turned into one. K1
func (d *decision) answerable() bool { return d.Class != Complaint }

func registered(s *State, e procedure.Event, p Register) {
	s.What, s.Class = p.What, p.Class
	s.Register(book, p.Customer, e)
}

func forwarded(s *State, e procedure.Event, p Forward) {
	s.Department, s.Question, s.Finding = p.Department, p.Question, ""
	s.ask(p.Department)
	if p.Deadline != nil {
		s.Change(deadline.Key(StepForward, ""), func(c *deadline.Deadline) { s.Terms(book).Fix(c, *p.Deadline, e.At) })
	}
}

func reported(s *State, _ procedure.Event, p Report) { s.Finding, s.Asked = p.Said, "" }

func replied(s *State, e procedure.Event, p Reply) {
	s.Reply = p.Said
	s.InTouch(book, e)
}

// ask notes whose finding is awaited from now on; who was asked before need not answer any more. K2
func (s *State) ask(department string) {
	s.Spared = ""
	if s.Asked != department {
		s.Spared = s.Asked
	}
	s.Asked = department
}

// spared tells a department that its finding is not needed any more. K2
func spared(s *State, _ procedure.Event) []procedure.Recipient {
	if s.Spared == "" {
		return nil
	}
	return []procedure.Recipient{{Department: s.Spared}}
}

func whoWithdrew(s *State, e procedure.Event) []procedure.Recipient {
	if s.Closing.Outcome != machine.Withdrawn {
		return nil
	}
	return machine.ToCustomer(s, e)
}

// args are what the templates may use beside those of every case.
func (s *State) args(e procedure.Event) []machine.Arg {
	args := []machine.Arg{{Name: "reply", Value: s.Reply}, {Name: "question", Value: s.Question}, {Name: "finding", Value: s.Finding}}
	if e.Type == machine.EvLinked {
		args = append(args, machine.Arg{Name: "linked", Value: machine.Data[machine.Linked](e).Number})
	}
	return args
}

// turning opens the case that an inquiry turns into, with its record. K3
func turning(s *State, e procedure.Event) []procedure.Effect {
	p, customer := machine.Data[Turn](e), s.Customer
	customer.Source = s.Number
	register := struct {
		machine.Customer
		Category string `json:"category"`
		What     string `json:"what"`
	}{customer, p.Category, s.What}
	return []procedure.Effect{machine.OpenFor(p.Into, customer.Community, register)}
}
