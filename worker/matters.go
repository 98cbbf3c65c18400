package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"bihuan/activities"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// matters finds whether several households complain of one matter, and sees to it that one issue of it is
// open at a time. J1
type matters struct {
	cases cases
	store interface {
		ComplaintsOf(ctx context.Context, community, category string, since time.Time) ([]postgres.Household, error)
		HolderOf(ctx context.Context, community, category string) (number string, since time.Time, err error)
		ClaimMatter(ctx context.Context, community, category, number string) (holder string, err error)
		ReleaseMatter(ctx context.Context, number string) error
	}
	policyOf func(community string) (policy.Policy, bool)
	subject  func(category string) string
}

// errands are what matters does for cases, by name.
func (m matters) errands() map[string]activities.Errand {
	return map[string]activities.Errand{
		complaint.ErrandMatch:    m.match,
		collective.ErrandClaim:   m.claim,
		collective.ErrandRelease: m.release,
	}
}

// abandoned is how long an issue may be claimed and not be there: whoever claimed it is gone.
const abandoned = 10 * time.Minute

// match joins a complaint to the open issue of its matter, or opens one when enough households complain. J1
func (m matters) match(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var p complaint.Match
	if err := json.Unmarshal(asked.Payload, &p); err != nil {
		return nil, fmt.Errorf("match: %w", err)
	}
	rules, ok := m.policyOf(p.Community)
	if !ok || !rules.Finds(p.Category) {
		return nil, nil
	}
	complaints, err := m.store.ComplaintsOf(ctx, p.Community, p.Category, asked.At.Add(-time.Duration(rules.Collective.Within)))
	if err != nil || len(complaints) == 0 {
		return nil, err
	}
	own, err := m.cases.first(asked, "collective", p.Community)
	if err != nil {
		return nil, err
	}
	holder, since, err := m.store.HolderOf(ctx, p.Community, p.Category)
	if err == nil && holder == "" && postgres.Households(complaints) >= rules.Collective.Households {
		holder, err = m.store.ClaimMatter(ctx, p.Community, p.Category, own)
		since = time.Now()
	}
	switch {
	case err != nil || holder == "":
		return nil, err
	case holder == own:
		return nil, m.open(ctx, asked, own, p, complaints)
	}
	return nil, m.join(ctx, asked, holder, since, complaints)
}

// open opens the issue that was claimed; asked again, it is there already.
func (m matters) open(ctx context.Context, asked procedure.Asked, own string, p complaint.Match, complaints []postgres.Household) error {
	register, err := json.Marshal(collective.Register{
		Community: p.Community, Category: p.Category, Subject: m.subject(p.Category), Complaints: numbersOf(complaints),
	})
	if err != nil {
		return err
	}
	opened, err := m.cases.Open(ctx, asked, procedure.Opening{Kind: "collective", Community: p.Community, Register: register})
	if err != nil || opened == own {
		return err
	}
	if err := m.store.ReleaseMatter(ctx, own); err != nil { // the number was taken, once in a million
		return err
	}
	_, err = m.store.ClaimMatter(ctx, p.Community, p.Category, opened)
	return err
}

// errNotThere asks for another attempt: the issue was claimed a moment ago and is about to be opened.
var errNotThere = errors.New("the issue is claimed and not there yet")

// join adds complaints to an issue. One that was claimed long ago and is not there is given up.
func (m matters) join(ctx context.Context, asked procedure.Asked, issue string, since time.Time, complaints []postgres.Household) error {
	payload, err := json.Marshal(collective.Join{Complaints: numbersOf(complaints)})
	if err != nil {
		return err
	}
	heard, err := m.cases.Give(ctx, issue, procedure.Command{
		ID: asked.Number + ":" + asked.ID, Name: collective.CmdJoin, Actor: people.TheSystem, At: asked.At, Payload: payload,
	})
	if err != nil || heard {
		return err
	}
	if time.Since(since) > abandoned {
		if err := m.store.ReleaseMatter(ctx, issue); err != nil {
			return err
		}
	}
	return errNotThere
}

func numbersOf(complaints []postgres.Household) []string {
	numbers := make([]string, len(complaints))
	for i, c := range complaints {
		numbers[i] = c.Number
	}
	return numbers
}

// claim answers which issue of a matter is open: the one that asks, or the one that was there before. J1
func (m matters) claim(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	var p collective.Matter
	if err := json.Unmarshal(asked.Payload, &p); err != nil {
		return nil, fmt.Errorf("claim: %w", err)
	}
	holder, err := m.store.ClaimMatter(ctx, p.Community, p.Category, asked.Number)
	if err != nil {
		return nil, err
	}
	return json.Marshal(collective.Holder{Number: holder})
}

func (m matters) release(ctx context.Context, asked procedure.Asked) (json.RawMessage, error) {
	return nil, m.store.ReleaseMatter(ctx, asked.Number)
}
