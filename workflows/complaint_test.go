package workflows_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"bihuan/activities"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/people"
	"bihuan/settings"
	"bihuan/workflows"
)

const (
	number = "TS-20261123-0000X"
	secret = "a case's secret"
)

// monday is a Monday morning at 09:00 in Shanghai.
var monday = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

var act *activities.Activities

// office is a community's staff.
var (
	agent     = staff("agent-1", people.Agent)
	assistant = staff("assistant-1", people.Assistant)
	manager   = staff("manager-1", people.Manager)
	engineer  = people.Actor{ID: "engineer-1", Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: "engineering"}
	resident  = people.Actor{ID: number, Roles: []people.Role{people.Complainant}}
)

func staff(id string, role people.Role) people.Actor {
	return people.Actor{ID: id, Roles: []people.Role{role}, Communities: []string{"yuhu"}}
}

// ledger stands for the database: it keeps what Record is given.
type ledger struct {
	sync.Mutex
	events  []procedure.Event
	refused []procedure.Refused
	notices []procedure.NumberedNotice
	summary procedure.Summary
	writes  int
	failing func(try int) error
	pending int
}

func (l *ledger) record(_ context.Context, b procedure.Batch) (activities.Recorded, error) {
	l.Lock()
	defer l.Unlock()
	l.writes++
	if l.failing != nil {
		if err := l.failing(l.writes); err != nil {
			return activities.Recorded{}, err
		}
	}
	l.events = append(l.events, b.Events...)
	l.refused = append(l.refused, b.Refused...)
	l.notices = append(l.notices, b.Notices...)
	l.summary = b.Summary
	return activities.Recorded{Pending: l.pending}, nil
}

// written gives what has been recorded so far. A case that is cancelled may still be recording.
func (l *ledger) written() procedure.Batch {
	l.Lock()
	defer l.Unlock()
	return procedure.Batch{
		Events: slices.Clone(l.events), Refused: slices.Clone(l.refused), Notices: slices.Clone(l.notices), Summary: l.summary,
	}
}

func (l *ledger) types() []string {
	var types []string
	for _, e := range l.written().Events {
		types = append(types, e.Type)
	}
	return types
}

func (l *ledger) count(eventType string) int {
	n := 0
	for _, t := range l.types() {
		if t == eventType {
			n++
		}
	}
	return n
}

func (l *ledger) refusals() []string {
	var codes []string
	for _, r := range l.written().Refused {
		codes = append(codes, r.Code)
	}
	return codes
}

// desk is a complaint in the time-skipping environment.
type desk struct {
	*testsuite.TestWorkflowEnvironment
	t      *testing.T
	ledger *ledger
	sent   int
	// effect does what cases ask for; nothing comes of it at first.
	effect func(context.Context, procedure.Asked) (procedure.Answer, error)
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	d := &desk{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), t: t, ledger: &ledger{}}
	d.SetStartTime(monday)
	d.SetTestTimeout(time.Minute)
	workflows.Register(d)
	d.OnActivity(act.Record, mock.Anything, mock.Anything).Return(d.ledger.record)
	d.effect = func(context.Context, procedure.Asked) (procedure.Answer, error) { return procedure.Answer{}, nil }
	d.OnActivity(act.Effect, mock.Anything, mock.Anything).Return(func(ctx context.Context, asked procedure.Asked) (procedure.Answer, error) {
		return d.effect(ctx, asked)
	}).Maybe()
	d.OnActivity(act.FileHistory, mock.Anything, mock.Anything).Return(nil).Maybe()
	return d
}

// at sends a command when the clock has moved on by a while since the start.
func (d *desk) at(after time.Duration, actor people.Actor, name string, payload any) {
	d.sent++
	id := fmt.Sprintf("c%d", d.sent)
	d.RegisterDelayedCallback(func() { d.SignalWorkflow(name, d.command(id, actor, name, payload)) }, after)
}

func (d *desk) command(id string, actor people.Actor, name string, payload any) procedure.Command {
	raw, err := json.Marshal(payload)
	require.NoError(d.t, err)
	return procedure.Command{ID: id, Name: name, Actor: actor, At: d.Now(), Payload: raw}
}

