package postgres

import (
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
)

// A11, M5: what is likely the same comes first, with why; what is far away, long ago, of another kind, a
// drill or merged already is not offered.
func TestDuplicatesAreRanked_A11(t *testing.T) {
	db, now := fresh(t), time.Now().UTC().Truncate(time.Second)
	long := now.AddDate(0, -1, 0)
	put := func(number, building, room, place string, change func(*procedure.Summary)) {
		s := procedure.Summary{
			Seq: 1, Community: "yuhu", Category: "leak", Building: building, Room: room, Place: place, What: "滴水",
			Stage: "working", Open: true, RegisteredAt: now,
		}
		if change != nil {
			change(&s)
		}
		_, err := db.Record(t.Context(), procedure.Batch{Number: number, Kind: "complaint", Summary: s})
		must(t, err)
	}
	put("TS-same-room", "3号楼", "1202室", "厨房", nil)
	put("TS-same-place", "4", "101", "3栋大堂吊顶", nil)
	put("TS-near-place", "5", "", "3栋大堂", nil)
	put("TS-same-building", "3", "501", "卧室", func(s *procedure.Summary) { s.Open, s.ClosedAt = false, &now })
	put("TS-far", "9", "101", "车库", nil)
	put("TS-old", "3", "1202", "3栋大堂吊顶", func(s *procedure.Summary) { s.RegisteredAt = long })
	put("TS-noise", "3", "1202", "", func(s *procedure.Summary) { s.Category = "noise" })
	put("TS-drill", "3", "1202", "", func(s *procedure.Summary) { s.Drill = true })
	put("TS-merged", "3", "1202", "", func(s *procedure.Summary) { s.Open, s.Outcome = false, "merged" })
	put("TS-elsewhere", "3", "1202", "", func(s *procedure.Summary) { s.Community = "linjiang" })

	m := Matter{
		Community: "yuhu", Category: "leak", Building: "3栋", Room: "1202", Place: "3栋大堂吊顶", From: now.AddDate(0, 0, -14), Until: now.AddDate(0, 0, 14),
	}
	want := "TS-same-room same_room same_building same_category, TS-same-place same_place same_category, " +
		"TS-near-place near_place same_category, TS-same-building same_building same_category"
	if got := offered(t, db, m); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	m.Building, m.Room, m.Place = "", "", ""
	if got := offered(t, db, m); strings.Count(got, "TS-") != 5 || !strings.Contains(got, "TS-far") {
		t.Errorf("with no place known: %s", got)
	}
	m.Drill = true
	if got := offered(t, db, m); got != "TS-drill same_category" {
		t.Errorf("of a drill: %s", got)
	}
}

func offered(t *testing.T, db *DB, m Matter) string {
	t.Helper()
	found, err := db.Duplicates(t.Context(), m)
	must(t, err)
	var lines []string
	for _, d := range found {
		if d.What != "滴水" {
			t.Errorf("%s says %q", d.Number, d.What)
		}
		line := d.Number
		for _, b := range d.Because {
			line += " " + string(b)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}
