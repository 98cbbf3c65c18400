package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/e2e/system"
)

// inHaste has new cases keep other settings while they are registered. Other tests know the settings that are shipped.
func inHaste(t *testing.T, register func(), changes ...M) {
	t.Helper()
	before, _ := document(t)
	setting(t, changes...)
	defer func() {
		now, _ := document(t)
		a, err := bihuan.As("admin").Do(t.Context(), http.MethodPost, fmt.Sprintf("/api/v1/settings/versions/%d/restore", before), M{"why": "不赶了"}, "If-Match", fmt.Sprint(now))
		must(t, err)
		wantStatus(t, a, http.StatusOK)
	}()
	register()
}

// quick has deadlines of service requests pass while a test looks on, by the clock on the wall.
func quick(steps ...string) (changes []M) {
	for _, step := range steps {
		at := "service.deadlines." + step
		changes = append(changes, M{"path": at + ".within", "now": short.String()}, M{"path": at + ".clock", "now": "wall"})
	}
	return changes
}

// fired counts what a deadline of a case did, by its key.
func fired(t *testing.T, number, event, key string) int {
	t.Helper()
	return rows(t, "SELECT count(*) FROM events WHERE number = $1 AND type = $2 AND data ->> 'key' = $3", number, event, key)
}

// missedBy waits until a deadline has passed, and wants it warned, breached and put before a level once each.
func (v *visitor) missedBy(key, level string) {
	v.t.Helper()
	r := v.until(func(r request) bool {
		return slices.ContainsFunc(r.Escalations, func(e system.Escalation) bool { return e.Deadline == key && e.Level == level && e.Status == "open" })
	})
	if !r.Overdue {
		v.t.Errorf("%s missed, it is not overdue: %+v", key, r)
	}
	for _, event := range []string{"deadline-warned", "deadline-breached", "escalation-raised"} {
		if n := fired(v.t, v.number, event, key); n != 1 {
			v.t.Errorf("%s of %s: %d times", event, key, n)
		}
	}
}

// settled wants the escalation about a deadline settled by its being met, and nothing to have fired again.
func (v *visitor) settled(key string) {
	v.t.Helper()
	v.until(func(r request) bool {
		return slices.ContainsFunc(r.Escalations, func(e system.Escalation) bool { return e.Deadline == key && e.Status == "settled" })
	})
	if fired(v.t, v.number, "deadline-breached", key) != 1 || fired(v.t, v.number, "escalation-raised", key) != 1 {
		v.t.Errorf("%s fired again", key)
	}
}

// reminded counts the customer's notices of a template.
func (v *visitor) reminded(template string) int {
	v.t.Helper()
	return rows(v.t, "SELECT count(DISTINCT seq) FROM notices WHERE number = $1 AND template = $2 AND complainant", v.number, template)
}

// TestDeadlinesOfAServiceFire_L2_L3_L4_C2_H1_H2_H7 lets nobody do anything: a request that nobody confirms, its worker
// killed meanwhile; a proposed time and a quote that nobody answers; a finished one that nobody rates. Each deadline is
// warned of, missed and put before the level above once, the customer is reminded of what waits for them, and what is
// done at last settles it.
func TestDeadlinesOfAServiceFire_L2_L3_L4_C2_H1_H2_H7(t *testing.T) {
	up(t)
	var unconfirmed, unanswered, unquoted *visitor
	inHaste(t, func() {
		unconfirmed = asksFor(t, M{"category": "repair.other", "what": "门锁坏了"})
		unanswered = asksFor(t, M{"category": "repair.other", "what": "窗户关不上"})
		unquoted = asksFor(t, M{"category": "home.appliance", "what": "装灯", "form": []M{{"id": "appliance", "value": "lamp"}, {"id": "count", "value": "1"}}})
	}, quick("confirm", "agree", "accept", "quote", "rate", "rate_again")...)
	appears(t, unconfirmed.number, "service-registered")
	must(t, bihuan.Worker.Kill())
	time.Sleep(short + time.Second) // the deadline passes while nobody runs it
	must(t, bihuan.Worker.Start(t.Context()))
	unconfirmed.missedBy("confirm", "assistant")
	unconfirmed.give("agent", "confirm", between(M{"content": "换锁", "agreed": true}, 24*time.Hour, 26*time.Hour))
	unconfirmed.settled("confirm")
	unconfirmed.missedBy("accept", "agent") // given to a department, which does not accept
	unconfirmed.give("engineer", "take", M{})
	unconfirmed.settled("accept")

	day := nextWorkday(t)
	unanswered.give("agent", "confirm", M{"content": "修窗", "from": day + "T09:00:00+08:00", "to": day + "T10:00:00+08:00"})
	unanswered.missedBy("agree", "assistant")
	if n := unanswered.reminded("appointment-proposed"); n != 2 { // when it was proposed, and before the deadline
		t.Errorf("the customer was asked %d times whether the time suits", n)
	}
	unanswered.does("agree", M{"version": 1})
	unanswered.settled("agree")

	unquoted.give("agent", "confirm", between(M{"content": "装灯", "agreed": true}, 24*time.Hour, 26*time.Hour))
	unquoted.give("engineer", "take", M{})
	unquoted.give("engineer", "arrive", M{})
	unquoted.give("engineer", "quote", M{"items": []M{{"name": "安装", "quantity": 1, "price": 5000}}})
	unquoted.missedBy("quote", "assistant")
	if n := unquoted.reminded("quote"); n < 1 || n > 2 { // twice, unless the quote came after the warning
		t.Errorf("the customer was asked %d times to answer the quote", n)
	}
	unquoted.does("accept-quote", M{"version": 1})
	unquoted.settled("quote")
	unquoted.give("engineer", "finish", M{"result": "装好", "evidence": []string{"照片"}})
	unquoted.give("agent", "pay", M{"method": "cash", "amount": 5000})
	r := unquoted.until(func(r request) bool { return r.Stage == "closed" })
	if r.Closing.Outcome != "unrated" || unquoted.reminded("rate-us") != 2 {
		t.Errorf("not rated, it is %+v after %d requests", r.Closing, unquoted.reminded("rate-us"))
	}
	wantEvents(t, unquoted.number, map[string]int{"rating-asked": 1, "ended": 1})
}

