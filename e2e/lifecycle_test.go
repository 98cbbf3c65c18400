package e2e_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/e2e/system"
)

// TestComplaintLivesUntilTheSatisfiedRevisit drives a complaint with a gap through the whole loop: flagged
// and clarified, judged, reviewed, dispatched, returned and re-routed, planned twice, done, verified, not
// satisfied, rectified, satisfied. A3 B1 B4 B8 C1 C2 C5 D1 D2 D3 F1 G1 G2 G4 G6 I1
func TestComplaintLivesUntilTheSatisfiedRevisit(t *testing.T) {
	r := play(t, system.Complaint(M{"remedy": nil}))
	wantProblem(t, command(t, bihuan.As("agent"), r.Number, "judge", M{"nature": "valid", "grounds": "属实"}), http.StatusConflict, "not_clear")
	resident := bihuan.Resident(r.Secret())
	err := bihuan.Continue(t.Context(), r.Number, slices.Concat(
		[]system.Step{{Who: "agent", Command: "clarify", With: M{"remedy": "彻底修好"}}},
		system.Judged,
		[]system.Step{
			{Who: "agent", Command: "dispatch", With: M{"tasks": []M{{"department": "security", "content": "查看"}}}},
			{Who: "guard", Command: "tasks/T1/return", With: M{"reason": "不属于我部门"}},
			{Who: "agent", Command: "tasks/T1/reroute", With: M{"department": "engineering"}},
			system.Accepted("T1"),
			{Who: "agent", Command: "propose", With: M{"text": "补胶"}},
		},
	)...)
	must(t, err)
	wantStatus(t, command(t, resident, r.Number, "answer", M{"answer": "adjust", "opinion": "要换管"}), http.StatusOK)
	must(t, bihuan.Continue(t.Context(), r.Number, system.Step{Who: "agent", Command: "propose", With: M{"text": "换管"}}))
	wantStatus(t, command(t, resident, r.Number, "answer", M{"answer": "agreed"}), http.StatusOK)
	must(t, bihuan.Continue(t.Context(), r.Number, slices.Concat(
		[]system.Step{system.Completed("T1")}, system.Verified,
		[]system.Step{system.Unsatisfied, system.Accepted("T2"), system.Completed("T2")}, system.Verified, system.Satisfied,
	)...))

	end, err := bihuan.As("manager").Case(t.Context(), r.Number)
	must(t, err)
	if end.Stage != "closed" || end.Open || end.Closing == nil || end.Closing.Outcome != "satisfied" || end.Round != 1 {
		t.Errorf("the case ended as %+v", end)
	}
	wantEvents(t, r.Number, map[string]int{
		"registered": 1, "clarified": 1, "judged": 1, "reviewed": 1, "dispatched": 2, "task-returned": 1, "task-rerouted": 1,
		"task-accepted": 2, "plan-proposed": 2, "plan-answered": 2, "task-completed": 2, "verified": 2, "revisited": 2, "closed": 1,
	})
	if n := rows(t, "SELECT count(*) FROM filings WHERE number = $1 AND kind = 'record'", r.Number); n != 1 { // I2
		t.Errorf("the record was filed %d times", n)
	}
}

// TestTimelineReadsInTwoLanguages reads the same story in Chinese, which is the default, and in English. B8 N1
func TestTimelineReadsInTwoLanguages(t *testing.T) {
	r := play(t, system.Complaint(nil), system.Judged...)
	chinese, english := timeline(t, r.Number, ""), timeline(t, r.Number, "en")
	if len(chinese) == 0 || len(chinese) != len(english) {
		t.Fatalf("%d entries in Chinese, %d in English", len(chinese), len(english))
	}
	for i := range chinese {
		if !han.MatchString(chinese[i].Text) {
			t.Errorf("not Chinese: %q", chinese[i].Text)
		}
		if english[i].Text == "" || english[i].Text == chinese[i].Text {
			t.Errorf("not English: %q", english[i].Text)
		}
	}
	if text := chinese[slices.IndexFunc(chinese, func(e entry) bool { return e.Type == "judged" })].Text; !strings.Contains(text, "维修属我方责任") {
		t.Errorf("the judgement's grounds are missing in %q", text) // B8
	}
}

