package complaint

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/machine"
)

// verify says whether the work was done; failing sends it back with a reason and a deadline. F1
func (d *decision) verify(p Verify) error {
	if machine.Blank(p.Note) {
		return machine.Missing("note")
	}
	if p.Passed {
		d.Emit(EvVerified, p)
		d.enter(StageRevisiting)
		return nil
	}
	if err := d.rectifiable(p.Rectify); err != nil {
		return err
	}
	d.Emit(EvVerified, p)
	d.rectify(p.Rectify)
	return nil
}

// revisit asks the complainant; not satisfied means another round, as often as it takes. G1-G6
func (d *decision) revisit(p Revisit) error {
	if err := d.revisitable(p); err != nil {
		return err
	}
	d.Emit(EvRevisited, p)
	switch {
	case !p.Reached:
		if d.tried(p.Of) {
			d.enter(StageUnreached)
		}
	case p.Satisfied && p.Of == "":
		d.closeWhenSettled(p.Opinion)
	case p.Satisfied:
		d.closeWhenSettled("") // what a neighbour said is not this complainant's to read
	default:
		d.rectify(p.Rectify)
	}
	return nil
}

// closeWhenSettled closes once everybody who complains was revisited. A11, G1
func (d *decision) closeWhenSettled(reason string) {
	if len(d.unsettled()) == 0 {
		d.Emit(EvClosed, Closed{Outcome: d.Settled, Reason: reason})
	}
}

// revisitable checks a revisit's record. G3, G4, G6
func (d *decision) revisitable(p Revisit) error {
	asking := d.asking(p.Of)
	switch {
	case asking == nil:
		return procedure.Invalid("unknown_complaint", "number", p.Of)
	case asking.Settled != "":
		return procedure.Conflict("revisited_already")
	case !slices.Contains([]Method{ByPhone, AtDoor, Other}, p.Method):
		return procedure.Invalid("unknown_method", "method", string(p.Method))
	case d.Major() && p.Method != AtDoor:
		return procedure.Conflict("revisit_must_be_at_door")
	case !p.Reached && p.Satisfied:
		return procedure.Invalid("not_reached_not_satisfied")
	case !p.Reached:
		return nil
	case p.Outcome < 1 || p.Outcome > 5:
		return procedure.Invalid("score_out_of_range", "field", "outcome")
	case p.Handling < 1 || p.Handling > 5:
		return procedure.Invalid("score_out_of_range", "field", "handling")
	case p.Satisfied && p.Outcome <= 2:
		return procedure.Invalid("score_contradicts")
	case p.Satisfied:
		return nil
	}
	return d.rectifiable(p.Rectify)
}

// rectifiable checks that rectification is arranged: tasks, each with a deadline. F1, G4
func (d *decision) rectifiable(orders []TaskOrder) error {
	if len(orders) == 0 {
		return procedure.Invalid("rectification_needed")
	}
	for _, o := range orders {
		if o.Deadline == nil {
			return procedure.Invalid("rectification_needs_deadline")
		}
	}
	return d.orderable(orders, "rectify")
}

// rectify starts another round of work. Who coordinated goes on when they take part, else the first. G4, C3
func (d *decision) rectify(orders []TaskOrder) {
	d.Emit(EvStageEntered, StageEntered{Stage: StageWorking, Round: d.Round + 1})
	lead := orders[0].Department
	if slices.ContainsFunc(orders, func(o TaskOrder) bool { return o.Department == d.Lead }) {
		lead = d.Lead
	}
	d.Emit(EvDispatched, Dispatched{Tasks: d.number(orders), Lead: lead})
}

// tried says whether somebody was tried on so many days, in the community's time zone, that the manager
// decides. G5
func (d *decision) tried(of string) bool {
	zone, err := time.LoadLocation(d.Policy.Calendar.Zone)
	if err != nil {
		zone = time.UTC
	}
	var days []string
	for _, t := range d.asking(of).Attempts {
		days = append(days, t.In(zone).Format(time.DateOnly))
	}
	return len(slices.Compact(days)) >= d.Policy.RevisitAttempts
}

// decideUnreached closes as not reached, or keeps trying. G5
func (d *decision) decideUnreached(p DecideUnreached) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	decided := UnreachedDecided{DecideUnreached: p}
	if who := d.unsettled(); len(who) > 0 {
		decided.Of = who[max(0, slices.IndexFunc(who, d.tried))]
	}
	switch p.Decision {
	case "close":
		d.Emit(EvUnreachedDecided, decided)
		if len(d.unsettled()) > 0 { // A11
			d.enter(StageRevisiting)
		}
		d.closeWhenSettled(p.Reason)
	case "keep_trying":
		d.Emit(EvUnreachedDecided, decided)
		d.enter(StageRevisiting)
	default:
		return procedure.Invalid("unknown_decision", "decision", p.Decision)
	}
	return nil
}

func (d *decision) withdraw(p Reasoned) error { // I1
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	d.letGo(LeadWithdrawn)
	d.Emit(EvClosed, Closed{Outcome: Withdrawn, Reason: p.Reason})
	if d.Membership.bound() { // J1
		d.Emit(EvLeftIssue, LeaveIssue{Issue: d.Membership.Number, Code: IssueWithdrawn})
	}
	return nil
}

// reopen lets the loop go on where it stopped. An explained complaint is judged anew, a withdrawn one
// stands where it stood, and any other gets another round of work. A merged one goes on alone: its
// complainant does not want it handled with the other. G8, A11
func (d *decision) reopen(p Reasoned) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	closing := *d.Closing
	if closing.Outcome == Merged {
		d.unmerge(UndoMerge{From: closing.Into, Reason: p.Reason})
		return nil
	}
	d.Emit(EvReopened, p)
	switch closing.Outcome {
	case Explained:
		d.enter(StageReferred)
	case Withdrawn:
		d.enter(closing.From)
	default:
		d.Emit(EvStageEntered, StageEntered{Stage: StageDispatching, Round: d.Round + 1})
		d.dispatchByItself()
	}
	return nil
}
