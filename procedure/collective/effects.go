package collective

import (
	"cmp"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// What an event needs of the members, and of the matter.

func welcomed(s *State, e procedure.Event) []procedure.Effect {
	return append(s.claim(), s.welcome(s.Numbers(), CmdHearMembers, e.At)...)
}

func joining(s *State, e procedure.Event) []procedure.Effect {
	return s.welcome(machine.Data[Join](e).Complaints, hearing(e.By), e.At)
}

func leaving(s *State, e procedure.Event) []procedure.Effect {
	p := machine.Data[Left](e)
	if p.Code != "" {
		return nil
	}
	return s.tell(complaint.CmdLeaveIssue, complaint.LeaveIssue{Issue: s.Number, Reason: p.Reason}, "", p.Complaint)
}

func inviting(s *State, e procedure.Event) []procedure.Effect {
	invitation := s.invitation()
	if machine.Data[Convened](e).Moved {
		invitation.What = complaint.OfForumMoved
	}
	return s.inform(invitation, "", s.Numbers()...)
}

func recounting(s *State, _ procedure.Event) []procedure.Effect {
	return s.inform(s.held(), "", s.Numbers()...)
}

func announcing(s *State, e procedure.Event) []procedure.Effect {
	return s.inform(machine.Data[Announcement](e).told(), "", s.Numbers()...)
}

func answering(s *State, _ procedure.Event) []procedure.Effect {
	return s.inform(s.answer(), CmdHearInformed, s.Numbers()...)
}

func superseding(s *State, e procedure.Event) []procedure.Effect {
	by := machine.Data[Superseding](e).By
	return append(s.part(complaint.LeaveIssue{Into: by}), s.moving(by)...)
}

// releasing lets another issue of the matter be opened; what was no issue lets its members go.
func releasing(s *State, e procedure.Event) []procedure.Effect {
	var all []procedure.Effect
	if p := machine.Data[machine.Ended](e); p.Outcome == Dropped {
		all = s.part(complaint.LeaveIssue{Reason: p.Reason})
	}
	return append(all, procedure.Effect{Name: EffectRelease, Payload: machine.Encode(s.matter())})
}

// claim makes sure that no other issue of the matter is open. One that was found by itself has claimed it before. J1
func (s State) claim() []procedure.Effect {
	if s.Found || s.Customer.Drill {
		return nil
	}
	return []procedure.Effect{{Name: EffectClaim, Then: CmdHearMatter, Payload: machine.Encode(s.matter())}}
}

func (s State) matter() Matter {
	return Matter{Community: s.Customer.Community, Category: s.Category, Drill: s.Customer.Drill}
}

// part lets every member go.
func (s State) part(p complaint.LeaveIssue) []procedure.Effect {
	p.Issue = s.Number
	return s.tell(complaint.CmdLeaveIssue, p, "", s.Numbers()...)
}

// moving has the members join another issue, as many at once as it takes.
func (s State) moving(to string) []procedure.Effect {
	var all []procedure.Effect
	for some := range slices.Chunk(s.Numbers(), mostNamed) {
		all = append(all, s.tell(CmdJoin, Join{Complaints: some}, "", to)...)
	}
	return all
}

// hearing is the command that hears which of those who join are not there. Who asks for itself is there: hundreds at
// once need no answer each.
func hearing(by people.By) string {
	if by.Role == people.System {
		return ""
	}
	return CmdHearMembers
}

// welcome makes complaints members, and tells those who come late what the others have been told, as far as it
// still holds. J1, J2
func (s State) welcome(numbers []string, then string, now time.Time) []procedure.Effect {
	joining := complaint.JoinIssue{Issue: s.Number, Community: s.Customer.Community, Drill: s.Customer.Drill}
	all := s.tell(complaint.CmdJoinIssue, joining, then, numbers...)
	switch {
	case s.Stage == StageConvened:
		all = append(all, s.inform(s.invitation(), "", numbers...)...)
	case s.Minutes != nil:
		all = append(all, s.inform(s.held(), "", numbers...)...)
	}
	for _, a := range s.Announcements {
		if a.Ended == nil && a.Until.After(now) {
			all = append(all, s.inform(a.told(), "", numbers...)...)
		}
	}
	if s.Decision.Zh != "" {
		all = append(all, s.inform(s.answer(), "", numbers...)...)
	}
	return all
}

func (s State) invitation() complaint.Inform {
	return complaint.Inform{What: complaint.OfForum, Text: s.Forum.Agenda, At: &s.Forum.At, Place: s.Forum.Place}
}

// held tells of the forum that was held: who came is not for everybody's record. J2
func (s State) held() complaint.Inform {
	told := complaint.Inform{What: complaint.OfMinutes, Text: policy.Text{Zh: s.Minutes.Text}, At: &s.Minutes.HeldAt, Present: s.Minutes.Present}
	if s.Forum != nil {
		told.Place = s.Forum.Place
	}
	return told
}

// told is the announcement as the members are told it.
func (a Announcement) told() complaint.Inform {
	both := policy.Text{Zh: a.Title.Zh + "\n" + a.Text.Zh}
	if a.Text.En != "" {
		both.En = cmp.Or(a.Title.En, a.Title.Zh) + "\n" + a.Text.En
	}
	return complaint.Inform{What: complaint.OfAnnouncement, Text: both}
}

func (s State) answer() complaint.Inform {
	return complaint.Inform{What: complaint.OfDecision, Text: s.Decision}
}

// inform tells members something, as a contact with each of them. J2, E2
func (s State) inform(what complaint.Inform, then string, to ...string) []procedure.Effect {
	what.Issue = s.Number
	return s.tell(complaint.CmdInform, what, then, to...)
}

// tell gives a command to other cases; nothing to nobody.
func (s State) tell(command string, payload any, then string, to ...string) []procedure.Effect {
	if len(to) == 0 {
		return nil
	}
	effect := machine.Send(command, payload, to...)
	effect.Then = then
	return []procedure.Effect{effect}
}
