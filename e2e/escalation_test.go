package e2e_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"bihuan/e2e/system"
	"bihuan/procedure"
	"bihuan/procedure/people"
)

// short is a deadline that passes while a test looks on.
const short = 4 * time.Second

// missed plays a complaint up to the escalation of a deadline that really passed.
func missed(t *testing.T) (number, escalation string) {
	t.Helper()
	r := play(t, system.Complaint(nil), system.Missed(short)...)
	c, err := bihuan.As("manager").Case(t.Context(), r.Number)
	must(t, err)
	if len(c.Escalations) != 1 || c.Escalations[0].Level != "agent" || c.Escalations[0].Deadline != "work:T1" || !c.Overdue {
		t.Fatalf("the missed deadline stands as %+v", c)
	}
	if row := list(t, "manager", "&overdue=true", "200"); !slices.Contains(numbers(row), r.Number) {
		t.Errorf("%s is not listed as overdue", r.Number)
	}
	wantEvents(t, r.Number, map[string]int{"deadline-warned": 1, "deadline-breached": 1, "escalation-raised": 1}) // H1 H2 H7
	return r.Number, c.Escalations[0].ID
}

// wantApproved wants the deadline set anew and nothing overdue.
func wantApproved(t *testing.T, number string) {
	t.Helper()
	c, err := bihuan.Await(t.Context(), number, func(c system.Case) bool { return !c.Escalated() })
	must(t, err)
	i := slices.IndexFunc(c.Deadlines, func(d system.Deadline) bool { return d.Key == "work:T1" })
	if c.Overdue || c.Escalations[0].Status != "approved" || i < 0 || time.Until(c.Deadlines[i].Due) < 71*time.Hour {
		t.Errorf("after the approval the case stands as %+v", c)
	}
	wantEvents(t, number, map[string]int{"escalation-decided": 1, "deadline-breached": 1})
}

// TestMissedDeadlineIsEscalatedAndApproved goes through the API. H1 H2 H4
func TestMissedDeadlineIsEscalatedAndApproved(t *testing.T) {
	t.Parallel()
	number, escalation := missed(t)
	wantProblem(t, command(t, bihuan.As("engineer"), number, "decide-escalation", system.Approval(escalation)), http.StatusForbidden, "forbidden")
	wantStatus(t, command(t, bihuan.As("manager"), number, "decide-escalation", system.Approval(escalation)), http.StatusOK)
	wantApproved(t, number)
	wantProblem(t, command(t, bihuan.As("gm"), number, "decide-escalation", system.Approval(escalation)), http.StatusConflict, "decided_already")
}

// TestApprovalBySignal sends what the temporal program would: the procedure judges it the same way. H4 H2
func TestApprovalBySignal(t *testing.T) {
	t.Parallel()
	number, escalation := missed(t)
	signal := func(role people.Role, id string) {
		must(t, bihuan.Temporal.SignalWorkflow(t.Context(), number, "", "decide-escalation", procedure.Command{
			ID: id, Actor: people.Actor{ID: id, Name: "by hand", Roles: []people.Role{role}, Communities: []string{"yuhu"}},
			Payload: toJSON(t, system.Approval(escalation)),
		}))
	}
	signal(people.Handler, "intruder") // refused, and recorded
	signal(people.Manager, "manager-"+uuid.NewString())
	wantApproved(t, number)
	refused := slices.ContainsFunc(timeline(t, number, ""), func(e entry) bool { return e.Refused == "forbidden" })
	if !refused {
		t.Error("the refused signal is not on record")
	}
}

// TestHelpIsAskedFor has a handler ask the next level, and it decline. H3 C4
func TestHelpIsAskedFor(t *testing.T) {
	t.Parallel()
	r := play(t, system.Complaint(nil), append(slices.Clone(system.Judged), system.Dispatched(0), system.Accepted("T1"),
		system.Step{Who: "engineer", Command: "request-escalation", With: M{"reason": "需要外请专业公司", "task": "T1"}})...)
	c, err := bihuan.As("manager").Case(t.Context(), r.Number)
	must(t, err)
	if !c.Escalated() || c.Overdue {
		t.Fatalf("the request stands as %+v", c.Escalations)
	}
	wantProblem(t, command(t, bihuan.As("manager"), r.Number, "decide-escalation",
		M{"escalation": "E1", "decision": "decline", "deadline": system.In(time.Hour)}), http.StatusBadRequest, "missing_field")
	wantStatus(t, command(t, bihuan.As("manager"), r.Number, "decide-escalation",
		M{"escalation": "E1", "decision": "decline", "reason": "自行解决", "deadline": system.In(time.Hour)}), http.StatusOK)
}
