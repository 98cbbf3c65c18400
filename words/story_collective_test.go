package words

import (
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// issues tell of everything that happens to collective issues. J
func issues(t *testing.T) []*story {
	const n = "JT-20260302-2BYHS"
	text := func(what string) policy.Text { return policy.Text{Zh: what, En: what} }
	register := collective.Register{Community: "yuhu", Category: "facility.leak", Subject: "Water in the basement", Complaints: []string{neighbour}}
	opened := step{people.Manager, machine.CmdRegister, register}
	practice := register
	practice.Drill = true
	announce := step{people.GM, collective.CmdAnnounce, collective.Announce{Title: text("Pumps"), Text: text("New pumps come on Monday"), Until: morning.Add(48 * time.Hour)}}
	return []*story{
		told(t, collective.Definition, n, step{people.System, machine.CmdRegister, register},
			step{people.Agent, collective.CmdJoin, collective.Join{Complaints: []string{third}}},
			step{people.Manager, collective.CmdConvene, collective.Convene{At: morning.Add(10 * time.Minute), Place: "Hall 1", Agenda: text("The pumps")}},
			step{people.Manager, collective.CmdConvene, collective.Convene{At: morning.Add(15 * time.Minute), Place: "Hall 2", Agenda: text("The pumps"), Moves: new(morning.Add(10 * time.Minute))}},
			step{people.Agent, deadline.CmdRequestEscalation, deadline.RequestEscalation{Reason: "The hall is taken"}},
			step{people.GM, deadline.CmdDecideEscalation, deadline.DecideEscalation{Escalation: "E1", Decision: "decline", Reason: "Take the lobby", Deadline: morning.Add(30 * time.Hour)}},
			step{people.System, collective.CmdDecline, complaint.Declining{Complaint: third, Code: complaint.IssueAnother}},
			step{people.Assistant, collective.CmdMinutes, collective.Minutes{HeldAt: morning, Present: 2, Attended: []string{"Li Lei"}, Text: "Everybody wants new pumps"}},
			announce,
			step{people.Manager, collective.CmdTakeDown, collective.TakeDown{Announcement: "A1", Reason: "A new date"}},
			step{people.Manager, collective.CmdConclude, collective.Conclude{Decision: text("The pumps are replaced")}},
			step{people.System, collective.CmdHearInformed, procedure.Answer{Result: machine.Encode(procedure.Sent{Unheard: []string{neighbour}})}},
		),
		told(t, collective.Definition, n, opened,
			step{people.Agent, collective.CmdLeave, collective.Leave{Complaint: neighbour, Reason: "Another basement"}},
			step{people.System, collective.CmdHearMatter, procedure.Answer{Result: machine.Encode(collective.Holder{Number: "JT-20260302-4QX22"})}},
		),
		told(t, collective.Definition, n, step{people.Manager, machine.CmdRegister, practice}, announce,
			step{people.GM, collective.CmdDrop, machine.Reasoned{Reason: "One household only"}}),
	}
}

// joined has a complaint join an issue, be informed of everything, and leave it. J2
func (s *story) joined() {
	s.t.Helper()
	const n = "JT-20260302-2BYHS"
	s.do(people.System, complaint.CmdJoinIssue, complaint.JoinIssue{Issue: n, Community: "yuhu"})
	said := policy.Text{Zh: "Please come", En: "Please come"}
	s.do(people.System, complaint.CmdInform, complaint.Inform{Issue: n, What: complaint.OfForum, Text: said, At: s.tomorrow(), Place: "Hall 1"})
	s.do(people.System, complaint.CmdInform, complaint.Inform{Issue: n, What: complaint.OfForumMoved, Text: said, At: s.tomorrow(), Place: "Hall 2"})
	s.do(people.System, complaint.CmdInform, complaint.Inform{Issue: n, What: complaint.OfMinutes, Text: said, At: s.tomorrow(), Place: "Hall 2", Present: 2})
	s.do(people.System, complaint.CmdInform, complaint.Inform{Issue: n, What: complaint.OfAnnouncement, Text: said})
	s.do(people.System, complaint.CmdInform, complaint.Inform{Issue: n, What: complaint.OfDecision, Text: said})
	s.do(people.System, complaint.CmdLeaveIssue, complaint.LeaveIssue{Issue: n, Reason: "Another garden"})
	s.do(people.System, complaint.CmdJoinIssue, complaint.JoinIssue{Issue: n, Community: "yuhu"})
	s.do(people.System, complaint.CmdLeaveIssue, complaint.LeaveIssue{Issue: n, Into: "JT-20260302-4QX22"})
	s.do(people.System, complaint.CmdJoinIssue, complaint.JoinIssue{Issue: n, Community: "elsewhere"})
	s.do(people.System, complaint.CmdJoinIssue, complaint.JoinIssue{Issue: n, Community: "yuhu"})
	s.do(people.Complainant, complaint.CmdWithdraw, complaint.Reasoned{Reason: "It stopped"})
	s.do(people.Complainant, complaint.CmdReopen, complaint.Reasoned{Reason: "It is back"})
}
