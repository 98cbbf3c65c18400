package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"bihuan/activities"
	"bihuan/procedure/policy"
	"bihuan/workflows"
)

// patch changes the settings as somebody, on a version.
func (h *house) patch(who, version, body string, headers ...string) answer {
	h.Helper()
	return h.ask(who, http.MethodPatch, "/api/v1/settings/document", body, append([]string{"If-Match", version}, headers...)...)
}

const (
	later  = `{"changes":[{"path":"complaint.deadlines.judge.within","now":"3h"}],"why":"试行"}`
	spoilt = `{"changes":[{"path":"complaint.deadlines.judge.within","now":"soon"},{"path":"complaint.deadlines.answer.warn_after","now":"200h"},
		{"path":"complaint.categories[facility].parent","now":"facility.leak"},{"path":"complaint.categories[other].department","now":"gone"},
		{"path":"calendars.cn.hours[13:00-18:30]","now":"13:00-18:30"}],"why":"试行"}`
)

func first(list any) map[string]any { return list.([]any)[0].(map[string]any) }

// newSettled is a house with a clock of its own.
func newSettled(t *testing.T) *house {
	h := newHouse(t)
	h.now = monday
	return h
}

// P1: a change is saved with who, when, why and what it was, counts at once, and can be taken back.
func TestSettingsAreChanged_P1(t *testing.T) {
	h := newSettled(t)
	before := h.ask("auditor", http.MethodGet, "/api/v1/settings/document", "").is(http.StatusOK, "")
	if before.Header().Get("ETag") != `"1"` || before.body["version"] != 1.0 {
		t.Fatalf("begins with %s %v", before.Header().Get("ETag"), before.body["version"])
	}
	policy := first(h.ask("agent", http.MethodGet, "/api/v1/settings", "").is(http.StatusOK, "").body["communities"])["version"]
	saved := h.patch("admin", `"1"`, later).is(http.StatusOK, "")
	if c := first(saved.body["changes"]); saved.Header().Get("ETag") != `"2"` || c["was"] != "2h" || c["now"] != "3h" {
		t.Errorf("saved %s", saved.Body)
	}
	if now := first(h.ask("agent", http.MethodGet, "/api/v1/settings", "").body["communities"])["version"]; now == policy {
		t.Error("new cases would not have the new settings")
	}
	listed := h.ask("auditor", http.MethodGet, "/api/v1/settings/versions?limit=1", "").is(http.StatusOK, "")
	if v := first(listed.body["items"]); v["version"] != 2.0 || v["staff"] != "admin" || v["role"] != "admin" || v["why"] != "试行" || v["document"] != nil || listed.body["next"] == "" {
		t.Errorf("listed %v", v)
	}
	if d := h.ask("auditor", http.MethodGet, "/api/v1/settings/versions/2/diff", "").is(http.StatusOK, ""); len(d.body["changes"].([]any)) != 1 || d.body["against"] != 1.0 {
		t.Errorf("diff %s", d.Body)
	}
	h.ask("admin", http.MethodPost, "/api/v1/settings/versions/1/restore", `{"why":"试行结束"}`, "If-Match", `"2"`).is(http.StatusOK, "")
	if d := h.ask("auditor", http.MethodGet, "/api/v1/settings/versions/3/diff?against=1", "").is(http.StatusOK, ""); len(d.body["changes"].([]any)) != 0 {
		t.Errorf("not what it was: %s", d.Body)
	}
	whole := h.ask("admin", http.MethodGet, "/api/v1/settings/versions/2", "").is(http.StatusOK, "").Body.String()
	document := whole[strings.Index(whole, `"document":`)+len(`"document":`):]
	h.ask("admin", http.MethodPut, "/api/v1/settings/document", `{"why":"再试","document":`+document[:strings.LastIndex(document, "}")]+"}", "If-Match", "3").is(http.StatusOK, "")
	if d := h.ask("auditor", http.MethodGet, "/api/v1/settings/versions/4/diff?against=2", "").is(http.StatusOK, ""); len(d.body["changes"].([]any)) != 0 {
		t.Errorf("not what was put: %s", d.Body)
	}
}

