package collective_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	casenumber "bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

const number = "JT-20261123-7K3F9"

var (
	monday  = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	manager = staff("manager", people.Manager)
	gm      = staff("gm", people.GM)
	agent   = staff("agent", people.Agent)
	members = numbers(3)
	ours    = policy.Text{Zh: "更换水泵", En: "The pumps are replaced"}
)

func staff(id string, role people.Role) people.Actor {
	return people.Actor{ID: id, Roles: []people.Role{role}, Communities: []string{"yuhu"}}
}

func numbers(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = casenumber.New(casenumber.Complaint, monday, uint32(i+1)*7777)
	}
	return all
}

func settings() policy.Policy {
	wall := func(within time.Duration, owner people.Role) policy.Deadline {
		return policy.Deadline{Within: policy.Duration(within), Clock: policy.Wall, Owner: owner}
	}
	const day = 24 * time.Hour
	return policy.Policy{
		Version: "v1", WarnPercent: 75, Categories: []policy.Category{{ID: "leak"}},
		Collective: policy.Collective{Deadlines: policy.Limits{
			"planning": wall(3*day, people.Manager), "minutes": wall(2*day, people.Manager), "conclude": wall(3*day, people.Manager),
			"tell": wall(4*time.Hour, people.Manager), "decision": wall(4*time.Hour, ""), "reminder": wall(day, ""), "reopen": wall(7*day, ""),
		}},
	}
}

// office is one issue being handled.
type office struct {
	*testing.T
	state  State
	events []procedure.Event
	told   []procedure.Notice
	asked  []procedure.Effect
	now    time.Time
}

func opened(t *testing.T, by people.Actor, complaints ...string) *office {
	t.Helper()
	o := &office{T: t, state: Definition.New(number, settings()), now: monday}
	return o.do(by, machine.CmdRegister, Register{Community: "yuhu", Category: "leak", Subject: "地下车库漏水", Complaints: complaints})
}

func (o *office) give(by people.Actor, command string, payload any) error {
	events, err := Definition.Decide(o.state, procedure.Command{ID: command, Name: command, Actor: by, Payload: machine.Encode(payload)}, o.now)
	for _, e := range events {
		o.state = Definition.Evolve(o.state, e)
		o.events = append(o.events, e)
		o.told = append(o.told, Definition.Notices(o.state, e)...)
		o.asked = append(o.asked, Definition.Effects(o.state, e)...)
	}
	return err
}

func (o *office) do(by people.Actor, command string, payload any) *office {
	o.Helper()
	if err := o.give(by, command, payload); err != nil {
		o.Fatalf("%s in %s: %v", command, o.state.Stage, err)
	}
	return o
}

func (o *office) refused(code string, by people.Actor, command string, payload any) *office {
	o.Helper()
	var r *procedure.Refusal
	if err := o.give(by, command, payload); !errors.As(err, &r) || r.Code != code {
		o.Fatalf("%s: %v, want %s", command, err, code)
	}
	return o
}

// wait lets time pass with everything that falls due.
func (o *office) wait(d time.Duration) *office {
	o.Helper()
	until := o.now.Add(d)
	for due := Definition.Due(o.state); len(due) > 0 && !due[0].At.After(until); due = Definition.Due(o.state) {
		o.now = due[0].At
		c := Definition.Issue(o.state, due[0])
		o.do(people.TheSystem, c.Name, c.Payload)
	}
	o.now = until
	return o
}

func (o *office) in(stage machine.Stage) *office {
	o.Helper()
	if o.state.Stage != stage {
		o.Fatalf("in %q, want %q", o.state.Stage, stage)
	}
	return o
}

// sent wants an effect to have given a command to complaints, and gives what it says; it forgets what was asked before.
func (o *office) sent(command string, to ...string) json.RawMessage {
	o.Helper()
	for i, a := range o.asked {
		var m procedure.Message
		if json.Unmarshal(a.Payload, &m); m.Command == command && slices.Equal(m.To, to) {
			o.asked = o.asked[i+1:]
			return m.Payload
		}
	}
	o.Fatalf("%s was not sent to %v: %s", command, to, machine.Encode(o.asked))
	return nil
}