// wait is one line of a department's worklist.
type wait struct {
	Number   string
	Offered  bool
	Deadline struct{ Key, Department string }
}

// waiting gives what a department's worklist holds of a case.
func (v *visitor) waiting(who string) (found []wait) {
	v.t.Helper()
	var work struct{ Items []wait }
	get(v.t, bihuan.As(who+v.of), "/api/v1/worklist?limit=200", &work)
	return slices.DeleteFunc(work.Items, func(w wait) bool { return w.Number != v.number })
}

// TestWorkOnOffer_C1_C2: work for a pool stands in the worklist of each department of it, and in nobody else's; nobody
// accepts in time, which goes before the desk's level once; of two who accept at once one has it, the other is told, and
// finds it gone.
func TestWorkOnOffer_C1_C2(t *testing.T) {
	var v *visitor
	inHaste(t, func() {
		v = asksIn(t, "cuihu", "-cuihu", M{"category": "home.cleaning", "what": "擦窗", "form": []M{{"id": "area", "value": "90"}}})
	}, quick("accept")...)
	v.give("agent", "confirm", between(M{"content": "擦窗", "agreed": true}, 24*time.Hour, 26*time.Hour))
	v.missedBy("accept", "assistant")
	for who, want := range map[string]int{"cleaner": 1, "clerk": 1, "guard": 0} {
		if got := v.waiting(who); len(got) != want || want == 1 && (!got[0].Offered || got[0].Deadline.Key != "accept") {
			t.Errorf("the worklist of %s holds %+v", who, got)
		}
	}
	answers := make(chan system.Answer, 2)
	for _, who := range []string{"cleaner", "clerk"} {
		go func() {
			a, err := bihuan.As(who+v.of).Do(t.Context(), http.MethodPost, "/api/v1/service-requests/"+v.number+"/take", M{})
			if err != nil {
				t.Error(err)
			}
			answers <- a
		}()
	}
	first, second := <-answers, <-answers
	if first.Status != http.StatusOK {
		first, second = second, first
	}
	wantStatus(t, first, http.StatusOK)
	wantProblem(t, second, http.StatusConflict, "taken_already")
	v.settled("accept")
	if left := len(v.waiting("cleaner")) + len(v.waiting("clerk")); left != 1 {
		t.Errorf("taken, it stands in %d worklists: %+v %+v", left, v.waiting("cleaner"), v.waiting("clerk"))
	}
}

// TestAPausedTaskGoesOnWithWhatWasLeft_C6: a task that waits for parts is not late meanwhile, whatever its deadline was;
// when the pause ends by itself it has the time that was left, and is late after that, once.
func TestAPausedTaskGoesOnWithWhatWasLeft_C6(t *testing.T) {
	var number string
	inHaste(t, func() {
		number = play(t, system.Complaint(nil), append(slices.Clone(system.Judged), system.Dispatched(2*short), system.Accepted("T1"),
			system.Step{Who: "engineer", Command: "tasks/T1/pause", With: M{"reason": "parts", "until": system.In(3 * short)}})...).Number
	}, M{"path": "complaint.deadlines.work.clock", "now": "wall"})
	appears(t, number, "task-paused")
	due := func() time.Time { return due(t, number, "work:T1") }
	before := due()
	wantEvents(t, number, map[string]int{"task-resumed": 1, "deadline-breached": 1, "escalation-raised": 1})
	at := func(event string) (at time.Time) {
		t.Helper()
		db, err := pgx.Connect(t.Context(), bihuan.DatabaseURL)
		must(t, err)
		defer db.Close(context.WithoutCancel(t.Context()))
		must(t, db.QueryRow(t.Context(), "SELECT at FROM events WHERE number = $1 AND type = $2", number, event).Scan(&at))
		return at
	}
	paused, resumed, breached := at("task-paused"), at("task-resumed"), at("deadline-breached")
	if left := before.Sub(paused); !due().Equal(resumed.Add(left)) || breached.Before(resumed.Add(left)) || !resumed.After(before) {
		t.Errorf("due %s, paused %s, resumed %s, late %s with the deadline %s", before, paused, resumed, breached, due())
	}
}
