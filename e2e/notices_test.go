package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/e2e/system"
)

// TestOperatorsSayNoticesTheirWay: words that an administrator sets for notices are in the next mail, in the inbox and
// on the complainant's page, text and nothing else; what cannot stand is refused, and taken back the shipped ones
// are said again. Q1 P1
func TestOperatorsSayNoticesTheirWay_Q1(t *testing.T) {
	before, _ := document(t)
	a, err := bihuan.As("admin").Do(t.Context(), http.MethodPatch, "/api/v1/settings/document", M{"why": "语气", "changes": []M{
		{"path": "notices.acknowledged.zh-CN", "now": M{"subject": "已收到", "body": "{{.phone}}"}},
	}}, "If-Match", fmt.Sprint(before))
	must(t, err)
	if wantStatus(t, a, http.StatusUnprocessableEntity); !strings.Contains(string(a.Body), "notices.acknowledged.zh-CN.body") {
		t.Errorf("refused with %s", a.Body)
	}
	setting(t,
		M{"path": "notices.acknowledged.en", "now": M{
			"subject": "Yuhu Gardens has your complaint {{.number}}",
			"body":    "Dear neighbour, <b>it</b> is {{lower (urgency .urgency)}}: {{.category}}.\n\n{{template \"tracking\" .}}",
		}},
		M{"path": "notices.new-complaint.zh-CN", "now": M{"subject": "来新投诉了：{{.number}}", "body": `请尽快判别。{{template "case" .}}`}},
	)
	var r system.Registration
	must(t, system.Poll(t.Context(), func() (bool, error) { // a worker takes the version up within seconds
		address := "zhao-" + time.Now().Format("150405.000") + "@example.com"
		r = play(t, system.Complaint(M{"email": address, "language": "en"}))
		m := firstMail(t, address)
		said := m.Subject == "Yuhu Gardens has your complaint "+r.Number && strings.HasPrefix(m.Body, "Dear neighbour, <b>it</b> is normal: ") && strings.Contains(m.Body, r.TrackingLink)
		return said, fmt.Errorf("the mail says %+v", m)
	}))
	changed := func(n notice) bool { return n.Subject == "来新投诉了："+r.Number }
	if told := inbox(t, "agent", r.Number, ""); !slices.ContainsFunc(told, changed) {
		t.Errorf("the agent's inbox says %+v", told)
	}
	page, err := bihuan.Anybody().Do(t.Context(), http.MethodGet, strings.TrimPrefix(r.TrackingLink, bihuan.URL), nil, "Accept-Language", "en")
	must(t, err)
	if text := string(page.Body); strings.Contains(text, "<b>it</b>") || !strings.Contains(text, "&lt;b&gt;it&lt;/b&gt; is normal: ") {
		t.Errorf("the page shows the words as they are not: %s", text)
	}
	now, _ := document(t)
	a, err = bihuan.As("admin").Do(t.Context(), http.MethodPost, fmt.Sprintf("/api/v1/settings/versions/%d/restore", before), M{"why": "还是原来的好"}, "If-Match", fmt.Sprint(now))
	must(t, err)
	wantStatus(t, a, http.StatusOK)
	if told := inbox(t, "agent", r.Number, ""); slices.ContainsFunc(told, changed) || len(told) == 0 {
		t.Errorf("taken back, the inbox says %+v", told)
	}
}

// firstMail waits for somebody's first mail.
func firstMail(t *testing.T, address string) system.Mail {
	t.Helper()
	must(t, system.Poll(t.Context(), func() (bool, error) {
		return len(mailbox.To(address)) > 0, fmt.Errorf("no mail to %s", address)
	}))
	return mailbox.To(address)[0]
}
