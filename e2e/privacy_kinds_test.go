package e2e_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bihuan/e2e/system"
	"bihuan/procedure"
	"bihuan/procedure/people"
)

// TestTemporalHoldsNothingPersonalOfAnyKind_N3_I5 plays a case of every other kind with every text marked, lets cases
// become others, and finds no mark in anything that Temporal keeps or tells, nor in any log. Strangers who signal past
// the API are refused. N1 N3, ISO 10002's confidentiality
func TestTemporalHoldsNothingPersonalOfAnyKind_N3_I5(t *testing.T) {
	s := outspoken(t)
	m := &marked{markers: []string{"13977779999", "marker-other@example.com", "MK-0815"}}
	numbers := m.others(t, s)
	for _, n := range numbers {
		strangersAreRefused(t, s, n)
		must(t, s.Quiet(t.Context(), n))
	}
	all := findings{}
	for _, n := range numbers {
		found, _ := kept(t, s, n)
		for where, content := range found {
			all[n+" "+where] = content
		}
	}
	all.files(t, s, "temporal/temporal.db*")
	for _, log := range []string{"worker", "server", "temporal"} {
		all.files(t, s, "log/"+log+".log")
	}
	for _, marker := range m.markers {
		if where := all.hold(marker); len(where) > 0 {
			t.Errorf("%s is readable in: %s", marker, strings.Join(where, "; "))
		}
	}
}

// others plays the cases and gives their numbers, those of the cases that they became too.
func (m *marked) others(t *testing.T, s *system.System) (numbers []string) {
	t.Helper()
	open := func(who, path string, body M) string {
		var r system.Registration
		send(t, s.As(who), "/api/v1/"+path, body, http.StatusCreated, &r)
		numbers = append(numbers, r.Number)
		return path + "/" + r.Number
	}
	give := func(who, at, command string, body M) {
		var answer M
		send(t, s.As(who), "/api/v1/"+at+"/"+command, body, http.StatusOK, &answer)
	}
	linked := func(at string) {
		must(t, system.Poll(t.Context(), func() (bool, error) {
			var c struct{ Links []string }
			get(t, s.As("manager"), "/api/v1/"+at, &c)
			numbers = append(numbers, c.Links...)
			return len(c.Links) > 0, nil
		}))
	}
	person := func(more M) M {
		body := M{"community": "yuhu", "channel": "hotline", "name": m.mark("姓名"), "phone": "13977779999", "email": "marker-other@example.com", "building": "3", "room": "MK-0815"}
		for name, value := range more {
			body[name] = value
		}
		return body
	}
	inquiry := open("agent", "inquiries", person(M{"what": m.mark("问题")}))
	give("agent", inquiry, "contact", M{"channel": "hotline", "said": m.mark("联系")})
	give("agent", inquiry, "forward", M{"department": "security", "question": m.mark("转问")})
	give("guard", inquiry, "report", M{"said": m.mark("回报")})
	give("agent", inquiry, "turn", M{"into": "service", "category": "repair.other", "reason": m.mark("转办")})
	linked(inquiry)

	request := open("agent", "service-requests", person(M{"category": "repair.plumbing", "what": m.mark("需求"), "form": []M{{"id": "place", "value": m.mark("位置")}, {"id": "leaking", "value": "yes"}}}))
	give("agent", request, "confirm", between(M{"content": m.mark("内容"), "agreed": true, "department": "engineering"}, time.Second, time.Hour))
	give("engineer", request, "take", M{})
	give("engineer", request, "arrive", M{"note": m.mark("到场")})
	give("agent", request, "quote", M{"items": []M{{"name": m.mark("材料"), "quantity": 1, "price": 100}}, "note": m.mark("报价")})
	give("agent", request, "accept-quote", M{"version": 1, "said": m.mark("同意")})
	give("engineer", request, "finish", M{"result": m.mark("结果"), "evidence": []string{m.mark("照片")}, "parts": []string{m.mark("配件")}})
	give("agent", request, "pay", M{"method": "cash", "amount": 100, "note": m.mark("付款")})
	give("agent", request, "rate", M{"score": 1, "opinion": m.mark("意见")})
	linked(request)

	issue := open("manager", "collective-issues", M{"community": "yuhu", "category": "facility.leak", "subject": m.mark("集体")})
	give("manager", issue, "convene", M{"at": system.In(time.Hour), "place": m.mark("地点"), "agenda": M{"zh": m.mark("议程")}})
	give("manager", issue, "record-minutes", M{"held_at": system.In(-time.Minute), "present": 2, "attended": []string{m.mark("到会")}, "text": m.mark("纪要")})

	measure := open("agent", "improvements", M{"community": "yuhu", "feedback": M{"about": "other", "text": m.mark("反馈")}})
	give("manager", measure, "accept-feedback", M{
		"problem": m.mark("问题"), "cause": m.mark("原因"), "measure": m.mark("措施"), "owner": M{"id": "manager", "name": m.mark("负责")},
		"due": system.In(72 * time.Hour), "watch": M{"metric": "complaints"},
	})
	give("manager", measure, "record-training", M{"topic": m.mark("培训"), "date": time.Now().In(shanghai).Format(time.DateOnly), "attended": []M{{"id": "agent", "name": m.mark("参加")}}})

	survey := open("manager", "surveys", M{"community": "yuhu", "template": "satisfaction"})
	give("manager", survey, "withdraw", M{"reason": m.mark("撤回")})
	return numbers
}

// strangersAreRefused signals commands past the API as people to whom the case is none of theirs.
func strangersAreRefused(t *testing.T, s *system.System, number string) {
	t.Helper()
	before := rowsIn(t, s, "SELECT count(*) FROM events WHERE number = $1", number)
	strangers := []people.Actor{
		{ID: "elsewhere", Roles: people.Employed, Communities: []string{"linjiang"}, Department: "engineering"},
		{ID: "reader", Roles: []people.Role{people.Auditor, people.Admin}, Communities: []string{people.AllCommunities}},
		{ID: "TS-20261123-00000", Roles: []people.Role{people.Complainant}},
	}
	for i, a := range strangers {
		c := procedure.Command{ID: number + a.ID, Name: "request-escalation", Actor: a, At: time.Now(), Payload: []byte(`{"reason":"x"}`)}
		must(t, s.Temporal.SignalWorkflow(t.Context(), number, "", c.Name, c))
		must(t, system.Poll(t.Context(), func() (bool, error) {
			return rowsIn(t, s, "SELECT count(*) FROM refusals WHERE number = $1 AND name = $2", number, c.Name) == i+1, nil
		}))
	}
	if n := rowsIn(t, s, "SELECT count(*) FROM refusals WHERE number = $1 AND name = 'request-escalation' AND code IN ('forbidden', 'wrong_stage')", number); n != len(strangers) {
		t.Errorf("%s: %d of %d strangers are refused", number, n, len(strangers))
	}
	if after := rowsIn(t, s, "SELECT count(*) FROM events WHERE number = $1", number); after != before {
		t.Errorf("%s has %d events, and had %d", number, after, before)
	}
}
