package machine

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// Procedure is a kind of case written down, over its state S; D is its decision, made anew for each command.
type Procedure[S any, D Deciding] struct {
	// Kind names the procedure, e.g. "complaint"; Prefix begins its numbers, e.g. "TS"; Path its paths in the API, e.g.
	// "complaints".
	Kind, Prefix, Path string
	Stages             []Stage         // in the order of the procedure, the empty one first
	Steps              []deadline.Step // those with a deadline
	Commands           []Command[D]    // in the order of the procedure
	Events             []Event[S]
	Book               *Book
	// Case gives the part of a state that every case has.
	Case func(*S) *Case
	// Begin makes a decision over a state of its own; State gives that state.
	Begin func(S, *Decision) D
	State func(D) *S
	// Summarize gives the case as lists and searches need it.
	Summarize func(S) procedure.Summary
	// Arguments are what every notice comes with beside the number.
	Arguments []string

	// What follows is nil where the procedure is as all are.

	// Clone copies in place what an event would change in place.
	Clone func(*S)
	// Finish adds what follows from what was decided: stages that are over.
	Finish func(D)
	// Args are what the words of notices may use beside the event's own.
	Args func(*S, procedure.Event) []Arg
	// Ends names the steps whose deadline is no duty but the end of a waiting time, and the command that it issues.
	Ends map[deadline.Step]string
	// Resume is the command that ends a pause; Resumed its payload.
	Resume  string
	Resumed func(deadline.Deadline) any
	// Permit gives the role in which an actor may give a line's command, or refuses.
	Permit func(S, Transition, people.Actor) (people.Role, error)
	// Sees and ShowsContacts say what of the case an actor may see. N1
	Sees          func(S, people.Actor) people.Sight
	ShowsContacts func(S, people.Actor) bool
	// Facts are what any event may add to the statistics, beside what every procedure tells. I4
	Facts func(before, after *S, e procedure.Event) []procedure.Fact
	// DepartmentOf gives the department that has to meet a deadline.
	DepartmentOf func(*S, deadline.Deadline) string
}

// Deciding is a command being decided about a case: a state with the Decision beside it.
type Deciding interface {
	deadline.Turn
	// Shared is the part of the state that every case has.
	Shared() *Case
	// Adopt moves the case to other settings. P1
	Adopt(was policy.Policy, p policy.Adoption) error
}

// Define makes the definition of a procedure.
func (p Procedure[S, D]) Define() Definition[S] {
	d := Definition[S]{
		Kind: p.Kind, Prefix: p.Prefix, Path: p.Path, Stages: p.Stages, Steps: p.Steps, StageStep: p.Book.Step,
		Arguments: append([]string{"number"}, p.Arguments...), Data: map[string]any{}, Payloads: map[string]any{},
		New: func(n string, settings policy.Policy) (s S) {
			*p.Case(&s) = Case{Number: n, Policy: settings}
			return s
		},
		Take: p.take, Decide: p.decide, Evolve: p.evolve, Due: p.due, Issue: p.issue, Notices: p.notices, Effects: p.effects, Facts: p.facts,
		Summarize: p.Summarize, Sees: p.sees, ShowsContacts: p.showsContacts, Allowed: p.allowed,
		Number: func(s S) string { return p.Case(&s).Number },
		Last:   func(s S) time.Time { return p.Case(&s).Last },
		Ended:  func(s S) bool { return p.Case(&s).Stage == StageArchived },
		Policy: func(s S) policy.Policy { return p.Case(&s).Policy },
		Slim: func(s S) S {
			c := p.Case(&s)
			*c = c.Slim()
			return s
		},
	}
	for _, c := range p.Commands {
		d.Table = append(d.Table, c.erased()...)
		d.Payloads[c.Name] = c.Does.empty
	}
	for _, e := range p.Events {
		d.Data[e.Name] = e.Change.empty
		if !slices.Contains(Events, e.Name) {
			d.Events = append(d.Events, e.Name)
		}
		for _, t := range e.Tells {
			d.Templates = append(d.Templates, t.Template)
		}
	}
	d.Events = append(d.Events, Events...)
	d.Templates = once(append(d.Templates, Templates(EscalationNotices)...))
	return d
}

