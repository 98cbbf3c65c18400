package postgres_test

import (
	"strings"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/pool"
)

// mark is in every name and every free text of the planted cases, the numbers are their phones: one
// character, so that the pieces of the search index show it too.
const (
	mark       = "龘"
	markPhone  = "13900007788"
	markPhone2 = "13900006677"
)

var marks = []string{mark, markPhone, markPhone2}

func said(what string) string { return mark + what }

// planted is a complaint with marks wherever it can hold a text.
type planted struct{ *sown[complaint.State] }

func plant(f *field, number string) *planted {
	f.Helper()
	x := &planted{numbered(f, complaint.Definition, number)}
	return x.do(people.Agent, complaint.CmdRegister, complaint.Register{Record: complaint.Record{
		Community: "yuhu", Channel: complaint.Relay, Category: "other", Name: said("某"), Building: "3栋", Room: said("1202"),
		Phone: markPhone, Email: mark + "@example.com", Language: "en", HappenedAt: &monday, Place: said("大堂"), What: said("漏水"),
		Involved: []complaint.Involved{{Staff: said("员工"), Name: said("张")}}, Remedy: said("修好"), Apology: said("抱歉"),
		Relayed: &complaint.Relayed{Department: "security", By: said("保安"), At: &monday},
	}})
}

func (x *planted) do(role people.Role, command string, payload any) *planted {
	x.Helper()
	x.sown.do(role, command, payload)
	return x
}

// moved has the case adopt other settings.
func (x *planted) moved() *planted {
	other := x.state.Policy
	other.Version, other.WarnPercent = "other", 60
	return x.do(people.Manager, complaint.CmdAdopt, policy.Adoption{Policy: other, Settings: 2, Reason: said("台风")})
}

func (x *planted) due() *planted {
	x.Helper()
	x.sown.due(1)
	return x
}

func (x *planted) archived() *planted {
	x.Helper()
	x.sown.archived()
	return x
}

func (x *planted) orders() []complaint.TaskOrder {
	until := x.now.Add(48 * time.Hour)
	return []complaint.TaskOrder{{Department: "service", Content: said("去看"), Contact: said("赵"), Phone: markPhone2, Deadline: &until}}
}

// worked accepts and completes every task that is open.
func (x *planted) worked() *planted {
	x.Helper()
	for _, task := range x.state.Tasks {
		if task.Status == complaint.TaskDispatched {
			x.do(people.Agent, complaint.CmdAccept, complaint.TaskRef{Task: task.ID})
		}
		if task.Status != complaint.TaskCompleted {
			x.do(people.Agent, complaint.CmdComplete, complaint.Complete{Task: task.ID, Result: said("好了"), Evidence: []string{said("照片")}})
		}
	}
	return x
}

func (x *planted) judged(n complaint.Nature, special bool) *planted {
	x.Helper()
	return x.do(people.Agent, complaint.CmdJudge, complaint.Judge{Nature: n, Grounds: said("因为"), Special: special}).
		do(people.Manager, complaint.CmdReview, complaint.Review{Nature: n, Grounds: said("同意")})
}

