package improvement_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/analysis"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	. "bihuan/procedure/improvement"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

const measure = "GJ-20261123-7K3F9"

// Two complaints.
var (
	first  = number.New(number.Complaint, monday, 1)
	second = number.New(number.Complaint, monday, 2)
)

const day = 24 * time.Hour

var (
	monday    = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	guard     = people.Actor{ID: "zhao", Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: "security"}
	assistant = people.Actor{ID: "wang", Roles: []people.Role{people.Assistant}, Communities: []string{"yuhu"}}
	boss      = people.Actor{ID: "li", Roles: []people.Role{people.Manager}, Communities: []string{"yuhu"}}
)

// wall is a limit on the clock on the wall.
func wall(within time.Duration, owner people.Role) policy.Deadline {
	return policy.Deadline{Within: policy.Duration(within), Clock: policy.Wall, Owner: owner}
}

func settings() policy.Policy {
	return policy.Policy{
		Version: "v1", WarnPercent: 75, Departments: []policy.Department{{ID: "security"}},
		Categories: []policy.Category{{ID: "facility"}, {ID: "facility.leak", Parent: "facility"}},
		Improvement: policy.Improvement{NoisePercent: 10, RepeatedComplaints: 3, Deadlines: policy.Limits{
			"feedback": wall(31*day, people.Manager), "measure": wall(30*day, people.Assistant), "effect": wall(90*day, ""), "assess": wall(7*day, people.Manager),
			"decision": wall(4*time.Hour, ""), "reminder": wall(day, ""), "reopen": wall(7*day, ""),
		}},
	}
}

// office is one measure being handled.
type office struct {
	*testing.T
	state  State
	events []procedure.Event
	told   []procedure.Notice
	asked  []procedure.Effect
	now    time.Time
}

func open(t *testing.T, by people.Actor, what Register) *office {
	o := &office{T: t, state: Definition.New(measure, settings()), now: monday}
	return o.do(by, machine.CmdRegister, what)
}

func (o *office) give(by people.Actor, command string, payload any) error {
	raw, err := json.Marshal(payload)
	if err != nil {
		o.Fatal(err)
	}
	events, err := Definition.Decide(o.state, procedure.Command{ID: command, Name: command, Actor: by, Payload: raw}, o.now)
	for _, e := range events {
		o.state = Definition.Evolve(o.state, e)
		o.events = append(o.events, e)
		o.told = append(o.told, Definition.Notices(o.state, e)...)
		o.asked = append(o.asked, Definition.Effects(o.state, e)...)
	}
	return err
}

func (o *office) do(by people.Actor, command string, payload any) *office {
	o.Helper()
	if err := o.give(by, command, payload); err != nil {
		o.Fatalf("%s: %v", command, err)
	}
	return o
}

func (o *office) refused(code string, by people.Actor, command string, payload any) *office {
	o.Helper()
	var r *procedure.Refusal
	if err := o.give(by, command, payload); !errors.As(err, &r) || r.Code != code {
		o.Fatalf("%s: %v, want %s", command, err, code)
	}
	return o
}

// wait lets time pass with everything that falls due.
func (o *office) wait(d time.Duration) *office {
	o.Helper()
	until := o.now.Add(d)
	for {
		due := Definition.Due(o.state)
		if len(due) == 0 || due[0].At.After(until) {
			o.now = until
			return o
		}
		o.now = due[0].At
		c := Definition.Issue(o.state, due[0])
		o.do(people.TheSystem, c.Name, c.Payload)
	}
}

func (o *office) in(stage machine.Stage) *office {
	o.Helper()
	if o.state.Stage != stage {
		o.Fatalf("in %q, want %q", o.state.Stage, stage)
	}
	return o
}

func (o *office) wasTold(template, staff string) bool {
	return slices.ContainsFunc(o.told, func(n procedure.Notice) bool { return n.Template == template && n.To.Staff == staff })
}

