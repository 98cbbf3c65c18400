package workflows

import (
	"encoding/json"
	"slices"
	"time"

	"bihuan/activities"
	"bihuan/procedure"
	"bihuan/procedure/machine"
)

// A turn's events are written down before Temporal has the turn. When that turn is then lost (a worker
// killed in just that moment), it is taken anew, perhaps at another time and with more commands, and
// can decide differently from what is on record. The record then stands: it was made by this case from
// the same commands, and people may have read it. Reconciling decides the same commands again in the
// order and at the times that the record shows, checks by hash that this gives exactly what is
// recorded, and goes on from there. Nothing that the case would not decide itself is ever taken over.

// Base is the case as it was last recorded, and what it has decided since.
type Base struct {
	Case  machine.Instance `json:"-"`
	State json.RawMessage  `json:"state"` // of the case, while it is carried
	Head  string           `json:"head"`
	Taken []Taken          `json:"taken"`
}

// Taken is one command that was decided, or one deadline that fell due, and when.
type Taken struct {
	Command procedure.Command `json:"command"`
	At      time.Time         `json:"at"`
	Due     bool              `json:"due,omitempty"` // a deadline's
}

// take remembers what is decided until it is recorded.
func (r *run) take(t Taken) {
	if r.Base == nil {
		r.Base = &Base{Case: r.Case, Head: r.Head}
	}
	r.Base.Taken = append(r.Base.Taken, t)
}

// recorded moves the base on to where the case stood when a batch was gathered.
func (r *run) recorded(then Base) {
	if r.Base == nil {
		return
	}
	then.Taken = slices.Clone(r.Base.Taken[len(then.Taken):])
	if r.Base = &then; r.Unrecorded.empty() {
		r.Base = nil
	}
}

// mark gives the base that recording everything decided so far will lead to.
func (r *run) mark() Base {
	b := Base{Case: r.Case, Head: r.Head}
	if r.Base != nil {
		b.Taken = r.Base.Taken
	}
	return b
}

// reconcile goes back to the base, follows the record, and then decides anew what is not on it. It is
// false, and nothing has changed, when the record is not of this case's own making.
func (r *run) reconcile(record []activities.Placed, now time.Time) bool {
	if r.Base == nil {
		return false
	}
	again := &run{kind: r.kind, start: r.start}
	again.Case, again.Head = r.Base.Case, r.Base.Head
	left := slices.Clone(r.Base.Taken)
	for len(record) > 0 {
		command := record[0].Command
		n := 1
		for n < len(record) && record[n].Command == command {
			n++
		}
		t, ok := again.find(command, left)
		if !ok || again.apply(t.Command, record[0].At) != nil || again.Head != record[n-1].Hash {
			return false
		}
		again.Outcomes = append(again.Outcomes, Answered{Command: command})
		left = slices.DeleteFunc(left, func(l Taken) bool { return l.Command.ID == command })
		record = record[n:]
	}
	r.adopt(again, left, now)
	return true
}

// find gives the command that the record names: one of those decided since the base, or a deadline of
// the case as the record has it.
func (r *run) find(id string, taken []Taken) (Taken, bool) {
	for _, t := range taken {
		if t.Command.ID == id {
			return t, true
		}
	}
	for _, d := range r.Case.Due() {
		if c := r.Case.Issue(d); c.ID == id {
			return Taken{Command: c, Due: true}, true
		}
	}
	return Taken{}, false
}

// adopt makes the reconciled case ours and decides the remaining commands again; deadlines fall due
// again by themselves.
func (r *run) adopt(again *run, left []Taken, now time.Time) {
	r.Effects = slices.DeleteFunc(r.Effects, func(a procedure.Asked) bool { return !r.onRecord(a) })
	r.Effects = append(r.Effects, again.Effects...)
	r.stand(again.Case)
	r.Head, r.Base, r.Unrecorded = again.Head, nil, Unrecorded{}
	for i, a := range r.Outcomes { // what is on record was applied, though this turn may have refused it
		if _, applied := again.answered(a.Command); applied {
			r.Outcomes[i].Refusal = nil
		}
	}
	for _, t := range left {
		if t.Due {
			continue
		}
		r.forget(t.Command.ID)
		r.command(t.Command, r.clamp(t.At, now))
	}
	r.turn(now)
	r.reconciled, r.Undelivered, r.deliver = true, true, true // what the lost turn had to tell may still wait
}