func (d *desk) start(t *testing.T) workflows.Start {
	t.Helper()
	s, err := settings.Load("")
	require.NoError(t, err)
	p, ok := s.ForCase("yuhu", monday)
	require.True(t, ok)
	happened := monday.Add(-time.Hour)
	register := complaint.Register{Record: complaint.Record{
		Community: "yuhu", Channel: complaint.Hotline, Category: "facility.repair-quality", Name: "李女士", Building: "3", Room: "1201",
		Phone: "13800000000", HappenedAt: &happened, Place: "厨房", What: "维修后仍漏水", Remedy: "重新维修",
	}}
	return workflows.Start{Number: number, Policy: p, Secret: secret, Register: d.command("c0", agent, complaint.CmdRegister, register)}
}

func (d *desk) run() {
	d.ExecuteWorkflow(workflows.TypeOf("complaint"), d.start(d.t), (*workflows.Carried)(nil))
}

func (d *desk) state() complaint.State {
	d.t.Helper()
	value, err := d.QueryWorkflow(workflows.QueryState)
	require.NoError(d.t, err)
	var s complaint.State
	require.NoError(d.t, value.Get(&s))
	return s
}

func (d *desk) outcome(id string) workflows.Outcome {
	d.t.Helper()
	value, err := d.QueryWorkflow(workflows.QueryOutcome, id)
	require.NoError(d.t, err)
	var o workflows.Outcome
	require.NoError(d.t, value.Get(&o))
	return o
}

// story sends the steps of the loop, ten minutes apart, up to the verification.
func (d *desk) story(from time.Duration) time.Duration {
	steps := []struct {
		actor   people.Actor
		name    string
		payload any
	}{
		{agent, complaint.CmdJudge, complaint.Judge{Nature: complaint.Valid, Grounds: "我方维修"}},
		{manager, complaint.CmdReview, complaint.Review{Nature: complaint.Valid, Grounds: "属实"}},
		{agent, complaint.CmdDispatch, complaint.Dispatch{Tasks: []complaint.TaskOrder{{Department: "engineering", Content: "重新维修"}}}},
		{engineer, complaint.CmdAccept, complaint.TaskRef{Task: "T1"}},
		{agent, complaint.CmdPropose, complaint.Propose{Text: "明天上午重做防水"}},
		{resident, complaint.CmdAnswer, complaint.AnswerPlan{Answer: complaint.Agreed}},
		{engineer, complaint.CmdComplete, complaint.Complete{Task: "T1", Result: "已重做", Evidence: []string{"photo-1"}}},
		{assistant, complaint.CmdVerify, complaint.Verify{Passed: true, Note: "无渗漏"}},
	}
	for i, s := range steps {
		d.at(from+time.Duration(i)*10*time.Minute, s.actor, s.name, s.payload)
	}
	return from + time.Duration(len(steps))*10*time.Minute
}

func satisfied() complaint.Revisit {
	return complaint.Revisit{Method: complaint.ByPhone, Reached: true, Satisfied: true, Outcome: 5, Handling: 4}
}

// G1, G8, I1: the loop closes with a satisfied revisit, stays reachable for seven days, then ends.
func TestLifecycleClosesAfterASatisfiedRevisit(t *testing.T) {
	d := newDesk(t)
	end := d.story(10 * time.Minute)
	d.at(end, assistant, complaint.CmdRevisit, satisfied())
	d.RegisterDelayedCallback(func() {
		require.Equal(t, complaint.StageClosed, d.state().Stage)
		require.False(t, d.IsWorkflowCompleted())
	}, end+6*24*time.Hour)
	d.run()
	require.True(t, d.IsWorkflowCompleted())
	var result workflows.Result
	require.NoError(t, d.GetWorkflowResult(&result))
	require.Empty(t, d.ledger.written().Refused)
	head := chained(t, d.ledger.written().Events)
	require.Equal(t, workflows.Result{Number: number, Outcome: "satisfied", Events: len(d.ledger.written().Events), Head: head}, result)
	d.AssertActivityNumberOfCalls(t, "FileHistory", 1)
}

// chained checks that events follow one another without a gap, each chained to the one before it, and
// gives the hash of the last. N2
func chained(t *testing.T, events []procedure.Event) (head string) {
	t.Helper()
	for i, e := range events {
		require.Equal(t, i+1, e.Seq)
		hash, err := hashchain.Event(head, number, []byte(secret), e)
		require.NoError(t, err)
		require.Equal(t, hash, e.Hash)
		head = hash
	}
	return head
}

