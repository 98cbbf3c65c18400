package inquiry_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	. "bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

const number = "ZX-20261123-7K3F9"

var (
	monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	agent  = people.Actor{ID: "lina", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}}
	guard  = people.Actor{ID: "zhao", Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: "security"}
	boss   = people.Actor{ID: "li", Roles: []people.Role{people.Assistant}, Communities: []string{"yuhu"}}
	asker  = people.Actor{ID: number, Roles: []people.Role{people.Complainant}}
	caller = machine.Customer{Community: "yuhu", Channel: machine.Hotline, Name: "王女士", Phone: "13800000000", Room: "502"}
)

// wall is a limit on the clock on the wall.
func wall(within time.Duration, owner people.Role) policy.Deadline {
	return policy.Deadline{Within: policy.Duration(within), Clock: policy.Wall, Owner: owner}
}

func settings() policy.Policy {
	return policy.Policy{
		Version: "v1", WarnPercent: 75, Departments: []policy.Department{{ID: "security"}, {ID: "engineering"}},
		Inquiry: policy.Inquiry{Deadlines: policy.Limits{
			"reply": wall(24*time.Hour, people.Agent), "forward": wall(48*time.Hour, people.Handler), "turn": wall(30*time.Minute, people.Agent),
			"decision": wall(4*time.Hour, ""), "reminder": wall(24*time.Hour, ""), "reopen": wall(7*24*time.Hour, ""),
		}},
	}
}

// office is one inquiry being handled.
type office struct {
	*testing.T
	state  State
	events []procedure.Event
	told   []procedure.Notice
	asked  []procedure.Effect
	now    time.Time
}

