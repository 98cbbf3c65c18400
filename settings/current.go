package settings

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"sync/atomic"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/violation"
)

// Store keeps the versions of the settings.
type Store interface {
	NewestSettings(ctx context.Context) (int, error)
	SettingsVersion(ctx context.Context, version int) (postgres.SettingsVersion, error)
	SettingsVersions(ctx context.Context, cursor string, limit int) (postgres.Page[postgres.SettingsVersion], error)
	AddSettings(ctx context.Context, v postgres.SettingsVersion) error
	SettingsInUse(ctx context.Context) (postgres.InUse, error)
}

// Version is settings with their number; zero is the file's, before there are versions.
type Version struct {
	Number   int
	Document Document
	Settings Settings
}

// Current is the settings in force. It keeps what it has while the database is down: registering needs them and
// the engine, and nothing else. A10
type Current struct {
	now   atomic.Pointer[Version]
	seed  Document
	seeds bool
	store Store
	cache string
	words func(policy.Notices) violation.List
	log   *slog.Logger
}

// Source says where the settings come from.
type Source struct {
	// File begins the versions, and is what counts where the database was never reached; the default one without.
	File string
	// Cache is a file that keeps the settings in force for a start without the database; none without.
	Cache string
	Store Store
	// Seeds says that version 1 is made of the file where there is none.
	Seeds bool
	// Words says what is wrong with words for notices: what becomes settings is checked, what became settings
	// under an older program is not, since the shipped words step in for what cannot be rendered. Q1
	Words func(policy.Notices) violation.List
	Log   *slog.Logger
}

// Fixed gives settings that nobody changes.
func Fixed(s Settings) *Current {
	c := &Current{log: slog.Default()}
	c.now.Store(&Version{Settings: s})
	return c
}

// Open reads the settings in force: the newest version, else, without the database, what it was when this was last
// run, else the file's. P1, A10
func Open(ctx context.Context, from Source) (*Current, error) {
	seed, err := ReadFile(from.File)
	if err != nil {
		return nil, err
	}
	c := &Current{seed: seed, seeds: from.Seeds, store: from.Store, cache: from.Cache, words: from.Words, log: from.Log}
	s, faults := c.build(seed)
	if err := faults.Err(); err != nil {
		return nil, fmt.Errorf("settings %s: %w", from.File, err)
	}
	c.now.Store(&Version{Document: seed, Settings: s})
	if err := c.Refresh(ctx); err != nil {
		c.recall(err)
	} else if from.File != "" && len(Diff(c.Version().Document, seed)) > 0 {
		c.log.Warn("the settings in force are not the file's: it only begins the versions", "file", from.File, "version", c.Version().Number)
	}
	return c, nil
}

// build makes the settings of a document that is to count from now on, the words of notices checked too.
func (c *Current) build(d Document) (Settings, violation.List) {
	s, faults := d.Build()
	if c.words != nil {
		faults.Below("notices", c.words(s.Notices))
	}
	return s, firsts(faults)
}

// newest gives the number of the newest version; where there is none, version 1 is made of the file.
func (c *Current) newest(ctx context.Context) (int, error) {
	newest, err := c.store.NewestSettings(ctx)
	if err != nil || newest > 0 || !c.seeds {
		return newest, err
	}
	err = c.store.AddSettings(ctx, postgres.SettingsVersion{
		Version: 1, At: time.Now().UTC(), Staff: people.TheSystem.ID, Role: people.System, Changes: []byte("[]"), Document: c.seed.JSON(),
	})
	if errors.Is(err, postgres.ErrSettingsChanged) { // another server was first
		err = nil
	}
	return 1, err
}

// recall takes the settings from the cache when the database cannot be asked.
func (c *Current) recall(cause error) {
	kept, err := c.cached()
	if err != nil {
		c.log.Warn("the settings in force cannot be read; the file's count until they can", "cause", cause, "cache", err)
		return
	}
	c.now.Store(&kept)
	c.log.Warn("the settings in force cannot be read; those that were last in force count until they can", "cause", cause, "version", kept.Number)
}

