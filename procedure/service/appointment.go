package service

import (
	"strconv"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

func (w Window) equal(o Window) bool { return w.From.Equal(o.From) && w.To.Equal(o.To) }

// tick cuts a window to what is kept.
func (w Window) tick() Window {
	return Window{From: w.From.UTC().Truncate(deadline.Tick), To: w.To.UTC().Truncate(deadline.Tick)}
}

// longestWindow is how long somebody can be asked to wait at home.
const longestWindow = 12 * time.Hour

// farthest is how far ahead an appointment may be.
const farthest = 366 * 24 * time.Hour

// suits refuses a window that is not ahead, or no window; at is the path of the window among what was sent.
func (d *decision) suits(w Window, at string) error {
	switch {
	case w.From.IsZero():
		return machine.Missing(at + "from")
	case w.To.IsZero():
		return machine.Missing(at + "to")
	case !w.From.After(d.Now):
		return procedure.Invalid("appointment_in_past", "field", at+"from")
	case !w.To.After(w.From) || w.To.Sub(w.From) > longestWindow:
		return procedure.Invalid("appointment_no_window", "hours", strconv.Itoa(int(longestWindow/time.Hour)), "field", at+"to")
	case w.To.After(d.Now.Add(farthest)):
		return procedure.Invalid("appointment_too_far", "days", strconv.Itoa(int(farthest/(24*time.Hour))), "field", at+"to")
	}
	return nil
}

// proposable refuses a time that nobody works at, unless it is an emergency or the customer has agreed. L3
func (d *decision) proposable(w Window, agreed bool) error {
	if err := d.suits(w, ""); err != nil {
		return err
	}
	if agreed || d.Emergency() {
		return nil
	}
	worked, err := d.Policy.Calendar.Between(w.From, w.To)
	if err == nil && worked < w.To.Sub(w.From) { // without data for the year nobody knows better
		return procedure.Conflict("appointment_outside_hours", "field", "from", "by", string(sideOf(d.Role())))
	}
	return nil
}

// current refuses what is about an appointment that is no longer the one. Of two who move it at once the
// second is told. L3
func (d *decision) current(version int) error {
	now := 0
	if d.Visit != nil {
		now = d.Visit.Version
	}
	if version != now {
		return procedure.Conflict("appointment_changed", "version", strconv.Itoa(now), "field", "version")
	}
	return nil
}

// appoint proposes a time, or another one than before: who, and why. L3
func (d *decision) appoint(p Appoint) error {
	if err := d.current(p.Version); err != nil {
		return err
	}
	if p.Agreed && sideOf(d.Role()) == Customer {
		p.Agreed = false
	}
	if d.Visit != nil && d.Visit.Agreed && machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	if d.Visit != nil && d.Visit.equal(p.tick()) && d.Stage == StageScheduling {
		return procedure.Conflict("nothing_to_do")
	}
	if err := d.proposable(p.Window, p.Agreed); err != nil {
		return err
	}
	d.propose(p.Window, p.Reason, p.Agreed)
	return nil
}

// propose puts a time forward; where both sides have agreed it stands.
func (d *decision) propose(w Window, reason string, agreed bool) {
	d.Emit(EvProposed, Proposed{Version: d.Visits + 1, Window: w.tick(), By: sideOf(d.Role()), Reason: reason, Agreed: agreed})
	if !agreed {
		machine.Enter(d, StageScheduling)
		return
	}
	d.Emit(EvAgreed, Agree{Version: d.Visits})
	machine.Enter(d, StageScheduled)
}

// agree accepts the time that the other side proposed. L3
func (d *decision) agree(p Agree) error {
	if err := d.current(p.Version); err != nil {
		return err
	}
	if !d.Visit.From.After(d.Now) {
		return procedure.Invalid("appointment_in_past")
	}
	d.Emit(EvAgreed, p)
	machine.Enter(d, StageScheduled)
	return nil
}

// miss records an appointment that was not kept. Missed by us it is overdue from now on, and goes before a
// level; missed by the customer it is made anew, until it was so often that they count as not reached. L3
func (d *decision) miss(p Miss) error {
	switch {
	case p.By != Office && p.By != Customer:
		return procedure.Invalid("unknown_side", "side", string(p.By), "field", "by")
	case machine.Blank(p.Reason):
		return machine.Missing("reason")
	}
	if err := d.current(p.Version); err != nil {
		return err
	}
	if p.By == Office {
		return d.missedByUs(p)
	}
	if d.Now.Before(d.Visit.From) {
		return procedure.Conflict("too_early", "until", d.Visit.From.Format(time.RFC3339))
	}
	d.Emit(EvMissed, p)
	if d.NoShows >= d.Settings().NoShows {
		machine.End(d, NotReached, p.Reason)
		return nil
	}
	machine.Enter(d, StageScheduling)
	return nil
}

// missedByUs makes the appointment overdue from now on. L3
func (d *decision) missedByUs(p Miss) error {
	c, ok := d.State.Deadline(deadline.Key(StepArrive, ""))
	if !ok || c.Breached {
		return procedure.Conflict("nothing_to_do")
	}
	d.Emit(EvMissed, p)
	d.Emit(deadline.EvDeadlineBreached, deadline.DeadlineEvent{Key: c.Key, Step: c.Step, Owner: c.Owner, Due: c.Due})
	return nil
}

// expected says whether somebody may come: an appointment stands, or it is an emergency.
func (d *decision) expected() bool { return d.Emergency() || d.Stage == StageScheduled }

// arrive says that we are there; what needs no quote, or has one accepted, begins. L3
func (d *decision) arrive(p Arrive) error {
	if !d.expected() {
		return procedure.Conflict("appointment_first")
	}
	d.Emit(EvArrived, p)
	if !d.quoted() {
		machine.Enter(d, StageQuoting)
		return nil
	}
	d.begin()
	return nil
}

// begin starts the work.
func (d *decision) begin() {
	d.Emit(EvBegun, struct{}{})
	machine.Enter(d, StagePerforming)
}

// actsFor gives the department that an actor takes or returns the work for: their own, or the one that the
// desk names.
func (d *decision) actsFor(named string) string {
	switch {
	case d.Role() == people.Handler:
		return d.Actor().Department
	case named != "":
		return named
	}
	return d.Department
}
