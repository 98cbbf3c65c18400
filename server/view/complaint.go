package view

import (
	"slices"

	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/list"
	"bihuan/words"
)

// complaintProgress shows a complaint to its complainant. Whose complaint it is merged into is not theirs to
// know. A11, N3
func complaintProgress(s complaint.State, lang words.Language, p *contract.PublicCase) {
	p.What, p.Closing = s.Record.What, complaintClosing(s)
	p.Closing.Into = ""
	if f := s.Following; f != nil {
		p.Joined = contract.PublicJoined{
			Stage: string(f.Stage), StageName: words.Label(lang, "stage", string(f.Stage)), Plan: f.Plan, Outcome: string(f.Outcome),
		}
	}
	if s.Plan != nil {
		p.Plan = *s.Plan
	}
}

// complaintWay is the road of a complaint as its complainant sees it.
var complaintWay = []Mark{
	{"track.step_registered", []machine.Stage{complaint.StageRegistered}},
	{"track.step_judged", []machine.Stage{complaint.StageReferred, complaint.StageReview, complaint.StageExplaining}},
	{"track.step_working", []machine.Stage{complaint.StageService, complaint.StageDispatching, complaint.StageWorking}},
	{"track.step_verified", []machine.Stage{complaint.StageVerifying}},
	{"track.step_revisited", []machine.Stage{complaint.StageRevisiting, complaint.StageUnreached}},
	{"track.step_closed", []machine.Stage{complaint.StageClosed, complaint.StageArchived}},
}

// caseOf shows a complaint as far as the actor may see it, with the commands allowed to them now. N1
func Complaint(s complaint.State, a people.Actor) contract.Case {
	sum := complaint.Summarize(s)
	c := contract.Case{
		Number: s.Number, Stage: string(s.Stage), Nature: string(s.Nature), Urgency: string(s.Urgency), Round: s.Round,
		Open: s.Open(), Overdue: s.Overdue(), Since: s.Since, RegisteredAt: s.TakenAt, TakenBy: s.TakenBy, Record: s.Record,
		Unclear: s.Unclear, Judgement: s.Judgement, Appealed: s.Appealed, Explainer: string(s.Explainer), Service: s.Service,
		Lead: s.Lead, Tasks: list.Some(s.Tasks), Attempts: s.Attempts, Deadlines: list.Some(sum.Deadlines), Escalations: list.Some(s.Escalated),
		PolicyVersion: s.Policy.Version, Allowed: list.Some(complaint.Allowed(s, a)), Closing: complaintClosing(s),
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

func complaintClosing(s complaint.State) contract.Closing {
	if s.Closing == nil {
		return contract.Closing{}
	}
	return contract.Closing{Outcome: string(s.Closing.Outcome), At: s.Closing.At, Into: s.Closing.Into}
}