// H1, H2, H4: weeks of silence climb the whole levels, and the top is reminded day after day.
func TestWeeksOfSilenceClimbTheLadder(t *testing.T) {
	d := newDesk(t)
	d.RegisterDelayedCallback(func() { d.CancelWorkflow() }, 21*24*time.Hour)
	d.run()
	var levels []people.Role
	for _, n := range d.ledger.written().Notices {
		if n.Template == "escalation" && n.Args["escalation"] == "E1" && !slices.Contains(levels, n.To.Role) {
			levels = append(levels, n.To.Role)
		}
	}
	require.Equal(t, []people.Role{people.Assistant, people.Manager, people.GM, people.Company}, levels)
	e, ok := stateAfter(t, d).Escalation("E1")
	require.True(t, ok)
	require.Equal(t, people.Company, e.Level)
	require.Equal(t, deadline.EscalationOpen, e.Status)
	require.Equal(t, 1, breaches(d.ledger, "judge"), "a deadline is missed once")
	require.GreaterOrEqual(t, d.ledger.count(complaint.EvEscalationReminded), 14)
}

// stateAfter folds the recorded events: what the database alone can tell.
func stateAfter(t *testing.T, d *desk) complaint.State {
	t.Helper()
	return complaint.Fold(number, d.start(t).Policy, d.ledger.written().Events)
}

func breaches(l *ledger, key string) int {
	n := 0
	for _, e := range l.written().Events {
		var data deadline.DeadlineEvent
		if e.Type == complaint.EvDeadlineBreached && json.Unmarshal(e.Data, &data) == nil && data.Key == key {
			n++
		}
	}
	return n
}

// G4: ten unsatisfied revisits mean ten rounds of rectification, and the eleventh closes.
func TestTenRoundsOfRectification(t *testing.T) {
	d := newDesk(t)
	at := d.story(10 * time.Minute)
	for round := 1; round <= 10; round++ {
		task := fmt.Sprintf("T%d", round+1)
		deadline := monday.Add(at + 20*time.Hour)
		d.at(at, assistant, complaint.CmdRevisit, complaint.Revisit{
			Method: complaint.ByPhone, Reached: true, Outcome: 1, Handling: 3,
			Rectify: []complaint.TaskOrder{{Department: "engineering", Content: "返工", Deadline: &deadline}},
		})
		d.at(at+time.Minute, engineer, complaint.CmdAccept, complaint.TaskRef{Task: task})
		d.at(at+2*time.Minute, engineer, complaint.CmdComplete, complaint.Complete{Task: task, Result: "返工完成", Evidence: []string{"p"}})
		d.at(at+3*time.Minute, assistant, complaint.CmdVerify, complaint.Verify{Passed: true, Note: "好"})
		at += 10 * time.Minute
	}
	d.at(at, assistant, complaint.CmdRevisit, satisfied())
	d.run()
	require.NoError(t, d.GetWorkflowError())
	require.Equal(t, 11, d.ledger.count(complaint.EvRevisited))
	require.Equal(t, 10, d.ledger.written().Summary.Round)
	require.Equal(t, "satisfied", d.ledger.written().Summary.Outcome)
	require.Empty(t, d.ledger.written().Refused)
}

// C6: a paused task's clock stops and runs on by itself with what was left of it.
func TestPauseAndResumeByItself(t *testing.T) {
	d := newDesk(t)
	minute := time.Minute
	d.at(1*minute, agent, complaint.CmdJudge, complaint.Judge{Nature: complaint.Valid, Grounds: "我方维修"})
	d.at(2*minute, manager, complaint.CmdReview, complaint.Review{Nature: complaint.Valid, Grounds: "属实"})
	d.at(3*minute, agent, complaint.CmdDispatch, complaint.Dispatch{Tasks: []complaint.TaskOrder{{Department: "engineering", Content: "维修"}}})
	d.at(4*minute, engineer, complaint.CmdAccept, complaint.TaskRef{Task: "T1"})
	until := monday.Add(50 * time.Hour)
	var before, after deadline.Deadline
	d.RegisterDelayedCallback(func() { before, _ = d.state().Deadline("work:T1") }, 5*minute)
	d.at(6*minute, engineer, complaint.CmdPause, complaint.PauseTask{Task: "T1", Reason: "parts", Until: until})
	d.RegisterDelayedCallback(func() {
		task, _ := d.state().Task("T1")
		require.Equal(t, complaint.TaskPaused, task.Status)
	}, 49*time.Hour)
	d.RegisterDelayedCallback(func() {
		after, _ = d.state().Deadline("work:T1")
		d.CancelWorkflow()
	}, 51*time.Hour)
	d.run()
	require.Equal(t, 1, d.ledger.count(complaint.EvTaskResumed))
	cal := d.start(t).Policy.Calendar
	left, err := cal.Between(monday.Add(6*minute), before.Due)
	require.NoError(t, err)
	want, err := cal.Add(until, left)
	require.NoError(t, err)
	require.True(t, after.Due.Equal(want), "due %s, want %s", after.Due, want)
}

