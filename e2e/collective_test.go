package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/e2e/system"
)

// issue is a collective issue as the manager sees it.
type issue struct {
	Number, Stage     string
	Found, Open       bool
	Members           []struct{ Number string }
	Closing           struct{ Outcome string }
	Escalations       []struct{ Status, Level string }
	Deadlines         []struct{ Step string }
	Allowed           []string
	Subject, Category string
}

// issuesOf lists the collective issues of a category.
func issuesOf(t *testing.T, category string) []string {
	t.Helper()
	var page struct{ Items []struct{ Number string } }
	get(t, bihuan.As("manager"), "/api/v1/cases?kind=collective&category="+category, &page)
	var numbers []string
	for _, i := range page.Items {
		numbers = append(numbers, i.Number)
	}
	return numbers
}

// becomes waits until an issue looks as wanted.
func becomes(t *testing.T, number string, wanted func(issue) bool) issue {
	t.Helper()
	var found issue
	must(t, system.Poll(t.Context(), func() (bool, error) {
		get(t, bihuan.As("manager"), "/api/v1/collective-issues/"+number, &found)
		return wanted(found), fmt.Errorf("%s is %+v", number, found)
	}))
	return found
}

// found waits until a category has an issue with so many members, and wants it to be the only one.
func found(t *testing.T, category string, members int) issue {
	t.Helper()
	var i issue
	must(t, system.Poll(t.Context(), func() (bool, error) {
		numbers := issuesOf(t, category)
		if len(numbers) == 0 {
			return false, fmt.Errorf("no issue of %s is found", category)
		}
		if len(numbers) > 1 {
			t.Fatalf("%s has the issues %v", category, numbers)
		}
		get(t, bihuan.As("manager"), "/api/v1/collective-issues/"+numbers[0], &i)
		return len(i.Members) == members, fmt.Errorf("it has %d members", len(i.Members))
	}))
	return i
}

func givenTo(t *testing.T, who, number, command string, payload M) system.Answer {
	t.Helper()
	a, err := bihuan.As(who).Do(t.Context(), http.MethodPost, "/api/v1/collective-issues/"+number+"/"+command, payload)
	must(t, err)
	return a
}

// TestNeighboursOfOneMatterBecomeAnIssue has four households complain at the same moment: one issue is found with
// all of them, practice aside; a forum is held, the handling announced on the public page, and what is decided
// reaches every member's own complaint, which keeps its own loop. J1 J2 J3 E2 M5
func TestNeighboursOfOneMatterBecomeAnIssue(t *testing.T) {
	const category = "environment.greenery"
	of := func(room string) M {
		return system.Complaint(M{"category": category, "building": "7", "room": room, "phone": "1390000" + room + "0", "place": "中心花园"})
	}
	members := make([]system.Registration, 4)
	var calls sync.WaitGroup
	for i := range members {
		calls.Go(func() {
			r, err := bihuan.Play(t.Context(), of(fmt.Sprintf("%d01", i+1)))
			if err != nil {
				t.Error(err)
			}
			members[i] = r
		})
	}
	calls.Wait()
	drill := of("901")
	drill["drill"] = true
	practice := play(t, drill)
	i := found(t, category, len(members))
	if !i.Found || i.Stage != "planning" {
		t.Errorf("found as %+v", i)
	}
	for _, m := range members {
		appears(t, m.Number, "joined-issue")
	}
	if n := rows(t, "SELECT count(*) FROM events WHERE number = $1 AND type = 'joined-issue'", practice.Number); n != 0 {
		t.Error("who only practises became a member")
	}

	wantProblem(t, givenTo(t, "agent", i.Number, "convene", M{"at": system.In(time.Hour), "place": "会所", "agenda": M{"zh": "商量"}}), http.StatusForbidden, "forbidden")
	wantStatus(t, givenTo(t, "manager", i.Number, "convene", M{"at": system.In(2 * time.Second), "place": "会所", "agenda": M{"zh": "商量绿化", "en": "The garden"}}), http.StatusOK)
	title := "中心花园补种 " + i.Number
	wantStatus(t, givenTo(t, "gm", i.Number, "announce", M{
		"title": M{"zh": title, "en": "Replanting " + i.Number}, "text": M{"zh": "下周补种绿篱", "en": "The hedges are replanted next week"}, "until": system.In(72 * time.Hour),
	}), http.StatusOK)
	wantStatus(t, givenTo(t, "manager", i.Number, "record-minutes", M{
		"held_at": system.In(-time.Minute), "present": 3, "attended": []string{"韩梅"}, "text": "到会业主同意补种",
	}), http.StatusOK)
	wantStatus(t, givenTo(t, "gm", i.Number, "conclude", M{"decision": M{"zh": "下周一补种并养护三个月"}}), http.StatusOK)
	if end := becomes(t, i.Number, func(i issue) bool { return i.Stage == "closed" }); end.Closing.Outcome != "concluded" {
		t.Errorf("it ended as %+v", end)
	}
	for _, m := range members {
		must(t, system.Poll(t.Context(), func() (bool, error) {
			n := rows(t, "SELECT count(*) FROM events WHERE number = $1 AND type = 'informed'", m.Number)
			return n == 4, fmt.Errorf("%s was informed %d times", m.Number, n) // of the date, the handling, the forum, the answer
		}))
		c, err := bihuan.As("manager").Case(t.Context(), m.Number)
		must(t, err)
		if c.Stage != "registered" || !c.Open {
			t.Errorf("its own loop stands at %s", c.Stage)
		}
	}
	var own struct {
		Notices []struct{ Subject, Body string }
	}
	get(t, bihuan.Resident(members[0].Secret()), "/api/v1/public/complaints/"+members[0].Number, &own)
	if all := fmt.Sprint(own.Notices); !strings.Contains(all, "下周一补种") || !strings.Contains(all, "会所") {
		t.Errorf("a member was told %s", all)
	}
	page, err := bihuan.Anybody().Do(t.Context(), http.MethodGet, "/communities/yuhu", nil)
	must(t, err)
	if page.Status != http.StatusOK || !strings.Contains(string(page.Body), title) || strings.Contains(string(page.Body), "韩梅") {
		t.Errorf("the public page: %d %s", page.Status, page.Body)
	}
	var public struct{ Items []struct{ Title string } }
	get(t, bihuan.Anybody().In("en"), "/api/v1/public/communities/yuhu/announcements", &public)
	if len(public.Items) == 0 || !strings.HasPrefix(public.Items[0].Title, "Replanting") {
		t.Errorf("announced: %+v", public.Items)
	}
}

