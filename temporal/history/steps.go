package history

import (
	"fmt"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enums "go.temporal.io/api/enums/v1"
	failurepb "go.temporal.io/api/failure/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/converter"

	"bihuan/activities"
	"bihuan/procedure"
	"bihuan/procedure/metadata"
	"bihuan/procedure/people"
	"bihuan/workflows"
)

// Step is something that a person can be told of a workflow's own history. N2
type Step struct {
	Run   int   // from 1
	Event int64 // in its run
	At    time.Time
	Kind  string // names the sentence
	By    people.By
	Args  map[string]string
}

// The kinds of steps.
const (
	Started      = "started"
	Continued    = "continued"
	Signalled    = "signalled"
	Unreadable   = "unreadable"
	TimerFired   = "timer_fired"
	Recorded     = "recorded"
	RecordFailed = "record_failed"
	ActivityDone = "activity_done"
	// ActivityFailed is for good, ActivityOpen is still being tried.
	ActivityFailed = "activity_failed"
	ActivityOpen   = "activity_open"
	TurnFailed     = "turn_failed"
	Continues      = "continues"
	Ended          = "ended"
	Broken         = "broken"
	CancelAsked    = "cancel_asked"
	Terminated     = "terminated"
	// Other is what the product itself never does.
	Other = "other"
)

// Kinds lists every kind of step.
var Kinds = []string{
	Started, Continued, Signalled, Unreadable, TimerFired, Recorded, RecordFailed, ActivityDone, ActivityFailed, ActivityOpen,
	TurnFailed, Continues, Ended, Broken, CancelAsked, Terminated, Other,
}

// Pending is an activity that the engine is still trying.
type Pending struct {
	Activity string // its ID
	Attempt  int32
	Failure  *failurepb.Failure // the last one
}

// Steps tells a history run by run. What cannot be opened is told as far as it goes. N2
func (h History) Steps(data converter.DataConverter) ([]Step, error) {
	var steps []Step
	for i, run := range h.Runs {
		events, err := run.Events()
		if err != nil {
			return nil, err
		}
		t := teller{data: data, timers: map[int64]timer{}, activities: map[int64]*activity{}}
		for _, e := range events {
			if step, ok := t.tell(e); ok {
				step.Run, step.Event, step.At = i+1, e.EventId, e.EventTime.AsTime().UTC()
				steps = append(steps, step)
			}
		}
		if i == len(h.Runs)-1 {
			t.retrying(h.Pending)
		}
		for _, open := range t.open() {
			open.Run = i + 1
			steps = append(steps, open)
		}
	}
	return steps, nil
}

// recording is the activity that writes down what a turn left, by its name in histories.
var recording = nameOf((*activities.Activities).Record)

func nameOf(method any) string {
	name := runtime.FuncForPC(reflect.ValueOf(method).Pointer()).Name()
	return name[strings.LastIndex(name, ".")+1:]
}

// teller remembers of one run what later events refer to.
type teller struct {
	data       converter.DataConverter
	timers     map[int64]timer
	activities map[int64]*activity
	scheduled  []int64 // activities in their order
}

type timer struct {
	waits string
	set   time.Time
}

type activity struct {
	id       string
	event    int64
	at       time.Time
	name     string
	what     string
	attempts int32
	code     string // why it was tried again
	closed   bool
}

func step(kind string, args ...string) (Step, bool) {
	s := Step{Kind: kind, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		if args[i+1] != "" {
			s.Args[args[i]] = args[i+1]
		}
	}
	return s, true
}

var none = Step{}

// tell gives the step of an event; false for what belongs to the engine's own housekeeping.
func (t *teller) tell(e *historypb.HistoryEvent) (Step, bool) {
	switch e.EventType {
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
		return t.started(e.GetWorkflowExecutionStartedEventAttributes())
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
		return t.signalled(e.GetWorkflowExecutionSignaledEventAttributes())
	case enums.EVENT_TYPE_TIMER_STARTED:
		t.timers[e.EventId] = timer{waits: t.text(e.GetUserMetadata().GetSummary()), set: e.EventTime.AsTime()}
		return none, false
	case enums.EVENT_TYPE_TIMER_FIRED:
		return t.fired(e.GetTimerFiredEventAttributes().GetStartedEventId())
	case enums.EVENT_TYPE_MARKER_RECORDED:
		return t.marked(e)
	case enums.EVENT_TYPE_WORKFLOW_TASK_FAILED:
		return step(TurnFailed, "code", e.GetWorkflowTaskFailedEventAttributes().GetCause().String())
	case enums.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT:
		return step(TurnFailed, "code", "timeout")
	}
	if s, ok, activity := t.ofActivity(e); activity {
		return s, ok
	}
	return t.ending(e)
}

