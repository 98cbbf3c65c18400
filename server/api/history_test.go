package api_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bihuan/e2e/recorded"
	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/desk"
	"bihuan/temporal"
	"bihuan/temporal/history"
)

func texts(a answer) string {
	var all []string
	for _, item := range a.body["items"].([]any) {
		all = append(all, item.(map[string]any)["text"].(string))
	}
	return strings.Join(all, "\n")
}

// N2: the workflow's own history in plain words, in the reader's language, page by page.
func TestHistoryInPlainWords_N2(t *testing.T) {
	d := newDesk(t)
	n := d.complaint()
	path := "/api/v1/complaints/" + n + "/history"
	d.engine.histories = map[string]history.History{n: recorded.History(t, n, "escalated-1", "database-down-1")}
	zh := d.ask("auditor", http.MethodGet, path+"?limit=200", "").is(http.StatusOK, "")
	for _, want := range []string{"王芳登记", "发出操作“判别”", "定时到点：时限“", "已写入数据库：已登记、进入阶段", "database_down"} {
		if !strings.Contains(texts(zh), want) {
			t.Errorf("nothing says %q:\n%s", want, texts(zh))
		}
	}
	if zh.body["source"] != "engine" || strings.Contains(zh.Body.String(), "维修后仍漏水") {
		t.Errorf("got %s", zh.Body)
	}
	en := d.ask("auditor", http.MethodGet, path+"?limit=200", "", "Accept-Language", "en").is(http.StatusOK, "")
	if !strings.Contains(texts(en), `sent the command "judge"`) || !strings.Contains(texts(en), "at attempt 2, because of database_down") {
		t.Errorf("in English:\n%s", texts(en))
	}
	var paged []string
	for after := "0"; after != ""; {
		a := d.ask("manager", http.MethodGet, path+"?limit=5&after="+after, "").is(http.StatusOK, "")
		paged = append(paged, texts(a))
		if after = ""; a.body["next"] != nil {
			raw, _ := json.Marshal(a.body["next"])
			after = string(raw)
		}
	}
	if len(paged) < 3 || strings.Join(paged, "\n") != texts(zh) {
		t.Errorf("%d pages are not the whole:\n%s", len(paged), strings.Join(paged, "\n"))
	}
}

// N2, I2: when the engine has dropped a history, or is down, the filed copy answers, and the answer says so.
func TestTheFiledHistoryAnswers_N2_I2(t *testing.T) {
	d := newDesk(t)
	n := d.complaint()
	path := "/api/v1/complaints/" + n + "/history"
	d.engine.dropped = desk.ErrNotFound
	d.ask("auditor", http.MethodGet, path, "").is(http.StatusNotFound, "not_found")
	d.engine.dropped = temporal.ErrDown
	d.ask("auditor", http.MethodGet, path, "").is(http.StatusServiceUnavailable, "engine_down")

	filed, err := json.Marshal(recorded.History(t, n, "explained-1"))
	check(t, err)
	d.reader.filings = map[string]json.RawMessage{n + " " + postgres.FilingHistory: filed}
	for _, err := range []error{desk.ErrNotFound, temporal.ErrDown} {
		d.engine.dropped = err
		a := d.ask("auditor", http.MethodGet, path, "").is(http.StatusOK, "")
		if a.body["source"] != "filed" || !strings.Contains(texts(a), "王芳登记") {
			t.Errorf("got %s", a.Body)
		}
	}
	d.reader.down = true
	d.ask("auditor", http.MethodGet, path, "").is(http.StatusServiceUnavailable, "database_down")
}