// Refused, repeated, unknown and undecodable signals are recorded, and the case goes on.
func TestBadSignalsAreRecordedAndSurvived(t *testing.T) {
	d := newDesk(t)
	d.at(time.Minute, agent, complaint.CmdVerify, complaint.Verify{Passed: true, Note: "x"})
	d.at(2*time.Minute, engineer, complaint.CmdJudge, complaint.Judge{Nature: complaint.Valid, Grounds: "x"})
	d.RegisterDelayedCallback(func() {
		d.SignalWorkflow("fly-to-the-moon", d.command("m1", agent, "", nil))
		d.SignalWorkflow(complaint.CmdJudge, "not a command")
		d.SignalWorkflow(complaint.CmdJudge, "nor is this")
		d.SignalWorkflow(complaint.CmdJudge, d.command("", agent, "", complaint.Judge{Nature: complaint.Valid, Grounds: "x"}))
		d.SignalWorkflow(complaint.CmdJudge, d.command("m2", agent, "", map[string]any{"nature": 7}))
	}, 3*time.Minute)
	d.RegisterDelayedCallback(func() {
		c := d.command("once", agent, complaint.CmdContact, complaint.Contacted{Channel: complaint.Hotline, Said: "您好"})
		d.SignalWorkflow(complaint.CmdContact, c)
		d.SignalWorkflow(complaint.CmdContact, c)
	}, 4*time.Minute)
	d.RegisterDelayedCallback(func() {
		require.True(t, d.outcome("once").Applied)
		require.Equal(t, "wrong_stage", d.outcome("c1").Refusal.Code)
		require.False(t, d.outcome("never sent").Known)
		d.CancelWorkflow()
	}, 5*time.Minute)
	d.run()
	codes := d.ledger.refusals()
	slices.Sort(codes)
	require.Equal(t, []string{"bad_payload", "forbidden", "missing_field", "repeated", "undecodable", "undecodable", "unknown_command", "wrong_stage"}, codes)
	require.Equal(t, 1, d.ledger.count(complaint.EvContacted))
}

// A10: with the database down, commands go on and everything is written once when it is back.
func TestDatabaseDownHoldsNothing(t *testing.T) {
	d := newDesk(t)
	d.ledger.failing = func(try int) error {
		if try < 12 {
			return errors.New("connection refused")
		}
		return nil
	}
	end := d.story(time.Minute)
	d.RegisterDelayedCallback(func() { require.Equal(t, complaint.StageDispatching, d.state().Stage) }, 15*time.Minute)
	d.at(end, assistant, complaint.CmdRevisit, satisfied())
	d.run()
	require.NoError(t, d.GetWorkflowError())
	chained(t, d.ledger.written().Events)
	require.Equal(t, "satisfied", d.ledger.written().Summary.Outcome)
	require.Equal(t, string(complaint.StageArchived), d.ledger.written().Summary.Stage)
}

// Q2: a dead channel never holds the case.
func TestDeadChannelHoldsNothing(t *testing.T) {
	d := newDesk(t)
	d.ledger.pending = 1
	tries := 0
	d.OnActivity(act.Deliver, mock.Anything, number).Return(func(context.Context, string) error {
		if tries++; tries < 40 {
			return errors.New("mail server is down")
		}
		return nil
	})
	end := d.story(time.Minute)
	d.at(end, assistant, complaint.CmdRevisit, satisfied())
	d.RegisterDelayedCallback(func() { require.Equal(t, complaint.StageClosed, d.state().Stage) }, end+time.Minute)
	d.run()
	require.NoError(t, d.GetWorkflowError())
	require.GreaterOrEqual(t, tries, 40)
}