// TestAnIssueOpenedByHand names complaints itself; what is not there leaves, a second issue of the matter gives its
// members to the first, and one that is dropped lets them go. J1
func TestAnIssueOpenedByHand(t *testing.T) {
	const category = "service.attitude"
	mine, other := play(t, system.Complaint(M{"category": category, "room": "1"})), play(t, system.Complaint(M{"category": category, "room": "2"}))
	open := func(complaints ...string) string {
		a, err := bihuan.As("manager").Do(t.Context(), http.MethodPost, "/api/v1/collective-issues",
			M{"community": "yuhu", "category": category, "subject": "前台态度", "complaints": complaints})
		must(t, err)
		var r struct {
			Number string `json:"number"`
			Link   string `json:"tracking_link"`
		}
		must(t, a.Into(http.StatusCreated, &r))
		if r.Link != "" {
			t.Error("an issue has a tracking link")
		}
		return r.Number
	}
	first := open(mine.Number, "TS-20260302-2BYHS")
	becomes(t, first, func(i issue) bool { return len(i.Members) == 1 })
	appears(t, mine.Number, "joined-issue")
	second := open(other.Number)
	if i := becomes(t, second, func(i issue) bool { return i.Stage == "closed" }); i.Closing.Outcome != "superseded" {
		t.Errorf("the second ended as %+v", i)
	}
	becomes(t, first, func(i issue) bool { return len(i.Members) == 2 })
	wantStatus(t, givenTo(t, "gm", first, "drop", M{"reason": "两件事不同"}), http.StatusOK)
	appears(t, mine.Number, "left-issue")
	must(t, system.Poll(t.Context(), func() (bool, error) {
		return rows(t, "SELECT count(*) FROM matters WHERE number = $1", first) == 0, fmt.Errorf("the matter is still held")
	}))
}

// TestAnIssueIsNotLateInSilence lets the time to decide how to handle it pass for real: it is warned of, missed, and
// before the GM. J2 H1 H2 H4
func TestAnIssueIsNotLateInSilence(t *testing.T) {
	a, err := bihuan.As("manager").Do(t.Context(), http.MethodPost, "/api/v1/collective-issues",
		M{"community": "yuhu", "category": "service.fees", "subject": "收费公示"})
	must(t, err)
	var r struct{ Number string }
	must(t, a.Into(http.StatusCreated, &r))
	wantStatus(t, givenTo(t, "manager", r.Number, "request-escalation", M{"reason": "需要总经理出面"}), http.StatusOK)
	wantStatus(t, givenTo(t, "gm", r.Number, "decide-escalation", M{
		"escalation": "E1", "decision": "decline", "reason": "先拿方案", "deadline": system.In(3 * time.Second),
	}), http.StatusOK)
	becomes(t, r.Number, func(i issue) bool {
		return len(i.Escalations) == 2 && i.Escalations[1].Status == "open" && i.Escalations[1].Level == "gm"
	})
	for _, event := range []string{"deadline-warned", "deadline-breached", "escalation-raised"} {
		appears(t, r.Number, event)
	}
	wantStatus(t, givenTo(t, "gm", r.Number, "drop", M{"reason": "已公示"}), http.StatusOK)
}
