package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"bihuan/procedure/inquiry"
	"bihuan/procedure/service"
	"bihuan/server/gate"
)

// sendForm sends what somebody has filled in.
func (d *office) sendForm(path string, form url.Values, headers ...string) answer {
	d.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, r)
	return answer{ResponseRecorder: w, t: d.TB}
}

// shows wants a page with some texts, and without others, which begin with an exclamation mark.
func (a answer) shows(status int, texts ...string) answer {
	a.t.Helper()
	if a.Code != status {
		a.t.Fatalf("%d, want %d: %s", a.Code, status, a.Body)
	}
	for _, text := range texts {
		text, without := strings.CutPrefix(text, "!")
		if strings.Contains(a.Body.String(), text) == without {
			a.t.Errorf("without %v: %q in %s", without, text, a.Body)
		}
	}
	return a
}

// one gives the only case that was taken in.
func (d *office) one() *fakeCase {
	d.Helper()
	if len(d.engine.cases) != 1 {
		d.Fatalf("%d cases", len(d.engine.cases))
	}
	for _, c := range d.engine.cases {
		return c
	}
	return nil
}

const (
	appliances = "/communities/yuhu/apply/service-requests?category=home.appliance"
	plumbing   = "/communities/yuhu/apply/service-requests?category=repair.plumbing"
)

func appliance() url.Values {
	return url.Values{
		"key": {"k1"}, "what": {"装两盏灯"}, "form.appliance": {"lamp"}, "form.count": {"2"},
		"name": {"李雷"}, "building": {"3"}, "room": {"1201"}, "phone": {"１３８ ００００ ００００"},
	}
}

// L1: from the community's page residents reach the form of each service, and those of complaints and inquiries.
func TestTheWayToTheForm_L1(t *testing.T) {
	d := newDesk(t)
	page := func(path string) answer { return d.ask("", http.MethodGet, path, "", "Accept-Language", "zh-CN") }
	page("/").shows(302)
	page("/communities").shows(200, "御湖花园", "/communities/yuhu?lang=zh-CN")
	page("/communities/yuhu").shows(200, `href="/communities/yuhu/apply?lang=zh-CN"`)
	page("/communities/yuhu/apply").shows(200, "家电安装", "特约服务", "有偿服务", "特急", "category=home.appliance", "apply/complaints", "apply/inquiries", "!apply/surveys")
	page("/communities/yuhu/apply?lang=en").shows(200, "Installing appliances", `lang="en"`)
	page(appliances).shows(200, "空调", `name="form.count"`, `inputmode="decimal"`, `name="wish.day"`, "08:30-12:00", `name="room"`, `name="key"`, "!happened_at")
	page(plumbing).shows(200, "是否漏水", "!空调")
	page("/communities/yuhu/apply/complaints").shows(200, "卫生保洁", `name="happened_at"`, "!wish")
	page("/communities/yuhu/apply/inquiries").shows(200, "建议", `name="class"`, `!name="category"`)
	page("/communities/yuhu/apply/service-requests").shows(200, "您需要什么")
	page("/communities/yuhu/apply/service-requests?category=home").shows(404, "没有“home”这个类别")
	page("/communities/nowhere/apply").shows(404, "role=\"alert\"")
	page("/communities/yuhu/apply/surveys").shows(404, "role=\"alert\"")
}

// L1: what is sent becomes a request with its form, in the resident's language and through the channel that they came
// by; the page that answers has number, link and what comes next, whoever may read or work just then.
func TestAResidentApplies_L1_A4_A10(t *testing.T) {
	d := newDesk(t)
	d.reader.down, d.engine.noWorker = true, true
	form := appliance()
	form.Set("wish.day", "2026-11-25")
	form.Set("wish.from", "09:00")
	form.Set("wish.to", "11:00")
	a := d.sendForm(appliances+"&lang=en", form, "User-Agent", "Mozilla MicroMessenger/8")
	a.shows(201, "We have it", "We will confirm with you within a day", "https://x.test/track/FW-", `href="/track/FW-`, "!name=\"key\"")
	var s service.State
	d.read(&s)
	c := s.Customer // with the digits of a Chinese keyboard narrowed
	if c.Channel != "wechat" || c.Language != "en" || c.Name != "李雷" || c.Phone != "138 0000 0000" || c.Room != "1201" || s.Category != "home.appliance" || s.What != "装两盏灯" {
		t.Errorf("%+v %+v", c, s)
	}
	if len(s.Form) != 2 || s.Form[0] != (service.Filled{ID: "appliance", Value: "lamp"}) || s.Wish == nil || s.Wish.From.Format("15:04") != "01:00" {
		t.Errorf("form %+v, wish %+v", s.Form, s.Wish)
	}
}

// read gives the state of the only case.
func (d *office) read(into any) {
	d.Helper()
	if err := json.Unmarshal(d.one().state, into); err != nil {
		d.Fatal(err)
	}
}