// A case that should continue as new waits for what is under way, takes in what arrives meanwhile,
// and loses neither.
func TestContinueAsNewCarriesEverything(t *testing.T) {
	d := newDesk(t)
	d.ledger.failing = func(int) error {
		if d.Now().Before(monday.Add(3 * time.Minute)) {
			return errors.New("connection refused")
		}
		return nil
	}
	d.at(time.Minute, agent, complaint.CmdJudge, complaint.Judge{Nature: complaint.Valid, Grounds: "我方维修"})
	d.RegisterDelayedCallback(func() { d.SetContinueAsNewSuggested(true) }, 90*time.Second)
	d.RegisterDelayedCallback(func() {
		d.SignalWorkflow(complaint.CmdReview, d.command("r", manager, "", complaint.Review{Nature: complaint.Valid, Grounds: "属实"}))
		d.SignalWorkflow(complaint.CmdContact, d.command("k", agent, "", complaint.Contacted{Channel: complaint.Hotline, Said: "您好"}))
	}, 2*time.Minute)
	d.run()
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, d.GetWorkflowError(), &again)
	require.Equal(t, 1, d.ledger.count(complaint.EvReviewed))
	require.Equal(t, 1, d.ledger.count(complaint.EvContacted))
	head := chained(t, d.ledger.written().Events)

	var start workflows.Start
	var carried *workflows.Carried
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &start, &carried))
	next := newDesk(t)
	next.SetStartTime(monday.Add(5 * time.Minute))
	next.RegisterDelayedCallback(func() {
		require.True(t, next.outcome("r").Applied, "a command is remembered")
		require.Equal(t, complaint.StageDispatching, next.state().Stage)
		next.CancelWorkflow()
	}, time.Minute)
	next.ExecuteWorkflow(workflows.TypeOf("complaint"), start, carried)
	require.Empty(t, next.ledger.written().Events, "nothing is recorded twice")
	require.Equal(t, number, start.Number)
	require.Equal(t, head, carried.Head, "the chain goes on")
}

// A case whose history grows long or large while nothing can be written down continues as new all the same, and the next
// run writes what this one could not. H7
func TestContinueAsNewIsForced(t *testing.T) {
	for name, grow := range map[string]func(*desk){
		"long":  func(d *desk) { d.SetCurrentHistoryLength(20_001) },
		"large": func(d *desk) { d.SetCurrentHistorySize(17 << 20) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.ledger.failing = func(int) error { return errors.New("connection refused") }
			d.RegisterDelayedCallback(func() { d.SetContinueAsNewSuggested(true) }, time.Minute)
			d.RegisterDelayedCallback(func() { grow(d) }, 3*time.Minute)
			d.at(2*time.Minute, agent, complaint.CmdContact, complaint.Contacted{Channel: complaint.Hotline, Said: "您好"})
			d.run()
			var again *workflow.ContinueAsNewError
			require.ErrorAs(t, d.GetWorkflowError(), &again)
			var start workflows.Start
			var carried *workflows.Carried
			require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &start, &carried))
			next := newDesk(t)
			next.SetStartTime(monday.Add(5 * time.Minute))
			next.RegisterDelayedCallback(next.CancelWorkflow, time.Minute)
			next.ExecuteWorkflow(workflows.TypeOf("complaint"), start, carried)
			require.Equal(t, 1, next.ledger.count(complaint.EvContacted))
			require.Equal(t, carried.Head, chained(t, next.ledger.written().Events))
		})
	}
}

// A start that the procedure refuses ends with the refusal's code.
func TestRefusedStartEnds(t *testing.T) {
	d := newDesk(t)
	start := d.start(t)
	start.Register.Payload = []byte(`{"what":""}`)
	d.ExecuteWorkflow(workflows.TypeOf("complaint"), start, (*workflows.Carried)(nil))
	var failure *temporal.ApplicationError
	require.ErrorAs(t, d.GetWorkflowError(), &failure)
	require.Equal(t, "missing_field", failure.Type())
	require.True(t, failure.NonRetryable())
}
