package settings

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/procedure/violation"
)

// Report says what a change would do, and what stands against it.
type Report struct {
	Changes []Change
	Faults  violation.List
	// Warnings do not stand against it.
	Warnings violation.List
}

// Check looks at what the settings are to become, as a whole; nothing is saved.
func (c *Current) Check(ctx context.Context, next Document, now time.Time) (Report, error) {
	next = next.withCalendars()
	s, faults := c.build(next)
	r := Report{Changes: Diff(c.Version().Document, next), Faults: faults}
	r.years(s, now)
	if c.store == nil {
		return r, nil
	}
	use, err := c.store.SettingsInUse(ctx)
	r.inUse(s, use)
	return r, err
}

// years sees to it that working time can be counted: this year's days must be known, and next year's soon. H6
func (r *Report) years(s Settings, now time.Time) {
	const published = time.November // when the next year's days are announced
	for _, name := range slices.Sorted(maps.Keys(s.calendars)) {
		path := "calendars." + name + ".years"
		if !s.calendars[name].Knows(now.Year()) {
			r.Faults.Add(path, "year_missing", "year", strconv.Itoa(now.Year()))
		}
		if now.Month() >= published && !s.calendars[name].Knows(now.Year()+1) {
			r.Warnings.Add(path, "year_missing", "year", strconv.Itoa(now.Year()+1))
		}
	}
}

// inUse compares with what open cases use. They keep their own settings, so what is gone only keeps them from
// being moved; a community is needed to show them at all.
func (r *Report) inUse(s Settings, use postgres.InUse) {
	for _, id := range use.Communities {
		if _, ok := s.For(id); !ok {
			r.Faults.Add("communities["+id+"]", "in_use")
		}
	}
	shared := s.Names("").any()
	for _, id := range use.Categories {
		if _, ok := shared.Category(id); !ok {
			r.Warnings.Add("complaint.categories["+id+"]", "in_use_still")
		}
	}
	for _, id := range use.Departments {
		if _, ok := shared.Department(id); !ok {
			r.Warnings.Add("complaint.departments["+id+"]", "in_use_still")
		}
	}
}

// Edit is somebody's change of the settings.
type Edit struct {
	// Base is the version that they looked at.
	Base int
	Next Document
	By   people.By
	Why  string
	At   time.Time
}

// Change saves what the settings are to become as the next version, unless a fault stands against it or somebody
// else was faster (postgres.ErrSettingsChanged). What changes nothing makes no version. P1
func (c *Current) Change(ctx context.Context, e Edit) (Report, error) {
	if err := c.Refresh(ctx); err != nil {
		return Report{}, err
	}
	if c.Version().Number != e.Base {
		return Report{}, postgres.ErrSettingsChanged
	}
	r, err := c.Check(ctx, e.Next, e.At)
	if err != nil || len(r.Faults) > 0 || len(r.Changes) == 0 {
		return r, err
	}
	changes, err := json.Marshal(r.Changes)
	if err != nil {
		return r, err
	}
	err = c.store.AddSettings(ctx, postgres.SettingsVersion{
		Version: e.Base + 1, At: e.At, Staff: e.By.ID, Role: e.By.Role, Why: e.Why, Changes: changes, Document: e.Next.withCalendars().JSON(),
	})
	if err != nil {
		return r, err
	}
	return r, c.Refresh(ctx)
}

// History lists the versions, the newest first.
func (c *Current) History(ctx context.Context, cursor string, limit int) (postgres.Page[postgres.SettingsVersion], error) {
	if c.store == nil {
		return postgres.Page[postgres.SettingsVersion]{}, nil
	}
	return c.store.SettingsVersions(ctx, cursor, limit)
}

// Stored gives one version as it was saved, and who saved it.
func (c *Current) Stored(ctx context.Context, number int) (postgres.SettingsVersion, error) {
	return c.stored(ctx, number)
}