// wholeLoop goes through the work, its detours and rectifications.
func (x *planted) wholeLoop() *planted {
	x.do(people.Agent, complaint.CmdContain, complaint.Contain{Measure: said("围挡")}).
		do(people.Manager, complaint.CmdReceive, complaint.Receive{Said: said("说"), Promised: said("答应")}).
		do(people.Agent, complaint.CmdContact, complaint.Contacted{Channel: complaint.Hotline, Said: said("说了")}).
		do(people.Agent, complaint.CmdClarify, complaint.Clarify{
			Name: said("名"), Building: "4栋", Room: said("房"), Phone: markPhone2, Email: mark + "@example.org", Place: said("处"), What: said("事"),
			Involved: []complaint.Involved{{Name: said("钱")}}, Remedy: said("求"), Impossible: said("不便"),
		}).
		do(people.Agent, complaint.CmdClassify, complaint.Classify{Category: "service.attitude", Reason: said("态度")}).
		judged(complaint.Valid, false).
		do(people.Agent, complaint.CmdPropose, complaint.Propose{Text: said("方案")}).
		do(people.Complainant, complaint.CmdAnswer, complaint.AnswerPlan{Answer: complaint.Agreed, Opinion: said("行")}).
		do(people.Agent, complaint.CmdDispatch, complaint.Dispatch{Tasks: x.orders()}).
		do(people.Handler, complaint.CmdReturn, complaint.Return{Task: "T1", Reason: said("不归我")}).
		do(people.Agent, complaint.CmdReroute, complaint.Reroute{Task: "T1", Department: "service", Content: said("再看")}).
		do(people.Handler, complaint.CmdAccept, complaint.TaskRef{Task: "T1"}).
		do(people.Handler, complaint.CmdProgress, complaint.Progress{Task: "T1", Note: said("在做")}).
		do(people.Handler, complaint.CmdPause, complaint.PauseTask{Task: "T1", Reason: "parts", Note: said("等件"), Until: x.now.Add(time.Hour)}).
		do(people.Handler, complaint.CmdResume, complaint.TaskRef{Task: "T1"}).
		do(people.Agent, complaint.CmdRequestEscalation, deadline.RequestEscalation{Task: "T1", Reason: said("难")}).
		do(people.Manager, complaint.CmdDecideEscalation, deadline.DecideEscalation{
			Escalation: "E1", Decision: "approve", Reason: said("帮"), Deadline: x.now.Add(24 * time.Hour), Handler: "u-handler", HandlerName: said("孙"),
		}).worked().
		do(people.Manager, complaint.CmdVerify, complaint.Verify{Note: said("没好"), Rectify: x.orders()}).worked().
		do(people.Manager, complaint.CmdVerify, complaint.Verify{Passed: true, Note: said("好")}).
		do(people.Manager, complaint.CmdRevisit, complaint.Revisit{Method: complaint.ByPhone, Reached: true, Outcome: 2, Handling: 3, Opinion: said("差"), Rectify: x.orders()}).worked().
		do(people.Manager, complaint.CmdVerify, complaint.Verify{Passed: true, Note: said("好")}).
		do(people.Manager, complaint.CmdRevisit, complaint.Revisit{Method: complaint.ByPhone, Reached: true, Satisfied: true, Outcome: 4, Handling: 5, Opinion: said("好")}).
		do(people.Complainant, complaint.CmdReopen, complaint.Reasoned{Reason: said("又坏")}).
		do(people.Complainant, complaint.CmdWithdraw, complaint.Reasoned{Reason: said("算了")})
	return x.archived()
}

// neighbour is the number of another complaint about the same matter.
const neighbour = "TS-20260302-2BYHS"

// followed goes through everything that a complaint that was merged can hear from others, and then some. A11
func (x *planted) followed() *planted {
	x.Helper()
	whom := []complaint.Involved{{Name: said("吴")}}
	const issue = "JT-20260302-2BYHS"
	told := complaint.Inform{Issue: issue, What: complaint.OfForum, Text: policy.Text{Zh: said("座谈"), En: said("forum")}, Place: said("会议室"), At: &x.now}
	x.do(people.System, complaint.CmdJoinIssue, complaint.JoinIssue{Issue: issue, Community: x.state.Record.Community}).
		do(people.System, complaint.CmdInform, told).
		do(people.System, complaint.CmdNoteMeasure, complaint.NoteMeasure{Number: "GJ-20261123-7K3F9"}).
		do(people.System, complaint.CmdLeaveIssue, complaint.LeaveIssue{Issue: issue})
	x.do(people.System, complaint.CmdUndoMerge, complaint.UndoMerge{From: neighbour, Into: "TS-20260302-4QX22"}).
		do(people.System, complaint.CmdFollow, complaint.Follow{From: neighbour, What: complaint.OfPlan, Stage: complaint.StageWorking, Text: said("方案")}).
		due().
		do(people.Complainant, complaint.CmdReopen, complaint.Reasoned{Reason: said("另一件")}).
		do(people.System, complaint.CmdFollow, complaint.Follow{From: neighbour, What: complaint.OfStage, Stage: complaint.StageWorking}).
		do(people.System, complaint.CmdTakeIn, complaint.TakeIn{Companion: complaint.Companion{Number: neighbour, Involved: whom}, Community: "elsewhere"}).
		do(people.System, complaint.CmdTakeIn, complaint.TakeIn{Companion: complaint.Companion{Number: neighbour, Involved: whom}, Community: x.state.Record.Community}).
		do(people.System, complaint.CmdPart, complaint.Part{Number: neighbour}).
		do(people.Complainant, complaint.CmdWithdraw, complaint.Reasoned{Reason: said("算了")})
	return x
}

