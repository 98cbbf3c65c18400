package activities

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// MatterStore remembers who complains of what, and which issue of a matter is open.
type MatterStore interface {
	// ComplaintsOf lists the complaints of a matter that never belonged to an issue, the one that asks first, and
	// counts the households.
	ComplaintsOf(ctx context.Context, asking, community, category string, since time.Time) (numbers []string, households int, err error)
	HolderOf(ctx context.Context, community, category string) (number string, since time.Time, err error)
	// ClaimMatter makes an issue the open one of its matter unless there is one, and gives the one that there is.
	ClaimMatter(ctx context.Context, community, category, number string) (holder string, err error)
	ReleaseMatter(ctx context.Context, number string) error
}

// Numbering knows before a case is opened for an effect which number it will have.
type Numbering interface {
	Cases
	First(asked procedure.Asked, kind, community string) (string, error)
}

// Matters finds whether several households complain of one matter, and sees to it that one issue of it is
// open at a time. J1
type Matters struct {
	Cases Numbering
	Store MatterStore
	// Policy and Subject give a community's settings and a category's name.
	Policy  func(community string) (policy.Policy, bool)
	Subject func(category string) string
}

// Effects are what matters does for cases, by name.
func (m Matters) Effects() map[string]Effect {
	return map[string]Effect{
		complaint.EffectMatch:    m.match,
		collective.EffectClaim:   m.claim,
		collective.EffectRelease: m.release,
	}
}

// abandoned is how long an issue may be claimed and not be there: whoever claimed it is gone.
const abandoned = 10 * time.Minute

// match joins a complaint to the open issue of its matter, or opens one when enough households complain. J1
func (m Matters) match(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var p complaint.Match
	if err := json.Unmarshal(asked.Payload, &p); err != nil {
		return nil, fmt.Errorf("match: %w", err)
	}
	rules, ok := m.Policy(p.Community)
	if !ok || !rules.Finds(p.Category) {
		return nil, nil
	}
	complaints, households, err := m.Store.ComplaintsOf(ctx, asked.Number, p.Community, p.Category, asked.At.Add(-time.Duration(rules.Collective.Within)))
	if err != nil || !slices.Contains(complaints, asked.Number) { // it belongs to an issue, or does not count any more
		return nil, err
	}
	own, err := m.Cases.First(asked, "collective", p.Community)
	if err != nil {
		return nil, err
	}
	holder, since, err := m.Store.HolderOf(ctx, p.Community, p.Category)
	if err == nil && holder == "" && households >= rules.Collective.Households {
		holder, err = m.Store.ClaimMatter(ctx, p.Community, p.Category, own)
		since = time.Now()
	}
	switch {
	case err != nil || holder == "":
		return nil, err
	case holder == own:
		return nil, m.open(ctx, asked, own, p, complaints)
	}
	return nil, m.join(ctx, asked, holder, since)
}

// open opens the issue that was claimed; asked again, it is there already.
func (m Matters) open(ctx context.Context, asked procedure.Asked, own string, p complaint.Match, complaints []string) error {
	register, err := json.Marshal(collective.Register{
		Community: p.Community, Category: p.Category, Subject: m.Subject(p.Category), Complaints: complaints,
	})
	if err != nil {
		return err
	}
	opened, err := m.Cases.Open(ctx, asked, procedure.Opening{Kind: "collective", Community: p.Community, Register: register})
	if err != nil || opened == own {
		return err
	}
	if err := m.Store.ReleaseMatter(ctx, own); err != nil { // the number was taken, once in a million
		return err
	}
	_, err = m.Store.ClaimMatter(ctx, p.Community, p.Category, opened)
	return err
}

// errNotThere asks for another attempt: the issue was claimed a moment ago and is about to be opened.
var errNotThere = notThere{}

type notThere struct{}

func (notThere) Error() string { return "the issue is claimed and not there yet" }
func (notThere) Code() string  { return "issue_not_there" }

// join adds the complaint to an issue: whoever else is free has asked too, or will be found with the next issue.
// One that was claimed long ago and is not there is given up.
func (m Matters) join(ctx context.Context, asked procedure.Asked, issue string, since time.Time) error {
	payload, err := json.Marshal(collective.Join{Complaints: []string{asked.Number}})
	if err != nil {
		return err
	}
	heard, err := m.Cases.Give(ctx, issue, procedure.Command{
		ID: asked.Number + ":" + asked.ID, Name: collective.CmdJoin, Actor: people.TheSystem, At: asked.At, Payload: payload,
	})
	if err != nil || heard {
		return err
	}
	if time.Since(since) > abandoned {
		if err := m.Store.ReleaseMatter(ctx, issue); err != nil {
			return err
		}
	}
	return errNotThere
}

// claim answers which issue of a matter is open: the one that asks, or the one that was there before. J1
func (m Matters) claim(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var p collective.Matter
	if err := json.Unmarshal(asked.Payload, &p); err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	holder, err := m.Store.ClaimMatter(ctx, p.Community, p.Category, asked.Number)
	if err != nil {
		return nil, err
	}
	return json.Marshal(collective.Holder{Number: holder})
}

func (m Matters) release(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	return nil, m.Store.ReleaseMatter(ctx, asked.Number)
}