func plan() *Plan {
	return &Plan{
		Problem: "三栋漏水多", Cause: "立管老化", Measure: "更换立管", Owner: Owner{ID: "zhao", Name: "赵师傅"}, Due: monday.Add(20 * day),
		Watch: analysis.Watch{Metric: analysis.Complaints, Subject: analysis.Subject{Category: "facility.leak", Building: "3"}},
	}
}

// done is a measure that was carried out in ten days.
func done(t *testing.T) *office {
	o := open(t, assistant, Register{Community: "yuhu", Plan: plan(), Complaints: []string{first}})
	return o.wait(5*day).do(guard, CmdStart, struct{}{}).wait(5*day).do(guard, CmdFinish, Finish{Result: "已更换"}).in(StageObserving)
}

// figures answers the effect.
func (o *office) figures(now, before int) *office {
	o.Helper()
	days := o.state.Evaluated[len(o.state.Evaluated)-1].To.Sub(*o.state.Done).Hours() / 24
	counted := Figures{Now: analysis.Sample{N: now, Days: days}, Before: analysis.Sample{N: before, Days: days}}
	return o.do(people.TheSystem, CmdFigures, procedure.Answer{Result: machine.Encode(counted)}).in(StageAssessing)
}

// M3: a measure has owner, due date, training with who attended, and complaints that know of it.
func TestAMeasure_M3(t *testing.T) {
	o := open(t, assistant, Register{Community: "yuhu", Plan: plan(), Complaints: []string{first}}).in(StagePlanned)
	if c, ok := o.state.Deadline("measure"); !ok || !c.Due.Equal(plan().Due) || !c.Fixed {
		t.Fatalf("its clock is %+v", c)
	}
	var m procedure.Message
	if len(o.asked) != 1 || json.Unmarshal(o.asked[0].Payload, &m) != nil || m.Command != complaint.CmdNoteMeasure || m.To[0] != first {
		t.Fatalf("complaints are told by %+v", o.asked)
	}
	if !o.wasTold("measure-assigned", "zhao") {
		t.Error("the owner does not know")
	}
	o.do(guard, CmdStart, struct{}{}).in(StageDoing)
	o.refused("training_ahead", guard, CmdTrain, Training{Topic: "焊接", Date: "2026-11-30", Attended: []Owner{{ID: "zhao"}}})
	o.refused("missing_field", guard, CmdTrain, Training{Topic: "焊接", Date: "2026-11-23"})
	o.do(guard, CmdTrain, Training{Topic: "焊接", Date: "2026-11-23", Attended: []Owner{{ID: "zhao"}, {Name: "钱工"}}})
	o.do(guard, CmdName, Complaints{Complaints: []string{strings.ToLower(second), first}})
	if len(o.state.Trainings) != 1 || len(o.state.Complaints) != 2 {
		t.Errorf("trainings %v, complaints %v", o.state.Trainings, o.state.Complaints)
	}
	o.refused("nothing_to_do", guard, CmdName, Complaints{Complaints: []string{first}})
	other := guard
	other.ID = "qian"
	o.refused("forbidden", other, CmdFinish, Finish{Result: "x"})
}

// M3: what lacks owner, date or figure is no measure, and not everybody opens one.
func TestWhatIsNoMeasure_M3(t *testing.T) {
	for code, change := range map[string]func(*Register){
		"missing_field": func(r *Register) { r.Owner.ID = " " }, "deadline_in_past": func(r *Register) { r.Due = monday },
		"unknown_metric": func(r *Register) { r.Watch.Metric = "luck" }, "metric_not_of_it": func(r *Register) { r.Watch.Department = "security" },
		"unknown_category": func(r *Register) { r.Watch.Category = "facility" }, "unknown_complaint": func(r *Register) { r.Complaints = []string{"ZX-1"} },
		"feedback_alone": func(r *Register) { r.Feedback = &Feedback{About: "other", Text: "x"} },
		"forbidden":      func(r *Register) { r.Community = "linjiang" }, "source_by_system": func(r *Register) { r.Source = first },
	} {
		r := Register{Community: "yuhu", Plan: plan()}
		change(&r)
		o := &office{T: t, state: Definition.New(measure, settings()), now: monday}
		o.refused(code, assistant, machine.CmdRegister, r)
	}
	o := &office{T: t, state: Definition.New(measure, settings()), now: monday}
	o.refused("forbidden", guard, machine.CmdRegister, Register{Community: "yuhu", Plan: plan()})
}

