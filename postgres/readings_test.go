package postgres

import (
	"errors"
	"testing"
	"time"

	"bihuan/procedure/people"
)

func reading(staff, number, community string) Reading {
	return Reading{
		At: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC), Staff: staff, Role: people.Auditor, What: "unmask", Numbers: []string{number},
		Communities: []string{community}, Reason: "复核", Contacts: people.Clear,
	}
}

// N1, N2: a reading is found by case and by reader, page by page, by whoever keeps the community.
func TestReadingsAreFound_N1_N2(t *testing.T) {
	db := fresh(t)
	for _, r := range []Reading{
		reading("a", "TS-1", "yuhu"), reading("b", "TS-1", "yuhu"), reading("a", "TS-2", "linjiang"),
		{At: time.Now(), Staff: "a", Role: people.Auditor, What: "list-complaints", Communities: []string{people.AllCommunities}},
	} {
		must(t, db.NoteReading(t.Context(), r))
	}
	yuhu, every := []string{"yuhu"}, []string{people.AllCommunities}
	for name, test := range map[string]struct {
		filter ReadingFilter
		want   int
	}{
		"nobody's":      {ReadingFilter{}, 1}, // what reached everywhere is everybody's to know
		"yuhu's":        {ReadingFilter{Communities: yuhu}, 3},
		"everybody's":   {ReadingFilter{Communities: every}, 4},
		"of a case":     {ReadingFilter{Communities: every, Number: "TS-1"}, 2},
		"of a reader":   {ReadingFilter{Communities: every, Staff: "a"}, 3},
		"of both":       {ReadingFilter{Communities: every, Staff: "b", Number: "TS-2"}, 0},
		"of other case": {ReadingFilter{Communities: yuhu, Number: "TS-2"}, 0},
	} {
		found, err := db.Readings(t.Context(), test.filter)
		must(t, err)
		if len(found.Items) != test.want {
			t.Errorf("%s: %d, want %d", name, len(found.Items), test.want)
		}
	}
	first, err := db.Readings(t.Context(), ReadingFilter{Communities: every, Limit: 3})
	must(t, err)
	rest, err := db.Readings(t.Context(), ReadingFilter{Communities: every, Limit: 3, Cursor: first.Next})
	must(t, err)
	if len(first.Items) != 3 || len(rest.Items) != 1 || rest.Next != "" || rest.Items[0].Staff != "a" || rest.Items[0].Reason != "复核" {
		t.Errorf("first %+v\nrest %+v", first, rest)
	}
}

// N2: nobody changes or removes a reading, the database's owner included; erasing takes the reason alone. I5
func TestReadingsAreAppendOnly_N2_I5(t *testing.T) {
	db := fresh(t)
	must(t, db.NoteReading(t.Context(), reading("a", "TS-1", "yuhu")))
	owner := owned(t, db)
	for _, sql := range []string{
		"DELETE FROM readings", "TRUNCATE readings", "UPDATE readings SET staff = 'b'", "UPDATE readings SET reason = 'other'",
		"UPDATE readings SET reason = '', numbers = '{}'",
	} {
		if err := owner.exec(t.Context(), "forge", sql); !errors.Is(err, ErrConflict) {
			t.Errorf("%s: %v", sql, err)
		}
	}
	must(t, owner.exec(t.Context(), "erase", "UPDATE readings SET reason = ''"))
	found, err := db.Readings(t.Context(), ReadingFilter{Communities: []string{"yuhu"}})
	must(t, err)
	if len(found.Items) != 1 || found.Items[0].Reason != "" || found.Items[0].Staff != "a" {
		t.Errorf("%+v", found)
	}
}
