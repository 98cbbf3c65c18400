package workflows

import (
	"fmt"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/registry"
)

// Offline is one case that runs without Temporal, on a clock of the caller's: the same turns and the
// same batches as in a workflow. A year is simulated with it in minutes.
type Offline interface {
	// Give takes one command at a time that no deadline is before, and says what became of it.
	Give(c procedure.Command, now time.Time) *procedure.Refusal
	// Wake lets happen what has fallen due.
	Wake(now time.Time)
	// Due is when something falls due next; false when nothing will.
	Due() (time.Time, bool)
	// Batch takes what has not been recorded yet; false when there is nothing.
	Batch() (procedure.Batch, bool)
	// Effects takes what the case asks for from outside; Answer brings what came of one of them.
	Effects() []procedure.Asked
	Answer(asked procedure.Asked, answer procedure.Answer, now time.Time)
}

// NewOffline opens a case of a kind with its registration.
func NewOffline(kind string, start Start) (Offline, error) {
	k, ok := registry.Of(kind)
	if !ok {
		return nil, fmt.Errorf("no kind of case is called %q", kind)
	}
	start.Register.Name, start.Version = Registering, Version
	r := &run{kind: k, start: start}
	r.Case = k.New(start.Number, start.Policy)
	if refusal := r.apply(start.Register, start.Register.At); refusal != nil {
		return nil, refusal
	}
	return offline{r}, nil
}

type offline struct{ *run }

func (o offline) Give(c procedure.Command, now time.Time) *procedure.Refusal {
	o.inbox = append(o.inbox, c)
	o.turn(now)
	a, _ := o.answered(c.ID)
	return a.Refusal
}

func (o offline) Wake(now time.Time) { o.turn(now) }

func (o offline) Due() (time.Time, bool) {
	due := o.Case.Due()
	if len(due) == 0 {
		return time.Time{}, false
	}
	return due[0].At, true
}

func (o offline) Batch() (procedure.Batch, bool) {
	if o.Unrecorded.empty() {
		return procedure.Batch{}, false
	}
	b := o.batch()
	o.Unrecorded, o.Base = Unrecorded{}, nil
	return b, true
}

func (o offline) Effects() []procedure.Asked {
	asked := o.run.Effects
	o.run.Effects = nil
	return asked
}

func (o offline) Answer(asked procedure.Asked, answer procedure.Answer, now time.Time) {
	if asked.Then != "" {
		o.Give(answerTo(asked, answer, now), now)
	}
}
