package view

import (
	"bihuan/postgres"
	"bihuan/procedure/complaint"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/people"
	"bihuan/procedure/service"
	"bihuan/server/contract"
)

// ShortestPhone is how many digits make what may be a phone number, in one piece or in several.
const ShortestPhone = 7

// DigitsIn counts the digits of a text.
func DigitsIn(text string) (n int) {
	for _, r := range text {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// Masked hides a list's contacts.
func Masked(row contract.CaseRow) contract.CaseRow {
	row.Name, row.Room = people.MaskName(row.Name), people.MaskRoom(row.Room)
	return row
}

func Row(c postgres.Case) contract.CaseRow {
	row := contract.CaseRow{
		Number: c.Number, Kind: c.Kind, Community: c.Community, Building: c.Building, Room: c.Room, Category: c.Category, Channel: c.Channel,
		Stage: c.Stage, Nature: c.Nature, Urgency: c.Urgency, Outcome: c.Outcome, Round: c.Round, Open: c.Open,
		Overdue: c.Overdue, Drill: c.Drill, RegisteredAt: c.RegisteredAt, Name: c.Name,
	}
	if c.ClosedAt != nil {
		row.ClosedAt = *c.ClosedAt
	}
	if c.NextDue != nil {
		row.NextDue = *c.NextDue
	}
	return row
}

// Departmental lists the events that a department may read: the work, not what people said about one
// another. N1
var Departmental = []string{
	complaint.EvStageEntered, complaint.EvContained, complaint.EvDispatched, complaint.EvTaskReleased, complaint.EvTaskAccepted, complaint.EvCoordinator,
	complaint.EvTaskReturned, complaint.EvTaskRerouted, complaint.EvTaskProgressed, complaint.EvTaskCompleted,
	complaint.EvTaskPaused, complaint.EvTaskResumed, complaint.EvPlanProposed,
	complaint.EvTaskTurned, inquiry.EvForwarded, inquiry.EvReported, service.EvConfirmed, service.EvProposed, service.EvAgreed, service.EvMissed, service.EvAssigned,
	service.EvTurned, service.EvTaken, service.EvArrived, service.EvQuoted, service.EvQuoteAccepted, service.EvQuoteDeclined,
	service.EvBegun, service.EvRecorded, service.EvFinished,
}
