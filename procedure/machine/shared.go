package machine

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// The commands that every case takes.
const (
	CmdRegister = "register"
	CmdContact  = "contact"
	CmdWithdraw = "withdraw"
	CmdReopen   = "reopen"
	CmdArchive  = "archive"
	// CmdLink brings the number of a case that this one asked to be opened.
	CmdLink = "link"
)

// The outcomes that every case may have.
const (
	Withdrawn = "withdrawn"
)

// Reasoned is a command that needs no more than a reason: appeal, withdraw, reopen.
type Reasoned struct {
	Reason string `json:"reason" tell:"reason" api:"required,max=4000,widget=text"`
}

// Contacted is something that was said to the customer, or by them. E2
type Contacted struct {
	Channel Channel `json:"channel" api:"required"`
	Said    string  `json:"said" api:"required,max=4000,widget=text"`
}

// Book is what a procedure says of itself, beside its table, for the desk to do its part.
type Book struct {
	// Limits gives the procedure's deadlines from the settings.
	Limits func(policy.Policy) policy.Limits
	// Rule gives what holds for a step in one case, where the settings say more than a limit; nil where they do not.
	Rule func(Case, deadline.Step, deadline.Rule) deadline.Rule
	// Steps gives each stage the deadline that runs while the case is in it. H1
	Steps []StageStep
	// Again is the stage in which a reopened case goes on.
	Again Stage
	// Meets says of which deadlines an event is the doing, for the statistics. I4
	Meets map[string][]deadline.Step
}

// StageStep is a stage's own deadline.
type StageStep struct {
	Stage Stage
	Step  deadline.Step
}

// Step gives the deadline that runs while a case is in a stage. H1
func (b *Book) Step(stage Stage) (deadline.Step, bool) {
	i := slices.IndexFunc(b.Steps, func(s StageStep) bool { return s.Stage == stage })
	if i < 0 {
		return "", false
	}
	return b.Steps[i].Step, true
}

// Terms are what the case's deadlines run by.
func (f *Case) Terms(b *Book) deadline.Terms {
	limits := b.Limits(f.Policy)
	c := *f // as it is now: what these terms are compared with may change it
	return deadline.TermsOf(f.Policy, func(s deadline.Step) deadline.Rule {
		r := deadline.RuleOf(limits[string(s)], c.Emergency(), c.Major)
		if b.Rule != nil {
			r = b.Rule(c, s, r)
		}
		return r
	})
}

// DecidingCase is a command being decided about a case with a file.
type DecidingCase interface {
	Followed
	Deciding
}

// Lines are the lines of the table that every procedure has; open lists its stages between the first and
// the last.
func Lines(open []Stage) []Transition {
	closed := []Stage{StageClosed}
	return []Transition{
		{Command: CmdContact, From: append(slices.Clone(open), StageClosed), May: people.Workers},
		{Command: deadline.CmdRequestEscalation, From: open, May: people.Workers},
		{Command: deadline.CmdDecideEscalation, From: open, May: people.Levels},
		{Command: CmdWithdraw, From: open, May: Brings, To: closed},
		{Command: CmdReopen, From: closed, May: Brings, To: open},
		{Command: policy.CmdAdopt, From: open, May: Leaders},
		{Command: CmdLink, From: append(slices.Clone(open), StageClosed), May: Time},
		{Command: deadline.CmdWarn, From: open, May: Time},
		{Command: deadline.CmdBreach, From: open, May: Time},
		{Command: CmdArchive, From: closed, May: Time, To: []Stage{StageArchived}},
	}
}

// Internal are those of the lines that cases have which no customer brings.
func Internal(open []Stage) []Transition {
	ofCustomers := []string{CmdContact, CmdWithdraw, CmdReopen, CmdLink}
	return slices.DeleteFunc(Lines(open), func(t Transition) bool { return slices.Contains(ofCustomers, t.Command) })
}

