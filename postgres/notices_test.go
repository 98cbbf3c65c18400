package postgres

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"testing"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// told lists who is told of a notice, through which channel, and where it stands.
func told(t testing.TB, db *DB, template string) string {
	t.Helper()
	page, err := db.Notices(t.Context(), "TS-1", "", 0)
	must(t, err)
	var to []string
	for _, n := range page.Items {
		if n.Template == template {
			who := n.StaffID
			if n.Complainant {
				who = "complainant"
			}
			to = append(to, cmp.Or(who, "-")+" "+n.Channel+" "+n.Language+" "+n.Status)
		}
	}
	slices.Sort(to)
	return strings.Join(to, ", ")
}

func TestNoticesReachTheirPeople(t *testing.T) {
	db := fresh(t)
	db.Mail = true
	seedStaff(t, db)
	b := sample("TS-1")
	b.Notices = append(b.Notices,
		notice(2, 0, "task", procedure.Recipient{Department: "engineering"}),
		notice(2, 1, "handler-named", procedure.Recipient{Staff: "qian"}),
		notice(2, 2, "escalation", procedure.Recipient{Role: people.Assistant}),
		notice(2, 3, "closed-major", procedure.Recipient{Department: "security"}),
		notice(2, 4, "plan-answered", procedure.Recipient{Staff: "sun"}),
	)
	same(t, "pending", record(t, db, b), 5)
	for template, want := range map[string]string{
		"acknowledged":  "complainant console zh-CN sent, complainant mail zh-CN pending",
		"new-complaint": "wang console zh-CN sent, wang mail zh-CN pending, zhao console en sent",
		"task":          "wu console zh-CN sent",
		"handler-named": "qian console zh-CN sent",                                                // named, so wherever they belong
		"escalation":    "gm console zh-CN sent, gm mail zh-CN pending",                           // no assistant, no manager: the GM
		"closed-major":  "wang console zh-CN sent, wang mail zh-CN pending, zhao console en sent", // nobody there: the first level
		"plan-answered": "wang console zh-CN sent, wang mail zh-CN pending, zhao console en sent", // disabled
	} {
		if got := told(t, db, template); got != want {
			t.Errorf("%s:\n got %s\nwant %s", template, got, want)
		}
	}
}

// Q2: who is meant twice by one event, as the department and by name, is told once, also when the batch
// is recorded again.
func TestQ2MeantTwiceToldOnce(t *testing.T) {
	db := fresh(t)
	seedStaff(t, db)
	b := sample("TS-1")
	b.Notices = append(b.Notices,
		notice(2, 0, "escalation-decided", procedure.Recipient{Department: "engineering"}),
		notice(2, 1, "escalation-decided", procedure.Recipient{Staff: "wu"}),
	)
	record(t, db, b)
	record(t, db, b)
	same(t, "told", told(t, db, "escalation-decided"), "wu console zh-CN sent")
}

// Q2: a notice for which there is nobody at all is shown as failed, and nothing waits for it.
func TestQ2NobodyThere(t *testing.T) {
	db := fresh(t)
	b := sample("TS-1")
	b.Summary.Email = ""
	same(t, "pending", record(t, db, b), 0)
	same(t, "told", told(t, db, "new-complaint"), "- console zh-CN failed")
	same(t, "told", told(t, db, "acknowledged"), "complainant console zh-CN sent")
}

// Q2: once resolved, a notice stays with its people.
func TestQ2RecordedAgainTellsNobodyElse(t *testing.T) {
	db := fresh(t)
	seedStaff(t, db)
	record(t, db, sample("TS-1"))
	must(t, db.PutStaff(t.Context(), Staff{ID: "new", Name: "新人", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}}))
	record(t, db, sample("TS-1"))
	same(t, "told", told(t, db, "new-complaint"), "wang console zh-CN sent, zhao console en sent")
}

