package activities

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"go.temporal.io/sdk/activity"

	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
)

// Scope says which open cases are meant: those of some communities, or of these some by their numbers.
type Scope struct {
	Communities []string `json:"communities"`
	Numbers     []string `json:"numbers,omitempty"`
}

// Holding is an open case and the settings that it keeps.
type Holding struct {
	Number, Community, Policy string
}

// Move has open cases adopt other settings. P1
type Move struct {
	// Holdings lists open cases of a scope after a number, in the order of their numbers.
	Holdings func(ctx context.Context, s Scope, after string, limit int) ([]Holding, error)
	// Policies gives what a case of a community carries of a version of the settings.
	Policies func(ctx context.Context, version int, now time.Time) (func(community string) (policy.Policy, bool), error)
	// Signal hands a command to a case; one that has ended is no failure.
	Signal func(ctx context.Context, number string, c procedure.Command) error
	Log    *slog.Logger
}

// MoveRequest asks for a page of cases to be moved.
type MoveRequest struct {
	Scope
	Version int          `json:"version"`
	Why     string       `json:"why"`
	By      people.Actor `json:"by"`
	At      time.Time    `json:"at"`
	// ID names the commands, so that a case is moved once however often the page is tried.
	ID    string `json:"id"`
	After string `json:"after,omitempty"`
}

// MovePage says how far a page has come.
type MovePage struct {
	// Last is the last number that was looked at; empty when there are no more.
	Last  string `json:"last,omitempty"`
	Asked int    `json:"asked"`
}

// movesPerPage bounds what one attempt has to repeat.
const movesPerPage = 100

// MoveCases signals every case of a page that does not have the version's settings yet. An attempt that died on the
// way is taken up where it was.
func (m *Move) MoveCases(ctx context.Context, r MoveRequest) (page MovePage, err error) {
	if activity.HasHeartbeatDetails(ctx) {
		if err := activity.GetHeartbeatDetails(ctx, &page); err != nil {
			return page, m.failure(err)
		}
		r.After = page.Last
	}
	of, err := m.Policies(ctx, r.Version, r.At)
	if err != nil {
		return page, m.failure(err)
	}
	held, err := m.Holdings(ctx, r.Scope, r.After, movesPerPage)
	if err != nil {
		return page, m.failure(err)
	}
	page.Last = ""
	for _, h := range held {
		p, ok := of(h.Community)
		kind, _ := registry.OfNumber(h.Number)
		p = p.Adoptable(kind.Name)
		if ok && p.Version != h.Policy {
			if err := m.Signal(ctx, h.Number, r.command(p)); err != nil {
				return page, m.failure(err)
			}
			page.Asked++
		}
		page.Last = h.Number
		activity.RecordHeartbeat(ctx, page)
	}
	return page, nil
}

func (r MoveRequest) command(p policy.Policy) procedure.Command {
	body, err := json.Marshal(policy.Adoption{Policy: p, Settings: r.Version, Reason: r.Why})
	if err != nil {
		panic(err) // a plain value always marshals
	}
	return procedure.Command{ID: r.ID, Name: policy.CmdAdopt, Actor: r.By, At: r.At, Payload: body}
}

func (m *Move) failure(err error) error {
	return (&Activities{Log: m.Log}).failure("move cases", "", err)
}