// Who gives which commands.
var (
	// Brings are those who speak for a customer.
	Brings = []people.Role{people.Complainant, people.Agent, people.Receptionist, people.Assistant}
	// Desks are the desk's own people.
	Desks = []people.Role{people.Agent, people.Receptionist, people.Assistant, people.Manager}
	// Leaders answer for the desk.
	Leaders = []people.Role{people.Manager, people.GM, people.Company}
	// Time is a deadline that passed, or another case.
	Time = []people.Role{people.System}
)

// RulesOf decide the commands of a procedure whose state has a file; begin makes its decision over a copy of
// the state, of which the file is a copy already.
func RulesOf[S any, D DecidingCase](
	lines []Transition, handlers map[string]func(D, Transition) error, b *Book, file func(*S) *Case, begin func(S, *Decision) D,
) Rules[S, D] {
	return Rules[S, D]{
		Table: lines, Handlers: handlers, Shared: Handlers[D](b),
		Stage:  func(s S) Stage { return file(&s).Stage },
		Seq:    func(s S) int { return file(&s).Seq },
		Permit: func(s S, t Transition, a people.Actor) (people.Role, error) { return Permit(file(&s), t, a) },
		Begin: func(s S, t *Decision) D {
			f := file(&s)
			*f = f.Clone()
			return begin(s, t)
		},
	}
}

// With gives a procedure's own commands and those that every case takes, in the stages between the first and the last;
// an own one stands in place of the shared one of its name.
func With[D Deciding](b *Book, open []Stage, own ...Command[D]) []Command[D] {
	shared := slices.DeleteFunc(Shared[D](b, open), func(c Command[D]) bool {
		return slices.ContainsFunc(own, func(o Command[D]) bool { return o.Name == c.Name })
	})
	return append(own, shared...)
}

// Shared are the commands that every case takes, in the stages between the first and the last.
func Shared[D Deciding](b *Book, open []Stage) []Command[D] {
	handlers := shared[D](b)
	lines := Lines(open)
	commands := make([]Command[D], len(lines))
	for i, l := range lines {
		commands[i] = Command[D]{Name: l.Command, Does: handlers[l.Command], Lines: []Line[D]{{From: l.From, May: l.May, To: l.To}}}
		if l.Command == deadline.CmdDecideEscalation {
			commands[i].Ready = func(d D) bool { return d.Shared().MayDecide(d.Actor()) }
		}
	}
	return commands
}

// SharedInternal are those of them that cases have which no customer brings.
func SharedInternal[D Deciding](b *Book, open []Stage) []Command[D] {
	return slices.DeleteFunc(Shared[D](b, open), func(c Command[D]) bool {
		return !slices.ContainsFunc(Internal(open), func(t Transition) bool { return t.Command == c.Name })
	})
}

func shared[D Deciding](b *Book) map[string]Handler[D] {
	return map[string]Handler[D]{
		CmdContact:      Does(contact[D]),
		CmdWithdraw:     Does(withdraw[D]),
		CmdReopen:       Does(func(d D, p Reasoned) error { return reopen(d, b, p) }),
		CmdLink:         Does(link[D]),
		CmdArchive:      Does(archive[D]),
		policy.CmdAdopt: Does(func(d D, p policy.Adoption) error { return d.Adopt(d.Shared().Policy, p) }),
		deadline.CmdRequestEscalation: Does(func(d D, p deadline.RequestEscalation) error {
			return d.Shared().Request(d, d.Shared().stepAtHand(b), p.Reason)
		}),
		deadline.CmdDecideEscalation: Does(func(d D, p deadline.DecideEscalation) error { return d.Shared().Decide(d, p) }),
		deadline.CmdWarn:             Does(func(d D, p deadline.TimeUp) error { return d.Shared().Warn(d, p) }),
		deadline.CmdBreach:           Does(func(d D, p deadline.TimeUp) error { return d.Shared().Breach(d, p) }),
	}
}

