package improvement

import (
	"slices"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/analysis"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
)

var (
	open     = []machine.Stage{StageSuggested, StagePlanned, StageDoing, StageObserving, StageAssessing}
	underway = []machine.Stage{StagePlanned, StageDoing}
	measures = []machine.Stage{StagePlanned, StageDoing, StageObserving, StageAssessing}
	// openers may open a measure by themselves; anybody may give feedback. M3, M6
	openers = []people.Role{people.Assistant, people.Manager, people.GM, people.Company}
)

// Table is the procedure: everything that may happen to a measure.
var Table = append([]machine.Transition{
	{Command: machine.CmdRegister, From: []machine.Stage{machine.StageNew}, May: append([]people.Role{people.System}, people.Workers...), To: []machine.Stage{StageSuggested, StagePlanned}},
	{Command: CmdAccept, From: []machine.Stage{StageSuggested}, May: machine.Leaders, To: []machine.Stage{StagePlanned}},
	{Command: CmdDecline, From: []machine.Stage{StageSuggested}, May: machine.Leaders, To: []machine.Stage{machine.StageClosed}},
	{Command: CmdChange, From: underway, May: openers},
	{Command: CmdName, From: measures, May: openers, Named: true},
	{Command: CmdStart, From: []machine.Stage{StagePlanned}, May: openers, Named: true, To: []machine.Stage{StageDoing}},
	{Command: CmdTrain, From: measures, May: openers, Named: true},
	{Command: CmdFinish, From: []machine.Stage{StageDoing}, May: openers, Named: true, To: []machine.Stage{StageObserving}},
	{Command: CmdEvaluate, From: []machine.Stage{StageObserving}, May: machine.Time},
	{Command: CmdFigures, From: []machine.Stage{StageObserving}, May: machine.Time, To: []machine.Stage{StageAssessing}},
	{Command: CmdAssess, From: []machine.Stage{StageAssessing}, May: machine.Leaders, To: []machine.Stage{machine.StageClosed, StagePlanned}},
	{Command: CmdDrop, From: measures, May: machine.Leaders, To: []machine.Stage{machine.StageClosed}},
}, append(machine.Internal(open),
	// Leaders take a closed measure up again.
	machine.Transition{Command: machine.CmdReopen, From: []machine.Stage{machine.StageClosed}, May: machine.Leaders, To: []machine.Stage{StageSuggested, StagePlanned}},
)...)

