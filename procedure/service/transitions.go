package service

import (
	"slices"

	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// The needs. Each is checked in needs.go.
const (
	NeedOtherSide machine.Need = "other_side" // the other side proposed it. L3
	NeedTaken     machine.Need = "taken"      // a department has accepted the work. C2
	NeedQuote     machine.Need = "quote"      // a quote waits to be answered
	NeedQuoted    machine.Need = "quoted"     // no quote is wanting or waits
	NeedUnrated   machine.Need = "unrated"    // the work was done and nobody has rated it. L4
)

var (
	open     = Stages[1 : len(Stages)-2]
	arranged = []machine.Stage{StageRequested, StageScheduling, StageScheduled}
	timed    = []machine.Stage{StageScheduling, StageScheduled}
	onSite   = []machine.Stage{StageQuoting, StagePerforming}
	quotable = append(slices.Clone(timed), onSite...)
	unbegun  = append(slices.Clone(arranged), StageQuoting)
	over     = []machine.Stage{StageRating, machine.StageClosed}

	everyone = append([]people.Role{people.Complainant, people.System}, people.Workers...)
	doing    = []people.Role{people.Handler, people.Agent, people.Assistant}
	visiting = append([]people.Role{people.Handler}, machine.Desks...)
	anySide  = append([]people.Role{people.Complainant}, visiting...)
	leaders  = []people.Role{people.Manager, people.GM, people.Company}
)

// Table is the procedure: everything that may happen to a service request.
var Table = append([]machine.Transition{
	{Command: machine.CmdRegister, From: []machine.Stage{machine.StageNew}, May: everyone, To: []machine.Stage{StageRequested}},
	{Command: CmdConfirm, From: []machine.Stage{StageRequested}, May: machine.Desks, Named: true, To: timed},
	{Command: CmdAppoint, From: timed, May: anySide, Named: true, To: timed},
	{Command: CmdAgree, From: []machine.Stage{StageScheduling}, May: anySide, Named: true, Needs: []machine.Need{NeedOtherSide}, To: []machine.Stage{StageScheduled}},
	{Command: CmdMiss, From: []machine.Stage{StageScheduled}, May: visiting, Named: true, To: []machine.Stage{StageScheduling, machine.StageClosed}},

	{Command: CmdAssign, From: arranged, May: machine.Desks, Named: true},
	{Command: CmdTakeTurn, From: arranged, May: machine.Time},
	{Command: CmdTake, From: arranged, May: doing, Named: true},
	{Command: CmdHandBack, From: arranged, May: doing, Named: true},

	{Command: CmdArrive, From: arranged, May: doing, Named: true, Needs: []machine.Need{NeedTaken}, To: onSite},
	{Command: CmdQuote, From: quotable, May: visiting, Named: true, To: []machine.Stage{StageQuoting}},
	{Command: CmdAcceptQuote, From: quotable, May: anySide, Needs: []machine.Need{NeedQuote}, To: []machine.Stage{StagePerforming}},
	{Command: CmdDeclineQuote, From: quotable, May: anySide, Needs: []machine.Need{NeedQuote}, To: []machine.Stage{StagePerforming, machine.StageClosed}},
	{Command: CmdRecord, From: onSite, May: doing, Named: true},
	{Command: CmdFinish, From: onSite, May: doing, Named: true, Needs: []machine.Need{NeedQuoted}, To: []machine.Stage{StageSettling, StageRating, machine.StageClosed}},
	{Command: CmdPay, From: []machine.Stage{StagePerforming, StageSettling}, May: visiting, To: []machine.Stage{StageRating, machine.StageClosed}},
	{Command: CmdWaive, From: []machine.Stage{StageSettling}, May: leaders, To: []machine.Stage{StageRating, machine.StageClosed}},
	{Command: CmdRate, From: over, May: append([]people.Role{people.Complainant}, machine.Desks...), Needs: []machine.Need{NeedUnrated}, To: []machine.Stage{machine.StageClosed}},
	{Command: CmdAskRating, From: []machine.Stage{StageRating}, May: machine.Time},
	{Command: CmdCloseUnrated, From: []machine.Stage{StageRating}, May: machine.Time, To: []machine.Stage{machine.StageClosed}},
	{Command: CmdReject, From: unbegun, May: machine.Desks, To: []machine.Stage{machine.StageClosed}},
}, shared()...)

// shared are the lines that every case has. What is done cannot be withdrawn any more; a complaint that
// waits for the request withdraws it with itself. B6
func shared() []machine.Transition {
	lines := machine.Lines(open)
	for i, t := range lines {
		switch t.Command {
		case machine.CmdWithdraw:
			lines[i].From, lines[i].May = unbegun, append(slices.Clone(t.May), people.System)
		case machine.CmdReopen:
			lines[i].To = []machine.Stage{StageScheduling}
		}
	}
	return lines
}
