// Package remote lets a simulated town act upon the running system, through its API and nothing else, on
// a clock that may run faster than the one on the wall.
package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"path"
	"slices"
	"sync"
	"time"

	"bihuan/sim/client"
	"bihuan/sim/crew"
	"bihuan/sim/town"
)

// Options say where the system is and how fast its town lives.
type Options struct {
	crew.Access
	// From is the town's time at the beginning, and Speed how many of its seconds pass in one. Without them
	// the town's clock is the one on the wall.
	From  time.Time
	Speed float64
	// Communities are where the town is; everywhere when there are none.
	Communities []string
}

// watch is how often the lists are looked through for what happened by itself.
const watch = time.Second

// skew is how far the system's clock may be behind the town's.
const skew = time.Minute

// Office is the running system.
type Office struct {
	Options
	Crew    crew.Crew
	boss    crew.Person // sees every case
	began   time.Time
	watched time.Time
	seen    map[string]string // how each open case stood in the lists, by number
	mu      sync.Mutex
	links   map[string]string // that customers follow, by number; empty where they were told none
	asked   map[string]pages  // of households, by the number of a survey
}

// Open finds out who the tokens belong to, and starts the clock.
func Open(ctx context.Context, o Options) (*Office, error) {
	crew, err := crew.Gather(ctx, o.Access)
	if err != nil {
		return nil, err
	}
	boss, err := crew.HeadOffice()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	if o.From.IsZero() {
		o.From, o.Speed = now, 1
	}
	return &Office{Options: o, Crew: crew, boss: boss, began: now, watched: now, seen: map[string]string{}, links: map[string]string{}, asked: map[string]pages{}}, nil
}

// As gives the access of somebody of the staff, for what they read.
func (o *Office) As(w town.Who) (crew.Person, error) {
	return o.Crew.Find(w.Role, w.Community, w.Department)
}

// Boss is somebody who sees every case.
func (o *Office) Boss() crew.Person { return o.boss }

// Link is what the customer of a case follows, where they were told one.
func (o *Office) Link(number string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.links[number]
}

// Customer gives the access of whoever brought a case: by their link alone.
func (o *Office) Customer(number string) *client.Client {
	who := o.Anybody()
	if link := o.Link(number); link != "" {
		who.Secret = path.Base(link)
	}
	return who
}

// real turns the town's time into that on the wall, and local the other way around.
func (o *Office) real(t time.Time) time.Time {
	return o.began.Add(time.Duration(float64(t.Sub(o.From)) / o.Speed)).UTC().Truncate(time.Millisecond)
}

func (o *Office) local(t time.Time) time.Time {
	return o.From.Add(time.Duration(float64(t.Sub(o.began)) * o.Speed))
}

// known gives a body as the system knows what it speaks of: times and days on its own clock, staff by name.
func (o *Office) known(body town.Fields) (town.Fields, error) {
	var failed error
	turned := body.Turned(func(value any) any {
		switch v := value.(type) {
		case time.Time:
			return o.real(v)
		case town.Day:
			return town.Day(o.real(time.Time(v)).In(o.From.Location()))
		case town.Who:
			somebody, err := o.As(v)
			failed = errors.Join(failed, err)
			return town.Fields{"id": somebody.ID, "name": somebody.Name}
		}
		return value
	})
	return turned, failed
}