// N1, N2: contacts come in clear for a reason, and that is remembered with the reason.
func TestUnmaskingIsRemembered_N1_N2(t *testing.T) {
	d := newDesk(t)
	path := "/api/v1/complaints/" + d.complaint()
	for _, body := range []string{`{}`, `{"reason":""}`, `{"reason":"  "}`} {
		d.post("auditor", path+"/unmask", body).is(http.StatusBadRequest, "missing_field")
	}
	if len(d.reader.readings) > 0 {
		t.Errorf("remembered %+v", d.reader.readings)
	}
	a := d.post("auditor", path+"/unmask", `{"reason":"复核电话记录"}`).is(http.StatusOK, "")
	if a.body["name"] != "张三" || a.body["phone"] != "13800000000" || a.body["room"] != "502" {
		t.Errorf("got %s", a.Body)
	}
	want := postgres.Reading{
		At: monday, Staff: "auditor", Role: people.Auditor, What: "unmask", Numbers: []string{path[len("/api/v1/complaints/"):]},
		Communities: []string{"yuhu"}, Reason: "复核电话记录", Contacts: people.Clear,
	}
	if got := d.reader.readings; len(got) != 1 || !same(got[0], want) {
		t.Errorf("remembered %+v", got)
	}
}

func same(a, b postgres.Reading) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}

// N2: what an auditor reads is remembered, their reading of the readings too; of others the history and
// searches for a phone number are. What was refused or does not exist was not read.
func TestReadingIsRemembered_N2(t *testing.T) {
	d := newDesk(t)
	n := d.complaint()
	one := "/api/v1/complaints/" + n
	d.engine.histories = map[string]history.History{n: recorded.History(t, n, "explained-1")}
	for _, test := range []struct {
		who, path string
		what      string // empty: nothing is remembered
	}{
		{"auditor", one, "get-complaint"}, {"auditor", one + "/timeline", "get-timeline"}, {"auditor", one + "/notices", "get-notices"},
		{"auditor", "/api/v1/complaints", "list-complaints"}, {"auditor", "/api/v1/worklist", "get-worklist"},
		{"auditor", "/api/v1/counts", "get-counts"}, {"auditor", one + "/history", "get-history"}, {"auditor", "/api/v1/readings", "list-readings"},
		{"auditor", "/api/v1/me", ""}, {"auditor", "/api/v1/inbox", ""}, {"auditor", "/api/v1/settings", ""},
		{"auditor", "/api/v1/complaints/TS-20261123-00000", ""}, {"auditor", "/api/v1/complaints?limit=0", ""},
		{"manager", one, ""}, {"manager", one + "/history", "get-history"}, {"agent", one + "/history", ""}, {"admin", "/api/v1/readings", "list-readings"},
		{"agent", "/api/v1/complaints", ""}, {"agent", "/api/v1/complaints?q=漏水", ""}, {"agent", "/api/v1/complaints?q=" + n, ""},
		{"agent", "/api/v1/complaints?q=1380000", "list-complaints"}, {"agent", "/api/v1/complaints?q=138-0000-0000", "list-complaints"},
	} {
		d.reader.readings = nil
		d.ask(test.who, http.MethodGet, test.path, "")
		var what []string
		for _, r := range d.reader.readings {
			what = append(what, r.What)
			about := strings.HasPrefix(test.path, one)
			if r.Staff != test.who || about != slices.Contains(r.Numbers, n) || len(r.Communities) == 0 {
				t.Errorf("%s %s: %+v", test.who, test.path, r)
			}
		}
		if got := strings.Join(what, " "); got != test.what {
			t.Errorf("%s %s: remembered %q, want %q", test.who, test.path, got, test.what)
		}
	}
}

// N2: what cannot be remembered is not read, though the rest of the database answers.
func TestWhatIsNotRememberedIsNotRead_N2(t *testing.T) {
	d := newDesk(t)
	path := "/api/v1/complaints/" + d.complaint()
	d.reader.forgetful = true
	for _, a := range []answer{
		d.ask("auditor", http.MethodGet, path, ""), d.post("agent", path+"/unmask", `{"reason":"回访"}`),
		d.ask("agent", http.MethodGet, "/api/v1/complaints?q=13800000000", ""),
	} {
		if a.is(http.StatusServiceUnavailable, "database_down"); strings.Contains(a.Body.String(), "张") {
			t.Errorf("got %s", a.Body)
		}
	}
	d.ask("agent", http.MethodGet, path, "").is(http.StatusOK, "")
}
