package complaint_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

var (
	someText = rapid.SampledFrom([]string{"", "because", "  ", "因为", "a\x00b"})
	anActor  = rapid.SampledFrom(everyone)
	aDept    = rapid.SampledFrom([]string{"security", "engineering", "vendor", "circus", ""})
	aWord    = rapid.SampledFrom([]string{
		"valid", "invalid", "major", "undetermined", "emergency", "urgent", "normal", "agreed", "adjust", "no_answer", "phone", "door", "other",
		"approve", "decline", "close", "keep_trying", "parts", "complainant", "noise", "trapped", "hotline", "yuhu", "T1", "T2", "E1", "E2", "security", "", "x",
	})
)

// likely makes a payload that the command may well take; garbage makes any JSON.
func (d *desk) likely(t *rapid.T, command string) any {
	text := func() string {
		if rapid.IntRange(0, 9).Draw(t, "text?") > 0 {
			return "because"
		}
		return someText.Draw(t, "text")
	}
	moment := func() *time.Time {
		return in(d, rapid.SampledFrom([]time.Duration{time.Hour, day, 30 * day, -time.Hour, 800 * day}).Draw(t, "deadline"))
	}
	task := func() string {
		if n := len(d.state.Tasks); n > 0 && rapid.IntRange(0, 9).Draw(t, "task?") > 0 {
			return d.state.Tasks[n-1-rapid.IntRange(0, min(n-1, 2)).Draw(t, "task")].ID
		}
		return rapid.SampledFrom([]string{"T1", "T9", "E1", ""}).Draw(t, "any task")
	}
	yes := func() bool { return rapid.Bool().Draw(t, "yes") }
	tasks := func() (orders []TaskOrder) {
		for range rapid.IntRange(0, 2).Draw(t, "tasks") {
			orders = append(orders, TaskOrder{Department: aDept.Draw(t, "department"), Content: text(), Deadline: moment()})
			if yes() {
				orders[len(orders)-1].After = []string{task()}
			}
		}
		return orders
	}
	switch command {
	case CmdRegister:
		p := record(d.now)
		p.Category = rapid.SampledFrom([]string{"noise", "parking", "leak", "trapped"}).Draw(t, "category")
		if rapid.IntRange(0, 4).Draw(t, "unclear") == 0 {
			p.Name, p.Vague = "", []string{"what"}
		}
		if rapid.IntRange(0, 2).Draw(t, "about somebody") == 0 {
			p.Involved = []Involved{{Staff: anActor.Draw(t, "named").ID}}
		}
		return p
	case CmdClarify:
		return rapid.SampledFrom([]Clarify{{Impossible: "anonymous"}, {Name: "N", What: "W"}, {}, {Involved: []Involved{{Name: manager.Name}}}}).Draw(t, "clarify")
	case CmdClassify:
		return Classify{Urgency: rapid.SampledFrom([]Urgency{Emergency, Urgent, Normal, ""}).Draw(t, "urgency"), Category: rapid.SampledFrom([]string{"", "noise", "leak", "trapped", "parking"}).Draw(t, "category"), Reason: text()}
	case CmdJudge:
		return Judge{Nature: rapid.SampledFrom([]Nature{Valid, Valid, Invalid, Major, Undetermined}).Draw(t, "nature"), Grounds: text(), Special: rapid.IntRange(0, 4).Draw(t, "special") == 0}
	case CmdReview:
		return Review{Nature: rapid.SampledFrom([]Nature{Valid, Valid, Invalid, Major}).Draw(t, "nature"), Grounds: text()}
	case CmdExplain:
		return Explain{Said: text(), Accepted: yes()}
	case CmdAppeal, CmdWithdraw, CmdReopen:
		return Reasoned{Reason: text()}
	case CmdSettleService:
		return SettleService{Outcome: text(), Done: yes()}
	case CmdContain:
		return Contain{Measure: text()}
	case CmdReceive:
		return Receive{Said: text()}
	case CmdContact:
		return Contacted{Channel: Hotline, Said: text()}
	case CmdNameHandler:
		return NameHandler{Staff: anActor.Draw(t, "handler").ID}
	case CmdDispatch:
		return Dispatch{Tasks: tasks(), Lead: aDept.Draw(t, "lead")}
	case CmdAccept, CmdResume:
		return TaskRef{Task: task()}
	case CmdReturn:
		return Return{Task: task(), Reason: text()}
	case CmdReroute:
		return Reroute{Task: task(), Department: aDept.Draw(t, "department")}
	case CmdProgress:
		return Progress{Task: task(), Note: text()}
	case CmdComplete:
		return Complete{Task: task(), Result: text(), Evidence: []string{"photo"}}
	case CmdPause:
		return PauseTask{Task: task(), Reason: "parts", Until: *moment()}
	case CmdPropose:
		return Propose{Text: text()}
	case CmdAnswer:
		return AnswerPlan{Answer: rapid.SampledFrom([]Answer{Agreed, Agreed, Adjust, NoAnswer}).Draw(t, "answer"), Opinion: text()}
	case CmdRequestEscalation:
		return deadline.RequestEscalation{Reason: text(), Task: rapid.SampledFrom([]string{"", task()}).Draw(t, "about")}
	case CmdDecideEscalation:
		return deadline.DecideEscalation{
			Escalation: fmt.Sprint("E", max(1, len(d.state.Escalated)-rapid.IntRange(0, 2).Draw(t, "escalation"))), Decision: rapid.SampledFrom([]string{"approve", "decline"}).Draw(t, "decision"),
			Reason: text(), Deadline: *moment(), Handler: rapid.SampledFrom([]string{"", "agent", "engineer"}).Draw(t, "handler"), ToCompany: rapid.IntRange(0, 4).Draw(t, "up") == 0,
		}
	case CmdVerify:
		return Verify{Passed: yes(), Note: text(), Rectify: tasks()}
	case CmdRevisit:
		score := rapid.IntRange(0, 6)
		return Revisit{Method: rapid.SampledFrom([]Method{AtDoor, AtDoor, ByPhone, Other}).Draw(t, "method"), Reached: yes(), Satisfied: yes(), Outcome: score.Draw(t, "outcome"), Handling: score.Draw(t, "handling"), Rectify: tasks(), Of: rapid.SampledFrom([]string{"", other}).Draw(t, "of")}
	case CmdDecideUnreached:
		return DecideUnreached{Decision: rapid.SampledFrom([]string{"close", "keep_trying"}).Draw(t, "decision"), Reason: text()}
	case CmdMerge:
		return Merge{Into: rapid.SampledFrom([]string{other, number, ""}).Draw(t, "into"), Reason: text()}
	case CmdTakeIn:
		return TakeIn{Companion: Companion{Number: other}, Community: "yuhu", Drill: rapid.IntRange(0, 4).Draw(t, "drill") == 0}
	case CmdPart:
		return Part{Number: other}
	case CmdFollow:
		return Follow{From: other, What: OfStage, Stage: rapid.SampledFrom([]Stage{StageWorking, StageClosed}).Draw(t, "stage")}
	case CmdUndoMerge:
		return UndoMerge{From: other, Code: LeadClosed, Into: rapid.SampledFrom([]string{"", other, number}).Draw(t, "into")}
	case CmdJoinIssue:
		return JoinIssue{Issue: "JT-1", Community: "yuhu", Drill: rapid.IntRange(0, 4).Draw(t, "drill") == 0}
	case CmdLeaveIssue:
		return LeaveIssue{Issue: "JT-1"}
	case CmdInform:
		return Inform{Issue: "JT-1", What: OfDecision, Text: policy.Text{Zh: text()}}
	case CmdHearMerge:
		return procedure.Answer{Result: json.RawMessage(jsonOf(t, procedure.Sent{Unheard: []string{other}}))}
	case CmdWarn, CmdBreach, CmdArchive:
		if due := Due(d.state); len(due) > 0 {
			x := rapid.SampledFrom(due).Draw(t, "due")
			return deadline.TimeUp{Key: x.Key, At: x.At}
		}
	}
	return struct{}{}
}

