package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"bihuan/procedure/complaint"
	"bihuan/server/gate"
)

const judged = `{"nature":"valid","grounds":"属我方责任"}`

// A4: registering answers at once with number, tracking link and the case.
func TestRegisterAnswersWithNumberAndLink(t *testing.T) {
	d := newDesk(t)
	a := d.post("agent", "/api/v1/complaints", d.leak()).is(http.StatusCreated, "")
	n := a.body["number"].(string)
	if !strings.HasPrefix(n, "TS-20261123-") || a.body["tracking_link"] != (fakeTracking{}).Link(n) || a.Header().Get("Location") != "/api/v1/complaints/"+n {
		t.Errorf("unexpected answer: %s", a.Body)
	}
	c := a.body["case"].(map[string]any)
	if c["stage"] != "registered" || len(c["allowed"].([]any)) == 0 || len(c["deadlines"].([]any)) == 0 {
		t.Errorf("unexpected case: %s", a.Body)
	}
}

// A10: the same key answers the same, another body under it is refused, and there is one case.
func TestTheSameKeyMakesOneCase(t *testing.T) {
	d := newDesk(t)
	first := d.post("agent", "/api/v1/complaints", d.leak(), gate.HeaderKey, "k1").is(http.StatusCreated, "")
	d.now = d.now.Add(time.Minute)
	again := d.post("agent", "/api/v1/complaints", d.leak(), gate.HeaderKey, "k1").is(http.StatusCreated, "")
	if first.Body.String() != again.Body.String() || again.Header().Get(gate.HeaderReplay) != "true" || first.Header().Get(gate.HeaderReplay) != "" {
		t.Errorf("first %s\nagain %s", first.Body, again.Body)
	}
	d.post("agent", "/api/v1/complaints", strings.Replace(d.leak(), "502", "503", 1), gate.HeaderKey, "k1").is(http.StatusConflict, "idempotency_key_reused")
	d.post("manager", "/api/v1/complaints", d.leak(), gate.HeaderKey, "k1").is(http.StatusCreated, "") // another person's key
	if len(d.engine.cases) != 2 {
		t.Errorf("%d cases", len(d.engine.cases))
	}
}

// A10: a retry after midnight finds the first case, with the database and without it.
func TestARetryAfterMidnightFindsTheFirstCase(t *testing.T) {
	for _, down := range []bool{false, true} {
		d := newDesk(t)
		d.reader.down = down
		d.now = time.Date(2026, 11, 23, 15, 59, 0, 0, time.UTC) // 23:59 in Shanghai
		first := d.complaint(gate.HeaderKey, "late")
		d.now = d.now.Add(2 * time.Minute)
		if again := d.complaint(gate.HeaderKey, "late"); again != first || len(d.engine.cases) != 1 {
			t.Errorf("down %v: %s and %s", down, first, again)
		}
	}
}

// A10: a number that another key has taken leads to the next one.
func TestATakenNumberLeadsToTheNext(t *testing.T) {
	d := newDesk(t)
	first := d.complaint(gate.HeaderKey, "k1")
	d.engine.cases[first].KeyHash = "another's"
	second := d.complaint(gate.HeaderKey, "k1")
	if first == second || len(d.engine.cases) != 2 {
		t.Errorf("%s and %s", first, second)
	}
}

// A10, E1: with the database down registering and commands go on, and reads say so.
func TestTheDatabaseMayBeDown(t *testing.T) {
	d := newDesk(t)
	d.reader.down = true
	n := d.complaint()
	d.post("agent", "/api/v1/complaints/"+n+"/judge", judged).is(http.StatusOK, "")
	a := d.ask("agent", http.MethodGet, "/api/v1/complaints/"+n, "").is(http.StatusServiceUnavailable, "database_down")
	if a.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	d.ask("agent", http.MethodGet, "/api/v1/complaints", "").is(http.StatusServiceUnavailable, "database_down")
	d.ask("", http.MethodGet, "/readyz", "").is(http.StatusOK, "")
}

