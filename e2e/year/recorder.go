package main

import (
	"context"
	"errors"
	"hash/fnv"
	"sync"

	"bihuan/postgres"
	"bihuan/procedure"
)

// writers is how many record at once. One case's batches are always recorded by the same one, in order.
const writers = 8

// recorder records beside the clock, as workflows record beside the loop.
type recorder struct {
	lanes  [writers]chan procedure.Batch
	all    sync.WaitGroup
	under  sync.WaitGroup // batches under way
	mu     sync.Mutex
	failed error
}

func newRecorder(ctx context.Context, db *postgres.DB) *recorder {
	r := &recorder{}
	for i := range r.lanes {
		r.lanes[i] = make(chan procedure.Batch, 64)
		r.all.Go(func() {
			for b := range r.lanes[i] {
				if _, err := db.Record(ctx, b); err != nil {
					r.fail(err)
				}
				r.under.Done()
			}
		})
	}
	return r
}

func (r *recorder) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = errors.Join(r.failed, err)
}

// record hands a batch over; an error is that of an earlier one.
func (r *recorder) record(b procedure.Batch) error {
	lane := fnv.New32a()
	_, _ = lane.Write([]byte(b.Number)) // never fails
	r.under.Add(1)
	r.lanes[lane.Sum32()%writers] <- b
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed
}

// drain waits until everything that was handed over is on record.
func (r *recorder) drain() { r.under.Wait() }

func (r *recorder) close() error {
	for _, lane := range r.lanes {
		close(lane)
	}
	r.all.Wait()
	return r.failed
}
