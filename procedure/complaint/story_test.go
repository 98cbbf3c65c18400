package complaint_test

import (
	"time"

	. "bihuan/procedure/complaint"
	"bihuan/procedure/people"
)

// The steps of the handbook, each a sentence, so that a test tells only what it is about.

// judged is judged by the agent and confirmed by the panel.
func (d *desk) judged(n Nature) *desk {
	d.t.Helper()
	return d.do(agent, CmdJudge, Judge{Nature: n, Grounds: "what the rules say"}).in(StageReview).
		do(manager, CmdReview, Review{Nature: n, Grounds: "the panel agrees"})
}

// dispatched hands the work to a department by hand.
func (d *desk) dispatched(department string) *desk {
	d.t.Helper()
	return d.do(d.leader(), CmdDispatch, Dispatch{Tasks: []TaskOrder{{Department: department, Content: "see to it"}}})
}

// leader is who dispatches, verifies and revisits: the manager when it is major.
func (d *desk) leader() people.Actor {
	if d.state.Major() {
		return manager
	}
	return assistant
}

// worked completes every task that can be, until all are.
func (d *desk) worked() *desk {
	d.t.Helper()
	for range d.state.Tasks {
		for _, t := range d.state.Tasks {
			switch t.Status {
			case TaskDispatched:
				d.do(agent, CmdAccept, AcceptTask{Task: t.ID})
				d.do(agent, CmdComplete, Complete{Task: t.ID, Result: "done", Evidence: []string{"photo"}})
			case TaskAccepted:
				d.do(agent, CmdComplete, Complete{Task: t.ID, Result: "done", Evidence: []string{"photo"}})
			}
		}
	}
	return d
}

// agreed proposes a plan that the complainant agrees to.
func (d *desk) agreed() *desk {
	d.t.Helper()
	return d.do(agent, CmdPropose, Propose{Text: "we shall see to it"}).do(resident, CmdAnswer, AnswerPlan{Answer: Agreed})
}

// verified passes verification.
func (d *desk) verified() *desk {
	d.t.Helper()
	return d.in(StageVerifying).do(d.leader(), CmdVerify, Verify{Passed: true, Note: "looked at it"}).in(StageRevisiting)
}

// satisfied ends with a satisfied revisit at the door.
func (d *desk) satisfied() *desk {
	d.t.Helper()
	return d.do(d.leader(), CmdRevisit, Revisit{Method: AtDoor, Reached: true, Satisfied: true, Outcome: 5, Handling: 4})
}

// unsatisfied is a revisit at the door that asks for another round.
func (d *desk) unsatisfied(department string) *desk {
	d.t.Helper()
	return d.do(d.leader(), CmdRevisit, Revisit{Method: AtDoor, Reached: true, Outcome: 2, Handling: 3, Rectify: d.rectification(department)})
}

func (d *desk) rectification(department string) []TaskOrder {
	return []TaskOrder{{Department: department, Content: "once more", Deadline: in(d, 2*day)}}
}

// unreached is a revisit that reaches nobody, so many times, a day apart.
func (d *desk) unreached(times int) *desk {
	d.t.Helper()
	for i := range times {
		if i > 0 {
			d.wait(day)
		}
		d.do(d.leader(), CmdRevisit, Revisit{Method: AtDoor})
	}
	return d
}

// toWorking, toVerifying and toRevisiting bring a general complaint that far.
func (d *desk) toWorking() *desk {
	d.t.Helper()
	return d.judged(Valid).dispatched("security").in(StageWorking)
}

func (d *desk) toVerifying() *desk {
	d.t.Helper()
	return d.toWorking().agreed().worked().in(StageVerifying)
}

func (d *desk) toRevisiting() *desk {
	d.t.Helper()
	return d.toVerifying().verified()
}

// explainedAway is judged invalid, and nobody can convince the complainant.
func (d *desk) explainedAway() *desk {
	d.t.Helper()
	d.judged(Invalid).in(StageExplaining)
	for _, who := range []people.Actor{agent, manager, gm} {
		d.wait(time.Hour).do(who, CmdExplain, Explain{Said: "the rules say so"})
	}
	return d.in(StageClosed)
}
