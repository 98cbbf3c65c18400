package machine

import (
	"encoding/json"
	"fmt"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/policy"
)

// The events that every case may have.
const (
	EvStageEntered = "stage-entered"
	EvContacted    = "contacted"
	EvLinked       = "linked"
	EvLinkFailed   = "link-failed"
	EvEnded        = "ended"
	EvReopened     = "reopened"
	EvArchived     = "archived"
)

// Events lists the events of the desk, of time and of the levels.
var Events = append([]string{EvStageEntered, EvContacted, EvLinked, EvLinkFailed, EvEnded, EvReopened, EvArchived, policy.EvAdopted}, deadline.Events...)

// StageEntered says that a case moved on.
type StageEntered struct {
	Stage Stage `json:"stage"`
	Round int   `json:"round,omitempty"`
}

// Ended is how a case closed.
type Ended struct {
	Outcome string `json:"outcome" keep:"true" tell:"outcome"`
	Reason  string `json:"reason,omitempty" tell:"reason"`
}

// Linked names a case that was opened for this one.
type Linked struct {
	Number string `json:"number"`
}

// LinkFailed says by its code why no case could be opened.
type LinkFailed struct {
	Code string `json:"code" keep:"true"`
}

// Apply lets an event of the desk change the file; it says whether the event was one. Every event counts.
func (f *Case) Apply(b *Book, e procedure.Event) bool {
	f.Seq, f.Last = e.Seq, e.At
	if f.Set.Evolve(f.Terms(b), e) {
		f.decided(e)
		return true
	}
	switch e.Type {
	case EvStageEntered:
		f.enter(b, Data[StageEntered](e).Stage, e)
	case EvContacted:
		f.InTouch(b, e)
	case EvLinked:
		f.Links = append(f.Links, Data[Linked](e).Number)
	case EvLinkFailed:
	case EvEnded:
		f.End(b, Data[Ended](e), e)
	case EvReopened:
		f.Closing, f.Deadlines = nil, nil
	case policy.EvAdopted:
		was := f.Terms(b)
		f.Policy = Data[policy.Adopted](e).Read()
		f.Set.Adopt(was, f.Terms(b), e.At)
	case EvArchived:
		f.Deadlines, f.Stage, f.Since = nil, StageArchived, e.At
	default:
		return false
	}
	return true
}

// Data reads an event's data. Data that cannot be read was not written by a procedure.
func Data[T any](e procedure.Event) T {
	var data T
	if err := json.Unmarshal(e.Data, &data); err != nil {
		panic(fmt.Errorf("event %d %s: %w", e.Seq, e.Type, err))
	}
	return data
}

// Register takes the customer in. A2
func (f *Case) Register(b *Book, c Customer, e procedure.Event) {
	f.Customer, f.TakenBy, f.TakenAt = c, e.By, e.At
	if c.Source != "" {
		f.Links = append(f.Links, c.Source)
	}
	f.InTouch(b, e)
}

// enter moves on: the old stage's clock stops, the new one's starts. H1
func (f *Case) enter(b *Book, stage Stage, e procedure.Event) {
	for _, s := range b.Steps {
		f.Stop(deadline.Key(s.Step, ""))
	}
	f.Stage, f.Since = stage, e.At
	if step, ok := b.Step(stage); ok {
		f.Start(f.Terms(b), step, "", "", e.At)
	}
}

// InTouch restarts the follow-up, where the procedure has one: the customer has just heard from us. E1, E2
func (f *Case) InTouch(b *Book, e procedure.Event) {
	f.Contact = &e.At
	if _, has := b.Limits(f.Policy)[string(StepFollowUp)]; has && f.Stage != StageClosed {
		f.Start(f.Terms(b), StepFollowUp, "", "", e.At)
	}
}

// End closes the case; it can be reopened for a time. G8
func (f *Case) End(b *Book, p Ended, e procedure.Event) {
	f.Closing = &Closing{Outcome: p.Outcome, Reason: p.Reason, At: e.At, From: f.Stage}
	f.Deadlines, f.Stage, f.Since = nil, StageClosed, e.At
	f.Start(f.Terms(b), StepReopen, "", "", e.At)
}

// decided names who handles the case from now on; a deadline of one of its tasks says nothing of the whole. H4
func (f *Case) decided(e procedure.Event) {
	if e.Type != deadline.EvEscalationDecided {
		return
	}
	p := Data[deadline.EscalationDecided](e)
	if d, _ := f.Deadline(p.Key); p.Decision == "approve" && d.Subject == "" {
		by := p.To(e.By)
		f.Handler = &by
	}
}
