package main

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"google.golang.org/grpc/codes"

	"bihuan/e2e/system"
	"bihuan/sim/client"
	"bihuan/sim/town"
)

// as gives a member of the demo community's staff, who asks again with the same key while the system is away, as
// every client does.
func (b *bench) as(id string) *client.Client {
	return &client.Client{Server: b.URL, Token: b.As(id).Token, Trouble: b.trouble}
}

// trouble counts what had to be asked again.
func (b *bench) trouble(error) { b.again.Add(1) }

// records are complaints as the town's people bring them to the desk of one community. They are drills, which
// nobody but staff brings and which make no collective issue (M5): each registration is one case and nothing else.
func records() (func(i int) any, error) {
	s, err := town.Load("")
	if err != nil {
		return nil, err
	}
	s.Drill, s.Communities = true, []string{"yuhu"}
	return func(i int) any {
		_, body := s.Bring(town.Customer{Place: uint64(i) + 1, Community: "yuhu", Kind: "complaint"}).Opening(time.Now())
		return body
	}, nil
}

// take registers the complaint that needs no clarifying.
func (b *bench) take(ctx context.Context, key string) (string, error) {
	var r client.Registration
	err := b.as("agent").Send(ctx, client.RegisterPath, key, system.Complaint(nil), &r)
	return r.Number, err
}

// play takes one complaint through steps, each applied before the next.
func (b *bench) play(ctx context.Context, key string, steps ...system.Step) (string, error) {
	number, err := b.take(ctx, key)
	if err != nil {
		return "", err
	}
	for i, step := range steps {
		payload := step.With
		if payload == nil {
			payload = system.M{}
		}
		if err := b.as(step.Who).Send(ctx, client.CommandPath(number, "", step.Command), fmt.Sprint(key, "-", i), payload, nil); err != nil {
			return number, fmt.Errorf("%s: %s: %w", number, step.Command, err)
		}
	}
	return number, nil
}

// patience is how long anything that is waited for may take.
const patience = 10 * time.Minute

// until asks again and again until it is so.
func until(ctx context.Context, so func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		ok, err := so()
		if ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited in vain: %w", ctx.Err())
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// attempts is how often the engine is asked the same at most.
const attempts = 8

// patiently asks the engine again where it has too much to do. What is asked has a name of its own and happens once.
func (b *bench) patiently(ctx context.Context, ask func() error) (err error) {
	for i := range attempts {
		if err = ask(); !overloaded(err) {
			return err
		}
		b.trouble(err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(250 * time.Millisecond << i):
		}
	}
	return err
}

func overloaded(err error) bool {
	switch serviceerror.ToStatus(err).Code() {
	case codes.Unavailable, codes.ResourceExhausted, codes.DeadlineExceeded:
		return true
	}
	return false
}