func (o *office) informed(what string, to ...string) complaint.Inform {
	o.Helper()
	var p complaint.Inform
	if err := json.Unmarshal(o.sent(complaint.CmdInform, to...), &p); err != nil || p.What != what || p.Issue != number {
		o.Fatalf("informed of %+v, want %s", p, what)
	}
	return p
}

func (o *office) convene() *office {
	o.Helper()
	return o.do(manager, CmdConvene, Convene{At: o.now.Add(48 * time.Hour), Place: "会所", Agenda: policy.Text{Zh: "商量水泵"}})
}

// J1, J2: an issue found by itself convenes a forum, and what is decided reaches every member; it then ends.
func TestAForumAnswersEveryMember_J1_J2(t *testing.T) {
	o := opened(t, people.TheSystem, members...).in(StagePlanning)
	if !o.state.Found || len(o.state.Members) != 3 || len(o.told) != 2 {
		t.Fatalf("%+v told %v", o.state, o.told)
	}
	o.sent(complaint.CmdJoinIssue, members...)
	o.refused("forbidden", agent, CmdConvene, Convene{At: o.now.Add(time.Hour), Place: "p", Agenda: ours}).
		refused("missing_field", manager, CmdConvene, Convene{At: o.now.Add(time.Hour), Place: "p"}).
		refused("in_the_past", manager, CmdConvene, Convene{At: o.now.Add(-time.Hour), Place: "p", Agenda: ours})
	o.convene().in(StageConvened)
	if p := o.informed(complaint.OfForum, members...); p.Place != "会所" || !p.At.Equal(o.state.Forum.At) || p.Text.Zh != "商量水泵" {
		t.Errorf("invited to %+v", p)
	}
	if c, _ := o.state.Deadline("minutes"); !c.Due.Equal(o.state.Forum.At.Add(48 * time.Hour)) {
		t.Errorf("the minutes are due %v", c.Due)
	}
	o.refused("in_the_future", manager, CmdMinutes, Minutes{HeldAt: o.now.Add(time.Hour), Text: "t"}).
		refused("out_of_range", manager, CmdMinutes, Minutes{HeldAt: o.now, Attended: []string{"韩梅"}, Text: "t"})
	o.wait(49*time.Hour).do(manager, CmdMinutes, Minutes{HeldAt: o.now.Add(-time.Hour), Present: 2, Attended: []string{members[0]}, Text: "都同意"}).in(StageDeciding)
	if p := o.informed(complaint.OfMinutes, members...); p.Present != 2 || p.Text.Zh != "都同意" || p.Place != "会所" {
		t.Errorf("told of the forum: %+v", p)
	}
	o.refused("missing_field", gm, CmdConclude, Conclude{}).do(gm, CmdConclude, Conclude{Decision: ours}).in(StageInforming)
	if p := o.informed(complaint.OfDecision, members...); p.Text != ours {
		t.Errorf("told %+v", p)
	}
	o.do(people.TheSystem, CmdHearInformed, procedure.Answer{}).in(machine.StageClosed)
	if o.state.Closing.Outcome != Concluded || o.asked[len(o.asked)-1].Name != EffectRelease {
		t.Errorf("ended as %+v, asked %v", o.state.Closing, o.asked)
	}
	o.wait(8 * 24 * time.Hour).in(machine.StageArchived)
}

