package complaint

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/table"
)

// verify says whether the work was done; failing sends it back with a reason and a deadline. F1
func (d *decision) verify(p Verify) error {
	if table.Blank(p.Note) {
		return table.Missing("note")
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
		if d.daysTried() >= d.Policy.RevisitAttempts {
			d.enter(StageUnreached)
		}
	case p.Satisfied:
		d.Emit(EvClosed, Closed{Outcome: Satisfied, Reason: p.Opinion})
	default:
		d.rectify(p.Rectify)
	}
	return nil
}

// revisitable checks a revisit's record. G3, G4, G6
func (d *decision) revisitable(p Revisit) error {
	switch {
	case !slices.Contains([]Method{ByPhone, AtDoor, Other}, p.Method):
		return procedure.Refuse("unknown_method", "method", string(p.Method))
	case d.Major() && p.Method != AtDoor:
		return procedure.Refuse("revisit_must_be_at_door")
	case !p.Reached && p.Satisfied:
		return procedure.Refuse("not_reached_not_satisfied")
	case !p.Reached:
		return nil
	case p.Outcome < 1 || p.Outcome > 5:
		return procedure.Refuse("score_out_of_range", "field", "outcome")
	case p.Handling < 1 || p.Handling > 5:
		return procedure.Refuse("score_out_of_range", "field", "handling")
	case p.Satisfied && p.Outcome <= 2:
		return procedure.Refuse("score_contradicts")
	case p.Satisfied:
		return nil
	}
	return d.rectifiable(p.Rectify)
}

// rectifiable checks that rectification is arranged: tasks, each with a deadline. F1, G4
func (d *decision) rectifiable(orders []TaskOrder) error {
	if len(orders) == 0 {
		return procedure.Refuse("rectification_needed")
	}
	for _, o := range orders {
		if o.Deadline == nil {
			return procedure.Refuse("rectification_needs_deadline")
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

// daysTried counts the days, in the community's time zone, on which a revisit reached nobody. G5
func (d *decision) daysTried() int {
	zone, err := time.LoadLocation(d.Policy.Calendar.Zone)
	if err != nil {
		zone = time.UTC
	}
	var days []string
	for _, t := range d.Attempts {
		days = append(days, t.In(zone).Format(time.DateOnly))
	}
	return len(slices.Compact(days))
}

// decideUnreached closes as not reached, or keeps trying. G5
func (d *decision) decideUnreached(p DecideUnreached) error {
	if table.Blank(p.Reason) {
		return table.Missing("reason")
	}
	switch p.Decision {
	case "close":
		d.Emit(EvUnreachedDecided, p)
		d.Emit(EvClosed, Closed{Outcome: NotReached, Reason: p.Reason})
	case "keep_trying":
		d.Emit(EvUnreachedDecided, p)
		d.enter(StageRevisiting)
	default:
		return procedure.Refuse("unknown_decision", "decision", p.Decision)
	}
	return nil
}

func (d *decision) withdraw(p Reasoned) error { // I1
	if table.Blank(p.Reason) {
		return table.Missing("reason")
	}
	d.Emit(EvClosed, Closed{Outcome: Withdrawn, Reason: p.Reason})
	return nil
}

func (d *decision) merge(p Merge) error { // I1
	switch {
	case table.Blank(p.Into):
		return table.Missing("into")
	case table.Blank(p.Reason):
		return table.Missing("reason")
	case p.Into == d.Number:
		return procedure.Refuse("merge_into_itself")
	}
	d.Emit(EvClosed, Closed{Outcome: Merged, Into: p.Into, Reason: p.Reason})
	return nil
}

// reopen lets the loop go on where it stopped. An explained complaint is judged anew, a withdrawn one
// stands where it stood, and any other gets another round of work. G8
func (d *decision) reopen(p Reasoned) error {
	if table.Blank(p.Reason) {
		return table.Missing("reason")
	}
	closing := *d.Closing
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