// Keep follows the newest version until the context ends.
func (c *Current) Keep(ctx context.Context, every time.Duration) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
		if err := c.Refresh(ctx); err != nil && ctx.Err() == nil {
			c.log.Warn("settings not refreshed", "cause", err)
		}
	}
}

// Refresh takes up the newest version, when there is one that is not in force yet.
func (c *Current) Refresh(ctx context.Context) error {
	newest, err := c.newest(ctx)
	if err != nil || newest == c.Version().Number {
		return err
	}
	v, err := c.At(ctx, newest)
	if err != nil {
		return err
	}
	c.now.Store(&v)
	return c.keepCache(v)
}

// At gives an earlier version, or the one in force.
func (c *Current) At(ctx context.Context, number int) (Version, error) {
	if now := c.Version(); now.Number == number && number > 0 {
		return now, nil
	}
	stored, err := c.stored(ctx, number)
	if err != nil {
		return Version{}, err
	}
	return c.version(number, stored.Document)
}

func (c *Current) stored(ctx context.Context, number int) (postgres.SettingsVersion, error) {
	if c.store == nil {
		return postgres.SettingsVersion{}, postgres.ErrNotFound
	}
	return c.store.SettingsVersion(ctx, number)
}

// version builds a stored document; what it lacks because it is older than the program is taken from the file.
func (c *Current) version(number int, raw []byte) (Version, error) {
	var doc Document
	if err := doc.UnmarshalJSON(raw); err != nil {
		return Version{}, fmt.Errorf("version %d of the settings: %w", number, err)
	}
	const deadline = 3 // section, list of deadlines, one of them: its own parts may be left out
	seed := maps.Clone(c.seed)
	delete(seed, "notices") // none is what a version says that has taken them away
	doc.fillIn(seed, deadline)
	doc = doc.withCalendars()
	s, faults := doc.Build()
	if err := faults.Err(); err != nil {
		return Version{}, fmt.Errorf("version %d of the settings: %w", number, err)
	}
	return Version{Number: number, Document: doc, Settings: s}, nil
}

// Version gives the settings in force.
func (c *Current) Version() Version { return *c.now.Load() }

// Communities lists the communities in force.
func (c *Current) Communities() []Community { return c.Version().Settings.Communities }

// For gives a community's policy in force, whole.
func (c *Current) For(community string) (policy.Policy, bool) {
	return c.Version().Settings.For(community)
}

// ForCase gives the policy that a new case of a community carries.
func (c *Current) ForCase(community string, now time.Time) (policy.Policy, bool) {
	return c.Version().Settings.ForCase(community, now)
}

// Retention gives how long records are kept, of the newest version for certain: what is erased is gone. I5
func (c *Current) Retention(ctx context.Context) (time.Duration, error) {
	err := c.Refresh(ctx)
	return time.Duration(c.Version().Settings.Retention.Records), err
}

// Names gives display names in a language.
func (c *Current) Names(language string) Names { return c.Version().Settings.Names(language) }

// keepCache writes the settings down for a start without the database.
func (c *Current) keepCache(v Version) error {
	if c.cache == "" {
		return nil
	}
	body := Document{"version": v.Number, "document": map[string]any(v.Document)}.JSON()
	next := c.cache + ".next"
	if err := os.WriteFile(next, body, 0o600); err != nil {
		return fmt.Errorf("settings cache: %w", err)
	}
	return os.Rename(next, c.cache)
}

func (c *Current) cached() (Version, error) {
	if c.cache == "" {
		return Version{}, errors.New("there is none")
	}
	raw, err := os.ReadFile(c.cache)
	if err != nil {
		return Version{}, err
	}
	var kept Document
	if err := kept.UnmarshalJSON(raw); err != nil {
		return Version{}, err
	}
	number, _ := kept["version"].(float64)
	document, _ := kept["document"].(map[string]any)
	return c.version(int(number), Document(document).JSON())
}
