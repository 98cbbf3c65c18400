package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"bihuan/e2e/system"
)

// inquiry is an inquiry as far as the tests look at it.
type inquiry struct {
	Number, Stage string
	Links         []string
	Allowed       []string
	Closing       struct{ Outcome string }
}

// TestInquiryBecomesAComplaint_K1_K2_K3 asks something, has a department look into it, answers, is asked again, and turns
// it into a complaint that keeps the record: both know of each other.
func TestInquiryBecomesAComplaint_K1_K2_K3(t *testing.T) {
	agent := bihuan.As("agent")
	var taken struct {
		Number       string
		TrackingLink string `json:"tracking_link"`
	}
	send(t, agent, "/api/v1/inquiries", M{"community": "yuhu", "channel": "hotline", "name": "王女士", "phone": "13811112222", "what": "楼道里能充电吗"}, http.StatusCreated, &taken)
	at := "/api/v1/inquiries/" + taken.Number
	give := func(by system.Client, command string, body M) (q inquiry) {
		t.Helper()
		send(t, by, at+"/"+command, body, http.StatusOK, &q)
		return q
	}
	give(agent, "forward", M{"department": "security", "question": "允许吗"})
	var asked struct{ Question string }
	get(t, bihuan.As("guard"), at, &asked)
	if asked.Question != "允许吗" {
		t.Errorf("the department reads %+v", asked)
	}
	if q := give(bihuan.As("guard"), "report", M{"said": "只能在充电棚"}); q.Stage != "answering" {
		t.Errorf("after the department's report it is %s", q.Stage)
	}
	if q := give(agent, "reply", M{"channel": "hotline", "said": "只能在充电棚"}); q.Closing.Outcome != "answered" {
		t.Errorf("answered, it is %+v", q)
	}
	secret := taken.TrackingLink[strings.LastIndex(taken.TrackingLink, "/")+1:]
	page, err := bihuan.Anybody().Do(t.Context(), http.MethodGet, "/track/"+taken.Number+"/"+secret, nil)
	must(t, err)
	if !strings.Contains(string(page.Body), "只能在充电棚") {
		t.Error("who asked does not read the answer")
	}
	var own struct{ Answer string }
	get(t, bihuan.Resident(secret), "/api/v1/public/inquiries/"+taken.Number, &own)
	if own.Answer != "只能在充电棚" {
		t.Errorf("they read %q", own.Answer)
	}
	var again struct{ Open bool }
	send(t, bihuan.Resident(secret), "/api/v1/public/inquiries/"+taken.Number+"/reopen", M{"reason": "有人天天在楼道充电"}, http.StatusOK, &again)
	if !again.Open {
		t.Error("who asked again is not heard")
	}
	refuse(t, agent, at+"/turn", M{"into": "complaint", "category": "order", "reason": "危险"}, http.StatusBadRequest, "unknown_category")
	give(agent, "turn", M{"into": "complaint", "category": "order.danger", "reason": "危险"})
	var q inquiry
	must(t, system.Poll(t.Context(), func() (bool, error) {
		get(t, agent, at, &q)
		return len(q.Links) == 1, nil
	}))
	if q.Stage != "closed" || q.Closing.Outcome != "turned" {
		t.Errorf("turned, it is %+v", q)
	}
	var related struct {
		Related []struct {
			Number string
			Link   string `json:"tracking_link"`
		}
	}
	get(t, bihuan.Resident(secret), "/api/v1/public/inquiries/"+taken.Number, &related)
	if len(related.Related) != 1 || related.Related[0].Number != q.Links[0] || !strings.Contains(related.Related[0].Link, q.Links[0]) {
		t.Errorf("who asked is led to %+v", related)
	}
	var c struct {
		Record struct{ Source, Name, What string }
	}
	get(t, agent, "/api/v1/complaints/"+q.Links[0], &c)
	if c.Record.Source != taken.Number || c.Record.Name != "王女士" || c.Record.What != "楼道里能充电吗" {
		t.Errorf("the complaint is %+v", c)
	}
}

// TestAnInquiryIsNoComplaint: a number of one kind opens nothing of another.
func TestAnInquiryIsNoComplaint(t *testing.T) {
	agent := bihuan.As("agent")
	var taken struct{ Number string }
	send(t, agent, "/api/v1/inquiries", M{"community": "yuhu", "channel": "desk", "what": "几点下班"}, http.StatusCreated, &taken)
	refuse(t, agent, "/api/v1/complaints/"+taken.Number+"/judge", M{"nature": "valid", "grounds": "x"}, http.StatusNotFound, "not_found")
	refuse(t, bihuan.As("agent-linjiang"), "/api/v1/inquiries/"+taken.Number+"/reply", M{"channel": "desk", "said": "x"}, http.StatusNotFound, "not_found")
	refuse(t, agent, "/api/v1/inquiries/"+taken.Number+"/judge", M{}, http.StatusNotFound, "unknown_command")
	refuse(t, agent, "/api/v1/inquiries", M{"community": "yuhu", "channel": "desk", "what": "x", "source": "TS-1"}, http.StatusBadRequest, "unknown_field")
}
