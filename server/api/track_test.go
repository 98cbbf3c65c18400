package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// customer is somebody with a case that they follow by its link.
type customer struct {
	*office
	path, number string
}

// wants registers a case of a kind as the agent.
func (d *office) wants(path, body string) customer {
	d.Helper()
	a := d.post("agent", "/api/v1/"+path, body).is(http.StatusCreated, "")
	return customer{d, path, a.body["number"].(string)}
}

// staff gives a command of the agent's.
func (c customer) staff(command, body string) answer {
	c.Helper()
	return c.post("agent", "/api/v1/"+c.path+"/"+c.number+"/"+command, body).is(http.StatusOK, "")
}

func (c customer) link() string { return "/track/" + c.number + "/" + secretOf(c.number) }

// sends fills in a form of the page.
func (c customer) sends(command string, fields ...string) answer {
	c.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return c.sendForm(c.link()+"/"+command, form)
}

func (c customer) page() answer { return c.ask("", http.MethodGet, c.link(), "") }

const lamps = `{"community":"yuhu","channel":"hotline","category":"home.appliance","what":"装灯","name":"李雷","phone":"13800000000",
"form":[{"id":"appliance","value":"lamp"},{"id":"count","value":"2"}]}`

// window writes a time of day on Wednesday, as the body of a command.
func window(from, to string) string {
	return `"from":"2026-11-25T` + from + `:00+08:00","to":"2026-11-25T` + to + `:00+08:00"`
}

// L2, L3, L4: what the customer of a service request is asked is a form on their page, and what they are not asked is none.
func TestTheCustomerIsAskedOnThePage_L2_L3_L4(t *testing.T) {
	d := newDesk(t)
	c := d.wants("service-requests", lamps)
	c.page().shows(200, "我们将在一天内与您确认", "家电", "灯具", "数量", "!lamp", "撤回服务请求", "!form-agree", "!form-rate")
	c.staff("confirm", `{"content":"装两盏灯",`+window("09:00", "10:00")+`}`)
	c.page().shows(200, "等待您确认", `id="form-agree"`, `id="form-appoint"`, "08:30-12:00")
	c.sends("agree", "version", "7").shows(409, "预约已被更改", `href="#form-agree"`)
	c.sends("agree", "version", "1").shows(200, "双方已约定", "!form-agree")
	c.sends("appoint", "version", "1", "from", "2026-11-25T20:00", "to", "2026-11-25T21:00", "reason", "白天上班").
		shows(409, "请另选时间", `value="2026-11-25T20:00"`, ">白天上班<", "<details class=\"inner\" open>", "双方已约定")
	c.sends("appoint", "version", "1", "from", "2026-11-26T10:00", "to", "2026-11-26T11:00", "reason", "那天不在家").shows(200, "2026-11-26 10:00", "等待我们确认", "我们会尽快答复", "!请确认我们建议的")
	if a := c.ask("", http.MethodGet, c.link()+"/appoint", ""); a.Code != http.StatusSeeOther || a.Header().Get("Location") != c.link() {
		t.Errorf("the address of the form leads to %d %s", a.Code, a.Header().Get("Location"))
	}
	c.staff("agree", `{"version":2}`)
	c.staff("take", `{"department":"engineering"}`)
	c.staff("quote", `{"items":[{"name":"安装","quantity":2,"price":5000}]}`)
	c.page().shows(200, "¥ 100.00", `id="form-accept-quote"`, `id="form-decline-quote"`)
	c.sends("decline-quote", "version", "1", "reason", " ").shows(400, "请填写", "open>")
	c.sends("accept-quote", "version", "1").shows(200, "已接受", "!form-accept-quote")
	c.sends("accept-quote", "version", "1").shows(409, "没有可答复的报价")
	d.now = d.now.Add(72 * time.Hour)
	c.staff("arrive", `{}`)
	c.staff("finish", `{"result":"装好","evidence":["照片"]}`)
	c.page().shows(200, "待付费用", "!form-rate")
	c.staff("pay", `{"method":"cash","amount":10000}`)
	c.page().shows(200, `id="form-rate"`, "请您评价")
	for _, score := range []string{"0", "6", "很好", ""} {
		c.sends("rate", "score", score, "opinion", "很快").shows(400, `id="form-rate"`, ">很快<")
	}
	c.sends("rate", "score", "5", "opinion", "很快").shows(200, "5 / 5", "!form-rate", "服务完成", `id="form-reopen"`)
	c.sends("rate", "score", "4").shows(409, "已经评价过")
}