// P1: settings with faults are refused as a whole, each fault named with its path in the caller's language.
func TestFaultySettingsAreRefused_P1(t *testing.T) {
	h := newSettled(t)
	wanted := map[string]string{
		"complaint.deadlines.judge.within": "unreadable", "complaint.deadlines.answer.warn_after": "warning_too_late",
		"complaint.categories[facility].parent": "loop", "complaint.categories[facility.leak].parent": "loop",
		"complaint.categories[other].department": "unknown", "calendars.cn.hours[13:00-18:30]": "spans_overlap",
	}
	draft := strings.Replace(spoilt, `,"why":"试行"`, "", 1)
	for lang, words := range map[string]string{"zh-CN": "形成循环", "en": "form a loop"} {
		for name, a := range map[string]answer{
			"patch":    h.patch("admin", "1", spoilt, "Accept-Language", lang),
			"validate": h.post("admin", "/api/v1/settings/validate", draft, "Accept-Language", lang),
		} {
			found, said := map[string]string{}, false
			for _, f := range a.body["faults"].([]any) {
				f := f.(map[string]any)
				found[f["path"].(string)] = f["code"].(string)
				said = said || strings.Contains(f["message"].(string), words)
			}
			for path, code := range wanted {
				if found[path] != code {
					t.Errorf("%s: %s is %q, want %s", name, path, found[path], code)
				}
			}
			if want := map[string]int{"patch": 422, "validate": 200}[name]; a.Code != want || !said {
				t.Errorf("%s in %s: %d %s", name, lang, a.Code, a.Body)
			}
		}
	}
	if v := h.ask("admin", http.MethodGet, "/api/v1/settings/document", "").body["version"]; v != 1.0 {
		t.Errorf("version %v was saved", v)
	}
}

// P1: what cannot be understood, what came too late and who may not.
func TestWhoAndHowSettingsAreNotChanged_P1(t *testing.T) {
	h := newSettled(t)
	h.patch("keeper", "1", later).is(http.StatusForbidden, "forbidden") // keeps one community only
	h.patch("auditor", "1", later).is(http.StatusForbidden, "forbidden")
	h.ask("agent", http.MethodGet, "/api/v1/settings/versions", "").is(http.StatusForbidden, "forbidden")
	h.patch("admin", "soon", later).is(http.StatusBadRequest, "bad_value")
	h.ask("admin", http.MethodPatch, "/api/v1/settings/document", later).is(http.StatusBadRequest, "missing_header")
	h.patch("admin", "1", `{"changes":[],"why":"x"}`).is(http.StatusBadRequest, "missing_field")
	h.patch("admin", "1", strings.Replace(later, "试行", "  ", 1)).is(http.StatusBadRequest, "missing_field")
	h.patch("admin", "1", `{"changes":[{"path":"a.b","then":1}],"why":"x"}`).is(http.StatusBadRequest, "unknown_field")
	h.patch("admin", "1", later).is(http.StatusOK, "")
	h.patch("admin", "1", strings.Replace(later, "3h", "4h", 1)).is(http.StatusConflict, "settings_changed")
	h.patch("admin", "7", later).is(http.StatusConflict, "settings_changed")
	h.ask("admin", http.MethodGet, "/api/v1/settings/versions/9", "").is(http.StatusNotFound, "not_found")
	h.ask("admin", http.MethodGet, "/api/v1/settings/versions/2/diff?against=9", "").is(http.StatusNotFound, "not_found")
	h.ask("admin", http.MethodGet, "/api/v1/settings/versions/x", "").is(http.StatusBadRequest, "bad_value")
}

// Q1: the words of notices are changed from those that are shipped; what cannot stand is said by its path.
func TestWordsOfNoticesAreChanged_Q1(t *testing.T) {
	h := newSettled(t)
	const path = "/api/v1/settings/notices"
	acknowledged := func() map[string]any {
		for _, n := range h.ask("auditor", http.MethodGet, path, "").is(http.StatusOK, "").body["items"].([]any) {
			if n := n.(map[string]any); n["template"] == "acknowledged" {
				return n
			}
		}
		t.Fatal("there is no acknowledgement")
		return nil
	}
	shipped := acknowledged()
	body := shipped["shipped"].(map[string]any)["en"].(map[string]any)["body"].(string)
	if !strings.Contains(body, `{{template "tracking" .}}`) || shipped["set"] != nil || shipped["complainant"] != true || fmt.Sprint(shipped["arguments"]) != "[category link number urgency]" {
		t.Errorf("shipped: %v", shipped)
	}
	change := func(what, now string) string {
		raw, _ := json.Marshal(map[string]any{"why": "语气", "changes": []any{map[string]any{"path": "notices.acknowledged." + what, "now": now}}})
		return string(raw)
	}
	for lang, sentence := range map[string]string{"zh-CN": "该通知没有参数“phone”，可用：category, link, number, urgency。", "en": `The notice does not have "phone"; it has: category, link, number, urgency.`} {
		refused := h.patch("admin", "1", change("en.body", "{{.phone}} "+body), "Accept-Language", lang)
		faults, _ := refused.body["faults"].([]any)
		if refused.Code != http.StatusUnprocessableEntity || len(faults) != 2 { // the subject is missing too
			t.Fatalf("%d %s", refused.Code, refused.Body)
		}
		if f := faults[1].(map[string]any); f["path"] != "notices.acknowledged.en.body" || f["message"] != sentence {
			t.Errorf("%d %s", refused.Code, refused.Body)
		}
	}
	whole := `{"why":"语气","changes":[{"path":"notices.acknowledged.en","now":` + string(wordingOf(t, "Yuhu has it: {{.number}}", body)) + `}]}`
	h.patch("admin", "1", whole).is(http.StatusOK, "")
	if now := acknowledged(); now["set"].(map[string]any)["en"].(map[string]any)["subject"] != "Yuhu has it: {{.number}}" {
		t.Errorf("set: %v", now)
	}
	h.ask("agent", http.MethodGet, path, "").is(http.StatusForbidden, "forbidden")
	h.ask("admin", http.MethodPost, "/api/v1/settings/versions/1/restore", `{"why":"还是原来的好"}`, "If-Match", `"2"`).is(http.StatusOK, "")
	if now := acknowledged(); now["set"] != nil {
		t.Errorf("restored: %v", now)
	}
}