// J2, J3: the handling is announced instead; announcements stand for their time, and can be taken down.
func TestAnAnnouncementStands_J2_J3(t *testing.T) {
	o := opened(t, manager, members...)
	for code, p := range map[string]Announce{
		"missing_field":         {Title: ours, Until: o.now.Add(time.Hour)},
		"in_the_past":           {Title: ours, Text: ours, Until: o.now.Add(-time.Hour)},
		"ends_before_it_begins": {Title: ours, Text: ours, From: o.now.Add(2 * time.Hour), Until: o.now.Add(time.Hour)},
	} {
		o.refused(code, gm, CmdAnnounce, p)
	}
	o.do(gm, CmdAnnounce, Announce{Title: policy.Text{Zh: "更换水泵"}, Text: policy.Text{Zh: "周一开工"}, Until: o.now.Add(72 * time.Hour)}).in(StageDeciding)
	if p := o.informed(complaint.OfAnnouncement, members...); p.Text.Zh != "更换水泵\n周一开工" || p.Text.En != "" {
		t.Errorf("told %+v", p)
	}
	later := o.now.Add(24 * time.Hour)
	o.do(manager, CmdAnnounce, Announce{Title: ours, Text: ours, From: later, Until: later.Add(time.Hour)})
	standing := func(at time.Time) (ids []string) {
		for _, a := range o.state.Standing(at) {
			ids = append(ids, a.ID)
		}
		return ids
	}
	if got := fmt.Sprint(standing(o.now), standing(later), standing(later.Add(2*time.Hour))); got != "[A1] [A2 A1] [A1]" {
		t.Errorf("stand %s", got)
	}
	o.refused("unknown_announcement", gm, CmdTakeDown, TakeDown{Announcement: "A9", Reason: "r"}).
		do(gm, CmdTakeDown, TakeDown{Announcement: "A1", Reason: "改期"}).refused("nothing_to_do", gm, CmdTakeDown, TakeDown{Announcement: "A1", Reason: "改期"})
	if got := fmt.Sprint(standing(later)); got != "[A2]" {
		t.Errorf("stand %s", got)
	}
}

// J2, H1, H2: how to handle it, and the minutes, fall due and climb.
func TestNothingIsLateInSilence_J2_H2(t *testing.T) {
	late := func(o *office, step deadline.Step) {
		t.Helper()
		if c, _ := o.state.Deadline(string(step)); !c.Breached || o.state.Escalated[len(o.state.Escalated)-1].Level != people.GM {
			t.Errorf("%s late in silence: %+v", step, o.state.Set)
		}
	}
	o := opened(t, people.TheSystem, members...).wait(73 * time.Hour)
	late(o, StepPlanning)
	o = opened(t, people.TheSystem, members...).convene().wait(48*time.Hour + 49*time.Hour)
	late(o, StepMinutes)
	o.do(manager, CmdMinutes, Minutes{HeldAt: monday, Text: "t"}).wait(73 * time.Hour)
	late(o, StepConclude)
}

// J1: complaints join and leave; who comes late is told what the others were.
func TestJoiningAndLeaving_J1(t *testing.T) {
	all := numbers(5)
	o := opened(t, manager, all[0])
	o.refused("unknown_complaint", agent, CmdJoin, Join{Complaints: []string{"ZX-1"}}).
		refused("nothing_to_do", agent, CmdJoin, Join{Complaints: all[:1]}).
		do(people.TheSystem, CmdJoin, Join{Complaints: all[:1]}).
		do(agent, CmdJoin, Join{Complaints: all[:3]})
	if last := o.asked[len(o.asked)-1]; last.Then != CmdHearMembers {
		t.Errorf("whether those who were named are there is not heard: %+v", last)
	}
	o.sent(complaint.CmdJoinIssue, all[1:3]...)
	alone := opened(t, manager).do(people.TheSystem, CmdJoin, Join{Complaints: all[:1]})
	if last := alone.asked[len(alone.asked)-1]; last.Then != "" {
		t.Errorf("who asks for itself is asked after: %+v", last)
	}
	o.convene().do(agent, CmdJoin, Join{Complaints: all[3:4]})
	o.informed(complaint.OfForum, all[:3]...)
	o.sent(complaint.CmdJoinIssue, all[3])
	o.informed(complaint.OfForum, all[3])
	o.refused("missing_field", agent, CmdLeave, Leave{Complaint: all[0]}).refused("no_member", agent, CmdLeave, Leave{Complaint: all[4], Reason: "r"}).
		do(agent, CmdLeave, Leave{Complaint: all[0], Reason: "另一处"})
	o.sent(complaint.CmdLeaveIssue, all[0])
	o.do(people.TheSystem, CmdDecline, complaint.Declining{Complaint: all[1], Code: complaint.IssueAnother}).
		do(people.TheSystem, CmdHearMembers, procedure.Answer{Result: machine.Encode(procedure.Sent{Unheard: []string{all[2], all[4]}})})
	if got := o.state.Numbers(); !slices.Equal(got, all[3:4]) {
		t.Errorf("left are %v", got)
	}
	o.refused("too_many", agent, CmdJoin, Join{Complaints: make([]string, 501)})
}

