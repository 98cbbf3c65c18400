package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// sheetOf reads a workbook that was answered, as text.
func (a answer) sheetOf() (name, text string) {
	a.t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(a.Body.Bytes()))
	check(a.t, err)
	defer func() { _ = f.Close() }()
	name = f.GetSheetName(0)
	rows, err := f.GetRows(name)
	check(a.t, err)
	for _, r := range rows {
		text += strings.Join(r, " ") + "\n"
	}
	return name, text
}

// I3: both forms are filled from the case at any stage, as a page and as a workbook that say the same, in
// both languages, and show of it what the case itself shows to whoever reads.
func TestI3FormsArePrinted(t *testing.T) {
	d := whole(t)
	n := d.dispatched()
	for form, title := range map[string][2]string{"record": {"客户投诉记录表", "Complaint record"}, "follow-up": {"客户投诉跟进记录表", "Complaint follow-up record"}} {
		page := d.ask("agent yuhu", http.MethodGet, "/print/complaints/"+n+"/"+form, "").is(http.StatusOK, "").Body.String()
		book := d.ask("agent yuhu", http.MethodGet, "/api/v1/complaints/"+n+"/forms/"+form+".xlsx", "").is(http.StatusOK, "")
		name, sheet := book.sheetOf()
		for _, text := range []string{title[0], n, "张三", "13800000000"} {
			if !strings.Contains(page, text) || !strings.Contains(sheet, text) {
				t.Errorf("%s: no %s on the page or in the workbook", form, text)
			}
		}
		if name != title[0] || !strings.Contains(book.Header().Get("Content-Disposition"), n+"-"+form+".xlsx") {
			t.Errorf("%s: sheet %s in %s", form, name, book.Header().Get("Content-Disposition"))
		}
		if english := d.ask("agent yuhu", http.MethodGet, "/print/complaints/"+n+"/"+form+"?lang=en", "").is(http.StatusOK, "").Body.String(); !strings.Contains(english, title[1]) {
			t.Errorf("%s is not in English", form)
		}
	}
}

// N1, N2: a form shows no more than the case does, to nobody who may not see that, and an auditor's
// reading of it is remembered.
func TestFormsShowWhatTheCaseShows_N1_N2(t *testing.T) {
	d := whole(t)
	n := d.dispatched()
	path := "/print/complaints/" + n + "/record"
	if page := d.ask("company yuhu", http.MethodGet, path, "").is(http.StatusOK, "").Body.String(); strings.Contains(page, "13800000000") || !strings.Contains(page, "张**") {
		t.Error("head office sees the contacts")
	}
	if page := d.ask("handler yuhu", http.MethodGet, path, "").is(http.StatusOK, "").Body.String(); strings.Contains(page, "属我方责任") || !strings.Contains(page, "修水管") {
		t.Error("a department sees the judgement, or not its task")
	}
	d.ask("agent linjiang", http.MethodGet, path, "").is(http.StatusNotFound, "")
	d.ask("admin yuhu", http.MethodGet, path, "").is(http.StatusNotFound, "")
	d.ask("agent yuhu", http.MethodGet, path+"?lang=fr", "").is(http.StatusBadRequest, "")
	if a := d.ask("", http.MethodGet, path+"?lang=en", ""); a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Header().Get("Location"), "/login?next=%2Fprint%2F") {
		t.Errorf("without a session: %d to %s", a.Code, a.Header().Get("Location"))
	}
	before := len(d.reader.readings)
	d.ask("auditor yuhu", http.MethodGet, path, "").is(http.StatusOK, "")
	d.ask("auditor yuhu", http.MethodGet, "/api/v1/complaints/"+n+"/forms/follow-up.xlsx", "").is(http.StatusOK, "")
	noted := d.reader.readings[before:]
	if len(noted) != 2 || noted[0].What != "get-record-form" || noted[0].Numbers[0] != n || noted[1].What != "get-follow-up-form" {
		t.Errorf("remembered: %+v", noted)
	}
}

// I4: the summary of any period is there as JSON, page and workbook, for who may count, in their communities.
func TestI4SummaryIsServed(t *testing.T) {
	d := whole(t)
	const period = "?community=yuhu&from=2026-01-01&to=2027-01-01"
	a := d.ask("manager yuhu", http.MethodGet, "/api/v1/summaries"+period, "").is(http.StatusOK, "")
	if quotas := a.body["quotas"].([]any); len(quotas) != 24 { // two roles, twelve months. G7
		t.Errorf("%d quotas", len(quotas))
	}
	page := d.ask("gm yuhu", http.MethodGet, "/print/summary"+period, "").is(http.StatusOK, "").Body.String()
	_, sheet := d.ask("gm yuhu", http.MethodGet, "/api/v1/summaries.xlsx"+period, "").is(http.StatusOK, "").sheetOf()
	for _, text := range []string{"客户服务信息统计分析汇总表", "御湖花园", "2026-12-31", "总物业经理"} {
		if !strings.Contains(page, text) || !strings.Contains(sheet, text) {
			t.Errorf("no %s on the page or in the workbook", text)
		}
	}
	for who, want := range map[string]int{"agent yuhu": 403, "manager linjiang": 404, "company yuhu": 200} {
		if got := d.ask(who, http.MethodGet, "/api/v1/summaries"+period, "").Code; got != want {
			t.Errorf("%s: %d, want %d", who, got, want)
		}
	}
	for _, bad := range []string{"?from=2026-01-01&to=2026-01-01", "?from=yesterday&to=2026-01-01", "?from=1000-01-01&to=2026-01-01", "?from=2026-02-30&to=2026-03-01"} {
		d.ask("gm yuhu", http.MethodGet, "/api/v1/summaries"+bad, "").is(http.StatusBadRequest, "bad_value")
		d.ask("gm yuhu", http.MethodGet, "/print/summary"+bad, "").is(http.StatusBadRequest, "")
	}
	d.ask("gm yuhu", http.MethodGet, "/api/v1/summaries/monthly/yuhu/2026-01", "").is(http.StatusNotFound, "not_found")
	d.post("gm yuhu", "/api/v1/summaries/monthly/yuhu/2099-01", "").is(http.StatusConflict, "month_not_over")
	made := d.post("gm yuhu", "/api/v1/summaries/monthly/yuhu/2026-01", "").is(http.StatusOK, "")
	if made.body["version"] != 1.0 || made.body["differs"] != false {
		t.Errorf("made %v", made.body)
	}
	if list := d.ask("gm yuhu", http.MethodGet, "/api/v1/summaries/monthly", "").is(http.StatusOK, ""); len(list.body["items"].([]any)) != 1 {
		t.Errorf("listed %v", list.body)
	}
}