// handlers holds what each command beside the desk's does once the table lets it pass.
var handlers = map[string]func(*decision, machine.Transition) error{
	machine.CmdRegister: machine.Handle(nil, (*decision).register),
	CmdAccept:           machine.Handle(nil, (*decision).accept),
	CmdDecline:          machine.Handle(nil, (*decision).decline),
	CmdChange:           machine.Handle(nil, (*decision).change),
	CmdName:             machine.Handle(nil, (*decision).name),
	CmdStart:            machine.Handle(nil, (*decision).start),
	CmdTrain:            machine.Handle(nil, (*decision).train),
	CmdFinish:           machine.Handle(nil, (*decision).finish),
	CmdEvaluate:         machine.Handle(nil, (*decision).evaluate),
	CmdFigures:          machine.Handle(nil, (*decision).figures),
	CmdAssess:           machine.Handle(nil, (*decision).assess),
	CmdDrop:             machine.Handle(nil, (*decision).drop),
	machine.CmdReopen:   machine.Handle(nil, (*decision).reopen),
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

// register takes feedback in, or opens a measure. M3, M6
func (d *decision) register(p Register) error {
	switch {
	case p.Community == "":
		return machine.Missing("community")
	case !d.Actor().In(p.Community):
		return machine.Forbidden(machine.CmdRegister)
	case p.Source != "" && d.Role() != people.System:
		return procedure.Conflict("source_by_system")
	case p.Feedback != nil:
		return d.feedback(p)
	}
	role, ok := d.Actor().As(append([]people.Role{people.System}, openers...))
	if !ok {
		return machine.Forbidden(machine.CmdRegister)
	}
	d.Act(role)
	if p.Plan == nil {
		return machine.Missing("problem")
	}
	return d.plan(Planned{Community: p.Community, Drill: p.Drill, Source: p.Source, Plan: *p.Plan, Complaints: p.Complaints, Finding: p.Finding})
}

// feedback takes what staff say of the procedure. M6
func (d *decision) feedback(p Register) error {
	switch f := *p.Feedback; {
	case p.Plan != nil || len(p.Complaints) > 0 || p.Finding != nil:
		return procedure.Invalid("feedback_alone")
	case !slices.Contains(Abouts, f.About):
		return procedure.Invalid("unknown_about", "about", f.About)
	case f.About != "other" && machine.Blank(f.Which):
		return machine.Missing("which")
	case machine.Blank(f.Text):
		return machine.Missing("text")
	}
	d.Emit(EvFeedback, Given{Community: p.Community, Drill: p.Drill, Feedback: *p.Feedback})
	machine.Enter(d, StageSuggested)
	return nil
}

// checked checks a measure: it is against something, somebody does it by a date, and a figure will tell. M3
func (d *decision) checked(p Plan) error {
	for _, f := range []struct{ name, text string }{
		{"problem", p.Problem}, {"cause", p.Cause}, {"measure", p.Measure}, {"owner", p.Owner.ID},
	} {
		if machine.Blank(f.text) {
			return machine.Missing(f.name)
		}
	}
	if p.Due.IsZero() {
		return machine.Missing("due")
	}
	if err := deadline.Ahead(&p.Due, d.Now); err != nil {
		return err
	}
	return d.watchable(p.Watch)
}

// watchable checks that the figure exists: departments have deadlines, and complaints categories.
func (d *decision) watchable(w analysis.Watch) error {
	_, department := d.Policy.Department(w.Department)
	_, category := d.Policy.Category(w.Category)
	narrowed := w.Category != "" || w.Building != "" || w.Channel != ""
	switch {
	case !w.Metric.Known():
		return procedure.Invalid("unknown_metric", "metric", string(w.Metric))
	case w.Metric.Departmental() && narrowed || !w.Metric.Departmental() && w.Department != "" || w.Room != "":
		return procedure.Invalid("metric_not_of_it", "metric", string(w.Metric))
	case w.Department != "" && !department:
		return procedure.Invalid("unknown_department", "department", w.Department)
	case w.Category != "" && !(category && d.Policy.Leaf(w.Category)):
		return procedure.Invalid("unknown_category", "category", w.Category)
	}
	return nil
}

// complaints reads the numbers of complaints, as people write them.
func complaints(numbers []string) ([]string, error) {
	var read []string
	for _, written := range numbers {
		n, ok := number.Parse(written)
		if !ok || !strings.HasPrefix(n, number.Complaint+"-") {
			return nil, procedure.Invalid("unknown_complaint", "number", written)
		}
		read = append(read, n)
	}
	return read, nil
}

// plan opens the measure.
func (d *decision) plan(p Planned) (err error) {
	if err = d.checked(p.Plan); err != nil {
		return err
	}
	if p.Complaints, err = complaints(p.Complaints); err != nil {
		return err
	}
	d.Emit(EvPlanned, p)
	machine.Enter(d, StagePlanned)
	return nil
}

// accept makes a measure of what was said. M6
func (d *decision) accept(p Accept) error {
	return d.plan(Planned{Community: d.Customer.Community, Drill: d.Customer.Drill, Plan: p.Plan, Complaints: p.Complaints})
}

func (d *decision) decline(p machine.Reasoned) error { // M6
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	d.Emit(EvDeclined, p)
	machine.End(d, Declined, "")
	return nil
}

// change alters what is not done yet. Watching something else later would compare what nobody asked for.
func (d *decision) change(p Change) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	if p.Owner != nil && machine.Blank(p.Owner.ID) {
		return machine.Missing("owner")
	}
	if err := deadline.Ahead(p.Due, d.Now); err != nil {
		return err
	}
	if p.Watch != nil {
		if err := d.watchable(*p.Watch); err != nil {
			return err
		}
	}
	d.Emit(EvChanged, p)
	return nil
}

