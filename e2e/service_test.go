package e2e_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bihuan/e2e/system"
)

// request is a service request as far as the tests look at it.
type request struct {
	Number, Stage, Department string
	Overdue                   bool
	Links, Allowed, Missing   []string
	Job                       struct{ Status string }
	Appointment               struct {
		Version        int
		Agreed, Missed bool
	}
	Escalations []system.Escalation
	ToPay       int                      `json:"to_pay"`
	Closing     struct{ Outcome string } `json:"closing"`
}

// visitor drives one service request through the API.
type visitor struct {
	t              *testing.T
	number, secret string
	// of ends the IDs of the community's staff.
	of string
}

// asksFor registers a service request as the agent.
func asksFor(t *testing.T, body M) *visitor { return asksIn(t, "yuhu", "", body) }

// asksIn does so in a community, whose staff's IDs end as given.
func asksIn(t *testing.T, community, of string, body M) *visitor {
	t.Helper()
	var r system.Registration
	body["community"], body["channel"], body["phone"] = community, "hotline", "13800001111"
	send(t, bihuan.As("agent"+of), "/api/v1/service-requests", body, http.StatusCreated, &r)
	return &visitor{t, r.Number, r.Secret(), of}
}

func (v *visitor) give(by, command string, body M) (r request) {
	v.t.Helper()
	send(v.t, bihuan.As(by+v.of), "/api/v1/service-requests/"+v.number+"/"+command, body, http.StatusOK, &r)
	return r
}

func (v *visitor) refused(by, command string, body M, status int, code string) {
	v.t.Helper()
	refuse(v.t, bihuan.As(by+v.of), "/api/v1/service-requests/"+v.number+"/"+command, body, status, code)
}

// does gives one of the customer's own commands.
func (v *visitor) does(command string, body M) {
	v.t.Helper()
	var seen struct{ Stage string }
	send(v.t, bihuan.Resident(v.secret), "/api/v1/public/service-requests/"+v.number+"/"+command, body, http.StatusOK, &seen)
}

// until waits until the request stands as wanted.
func (v *visitor) until(as func(request) bool) (r request) {
	v.t.Helper()
	must(v.t, system.Poll(v.t.Context(), func() (bool, error) {
		get(v.t, bihuan.As("manager"+v.of), "/api/v1/service-requests/"+v.number, &r)
		return as(r), nil
	}))
	return r
}

// between is a window that begins and ends while a test looks on.
func between(body M, from, to time.Duration) M {
	body["from"], body["to"] = system.In(from), system.In(to)
	return body
}

// submitted sends a form of the tracking page and gives the page that answers.
func (v *visitor) submitted(command string, form url.Values) string {
	v.t.Helper()
	answer, err := http.PostForm(bihuan.URL+"/track/"+v.number+"/"+v.secret+"/"+command, form)
	must(v.t, err)
	defer answer.Body.Close()
	var b strings.Builder
	buffer := make([]byte, 1<<16)
	for {
		n, err := answer.Body.Read(buffer)
		b.Write(buffer[:n])
		if err != nil {
			break
		}
	}
	if answer.StatusCode != http.StatusOK {
		v.t.Fatalf("%s: %d %s", command, answer.StatusCode, b.String())
	}
	return b.String()
}

// TestServiceFromFormToComplaint_L1_L2_L3_L4 walks a paid service: the form, the appointment moved by the customer,
// the quote before the work, the payment, and a low rating that becomes a complaint; both know of each other.
func TestServiceFromFormToComplaint_L1_L2_L3_L4(t *testing.T) {
	t.Parallel()
	refuse(t, bihuan.As("agent"), "/api/v1/service-requests", M{
		"community": "yuhu", "channel": "hotline", "category": "home.appliance", "what": "装空调", "form": []M{{"id": "appliance", "value": "boat"}},
	}, http.StatusBadRequest, "bad_form")
	v := asksFor(t, M{"category": "home.appliance", "what": "装空调", "form": []M{{"id": "appliance", "value": "aircon"}, {"id": "count", "value": "1"}}})
	v.refused("agent", "confirm", between(M{"content": "装一台空调"}, -time.Hour, time.Hour), http.StatusBadRequest, "appointment_in_past")
	r := v.give("agent", "confirm", between(M{"content": "装一台空调", "agreed": true}, 24*time.Hour, 26*time.Hour))
	if r.Stage != "scheduled" || r.Department != "engineering" {
		t.Fatalf("confirmed, it is %+v", r)
	}
	v.give("engineer", "take", M{})
	v.give("engineer", "appoint", between(M{"version": 1, "reason": "配件", "agreed": true}, 48*time.Hour, 50*time.Hour))
	v.refused("agent", "appoint", between(M{"version": 1, "reason": "改期", "agreed": true}, 72*time.Hour, 74*time.Hour), http.StatusConflict, "appointment_changed")
	v.refused("guard", "arrive", M{}, http.StatusNotFound, "not_found")
	if r := v.give("engineer", "arrive", M{}); r.Stage != "quoting" {
		t.Fatalf("on site without a quote it is %s", r.Stage)
	}
	v.refused("engineer", "finish", M{"result": "装好", "evidence": []string{"照片"}}, http.StatusConflict, "quote_first")
	v.give("engineer", "quote", M{"items": []M{{"name": "安装", "quantity": 1, "price": 20000}}})
	v.does("accept-quote", M{"version": 1})
	v.give("engineer", "record", M{"note": "墙体打孔", "evidence": []string{"照片"}})
	if r := v.give("engineer", "finish", M{"result": "装好", "evidence": []string{"照片"}, "parts": []string{"支架"}}); r.Stage != "settling" || r.ToPay != 20000 {
		t.Fatalf("finished, it is %+v", r)
	}
	v.give("agent", "pay", M{"method": "wechat", "amount": 20000})
	v.does("rate", M{"score": 1, "opinion": "漏水"})
	r = v.until(func(r request) bool { return len(r.Links) == 1 })
	if r.Stage != "closed" || r.Closing.Outcome != "served" {
		t.Errorf("rated, it is %+v", r)
	}
	var c struct {
		Record struct{ Source, Category, What string }
	}
	get(t, bihuan.As("agent"), "/api/v1/complaints/"+r.Links[0], &c)
	if c.Record.Source != v.number || c.Record.Category != "facility.repair-quality" || c.Record.What != "1/5: 漏水" {
		t.Errorf("the complaint is %+v", c)
	}
}

