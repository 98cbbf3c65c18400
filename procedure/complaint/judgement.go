package complaint

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// judge decides the nature; who cannot, hands it to the manager, who must. B1-B3, B8
func (d *decision) judge(p Judge) error {
	if machine.Blank(p.Grounds) {
		return machine.Missing("grounds")
	}
	switch {
	case !slices.Contains([]Nature{Valid, Invalid, Major, Undetermined}, p.Nature):
		return procedure.Invalid("unknown_nature", "nature", string(p.Nature))
	case p.Nature == Undetermined && d.Stage == StageReferred:
		return procedure.Conflict("manager_must_judge")
	case p.Special && p.Nature == Invalid:
		return procedure.Invalid("special_service_is_valid")
	}
	d.Emit(EvJudged, p)
	switch {
	case p.Nature == Undetermined:
		d.enter(StageReferred)
	case slices.Contains(d.Policy.Review, string(p.Nature)):
		d.enter(StageReview)
	default:
		d.afterJudgement()
	}
	return nil
}

// review confirms the nature or changes it, with grounds. B4
func (d *decision) review(p Review) error {
	if machine.Blank(p.Grounds) {
		return machine.Missing("grounds")
	}
	if !slices.Contains([]Nature{Valid, Invalid, Major}, p.Nature) {
		return procedure.Invalid("unknown_nature", "nature", string(p.Nature))
	}
	d.Emit(EvReviewed, p)
	d.afterJudgement()
	return nil
}

// afterJudgement sends the complaint where its nature belongs. B5, B6
func (d *decision) afterJudgement() {
	switch {
	case d.Nature == Invalid:
		d.enter(StageExplaining)
	case d.Special:
		d.enter(StageService)
	default:
		d.enter(StageDispatching)
		d.dispatchByItself()
	}
}

// explain tells why the complaint is not valid: the agent, then the manager, then the GM; then it
// closes as explained, with the outside recourse stated. B5
func (d *decision) explain(p Explain) error {
	if machine.Blank(p.Said) {
		return machine.Missing("said")
	}
	next, more := nextExplainer(d.Explainer)
	if p.Accepted || !more {
		d.Emit(EvExplained, Explanation{Explain: p})
		d.Emit(EvClosed, Closed{Outcome: Explained, Reason: p.Said, Recourse: d.Policy.Recourse})
		return nil
	}
	d.Emit(EvExplained, Explanation{Explain: p, Next: next})
	return nil
}

// explainers is the order in which an invalid complaint is explained. B5
var explainers = []people.Role{people.Agent, people.Manager, people.GM}

func nextExplainer(r people.Role) (people.Role, bool) {
	i := slices.Index(explainers, r) + 1
	if i == len(explainers) {
		return "", false
	}
	return explainers[i], true
}

// appeal has an invalid judgement made anew by the manager, once. B10
func (d *decision) appeal(p Reasoned) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	d.Emit(EvAppealed, p)
	d.enter(StageReferred)
	return nil
}

// link notes which service request was opened for the complaint, or why none could be. B6
func (d *decision) link(p procedure.Answer) error { return machine.Link(d, p) }

// settleService brings the complaint on with the outcome of its service request. B6
func (d *decision) settleService(p SettleService) error {
	if machine.Blank(p.Outcome) {
		return machine.Missing("outcome")
	}
	d.Emit(EvServiceSettled, p)
	if p.Done && d.workDone() {
		d.enter(StageVerifying)
		return nil
	}
	d.enter(StageDispatching)
	d.dispatchByItself()
	return nil
}