// garbage is JSON with the right field names and the wrong values, or no JSON at all.
var garbage = rapid.Custom(func(t *rapid.T) json.RawMessage {
	if rapid.IntRange(0, 3).Draw(t, "broken") == 0 {
		return json.RawMessage(rapid.String().Draw(t, "text"))
	}
	fields := rapid.MapOfN(
		rapid.SampledFrom([]string{"reason", "nature", "grounds", "task", "tasks", "until", "deadline", "answer", "decision", "escalation", "key", "at", "text", "department", "color"}),
		rapid.OneOf(aWord.AsAny(), rapid.Int().AsAny(), rapid.Bool().AsAny(), rapid.Just(any(nil)), rapid.Just(any([]any{map[string]any{"department": "security"}}))),
		0, 4).Draw(t, "fields")
	raw, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return raw
})

var aWait = rapid.SampledFrom([]time.Duration{
	0, time.Second, time.Minute, 10 * time.Minute, time.Hour, 3 * time.Hour, 9 * time.Hour, day, day, 3 * day, 7*day - time.Second, 15 * day,
})

// Whatever anybody does and however long nobody does, no invariant breaks: see invariants, give and
// next. A1-I1
func TestNoInvariantEverBreaks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := newDesk(t)
		d.now = rapid.SampledFrom([]time.Time{monday, shanghai("2026-09-30 17:00"), shanghai("2027-11-30 09:00")}).Draw(t, "begin")
		d.begin(t)
		t.Repeat(map[string]func(*rapid.T){
			"":              func(*rapid.T) {},
			"wait":          func(t *rapid.T) { d.wait(aWait.Draw(t, "wait")) },
			"what is due":   func(t *rapid.T) { d.next(d.now.Add(90 * day)) },
			"what is asked": func(t *rapid.T) { d.try(t, anActor.Draw(t, "actor"), rapid.SampledFrom(Commands()).Draw(t, "command")) },
			"what is allowed": func(t *rapid.T) {
				a := anActor.Draw(t, "actor")
				if allowed := d.allowed(t, a); len(allowed) > 0 {
					d.try(t, a, rapid.SampledFrom(allowed).Draw(t, "command"))
				}
			},
			"what leads on":        func(t *rapid.T) { d.goOn(t) },
			"what leads on, again": func(t *rapid.T) { d.goOn(t) },
			"what the top decides": func(t *rapid.T) { d.try(t, company, CmdDecideEscalation) },
			"what befalls a task": func(t *rapid.T) {
				d.try(t, agent, rapid.SampledFrom([]string{CmdPause, CmdPause, CmdResume, CmdReturn, CmdReroute, CmdProgress}).Draw(t, "command"))
			},
			"garbage": func(t *rapid.T) {
				c := d.command(anActor.Draw(t, "actor"), rapid.SampledFrom(Commands()).Draw(t, "command"), garbage.Draw(t, "payload"))
				_ = d.give(c) // mostly refused; give checks either way
			},
		})
		d.settled(t)
	})
}