// A10: with the engine down nothing is taken, the answer says when to try again, and a retry makes no second case.
func TestTheEngineMayBeDown(t *testing.T) {
	d := newDesk(t)
	n := d.complaint(gate.HeaderKey, "k")
	d.engine.down = true
	for _, a := range []answer{
		d.post("agent", "/api/v1/complaints", d.leak(), gate.HeaderKey, "k"),
		d.post("agent", "/api/v1/complaints", d.leak()),
		d.post("agent", "/api/v1/complaints/"+n+"/judge", judged),
	} {
		if a.is(http.StatusServiceUnavailable, "engine_down").Header().Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	if d.ask("", http.MethodGet, "/readyz", "").Code != http.StatusServiceUnavailable {
		t.Error("ready without an engine")
	}
	d.engine.down = false
	if again := d.complaint(gate.HeaderKey, "k"); again != n || len(d.engine.cases) != 1 {
		t.Errorf("%s and %s", n, again)
	}
}

// A command given while no worker runs is safe, and its outcome is known later.
func TestWithoutAWorkerACommandIsAccepted(t *testing.T) {
	d := newDesk(t)
	n := d.complaint()
	d.engine.noWorker = true
	a := d.post("agent", "/api/v1/complaints/"+n+"/judge", judged).is(http.StatusAccepted, "")
	later := "/api/v1/complaints/" + n + "/commands/" + a.body["command"].(string)
	d.engine.noWorker = false
	d.ask("agent", http.MethodGet, later, "").is(http.StatusAccepted, "")
	c := d.engine.cases[n]
	c.take(c.waiting[0])
	if d.ask("agent", http.MethodGet, later, "").is(http.StatusOK, "").body["stage"] != "review" {
		t.Error("not judged")
	}
}

// Every bad input gets a 4xx with a code of its own, and starts nothing.
func TestBadInputStartsNothing(t *testing.T) {
	d := newDesk(t)
	with := func(old, new string) string { return strings.Replace(d.leak(), old, new, 1) }
	long := strings.Repeat("长", 4001)
	for name, c := range map[string]struct {
		body   string
		status int
		code   string
		field  string
	}{
		"no JSON":            {"{", 400, "bad_payload", ""},
		"a list":             {"[]", 400, "bad_value", "body"},
		"empty":              {"", 415, "unsupported_media_type", ""},
		"unknown field":      {with(`"room"`, `"rooom"`), 400, "unknown_field", "rooom"},
		"wrong type":         {with(`"502"`, `502`), 400, "bad_value", "room"},
		"null":               {with(`"502"`, `null`), 400, "bad_value", "room"},
		"impossible date":    {with("2026-11-22", "2026-02-30"), 400, "bad_value", "happened_at"},
		"no date":            {with("2026-11-22T10:00:00+08:00", "yesterday"), 400, "bad_value", "happened_at"},
		"a date to come":     {with("2026-11-22", "2027-11-22"), 400, "in_the_future", "happened_at"},
		"nothing said":       {with("楼上漏水", ""), 400, "missing_field", "what"},
		"only spaces":        {with("楼上漏水", "  "), 400, "missing_field", "what"},
		"too long":           {with("楼上漏水", long), 400, "bad_value", "what"},
		"nested unknown":     {with(`"room":"502"`, `"involved":[{"nick":"x"}]`), 400, "unknown_field", "involved[0].nick"},
		"unknown channel":    {with("hotline", "pigeon"), 400, "bad_value", "channel"},
		"unknown category":   {strings.Replace(leak, "CATEGORY", "nothing", 1), 400, "unknown_category", ""},
		"unknown community":  {with("yuhu", "atlantis"), 403, "forbidden", ""},
		"other community":    {with("yuhu", "linjiang"), 403, "forbidden", ""},
		"past the limit":     {with("楼上漏水", strings.Repeat("x", gate.DefaultBodyLimit)), 413, "body_too_large", ""},
		"relayed by nobody":  {with("hotline", "relayed"), 400, "missing_field", "relayed.department"},
		"duplicate nonsense": {d.leak() + "{}", 400, "bad_payload", ""},
	} {
		a := d.post("agent", "/api/v1/complaints", c.body)
		if field, _ := a.body["field"].(string); a.Code != c.status || a.body["code"] != c.code || (c.field != "" && field != c.field) {
			t.Errorf("%s: got %s", name, a.Body)
		}
		if a.Header().Get("Content-Type") != "application/problem+json" || a.body["detail"] == "" {
			t.Errorf("%s: no problem: %s", name, a.Body)
		}
	}
	if d.engine.starts != 0 {
		t.Errorf("%d started", d.engine.starts)
	}
	d.post("company", "/api/v1/complaints", with("yuhu", "atlantis")).is(400, "unknown_community")
	d.post("admin", "/api/v1/complaints", d.leak()).is(403, "forbidden")
}

// The refusals of the procedure reach the caller with a status, and the case lives on.
func TestRefusalsHaveAStatus(t *testing.T) {
	d := newDesk(t)
	n := d.complaint()
	path := "/api/v1/complaints/" + n
	d.post("agent", path+"/verify", `{"passed":true,"note":"x"}`).is(http.StatusForbidden, "forbidden")
	d.post("assistant", path+"/verify", `{"passed":true,"note":"x"}`).is(http.StatusConflict, "wrong_stage")
	d.post("agent", path+"/jugde", judged).is(http.StatusNotFound, "unknown_command")
	d.post("agent", path+"/warn", `{}`).is(http.StatusNotFound, "unknown_command")
	d.post("agent", path+"/judge", `{"nature":"valid"}`).is(http.StatusBadRequest, "missing_field")
	d.ask("agent", http.MethodPut, path, "{}").is(http.StatusMethodNotAllowed, "method_not_allowed")
	d.post("manager", path+"/tasks/T9/reroute", `{"department":"x"}`).is(http.StatusBadRequest, "unknown_task")
	d.post("agent", path+"/judge", judged).is(http.StatusOK, "")
	d.post("agent", path+"/judge", judged).is(http.StatusConflict, "wrong_stage")

	d.engine.cases[n].change(func(s *complaint.State) { s.Stage = complaint.StageArchived })
	d.post("agent", path+"/contact", `{"channel":"hotline","said":"x"}`).is(http.StatusConflict, "archived")
}

// A command is safe to repeat under its key, and the key belongs to that command.
func TestCommandsAreSafeToRepeat(t *testing.T) {
	d := newDesk(t)
	path := "/api/v1/complaints/" + d.complaint()
	first := d.post("agent", path+"/judge", judged, gate.HeaderKey, "j1").is(http.StatusOK, "")
	again := d.post("agent", path+"/judge", judged, gate.HeaderKey, "j1").is(http.StatusOK, "")
	if first.Body.String() != again.Body.String() {
		t.Errorf("first %s\nagain %s", first.Body, again.Body)
	}
	d.post("agent", path+"/judge", `{"nature":"major","grounds":"x"}`, gate.HeaderKey, "j1").is(http.StatusConflict, "idempotency_key_reused")
}

// N1: cases of other communities, and without a task of one's department, do not exist.
func TestOthersCasesDoNotExist(t *testing.T) {
	d := newDesk(t)
	n := d.complaint()
	for _, who := range []string{"stranger", "plumber", "admin"} {
		d.ask(who, http.MethodGet, "/api/v1/complaints/"+n, "").is(http.StatusNotFound, "not_found")
		d.post(who, "/api/v1/complaints/"+n+"/contact", `{"channel":"hotline","said":"x"}`).is(http.StatusNotFound, "not_found")
	}
	d.ask("agent", http.MethodGet, "/api/v1/complaints/"+strings.ToLower(n), "").is(http.StatusOK, "")
	d.ask("agent", http.MethodGet, "/api/v1/complaints/TS-20261123-00000", "").is(http.StatusNotFound, "not_found")
	d.ask("", http.MethodGet, "/api/v1/complaints/"+n, "").is(http.StatusUnauthorized, "unauthorized")

	d.ask("plumber", http.MethodGet, "/api/v1/complaints?q=漏水&overdue=true", "").is(http.StatusOK, "")
	if f := d.reader.filter; f.Department != "nowhere" || f.Query != "漏水" || f.Overdue == nil || !*f.Overdue || f.Open != nil {
		t.Errorf("filter %+v", f)
	}
	d.ask("admin", http.MethodGet, "/api/v1/complaints", "").is(http.StatusForbidden, "forbidden")
	d.ask("agent", http.MethodGet, "/api/v1/complaints?stages=x", "").is(http.StatusBadRequest, "unknown_field")
	d.ask("agent", http.MethodGet, "/api/v1/complaints?limit=1000", "").is(http.StatusBadRequest, "bad_value")
}

// The sentence is in the caller's language.
func TestProblemsSpeakTheCallersLanguage(t *testing.T) {
	d := newDesk(t)
	zh := d.post("agent", "/api/v1/complaints", "{").body["detail"].(string)
	en := d.post("agent", "/api/v1/complaints", "{", "Accept-Language", "en-GB,en;q=0.9").body["detail"].(string)
	if zh == en || strings.ContainsFunc(en, func(r rune) bool { return r > 0x2fff }) {
		t.Errorf("%q and %q", zh, en)
	}
}

// N3: a tracking link opens one complaint, for the complainant's own commands.
func TestTheComplainantSeesTheirOwn(t *testing.T) {
	d := newDesk(t)
	n, other := d.complaint(), d.complaint()
	path := "/api/v1/public/complaints/" + n
	d.ask("", http.MethodGet, path, "").is(http.StatusBadRequest, "missing_header")
	d.ask("", http.MethodGet, path, "", gate.HeaderSecret, secretOf(other)).is(http.StatusNotFound, "not_found")
	a := d.ask("", http.MethodGet, path, "", gate.HeaderSecret, secretOf(n)).is(http.StatusOK, "")
	if a.body["stage"] != "registered" || strings.Contains(a.Body.String(), "13800000000") {
		t.Errorf("unexpected answer: %s", a.Body)
	}
	d.post("", path+"/judge", judged, gate.HeaderSecret, secretOf(n)).is(http.StatusNotFound, "not_found")
	d.post("", path+"/withdraw", `{"reason":"解决了"}`, gate.HeaderSecret, secretOf(other)).is(http.StatusNotFound, "not_found")
	d.post("", path+"/withdraw", `{"reason":"解决了"}`, gate.HeaderSecret, secretOf(n)).is(http.StatusOK, "")
}

// A resident's own complaint is taken in, but not without end from one address.
func TestResidentsSubmit(t *testing.T) {
	d := newDesk(t)
	body := strings.Replace(d.leak(), "hotline", "wechat", 1)
	a := d.post("", "/api/v1/public/complaints", body, gate.HeaderKey, "r").is(http.StatusCreated, "")
	n := a.body["number"].(string)
	if c := d.engine.cases[n]; c.complaint().TakenBy.ID != n {
		t.Errorf("taken by %+v", c.complaint().TakenBy)
	}
	d.post("", "/api/v1/public/complaints", d.leak()).is(http.StatusBadRequest, "bad_value") // no hotline here
	for range 30 {
		a = d.post("", "/api/v1/public/complaints", body, gate.HeaderKey, "r")
	}
	a.is(http.StatusTooManyRequests, "rate_limited")
	if len(d.engine.cases) != 1 {
		t.Errorf("%d cases", len(d.engine.cases))
	}
}

// D3: the tracking page answers a plan through a form, without JavaScript and without leaving the secret in a log.
func TestTheTrackingPageAnswersAPlan(t *testing.T) {
	d := newDesk(t)
	n := d.complaint()
	link := "/track/" + n + "/" + secretOf(n)
	path := "/api/v1/complaints/" + n
	d.post("agent", path+"/judge", judged).is(http.StatusOK, "")
	d.post("manager", path+"/review", judged).is(http.StatusOK, "")
	d.post("agent", path+"/propose", `{"text":"周三上门<维修>"}`).is(http.StatusOK, "")

	shown := d.ask("", http.MethodGet, link, "")
	for _, want := range []string{"周三上门&lt;维修&gt;", link + "/answer", n, "lang=\"zh-CN\"", `value="agreed"`} {
		if !strings.Contains(shown.Body.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if shown.Header().Get("Referrer-Policy") != "no-referrer" {
		t.Error("the secret can leak by referrer")
	}
	form := func(body string) answer {
		return d.post("", link+"/answer", body, "Content-Type", "application/x-www-form-urlencoded", "Accept-Language", "en")
	}
	if a := form("answer=adjust&opinion="); a.Code != http.StatusBadRequest || !strings.Contains(a.Body.String(), "message bad") {
		t.Errorf("got %d", a.Code)
	}
	for range 2 { // sent twice by a reload
		if a := form("answer=agreed&opinion=&key=once"); a.Code != http.StatusOK || strings.Contains(a.Body.String(), "message bad") {
			t.Errorf("got %d: %s", a.Code, a.Body)
		}
	}
	if d.engine.cases[n].complaint().Plan.Answer != complaint.Agreed {
		t.Error("not answered")
	}
	if a := d.ask("", http.MethodGet, "/track/"+n+"/wrong", ""); a.Code != http.StatusNotFound {
		t.Errorf("a wrong secret gets %d", a.Code)
	}
	if strings.Contains(d.log.String(), "secret-") || strings.Contains(d.log.String(), "13800000000") {
		t.Errorf("the log holds secrets: %s", d.log)
	}
}

// A panic is a problem that says nothing about our insides.
func TestAPanicIsAProblem(t *testing.T) {
	d := newDesk(t)
	d.engine.cases = nil // starting writes into it
	a := d.post("agent", "/api/v1/complaints", d.leak()).is(http.StatusInternalServerError, "internal")
	if strings.Contains(a.Body.String(), "nil map") || !strings.Contains(d.log.String(), "nil map") {
		t.Errorf("got %s", a.Body)
	}
}

func TestDocumentationIsServed(t *testing.T) {
	d := newDesk(t)
	for path, want := range map[string]string{
		"/api/v1/docs": "swagger-ui-bundle.js", "/api/v1/docs/start.js": "openapi.yaml", "/api/v1/openapi.yaml": "openapi: 3.0.3",
		"/api/v1/docs/swagger-ui.css": ".swagger-ui", "/track/style.css": "--jade", "/healthz": "alive", "/metrics": "go_goroutines",
	} {
		if a := d.ask("", http.MethodGet, path, ""); a.Code != http.StatusOK || !strings.Contains(a.Body.String(), want) {
			t.Errorf("%s: %d", path, a.Code)
		}
	}
}