// J1: an issue takes as many as it can tell, and says so when it is full; superseded, all of them go to the other one.
func TestAnIssueHasAnEnd_J1(t *testing.T) {
	all := numbers(MostMembers + 1)
	o := opened(t, manager)
	for some := range slices.Chunk(all[:MostMembers], MostNamed) {
		o.do(people.TheSystem, CmdJoin, Join{Complaints: some})
	}
	o.refused("issue_full", people.TheSystem, CmdJoin, Join{Complaints: all[MostMembers:]})
	if size := len(machine.Encode(o.state)); size > 600<<10 {
		t.Errorf("full, it weighs %d bytes", size)
	}
	other := opened(t, manager)
	o.asked = nil
	o.do(people.TheSystem, CmdHearMatter, procedure.Answer{Result: machine.Encode(Holder{Number: "JT-20261122-7K3F9"})})
	for _, a := range o.asked {
		var m procedure.Message
		if _ = json.Unmarshal(a.Payload, &m); m.Command == CmdJoin {
			var j Join
			_ = json.Unmarshal(m.Payload, &j)
			other.do(people.TheSystem, CmdJoin, j)
		}
	}
	if n := len(other.state.Members); n != MostMembers {
		t.Errorf("%d of %d went to the other issue", n, MostMembers)
	}
}

// J1, J2: who joins late is told what still holds of what the others were told, a forum that moves is told as moved, and
// who leaves is told why.
func TestWhoJoinsLateHearsWhatHolds_J1_J2(t *testing.T) {
	all := numbers(4)
	o := opened(t, manager, all[0]).convene()
	o.informed(complaint.OfForum, all[0])
	was, moved := o.state.Forum.At, Convene{At: o.now.Add(50 * time.Hour), Place: "大堂", Agenda: ours}
	o.refused("forum_convened", manager, CmdConvene, moved)
	moved.Moves = &was
	o.do(manager, CmdConvene, moved).refused("forum_convened", gm, CmdConvene, moved) // who moves it at once is told
	if p := o.informed(complaint.OfForumMoved, all[0]); p.Place != "大堂" {
		t.Errorf("moved to %+v", p)
	}
	o.do(gm, CmdAnnounce, Announce{Title: ours, Text: ours, Until: o.now.Add(60 * time.Hour)}).do(gm, CmdAnnounce, Announce{Title: ours, Text: ours, Until: o.now.Add(90 * time.Hour)}).
		do(gm, CmdAnnounce, Announce{Title: ours, Text: ours, Until: o.now.Add(90 * time.Hour)}).do(gm, CmdTakeDown, TakeDown{Announcement: "A3", Reason: "重复"})
	o.wait(51*time.Hour).do(manager, CmdMinutes, Minutes{HeldAt: o.now.Add(-time.Hour), Present: 1, Text: "t"}).wait(10 * time.Hour)
	o.asked = nil
	o.do(agent, CmdJoin, Join{Complaints: all[1:2]})
	o.sent(complaint.CmdJoinIssue, all[1])
	o.informed(complaint.OfMinutes, all[1])
	o.informed(complaint.OfAnnouncement, all[1])
	if len(o.asked) != 0 {
		t.Errorf("told what holds no more: %s", machine.Encode(o.asked))
	}
	o.do(agent, CmdLeave, Leave{Complaint: all[1], Reason: "另一处"})
	var p complaint.LeaveIssue
	if err := json.Unmarshal(o.sent(complaint.CmdLeaveIssue, all[1]), &p); err != nil || p.Reason != "另一处" {
		t.Errorf("let go with %+v", p)
	}
}

// J3: an announcement is in Chinese, and in English whole or not at all. J1: an issue is of a category that complaints have.
func TestHalfAnAnnouncementIsRefused_J1_J3(t *testing.T) {
	o, zh := opened(t, manager, members...), policy.Text{Zh: "补种"}
	o.refused("missing_field", gm, CmdAnnounce, Announce{Title: zh, Text: ours, Until: o.now.Add(time.Hour)}).
		refused("missing_field", gm, CmdAnnounce, Announce{Title: ours, Text: zh, Until: o.now.Add(time.Hour)}).
		do(gm, CmdAnnounce, Announce{Title: zh, Text: zh, Until: o.now.Add(time.Hour)})
	branch := settings()
	branch.Categories = append(branch.Categories, policy.Category{ID: "leak.roof", Parent: "leak"})
	fresh := &office{T: t, state: Definition.New(number, branch), now: monday}
	fresh.refused("unknown_category", gm, machine.CmdRegister, Register{Community: "yuhu", Category: "leak", Subject: "s"})
}