// TestWeMissAnAppointment_L3_H2: nobody comes; the deadline is the appointment's end, it really passes, and the agent
// has to decide. The customer is told, on the page too.
func TestWeMissAnAppointment_L3_H2(t *testing.T) {
	t.Parallel()
	v := asksFor(t, M{"category": "repair.other", "what": "门锁坏了"})
	v.give("agent", "confirm", between(M{"content": "换锁", "agreed": true}, short/2, short))
	r := v.until(func(r request) bool { return len(r.Escalations) == 1 })
	if !r.Overdue || !r.Appointment.Missed || r.Escalations[0].Deadline != "arrive" || r.Escalations[0].Level != "agent" {
		t.Fatalf("missed, it is %+v", r)
	}
	page, err := bihuan.Anybody().Do(t.Context(), http.MethodGet, "/track/"+v.number+"/"+v.secret, nil)
	must(t, err)
	if !strings.Contains(string(page.Body), "很抱歉，我们未能按约上门") {
		t.Error("the customer does not read of it")
	}
	v.give("agent", "take", M{})
	v.give("agent", "arrive", M{"note": "晚到"})
	if r := v.until(func(r request) bool { return !r.Overdue }); r.Stage != "performing" || r.Escalations[0].Status != "settled" {
		t.Errorf("there at last, it is %+v", r)
	}
}

// TestTheCustomersOwnForms_L3_L4: on the tracking page the customer asks for another time, accepts the quote, and rates;
// no script is needed.
func TestTheCustomersOwnForms_L3_L4(t *testing.T) {
	t.Parallel()
	v := asksFor(t, M{"category": "home.appliance", "what": "装灯", "form": []M{{"id": "appliance", "value": "lamp"}, {"id": "count", "value": "2"}}})
	v.give("agent", "confirm", between(M{"content": "装灯", "agreed": true}, 24*time.Hour, 26*time.Hour))
	v.give("engineer", "take", M{})
	day := nextWorkday(t)
	page := v.submitted("appoint", url.Values{"version": {"1"}, "from": {day + "T09:00"}, "to": {day + "T10:00"}, "reason": {"那天不在家"}})
	if !strings.Contains(page, day+" 09:00") {
		t.Errorf("the page does not show the time that was asked for: %s", page)
	}
	v.give("engineer", "agree", M{"version": 2})
	v.give("engineer", "quote", M{"items": []M{{"name": "安装", "quantity": 2, "price": 5000}}})
	v.submitted("accept-quote", url.Values{"version": {"1"}})
	v.give("engineer", "arrive", M{})
	v.give("engineer", "finish", M{"result": "装好", "evidence": []string{"照片"}})
	v.give("agent", "pay", M{"method": "cash", "amount": 10000})
	v.submitted("rate", url.Values{"score": {"5"}, "opinion": {"很快"}})
	if r := v.until(func(r request) bool { return r.Stage == "closed" }); len(r.Links) != 0 {
		t.Errorf("a good rating opened %v", r.Links)
	}
}

// nextWorkday gives a working day at least two days ahead, in Shanghai.
func nextWorkday(t *testing.T) string {
	t.Helper()
	today := time.Now().In(shanghai)
	noon := time.Date(today.Year(), today.Month(), today.Day()+2, 12, 0, 0, 0, shanghai)
	return inWorkingTime(t, noon, time.Minute).In(shanghai).Format(time.DateOnly)
}

