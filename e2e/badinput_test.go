package e2e_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"bihuan/e2e/system"
)

// bad is a request that must be refused.
type bad struct {
	name    string
	who     string
	path    string // after the number; empty registers
	body    any
	headers []string
	status  int
	code    string
}

// badRegistrations would take in a complaint. A2 A7 A10 N1
func badRegistrations() []bad {
	with := func(field string, value any) M { return system.Complaint(M{field: value}) }
	return []bad{
		{name: "unknown field", body: with("colour", "red"), status: 400, code: "unknown_field"},
		{name: "wrong type", body: with("name", 7), status: 400, code: "bad_value"},
		{name: "no JSON", body: []byte(`{"community":`), status: 400, code: "bad_payload"},
		{name: "missing field", body: with("what", nil), status: 400, code: "missing_field"},
		{name: "empty text", body: with("what", "   "), status: 400, code: "missing_field"},
		{name: "body past the limit", body: with("what", strings.Repeat("长", 30_000)), status: 413, code: "body_too_large"},
		{name: "text past its length", body: with("what", strings.Repeat("长", 4001)), status: 400, code: "bad_value"},
		{name: "a date that does not exist", body: with("happened_at", "2026-02-30T10:00:00Z"), status: 400, code: "bad_value"},
		{name: "a date to come", body: with("happened_at", system.In(24*time.Hour)), status: 400, code: "in_the_future"},
		{name: "unknown category", body: with("category", "facility.rocket"), status: 400, code: "unknown_category"},
		{name: "a category that is no leaf", body: with("category", "facility"), status: 400, code: "unknown_category"},
		{name: "unknown community", who: "company", body: with("community", "atlantis"), status: 400, code: "unknown_community"},
		{name: "another community", body: with("community", "linjiang"), status: 403, code: "forbidden"},
		{name: "unknown channel", body: with("channel", "telepathy"), status: 400, code: "bad_value"},
		{name: "wrong media type", body: system.Complaint(nil), headers: []string{"Content-Type", "text/plain"}, status: 415, code: "unsupported_media_type"},
	}
}

// badCommands come to a complaint that was judged, reviewed and dispatched; who names it is "named". B9 C2 G8 H4
func badCommands() []bad {
	judge := M{"nature": "valid", "grounds": "属实"}
	return []bad{
		{name: "unknown command", path: "dance", body: M{}, status: 404, code: "unknown_command"},
		{name: "unknown field", path: "contact", body: M{"channel": "hotline", "said": "好", "mood": "calm"}, status: 400, code: "unknown_field"},
		{name: "wrong type", path: "contact", body: M{"channel": "hotline", "said": []string{"好"}}, status: 400, code: "bad_value"},
		{name: "missing field", path: "contact", body: M{"channel": "hotline"}, status: 400, code: "missing_field"},
		{name: "body past the limit", path: "contact", body: M{"channel": "hotline", "said": strings.Repeat("长", 30_000)}, status: 413, code: "body_too_large"},
		{name: "a bad date", path: "dispatch", body: M{"tasks": []M{{"department": "engineering", "content": "修", "deadline": "tomorrow"}}}, status: 400, code: "bad_value"},
		{name: "a deadline gone by", path: "dispatch", body: M{"tasks": []M{{"department": "engineering", "content": "修", "deadline": "2020-01-01T00:00:00Z"}}}, status: 400, code: "deadline_in_past"},
		{name: "unknown category", path: "classify", body: M{"category": "facility.rocket", "reason": "改"}, status: 400, code: "unknown_category"},
		{name: "unknown department", path: "dispatch", body: M{"tasks": []M{{"department": "space", "content": "修"}}}, status: 400, code: "unknown_department"},
		{name: "unknown task", who: "engineer", path: "tasks/T9/accept", body: M{}, status: 400, code: "unknown_task"},
		{name: "another department's task", who: "engineer", path: "tasks/T1/accept", body: M{}, status: 403, code: "not_your_task"},
		{name: "wrong stage", path: "judge", body: judge, status: 409, code: "wrong_stage"},
		{name: "wrong role", path: "receive", body: M{"said": "当面听取"}, status: 403, code: "forbidden"},
		{name: "wrong role for the stage", who: "engineer", path: "propose", body: M{"text": "计划"}, status: 403, code: "forbidden"},
		{name: "an auditor changes nothing", who: "auditor", path: "contact", body: M{"channel": "hotline", "said": "好"}, status: 403, code: "forbidden"},
		{name: "a person named in the complaint", who: "assistant", path: "propose", body: M{"text": "计划"}, status: 409, code: "conflict_of_interest"},
		{name: "twice", who: "guard", path: "tasks/T1/accept", body: M{}, status: 409, code: "wrong_task_status"},
	}
}