func wordingOf(t *testing.T, subject, body string) []byte {
	t.Helper()
	raw, err := json.Marshal(policy.Wording{Subject: subject, Body: body})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// P2: the handbook says what the settings in force say, as data and as a page, to staff of the community.
func TestTheHandbookFollowsTheSettings_P2(t *testing.T) {
	h := newSettled(t)
	read := func(who, path string) answer { return h.ask(who, http.MethodGet, path, "", "Accept-Language", "en") }
	if b := read("agent", "/api/v1/handbook").is(http.StatusOK, "").Body.String(); !strings.Contains(b, `"within":"2 hours"`) || strings.Contains(b, "37 hours") {
		t.Errorf("before: %s", b)
	}
	h.patch("admin", "1", strings.Replace(later, "3h", "37h", 1)).is(http.StatusOK, "")
	for _, who := range []string{"agent", "plumber", "auditor", "keeper"} {
		for path, want := range map[string]string{"/api/v1/handbook?community=yuhu": `"37 hours"`, "/handbook?community=yuhu": "<b>37 hours</b>"} {
			if a := read(who, path); a.Code != http.StatusOK || !strings.Contains(a.Body.String(), want) {
				t.Errorf("%s %s: %d", who, path, a.Code)
			}
		}
	}
	if a := h.ask("agent", http.MethodGet, "/handbook?lang=zh-CN", ""); !strings.Contains(a.Body.String(), "<b>37 小时</b>") || a.Header().Get("Content-Language") != "zh-CN" {
		t.Errorf("in Chinese: %d", a.Code)
	}
	read("agent", "/api/v1/handbook?community=linjiang").is(http.StatusNotFound, "not_found")
	if a := read("agent", "/handbook?community=linjiang"); a.Code != http.StatusNotFound || !strings.Contains(a.Header().Get("Content-Type"), "html") {
		t.Errorf("another community's page: %d %s", a.Code, a.Body)
	}
	read("nobody", "/api/v1/handbook").is(http.StatusUnauthorized, "unauthorized")
	if a := h.ask("agent", http.MethodGet, "/handbook/style.css", ""); a.Code != http.StatusOK {
		t.Errorf("style: %d", a.Code)
	}
}

// P1: who moves which cases: leaders theirs, to a version that there is, for a reason.
func TestWhoMovesCases_P1(t *testing.T) {
	d := newDesk(t)
	move := "/api/v1/settings/versions/1/move"
	d.post("agent", move, `{"reason":"x"}`).is(http.StatusForbidden, "forbidden")
	d.post("admin", move, `{"reason":"x"}`).is(http.StatusForbidden, "forbidden")
	d.post("manager", move, `{"reason":" "}`).is(http.StatusBadRequest, "missing_field")
	d.post("manager", move, `{"reason":"x","community":"linjiang"}`).is(http.StatusBadRequest, "unknown_community")
	d.post("manager", move, `{"reason":"x","numbers":["TS-1"]}`).is(http.StatusBadRequest, "bad_value")
	d.post("manager", move, `{"reason":"x"}`).is(http.StatusNotFound, "not_found") // these settings have no versions
	d.engine.moves = map[string]workflows.Moving{"move-settings-1-a": {MoveRequest: activities.MoveRequest{Scope: activities.Scope{Communities: []string{"linjiang"}}}}}
	d.ask("manager", http.MethodGet, "/api/v1/settings/moves/move-settings-1-a", "").is(http.StatusNotFound, "not_found")
	d.ask("manager", http.MethodGet, "/api/v1/settings/moves/TS-20261121-7K3F9", "").is(http.StatusNotFound, "not_found")
}