func once(names []string) (all []string) {
	for _, n := range names {
		if !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	return all
}

// find gives a command and the line of it that holds in a stage, or refuses.
func (p Procedure[S, D]) find(name string, stage Stage) (c Command[D], l Line[D], err error) {
	err = procedure.Invalid("unknown_command", "command", name)
	for _, c := range p.Commands {
		if c.Name != name {
			continue
		}
		if l, ok := c.at(stage); ok {
			return c, l, nil
		}
		err = procedure.Conflict("wrong_stage", "stage", string(stage), "command", name)
	}
	return c, l, err
}

// decision begins to decide a command by a line, over a copy of the state.
func (p Procedure[S, D]) decision(s S, c procedure.Command, line Transition, role people.Role, now time.Time) (D, *Decision) {
	t := &Decision{
		Command: c, Line: line, Now: now.UTC().Truncate(deadline.Tick), seq: p.Case(&s).Seq,
		By: people.By{ID: c.Actor.ID, Name: c.Actor.Name, Role: role},
	}
	return p.Begin(p.clone(s), t), t
}

// take says what a command does at an instant (UTC): the events that happen, each with the state after it, or a
// *procedure.Refusal with the code that says why not. The state is left as it was.
func (p Procedure[S, D]) take(s S, c procedure.Command, now time.Time) ([]Step[S], error) {
	command, line, err := p.find(c.Name, p.Case(&s).Stage)
	if err != nil {
		return nil, err
	}
	transition := command.transition(line)
	role, err := p.permit(s, transition, c.Actor)
	if err != nil {
		return nil, err
	}
	d, t := p.decision(s, c, transition, role, now)
	state, entered := p.State(d), p.Case(&s).Stage
	var steps []Step[S]
	var undeclared error
	t.follow = func(e procedure.Event) {
		*state = p.evolve(*state, e)
		steps = append(steps, Step[S]{e, *state})
		if stage := p.Case(state).Stage; stage != entered && !slices.Contains(line.To, stage) {
			undeclared = procedure.Conflict("undeclared_stage", "stage", string(stage), "command", c.Name)
		} else {
			entered = stage
		}
	}
	if err := command.Does.run(d, c.Payload, line.Guards); err != nil {
		return nil, err
	}
	if p.Finish != nil {
		p.Finish(d)
	}
	p.Case(state).Settle(t)
	if undeclared != nil {
		return nil, undeclared
	}
	return steps, nil
}

func (p Procedure[S, D]) decide(s S, c procedure.Command, now time.Time) ([]procedure.Event, error) {
	steps, err := p.take(s, c, now)
	events := make([]procedure.Event, len(steps))
	for i, step := range steps {
		events[i] = step.Event
	}
	return events, err
}

func (p Procedure[S, D]) clone(s S) S {
	c := p.Case(&s)
	*c = c.Clone()
	if p.Clone != nil {
		p.Clone(&s)
	}
	return s
}

// evolve gives the state after an event. It cannot refuse: what happened, happened.
func (p Procedure[S, D]) evolve(s S, e procedure.Event) S {
	after := p.clone(s)
	p.Case(&after).Apply(p.Book, e)
	if own, ok := eventNamed(p.Events, e.Type); ok {
		own.Change.from(&s, &after, e)
	}
	return after
}

func (p Procedure[S, D]) due(s S) []procedure.Deadline {
	ends := p.Ends
	if ends == nil {
		ends = archiving
	}
	return p.Case(&s).Set.Due(ends, p.Resume)
}

// archiving is what the time to come back ends with.
var archiving = map[deadline.Step]string{StepReopen: CmdArchive}

func (p Procedure[S, D]) issue(s S, due procedure.Deadline) procedure.Command {
	if c, ok := p.Case(&s).Deadline(due.Key); ok && due.Command == p.Resume && p.Resumed != nil {
		return deadline.Issue(due, p.Resumed(c))
	}
	return deadline.Issue(due, nil)
}

func (p Procedure[S, D]) effects(s S, e procedure.Event) []procedure.Effect {
	if own, ok := eventNamed(p.Events, e.Type); ok && own.Effects != nil {
		return own.Effects(&s, e)
	}
	return nil
}

// notices says who is told what about an event. The state is the one after the event.
func (p Procedure[S, D]) notices(s S, e procedure.Event) []procedure.Notice {
	own, _ := eventNamed(p.Events, e.Type)
	tells := own.Tells
	rules := EscalationNotices
	if p.DepartmentOf != nil {
		rules = escalationNotices(func(_ *Case, d deadline.Deadline) string { return p.DepartmentOf(&s, d) })
	}
	for _, r := range rules {
		if r.Event == e.Type {
			tells = append(slices.Clone(tells), Tell[S]{Template: r.Template, To: Of(p.Case, r.To), Urgent: r.Urgent, Next: r.Next})
		}
	}
	if len(tells) == 0 {
		return nil
	}
	var notices []procedure.Notice
	said := p.told(e)
	for _, t := range tells {
		for _, to := range t.To(&s, e) {
			notices = append(notices, procedure.Notice{
				To: to, Instead: to.Instead(p.Case(&s).Policy.Levels), Template: t.Template, Urgent: t.Urgent || p.Case(&s).Emergency(),
				Args: p.args(&s, e, said, t, to),
			})
		}
	}
	return notices
}

// args are what the words of a notice may use, with what the event itself said; an argument without a value is none. Codes are put into words where the
// notice is rendered.
func (p Procedure[S, D]) args(s *S, e procedure.Event, said []Arg, t Tell[S], to procedure.Recipient) map[string]string {
	c := p.Case(s)
	args := map[string]string{"number": c.Number, "stage": string(cmp.Or(t.Next, c.Stage))}
	if c.Customer.Drill {
		args["drill"] = "true"
	}
	for _, a := range said {
		args[a.Name] = a.Value
	}
	if step, ok := c.stepOf(args); ok {
		args["step"] = step
	}
	delete(args, "key")
	var own []Arg
	if p.Args != nil {
		own = p.Args(s, e)
	}
	if t.Args != nil {
		own = append(own, t.Args(s, e, to)...)
	}
	for _, a := range own {
		args[a.Name] = a.Value
	}
	maps.DeleteFunc(args, func(_, value string) bool { return value == "" })
	return args
}

// facts lists what an event adds to the statistics. I4
func (p Procedure[S, D]) facts(before S, e procedure.Event, after S) []procedure.Fact {
	own, _ := eventNamed(p.Events, e.Type)
	c := counted{before: *p.Case(&before), after: *p.Case(&after), event: e, meets: own.Meets, department: p.Case(&before).departmentOf}
	for _, a := range p.told(e) {
		if a.Name == "task" {
			c.subject = a.Value
		}
	}
	if p.DepartmentOf != nil {
		c.department = func(d deadline.Deadline) string { return p.DepartmentOf(&before, d) }
	}
	if own.Met != nil && !own.Met(&after, e) {
		c.meets = nil
	}
	facts := c.facts()
	for _, more := range []func(before, after *S, e procedure.Event) []procedure.Fact{own.Facts, p.Facts} {
		if more != nil {
			facts = append(facts, more(&before, &after, e)...)
		}
	}
	return placed(e, facts)
}

// told are the tagged fields of an event's data.
func (p Procedure[S, D]) told(e procedure.Event) []Arg {
	if own, ok := eventNamed(p.Events, e.Type); ok {
		return told(own.Change.empty, e)
	}
	return told(EventData[e.Type], e)
}

func (p Procedure[S, D]) permit(s S, t Transition, a people.Actor) (people.Role, error) {
	if p.Permit != nil {
		return p.Permit(s, t, a)
	}
	return Permit(p.Case(&s), t, a)
}

func (p Procedure[S, D]) sees(s S, a people.Actor) people.Sight {
	if p.Sees != nil {
		return p.Sees(s, a)
	}
	return p.Case(&s).Sees(a)
}

func (p Procedure[S, D]) showsContacts(s S, a people.Actor) bool {
	if p.ShowsContacts != nil {
		return p.ShowsContacts(s, a)
	}
	return p.Case(&s).ShowsContacts(a)
}

// allowed lists the commands that an actor may give now, in the order of the procedure, as far as can be known before
// the payload is.
func (p Procedure[S, D]) allowed(s S, a people.Actor) []string {
	if p.sees(s, a) == people.SeesNothing {
		return nil
	}
	var names []string
	for _, c := range p.Commands {
		line, ok := c.at(p.Case(&s).Stage)
		if !ok || slices.Contains(names, c.Name) {
			continue
		}
		role, err := p.permit(s, c.transition(line), a)
		if err != nil || role == people.System {
			continue
		}
		d, _ := p.decision(s, procedure.Command{Name: c.Name, Actor: a}, c.transition(line), role, time.Time{})
		if c.ready(d, line) {
			names = append(names, c.Name)
		}
	}
	return names
}

// ready checks the guards that do not depend on a payload, and that there is something to act on.
func (c Command[D]) ready(d D, line Line[D]) bool {
	for _, g := range line.Guards {
		if g.Check(d, nil) != nil {
			return false
		}
	}
	return c.Ready == nil || c.Ready(d)
}