// TestBadRegistrationsGetAnAnswerOfTheirOwn sends each in both languages; no case comes of any.
func TestBadRegistrationsGetAnAnswerOfTheirOwn(t *testing.T) {
	before := rows(t, "SELECT count(*) FROM cases")
	for _, b := range badRegistrations() {
		t.Run(b.name, func(t *testing.T) { b.try(t, "/api/v1/complaints") })
	}
	play(t, system.Complaint(nil)) // recorded after all the others would have been
	if after := rows(t, "SELECT count(*) FROM cases"); after != before+1 {
		t.Errorf("%d cases came of bad input", after-before-1)
	}
}

// TestBadCommandsGetAnAnswerOfTheirOwn sends each in both languages; nothing happens to the case, and it is
// alive afterwards. B9 N1
func TestBadCommandsGetAnAnswerOfTheirOwn(t *testing.T) {
	r := play(t, system.Complaint(nil),
		system.Step{Who: "agent", Command: "judge", With: M{"nature": "valid", "grounds": "属实"}},
		system.Step{Who: "manager", Command: "review", With: M{"nature": "valid", "grounds": "属实"}},
		system.Step{Who: "agent", Command: "clarify", With: M{"involved": []M{{"staff": "assistant"}}}},
		system.Step{Who: "agent", Command: "dispatch", With: M{"lead": "security", "tasks": []M{
			{"department": "security", "content": "看守"}, {"department": "engineering", "content": "检修"},
		}}},
		system.Step{Who: "guard", Command: "tasks/T1/accept"})
	before := len(events(t, r.Number))
	for _, b := range badCommands() {
		t.Run(b.name, func(t *testing.T) { b.try(t, "/api/v1/complaints/"+r.Number+"/"+b.path) })
	}
	if after := len(events(t, r.Number)); after != before {
		t.Errorf("%d events came of bad input", after-before)
	}
	must(t, bihuan.Continue(t.Context(), r.Number, system.Step{Who: "agent", Command: "contact", With: M{"channel": "hotline", "said": "还在"}}))
}

// TestBadCommandsOnAClosedCase are refused as well, and it can still be reopened. G8
func TestBadCommandsOnAClosedCase(t *testing.T) {
	r := play(t, system.Complaint(nil), system.Step{Who: "agent", Command: "withdraw", With: M{"reason": "投诉人撤回"}})
	for _, b := range []bad{
		{name: "judge", path: "judge", body: M{"nature": "valid", "grounds": "属实"}, status: 409, code: "wrong_stage"},
		{name: "withdraw twice", path: "withdraw", body: M{"reason": "再次"}, status: 409, code: "wrong_stage"},
	} {
		t.Run(b.name, func(t *testing.T) { b.try(t, "/api/v1/complaints/"+r.Number+"/"+b.path) })
	}
	must(t, bihuan.Continue(t.Context(), r.Number, system.Step{Who: "agent", Command: "reopen", With: M{"reason": "反悔"}}))
}

// TestUnreadableSignalsAreSurvived sends what no API would let through. N1
func TestUnreadableSignalsAreSurvived(t *testing.T) {
	r := play(t, system.Complaint(nil))
	for name, payload := range map[string]any{
		"judge": "not a command", "dance": M{"id": "d1"}, "contact": M{"id": "d2", "actor": M{"id": "x", "roles": []string{"agent"}, "communities": []string{"yuhu"}}, "payload": 7},
	} {
		must(t, bihuan.Temporal.SignalWorkflow(t.Context(), r.Number, "", name, payload))
	}
	must(t, bihuan.Continue(t.Context(), r.Number, system.Judged...))
	refused := map[string]bool{}
	for _, e := range timeline(t, r.Number, "") {
		refused[e.Refused] = true
	}
	for _, code := range []string{"undecodable", "unknown_command", "bad_payload"} {
		if !refused[code] {
			t.Errorf("no %s on record: %v", code, refused)
		}
	}
}

var han = regexp.MustCompile(`\p{Han}`)

// try sends it in both languages and wants the problem with a sentence in each.
func (b bad) try(t *testing.T, path string) {
	who := b.who
	if who == "" {
		who = "agent"
	}
	var details []string
	for _, language := range []string{"zh-CN", "en"} {
		a, err := bihuan.As(who).In(language).Do(t.Context(), http.MethodPost, path, b.body, b.headers...)
		must(t, err)
		wantProblem(t, a, b.status, b.code)
		details = append(details, a.Problem().Detail)
	}
	if !han.MatchString(details[0]) || han.MatchString(details[1]) {
		t.Errorf("the sentences are %q", details)
	}
}
