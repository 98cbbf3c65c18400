// Package desk is what the API and the pages ask alike: who calls and what they may, registering cases, giving them
// commands and waiting for what becomes of them, reading how they stand. It knows nothing of HTTP.
package desk

import (
	"context"
	"time"

	"bihuan/settings"
)

// Options is what the desk is made of.
type Options struct {
	Engine Engine
	Reader Reader
	// Polls keeps whom surveys ask and what was answered. M1
	Polls    Polls
	Readings ReadingLog
	Settings *settings.Current
	Tracking Tracking
	// Now is the clock.
	Now func() time.Time
	// Wait is how long a command's outcome is waited for before it is answered that it is not known yet.
	Wait time.Duration
}

// DefaultWait is the usual wait for an outcome.
const DefaultWait = 3 * time.Second

// Desk takes cases in, hands them commands, and reads them.
type Desk struct {
	Options
	communities *recent[string] // of cases, by number
	sentences   *recent[string] // of events, by what they are made of
	zones       zones
	database    breaker
}

// communitiesKept is how many cases' communities are kept at hand, in each of two generations.
const communitiesKept = 50_000

// New gives a desk.
func New(o Options) *Desk {
	return &Desk{Options: o, communities: newRecent[string](communitiesKept), sentences: newRecent[string](sentencesKept)}
}

// Tracking makes and checks the secrets of tracking links. A4, N3
type Tracking interface {
	Link(number string) string
	Valid(number, secret string) bool
	Households
}

// Households makes and checks the links by which households answer surveys. M1
type Households interface {
	HouseholdLink(number string, household int) string
	Household(number, token string) (household int, ok bool)
	// Respondent gives the name under which a household's answer is kept.
	Respondent(number string, household int) string
}

// Zone gives the time zone of a case's community, as far as is known.
func (d *Desk) Zone(ctx context.Context, n string) *time.Location {
	community, err := d.Community(ctx, n)
	if err != nil {
		return time.UTC
	}
	return d.ZoneOf(community)
}

// ZoneOf gives the time zone of a community; UTC for one that there is not.
func (d *Desk) ZoneOf(community string) *time.Location {
	if p, ok := d.Settings.For(community); ok {
		if zone, err := d.zones.of(p.Calendar.Zone); err == nil {
			return zone
		}
	}
	return time.UTC
}