// M3, H1, H2: a measure that is late climbs the levels, and its owner hears of it.
func TestALateMeasureClimbs_M3_H2(t *testing.T) {
	o := open(t, assistant, Register{Community: "yuhu", Plan: plan()}).wait(20 * day)
	if !o.state.Overdue() || !o.wasTold("warning", "zhao") || !o.wasTold("breach", "zhao") || o.state.Escalated[0].Level != people.Manager {
		t.Fatalf("late in silence: %+v", o.state.Set)
	}
	by := o.now.Add(10 * day)
	o.do(boss, deadline.CmdDecideEscalation, deadline.DecideEscalation{Escalation: "E1", Decision: "approve", Deadline: by, Handler: "qian", HandlerName: "钱工"})
	if p := o.state.Plan; !p.Due.Equal(by) || p.Owner.ID != "qian" || o.state.Overdue() {
		t.Errorf("decided, it is %+v", p)
	}
}

// M4: the same figure of as long a time before it began and after it was done, and the manager confirms.
func TestEffective_M4(t *testing.T) {
	o := done(t).wait(89 * day).in(StageObserving).wait(day)
	effect := o.asked[len(o.asked)-1]
	var a Asking
	if effect.Name != EffectFigure || effect.Then != CmdFigures || json.Unmarshal(effect.Payload, &a) != nil {
		t.Fatalf("asked for %+v", effect)
	}
	if !a.BeforeTo.Equal(monday.Add(5*day)) || !a.From.Equal(monday.Add(10*day)) || a.To.Sub(a.From) != 90*day || a.BeforeTo.Sub(a.BeforeFrom) != 90*day || a.Watch != plan().Watch {
		t.Errorf("it compares %+v", a)
	}
	o.wait(40 * day).in(StageObserving) // the answer may take its time
	o.figures(2, 14)
	if o.state.Verdict != analysis.Effective || !o.wasTold("measure-evaluated", "zhao") {
		t.Errorf("the verdict is %s of %+v", o.state.Verdict, o.state.Evaluated)
	}
	o.refused("forbidden", guard, CmdAssess, Assess{Effective: true})
	o.do(boss, CmdAssess, Assess{Effective: true}).in(machine.StageClosed)
	if o.state.Closing.Outcome != Effective || o.wait(8*day).in(machine.StageArchived).state.Open() {
		t.Errorf("closed as %+v", o.state.Closing)
	}
}

// M4: without effect it is reworked, and evaluated again against how it was before the first round.
func TestReworked_M4(t *testing.T) {
	o := done(t).wait(90*day).figures(13, 14)
	if o.state.Verdict != analysis.Without {
		t.Fatalf("the verdict is %s", o.state.Verdict)
	}
	due := o.now.Add(30 * day)
	o.refused("missing_field", boss, CmdAssess, Assess{Effective: true})
	o.refused("missing_field", boss, CmdAssess, Assess{Due: &due})
	o.do(boss, CmdAssess, Assess{Measure: "改用钢管", Due: &due}).in(StagePlanned)
	if c, _ := o.state.Deadline("measure"); !c.Due.Equal(due) || o.state.Round != 1 || o.state.Plan.Measure != "改用钢管" || o.state.Plan.Cause != "立管老化" {
		t.Errorf("reworked, it is %+v by %+v", o.state.Plan, c)
	}
	o.do(guard, CmdStart, struct{}{}).wait(day).do(guard, CmdFinish, Finish{Result: "换好"}).wait(90 * day)
	if last := o.state.Evaluated[1]; !last.BeforeTo.Equal(monday.Add(5*day)) || last.Round != 1 {
		t.Errorf("the second evaluation compares %+v", last)
	}
	o.figures(1, 14).do(boss, CmdAssess, Assess{Effective: true}).in(machine.StageClosed)
}