// Handlers are what the desk does for the lines that every procedure has.
func Handlers[D DecidingCase](b *Book) map[string]func(D, Transition) error {
	return map[string]func(D, Transition) error{
		CmdContact:      Handle(nil, contact[D]),
		CmdWithdraw:     Handle(nil, withdraw[D]),
		CmdReopen:       Handle(nil, func(d D, p Reasoned) error { return reopen(d, b, p) }),
		CmdLink:         Handle(nil, link[D]),
		CmdArchive:      Handle(nil, archive[D]),
		policy.CmdAdopt: Handle(nil, func(d D, p policy.Adoption) error { return d.Adopt(d.Shared().Policy, p) }),
		deadline.CmdRequestEscalation: Handle(nil, func(d D, p deadline.RequestEscalation) error {
			return d.Shared().Request(d, d.Shared().stepAtHand(b), p.Reason)
		}),
		deadline.CmdDecideEscalation: Handle(nil, func(d D, p deadline.DecideEscalation) error { return d.Shared().Decide(d, p) }),
		deadline.CmdWarn:             Handle(nil, func(d D, p deadline.TimeUp) error { return d.Shared().Warn(d, p) }),
		deadline.CmdBreach:           Handle(nil, func(d D, p deadline.TimeUp) error { return d.Shared().Breach(d, p) }),
	}
}

// stepAtHand gives the key of the deadline that a request for help is about: the stage's, else the next due.
func (f *Case) stepAtHand(b *Book) string {
	if step, ok := b.Step(f.Stage); ok {
		return deadline.Key(step, "")
	}
	for _, c := range f.Deadlines {
		if c.Step != deadline.StepDecision && c.Step != deadline.StepReminder {
			return c.Key
		}
	}
	return ""
}

func contact[D Deciding](d D, p Contacted) error { // E2
	if Blank(p.Said) {
		return Missing("said")
	}
	if !slices.Contains(Channels, p.Channel) {
		return procedure.Invalid("unknown_channel", "channel", string(p.Channel))
	}
	d.Emit(EvContacted, p)
	return nil
}

func withdraw[D Deciding](d D, p Reasoned) error {
	End(d, Withdrawn, p.Reason)
	return nil
}

// End closes the case.
func End[D Deciding](d D, outcome, reason string) {
	d.Emit(EvEnded, Ended{Outcome: outcome, Reason: reason})
}

// Enter moves the case to another stage.
func Enter[D Deciding](d D, stage Stage) {
	d.Emit(EvStageEntered, StageEntered{Stage: stage})
}

// reopen lets a closed case go on, for a reason. G8
func reopen[D Deciding](d D, b *Book, p Reasoned) error {
	if Blank(p.Reason) {
		return Missing("reason")
	}
	d.Emit(EvReopened, p)
	Enter(d, b.Again)
	return nil
}

func link[D Deciding](d D, p procedure.Answer) error { return Link(d, p) }

// Link notes which case was opened for this one, or why none could be.
func Link(d deadline.Turn, p procedure.Answer) error {
	var opened procedure.Opened
	if p.Refused != nil {
		d.Emit(EvLinkFailed, LinkFailed{Code: p.Refused.Code})
		return nil
	}
	if err := Decode(p.Result, &opened); err != nil {
		return err
	}
	d.Emit(EvLinked, Linked{Number: opened.Number})
	return nil
}

func archive[D Deciding](d D, p deadline.TimeUp) error {
	if _, err := d.Shared().Passed(d, p, deadline.WhenDue); err != nil {
		return err
	}
	d.Emit(EvArchived, struct{}{})
	return nil
}

// Due lists what falls due when, the earliest first. H1
func (f Case) Due() []procedure.Deadline {
	return f.Set.Due(map[deadline.Step]string{StepReopen: CmdArchive}, "")
}

// Checked checks what every registration needs. A2, M5, N1
func Checked(c Customer, a people.Actor, by people.Role) error {
	switch {
	case c.Community == "":
		return Missing("community")
	case by != people.Complainant && !a.In(c.Community):
		return Forbidden(CmdRegister)
	case !slices.Contains(Channels, c.Channel):
		return procedure.Invalid("unknown_channel", "channel", string(c.Channel))
	case !slices.Contains([]string{"", "zh-CN", "en"}, c.Language):
		return procedure.Invalid("unknown_language", "language", c.Language)
	case c.Drill && by == people.Complainant:
		return procedure.Invalid("drill_by_staff")
	case c.Source != "" && by != people.System:
		return procedure.Conflict("source_by_system")
	}
	return nil
}
