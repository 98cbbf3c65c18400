// Package improvement is the procedure of improvement measures: out of named complaints, of a finding, or of
// what staff say about the procedure itself, a measure is planned with an owner and a due date, carried out
// with its training, and evaluated after a set time by the same figures before and after; without effect it
// is reworked, as often as it takes. M3, M4, M6
package improvement

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/analysis"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// The stages between the first and the last.
const (
	StageSuggested machine.Stage = "suggested"        // 待答复意见: staff said something, a leader answers. M6
	StagePlanned   machine.Stage = "measure_planned"  // 待实施. M3
	StageDoing     machine.Stage = "measure_doing"    // 实施中. M3
	StageObserving machine.Stage = "measure_observed" // 观察期: done, and waiting for its evaluation. M4
	StageAssessing machine.Stage = "measure_assessed" // 待确认效果: the manager confirms or overrules. M4
)

// The outcomes beside the desk's.
const (
	Effective = "effective"
	Declined  = "declined" // of feedback
	Accepted  = "accepted" // feedback that became a measure; it goes on
	Abandoned = "abandoned"
)

// The steps that have a deadline. H1
const (
	StepAnswerFeedback deadline.Step = "feedback"
	StepMeasure        deadline.Step = "measure" // until a date that a person fixed
	StepEffect         deadline.Step = "effect"  // from then on the evaluation can tell something
	StepAssess         deadline.Step = "assess"
)

// Steps lists them in the order of the procedure.
var Steps = []deadline.Step{StepAnswerFeedback, StepMeasure, StepEffect, StepAssess, deadline.StepDecision, deadline.StepReminder, machine.StepReopen}

// The commands beside the desk's.
const (
	CmdAccept    = "accept-feedback"
	CmdDecline   = "decline-feedback"
	CmdChange    = "change-measure"
	CmdStart     = "start-measure"
	CmdTrain     = "record-training"
	CmdName      = "name-complaints"
	CmdFinish    = "finish-measure"
	CmdEvaluate  = "evaluate"       // time is up
	CmdFigures   = "take-figures"   // the answer of the effect
	CmdAssess    = "confirm-effect" // or overrule
	CmdDrop      = "drop-measure"
	EffectFigure = "figures" // the payload is an Asking, the answer's result Figures
)

// The events beside the desk's.
const (
	EvFeedback   = "feedback-given"
	EvDeclined   = "feedback-declined"
	EvPlanned    = "measure-planned"
	EvChanged    = "measure-changed"
	EvNamed      = "complaints-named"
	EvStarted    = "measure-started"
	EvTrained    = "training-recorded"
	EvFinished   = "measure-finished"
	EvEvaluating = "evaluation-due"
	EvEvaluated  = "measure-evaluated"
	EvAssessed   = "effect-assessed"
)

// Events lists every event type in the order of the procedure.
var Events = append([]string{
	EvFeedback, EvDeclined, EvPlanned, EvChanged, EvNamed, EvStarted, EvTrained, EvFinished, EvEvaluating, EvEvaluated, EvAssessed,
}, machine.Events...)

// Data names each event's data by an empty one.
var Data = map[string]any{
	EvFeedback: Given{}, EvDeclined: machine.Reasoned{}, EvPlanned: Planned{}, EvChanged: Change{}, EvNamed: Complaints{},
	EvStarted: struct{}{}, EvTrained: Training{}, EvFinished: Finish{}, EvEvaluating: Asking{}, EvEvaluated: Evaluation{}, EvAssessed: Assessed{},
}

// Stages lists every stage in the order of the procedure.
var Stages = []machine.Stage{
	machine.StageNew, StageSuggested, StagePlanned, StageDoing, StageObserving, StageAssessing, machine.StageClosed, machine.StageArchived,
}