func (t *teller) started(a *historypb.WorkflowExecutionStartedEventAttributes) (Step, bool) {
	if a.GetContinuedExecutionRunId() != "" {
		return step(Continued)
	}
	var start workflows.Start
	s, _ := step(Started)
	if t.read(a.GetInput(), &start) {
		s.By = by(start.Register.Actor)
	}
	return s, true
}

func (t *teller) signalled(a *historypb.WorkflowExecutionSignaledEventAttributes) (Step, bool) {
	var c procedure.Command
	if !t.read(a.GetInput(), &c) {
		return step(Unreadable, "command", a.GetSignalName())
	}
	s, _ := step(Signalled, "command", a.GetSignalName(), "id", c.ID)
	s.By = by(c.Actor)
	return s, true
}

// by gives who sent a command, in the first of their roles: which one permits it is the procedure's to say.
func by(a people.Actor) people.By {
	b := people.By{ID: a.ID, Name: a.Name}
	if len(a.Roles) > 0 {
		b.Role = a.Roles[0]
	}
	return b
}

func (t *teller) fired(started int64) (Step, bool) {
	timer := t.timers[started]
	w, ok := metadata.ParseTimer(timer.waits)
	if !ok {
		return step(TimerFired, "waits", timer.waits, "set", stamp(timer.set))
	}
	return step(TimerFired, "stage", w.Stage, "command", w.Command, "key", w.Key, "due", stamp(w.At), "set", stamp(timer.set))
}

func stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// marked tells of what was done beside the turn, most often recording; other markers are the engine's.
func (t *teller) marked(e *historypb.HistoryEvent) (Step, bool) {
	m := e.GetMarkerRecordedEventAttributes()
	if m.GetMarkerName() != "LocalActivity" {
		return none, false
	}
	var of struct{ ActivityType string } // as Temporal's SDK writes it
	if t.read(m.GetDetails()["data"], &of); of.ActivityType != "" && of.ActivityType != recording {
		return t.beside(of.ActivityType, m.GetFailure())
	}
	what := t.text(e.GetUserMetadata().GetSummary())
	if m.GetFailure() != nil {
		return step(RecordFailed, "events", what, "code", codeOf(m.GetFailure()))
	}
	return step(Recorded, "events", what)
}

// beside tells of any other activity that was done beside the turn.
func (t *teller) beside(name string, failure *failurepb.Failure) (Step, bool) {
	a := activity{name: name, code: codeOf(failure)}
	if failure != nil {
		return a.step(ActivityFailed)
	}
	return a.step(ActivityDone)
}

// ofActivity tells of an activity when it is over, with how often it was tried and why.
func (t *teller) ofActivity(e *historypb.HistoryEvent) (s Step, told, activities bool) {
	switch e.EventType {
	case enums.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
		a := e.GetActivityTaskScheduledEventAttributes()
		if a == nil { // redacted: nobody knows any more which one ended how. I5
			break
		}
		t.scheduled = append(t.scheduled, e.EventId)
		t.activities[e.EventId] = &activity{
			id: a.GetActivityId(), event: e.EventId, at: e.EventTime.AsTime().UTC(), name: a.GetActivityType().GetName(),
			what: t.text(e.GetUserMetadata().GetSummary()), attempts: 1,
		}
	case enums.EVENT_TYPE_ACTIVITY_TASK_STARTED:
		a := e.GetActivityTaskStartedEventAttributes()
		if of := t.activities[a.GetScheduledEventId()]; of != nil {
			of.attempts, of.code = a.GetAttempt(), codeOf(a.GetLastFailure())
		}
	case enums.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
		s, told = t.over(ActivityDone, e.GetActivityTaskCompletedEventAttributes().GetScheduledEventId(), nil)
	case enums.EVENT_TYPE_ACTIVITY_TASK_FAILED:
		a := e.GetActivityTaskFailedEventAttributes()
		s, told = t.over(ActivityFailed, a.GetScheduledEventId(), a.GetFailure())
	case enums.EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT:
		a := e.GetActivityTaskTimedOutEventAttributes()
		s, told = t.over(ActivityFailed, a.GetScheduledEventId(), a.GetFailure())
	case enums.EVENT_TYPE_ACTIVITY_TASK_CANCELED:
		s, told = t.over(ActivityFailed, e.GetActivityTaskCanceledEventAttributes().GetScheduledEventId(), nil)
	default:
		return none, false, false
	}
	return s, told, true
}

