package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/serviceerror"

	"bihuan/sim/town"
)

// An engine that has too much to do is asked again; whatever else it says is its answer.
func TestAnEngineWithTooMuchToDoIsAskedAgain(t *testing.T) {
	b, asked := &bench{}, 0
	err := b.patiently(t.Context(), func() error {
		if asked++; asked == 1 {
			return serviceerror.NewUnavailable("busy")
		}
		return nil
	})
	if err != nil || asked != 2 || b.again.Load() != 1 {
		t.Errorf("asked %d times, %d of them again: %v", asked, b.again.Load(), err)
	}
	no := errors.New("no")
	if err := b.patiently(t.Context(), func() error { asked++; return no }); err != no || asked != 3 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

// The records are the town's: complete ones and such with gaps, of many categories, and drills all of them.
func TestRecordsAreThoseOfTheTown_M5(t *testing.T) {
	record, err := records()
	if err != nil {
		t.Fatal(err)
	}
	categories := map[any]bool{}
	for i := range 100 {
		body, ok := record(i).(town.Fields)
		if !ok || body["drill"] != true || body["community"] != "yuhu" {
			t.Fatalf("record %d is %v", i, body)
		}
		categories[body["category"]] = true
	}
	if len(categories) < 5 {
		t.Errorf("only %d categories", len(categories))
	}
}

func TestTheBusiestSecondsAreFound(t *testing.T) {
	var w working
	var deeds []deed
	for i := range 20 { // one a second, but for ten at once
		deeds = append(deeds, deed{number: "FW-1", at: time.Duration(i) * time.Second, took: time.Millisecond})
		if i == 10 {
			deeds = append(deeds, make([]deed, 10)...)
			for j := range 10 {
				deeds[11+j] = deed{number: "TS-1", at: 10 * time.Second, took: time.Second}
			}
		}
	}
	w.took, w.report = 20*time.Second, town.NewReport()
	w.add(deeds)
	if w.busiest != 16 { // ten and those of five seconds and the moment that they begin at
		t.Errorf("%d in the busiest seconds", w.busiest)
	}
	w.started.times, w.signalled.times, w.opened.times = []time.Duration{1}, []time.Duration{1}, []time.Duration{1}
	for _, want := range []string{"30 commands in 20 s, 1.5 /s; 3.2 /s in the busiest 5 s", "| complaint | 10 | 1s | 1s |", "| service | 20 | 1ms | 1ms |"} {
		if !strings.Contains(w.String(), want) {
			t.Errorf("no %q in %s", want, w.String())
		}
	}
}
