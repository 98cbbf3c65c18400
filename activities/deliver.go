package activities

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"

	"bihuan/procedure"
)

const defaultMaxAttempts = 30

// Deliver sends a case's waiting notices, each once. One that fails leaves the others going; while any
// waits, the error asks to be called again. Q2
func (a *Activities) Deliver(ctx context.Context, number string) error {
	for {
		claimed, err := a.Outbox.Claim(ctx, number)
		if err != nil {
			return a.failure("deliver", number, err)
		}
		done, err := a.deliverAll(ctx, claimed)
		if err != nil {
			return a.failure("deliver", number, err)
		}
		if done == 0 {
			return a.waiting(ctx, number)
		}
	}
}

// waiting is nil when nothing waits any more.
func (a *Activities) waiting(ctx context.Context, number string) error {
	pending, err := a.Outbox.Pending(ctx, number)
	if err != nil {
		return a.failure("deliver", number, err)
	}
	if pending == 0 {
		return nil
	}
	return temporal.NewApplicationError(fmt.Sprintf("%d notices wait for their channel", pending), "notices_pending")
}

// deliverAll counts the notices that wait no longer. Its error is the outbox's, never a channel's.
func (a *Activities) deliverAll(ctx context.Context, claimed []procedure.Delivery) (done int, err error) {
	for _, d := range claimed {
		alive(ctx)
		settled, err := a.deliver(ctx, d)
		if err != nil {
			return done, err
		}
		if settled {
			done++
		}
	}
	return done, ctx.Err()
}

// alive tells Temporal that the activity goes on, so that it is soon begun anew where it does not.
func alive(ctx context.Context) {
	if activity.IsActivity(ctx) {
		activity.RecordHeartbeat(ctx)
	}
}

func (a *Activities) deliver(ctx context.Context, d procedure.Delivery) (settled bool, err error) {
	if _, left := a.unmarked.Load(d.ID); !left {
		if err := a.send(ctx, d); err != nil {
			return a.notSent(ctx, d, err)
		}
	}
	a.unmarked.Store(d.ID, nil)
	if err := a.Outbox.Sent(ctx, d.ID); err != nil {
		return false, err
	}
	a.unmarked.Delete(d.ID)
	return true, nil
}

// notSent keeps the reason, and gives up where trying again is pointless or was done often enough.
func (a *Activities) notSent(ctx context.Context, d procedure.Delivery, cause error) (gaveUp bool, err error) {
	var p interface{ Permanent() bool }
	gaveUp = errors.As(cause, &p) && p.Permanent() || d.Attempts >= a.maxAttempts()
	code := code(cause)
	a.logger().Warn("notice not sent", "notice", d.ID, "channel", d.Channel, "attempt", d.Attempts, "code", code, "gave_up", gaveUp)
	return gaveUp, a.Outbox.Failed(ctx, d.ID, code, gaveUp)
}

func (a *Activities) maxAttempts() int {
	if a.MaxAttempts == 0 {
		return defaultMaxAttempts
	}
	return a.MaxAttempts
}

func (a *Activities) send(ctx context.Context, d procedure.Delivery) error {
	channel, ok := a.Channels[d.Channel]
	if !ok {
		return errNoChannel
	}
	args := maps.Clone(d.Args)
	if link := a.linkOf(d); link != "" {
		if args == nil {
			args = map[string]string{}
		}
		args["link"] = link
	}
	subject, body := a.Words.Render(d.Language, d.Template, args, d.Number)
	return channel.Send(ctx, d.ID, d.Address, subject, body)
}

// linkOf gives the link that a notice carries: secrets are in no notice that is kept.
func (a *Activities) linkOf(d procedure.Delivery) string {
	if household, err := strconv.Atoi(d.Args["household"]); err == nil && a.HouseholdLink != nil { // M1
		return a.HouseholdLink(d.Number, household)
	}
	if d.Complainant && a.Link != nil {
		return a.Link(d.Number)
	}
	return ""
}

// errNoChannel waits for a worker that has the channel.
var errNoChannel = noChannel{}

type noChannel struct{}

func (noChannel) Error() string { return "no such channel here" }
func (noChannel) Code() string  { return "no_channel" }