// State is everything that a measure remembers. It is the fold of its events and nothing else. Its owner is
// who is named to handle it.
type State struct {
	machine.Case
	Feedback   *Feedback        `json:"feedback,omitempty"`
	Plan       *Plan            `json:"plan,omitempty"`
	Complaints []string         `json:"complaints,omitempty"`
	Finding    *Finding         `json:"finding,omitempty"`
	Trainings  []Training       `json:"trainings,omitempty"`
	Began      *time.Time       `json:"began,omitempty"` // the first round: figures before are from before this
	Done       *time.Time       `json:"done,omitempty"`  // the last round
	Round      int              `json:"round,omitempty"` // of rework
	Evaluated  []Evaluation     `json:"evaluations,omitempty"`
	Verdict    analysis.Verdict `json:"verdict,omitempty"` // of the last evaluation
}

// Feedback is what staff say about the procedure itself. M6
type Feedback struct {
	// About is a stage, a command, a rule, or something else; Which names it.
	About string `json:"about"`
	Which string `json:"which,omitempty"`
	Text  string `json:"text"`
}

// Abouts lists what feedback can be about.
var Abouts = []string{"stage", "command", "rule", "other"}

// Finding is the period of the analysis that a measure comes from. M2
type Finding struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Owner carries a measure out.
type Owner struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
}

// Plan is a measure against a problem, with the figure that will say whether it helped. M3
type Plan struct {
	Problem string         `json:"problem"`
	Cause   string         `json:"cause"`
	Measure string         `json:"measure"`
	Owner   Owner          `json:"owner"`
	Due     time.Time      `json:"due"`
	Watch   analysis.Watch `json:"watch"`
}

// Register opens a measure, or gives feedback and nothing else. M3, M6
type Register struct {
	Community string    `json:"community"`
	Drill     bool      `json:"drill,omitempty"`  // M5
	Source    string    `json:"source,omitempty"` // by the system: the case that asks for it
	Feedback  *Feedback `json:"feedback,omitempty"`
	*Plan
	Complaints []string `json:"complaints,omitempty"`
	Finding    *Finding `json:"finding,omitempty"`
}

// Given is feedback as it was given.
type Given struct {
	Community string `json:"community"`
	Drill     bool   `json:"drill,omitempty"`
	Feedback
}

// Planned is a measure as it was opened.
type Planned struct {
	Community string `json:"community"`
	Drill     bool   `json:"drill,omitempty"`
	Source    string `json:"source,omitempty"`
	Plan
	Complaints []string `json:"complaints,omitempty"`
	Finding    *Finding `json:"finding,omitempty"`
}

// Accept makes a measure of feedback. M6
type Accept struct {
	Plan
	Complaints []string `json:"complaints,omitempty"`
}

// Change alters a measure before it is done. What is not said stays.
type Change struct {
	Problem string          `json:"problem,omitempty"`
	Cause   string          `json:"cause,omitempty"`
	Measure string          `json:"measure,omitempty"`
	Owner   *Owner          `json:"owner,omitempty"`
	Due     *time.Time      `json:"due,omitempty"`
	Watch   *analysis.Watch `json:"watch,omitempty"`
	Reason  string          `json:"reason"`
}

// Complaints are complaints that a measure is about.
type Complaints struct {
	Complaints []string `json:"complaints"`
}

// Training is one: on what, when, and who attended. M3
type Training struct {
	Topic    string  `json:"topic"`
	Date     string  `json:"date"` // 2026-11-23
	Attended []Owner `json:"attended"`
}

// Finish says what was done.
type Finish struct {
	Result string `json:"result"`
}

// Asking asks for the same figure of two spans of time of one length. M4
type Asking struct {
	Community  string         `json:"community"`
	Watch      analysis.Watch `json:"watch"`
	BeforeFrom time.Time      `json:"before_from"`
	BeforeTo   time.Time      `json:"before_to"`
	From       time.Time      `json:"from"`
	To         time.Time      `json:"to"`
}

// Figures answer an Asking.
type Figures struct {
	Now    analysis.Sample `json:"now"`
	Before analysis.Sample `json:"before"`
}

// Evaluation is what the figures say of a measure. M4
type Evaluation struct {
	Asking
	analysis.Comparison
	Verdict analysis.Verdict `json:"verdict"`
	Round   int              `json:"round,omitempty"`
}

