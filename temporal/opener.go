package temporal

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/workflows"
)

// Opener opens cases and gives them commands, for other cases and for schedules. It is what activities know of Temporal.
type Opener struct {
	Client *Client
	// Policy gives what a case of a community carries of the settings; false when nobody knows the community.
	Policy func(community string, now time.Time) (policy.Policy, bool)
	// Title says in the Temporal Web UI what a case is.
	Title func(kind string, drill bool) string
}

// Open opens a case under a number made from the effect's ID: asked again, it finds the one that it opened. A
// *procedure.Refusal says why there will be none.
func (o Opener) Open(ctx context.Context, asked procedure.Asked, wanted procedure.Opening) (string, error) {
	entry, ok := registry.Of(wanted.Kind)
	if !ok {
		return "", procedure.Invalid("unknown_kind", "kind", wanted.Kind)
	}
	p, zone, err := o.community(wanted.Community, asked.At)
	if err != nil {
		return "", err
	}
	p = p.Only(wanted.Kind)
	hash := asked.Hash()
	command := procedure.Command{
		ID: hex.EncodeToString(hash[:16]), Name: workflows.Registering, Actor: people.TheSystem, At: asked.At, Payload: wanted.Register,
	}
	for attempt := range number.Attempts {
		n := number.New(entry.Prefix, asked.At.In(zone), number.Derive(hash, attempt))
		drafted, err := entry.Register(n, p, command, asked.At)
		if err != nil {
			return "", err
		}
		labels := workflows.LabelsOf(drafted.Summary())
		free, err := o.start(ctx, NewCase{Kind: wanted.Kind, Title: o.Title(wanted.Kind, labels.Drill), Labels: labels, Start: workflows.Start{
			Number: n, Policy: p, Register: command, Secret: NewSecret(), KeyHash: hex.EncodeToString(hash[:]),
		}})
		if free || err != nil {
			return n, err
		}
	}
	return "", errors.New("no free number")
}

// First gives the number under which an effect opens a case, unless it is taken.
func (o Opener) First(asked procedure.Asked, kind, community string) (string, error) {
	entry, _ := registry.Of(kind)
	_, zone, err := o.community(community, asked.At)
	if err != nil {
		return "", err
	}
	return number.New(entry.Prefix, asked.At.In(zone), number.Derive(asked.Hash(), 0)), nil
}

func (o Opener) community(id string, at time.Time) (policy.Policy, *time.Location, error) {
	p, ok := o.Policy(id, at)
	if !ok {
		return p, nil, procedure.Invalid("unknown_community", "community", id, "field", "community")
	}
	zone, err := time.LoadLocation(p.Calendar.Zone)
	if err != nil {
		return p, nil, fmt.Errorf("zone of a community: %w", err)
	}
	return p, zone, nil
}

// start starts a case; free is false when its number is another case's.
func (o Opener) start(ctx context.Context, n NewCase) (free bool, err error) {
	err = o.Client.Start(ctx, n)
	if !errors.Is(err, ErrStarted) {
		return err == nil, err
	}
	origin, err := o.Client.Origin(ctx, n.Number)
	return origin.Key == n.KeyHash, err
}

// Give signals a command to a case. One that has ended, or was never there, does not hear it.
func (o Opener) Give(ctx context.Context, number string, command procedure.Command) (heard bool, err error) {
	err = o.Client.Signal(ctx, number, command)
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrEnded) {
		return false, nil
	}
	return err == nil, err
}
