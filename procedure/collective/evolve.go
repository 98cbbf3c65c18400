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

func (s State) clone() State {
	s.Case = s.Clone()
	s.Members = slices.Clone(s.Members)
	s.Announcements = slices.Clone(s.Announcements)
	return s
}

// Evolve gives the state after an event. It cannot refuse: what happened, happened.
func Evolve(s State, e procedure.Event) State {
	s = s.clone()
	if s.Apply(book, e) {
		return s
	}
	switch e.Type {
	case EvRegistered:
		s.opened(machine.Data[Register](e), e)
	case EvJoined:
		s.joined(machine.Data[Join](e).Complaints, e)
	case EvLeft:
		n := machine.Data[Left](e).Complaint
		s.Members = slices.DeleteFunc(s.Members, func(m Member) bool { return m.Number == n })
	case EvConvened:
		p := machine.Data[Convene](e)
		s.Forum = &p
		s.Start(s.Terms(book), StepMinutes, "", "", p.At) // the minutes fall due after the forum. J2
	case EvMinutes:
		p := machine.Data[Minutes](e)
		s.Minutes = &p
	case EvAnnounced:
		s.Announcements = append(s.Announcements, machine.Data[Announcement](e))
	case EvTakenDown:
		s.takenDown(machine.Data[TakeDown](e), e)
	case EvConcluded:
		s.Decision = machine.Data[Conclude](e).Decision
	case EvSuperseded:
		s.Links = append(s.Links, machine.Data[Superseding](e).By)
	}
	return s
}

// opened takes the issue in. It has no customer: nobody's contacts are kept.
func (s *State) opened(p Register, e procedure.Event) {
	s.Customer = machine.Customer{Community: p.Community, Drill: p.Drill}
	s.TakenBy, s.TakenAt = e.By, e.At
	s.Category, s.Subject = p.Category, p.Subject
	s.Found = e.By.Role == people.System
	s.joined(p.Complaints, e)
}

func (s *State) joined(numbers []string, e procedure.Event) {
	for _, n := range numbers {
		if !s.member(n) {
			s.Members = append(s.Members, Member{Number: n, Since: e.At})
		}
	}
}

func (s *State) takenDown(p TakeDown, e procedure.Event) {
	for i := range s.Announcements {
		if s.Announcements[i].ID == p.Announcement {
			s.Announcements[i].Ended = &e.At
		}
	}
}

// noticeRules is the table of notices, in the order of the procedure. Members are told by their own complaints.
var noticeRules = append([]machine.NoticeRule{
	{Event: EvRegistered, Template: "issue-opened", To: machine.To[machine.Case](people.Manager, people.GM)},
	{Event: EvMinutes, Template: "your-turn", To: machine.To[machine.Case](people.Manager), Next: StageDeciding},
	{Event: EvSuperseded, Template: "issue-superseded", To: machine.To[machine.Case](people.Manager, people.GM), Next: machine.StageClosed},
	{Event: EvInformed, Template: "issue-informed", To: machine.To[machine.Case](people.Manager, people.GM), Next: machine.StageClosed},
}, machine.EscalationNotices...)

// Notices says who is told what about an event. The state is the one after the event.
func Notices(s State, e procedure.Event) []procedure.Notice {
	args := []machine.Arg{{Name: "category", Value: s.Category}}
	if e.Type == EvSuperseded {
		args = append(args, machine.Arg{Name: "linked", Value: machine.Data[Superseding](e).By})
	}
	return s.Case.Notices(noticeRules, e, args...)
}

// Effects lists what an event needs of the members, and of the matter.
func Effects(s State, e procedure.Event) []procedure.Effect {
	switch e.Type {
	case EvRegistered:
		return append(s.claim(), s.welcome(s.Numbers(), CmdHearMembers, e.At)...)
	case EvJoined:
		return s.welcome(machine.Data[Join](e).Complaints, hearing(e.By), e.At)
	case EvLeft:
		if p := machine.Data[Left](e); p.Code == "" {
			return s.tell(complaint.CmdLeaveIssue, complaint.LeaveIssue{Issue: s.Number, Reason: p.Reason}, "", p.Complaint)
		}
	case EvConvened:
		invitation := s.invitation()
		if machine.Data[Convened](e).Moved {
			invitation.What = complaint.OfForumMoved
		}
		return s.inform(invitation, "", s.Numbers()...)
	case EvMinutes:
		return s.inform(s.held(), "", s.Numbers()...)
	case EvAnnounced:
		return s.inform(machine.Data[Announcement](e).told(), "", s.Numbers()...)
	case EvConcluded:
		return s.inform(s.answer(), CmdHearInformed, s.Numbers()...)
	case EvSuperseded:
		by := machine.Data[Superseding](e).By
		return append(s.part(complaint.LeaveIssue{Into: by}), s.moving(by)...)
	case machine.EvEnded:
		return s.ended(machine.Data[machine.Ended](e))
	}
	return nil
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

// ended lets another issue of the matter be opened; what was no issue lets its members go.
func (s State) ended(p machine.Ended) []procedure.Effect {
	var all []procedure.Effect
	if p.Outcome == Dropped {
		all = s.part(complaint.LeaveIssue{Reason: p.Reason})
	}
	return append(all, procedure.Effect{Name: EffectRelease, Payload: machine.Encode(s.matter())})
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
