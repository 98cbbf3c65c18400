package api

import (
	"encoding/base64"
	"slices"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/people"
	"bihuan/procedure/service"
	"bihuan/server/contract"
	"bihuan/words"
)

// caseOf shows a complaint as far as the actor may see it, with the commands allowed to them now. N1
func caseOf(s complaint.State, a people.Actor) contract.Case {
	sum := complaint.Summarize(s)
	c := contract.Case{
		Number: s.Number, Stage: string(s.Stage), Nature: string(s.Nature), Urgency: string(s.Urgency), Round: s.Round,
		Open: s.Open(), Overdue: s.Overdue(), Since: s.Since, RegisteredAt: s.TakenAt, TakenBy: s.TakenBy, Record: s.Record,
		Unclear: s.Unclear, Judgement: s.Judgement, Appealed: s.Appealed, Explainer: string(s.Explainer), Service: s.Service,
		Lead: s.Lead, Tasks: some(s.Tasks), Attempts: s.Attempts, Deadlines: some(sum.Deadlines), Escalations: some(s.Escalated),
		PolicyVersion: s.Policy.Version, Allowed: some(complaint.Allowed(s, a)), Closing: closingOf(s),
		Settled: string(s.Settled), Joined: s.Joined, Measures: s.Measures,
	}
	if s.Membership != nil {
		c.Issue = *s.Membership
	}
	if s.Following != nil {
		c.Following = *s.Following
	}
	if s.Contact != nil {
		c.Contact = *s.Contact
	}
	if s.Handler != nil {
		c.Handler = *s.Handler
	}
	if s.Plan != nil {
		c.Plan = *s.Plan
	}
	if s.Revisit != nil {
		c.Revisit = *s.Revisit
	}
	if complaint.Sees(s, a) != complaint.SeesAll {
		leaveDepartmental(&c, a.Department)
	}
	if !complaint.ShowsContacts(s, a) {
		maskContacts(&c)
	}
	return c
}

// maskContacts hides who complains from those who need not know. N1
func maskContacts(c *contract.Case) {
	r := &c.Record
	r.Name, r.Room = people.MaskName(r.Name), people.MaskRoom(r.Room)
	r.Phone, r.Email = people.MaskPhone(r.Phone), people.MaskEmail(r.Email)
}

// leaveDepartmental leaves what a department's work needs: where to go, whom to call, what to do.
func leaveDepartmental(c *contract.Case, department string) {
	c.Record.Email, c.Record.Involved, c.Record.Apology, c.Record.Relayed = "", nil, "", nil
	c.Judgement, c.Attempts, c.Revisit, c.Explainer = nil, nil, contract.Revisited{}, ""
	c.Settled, c.Joined, c.Following, c.Closing.Into = "", nil, contract.Following{}, ""
	c.Escalations = []contract.Escalation{}
	c.Deadlines = slices.DeleteFunc(c.Deadlines, func(d contract.Deadline) bool { return d.Department != department })
}

func closingOf(s complaint.State) contract.Closing {
	if s.Closing == nil {
		return contract.Closing{}
	}
	return contract.Closing{Outcome: string(s.Closing.Outcome), At: s.Closing.At, Into: s.Closing.Into}
}

// some writes an empty list as [], not as null.
func some[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

func rowOf(c postgres.Case) contract.CaseRow {
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

// noticeOf puts a notice into words; only the complainant's own carry the link. A4
func (s *Server) noticeOf(lang words.Language, n postgres.Notice, link bool) contract.Notice {
	args := n.Args
	if link {
		args = map[string]string{"link": s.Tracking.Link(n.Number)}
		for name, value := range n.Args {
			args[name] = value
		}
	}
	subject, body := words.Notice(lang, n.Template, args, s.namesOf(lang, n.Number))
	out := contract.Notice{
		ID: base64.RawURLEncoding.EncodeToString([]byte(n.ID)), Number: n.Number, At: n.CreatedAt, To: n.StaffID, Subject: subject, Body: body, Urgent: n.Urgent,
		Channel: n.Channel, Status: n.Status,
	}
	if n.Complainant {
		out.To = string(people.Complainant)
	}
	if n.ReadAt != nil {
		out.ReadAt = *n.ReadAt
	}
	return out
}

// departmental lists the events that a department may read: the work, not what people said about one
// another. N1
var departmental = []string{
	complaint.EvStageEntered, complaint.EvContained, complaint.EvDispatched, complaint.EvTaskReleased, complaint.EvTaskAccepted, complaint.EvCoordinator,
	complaint.EvTaskReturned, complaint.EvTaskRerouted, complaint.EvTaskProgressed, complaint.EvTaskCompleted,
	complaint.EvTaskPaused, complaint.EvTaskResumed, complaint.EvPlanProposed,
	complaint.EvTaskTurned, inquiry.EvForwarded, inquiry.EvReported, service.EvConfirmed, service.EvProposed, service.EvAgreed, service.EvMissed, service.EvAssigned,
	service.EvTurned, service.EvTaken, service.EvArrived, service.EvQuoted, service.EvQuoteAccepted, service.EvQuoteDeclined,
	service.EvBegun, service.EvRecorded, service.EvFinished,
}

func (s *Server) entryOf(lang words.Language, names words.Names, e procedure.Event) contract.TimelineEntry {
	return contract.TimelineEntry{Seq: e.Seq, At: e.At, Type: e.Type, By: e.By, Text: s.sentence(lang, names, e)}
}

func refusedEntry(lang words.Language, r procedure.Refused) contract.TimelineEntry {
	text := words.Command(lang, r.Name) + ": " + words.Refusal(lang, r.Code, r.Args)
	return contract.TimelineEntry{At: r.At, Type: r.Name, By: r.By, Text: text, Refused: r.Code}
}
