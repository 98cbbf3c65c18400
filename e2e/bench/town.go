package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"gopkg.in/yaml.v3"

	"bihuan/dev/stack"
	"bihuan/e2e/system"
	"bihuan/sim/crew"
	"bihuan/sim/pace"
	"bihuan/sim/remote"
	"bihuan/sim/town"
)

// towns are where the simulated people live, a play in each: not where everything else of the bench happens, whose
// complaints would become theirs.
var towns = []string{"linjiang", "cuihu"}

// townAtWork has simulated people bring and handle cases through the API at a pace, then has bare workflows take
// as many starts and signals at the same moments, by turns.
func (b *bench) townAtWork(ctx context.Context, r *results) (err error) {
	if b.cases == 0 {
		return nil
	}
	restore, err := b.hurry(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, restore(context.WithoutCancel(ctx))) }()
	w := &r.town
	w.report = town.NewReport()
	before := b.cpu()
	for round := range b.rounds {
		deeds, err := b.live(ctx, w, round)
		if err != nil {
			return err
		}
		if err := b.recorded(ctx); err != nil {
			return err
		}
		w.add(deeds)
		if err := b.replay(ctx, w, round, deeds); err != nil {
			return err
		}
	}
	r.usage = append(r.usage, b.used("a town at work", before))
	for event, into := range map[string]*int{"deadline-breached": &w.missed, "escalation-raised": &w.escalated} {
		if *into, err = b.count(ctx, "SELECT count(*) FROM events JOIN cases USING (number) WHERE type = $1 AND community = ANY($2)", event, towns); err != nil {
			return err
		}
	}
	return nil
}

// hurry puts settings in force in which every deadline is as much shorter as the town is faster, and gives back
// what puts the others in force again.
func (b *bench) hurry(ctx context.Context) (restore func(context.Context) error, err error) {
	root, err := stack.Root()
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(root, "settings", "default.yaml"))
	if err != nil {
		return nil, err
	}
	short, err := pace.Settings(text, b.speed)
	if err != nil {
		return nil, err
	}
	var document map[string]any
	if err := yaml.Unmarshal(short, &document); err != nil {
		return nil, err
	}
	const at = "/api/v1/settings/"
	admin := b.As("admin")
	var now struct{ Version int }
	a, err := admin.Do(ctx, http.MethodGet, at+"document", nil)
	if err = errors.Join(wanted(a, err, http.StatusOK), json.Unmarshal(a.Body, &now)); err != nil {
		return nil, err
	}
	a, err = admin.Do(ctx, http.MethodPut, at+"document", system.M{"document": document, "why": "a town at work"}, "If-Match", fmt.Sprint(now.Version))
	return func(ctx context.Context) error {
		a, err := admin.Do(ctx, http.MethodPost, fmt.Sprintf("%sversions/%d/restore", at, now.Version), system.M{"why": "the town has gone"}, "If-Match", fmt.Sprint(now.Version+1))
		return wanted(a, err, http.StatusOK)
	}, wanted(a, err, http.StatusOK)
}

// live plays a day in every town at once, and gives what people did.
func (b *bench) live(ctx context.Context, w *working, round int) ([]deed, error) {
	meters, failed := make([]*meter, len(towns)), make([]error, len(towns))
	reports := make([]*town.Report, len(towns))
	began := time.Now()
	var all sync.WaitGroup
	for i, community := range towns {
		s, err := b.day(community, i, round)
		if err != nil {
			return nil, err
		}
		access := crew.Access{Server: b.URL, Tokens: b.TokensFile(), Trouble: b.trouble}
		office, err := remote.Open(ctx, remote.Options{Access: access, From: s.From, Speed: b.speed, Communities: s.Communities})
		if err != nil {
			return nil, err
		}
		meters[i], reports[i] = &meter{Office: office, began: began}, town.NewReport()
		p := town.Play{
			Scenario: s, Office: meters[i], Report: reports[i], Run: b.name("town-"+community, round, 0), Callers: max(1, b.callers/len(towns)), UntilClosed: true,
		}
		all.Go(func() { failed[i] = p.Play(ctx) })
	}
	all.Wait()
	w.took += time.Since(began)
	var deeds []deed
	for i := range towns {
		deeds = append(deeds, meters[i].deeds...)
		w.report.Add(reports[i])
	}
	slices.SortFunc(deeds, func(a, b deed) int { return int(a.at - b.at) })
	return deeds, errors.Join(failed...)
}

// day is one day of a town, and a few more for what came up.
func (b *bench) day(community string, place, round int) (town.Scenario, error) {
	s, err := town.Load("")
	if err != nil {
		return s, err
	}
	sum := 0.0
	for i := range towns {
		sum += math.Pow(float64(i+1), -s.Steepness)
	}
	s.ADay = float64(b.cases) * math.Pow(float64(place+1), -s.Steepness) / sum
	s.Communities, s.Days, s.Tail = []string{community}, 1, 4*24*time.Hour
	s.Seed += uint64(round*len(towns) + place)
	return s, nil
}

// replay has bare workflows take a start for every case and a signal with its query for every command, at the
// moments at which people did what they did, with as many callers.
func (b *bench) replay(ctx context.Context, w *working, round int, deeds []deed) error {
	lanes := map[string][]deed{}
	for _, d := range deeds {
		lanes[d.number] = append(lanes[d.number], d)
	}
	slots, began := make(chan struct{}, b.callers), time.Now()
	var all sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for number, lane := range lanes {
		all.Go(func() {
			id, signals := b.name("town-"+number, round, 0), 0
			for i, d := range lane {
				if sleep := time.Until(began.Add(d.at)); sleep > 0 {
					time.Sleep(sleep)
				}
				slots <- struct{}{}
				begun, into, err := time.Now(), &w.signalled, error(nil)
				if i == 0 { // one that another case opened has to be started too
					into, err = &w.started, b.startBareOne(ctx, id, Signalled)
				}
				if !d.opens && err == nil {
					signals++
					err = b.signal(ctx, id, signals)
				}
				took := time.Since(begun)
				<-slots
				mu.Lock()
				into.times, failed = append(into.times, took), errors.Join(failed, err)
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	all.Wait()
	return errors.Join(failed, b.bareIdle(ctx))
}