// C1, L3: to whom work is on offer is nobody's but the office's; a missed appointment is not promised any more.
func TestWhatTheCustomerIsNotTold_C1_L3(t *testing.T) {
	d := newDesk(t)
	c := d.wants("service-requests", `{"community":"yuhu","channel":"hotline","category":"home.cleaning","what":"擦窗","form":[{"id":"area","value":"90"}]}`)
	c.staff("confirm", `{"content":"擦窗","agreed":true,`+window("09:00", "10:00")+`}`)
	c.page().shows(200, "我们将按约定时间上门", "!环境部")
	c.staff("take", `{"department":"environment"}`)
	c.page().shows(200, "环境部")
	d.now = time.Date(2026, 11, 25, 1, 30, 0, 0, time.UTC)
	c.staff("miss", `{"version":1,"by":"office","reason":"车坏了"}`)
	c.page().shows(200, "很抱歉", "或与您另约时间", "!我们将按约定时间上门")
}

// A8: whoever has an emergency is not told to wait for a day.
func TestAnEmergencyIsNotToWait_L1_A8(t *testing.T) {
	d := newDesk(t)
	a := d.sendForm("/communities/yuhu/apply/service-requests?category=repair.burst", url.Values{
		"what": {"水管爆了"}, "form.place": {"厨房"}, "name": {"李雷"}, "building": {"3"}, "room": {"1201"}, "phone": {"13800000000"},
	}).shows(http.StatusCreated, "特急情况", "!一天内")
	_, rest, _ := strings.Cut(a.Body.String(), "x.test/track/")
	n, _, _ := strings.Cut(rest, "/")
	customer{d, "service-requests", n}.page().shows(200, "特急情况", "!一天内")
}

// K2, G8: who asked reads the answer, and can ask on; no code of ours is on the page while a department looks into it.
func TestWhoAskedReadsAndAsksOn_K2_G8(t *testing.T) {
	d := newDesk(t)
	c := d.wants("inquiries", `{"community":"yuhu","channel":"hotline","what":"楼道里能充电吗"}`)
	c.page().shows(200, "一日内答复您", `id="form-withdraw"`)
	c.staff("forward", `{"department":"security","question":"允许吗"}`)
	c.page().shows(200, "秩序维护部", "已转部门", "!forwarded")
	c.staff("reply", `{"channel":"hotline","said":"只能在充电棚"}`)
	c.page().shows(200, "只能在充电棚", "已答复", "还有疑问，请继续答复", "!投诉")
	c.sends("reopen", "reason", strings.Repeat("长", 4001)).shows(400, `id="form-reopen"`, "open>")
	c.sends("reopen", "reason", "充电棚在哪").shows(200, "待答复", "!form-reopen")
}

// D3, B10, G8: the complainant answers the plan, appeals, withdraws and has it reopened on the page; what is refused
// stays as it was typed.
func TestTheComplainantIsAskedOnThePage_D3_B10_G8(t *testing.T) {
	d := newDesk(t)
	c := customer{d, "complaints", d.complaint()}
	c.page().shows(200, `id="form-withdraw"`, "!form-answer", "!form-appeal")
	c.staff("judge", judged)
	d.post("manager", "/api/v1/complaints/"+c.number+"/review", `{"nature":"valid","grounds":"属实"}`).is(http.StatusOK, "")
	c.staff("dispatch", `{"tasks":[{"department":"engineering","content":"修"}]}`)
	c.staff("propose", `{"text":"周五修好"}`)
	c.page().shows(200, "周五修好", `id="form-answer"`)
	c.sends("answer", "answer", "adjust").shows(400, `id="form-answer"`, `role="alert"`)
	c.sends("answer", "answer", "agreed").shows(200, "!form-answer")
	c.sends("withdraw", "reason", "已自行解决").shows(200, "本人撤回", `id="form-reopen"`)
	c.sends("reopen", "reason", "还在漏").shows(200, "!form-reopen")

	c = customer{d, "complaints", d.complaint()}
	c.staff("judge", `{"nature":"invalid","grounds":"邻里纠纷"}`)
	d.post("manager", "/api/v1/complaints/"+c.number+"/review", `{"nature":"invalid","grounds":"非我方责任"}`).is(http.StatusOK, "")
	c.staff("explain", `{"said":"已说明","accepted":true}`)
	c.sends("appeal", "reason", "  ").shows(400, `id="form-appeal"`, "请填写")
	c.sends("appeal", "reason", "是公共管道").shows(200, "待经理判别", "!form-appeal")
}