// TestAcknowledgementArrivesOnce has the complainant's mail arrive by itself, once, in their language, with the
// number and a link that opens their own case. A4 E3 N3 Q2
func TestAcknowledgementArrivesOnce(t *testing.T) {
	address := "han-" + time.Now().Format("150405.000") + "@example.com"
	r := play(t, system.Complaint(M{"email": address, "language": "en"}), system.Judged...)
	linked := func(m system.Mail) bool { return strings.Contains(m.Body, r.TrackingLink) }
	must(t, system.Poll(t.Context(), func() (bool, error) {
		if mails := mailbox.To(address); len(mails) < 2 || !slices.ContainsFunc(mails, linked) {
			return false, fmt.Errorf("not yet two mails, one with %s: %+v", r.TrackingLink, mails)
		}
		return true, nil
	}))
	seen := map[string]bool{}
	for _, m := range mailbox.To(address) {
		if seen[m.ID] {
			t.Errorf("%s arrived twice", m.ID)
		}
		seen[m.ID] = true
		if !strings.Contains(m.Subject+m.Body, r.Number) || han.MatchString(m.Subject) {
			t.Errorf("not about %s, or not English: %+v", r.Number, m)
		}
	}
	page, err := bihuan.Anybody().Do(t.Context(), http.MethodGet, strings.TrimPrefix(r.TrackingLink, bihuan.URL), nil)
	must(t, err)
	wantStatus(t, page, http.StatusOK)
	if !strings.Contains(string(page.Body), r.Number) {
		t.Error("the tracking page does not show its number")
	}
}

// TestComplainantSeesNobodyElses tries one complaint's secret on another. N3
func TestComplainantSeesNobodyElses(t *testing.T) {
	mine, other := play(t, system.Complaint(nil)), play(t, system.Complaint(nil))
	var own struct{ Number, What string }
	get(t, bihuan.Resident(mine.Secret()), "/api/v1/public/complaints/"+mine.Number, &own)
	if own.Number != mine.Number || own.What == "" {
		t.Errorf("my own case reads %+v", own)
	}
	a, err := bihuan.Resident(mine.Secret()).Do(t.Context(), http.MethodGet, "/api/v1/public/complaints/"+other.Number, nil)
	must(t, err)
	wantProblem(t, a, http.StatusNotFound, "not_found")
	wantProblem(t, command(t, bihuan.Resident(mine.Secret()), other.Number, "withdraw", M{"reason": "不投诉了"}), http.StatusNotFound, "not_found")
}

// TestReachingAStageTellsTheComplainantAndStaff reads what was told. E3 C1 N3
func TestReachingAStageTellsTheComplainantAndStaff(t *testing.T) {
	r := play(t, system.Complaint(nil), append(slices.Clone(system.Judged), system.Dispatched(0))...)
	var own struct {
		Notices []struct{ Subject, Body string }
	}
	get(t, bihuan.Resident(r.Secret()), "/api/v1/public/complaints/"+r.Number, &own)
	if len(own.Notices) < 2 {
		t.Errorf("the complainant was told %d times", len(own.Notices))
	}
	told := inbox(t, "engineer", r.Number, "")
	if len(told) == 0 {
		t.Fatal("the department was not told of its task")
	}
	for _, n := range told {
		a, err := bihuan.As("engineer").Do(t.Context(), http.MethodPost, "/api/v1/inbox/"+url.PathEscape(n.ID)+"/read", nil)
		must(t, err)
		wantStatus(t, a, http.StatusNoContent)
	}
	if unread := inbox(t, "engineer", r.Number, "&unread=true"); len(unread) > 0 {
		t.Errorf("what was read is unread still: %v", unread)
	}
	var all struct{ Items []struct{ To, Status string } }
	get(t, bihuan.As("manager"), "/api/v1/complaints/"+r.Number+"/notices", &all)
	if len(all.Items) < 3 {
		t.Errorf("%d notices are listed", len(all.Items))
	}
}

type notice struct{ ID, Number, Subject string }

// inbox lists the notices to a member of staff about a complaint.
func inbox(t *testing.T, who, number, query string) []notice {
	t.Helper()
	var page struct{ Items []notice }
	get(t, bihuan.As(who), "/api/v1/inbox?limit=200"+query, &page)
	return slices.DeleteFunc(page.Items, func(n notice) bool { return n.Number != number })
}