// begin registers a complaint and may bring it some way on, so that runs are not all spent at the door.
func (d *desk) begin(t *rapid.T) {
	d.t = t
	story := rapid.SampledFrom([]func(*desk) *desk{
		nil, nil, nil, (*desk).explainedAway, (*desk).toWorking, (*desk).toVerifying, (*desk).toRevisiting,
		func(d *desk) *desk { return d.judged(Major).dispatched("security").agreed().worked() },
		func(d *desk) *desk { return d.toRevisiting().unreached(3) },
		func(d *desk) *desk { return d.toRevisiting().satisfied() },
	}).Draw(t, "story")
	if story == nil {
		d.state.Policy.Review = rapid.SampledFrom([][]string{{"valid", "invalid", "major"}, {"invalid"}, nil}).Draw(t, "review")
		d.do(agent, CmdRegister, d.likely(t, CmdRegister))
		return
	}
	story(d.do(agent, CmdRegister, record(d.now)))
}

func (d *desk) try(t *rapid.T, a people.Actor, command string) {
	d.t = t
	archived := d.state.Stage == StageArchived
	if err := d.give(d.command(a, command, d.likely(t, command))); err == nil && archived {
		t.Fatalf("an archived complaint took %s", command)
	} else if err != nil && code(err) == "" {
		t.Fatalf("%s: not a refusal: %v", command, err)
	}
}

// goOn makes some of the moves that bring a complaint on, so that runs get far.
func (d *desk) goOn(t *rapid.T) {
	d.t = t
	for range rapid.IntRange(1, 5).Draw(t, "moves") {
		fit := slices.DeleteFunc(slices.Clone(moves), func(m move) bool { return !slices.Contains(Allowed(d.state, m.by), m.command) })
		if len(fit) == 0 {
			return
		}
		m := rapid.SampledFrom(fit).Draw(t, "move")
		if m.command == CmdWithdraw || m.command == CmdMerge {
			continue // what is allowed withdraws and merges often enough
		}
		_ = d.give(d.command(m.by, m.command, m.payload(d))) // give checks either way
	}
}

// allowed wants the table to permit whatever is offered.
func (d *desk) allowed(t *rapid.T, a people.Actor) []string {
	allowed := Allowed(d.state, a)
	for _, command := range allowed {
		_, err := Decide(d.state, procedure.Command{Name: command, Actor: a}, d.now)
		if c := code(err); c == "forbidden" || c == "wrong_stage" {
			t.Fatalf("%s is offered to %s and then %s", command, a.ID, sentence(err))
		}
	}
	return allowed
}

// settled looks at the whole story once it is over.
func (d *desk) settled(t *rapid.T) {
	d.t = t
	d.folds()
	d.counted()
	for _, e := range d.state.Escalated {
		if e.Status != deadline.EscalationOpen {
			continue
		}
		decision, deciding := d.state.Deadline(string(StepDecision) + ":" + e.ID)
		reminder, reminding := d.state.Deadline(string(StepReminder) + ":" + e.ID)
		if deciding == reminding || decision.Breached || reminder.Breached {
			t.Fatalf("nobody is asked about %+v", e)
		}
	}
}