// A10: sent twice it is one case; sent again with something else it is asked whether that is another matter.
func TestAFormSentTwiceIsOneCase_L1_A10(t *testing.T) {
	d := newDesk(t)
	number := func(a answer) string {
		_, rest, _ := strings.Cut(a.Body.String(), "x.test/track/")
		n, _, _ := strings.Cut(rest, "/")
		return n
	}
	first := number(d.sendForm(appliances, appliance()).shows(201))
	if again := number(d.sendForm(appliances, appliance()).shows(201)); again != first || len(d.engine.cases) != 1 {
		t.Errorf("%s and %s", first, again)
	}
	other := appliance()
	other.Set("what", "再装一台空调")
	d.sendForm(appliances, other).shows(409, "已经提交过一份", "再装一台空调", `!value="k1"`)
	other.Set("key", "k2")
	if next := number(d.sendForm(appliances, other).shows(201)); next == first || len(d.engine.cases) != 2 {
		t.Errorf("%s and %s", first, next)
	}
}

// L1: every fault stands beside its field, all at once and in the reader's language, and what was typed stays.
func TestFaultsStandBesideTheirFields_L1(t *testing.T) {
	d := newDesk(t)
	form := url.Values{
		"what": {" "}, "form.appliance": {"boat"}, "form.count": {"two"}, "name": {strings.Repeat("名", 201)}, "building": {"3"},
		"room": {"<b>"}, "phone": {"call me"}, "email": {"nowhere"}, "form.unheard": {"x"},
	}
	d.sendForm(appliances, form).shows(400,
		`href="#what"`, "请填写此项", "请从中选择一项", "请填写数字", "最多 200 字", "电话号码不正确", "电子邮箱不正确",
		`value="two"`, `value="call me"`, `value="nowhere"`, "&lt;b&gt;", "!<b>", `aria-invalid="true"`, "!unheard")
	d.sendForm(plumbing+"&lang=en", url.Values{"what": {"It leaks"}, "form.place": {strings.Repeat("x", 501)}}).shows(400,
		"at most 500 characters", `href="#form.leaking"`, "Please fill this in", ">It leaks<")
	for _, wrong := range []struct{ day, from, to, field, said string }{
		{"2026-11-20", "09:00", "10:00", "wish.from", "必须晚于现在"},
		{"2026-11-25", "11:00", "10:00", "wish.to", "结束时间必须晚于开始时间"},
		{"2028-11-25", "09:00", "10:00", "wish.to", "366 天"},
		{"tomorrow", "09:00", "10:00", "wish.from", "填写不正确"},
		{"", "09:00", "10:00", "wish.day", "请填写此项"},
		{"2026-11-25", "", "", "wish.from", "请填写此项"},
	} {
		form := appliance()
		form.Set("wish.day", wrong.day)
		form.Set("wish.from", wrong.from)
		form.Set("wish.to", wrong.to)
		d.sendForm(appliances, form).shows(400, `href="#`+wrong.field+`"`, wrong.said, "装两盏灯")
	}
	if d.engine.starts != 0 {
		t.Errorf("%d cases were started", d.engine.starts)
	}
}

// A1, K1: complaints and inquiries come in by the same form.
func TestResidentsComplainAndAsk_A1_K1(t *testing.T) {
	d := newDesk(t)
	d.sendForm("/communities/yuhu/apply/complaints", url.Values{"what": {"吵"}, "category": {"order"}, "happened_at": {"yesterday"}}).shows(400, `href="#category"`, "请从中选择一项")
	d.sendForm("/communities/yuhu/apply/complaints", url.Values{
		"category": {"environment.noise"}, "what": {"半夜施工"}, "happened_at": {"2026-11-22T23:30"}, "place": {"3 幢"},
	}).shows(201, "/track/TS-", "将尽快")
	r := d.one().complaint().Record
	if r.Category != "environment.noise" || r.HappenedAt == nil || r.HappenedAt.UTC().Hour() != 15 || r.Channel != "website" {
		t.Errorf("%+v", r)
	}
	d = newDesk(t)
	d.sendForm("/communities/yuhu/apply/inquiries", url.Values{"what": {"能装充电桩吗"}}).shows(400, `href="#class"`)
	d.sendForm("/communities/yuhu/apply/inquiries", url.Values{"what": {"多种树"}, "class": {"suggestion"}}).shows(201, "/track/ZX-", "一日内答复")
	var s inquiry.State
	if d.read(&s); s.Class != inquiry.Suggestion || s.What != "多种树" {
		t.Errorf("%+v", s)
	}
}

// With the engine down nothing is lost that was typed, and the page says when to try again.
func TestAFormWhileTheEngineIsDown_L1(t *testing.T) {
	d := newDesk(t)
	d.engine.down = true
	a := d.sendForm(appliances, appliance()).shows(503, "装两盏灯", `value="k1"`, `role="alert"`)
	if a.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	d.sendForm(appliances, url.Values{"what": {strings.Repeat("x", gate.DefaultBodyLimit)}}).shows(413, `role="alert"`)
}
