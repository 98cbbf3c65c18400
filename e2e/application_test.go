package e2e_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/e2e/system"
)

// posted sends a form of a public page.
func posted(t *testing.T, path string, form url.Values) (status int, page string) {
	t.Helper()
	answer, err := http.PostForm(bihuan.URL+path, form)
	must(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	must(t, err)
	return answer.StatusCode, string(body)
}

var tracked = regexp.MustCompile(`href="(/track/([A-Z]{2}-\d{8}-\w{5})/[^"]+)"`)

// TestAResidentAppliesOnThePage_L1_A10: from the community's page to the form of a service; what is wrong stands beside
// its field with what was typed; sent five times at once it is one request, which the desk finds with its form and its
// customer follows by the link.
func TestAResidentAppliesOnThePage_L1_A10(t *testing.T) {
	t.Parallel()
	seen := func(path, want string) string {
		t.Helper()
		a, err := bihuan.Anybody().Do(t.Context(), http.MethodGet, path, nil)
		must(t, err)
		if !strings.Contains(string(a.Body), want) {
			t.Fatalf("%s does not show %s: %s", path, want, a.Body)
		}
		return string(a.Body)
	}
	seen("/communities/yuhu", "/communities/yuhu/apply")
	seen("/communities/yuhu/apply", "category=home.appliance")
	const at = "/communities/yuhu/apply/service-requests?category=home.appliance"
	key := regexp.MustCompile(`name="key" value="([^"]+)"`).FindStringSubmatch(seen(at, "空调"))[1]
	form := url.Values{"key": {key}, "what": {"装两盏灯"}, "form.count": {"二"}, "name": {"李雷"}, "building": {"3"}, "room": {"1201"}, "phone": {"13800000000"}}
	if status, page := posted(t, at, form); status != http.StatusBadRequest || !strings.Contains(page, "请填写数字") || !strings.Contains(page, `href="#form.appliance"`) || !strings.Contains(page, "装两盏灯") {
		t.Fatalf("%d %s", status, page)
	}
	form.Set("form.count", "2")
	form.Set("form.appliance", "lamp")
	day := nextWorkday(t)
	form.Set("wish.day", day)
	form.Set("wish.from", "09:00")
	form.Set("wish.to", "11:00")
	var mu sync.Mutex
	links := map[string]string{}
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			status, page := posted(t, at, form)
			m := tracked.FindStringSubmatch(page)
			if status != http.StatusCreated || m == nil {
				t.Errorf("%d %s", status, page)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			links[m[2]] = m[1]
		})
	}
	if all.Wait(); len(links) != 1 {
		t.Fatalf("sent five times it is %v", links)
	}
	for number, link := range links {
		appears(t, number, "service-registered")
		var r struct {
			Form []struct{ ID, Value string }
			Wish struct{ From time.Time }
		}
		get(t, bihuan.As("agent"), "/api/v1/service-requests/"+number, &r)
		if len(r.Form) != 2 || r.Wish.From.In(time.FixedZone("CST", 8*3600)).Format("2006-01-02 15:04") != day+" 09:00" {
			t.Errorf("the desk reads %+v", r)
		}
		seen(link, "我们将在一天内与您确认")
		seen(link, "灯具")
		if said := timeline(t, number, "zh-CN")[0].Text; !strings.Contains(said, "家电：灯具") || !strings.Contains(said, "客户") || strings.Contains(said, "投诉人") {
			t.Errorf("the timeline says %s", said)
		}
	}
}

