package e2e_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"bihuan/e2e/system"
)

type row struct {
	Number, Stage, Nature, Urgency, Category, Community string
	Open, Overdue                                       bool
}

// list reads every page of a list, each as small as asked for.
func list(t *testing.T, who, query, limit string) []row {
	t.Helper()
	var all []row
	for cursor := ""; ; {
		var page struct {
			Items []row
			Next  string
		}
		get(t, bihuan.As(who), "/api/v1/complaints?limit="+limit+query+cursor, &page)
		all = append(all, page.Items...)
		if page.Next == "" {
			return all
		}
		cursor = "&cursor=" + url.QueryEscape(page.Next)
	}
}

func numbers(rows []row) []string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Number)
	}
	return all
}

// TestListFindsWhatIsAskedFor searches for words of one, two and more characters, names, numbers and
// phones, filters, and pages without losing or repeating a row. N1
func TestListFindsWhatIsAskedFor(t *testing.T) {
	leak := play(t, system.Complaint(M{"what": "地下车库渗漏严重", "name": "欧阳朔", "phone": "13912345678", "category": "facility.leak"}), system.Judged...)
	noise := play(t, system.Complaint(M{"what": "Loud Karaoke at night", "category": "environment.noise"}))
	for _, c := range []struct {
		query string
		finds string
		hides string
	}{
		{"&q=" + url.QueryEscape("渗漏"), leak.Number, noise.Number},
		{"&q=" + url.QueryEscape("漏"), leak.Number, noise.Number},
		{"&q=" + url.QueryEscape("车库渗漏"), leak.Number, noise.Number},
		{"&q=" + url.QueryEscape("欧阳"), leak.Number, noise.Number},
		{"&q=13912345678", leak.Number, noise.Number},
		{"&q=karaoke", noise.Number, leak.Number},
		{"&q=" + noise.Number, noise.Number, leak.Number},
		{"&category=facility.leak", leak.Number, noise.Number},
		{"&stage=dispatching&nature=valid", leak.Number, noise.Number},
		{"&stage=registered", noise.Number, leak.Number},
		{"&urgency=normal", noise.Number, leak.Number},
		{"&owner=agent&open=true&overdue=false&community=yuhu", noise.Number, ""},
	} {
		found := numbers(list(t, "agent", c.query, "200"))
		if !slices.Contains(found, c.finds) || slices.Contains(found, c.hides) {
			t.Errorf("%s finds %v; want %s and not %s", c.query, found, c.finds, c.hides)
		}
	}
	paged, whole := numbers(list(t, "agent", "", "2")), numbers(list(t, "agent", "", "200"))
	if !slices.Equal(paged, whole) || len(slices.Compact(slices.Sorted(slices.Values(paged)))) != len(paged) {
		t.Errorf("pages of 2 give %v, one page gives %v", paged, whole)
	}
}

// TestWorklistShowsRunningDeadlines lists the follow-up that falls due a day after registration, and a
// contact moves it. E1 E2 H1
func TestWorklistShowsRunningDeadlines(t *testing.T) {
	r := play(t, system.Complaint(nil))
	before := followUp(t, r.Number)
	if in := time.Until(before); in < 23*time.Hour || in > 24*time.Hour {
		t.Errorf("the follow-up is due in %s", in)
	}
	must(t, bihuan.Continue(t.Context(), r.Number, system.Step{Who: "agent", Command: "contact", With: M{"channel": "hotline", "said": "已告知进展"}}))
	if after := followUp(t, r.Number); !after.After(before) {
		t.Errorf("a contact left the follow-up at %s", after)
	}
}

// item is one line of a worklist.
type item struct {
	Number   string
	Deadline system.Deadline
}

func followUp(t *testing.T, number string) time.Time {
	t.Helper()
	var last time.Time
	for cursor := ""; ; {
		var page struct {
			Items []item
			Next  string
		}
		get(t, bihuan.As("agent"), "/api/v1/worklist?limit=200"+cursor, &page)
		for _, w := range page.Items {
			if w.Deadline.Due.Before(last) {
				t.Error("the worklist is not sorted")
			}
			if last = w.Deadline.Due; w.Number == number && w.Deadline.Step == "follow_up" {
				return last
			}
		}
		if page.Next == "" {
			t.Fatalf("no follow-up of %s in the worklist", number)
		}
		cursor = "&cursor=" + url.QueryEscape(page.Next)
	}
}

// TestSettingsMeAndCounts reads what forms and the first page need. A7
func TestSettingsMeAndCounts(t *testing.T) {
	var me struct{ Roles []string }
	get(t, bihuan.As("gm"), "/api/v1/me", &me)
	if !slices.Equal(me.Roles, []string{"gm"}) {
		t.Errorf("I am %v", me.Roles)
	}
	var settings struct {
		Communities []struct {
			ID                      string
			Categories, Departments []struct{ ID, Name string }
		}
	}
	get(t, bihuan.As("agent").In("en"), "/api/v1/settings", &settings)
	if len(settings.Communities) != 1 || settings.Communities[0].ID != "yuhu" || len(settings.Communities[0].Categories) == 0 || len(settings.Communities[0].Departments) == 0 {
		t.Errorf("the agent's settings are %+v", settings)
	}
	play(t, system.Complaint(nil))
	var counts struct{ Items []stageCount }
	get(t, bihuan.As("manager"), "/api/v1/counts", &counts)
	if !slices.ContainsFunc(counts.Items, func(c stageCount) bool { return c.Stage == "registered" && c.Open > 0 }) {
		t.Errorf("the counts are %+v", counts)
	}
}

type stageCount struct {
	Stage string
	Open  int
}
