package complaint_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/people"
)

// move is one thing that can be tried in any state.
type move struct {
	by      people.Actor
	command string
	payload func(*desk) any
}

func plain(p any) func(*desk) any { return func(*desk) any { return p } }

// onLast makes a payload about the newest task.
func onLast(payload func(task string) any) func(*desk) any {
	return func(d *desk) any { return payload(fmt.Sprint("T", len(d.state.Tasks))) }
}

var because = plain(Reasoned{Reason: "r"})

// moves are the ways on: every command that can lead to another stage, or to what leads there, by people who may.
var moves = []move{
	{agent, CmdRegister, func(d *desk) any { return record(d.now) }},
	{agent, CmdRegister, func(d *desk) any { p := record(d.now); p.Category = "trapped"; return p }},
	{agent, CmdRegister, func(d *desk) any { p := record(d.now); p.Category = "parking"; return p }},
	{manager, CmdClassify, plain(Classify{Urgency: Emergency, Reason: "r"})},
	{manager, CmdJudge, plain(Judge{Nature: Valid, Grounds: "g"})},
	{manager, CmdJudge, plain(Judge{Nature: Valid, Grounds: "g", Special: true})},
	{manager, CmdJudge, plain(Judge{Nature: Invalid, Grounds: "g"})},
	{manager, CmdJudge, func(d *desk) any {
		if !d.state.Appealed {
			return Judge{Nature: Valid, Grounds: "g"}
		}
		return Judge{Nature: Major, Grounds: "g"}
	}},
	{manager, CmdJudge, plain(Judge{Nature: Undetermined, Grounds: "g"})},
	{gm, CmdReview, plain(Review{Nature: Valid, Grounds: "g"})},
	{gm, CmdReview, plain(Review{Nature: Invalid, Grounds: "g"})},
	{gm, CmdExplain, plain(Explain{Said: "s", Accepted: true})},
	{resident, CmdAppeal, because},
	{manager, CmdSettleService, plain(SettleService{Outcome: "o", Done: true})},
	{manager, CmdSettleService, plain(SettleService{Outcome: "o"})},
	{manager, CmdDispatch, plain(Dispatch{Tasks: []TaskOrder{{Department: "security", Content: "c"}}, Lead: "security"})},
	{agent, CmdAccept, onLast(func(t string) any { return TaskRef{Task: t} })},
	{agent, CmdComplete, onLast(func(t string) any { return Complete{Task: t, Result: "r", Evidence: []string{"e"}} })},
	{agent, CmdPropose, plain(Propose{Text: "t"})},
	{resident, CmdAnswer, plain(AnswerPlan{Answer: Agreed})},
	{manager, CmdVerify, plain(Verify{Passed: true, Note: "n"})},
	{manager, CmdVerify, func(d *desk) any { return Verify{Note: "n", Rectify: d.rectification("security")} }},
	{manager, CmdRevisit, plain(Revisit{Method: AtDoor, Reached: true, Satisfied: true, Outcome: 5, Handling: 5})},
	{manager, CmdRevisit, func(d *desk) any {
		return Revisit{Method: AtDoor, Reached: true, Outcome: 1, Handling: 1, Rectify: d.rectification("security")}
	}},
	{manager, CmdRevisit, plain(Revisit{Method: AtDoor})},
	{manager, CmdDecideUnreached, plain(DecideUnreached{Decision: "close", Reason: "r"})},
	{manager, CmdDecideUnreached, plain(DecideUnreached{Decision: "keep_trying", Reason: "r"})},
	{resident, CmdWithdraw, because},
	{agent, CmdMerge, plain(Merge{Into: other, Reason: "r"})},
	{agent, CmdRegister, func(d *desk) any { p := record(d.now); p.AttachTo = other; return p }},
	{people.TheSystem, CmdTakeIn, plain(TakeIn{Companion: Companion{Number: other}, Community: "yuhu"})},
	{people.TheSystem, CmdPart, plain(Part{Number: other})},
	{people.TheSystem, CmdUndoMerge, plain(UndoMerge{From: other, Code: LeadClosed})},
	{people.TheSystem, CmdHearMerge, func(d *desk) any {
		return procedure.Answer{Result: json.RawMessage(jsonOf(d.t, procedure.Sent{Unheard: []string{other}}))}
	}},
	{manager, CmdRevisit, plain(Revisit{Method: AtDoor, Of: other})},
	{manager, CmdRevisit, plain(Revisit{Method: AtDoor, Reached: true, Satisfied: true, Outcome: 5, Handling: 5, Of: other})},
	{resident, CmdReopen, because},
}

