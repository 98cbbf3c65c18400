package complaint_test

import (
	"encoding/json"
	"slices"
	"testing"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	shared "bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// pooled is a complaint to be dispatched, with pools among the settings.
func pooled(t *testing.T) *desk {
	d := registered(t)
	d.state.Policy.Pools = []policy.Pool{
		{ID: "first", By: policy.ByOffer, Departments: []string{"engineering", "security"}},
		{ID: "turns", By: policy.ByTurn, Departments: []string{"engineering", "security"}},
	}
	return d.judged(Valid)
}

func (d *desk) heard(department, template string) bool {
	return slices.ContainsFunc(d.notices, func(n procedure.Notice) bool {
		return n.Template == template && n.To == procedure.Recipient{Department: department}
	})
}

func toPool(pool string) Dispatch {
	return Dispatch{Tasks: []TaskOrder{{Pool: pool, Content: "see to it"}}}
}

// C1: a task on offer belongs to the first department that accepts it; the others are told.
func TestTheFirstOfAPoolAccepts_C1(t *testing.T) {
	d := pooled(t).do(assistant, CmdDispatch, toPool("first")).in(StageWorking)
	if !d.heard("engineering", "task-offered") || !d.heard("security", "task-offered") || Sees(d.state, mechanic) != SeesNothing {
		t.Fatal("not on offer to its pool alone")
	}
	if !slices.Contains(Allowed(d.state, guard), CmdAccept) || ShowsContacts(d.state, guard) {
		t.Error("on offer: to be accepted, and the complainant's phone masked")
	}
	d.refused("missing_field", agent, CmdAccept, AcceptTask{Task: "T1"}). // for which department
										refused("unknown_department", agent, CmdAccept, AcceptTask{Task: "T1", Department: "vendor"}).
										do(engineer, CmdAccept, AcceptTask{Task: "T1"}).
										refused("taken_already", guard, CmdAccept, AcceptTask{Task: "T1"}).
										refused("taken_already", guard, CmdComplete, Complete{Task: "T1", Result: "r"}).
										refused("forbidden", mechanic, CmdAccept, AcceptTask{Task: "T1"})
	task, _ := d.state.Task("T1")
	if task.Department != "engineering" || task.Phone != "0001" || d.state.Lead != "engineering" || !d.heard("security", "task-gone") || d.heard("engineering", "task-gone") {
		t.Errorf("task %+v, lead %q", task, d.state.Lead)
	}
}

// C1, C2: declined by one it is left to the others; declined by all it is the desk's to re-route.
func TestAPoolDeclines_C1_C2(t *testing.T) {
	d := pooled(t).do(assistant, CmdDispatch, toPool("first")).do(guard, CmdReturn, Return{Task: "T1", Reason: "not ours"})
	if task, _ := d.state.Task("T1"); task.Status != TaskDispatched || !slices.Equal(task.Offered, []string{"engineering"}) {
		t.Fatalf("task %+v", task)
	}
	d.do(engineer, CmdReturn, Return{Task: "T1", Reason: "not ours"})
	if task, _ := d.state.Task("T1"); task.Status != TaskReturned {
		t.Fatalf("task %+v", task)
	}
	d.do(agent, CmdReroute, Reroute{Task: "T1", Department: "vendor"}).refused("forbidden", guard, CmdAccept, AcceptTask{Task: "T1"}).
		do(mechanic, CmdAccept, AcceptTask{Task: "T1"})
}

// C1, H1: what nobody of a pool takes in time is the desk's to see to.
func TestNobodyOfAPoolAccepts_C1_H1(t *testing.T) {
	d := pooled(t).do(assistant, CmdDispatch, toPool("first")).wait(day)
	c, _ := d.state.Deadline(deadline.Key(StepAccept, "T1"))
	if !c.Breached || c.Owner != people.Agent {
		t.Errorf("clock %+v", c)
	}
	d.do(agent, CmdReroute, Reroute{Task: "T1", Department: "vendor"}).do(mechanic, CmdAccept, AcceptTask{Task: "T1"})
}

// C1, C3: by turn, also for a task that waits for another.
func TestByTurn_C1_C3(t *testing.T) {
	d := pooled(t)
	var effects []procedure.Effect
	given := func() []procedure.Effect {
		s := New(number, d.state.Policy)
		effects = nil
		for _, e := range d.events {
			s = Evolve(s, e)
			effects = append(effects, Effects(s, e)...)
		}
		effects = slices.DeleteFunc(effects, func(x procedure.Effect) bool { return x.Name == EffectMatch }) // of its registration. J1
		return effects
	}
	d.do(assistant, CmdDispatch, Dispatch{Lead: "security", Tasks: []TaskOrder{
		{Department: "security", Content: "look"}, {Pool: "turns", Content: "mend", After: []string{"T1"}},
	}})
	if len(given()) != 0 {
		t.Fatal("asked whose turn it is for a task that waits")
	}
	d.do(guard, CmdAccept, AcceptTask{Task: "T1"}).do(guard, CmdComplete, Complete{Task: "T1", Result: "seen", Evidence: []string{"photo"}})
	if got := given(); len(got) != 1 || got[0].Name != "next-in-turn" || got[0].Then != CmdTakeTurn {
		t.Fatalf("effects %+v", got)
	}
	d.refused("wrong_task_status", agent, CmdAccept, AcceptTask{Task: "T2"})
	answer := procedure.Answer{Result: json.RawMessage(`{"department":"engineering","task":"T2"}`)}
	d.do(people.TheSystem, CmdTakeTurn, answer).do(engineer, CmdAccept, AcceptTask{Task: "T2"}).
		refused("wrong_task_status", people.TheSystem, CmdTakeTurn, answer)
	if d.state.Lead != "security" {
		t.Errorf("lead %q", d.state.Lead)
	}
}

// C1, C3: a department is told once what it is asked to do now, and of what waits when it can begin.
func TestADepartmentIsToldWhatToDo_C1_C3(t *testing.T) {
	d := pooled(t).hush().do(assistant, CmdDispatch, Dispatch{Lead: "security", Tasks: []TaskOrder{
		{Department: "security", Content: "look"}, {Department: "security", Content: "keep clear"}, {Department: "engineering", Content: "mend", After: []string{"T1"}}, {Pool: "first", Content: "clean"},
	}})
	work := func(template, department string) (all []string) {
		for _, n := range d.notices {
			if n.Template == template && n.To.Department == department {
				all = append(all, n.Args["work"])
			}
		}
		return all
	}
	if got := work("task", "security"); !slices.Equal(got, []string{"T1 look\nT2 keep clear"}) {
		t.Errorf("security is told %q", got)
	}
	if got := work("task-offered", "security"); !slices.Equal(got, []string{"T4 clean"}) {
		t.Errorf("security is offered %q", got)
	}
	if got := work("task", "engineering"); len(got) > 0 {
		t.Errorf("engineering is told %q too early", got)
	}
	d.do(guard, CmdAccept, AcceptTask{Task: "T1"}).do(guard, CmdComplete, Complete{Task: "T1", Result: "seen", Evidence: []string{"photo"}})
	if got := work("task", "engineering"); !slices.Equal(got, []string{"T3 mend"}) {
		t.Errorf("engineering is told %q", got)
	}
}

// C1, C3: whoever takes the work coordinates when it goes past the department that was named; one that has a task goes on.
func TestWhoeverTakesTheWorkCoordinates_C1_C3(t *testing.T) {
	order := Dispatch{Lead: "engineering", Tasks: []TaskOrder{{Pool: "first", Content: "mend"}}}
	d := pooled(t).do(assistant, CmdDispatch, order).do(guard, CmdAccept, AcceptTask{Task: "T1"})
	if d.state.Lead != "security" || d.events[len(d.events)-1].Type != EvCoordinator {
		t.Errorf("%s coordinates", d.state.Lead)
	}
	order.Tasks = append(order.Tasks, TaskOrder{Department: "engineering", Content: "look"})
	if d = pooled(t).do(assistant, CmdDispatch, order).do(guard, CmdAccept, AcceptTask{Task: "T1"}); d.state.Lead != "engineering" {
		t.Errorf("%s coordinates", d.state.Lead)
	}
}

// B6: no complaint overtakes its request: only the request's end, or the lack of one, brings the outcome. What is opened
// when nobody waits any more is withdrawn.
func TestAComplaintWaitsForItsRequest_B6(t *testing.T) {
	linked := procedure.Answer{Result: json.RawMessage(`{"number":"FW-20260302-7K3F9"}`)}
	outcome := SettleService{Outcome: "served", Done: true}
	waiting := func() *desk {
		return registered(t).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g", Special: true}).do(manager, CmdReview, Review{Nature: Valid, Grounds: "g"}).in(StageService)
	}
	d := waiting().do(people.TheSystem, shared.CmdLink, linked).refused("request_settles", assistant, CmdSettleService, outcome)
	if slices.Contains(Allowed(d.state, assistant), CmdSettleService) {
		t.Error("it is offered all the same")
	}
	d.do(people.TheSystem, CmdSettleService, outcome).in(StageVerifying)

	waiting().do(people.TheSystem, shared.CmdLink, procedure.Answer{Refused: procedure.Invalid("unknown_category")}).
		do(assistant, CmdSettleService, outcome).in(StageVerifying)

	late := waiting().do(resident, CmdWithdraw, Reasoned{Reason: "it stopped"}).do(people.TheSystem, shared.CmdLink, linked)
	got := Effects(late.state, late.events[len(late.events)-1])
	var m procedure.Message
	if len(got) != 1 || json.Unmarshal(got[0].Payload, &m) != nil || m.Command != CmdWithdraw || m.To[0] != "FW-20260302-7K3F9" {
		t.Errorf("nobody waits for the request, and it goes on: %+v", got)
	}
}

// B6: a special service becomes a request with the record, is linked, and ends with its complaint.
func TestASpecialServiceOpensItsRequest_B6(t *testing.T) {
	d := registered(t).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g", Special: true}).do(manager, CmdReview, Review{Nature: Valid, Grounds: "g"}).in(StageService)
	got := Effects(d.state, d.events[len(d.events)-1])
	var o procedure.Opening
	var p struct{ Source, What, Phone, Community, Channel string }
	if len(got) != 1 || json.Unmarshal(got[0].Payload, &o) != nil || json.Unmarshal(o.Register, &p) != nil {
		t.Fatalf("effects %+v", got)
	}
	if o.Kind != "service" || p.Source != number || p.What != "Drilling at night" || p.Phone != "13800000000" || p.Channel != "hotline" {
		t.Errorf("opens %+v %+v", o, p)
	}
	const request = "FW-20260302-7K3F9"
	d.do(people.TheSystem, shared.CmdLink, procedure.Answer{Result: json.RawMessage(`{"number":"` + request + `"}`)})
	if d.state.Service != request {
		t.Fatalf("waits for %q", d.state.Service)
	}
	settled := registered(t).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g", Special: true}).do(manager, CmdReview, Review{Nature: Valid, Grounds: "g"}).
		do(people.TheSystem, CmdSettleService, SettleService{Request: request, Outcome: "served", Done: true}).in(StageVerifying)
	if settled.state.Service != request {
		t.Error("the request is not on record")
	}
	d.do(resident, CmdWithdraw, Reasoned{Reason: "it stopped"}).in(StageClosed)
	if got := Effects(d.state, d.events[len(d.events)-1]); len(got) != 1 || got[0].Name != procedure.EffectSend {
		t.Errorf("the request goes on without its complaint: %+v", got)
	}
}