// name adds complaints that the measure is about; those that it has stay. M3
func (d *decision) name(p Complaints) error {
	read, err := complaints(p.Complaints)
	if err != nil {
		return err
	}
	p.Complaints = slices.DeleteFunc(read, func(n string) bool { return slices.Contains(d.Complaints, n) })
	if len(p.Complaints) == 0 {
		return procedure.Conflict("nothing_to_do")
	}
	d.Emit(EvNamed, p)
	return nil
}

func (d *decision) start(struct{}) error {
	d.Emit(EvStarted, struct{}{})
	machine.Enter(d, StageDoing)
	return nil
}

// train records a training and who attended. M3
func (d *decision) train(p Training) error {
	on, err := time.Parse(time.DateOnly, p.Date)
	switch {
	case machine.Blank(p.Topic):
		return machine.Missing("topic")
	case p.Date == "" || err != nil:
		return machine.Missing("date")
	case on.After(d.Now.AddDate(0, 0, 1)): // somewhere it is tomorrow already
		return procedure.Invalid("training_ahead")
	case len(p.Attended) == 0:
		return machine.Missing("attended")
	}
	for _, who := range p.Attended {
		if machine.Blank(who.ID) && machine.Blank(who.Name) {
			return machine.Missing("attended")
		}
	}
	d.Emit(EvTrained, p)
	return nil
}

func (d *decision) finish(p Finish) error {
	if machine.Blank(p.Result) {
		return machine.Missing("result")
	}
	d.Emit(EvFinished, p)
	machine.Enter(d, StageObserving)
	return nil
}

// evaluate asks for the figures since the measure was done, and of as long before it began. M4
func (d *decision) evaluate(p deadline.TimeUp) error {
	if _, err := d.Passed(d, p, deadline.WhenDue); err != nil {
		return err
	}
	length := d.Now.Sub(*d.Done)
	d.Emit(EvEvaluating, Asking{
		Community: d.Customer.Community, Watch: d.Plan.Watch,
		BeforeFrom: d.Began.Add(-length), BeforeTo: *d.Began, From: *d.Done, To: d.Now,
	})
	return nil
}

// figures compares what was counted. Without figures nobody can tell. M4
func (d *decision) figures(p procedure.Answer) error {
	if len(d.Evaluated) == 0 {
		return procedure.Conflict("nothing_to_do") // nobody has asked
	}
	var counted Figures
	if p.Refused == nil {
		if err := machine.Decode(p.Result, &counted); err != nil {
			return err
		}
	}
	asked := d.Evaluated[len(d.Evaluated)-1]
	c := analysis.Compare(asked.Watch.Metric, counted.Now, counted.Before)
	d.Emit(EvEvaluated, Evaluation{
		Asking: asked.Asking, Comparison: c, Round: d.Round,
		Verdict: analysis.Judge(asked.Watch.Metric, c, d.Policy.Improvement.NoisePercent),
	})
	machine.Enter(d, StageAssessing)
	return nil
}

// assess confirms or overrules what the figures say; without effect the measure is reworked. M4
func (d *decision) assess(p Assess) error {
	a := Assessed{Assess: p, Verdict: d.Verdict, Overruled: p.Effective != (d.Verdict == analysis.Effective)}
	if a.Overruled && machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	if p.Effective {
		a.Assess = Assess{Effective: true, Reason: p.Reason}
		d.Emit(EvAssessed, a)
		machine.End(d, Effective, p.Reason)
		return nil
	}
	switch {
	case machine.Blank(p.Measure):
		return machine.Missing("measure")
	case p.Due == nil:
		return machine.Missing("due")
	case p.Owner != nil && machine.Blank(p.Owner.ID):
		return machine.Missing("owner")
	}
	if err := deadline.Ahead(p.Due, d.Now); err != nil {
		return err
	}
	d.Emit(EvAssessed, a)
	machine.Enter(d, StagePlanned)
	return nil
}

// reopen takes a closed measure up again, or feedback that was declined.
func (d *decision) reopen(p machine.Reasoned) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	d.Emit(machine.EvReopened, p)
	if d.Plan == nil {
		machine.Enter(d, StageSuggested)
		return nil
	}
	machine.Enter(d, StagePlanned)
	return nil
}

func (d *decision) drop(p machine.Reasoned) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	machine.End(d, Abandoned, p.Reason)
	return nil
}