// TestBadInputOfAService_L1_L2_L3_L4: what cannot be is answered with its code, its path and a sentence in the caller's
// language.
func TestBadInputOfAService_L1_L2_L3_L4(t *testing.T) {
	t.Parallel()
	wrong := func(by, path string, body M, status int, code, field, says string) {
		t.Helper()
		a, err := bihuan.As(by).In("en").Do(t.Context(), http.MethodPost, path, body)
		must(t, err)
		wantProblem(t, a, status, code)
		if p := a.Problem(); p.Field != field || !strings.Contains(p.Detail, says) {
			t.Errorf("%s: %+v", path, p)
		}
	}
	lamp := func(form ...M) M {
		return M{"community": "yuhu", "channel": "hotline", "category": "home.appliance", "what": "装灯", "form": form}
	}
	appliance, count := M{"id": "appliance", "value": "lamp"}, M{"id": "count", "value": "2"}
	const all = "/api/v1/service-requests"
	wrong("agent", all, lamp(count), 400, "bad_form", "form.appliance", "Still needed: Appliance")
	wrong("agent", all, lamp(appliance, M{"id": "count", "value": "two"}), 400, "bad_form", "form.count", "Not right: How many")
	wrong("agent", all, lamp(appliance, count, M{"id": "boat", "value": "x"}), 400, "bad_form", "form.boat", "Not asked for, or given twice: boat")
	wrong("agent", all, lamp(appliance, M{"id": "count", "value": strings.Repeat("1", 501)}), 400, "bad_value", "form[1].value", "at most 500 characters")
	wrong("agent", all, M{"community": "yuhu", "channel": "hotline", "category": "home", "what": "x"}, 400, "unknown_category", "category", "home")

	v := asksFor(t, lamp(appliance, count))
	at := all + "/" + v.number
	clock := func(day time.Time, from, to int) M {
		return M{"content": "装灯", "from": time.Date(day.Year(), day.Month(), day.Day(), from, 0, 0, 0, shanghai), "to": time.Date(day.Year(), day.Month(), day.Day(), to, 0, 0, 0, shanghai)}
	}
	workday, err := time.ParseInLocation(time.DateOnly, nextWorkday(t), shanghai)
	must(t, err)
	newYear := time.Date(time.Now().In(shanghai).Year()+1, 1, 1, 0, 0, 0, 0, shanghai)
	wrong("agent", at+"/confirm", between(M{"content": "装灯"}, -2*time.Hour, -time.Hour), 400, "appointment_in_past", "from", "future")
	wrong("agent", at+"/confirm", clock(workday, 20, 21), 409, "appointment_outside_hours", "from", "outside working time")
	wrong("agent", at+"/confirm", clock(newYear, 9, 10), 409, "appointment_outside_hours", "from", "holiday")
	wrong("agent", at+"/confirm", between(M{"content": "装灯"}, 20*time.Hour, 19*time.Hour), 400, "appointment_no_window", "to", "after it begins")
	v.give("agent", "confirm", clock(workday, 9, 10))

	// Two move it at once: one wins, the other is told which appointment is the newest.
	answers := make(chan system.Answer, 2)
	for i, who := range []string{"agent", "manager"} {
		go func() {
			body := clock(workday, 10+i, 11+i)
			delete(body, "content")
			body["version"], body["reason"], body["agreed"] = 1, "改期", true
			a, err := bihuan.As(who).In("en").Do(t.Context(), http.MethodPost, at+"/appoint", body)
			if err != nil {
				t.Error(err)
			}
			answers <- a
		}()
	}
	won, lost := <-answers, <-answers
	if won.Status != http.StatusOK {
		won, lost = lost, won
	}
	wantStatus(t, won, http.StatusOK)
	wantProblem(t, lost, http.StatusConflict, "appointment_changed")
	if p := lost.Problem(); p.Field != "version" || !strings.Contains(p.Detail, "version 2") {
		t.Errorf("the other one is told %+v", p)
	}

	v.give("engineer", "take", M{})
	v.give("engineer", "arrive", M{})
	item := func(quantity, price int) M {
		return M{"items": []M{{"name": "安装", "quantity": quantity, "price": price}}}
	}
	wrong("engineer", at+"/quote", item(1, -1), 400, "bad_value", "items[0].price", "at least 0")
	wrong("engineer", at+"/quote", item(0, 1), 400, "bad_value", "items[0].quantity", "at least 1")
	v.give("engineer", "quote", item(1, 100))
	v.give("agent", "accept-quote", M{"version": 1})
	wrong("agent", at+"/accept-quote", M{"version": 1}, 409, "no_quote", "", "no quote")
	v.give("engineer", "finish", M{"result": "装好", "evidence": []string{"照片"}})
	wrong("agent", at+"/pay", M{"method": "cash", "amount": 101}, 409, "wrong_amount", "amount", "1.00")
	v.give("agent", "pay", M{"method": "cash", "amount": 100})
	for score, says := range map[int]string{0: "at least 1", 6: "at most 5"} {
		wrong("agent", at+"/rate", M{"score": score}, 400, "bad_value", "score", says)
		if status, page := posted(t, "/track/"+v.number+"/"+v.secret+"/rate", url.Values{"score": {fmt.Sprint(score)}, "opinion": {"很快"}}); status != 400 || !strings.Contains(page, ">很快<") {
			t.Errorf("a rating of %d on the page: %d", score, status)
		}
	}
}
