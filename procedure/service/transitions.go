package service

import (
	"slices"

	"bihuan/procedure/desk"
	"bihuan/procedure/people"
	"bihuan/procedure/table"
)

// The needs. Each is checked in needs.go.
const (
	NeedOtherSide table.Need = "other_side" // the other side proposed it. L3
	NeedTaken     table.Need = "taken"      // a department has accepted the work. C2
	NeedQuote     table.Need = "quote"      // a quote waits to be answered
	NeedQuoted    table.Need = "quoted"     // no quote is wanting or waits
	NeedUnrated   table.Need = "unrated"    // the work was done and nobody has rated it. L4
)

var (
	open     = Stages[1 : len(Stages)-2]
	arranged = []table.Stage{StageRequested, StageScheduling, StageScheduled}
	timed    = []table.Stage{StageScheduling, StageScheduled}
	onSite   = []table.Stage{StageQuoting, StagePerforming}
	quotable = append(slices.Clone(timed), onSite...)
	unbegun  = append(slices.Clone(arranged), StageQuoting)
	over     = []table.Stage{StageRating, desk.StageClosed}

	everyone = append([]people.Role{people.Complainant, people.System}, people.Workers...)
	doing    = []people.Role{people.Handler, people.Agent, people.Assistant}
	visiting = append([]people.Role{people.Handler}, desk.Desks...)
	anySide  = append([]people.Role{people.Complainant}, visiting...)
	leaders  = []people.Role{people.Manager, people.GM, people.Company}
)

// Table is the procedure: everything that may happen to a service request.
var Table = append([]table.Transition{
	{Command: desk.CmdRegister, From: []table.Stage{desk.StageNew}, May: everyone, To: []table.Stage{StageRequested}},
	{Command: CmdConfirm, From: []table.Stage{StageRequested}, May: desk.Desks, Named: true, To: timed},
	{Command: CmdAppoint, From: timed, May: anySide, Named: true, To: timed},
	{Command: CmdAgree, From: []table.Stage{StageScheduling}, May: anySide, Named: true, Needs: []table.Need{NeedOtherSide}, To: []table.Stage{StageScheduled}},
	{Command: CmdMiss, From: []table.Stage{StageScheduled}, May: visiting, Named: true, To: []table.Stage{StageScheduling, desk.StageClosed}},

	{Command: CmdAssign, From: arranged, May: desk.Desks, Named: true},
	{Command: CmdTakeTurn, From: arranged, May: desk.Time},
	{Command: CmdTake, From: arranged, May: doing, Named: true},
	{Command: CmdHandBack, From: arranged, May: doing, Named: true},

	{Command: CmdArrive, From: arranged, May: doing, Named: true, Needs: []table.Need{NeedTaken}, To: onSite},
	{Command: CmdQuote, From: quotable, May: visiting, Named: true, To: []table.Stage{StageQuoting}},
	{Command: CmdAcceptQuote, From: quotable, May: anySide, Needs: []table.Need{NeedQuote}, To: []table.Stage{StagePerforming}},
	{Command: CmdDeclineQuote, From: quotable, May: anySide, Needs: []table.Need{NeedQuote}, To: []table.Stage{StagePerforming, desk.StageClosed}},
	{Command: CmdRecord, From: onSite, May: doing, Named: true},
	{Command: CmdFinish, From: onSite, May: doing, Named: true, Needs: []table.Need{NeedQuoted}, To: []table.Stage{StageSettling, StageRating, desk.StageClosed}},
	{Command: CmdPay, From: []table.Stage{StagePerforming, StageSettling}, May: visiting, To: []table.Stage{StageRating, desk.StageClosed}},
	{Command: CmdWaive, From: []table.Stage{StageSettling}, May: leaders, To: []table.Stage{StageRating, desk.StageClosed}},
	{Command: CmdRate, From: over, May: append([]people.Role{people.Complainant}, desk.Desks...), Needs: []table.Need{NeedUnrated}, To: []table.Stage{desk.StageClosed}},
	{Command: CmdAskRating, From: []table.Stage{StageRating}, May: desk.Time},
	{Command: CmdCloseUnrated, From: []table.Stage{StageRating}, May: desk.Time, To: []table.Stage{desk.StageClosed}},
	{Command: CmdReject, From: unbegun, May: desk.Desks, To: []table.Stage{desk.StageClosed}},
}, shared()...)

// shared are the lines that every case has. What is done cannot be withdrawn any more; a complaint that
// waits for the request withdraws it with itself. B6
func shared() []table.Transition {
	lines := desk.Lines(open)
	for i, t := range lines {
		switch t.Command {
		case desk.CmdWithdraw:
			lines[i].From, lines[i].May = unbegun, append(slices.Clone(t.May), people.System)
		case desk.CmdReopen:
			lines[i].To = []table.Stage{StageScheduling}
		}
	}
	return lines
}