// J1: one issue of a matter is open; a second one gives its members to the first, and a wrong one lets them go.
func TestOneIssueOfAMatter_J1(t *testing.T) {
	o := opened(t, manager, members...)
	if o.asked[0].Name != EffectClaim || o.asked[0].Then != CmdHearMatter {
		t.Fatalf("asked %+v", o.asked)
	}
	o.do(people.TheSystem, CmdHearMatter, procedure.Answer{Result: machine.Encode(Holder{Number: number})}).in(StagePlanning)
	o.do(people.TheSystem, CmdHearMatter, procedure.Answer{Result: machine.Encode(Holder{Number: "JT-20261122-7K3F9"})}).in(machine.StageClosed)
	if n := o.told[len(o.told)-1]; n.Template != "issue-superseded" || n.Args["linked"] != "JT-20261122-7K3F9" {
		t.Errorf("the leaders hear %+v", n)
	}
	var p complaint.LeaveIssue
	if err := json.Unmarshal(o.sent(complaint.CmdLeaveIssue, members...), &p); err != nil || p.Into != "JT-20261122-7K3F9" {
		t.Errorf("let go with %+v", p)
	}
	o.sent(CmdJoin, "JT-20261122-7K3F9")

	o = opened(t, manager, members...).refused("missing_field", gm, CmdDrop, Reasoned{}).do(gm, CmdDrop, Reasoned{Reason: "只有一户"}).in(machine.StageClosed)
	o.sent(complaint.CmdLeaveIssue, members...)

	empty := opened(t, manager)
	empty.do(manager, CmdAnnounce, Announce{Title: ours, Text: ours, Until: empty.now.Add(time.Hour)}).do(manager, CmdConclude, Conclude{Decision: ours}).in(machine.StageClosed)
}

// N1: leaders open issues, of their own communities; the desk keeps the list; nobody else sees them.
func TestWhoMayWhat_N1(t *testing.T) {
	stranger := gm
	stranger.Communities = []string{"linjiang"}
	o := opened(t, gm).refused("forbidden", stranger, CmdDrop, Reasoned{Reason: "r"}).refused("forbidden", agent, CmdDrop, Reasoned{Reason: "r"})
	if o.state.Sees(staff("zhao", people.Handler)) != people.SeesNothing || o.state.Sees(agent) != people.SeesAll {
		t.Error("sight is mixed up")
	}
	fresh := &office{T: t, state: Definition.New(number, settings()), now: monday}
	fresh.refused("forbidden", agent, machine.CmdRegister, Register{Community: "yuhu", Category: "leak", Subject: "s"}).
		refused("forbidden", stranger, machine.CmdRegister, Register{Community: "yuhu", Category: "leak", Subject: "s"}).
		refused("unknown_category", gm, machine.CmdRegister, Register{Community: "yuhu", Category: "x", Subject: "s"}).
		refused("missing_field", gm, machine.CmdRegister, Register{Community: "yuhu", Category: "leak"})
}

// The fold of the stored events is the state.
func TestTheEventsAreTheState(t *testing.T) {
	o := opened(t, manager, members...).convene().wait(50*time.Hour).do(manager, CmdMinutes, Minutes{HeldAt: monday, Text: "t"}).
		do(gm, CmdAnnounce, Announce{Title: ours, Text: ours, Until: monday.Add(200 * time.Hour)}).
		do(gm, CmdTakeDown, TakeDown{Announcement: "A1", Reason: "r"}).do(gm, CmdConclude, Conclude{Decision: ours}).do(people.TheSystem, CmdHearInformed, procedure.Answer{})
	var stored []procedure.Event
	if err := json.Unmarshal(machine.Encode(o.events), &stored); err != nil {
		t.Fatal(err)
	}
	if got, want := machine.Encode(Definition.Fold(number, settings(), stored)), machine.Encode(o.state); string(got) != string(want) {
		t.Errorf("%s\n%s", got, want)
	}
}
