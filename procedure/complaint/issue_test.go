package complaint_test

import (
	"encoding/json"
	"testing"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// J1, J2: who complains hears that neighbours do too, what the issue tells, and that it tells nothing any more; what was
// said at the forum stays on the record, and a text that is in Chinese alone says so to whoever reads English.
func TestAMemberHearsOfItsIssue_J1_J2(t *testing.T) {
	const issue = "JT-20260302-7K3F9"
	who, join := procedure.Recipient{Complainant: true}, JoinIssue{Issue: issue, Community: "yuhu"}
	d := registered(t).hush().do(people.TheSystem, CmdJoinIssue, join).told(who, "joined-issue").hush()
	said := func(n int) map[string]string {
		t.Helper()
		d.told(who, "informed")
		if len(d.notices) != n {
			t.Fatalf("told %+v", d.notices)
		}
		return d.notices[n-1].Args
	}
	d.do(people.TheSystem, CmdInform, Inform{Issue: issue, What: OfMinutes, Text: policy.Text{Zh: "李先生说要换泵"}, Present: 3})
	if a := said(1); a["present"] != "3" || a["said_zh"] != "" || a["open"] == "" {
		t.Errorf("of the forum they are told %v", a)
	}
	d.do(people.TheSystem, CmdInform, Inform{Issue: issue, What: OfDecision, Text: policy.Text{Zh: "换泵"}})
	if a := said(2); a["said_en"] != "换泵" || a["chinese_en"] == "" {
		t.Errorf("of the decision they are told %v", a)
	}
	d.hush().do(people.TheSystem, CmdLeaveIssue, LeaveIssue{Issue: issue, Reason: "another pump"}).told(who, "left-issue").
		refused("nothing_to_do", people.TheSystem, CmdLeaveIssue, LeaveIssue{Issue: issue})
	if p := last[LeaveIssue](d, EvLeftIssue); p.Reason != "another pump" {
		t.Errorf("on record is %+v", p)
	}
	d.hush().do(people.TheSystem, CmdJoinIssue, join).hush().do(people.TheSystem, CmdLeaveIssue, LeaveIssue{Issue: issue, Into: "JT-20260302-2BYHS"})
	if len(d.notices) > 0 {
		t.Errorf("another issue goes on with it, and they are told %+v", d.notices)
	}
	d.do(people.TheSystem, CmdJoinIssue, join).do(resident, CmdWithdraw, Reasoned{Reason: "it stopped"})
	answered := registered(t).do(people.TheSystem, CmdJoinIssue, join).do(people.TheSystem, CmdInform, Inform{Issue: issue, What: OfDecision, Text: policy.Text{Zh: "换泵"}}).
		do(resident, CmdWithdraw, Reasoned{Reason: "it is answered"})
	if answered.state.Membership.Left {
		t.Error("answered, it is a member no more")
	}
	other := JoinIssue{Issue: "JT-20260302-2BYHS", Community: "yuhu"}
	if answered.do(people.TheSystem, CmdJoinIssue, other); answered.state.Membership.Number != other.Issue {
		t.Errorf("answered, it cannot join another: %+v", answered.state.Membership)
	}
	if p := last[LeaveIssue](d, EvLeftIssue); p.Code != IssueWithdrawn || !d.state.Membership.Left {
		t.Errorf("withdrawn, it is still a member: %+v", p)
	}
	got := Effects(d.state, d.events[len(d.events)-1])
	var m procedure.Message
	if len(got) != 1 || json.Unmarshal(got[0].Payload, &m) != nil || m.Command != CmdDecline || m.To[0] != issue {
		t.Errorf("the issue is told %+v", got)
	}
	d.folds()
}
