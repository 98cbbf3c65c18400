package main

import (
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"bihuan/activities"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/registry"
	"bihuan/settings"
	"bihuan/sim/client"
	"bihuan/sim/town"
	"bihuan/workflows"
)

// office is the system on a clock of its own.
type office struct {
	settings settings.Settings
	db       *postgres.DB
	recorder *recorder
	reports  *reports
	now      time.Time
	cases    map[string]*file
	touched  []string       // cases that effects changed
	turns    map[string]int // in each pool of a community
	due      schedule
	effect   map[string]activities.Effect // what cases ask for beside other cases, by name
	surveys  *activities.Surveys
	until    time.Time // when the schedule opens no surveys any more
	told     time.Time // when no report is made any more
	answered map[string]map[int]response
}

// file is one case.
type file struct {
	number, community string
	workflows.Offline
	last  procedure.Batch    // as it was recorded last
	heads []hashchain.Anchor // of its chain after each batch, which the record must match
	at    time.Time          // of the deadline that is scheduled
}

// newOffice opens an office whose clock stands at a time, for people who come until another.
func newOffice(ctx context.Context, db *postgres.DB, s settings.Settings, now, until time.Time) *office {
	o := &office{
		settings: s, db: db, recorder: newRecorder(ctx, db), reports: newReports(db, s, now), now: now, until: until,
		told:  latest(until, now.AddDate(1, 0, 0)).AddDate(0, 1, 0),
		cases: map[string]*file{}, turns: map[string]int{}, answered: map[string]map[int]response{},
	}
	o.surveys = o.polling()
	o.effect = o.effectsByName()
	return o
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Open takes a case in.
func (o *office) Open(ctx context.Context, in town.Opening) (string, error) {
	community, _ := in.Body["community"].(string)
	payload, err := json.Marshal(in.Body.Turned(known))
	if err != nil {
		return "", err
	}
	return o.begin(ctx, beginning{
		key: in.Key, kind: in.Kind, community: community, payload: payload,
		actor: func(number string) people.Actor { return actor(in.Who, community, number) },
	})
}

// beginning is a case that is about to be opened, by the town's people or by another case.
type beginning struct {
	key, kind, community string
	payload              json.RawMessage
	actor                func(number string) people.Actor
}

func (o *office) begin(ctx context.Context, b beginning) (string, error) {
	policy, ok := o.settings.ForCase(b.community, o.now)
	entry, known := registry.Of(b.kind)
	if !ok || !known {
		return "", fmt.Errorf("no settings or no procedure for a %q in %q", b.kind, b.community)
	}
	zone, err := time.LoadLocation(policy.Calendar.Zone)
	if err != nil {
		return "", err
	}
	hash := sha256.Sum256([]byte(b.key))
	n := number.New(entry.Prefix, o.now.In(zone), number.Derive(hash, 0))
	for attempt := 1; o.cases[n] != nil; attempt++ {
		n = number.New(entry.Prefix, o.now.In(zone), number.Derive(hash, attempt))
	}
	key := hex.EncodeToString(hash[:])
	opened, err := workflows.NewOffline(b.kind, workflows.Start{
		Number: n, Policy: policy, Secret: key, KeyHash: key, BodyHash: key,
		Register: procedure.Command{ID: b.key, Name: workflows.Registering, Actor: b.actor(n), At: o.now, Payload: b.payload},
	})
	if err != nil {
		return "", err
	}
	f := &file{number: n, community: b.community, Offline: opened}
	o.cases[n] = f
	return n, o.settle(ctx, f)
}

// known turns a member of staff in a body into what the API would be given.
func known(value any) any {
	if w, ok := value.(town.Who); ok {
		s := member(people.Role(w.Role), w.Community, w.Department)
		return town.Fields{"id": s.ID, "name": s.Name}
	}
	return value
}

// actor is the person who acts, as the API would have it from their token.
func actor(w town.Who, community, number string) people.Actor {
	if w.Role == string(people.Complainant) {
		return people.Actor{ID: number, Roles: []people.Role{people.Complainant}}
	}
	s := member(people.Role(w.Role), community, w.Department)
	return people.Actor{ID: s.ID, Name: s.Name, Roles: s.Roles, Communities: s.Communities, Department: s.Department}
}

// Give hands a command to a case.
func (o *office) Give(ctx context.Context, c town.Command) error {
	if c.Name == town.Answers {
		return o.takeAnswer(ctx, c)
	}
	f := o.cases[c.Number]
	if c.Task != "" {
		c.Body["task"] = c.Task
	}
	payload, err := json.Marshal(c.Body.Turned(known))
	if err != nil {
		return err
	}
	refusal := f.Give(procedure.Command{ID: c.Key, Name: c.Name, Actor: actor(c.Who, f.community, c.Number), At: o.now, Payload: payload}, o.now)
	if err := o.settle(ctx, f); err != nil {
		return err
	}
	if refusal != nil {
		return &town.Refusal{Code: refusal.Code}
	}
	return nil
}

// settle records what a turn left, does the effects that follow from it, and schedules the next deadline.
func (o *office) settle(ctx context.Context, f *file) error {
	if b, ok := f.Batch(); ok {
		f.last = b
		if n := len(b.Events); n > 0 {
			f.heads = append(f.heads, hashchain.Anchor{Seq: b.Events[n-1].Seq, Head: b.Events[n-1].Hash})
		}
		if err := o.recorder.record(b); err != nil {
			return err
		}
	}
	if err := o.effects(ctx, f); err != nil {
		return err
	}
	at, ok := f.Due()
	if !ok || at.Equal(f.at) {
		return nil
	}
	f.at = at
	heap.Push(&o.due, alarm{at: at, file: f})
	return nil
}

// Look shows a case as the API does.
func (o *office) Look(_ context.Context, n string) (client.Case, error) {
	var c client.Case
	b := o.cases[n].last
	shown := map[string]any{}
	if err := json.Unmarshal(b.State, &shown); err != nil {
		return c, err
	}
	shown["escalations"] = shown["escalated"]
	shown["deadlines"], shown["open"], shown["overdue"] = b.Summary.Deadlines, b.Summary.Open, b.Summary.Overdue
	raw, err := json.Marshal(shown)
	if err == nil {
		err = json.Unmarshal(raw, &c)
	}
	return c, err
}

// Wait moves the clock on to the next deadline of any case, or to the time that is waited for, and makes
// the reports of the mornings on the way.
func (o *office) Wait(ctx context.Context, until time.Time) (time.Time, []string, error) {
	for next := o.next(until); len(o.touched) == 0 && !o.reports.next.After(next); {
		if err := o.morning(ctx); err != nil {
			return o.now, nil, err
		}
	}
	if changed := o.touched; len(changed) > 0 {
		o.touched = nil
		return o.now, changed, nil
	}
	for len(o.due) > 0 && !o.due[0].at.After(until) {
		a := heap.Pop(&o.due).(alarm)
		if !a.at.Equal(a.file.at) { // moved or met since
			continue
		}
		o.now, a.file.at = a.at, time.Time{}
		a.file.Wake(o.now)
		return o.now, []string{a.file.number}, o.settle(ctx, a.file)
	}
	o.now = until
	return o.now, nil, ctx.Err()
}

// morning makes the reports that are due, and opens the surveys that the schedule has for the month. I4, G7, M1
func (o *office) morning(ctx context.Context) error {
	at := o.reports.next
	if at.After(o.told) { // the last month is told of
		o.reports.next = at.AddDate(0, 0, 1)
		return nil
	}
	o.recorder.drain()
	if err := o.reports.make(ctx); err != nil || !at.Before(o.until) {
		return err
	}
	due, err := o.surveys.ListDueSurveys(ctx, at)
	for _, d := range due {
		o.now = at
		if _, err := o.surveys.OpenSurvey(ctx, d); err != nil {
			return err
		}
	}
	return err
}

// next gives when a deadline falls due next, or a time before it.
func (o *office) next(until time.Time) time.Time {
	if len(o.due) > 0 && o.due[0].at.Before(until) {
		return o.due[0].at
	}
	return until
}

// heads is what the office remembers of a case's chain.
func (o *office) heads(number string) []hashchain.Anchor {
	if f := o.cases[number]; f != nil {
		return f.heads
	}
	return nil
}

// close waits until everything is recorded.
func (o *office) close() error { return o.recorder.close() }

// alarm is when something falls due in a case.
type alarm struct {
	at   time.Time
	file *file
}

// schedule is a heap of alarms, the earliest first; at one moment those of lower numbers.
type schedule []alarm

func (s schedule) Len() int { return len(s) }
func (s schedule) Less(a, b int) bool {
	if !s[a].at.Equal(s[b].at) {
		return s[a].at.Before(s[b].at)
	}
	return s[a].file.number < s[b].file.number
}
func (s schedule) Swap(a, b int) { s[a], s[b] = s[b], s[a] }
func (s *schedule) Push(x any)   { *s = append(*s, x.(alarm)) }
func (s *schedule) Pop() any {
	old := *s
	last := old[len(old)-1]
	*s = old[:len(old)-1]
	return last
}