func (t *teller) over(kind string, scheduled int64, failure *failurepb.Failure) (Step, bool) {
	a := t.activities[scheduled]
	if a == nil {
		return step(kind)
	}
	a.closed = true
	if failure != nil {
		a.code = codeOf(failure)
	}
	return a.step(kind)
}

func (a *activity) step(kind string) (Step, bool) {
	args := []string{"activity", a.name, "code", a.code}
	if a.name == recording { // the others' summaries say what their names do
		args = append(args, "events", a.what)
	}
	if a.attempts > 1 {
		args = append(args, "attempts", strconv.Itoa(int(a.attempts)))
	}
	return step(kind, args...)
}

// retrying takes in how often the engine has tried what is not over: histories hold only how it ended.
func (t *teller) retrying(pending []Pending) {
	for _, p := range pending {
		for _, a := range t.activities {
			if a.id == p.Activity && !a.closed {
				a.attempts, a.code = p.Attempt, codeOf(p.Failure)
			}
		}
	}
}

// open tells of the activities that are not over.
func (t *teller) open() []Step {
	var steps []Step
	for _, id := range t.scheduled {
		if a := t.activities[id]; !a.closed {
			s, _ := a.step(ActivityOpen)
			s.Event, s.At = a.event, a.at
			steps = append(steps, s)
		}
	}
	return steps
}

// ending tells how a run ended, and of everything that the product itself never asks of the engine.
func (t *teller) ending(e *historypb.HistoryEvent) (Step, bool) {
	switch e.EventType {
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW:
		return step(Continues)
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED:
		var result workflows.Result
		t.read(e.GetWorkflowExecutionCompletedEventAttributes().GetResult(), &result)
		return step(Ended, "outcome", result.Outcome, "count", fmt.Sprint(result.Events))
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_FAILED:
		return step(Broken, "code", codeOf(e.GetWorkflowExecutionFailedEventAttributes().GetFailure()))
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT:
		return step(Broken, "code", "timeout")
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED:
		return step(Broken, "code", "canceled")
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED:
		a := e.GetWorkflowExecutionCancelRequestedEventAttributes()
		return step(CancelAsked, "reason", a.GetCause(), "identity", a.GetIdentity())
	case enums.EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED:
		a := e.GetWorkflowExecutionTerminatedEventAttributes()
		return step(Terminated, "reason", a.GetReason(), "identity", a.GetIdentity())
	case enums.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED, enums.EVENT_TYPE_WORKFLOW_TASK_STARTED, enums.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
		enums.EVENT_TYPE_TIMER_CANCELED, enums.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES, enums.EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED,
		enums.EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED:
		return none, false
	}
	return step(Other, "type", e.EventType.String())
}

// codeOf gives the code of a failure, from whichever of its causes has one; its message stays encrypted.
func codeOf(f *failurepb.Failure) string {
	for ; f != nil; f = f.GetCause() {
		switch {
		case f.GetApplicationFailureInfo().GetType() != "":
			return f.GetApplicationFailureInfo().GetType()
		case f.GetTimeoutFailureInfo() != nil:
			return "timeout"
		case f.GetCanceledFailureInfo() != nil:
			return "canceled"
		case f.GetCause() == nil:
			return "unexpected"
		}
	}
	return ""
}

// read opens the first payload; false when there is none, or it cannot be opened.
func (t *teller) read(p *commonpb.Payloads, into any) bool {
	return len(p.GetPayloads()) > 0 && t.data.FromPayload(p.Payloads[0], into) == nil
}

func (t *teller) text(p *commonpb.Payload) string {
	var text string
	if p == nil || t.data.FromPayload(p, &text) != nil {
		return ""
	}
	return text
}