func TestInbox(t *testing.T) {
	db := fresh(t)
	db.Mail = true
	seedStaff(t, db)
	b := sample("TS-1")
	for range 5 {
		record(t, db, b)
		b = next(b, "contacted", `{}`)
		b.Notices = []procedure.NumberedNotice{notice(b.Summary.Seq, 0, "your-turn", procedure.Recipient{Role: people.Agent})}
	}
	inbox := func(unread bool, cursor string) Page[Notice] {
		t.Helper()
		page, err := db.Inbox(t.Context(), "wang", unread, cursor, 2)
		must(t, err)
		return page
	}
	var seqs []int
	for page := inbox(false, ""); ; page = inbox(false, page.Next) {
		for _, n := range page.Items {
			seqs = append(seqs, n.Seq)
		}
		if page.Next == "" {
			break
		}
	}
	same(t, "inbox", seqs, []int{6, 5, 4, 3, 1})

	newest := inbox(true, "").Items[0]
	must(t, db.MarkRead(t.Context(), "wang", newest.ID))
	must(t, db.MarkRead(t.Context(), "wang", newest.ID))
	same(t, "unread", inbox(true, "").Items[0].Seq, 5)
	if inbox(false, "").Items[0].ReadAt == nil {
		t.Error("not marked as read")
	}
	if err := db.MarkRead(t.Context(), "zhao", newest.ID); !errors.Is(err, ErrNotFound) {
		t.Errorf("somebody else's notice: %v", err)
	}
}

// N3: the complainant sees what they were told, and nothing of what staff were told.
func TestN3ComplainantNotices(t *testing.T) {
	db := fresh(t)
	db.Mail = true
	seedStaff(t, db)
	record(t, db, sample("TS-1"))
	record(t, db, sample("TS-2"))
	notices, err := db.ComplainantNotices(t.Context(), "TS-1", 0)
	must(t, err)
	if len(notices) != 1 || notices[0].Template != "acknowledged" || notices[0].Number != "TS-1" || notices[0].Args["stage"] != "registered" {
		t.Errorf("got %+v", notices)
	}
}

func TestNoticesPageByPage(t *testing.T) {
	db := fresh(t)
	seedStaff(t, db)
	record(t, db, sample("TS-1"))
	var seen []string
	for cursor := ""; ; {
		page, err := db.Notices(t.Context(), "TS-1", cursor, 2)
		must(t, err)
		for _, n := range page.Items {
			seen = append(seen, n.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	same(t, "seen", seen, []string{"TS-1/1/acknowledged/complainant/console", "TS-1/1/new-complaint/wang/console", "TS-1/1/new-complaint/zhao/console"})
}

// Q2: tried again while the channel is down, sent once, shown as failed when given up.
func TestQ2Outbox(t *testing.T) {
	db := fresh(t)
	db.Mail = true
	seedStaff(t, db)
	record(t, db, sample("TS-1"))
	var claimed []procedure.Delivery
	for attempt := 1; attempt <= 2; attempt++ {
		var err error
		claimed, err = db.Claim(t.Context(), "TS-1")
		must(t, err)
		if len(claimed) != 2 || claimed[0].Attempts != attempt || claimed[1].Attempts != attempt {
			t.Fatalf("attempt %d: %+v", attempt, claimed)
		}
		must(t, db.Failed(t.Context(), claimed[0].ID, "unreachable", false))
	}
	must(t, db.Sent(t.Context(), claimed[0].ID))
	must(t, db.Failed(t.Context(), claimed[1].ID, "smtp_550", true))
	must(t, db.Failed(t.Context(), claimed[0].ID, "late", true)) // what was sent stays sent
	again, err := db.Claim(t.Context(), "TS-1")
	must(t, err)
	if len(again) != 0 {
		t.Errorf("claimed again: %+v", again)
	}
	page, err := db.Notices(t.Context(), "TS-1", "", 0)
	must(t, err)
	status := map[string]string{}
	for _, n := range page.Items {
		status[n.ID] = n.Status + " " + n.Error
	}
	if status[claimed[0].ID] != "sent " || status[claimed[1].ID] != "failed smtp_550" {
		t.Errorf("got %v", status)
	}
}
