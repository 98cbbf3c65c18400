package main

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// load is what so many callers did at once.
type load struct {
	done  int
	took  time.Duration
	times []time.Duration // of each, sorted
}

// hammer has callers do n things as fast as they go.
func hammer(ctx context.Context, n, callers int, do func(ctx context.Context, i int) error) (load, error) {
	l := load{done: n, times: make([]time.Duration, n)}
	var next atomic.Int64
	var all sync.WaitGroup
	failed := make([]error, callers)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := time.Now()
	for c := range callers {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				began := time.Now()
				if failed[c] = do(ctx, i); failed[c] != nil {
					cancel()
					return
				}
				l.times[i] = time.Since(began)
			}
		})
	}
	all.Wait()
	l.took = time.Since(start)
	slices.Sort(l.times)
	return l, errors.Join(failed...)
}

// add joins the rounds of one measurement.
func (l load) add(other load) load {
	l.done, l.took = l.done+other.done, l.took+other.took
	l.times = append(l.times, other.times...)
	slices.Sort(l.times)
	return l
}

func (l load) perSecond() float64 { return float64(l.done) / l.took.Seconds() }

// percentile gives the time within which so many of a hundred were done.
func (l load) percentile(p int) time.Duration {
	return l.times[min(len(l.times)*p/100, len(l.times)-1)]
}