// M4: the manager may overrule the figures either way, with a reason that stays on record; who does not decide is late.
func TestOverruled_M4(t *testing.T) {
	o := done(t).wait(90*day).figures(0, 2)
	if o.state.Verdict != analysis.TooFew {
		t.Fatalf("the verdict is %s", o.state.Verdict)
	}
	o.wait(8 * day)
	if !o.state.Overdue() {
		t.Error("nobody decides, in silence")
	}
	o.do(boss, CmdAssess, Assess{Effective: true, Reason: "再没有人投诉"}).in(machine.StageClosed)
	a := machine.Data[Assessed](o.events[slices.IndexFunc(o.events, func(e procedure.Event) bool { return e.Type == EvAssessed })])
	if !a.Overruled || a.Verdict != analysis.TooFew || a.Reason == "" {
		t.Errorf("on record is %+v", a)
	}
	o.do(boss, machine.CmdReopen, machine.Reasoned{Reason: "又漏了"}).in(StagePlanned)
	if _, runs := o.state.Deadline("measure"); !runs {
		t.Error("taken up again without a date")
	}
	o.do(boss, CmdDrop, machine.Reasoned{Reason: "并入大修"}).in(machine.StageClosed)
}

// M6: anybody of the staff says what they think of the procedure; it becomes a measure, or is declined with a
// reason, and they hear of it.
func TestFeedback_M6(t *testing.T) {
	said := Register{Community: "yuhu", Feedback: &Feedback{About: "rule", Which: "C2", Text: "夜间接单 30 分钟不够"}}
	o := open(t, guard, said).in(StageSuggested)
	if Definition.Sees(o.state, guard) != people.SeesAll || Summarize(o.state).Nature != OfFeedback {
		t.Error("who said it does not see it")
	}
	o.refused("forbidden", assistant, CmdDecline, machine.Reasoned{Reason: "不"})
	o.do(boss, CmdDecline, machine.Reasoned{Reason: "夜班有人"}).in(machine.StageClosed)
	if !o.wasTold("feedback-declined", "zhao") || o.state.Closing.Outcome != Declined {
		t.Errorf("told %v", o.told)
	}
	o.do(boss, machine.CmdReopen, machine.Reasoned{Reason: "再议"}).in(StageSuggested)
	p := plan()
	p.Watch = analysis.Watch{Metric: analysis.AcceptTime, Subject: analysis.Subject{Department: "security"}}
	o.do(boss, CmdAccept, Accept{Plan: *p}).in(StagePlanned)
	if !o.wasTold("feedback-accepted", "zhao") || !o.wasTold("measure-assigned", "zhao") {
		t.Errorf("told %v", o.told)
	}
	facts, err := Definition.Erase().Tell(measure, o.events, machine.Encode(settings()))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range facts {
		lines = append(lines, f.Name+" "+f.Key)
	}
	want := []string{"registered ", "deadline-met feedback", "judged declined", "closed declined", "reopened declined", "deadline-met feedback", "judged accepted"}
	if !slices.Equal(lines, want) {
		t.Errorf("facts %q", lines)
	}
	for code, f := range map[string]Feedback{"unknown_about": {About: "weather", Text: "x"}, "missing_field": {About: "rule", Text: "x"}} {
		o := &office{T: t, state: Definition.New(measure, settings()), now: monday}
		o.refused(code, guard, machine.CmdRegister, Register{Community: "yuhu", Feedback: &f})
	}
}

// M4: figures that nobody asked for are refused, and break nothing.
func TestFiguresThatNobodyAskedFor_M4(t *testing.T) {
	done(t).refused("nothing_to_do", people.TheSystem, CmdFigures, procedure.Answer{Result: json.RawMessage(`{}`)})
}