// Open takes a case in: staff by their own access, a customer by the public one.
func (o *Office) Open(ctx context.Context, in town.Opening) (string, error) {
	who, to := o.Anybody(), client.KindOf(in.Kind).PublicPath()
	if in.Who.Role != town.TheCustomer {
		staff, err := o.As(in.Who)
		if err != nil {
			return "", err
		}
		who, to = staff.Client, client.KindOf(in.Kind).Path()
	}
	body, err := o.known(in.Body)
	if err != nil {
		return "", err
	}
	var r client.Registration
	if err := refused(who.Send(ctx, to, in.Key, body, &r)); err != nil {
		return "", err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.links[r.Number] = r.TrackingLink
	return r.Number, nil
}

// Give hands a command to a case.
func (o *Office) Give(ctx context.Context, c town.Command) error {
	if c.Name == town.Answers && c.Who.Role == town.TheCustomer {
		return o.fillIn(ctx, c)
	}
	who, to, err := o.access(c)
	if err != nil {
		return err
	}
	body, err := o.known(c.Body)
	if err != nil {
		return err
	}
	return refused(who.Send(ctx, to, c.Key, body, nil))
}

// refused makes the system's no an answer.
func refused(err error) error {
	no := (*client.Problem)(nil)
	switch {
	case !errors.As(err, &no) || no.Status >= http.StatusInternalServerError:
		return err
	case no.Status == http.StatusConflict && no.Code == client.NotAProblem: // a page says it in words
		return &town.Refusal{Code: "conflict"}
	}
	return &town.Refusal{Code: no.Code, Detail: no.Detail}
}

// Read asks what a command names.
func (o *Office) Read(ctx context.Context, c town.Command, into any) error {
	who, err := o.As(c.Who)
	if err != nil {
		return err
	}
	body, err := o.known(c.Body)
	if err != nil {
		return err
	}
	switch c.Name {
	case town.ReadLikely:
		err = who.Send(ctx, client.DuplicatesPath, c.Key, body, into)
	case town.ReadUnanswered:
		err = who.Get(ctx, client.Query(client.CasePath(c.Number)+"/"+c.Name, body), into)
	case town.ReadAnalysis:
		if o.Speed > 1 { // the town's days pass too quickly for dates: what is of today counts too
			body["to"] = town.Day(time.Now().In(o.From.Location()).AddDate(0, 0, 1))
		}
		err = who.Get(ctx, client.Query(client.AnalysisPath, body), into)
	case town.ReadCases:
		err = who.Get(ctx, client.Query(client.ListPath, body), into)
	default:
		err = fmt.Errorf("nobody knows how to read %s", c.Name)
	}
	return refused(err)
}

// access is that of whoever gives a command. Where nobody has the tracking link an agent speaks for the
// customer.
func (o *Office) access(c town.Command) (who *client.Client, path string, err error) {
	if who = o.Customer(c.Number); c.Who.Role == town.TheCustomer && who.Secret != "" {
		return who, client.PublicPath(c.Number) + "/" + c.Name, nil
	}
	if c.Who.Role == town.TheCustomer {
		c.Who.Role = "agent"
	}
	staff, err := o.As(c.Who)
	return staff.Client, client.CommandPath(c.Number, c.Task, c.Name), err
}

// Look reads a case as head office sees it, in the town's time.
func (o *Office) Look(ctx context.Context, number string) (client.Case, error) {
	var c client.Case
	err := o.boss.Get(ctx, client.CasePath(number), &c)
	c.Since = o.local(c.Since)
	for i := range c.Deadlines {
		c.Deadlines[i].Due = o.local(c.Deadlines[i].Due)
	}
	for i := range c.Attempts {
		c.Attempts[i] = o.local(c.Attempts[i])
	}
	if a := c.Appointment; a != nil {
		a.From, a.To = o.local(a.From), o.local(a.To)
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

// row is a case as it stands in a list.
type row struct {
	Number       string    `json:"number"`
	Community    string    `json:"community"`
	Overdue      bool      `json:"overdue"`
	RegisteredAt time.Time `json:"registered_at"`
}

// changed lists the open cases that stand differently than before, those that have closed since, and all that
// are late: an escalation that passes to the next level does not show in a list.
func (o *Office) changed(ctx context.Context) (numbers []string, err error) {
	open := map[string]bool{}
	err = o.list(ctx, "open=true", func(r row, raw string) {
		open[r.Number] = true
		if r.Overdue || o.seen[r.Number] != raw {
			numbers, o.seen[r.Number] = append(numbers, r.Number), raw
		}
	})
	for number := range o.seen {
		if !open[number] && err == nil {
			delete(o.seen, number)
			numbers = append(numbers, number)
		}
	}
	return numbers, err
}

// OnRecord counts how often each case that may be the town's stands in the lists.
func (o *Office) OnRecord(ctx context.Context) (map[string]int, error) {
	times := map[string]int{}
	return times, o.list(ctx, "", func(r row, _ string) { times[r.Number]++ })
}

// list goes through the cases that may be the town's. The newest come first, and what is older than the town is
// not its own.
func (o *Office) list(ctx context.Context, filter string, each func(r row, raw string)) error {
	for cursor := ""; ; {
		var page struct {
			Items []json.RawMessage `json:"items"`
			Next  string            `json:"next"`
		}
		if err := o.boss.Get(ctx, client.ListPath+"?limit=200&"+filter+cursor, &page); err != nil {
			return fmt.Errorf("looking through the list: %w", err)
		}
		for _, raw := range page.Items {
			var r row
			if err := json.Unmarshal(raw, &r); err != nil {
				return err
			}
			if r.RegisteredAt.Before(o.began.Add(-skew)) {
				return nil
			}
			if o.watches(r) {
				each(r, string(raw))
			}
		}
		if page.Next == "" {
			return nil
		}
		cursor = "&cursor=" + page.Next
	}
}

// watches says whether a case may be the town's.
func (o *Office) watches(r row) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, opened := o.links[r.Number]
	here := len(o.Communities) == 0 || slices.Contains(o.Communities, r.Community)
	return opened || here && !r.RegisteredAt.Before(o.began)
}