// alike describes a state as far as its stage and its ways on depend on it.
func alike(s State) string {
	var b strings.Builder
	fmt.Fprint(&b, s.Stage, s.Nature, s.Urgency, s.Special, s.Appealed, min(s.Round, 1))
	if s.Stage == StageRevisiting {
		fmt.Fprint(&b, len(s.Attempts))
	}
	for _, t := range s.Tasks {
		if t.Round == s.Round {
			fmt.Fprint(&b, t.Status)
		}
	}
	if s.Plan != nil {
		fmt.Fprint(&b, "plan", s.Plan.Answer)
	}
	if s.Closing != nil {
		fmt.Fprint(&b, s.Closing.Outcome, s.Closing.From)
	}
	for _, j := range s.Joined { // A11
		fmt.Fprint(&b, s.Settled, j.Number, j.Settled, len(j.Attempts))
	}
	return b.String()
}

// Every move is tried from every state that can be reached, up to a size: every stage is reached,
// every line of the table really leads to every stage that it names, and (see invariants) to no other.
func TestTheTableSaysWhereEverythingLeads(t *testing.T) {
	for _, review := range [][]string{{"valid"}, nil} {
		t.Run(fmt.Sprint("reviewed ", review), func(t *testing.T) { explore(t, review) })
	}
	for i, line := range Table {
		for _, to := range line.To {
			if !led[i][to] {
				t.Errorf("%s from %v never led to %s", line.Command, line.From, to)
			}
		}
	}
	reached := map[Stage]bool{}
	for _, tos := range led {
		for to := range maps.Keys(tos) {
			reached[to] = true
		}
	}
	if len(reached) != len(Stages)-1 { // all but the new one
		t.Errorf("reached only %v", reached)
	}
}

// led remembers where each line of the table has led to.
var led = map[int]map[Stage]bool{}

func explore(t *testing.T, review []string) {
	start := newDesk(t)
	start.state.Policy.Review = review
	seen := map[string]bool{}
	queue := []*desk{start}
	for len(queue) > 0 {
		d := queue[0]
		queue = queue[1:]
		for _, next := range d.ways() {
			if s := next.state; s.Round > 1 || len(s.Tasks) > 1+s.Round || s.Stage == StageArchived || seen[alike(s)] {
				continue
			}
			seen[alike(next.state)] = true
			queue = append(queue, next)
		}
	}
	t.Logf("%d states", len(seen))
}

// ways gives where every move, and the end of a closed complaint's time, lead to.
func (d *desk) ways() []*desk {
	var ways []*desk
	for _, m := range moves {
		if _, ok := lineOf(m.command, d.state.Stage); !ok {
			continue
		}
		next := *d
		next.events, next.notices, next.fired = nil, nil, map[string]bool{}
		next.now = d.now.Add(time.Minute)
		if m.command == CmdRevisit {
			next.now = d.now.Add(day)
		}
		if next.give(next.command(m.by, m.command, m.payload(&next))) == nil {
			ways = append(ways, next.ledFrom(d.state.Stage, m.command))
		}
	}
	if d.state.Stage == StageClosed {
		next := *d
		next.fired = map[string]bool{}
		ways = append(ways, next.wait(8*day).ledFrom(StageClosed, CmdArchive))
	}
	return ways
}

func (d *desk) ledFrom(stage Stage, command string) *desk {
	i := slices.IndexFunc(Table, func(t Transition) bool { return t.Command == command && slices.Contains(t.From, stage) })
	if led[i] == nil {
		led[i] = map[Stage]bool{}
	}
	led[i][d.state.Stage] = true
	return d
}