// Assess confirms what the figures say, or overrules it with a reason; without effect the measure is
// reworked. M4
type Assess struct {
	Effective bool   `json:"effective"`
	Reason    string `json:"reason,omitempty"`
	// Cause, Measure, Owner and Due are of the rework.
	Cause   string     `json:"cause,omitempty"`
	Measure string     `json:"measure,omitempty"`
	Owner   *Owner     `json:"owner,omitempty"`
	Due     *time.Time `json:"due,omitempty"`
}

// Assessed is an assessment beside what the figures said.
type Assessed struct {
	Assess
	Verdict   analysis.Verdict `json:"verdict"`
	Overruled bool             `json:"overruled,omitempty"`
}

// book is what the desk needs to know to do its part.
var book = &machine.Book{
	Limits: func(p policy.Policy) policy.Limits { return p.Improvement.Deadlines },
	Steps: []machine.StageStep{
		{Stage: StageSuggested, Step: StepAnswerFeedback}, {Stage: StageObserving, Step: StepEffect}, {Stage: StageAssessing, Step: StepAssess},
	},
	Again: StagePlanned,
	Meets: map[string][]deadline.Step{
		EvDeclined: {StepAnswerFeedback}, EvPlanned: {StepAnswerFeedback}, EvFinished: {StepMeasure}, EvAssessed: {StepAssess},
	},
}

// stepOf gives the deadline that runs in a stage: a measure's goes on through two of them.
func stepOf(stage machine.Stage) (deadline.Step, bool) {
	if stage == StagePlanned || stage == StageDoing {
		return StepMeasure, true
	}
	return book.Step(stage)
}

// Definition is the improvement procedure whole.
var Definition = machine.Define(machine.Definition[State]{
	Kind: "improvement", Prefix: number.Improvement, Table: Table, Stages: Stages, Events: Events, Data: Data, Steps: Steps,
	Templates: machine.Templates(noticeRules), StageStep: stepOf,
	Decide: rules.Decide, Evolve: Evolve, Notices: Notices, Effects: Effects, Summarize: Summarize,
	Due: func(s State) []procedure.Deadline {
		return s.Set.Due(map[deadline.Step]string{machine.StepReopen: machine.CmdArchive, StepEffect: CmdEvaluate}, "")
	},
	Facts: Facts,
	Sees:  Sees,
}, book, file)

// file is the part of the state that is the desk's.
func file(s *State) *machine.Case { return &s.Case }

// What a case of this kind came from, as lists tell it.
const (
	OfFeedback = "feedback"
	OfMeasure  = "measure"
)

// Summarize gives the measure as lists and searches need it.
func Summarize(s State) procedure.Summary {
	var sum procedure.Summary
	if s.Plan == nil {
		sum = s.Summary()
	} else {
		sum = s.Summary(s.Plan.Problem, s.Plan.Measure)
		sum.Category, sum.Building, sum.Planned = s.Plan.Watch.Category, s.Plan.Watch.Building, true
	}
	sum.Nature, sum.Round = OfMeasure, s.Round
	if s.Feedback != nil {
		sum.Nature, sum.Author = OfFeedback, s.TakenBy.ID
		sum.Text += "\n" + s.Feedback.Text
	}
	return sum
}

// Sees says how much an actor may see: whoever gave feedback sees what became of it. M6, N1
func Sees(s State, a people.Actor) people.Sight {
	if _, staff := a.As(people.Workers); staff && s.TakenBy.ID == a.ID && a.In(s.Customer.Community) {
		return people.SeesAll
	}
	return s.Sees(a)
}

// Facts lists what an event adds to the statistics: of feedback also how it was answered. I4, M6
func Facts(b State, e procedure.Event, a State) []procedure.Fact {
	facts := book.Facts(b.Case, e, a.Case)
	if b.Stage == StageSuggested && slices.Contains([]string{EvPlanned, EvDeclined}, e.Type) {
		key := Accepted
		if e.Type == EvDeclined {
			key = Declined
		}
		facts = append(facts, procedure.Fact{Seq: e.Seq, Index: len(facts), At: e.At, Name: procedure.FactJudged, Key: key, Role: e.By.Role})
	}
	return facts
}
