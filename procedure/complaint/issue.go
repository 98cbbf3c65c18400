package complaint

import (
	"encoding/json"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/policy"
)

// Membership is the collective issue that a complaint belongs to, or belonged to. The complaint keeps its own
// loop and its own revisit all the same. J1
type Membership struct {
	Number   string `json:"number"`
	Left     bool   `json:"left,omitempty"`
	Answered bool   `json:"answered,omitempty"` // it was told what was decided
}

// bound says whether the complaint belongs to an issue that still has to answer it.
func (m *Membership) bound() bool { return m != nil && !m.Left && !m.Answered }

// JoinIssue makes the complaint a member of a collective issue. J1
type JoinIssue struct {
	Issue     string `json:"issue"`
	Community string `json:"community"`
	Drill     bool   `json:"drill,omitempty"`
}

// JoinedIssue names the issue that the complaint belongs to from now on. J1
type JoinedIssue struct {
	Issue string `json:"issue"`
}

// LeaveIssue ends that the complaint belongs to an issue. J1
type LeaveIssue struct {
	Issue  string `json:"issue"`
	Reason string `json:"reason,omitempty"` // a person's
	Into   string `json:"into,omitempty"`   // the issue of the same matter that goes on with it
	Code   string `json:"code,omitempty"`   // why the complaint does not join, when it is not the issue that lets it go
}

// Why a complaint does not join an issue.
const (
	IssueElsewhere = "issue_elsewhere" // in another community, or a drill where this is none
	IssueAnother   = "issue_another"   // it belongs to another issue already
	IssueWithdrawn = "issue_withdrawn" // whoever complained has withdrawn it
)

// What an issue informs of.
const (
	OfForum        = "forum"
	OfForumMoved   = "forum_moved"
	OfMinutes      = "minutes"
	OfAnnouncement = "announcement"
	OfDecision     = "decision"
)

// Inform is what a collective issue tells each of its members. J2, E2
type Inform struct {
	Issue string      `json:"issue"`
	What  string      `json:"what"`
	Text  policy.Text `json:"said"`
	// At and Place are a forum's, and Present is how many households came.
	At      *time.Time `json:"at,omitempty"`
	Place   string     `json:"place,omitempty"`
	Present int        `json:"present,omitempty"`
}

// Match asks whether several households complain of one matter. J1
type Match struct {
	Community string `json:"community"`
	Category  string `json:"category"`
}

// EffectMatch looks for others who complain of the same matter.
const EffectMatch = "match"

// joinIssue makes the complaint a member, or tells the issue why not. J1
func (d *decision) joinIssue(p JoinIssue) error {
	switch {
	case p.Community != d.Record.Community || p.Drill != d.Record.Drill:
		d.Emit(EvLeftIssue, LeaveIssue{Issue: p.Issue, Code: IssueElsewhere})
	case d.Membership.bound() && d.Membership.Number != p.Issue:
		d.Emit(EvLeftIssue, LeaveIssue{Issue: p.Issue, Code: IssueAnother})
	default:
		d.Emit(EvJoinedIssue, JoinedIssue{Issue: p.Issue})
	}
	return nil
}

func (d *decision) leaveIssue(p LeaveIssue) error { // J1
	if d.Membership == nil || d.Membership.Left || d.Membership.Number != p.Issue {
		return procedure.Conflict("nothing_to_do")
	}
	p.Code = ""
	d.Emit(EvLeftIssue, p)
	return nil
}

func (d *decision) inform(p Inform) error { // J2
	if d.Membership == nil || d.Membership.Number != p.Issue {
		return procedure.Conflict("nothing_to_do")
	}
	d.Emit(EvInformed, p)
	return nil
}

func joinedIssue(s *State, _ procedure.Event, p JoinedIssue) {
	s.Membership = &Membership{Number: p.Issue}
}

func leftIssue(s *State, _ procedure.Event, p LeaveIssue) {
	if s.Membership != nil && s.Membership.Number == p.Issue {
		s.Membership = &Membership{Number: p.Issue, Left: true}
	}
}

// informed counts as a contact: the complainant has just heard from us. E2
func informed(s *State, e procedure.Event, p Inform) {
	if p.What == OfDecision && s.Membership != nil {
		m := *s.Membership
		m.Answered = true
		s.Membership = &m
	}
	s.inTouch(e.At)
}

// aboutIssues lists what an event needs of the collective issues. Whoever only practises makes none. J1, M5
func (s State) aboutIssues(e procedure.Event) []procedure.Effect {
	switch e.Type {
	case EvRegistered, EvClassified:
		if s.Record.Drill || s.Membership != nil {
			return nil
		}
		payload := machine.Encode(Match{Community: s.Record.Community, Category: s.Record.Category})
		return []procedure.Effect{{Name: EffectMatch, Payload: payload}}
	case EvLeftIssue:
		var p LeaveIssue
		if _ = json.Unmarshal(e.Data, &p); p.Code != "" {
			return send([]string{p.Issue}, CmdDecline, Declining{Complaint: s.Number, Code: p.Code})
		}
	}
	return nil
}

// CmdDecline is what a complaint tells an issue that it does not join.
const CmdDecline = "decline"

// Declining says which complaint does not join, and why. J1
type Declining struct {
	Complaint string `json:"complaint"`
	Code      string `json:"code"`
}