// pooled goes through what other cases answer, and work for pools. B6, C1
func (x *planted) pooled() *planted {
	x.Helper()
	return x.do(people.System, machine.CmdLink, procedure.Answer{Refused: procedure.Invalid("unknown_category")}).
		do(people.System, machine.CmdLink, procedure.Answer{Result: encode(x.T, procedure.Opened{Number: said("号")})}).
		do(people.Manager, complaint.CmdDispatch, complaint.Dispatch{Lead: "service", Tasks: []complaint.TaskOrder{
			{Pool: "cleaners", Content: said("擦")}, {Pool: "repairs", Content: said("修")},
		}}).
		do(people.Handler, complaint.CmdReturn, complaint.Return{Task: "T1", Reason: said("没空")}).
		do(people.Agent, complaint.CmdAccept, complaint.AcceptTask{Task: "T1", Department: "environment"}).
		do(people.System, complaint.CmdTakeTurn, procedure.Answer{Result: encode(x.T, pool.Turn{Department: "service", Task: "T2"})})
}

// everything plants cases that go through every event that can hold a text.
func everything(t *testing.T, db *postgres.DB) []*planted {
	t.Helper()
	db.Mail = true
	f := afield(t, db).peopled("service")
	cases := []*planted{
		plant(f, "TS-1").wholeLoop(),
		plant(f, "TS-2").judged(complaint.Invalid, false).
			do(people.Agent, complaint.CmdExplain, complaint.Explain{Said: said("规定")}).
			do(people.Complainant, complaint.CmdAppeal, complaint.Reasoned{Reason: said("不服")}).
			do(people.Agent, complaint.CmdMerge, complaint.Merge{Into: neighbour, Reason: said("同一件")}).followed().archived(),
		plant(f, "TS-3").moved().judged(complaint.Major, false).
			do(people.GM, complaint.CmdNameHandler, complaint.NameHandler{Staff: "u-manager", Name: said("周")}).pooled().
			do(people.Complainant, complaint.CmdWithdraw, complaint.Reasoned{Reason: said("算了")}).archived(),
	}
	x := plant(f, "TS-4").judged(complaint.Valid, true).
		do(people.Agent, complaint.CmdSettleService, complaint.SettleService{Request: said("号"), Outcome: said("没办")})
	x.do(people.Agent, complaint.CmdDispatch, complaint.Dispatch{Tasks: x.orders()}).
		do(people.Agent, complaint.CmdPropose, complaint.Propose{Text: said("方案")}).
		do(people.Complainant, complaint.CmdAnswer, complaint.AnswerPlan{Answer: complaint.Agreed}).worked().
		do(people.Manager, complaint.CmdVerify, complaint.Verify{Passed: true, Note: said("好")})
	for x.state.Stage == complaint.StageRevisiting {
		x.do(people.Manager, complaint.CmdRevisit, complaint.Revisit{Method: complaint.ByPhone, Opinion: said("没人")})
		x.now = x.now.Add(24 * time.Hour)
	}
	cases = append(cases, x.do(people.Manager, complaint.CmdDecideUnreached, complaint.DecideUnreached{Decision: "close", Reason: said("找不到")}).archived())
	for _, event := range complaint.Events {
		if !f.seen[event] && !strings.HasPrefix(event, "deadline-") && !strings.HasPrefix(event, "escalation-") &&
			event != complaint.EvTaskReleased && event != complaint.EvCalendarMissing {
			t.Errorf("no planted case has the event %s: its texts are not tested", event)
		}
	}
	return cases
}
