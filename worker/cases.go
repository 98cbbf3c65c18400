package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"

	"bihuan/engine"
	"bihuan/procedure"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/workflows"
)

// cases opens cases and gives them commands, for other cases.
type cases struct {
	temporal *engine.Connection
	settings interface {
		ForCase(community string, now time.Time) (policy.Policy, bool)
	}
}

// Open opens a case under a number made from the effect's ID: asked again, it finds the one that it opened.
func (c cases) Open(ctx context.Context, asked procedure.Asked, o procedure.Opening) (string, error) {
	entry, ok := registry.Of(o.Kind)
	if !ok {
		return "", procedure.Invalid("unknown_kind", "kind", o.Kind)
	}
	p, ok := c.settings.ForCase(o.Community, asked.At)
	if !ok {
		return "", procedure.Invalid("unknown_community", "community", o.Community, "field", "community")
	}
	p = p.Only(o.Kind)
	zone, err := time.LoadLocation(p.Calendar.Zone)
	if err != nil {
		return "", fmt.Errorf("zone of a community: %w", err)
	}
	hash := hashOf(asked)
	command := procedure.Command{ID: hex.EncodeToString(hash[:16]), Name: workflows.Registering, Actor: people.TheSystem, At: asked.At, Payload: o.Register}
	for attempt := range number.Attempts {
		n := number.New(entry.Prefix, asked.At.In(zone), number.Derive(hash, attempt))
		drafted, err := entry.Register(n, p, command, asked.At)
		if err != nil {
			return "", err
		}
		opening := workflows.Opening{Kind: o.Kind, Labels: workflows.LabelsOf(drafted.Summary()), Start: workflows.Start{
			Number: n, Policy: p, Register: command, Secret: workflows.NewSecret(), KeyHash: hex.EncodeToString(hash[:]),
		}}
		if free, err := c.begin(ctx, opening); free || err != nil {
			return n, err
		}
	}
	return "", errors.New("no free number")
}

// First gives the number under which an effect opens a case, unless it is taken.
func (c cases) First(asked procedure.Asked, kind, community string) (string, error) {
	entry, _ := registry.Of(kind)
	p, _ := c.settings.ForCase(community, asked.At)
	zone, err := time.LoadLocation(p.Calendar.Zone)
	if err != nil {
		return "", fmt.Errorf("zone of a community: %w", err)
	}
	return number.New(entry.Prefix, asked.At.In(zone), number.Derive(hashOf(asked), 0)), nil
}

// hashOf tells one effect from another.
func hashOf(asked procedure.Asked) [sha256.Size]byte {
	return sha256.Sum256([]byte(asked.Number + "\x00" + asked.ID))
}

// begin starts a case; free is false when its number is another case's.
func (c cases) begin(ctx context.Context, o workflows.Opening) (free bool, err error) {
	err = workflows.Begin(ctx, c.temporal.Client, o)
	if taken := (*serviceerror.WorkflowExecutionAlreadyStarted)(nil); !errors.As(err, &taken) {
		return err == nil, err
	}
	found, err := c.temporal.DescribeWorkflow(ctx, o.Number, "")
	if err != nil {
		return false, err
	}
	origin, err := workflows.OriginOf(found)
	return origin.Key == o.KeyHash, err
}

// Give signals a command to a case. One that has ended, or was never there, does not hear it.
func (c cases) Give(ctx context.Context, number string, command procedure.Command) (bool, error) {
	err := workflows.Give(ctx, c.temporal.Client, number, command)
	if gone := (*serviceerror.NotFound)(nil); errors.As(err, &gone) {
		return false, nil
	}
	return err == nil, err
}