func open(t *testing.T, what Register) *office {
	o := &office{T: t, state: Definition.New(number, settings()), now: monday}
	return o.do(agent, machine.CmdRegister, what)
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

func (o *office) wasTold(template string) bool {
	return slices.ContainsFunc(o.told, func(n procedure.Notice) bool { return n.Template == template })
}

// K1, K2: an inquiry is answered within a day, which ends it.
func TestAnsweredInTime_K1_K2(t *testing.T) {
	o := open(t, Register{Customer: caller, What: "能在家充电吗"}).in(StageAnswering)
	c, ok := o.state.Deadline("reply")
	if !ok || !c.Due.Equal(monday.Add(24*time.Hour)) || c.Owner != people.Agent || o.state.Class != AfterSale {
		t.Fatalf("the clock is %+v, the class %q", c, o.state.Class)
	}
	o.wait(time.Hour).refused("missing_field", agent, CmdReply, Reply{Channel: machine.Hotline, Said: " "})
	o.refused("no_suggestion", agent, CmdReply, Reply{Channel: machine.Hotline, Said: "好", Adopted: true})
	o.do(agent, CmdReply, Reply{Channel: machine.Hotline, Said: "请到充电棚"}).in(machine.StageClosed)
	if o.state.Closing.Outcome != Answered || !o.wasTold("inquiry-acknowledged") || !o.wasTold("inquiry-replied") {
		t.Errorf("closed as %+v, told %v", o.state.Closing, o.told)
	}
	o.wait(8 * 24 * time.Hour).in(machine.StageArchived)
	if len(Definition.Due(o.state)) > 0 {
		t.Error("an archived inquiry still waits for something")
	}
}

// K2, H1, H2, H4: what nobody answers is warned of, missed, and climbs the levels until somebody decides.
func TestUnansweredClimbs_K2_H2(t *testing.T) {
	o := open(t, Register{Customer: caller, What: "能在家充电吗"}).wait(25 * time.Hour)
	if !o.state.Overdue() || !o.wasTold("warning") || !o.wasTold("breach") || o.state.Escalated[0].Level != people.Assistant {
		t.Fatalf("late in silence: %+v", o.state.Set)
	}
	o.wait(5 * time.Hour)
	if o.state.Escalated[0].Level != people.Manager {
		t.Errorf("undecided, it stands at %s", o.state.Escalated[0].Level)
	}
	o.refused("not_your_level", boss, deadline.CmdDecideEscalation, deadline.DecideEscalation{Escalation: "E1", Decision: "approve", Deadline: o.now.Add(time.Hour)})
	o.do(agent, CmdReply, Reply{Channel: machine.Hotline, Said: "请到充电棚"})
	if o.state.Overdue() || o.state.Escalated[0].Status != deadline.EscalationSettled {
		t.Errorf("answered, and still %+v", o.state.Set)
	}
}

// K2: a department looks into it by its own deadline, and by nobody else's hand.
func TestForwarded_K2(t *testing.T) {
	o := open(t, Register{Customer: caller, What: "能在家充电吗"})
	o.refused("unknown_department", agent, CmdForward, Forward{Department: "navy", Question: "?"})
	by := o.now.Add(3 * time.Hour)
	o.do(agent, CmdForward, Forward{Department: "security", Question: "允许吗", Deadline: &by}).in(StageForwarded)
	if c, _ := o.state.Deadline("forward"); !c.Due.Equal(by) || !c.Fixed {
		t.Errorf("the department's clock is %+v", c)
	}
	cleaner := guard
	cleaner.Department = "environment"
	o.refused("forbidden", cleaner, CmdReport, Report{Said: "不知道"})
	o.refused("forbidden", guard, CmdReply, Reply{Channel: machine.Hotline, Said: "不行"})
	o.do(guard, CmdReport, Report{Said: "只能在充电棚"}).in(StageAnswering)
	if c, ok := o.state.Deadline("reply"); !ok || !c.Started.Equal(o.now) {
		t.Errorf("the desk's clock is %+v", c)
	}
}

// K2: the department reads what it is asked, the desk what was found; who need not answer any more is told.
func TestWhoIsAskedAndWhoIsSpared_K2(t *testing.T) {
	told := func(o *office, template, department string) {
		t.Helper()
		n := o.told[len(o.told)-1]
		if n.Template != template || n.To.Department != department {
			t.Errorf("told %+v, want %s to %q", n, template, department)
		}
	}
	o := open(t, Register{Customer: caller, What: "能在家充电吗"}).do(agent, CmdForward, Forward{Department: "security", Question: "允许吗"})
	if told(o, "inquiry-forwarded", "security"); o.told[len(o.told)-1].Args["question"] != "允许吗" || o.state.Question != "允许吗" {
		t.Error("the department does not learn what it is asked")
	}
	o.do(agent, CmdForward, Forward{Department: "engineering", Question: "有充电桩吗"})
	told(o, "inquiry-spared", "security")
	o.do(agent, CmdForward, Forward{Department: "engineering", Question: "几个"})
	told(o, "inquiry-forwarded", "engineering")
	engineer := guard
	engineer.Department = "engineering"
	o.do(engineer, CmdReport, Report{Said: "两个"})
	if n := o.told[len(o.told)-1]; n.Template != "inquiry-reported" || n.Args["finding"] != "两个" || n.Args["stage"] != string(StageAnswering) || o.state.Finding != "两个" {
		t.Errorf("the desk is told %+v", n)
	}
	o.do(agent, CmdForward, Forward{Department: "security", Question: "夜里呢"}).do(agent, CmdReply, Reply{Channel: machine.Hotline, Said: "可以"})
	told(o, "inquiry-spared", "security")
	o.do(asker, machine.CmdReopen, machine.Reasoned{Reason: "不行"})
	told(o, "reopened", "")
	o.do(asker, machine.CmdWithdraw, machine.Reasoned{})
	if n := o.told[len(o.told)-1]; n.Template != "inquiry-withdrawn" || !n.To.Complainant {
		t.Errorf("who withdrew hears %+v", n)
	}
}

// K1, K3: what is classed as a complaint is turned into one, and what is turned into one is classed so.
func TestAComplaintIsTurnedAndNotAnswered_K1_K3(t *testing.T) {
	answer, turn := Reply{Channel: machine.Hotline, Said: "好的"}, Turn{Into: "complaint", Category: "order.danger", Reason: "楼道充电"}
	o := open(t, Register{Customer: caller, What: "楼道里有人充电", Class: Complaint}).refused("complaint_to_be_turned", agent, CmdReply, answer)
	if a := Definition.Allowed(o.state, agent); slices.Contains(a, CmdReply) || !slices.Contains(a, CmdTurn) {
		t.Errorf("allowed are %v", a)
	}
	o.do(agent, CmdSort, Sort{Class: AfterSale, Reason: "只是问问"}).do(agent, CmdTurn, turn)
	if o.state.Class != Complaint || o.wasTold("inquiry-turned") {
		t.Errorf("turned it is classed %s, and the customer told %v", o.state.Class, o.told)
	}
	o.do(people.TheSystem, machine.CmdLink, procedure.Answer{Result: json.RawMessage(`{"number":"TS-20261123-7K3F9"}`)})
	if n := o.told[len(o.told)-1]; n.Template != "inquiry-turned" || n.Args["linked"] != "TS-20261123-7K3F9" {
		t.Errorf("the customer is told %+v", n)
	}
}

// K3: it turns into a complaint that keeps its record, once that one is there; else the desk has it back.
func TestTurnsIntoAnother_K3(t *testing.T) {
	turn := Turn{Into: "complaint", Category: "order.danger", Reason: "楼道充电"}
	o := open(t, Register{Customer: caller, What: "楼道里有人充电"}).do(agent, CmdTurn, turn).in(StageTurning)
	var opening procedure.Opening
	if len(o.asked) != 1 || o.asked[0].Then != machine.CmdLink || json.Unmarshal(o.asked[0].Payload, &opening) != nil {
		t.Fatalf("asked for %+v", o.asked)
	}
	var register map[string]any
	if err := json.Unmarshal(opening.Register, &register); err != nil || opening.Kind != "complaint" ||
		register["source"] != number || register["what"] != "楼道里有人充电" || register["phone"] != caller.Phone || register["category"] != "order.danger" {
		t.Errorf("it would open %s %v", opening.Kind, register)
	}
	o.do(people.TheSystem, machine.CmdLink, procedure.Answer{Refused: procedure.Invalid("unknown_category")}).in(StageAnswering)
	o.do(agent, CmdTurn, turn).do(people.TheSystem, machine.CmdLink, procedure.Answer{Result: json.RawMessage(`{"number":"TS-20261123-7K3F9"}`)})
	if o.in(machine.StageClosed); o.state.Closing.Outcome != Turned || !slices.Equal(o.state.Links, []string{"TS-20261123-7K3F9"}) {
		t.Errorf("it ended as %+v with %v", o.state.Closing, o.state.Links)
	}
}

// K1: suggestions are adopted or answered; who asked may come back.
func TestSuggestionsAndComingBack_K1(t *testing.T) {
	o := open(t, Register{Customer: caller, What: "多装路灯", Class: PreSale})
	o.refused("unknown_class", agent, CmdSort, Sort{Class: "praise", Reason: "x"}).do(agent, CmdSort, Sort{Class: Suggestion, Reason: "是建议"})
	o.do(agent, CmdReply, Reply{Channel: machine.Hotline, Said: "马上装", Adopted: true})
	if o.state.Closing.Outcome != Adopted {
		t.Errorf("closed as %s", o.state.Closing.Outcome)
	}
	o.refused("missing_field", asker, machine.CmdReopen, machine.Reasoned{}).do(asker, machine.CmdReopen, machine.Reasoned{Reason: "还是黑"}).in(StageAnswering)
	o.do(asker, machine.CmdWithdraw, machine.Reasoned{Reason: "算了"}).in(machine.StageClosed)
}

// N1, N3: strangers and other departments see nothing; the customer sees their own.
func TestWhoSeesAnInquiry_N1_N3(t *testing.T) {
	o := open(t, Register{Customer: caller, What: "能在家充电吗"})
	stranger := agent
	stranger.Communities = []string{"linjiang"}
	o.refused("forbidden", stranger, CmdReply, Reply{Channel: machine.Hotline, Said: "x"})
	if o.state.Sees(guard) != people.SeesNothing || o.state.Sees(asker) != people.SeesProgress || o.state.Sees(agent) != people.SeesAll {
		t.Error("sight is mixed up")
	}
	o.do(agent, CmdForward, Forward{Department: "security", Question: "允许吗"})
	if o.state.Sees(guard) != people.SeesTasks || !o.state.ShowsContacts(guard) {
		t.Error("the department does not see what it has to look into")
	}
}

// I4: the figures of an inquiry tell what was met and what was missed.
func TestFacts_I4(t *testing.T) {
	o := open(t, Register{Customer: caller, What: "能在家充电吗"}).wait(25*time.Hour).do(agent, CmdForward, Forward{Department: "security", Question: "允许吗"})
	o.do(guard, CmdReport, Report{Said: "可以"}).do(agent, CmdReply, Reply{Channel: machine.Hotline, Said: "可以"})
	facts, err := Definition.Erase().Tell(number, o.events, machine.Encode(settings()))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range facts {
		lines = append(lines, f.Name+" "+f.Key)
	}
	if want := []string{"registered hotline", "deadline-missed reply", "escalated reply", "deadline-met forward", "deadline-met reply", "closed answered"}; !slices.Equal(lines, want) {
		t.Errorf("facts %v", lines)
	}
}
