// Package remote lets a simulated town act upon the running system, through its API and nothing else, on
// a clock that may run faster than the one on the wall.
package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"sync"
	"time"

	"bihuan/sim/client"
	"bihuan/sim/town"
)

// Options say where the system is and how fast its town lives.
type Options struct {
	Server string
	Tokens string // the file with the staff's tokens
	// From is the town's time at the beginning, and Speed how many of its seconds pass in one.
	From  time.Time
	Speed float64
	// Trouble hears of every failure that is tried again; may be nil.
	Trouble func(error)
}

// watch is how often the lists are looked through for what happened by itself.
const watch = time.Second

// Office is the running system.
type Office struct {
	Options
	crew    crew
	began   time.Time
	watched time.Time
	seen    map[string]string // how each open case stood in the lists, by number
	mu      sync.Mutex
	secrets map[string]string // of the tracking links, by number
}

// Open finds out who the tokens belong to, and starts the clock.
func Open(ctx context.Context, o Options) (*Office, error) {
	crew, err := gather(ctx, o)
	if err != nil {
		return nil, err
	}
	return &Office{Options: o, crew: crew, began: time.Now(), watched: time.Now(), seen: map[string]string{}, secrets: map[string]string{}}, nil
}

// real turns the town's time into that on the wall, and local the other way around.
func (o *Office) real(t time.Time) time.Time {
	return o.began.Add(time.Duration(float64(t.Sub(o.From)) / o.Speed)).UTC().Truncate(time.Millisecond)
}

func (o *Office) local(t time.Time) time.Time {
	return o.From.Add(time.Duration(float64(t.Sub(o.began)) * o.Speed))
}

// onTheWall gives a body with the times of the system's own clock.
func (o *Office) onTheWall(body town.Fields) town.Fields {
	turned := town.Fields{}
	for name, value := range body {
		switch v := value.(type) {
		case time.Time:
			value = o.real(v)
		case town.Fields:
			value = o.onTheWall(v)
		case []town.Fields:
			list := make([]town.Fields, len(v))
			for i := range v {
				list[i] = o.onTheWall(v[i])
			}
			value = list
		}
		turned[name] = value
	}
	return turned
}

// Open takes a case in: staff by their own access, a customer by the public one.
func (o *Office) Open(ctx context.Context, in town.Opening) (string, error) {
	who, to := o.anybody(), client.KindOf(in.Kind).PublicPath()
	if in.Who.Role != town.TheCustomer {
		var err error
		if who, err = o.crew.find(in.Who); err != nil {
			return "", err
		}
		to = client.KindOf(in.Kind).Path()
	}
	var r client.Registration
	if err := who.Send(ctx, to, in.Key, o.onTheWall(in.Body), &r); err != nil {
		return "", err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.secrets[r.Number] = path.Base(r.TrackingLink)
	return r.Number, nil
}

func (o *Office) anybody() *client.Client {
	return &client.Client{Server: o.Server, Trouble: o.Trouble}
}

// Give hands a command to a case.
func (o *Office) Give(ctx context.Context, c town.Command) error {
	who, to, err := o.access(c)
	if err != nil {
		return err
	}
	err = who.Send(ctx, to, c.Key, o.onTheWall(c.Body), nil)
	var no *client.Problem
	if errors.As(err, &no) && no.Status < 500 {
		return &town.Refusal{Code: no.Code}
	}
	return err
}

// access is that of whoever gives a command. Where nobody has the tracking link an agent speaks for the
// customer.
func (o *Office) access(c town.Command) (who *client.Client, path string, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if secret := o.secrets[c.Number]; c.Who.Role == town.TheCustomer && secret != "" {
		who = o.anybody()
		who.Secret = secret
		return who, client.PublicPath(c.Number) + "/" + c.Name, nil
	}
	if c.Who.Role == town.TheCustomer {
		c.Who.Role = "agent"
	}
	who, err = o.crew.find(c.Who)
	return who, client.CommandPath(c.Number, c.Task, c.Name), err
}

// Look reads a case as its manager sees it, in the town's time.
func (o *Office) Look(ctx context.Context, number string) (client.Case, error) {
	var c client.Case
	err := o.crew.reader().Get(ctx, client.CasePath(number), &c)
	c.Since = o.local(c.Since)
	for i := range c.Deadlines {
		c.Deadlines[i].Due = o.local(c.Deadlines[i].Due)
	}
	for i := range c.Attempts {
		c.Attempts[i] = o.local(c.Attempts[i])
	}
	return c, err
}

// Wait sleeps until a time of the town's, and looks through the lists now and then for what happened
// meanwhile.
func (o *Office) Wait(ctx context.Context, until time.Time) (time.Time, []string, error) {
	for {
		if time.Since(o.watched) >= watch {
			o.watched = time.Now()
			if changed, err := o.changed(ctx); err != nil || len(changed) > 0 {
				return o.local(time.Now()), changed, err
			}
		}
		left := time.Until(o.real(until))
		if left <= 0 {
			return o.local(time.Now()), nil, ctx.Err()
		}
		select {
		case <-ctx.Done():
			return until, nil, ctx.Err()
		case <-time.After(min(left, watch)):
		}
	}
}

// changed lists the open cases that stand differently than before, and all that are late: an escalation
// that passes to the next rung does not show in a list.
func (o *Office) changed(ctx context.Context) ([]string, error) {
	var numbers []string
	for cursor := ""; ; {
		var page struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"next"`
		}
		if err := o.crew.reader().Get(ctx, client.ListPath+"?open=true&limit=200"+cursor, &page); err != nil {
			return nil, fmt.Errorf("looking through the list: %w", err)
		}
		for _, raw := range page.Items {
			var row struct {
				Number  string `json:"number"`
				Overdue bool   `json:"overdue"`
			}
			if err := json.Unmarshal(raw, &row); err != nil {
				return nil, err
			}
			if row.Overdue || o.seen[row.Number] != string(raw) {
				numbers, o.seen[row.Number] = append(numbers, row.Number), string(raw)
			}
		}
		if page.Next == "" {
			return numbers, nil
		}
		cursor = "&cursor=" + page.Next
	}
}
