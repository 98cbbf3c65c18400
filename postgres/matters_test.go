package postgres

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"bihuan/procedure"
)

// J1, M5: complaints of one matter count by household; what is invalid, withdrawn, practised or belonged to an
// issue already does not.
func TestHouseholdsOfAMatter_J1(t *testing.T) {
	db, now := fresh(t), time.Now().UTC().Truncate(time.Second)
	long := now.AddDate(0, -2, 0)
	put := func(number string, s procedure.Summary) {
		s.Seq, s.Stage, s.Open = 1, "working", true
		if s.Community == "" {
			s.Community = "yuhu"
		}
		if s.Category == "" {
			s.Category = "leak"
		}
		if s.RegisteredAt.IsZero() {
			s.RegisteredAt = now
		}
		_, err := db.Record(t.Context(), procedure.Batch{Number: number, Kind: "complaint", Summary: s})
		must(t, err)
	}
	put("TS-1", procedure.Summary{Building: "3号楼", Room: "1202室"})
	put("TS-2", procedure.Summary{Building: "3", Room: "1202"}) // the same household
	put("TS-3", procedure.Summary{Building: "4", Room: "101", Outcome: "merged"})
	put("TS-4", procedure.Summary{Phone: "13800000000"})
	put("TS-5", procedure.Summary{Phone: "+86 138 0000 0000"}) // the same caller
	put("TS-invalid", procedure.Summary{Room: "1", Building: "1", Nature: "invalid"})
	put("TS-withdrawn", procedure.Summary{Room: "1", Building: "1", Outcome: "withdrawn"})
	put("TS-drill", procedure.Summary{Room: "1", Building: "1", Drill: true})
	put("TS-old", procedure.Summary{Room: "1", Building: "1", RegisteredAt: long})
	put("TS-noise", procedure.Summary{Room: "1", Building: "1", Category: "noise"})
	put("TS-elsewhere", procedure.Summary{Room: "1", Building: "1", Community: "linjiang"})
	put("TS-joined", procedure.Summary{Room: "1", Building: "1", Issue: "JT-1"})
	numbers, households, err := db.ComplaintsOf(t.Context(), "TS-5", "yuhu", "leak", now.AddDate(0, 0, -30))
	must(t, err)
	if got := strings.Join(numbers, " "); got != "TS-5 TS-1 TS-2 TS-3 TS-4" || households != 3 {
		t.Errorf("%s of %d households", got, households)
	}
	for i := range mostComplaints {
		put(fmt.Sprintf("TS-crowd-%03d", i), procedure.Summary{Building: "9", Room: fmt.Sprint(i), RegisteredAt: now.Add(time.Second)})
	}
	numbers, _, err = db.ComplaintsOf(t.Context(), "TS-crowd-499", "yuhu", "leak", now.AddDate(0, 0, -30))
	must(t, err)
	if got := strings.Join(numbers[:7], " "); len(numbers) != mostComplaints || got != "TS-crowd-499 TS-1 TS-2 TS-3 TS-4 TS-5 TS-crowd-000" {
		t.Errorf("in a crowd of %d the first are %s", len(numbers), got)
	}
}

// J1: however many claim a matter at once, one holds it, until it is given back.
func TestOneHoldsAMatter_J1(t *testing.T) {
	db, ctx := fresh(t), t.Context()
	holders := make([]string, 20)
	var claims sync.WaitGroup
	for i := range holders {
		claims.Go(func() {
			holder, err := db.ClaimMatter(ctx, "yuhu", "leak", fmt.Sprint("JT-", i))
			if err == nil {
				holders[i] = holder
			}
		})
	}
	claims.Wait()
	for _, h := range holders {
		if h == "" || h != holders[0] {
			t.Fatalf("held by %v", holders)
		}
	}
	holder, since, err := db.HolderOf(ctx, "yuhu", "leak")
	if must(t, err); holder != holders[0] || since.IsZero() {
		t.Errorf("held by %s since %s", holder, since)
	}
	must(t, db.ReleaseMatter(ctx, "JT-another"))
	must(t, db.ReleaseMatter(ctx, holder))
	if holder, _, err = db.HolderOf(ctx, "yuhu", "leak"); err != nil || holder != "" {
		t.Errorf("held by %q, %v", holder, err)
	}
}

// J1: an issue that has ended turns away who joins; a complaint that comes before it gave its matter back finds none
// open, and opens the next.
func TestAnEndedIssueHoldsNothing_J1(t *testing.T) {
	db, ctx := fresh(t), t.Context()
	claim := func(number, holds string) {
		t.Helper()
		if holder, err := db.ClaimMatter(ctx, "yuhu", "leak", number); err != nil || holder != holds {
			t.Errorf("%s claims what %s holds, %v", number, holder, err)
		}
	}
	put := func(seq int, open bool) {
		_, err := db.Record(ctx, procedure.Batch{
			Number: "JT-1", Kind: "collective",
			Summary: procedure.Summary{Seq: seq, Community: "yuhu", Stage: "s", Open: open, RegisteredAt: time.Now()},
		})
		must(t, err)
	}
	claim("JT-1", "JT-1")
	put(1, true)
	claim("JT-2", "JT-1")
	put(2, false)
	if holder, _, err := db.HolderOf(ctx, "yuhu", "leak"); err != nil || holder != "" {
		t.Errorf("held by %q, %v", holder, err)
	}
	claim("JT-3", "JT-3")
	must(t, db.ReleaseMatter(ctx, "JT-1"))
	claim("JT-4", "JT-3")
}

// J3, M5: what is announced stands on its community's page, for its time; a drill announces nothing.
func TestAnnouncementsStand_J3(t *testing.T) {
	db, now := fresh(t), time.Now().UTC().Truncate(time.Second)
	put := func(number, community string, drill bool, announcements ...procedure.AnnouncementRow) {
		_, err := db.Record(t.Context(), procedure.Batch{Number: number, Kind: "collective", Summary: procedure.Summary{
			Seq: 1, Community: community, Stage: "closed", RegisteredAt: now, Drill: drill, Announcements: announcements,
		}})
		must(t, err)
	}
	one := func(title string, from, until time.Duration) procedure.AnnouncementRow {
		return procedure.AnnouncementRow{ID: "A1", TitleZh: title, TextZh: "文", From: now.Add(from), Until: now.Add(until)}
	}
	put("JT-1", "yuhu", false, one("旧", -2*time.Hour, time.Hour), one("新", -time.Hour, time.Hour),
		one("将来", time.Hour, 2*time.Hour), one("过期", -2*time.Hour, -time.Hour))
	put("JT-2", "linjiang", false, one("别处", -time.Hour, time.Hour))
	put("JT-3", "yuhu", true, one("演练", -time.Hour, time.Hour))
	put("JT-4", "yuhu", false)
	found, err := db.Announcements(t.Context(), "yuhu", now)
	must(t, err)
	var titles []string
	for _, a := range found {
		titles = append(titles, a.Title.Zh)
	}
	if got := strings.Join(titles, " "); got != "新 旧" {
		t.Errorf("stand: %s", got)
	}
}
