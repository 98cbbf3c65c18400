package settings

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/procedure/violation"
)

// shelf keeps versions in memory, while it is up.
type shelf struct {
	down     bool
	versions []postgres.SettingsVersion
	use      postgres.InUse
}

func (s *shelf) err() error {
	if s.down {
		return postgres.ErrDown
	}
	return nil
}

func (s *shelf) NewestSettings(context.Context) (int, error) { return len(s.versions), s.err() }

func (s *shelf) SettingsVersion(_ context.Context, v int) (postgres.SettingsVersion, error) {
	if v < 1 || v > len(s.versions) {
		return postgres.SettingsVersion{}, postgres.ErrNotFound
	}
	return s.versions[v-1], s.err()
}

func (s *shelf) SettingsVersions(context.Context, string, int) (postgres.Page[postgres.SettingsVersion], error) {
	return postgres.Page[postgres.SettingsVersion]{Items: s.versions}, s.err()
}

func (s *shelf) AddSettings(_ context.Context, v postgres.SettingsVersion) error {
	if v.Version != len(s.versions)+1 {
		return postgres.ErrSettingsChanged
	}
	s.versions = append(s.versions, v)
	return s.err()
}

func (s *shelf) SettingsInUse(context.Context) (postgres.InUse, error) { return s.use, s.err() }

var november = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