// TestPoolAndTurns_C1: work for a pool goes to the first who takes it, and by turn to each after the other, for service
// requests and for complaints alike.
func TestPoolAndTurns_C1(t *testing.T) {
	t.Parallel()
	v := asksIn(t, "linjiang", "-linjiang", M{"category": "home.cleaning", "what": "擦窗", "form": []M{{"id": "area", "value": "90"}}})
	v.give("agent", "confirm", between(M{"content": "擦窗", "agreed": true}, 24*time.Hour, 26*time.Hour))
	if r := v.give("cleaner", "take", M{}); r.Department != "environment" {
		t.Fatalf("taken, it is %+v", r)
	}
	v.refused("clerk", "take", M{}, http.StatusConflict, "taken_already")
	v.refused("guard", "take", M{}, http.StatusNotFound, "not_found")

	turns := map[string]int{}
	for range 4 {
		v := asksIn(t, "linjiang", "-linjiang", M{"category": "repair.electric", "what": "没电", "form": []M{{"id": "place", "value": "客厅"}}})
		v.give("agent", "assign", M{"pool": "repairs"})
		r := v.until(func(r request) bool { return r.Department != "" })
		turns[r.Department]++
	}
	if turns["engineering"] != 2 || turns["lift-vendor"] != 2 {
		t.Errorf("four turns went to %v", turns)
	}

	complaint := play(t, system.Complaint(nil),
		system.Step{Who: "agent", Command: "judge", With: M{"nature": "valid", "grounds": "属实"}},
		system.Step{Who: "manager", Command: "review", With: M{"nature": "valid", "grounds": "同意"}},
		system.Step{Who: "agent", Command: "dispatch", With: M{"tasks": []M{{"pool": "cleaners", "content": "清理"}}}},
	)
	at := "/api/v1/complaints/" + complaint.Number + "/tasks/T1/accept"
	var c system.Case
	send(t, bihuan.As("agent"), at, M{"department": "environment"}, http.StatusOK, &c)
	if c.Tasks[0].Department != "environment" || c.Tasks[0].Status != "accepted" {
		t.Errorf("accepted, it is %+v", c.Tasks)
	}
	refuse(t, bihuan.As("guard"), at, M{}, http.StatusNotFound, "not_found")
}

// TestSpecialServiceComplaint_B6: a complaint judged special service opens its request, waits for it, and goes on with
// its outcome to verification.
func TestSpecialServiceComplaint_B6(t *testing.T) {
	t.Parallel()
	complaint := play(t, system.Complaint(nil),
		system.Step{Who: "agent", Command: "judge", With: M{"nature": "valid", "grounds": "属实", "special_service": true}},
		system.Step{Who: "manager", Command: "review", With: M{"nature": "valid", "grounds": "同意"}},
	)
	var c struct{ Stage, Service string }
	waits := func(as func() bool) {
		t.Helper()
		must(t, system.Poll(t.Context(), func() (bool, error) {
			get(t, bihuan.As("manager"), "/api/v1/complaints/"+complaint.Number, &c)
			return as(), nil
		}))
	}
	waits(func() bool { return c.Service != "" })
	if c.Stage != "service" || !strings.HasPrefix(c.Service, "FW-") {
		t.Fatalf("the complaint is %+v", c)
	}
	v := &visitor{t: t, number: c.Service}
	if r := v.until(func(request) bool { return true }); len(r.Links) != 1 || r.Links[0] != complaint.Number {
		t.Fatalf("the request is %+v", r)
	}
	v.give("agent", "confirm", between(M{"content": "重做", "agreed": true, "department": "engineering"}, 24*time.Hour, 26*time.Hour))
	v.give("engineer", "take", M{})
	v.give("engineer", "arrive", M{})
	if r := v.give("engineer", "finish", M{"result": "重做完成", "evidence": []string{"照片"}}); r.Closing.Outcome != "served" {
		t.Fatalf("finished, it is %+v", r)
	}
	waits(func() bool { return c.Stage == "verifying" })
}

// TestWhatCanBeAskedFor_L1: the form of every service is public.
func TestWhatCanBeAskedFor_L1(t *testing.T) {
	var all struct {
		Items []struct {
			ID, Name string
			Leaf     bool
			Fields   []struct {
				ID, Name, Type string
				Required       bool
				Choices        []struct{ ID, Name string }
			}
		}
	}
	get(t, bihuan.Anybody(), "/api/v1/public/communities/yuhu/service-categories", &all)
	for _, c := range all.Items {
		if c.ID == "home.appliance" && c.Leaf && c.Fields[0].Type == "choice" && c.Fields[0].Required && c.Fields[0].Choices[0].Name == "空调" {
			return
		}
	}
	t.Errorf("no form in %+v", all)
}