func open(t *testing.T, s *shelf, cache string) *Current {
	t.Helper()
	c, err := Open(t.Context(), Source{Store: s, Cache: cache, Seeds: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// edit makes one change on the version in force.
func edit(t *testing.T, c *Current, path string, now any) (Report, error) {
	t.Helper()
	v := c.Version()
	return c.Change(t.Context(), Edit{Base: v.Number, Next: with(t, v.Document, path, now), By: people.By{ID: "zhou", Role: people.Admin}, Why: "试行", At: november})
}

func within(t *testing.T, c *Current) time.Duration {
	t.Helper()
	p, ok := c.For("yuhu")
	if !ok {
		t.Fatal("no yuhu")
	}
	return time.Duration(p.Deadlines.Judge.Within)
}

// P1: the file begins the versions; a change is the next one, says who, when, why and what it was, and counts at
// once here and, once asked for, elsewhere.
func TestVersions_P1(t *testing.T) {
	s := &shelf{}
	here, there := open(t, s, ""), open(t, s, "")
	if len(s.versions) != 1 || here.Version().Number != 1 || there.Version().Number != 1 {
		t.Fatalf("begun with %d versions", len(s.versions))
	}
	before, _ := here.For("yuhu")
	if r, err := edit(t, here, "complaint.deadlines.judge.within", "3h"); err != nil || len(r.Faults) > 0 {
		t.Fatal(r, err)
	}
	v := s.versions[1]
	if string(v.Changes) != `[{"path":"complaint.deadlines.judge.within","was":"2h","now":"3h"}]` || v.Staff != "zhou" || v.Role != people.Admin || v.Why != "试行" || !v.At.Equal(november) {
		t.Errorf("kept %s by %s %s: %s", v.Changes, v.Staff, v.Role, v.Why)
	}
	if within(t, here) != 3*time.Hour || within(t, there) != 2*time.Hour {
		t.Error("the change counts in the wrong place")
	}
	if err := there.Refresh(t.Context()); err != nil || within(t, there) != 3*time.Hour {
		t.Errorf("not taken up: %v", err)
	}
	if after, _ := here.For("yuhu"); after.Version == before.Version {
		t.Error("another policy has the same version")
	}
	if r, err := edit(t, here, "complaint.deadlines.judge.within", "3h"); err != nil || len(r.Changes) != 0 || len(s.versions) != 2 {
		t.Errorf("what changes nothing made a version: %v, %v", r, err)
	}
	old, err := here.At(t.Context(), 1)
	if p, _ := old.Settings.For("yuhu"); err != nil || p.Version != before.Version {
		t.Errorf("version 1 is not what it was: %v", err)
	}
}

// P1: of two who change the same version one is told.
func TestTheLoserIsTold_P1(t *testing.T) {
	s := &shelf{}
	here, there := open(t, s, ""), open(t, s, "")
	if _, err := edit(t, here, "complaint.warn_percent", 80.0); err != nil {
		t.Fatal(err)
	}
	if _, err := edit(t, there, "complaint.warn_percent", 70.0); !errors.Is(err, postgres.ErrSettingsChanged) {
		t.Errorf("the loser got %v", err)
	}
}

// A10: with the database down the settings in force stay; after a start without it the last ones known count, else
// the file's, and with the database back the newest again.
func TestWithoutTheDatabase_A10(t *testing.T) {
	s, cache := &shelf{}, filepath.Join(t.TempDir(), "settings.json")
	c := open(t, s, cache)
	if _, err := edit(t, c, "complaint.deadlines.judge.within", "3h"); err != nil {
		t.Fatal(err)
	}
	s.down = true
	if err := c.Refresh(t.Context()); err == nil || within(t, c) != 3*time.Hour {
		t.Errorf("the settings went with the database: %v", err)
	}
	if c := open(t, s, cache); within(t, c) != 3*time.Hour || c.Version().Number != 2 {
		t.Errorf("begun with version %d", c.Version().Number)
	}
	fromFile := open(t, s, "")
	if within(t, fromFile) != 2*time.Hour || fromFile.Version().Number != 0 {
		t.Errorf("begun with version %d", fromFile.Version().Number)
	}
	if _, err := fromFile.Retention(t.Context()); err == nil {
		t.Error("records would be erased by settings that may not be in force") // I5
	}
	s.down = false
	if err := fromFile.Refresh(t.Context()); err != nil || within(t, fromFile) != 3*time.Hour {
		t.Errorf("not taken up again: %v", err)
	}
}

// P1: what an older version lacks is taken from the file, what it has is left alone.
func TestOlderVersionsAreFilledIn_P1(t *testing.T) {
	doc := shipped(t)
	doc = with(t, doc, "complaint.deadlines.reminder", nil)
	doc = with(t, doc, "complaint.deadlines.dispatch.major_owner", nil)
	doc = with(t, doc, "retention", nil)
	doc = with(t, doc, "calendars.cn.years[2026]", nil)
	c := open(t, &shelf{versions: []postgres.SettingsVersion{{Version: 1, Document: doc.JSON()}}}, "")
	p, _ := c.For("yuhu")
	if p.Deadlines.Reminder.Within == 0 || p.Deadlines.Dispatch.MajorOwner != "" || !p.Calendar.Knows(2026) || c.Version().Number != 1 {
		t.Errorf("%+v", p.Deadlines)
	}
}

// P1, H6: a change is refused for a year without days and for a community in use; a category in use is a warning.
func TestWhatIsInUse_P1(t *testing.T) {
	s := &shelf{use: postgres.InUse{Communities: []string{"yuhu"}, Categories: []string{"other"}, Departments: []string{"finance"}}}
	c := open(t, s, "")
	v := c.Version()
	for _, test := range []struct {
		path, fault, warning string
		now                  any
		at                   time.Time
	}{
		{path: "communities[yuhu]", fault: "communities[yuhu]", at: november},
		{path: "complaint.categories[other]", warning: "complaint.categories[other]", at: november},
		{path: "complaint.warn_percent", now: 70.0, warning: "calendars.cn.years", at: november},
		{path: "complaint.warn_percent", now: 70.0, fault: "calendars.cn.years", at: november.AddDate(0, 2, 0)},
	} {
		r, err := c.Check(t.Context(), with(t, v.Document, test.path, test.now), test.at)
		if err != nil {
			t.Fatal(err)
		}
		has := func(all violation.List, path string) bool {
			return path == "" || slices.ContainsFunc(all, func(f violation.Violation) bool { return f.Path == path })
		}
		if !has(r.Faults, test.fault) || !has(r.Warnings, test.warning) || (test.fault == "") != (len(r.Faults) == 0) {
			t.Errorf("%s: faults %v, warnings %v", test.path, r.Faults, r.Warnings)
		}
	}
}
