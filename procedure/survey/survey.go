// Package survey is the procedure of surveys: households are asked the same questions, all of them or a sample
// drawn by lot; whoever has not answered is reminded; after the closing date the answers are counted. The
// answers themselves are never part of a case: it knows how many there were and how they add up. M1
package survey

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/policy"
)

// The stages between the first and the last.
const (
	StageComposing machine.Stage = "composing" // 编制中: the questionnaire is written
	StageDrawing   machine.Stage = "drawing"   // 抽样中: the households are drawn
	StageAsking    machine.Stage = "asking"    // 调查中: answers come in
	StageCounting  machine.Stage = "counting"  // 统计中: the answers are counted
)

// Counted is the outcome of a survey that went its way.
const Counted = "counted"

// The steps that have a deadline. H1
const (
	StepLaunch   deadline.Step = "launch"
	StepDraw     deadline.Step = "draw"
	StepConclude deadline.Step = "asking" // no duty but the closing date
	StepCount    deadline.Step = "count"
)

// Steps lists them in the order of the procedure.
var Steps = []deadline.Step{StepLaunch, StepDraw, StepConclude, StepCount, deadline.StepDecision, deadline.StepReminder, machine.StepReopen}

// The commands beside the desk's.
const (
	CmdRewrite  = "rewrite"
	CmdLaunch   = "launch"
	CmdConclude = "end-asking"
	CmdExpire   = "expire"
	CmdRemind   = "remind-households"
	// The answers of effects.
	CmdDrawn   = "households-drawn"
	CmdInvited = "households-invited"
	CmdCounted = "answers-counted"
)

// The events beside the desk's.
const (
	EvRegistered = "survey-registered"
	EvRewritten  = "survey-rewritten"
	EvLaunched   = "survey-launched"
	EvDrawn      = "survey-drawn"
	EvNotDrawn   = "survey-not-drawn"
	EvInvited    = "survey-invited"
	EvReminded   = "survey-reminded"
	EvConcluded  = "survey-concluded"
	EvCounted    = "survey-counted"
)

// Events lists every event type in the order of the procedure.
var Events = append([]string{
	EvRegistered, EvRewritten, EvLaunched, EvDrawn, EvNotDrawn, EvInvited, EvReminded, EvConcluded, EvCounted,
}, machine.Events...)

// Data names each event's data by an empty one.
var Data = map[string]any{
	EvRegistered: Register{}, EvRewritten: Plan{}, EvLaunched: Launched{}, EvDrawn: Drawn{}, EvNotDrawn: machine.LinkFailed{},
	EvInvited: Invited{}, EvReminded: Wave{}, EvConcluded: machine.Reasoned{}, EvCounted: Tally{},
}

// Stages lists every stage in the order of the procedure.
var Stages = []machine.Stage{machine.StageNew, StageComposing, StageDrawing, StageAsking, StageCounting, machine.StageClosed, machine.StageArchived}

// State is everything that a survey remembers. It is the fold of its events and nothing else.
type State struct {
	machine.Case
	Plan
	// Template names the questionnaire where it is one of the settings'.
	Template   string `json:"template,omitempty"`
	Seed       string `json:"seed,omitempty"` // of the lot
	Population int    `json:"population,omitempty"`
	Households int    `json:"households,omitempty"`
	// Reminders are when whoever has not answered is reminded; Wave counts those that were.
	Reminders []time.Time `json:"reminders,omitempty"`
	Wave      int         `json:"wave,omitempty"`
	Mails     int         `json:"mails,omitempty"` // invitations and reminders by mail
	Tally     *Tally      `json:"tally,omitempty"`
}

// Plan is what is asked, whom, and until when.
type Plan struct {
	policy.Questionnaire
	// Sample is how many households are drawn by lot; all of them without.
	Sample int `json:"sample,omitempty"`
	// ClosesAt is the closing date; without, it is as long after the drawing as the settings say.
	ClosesAt *time.Time `json:"closes_at,omitempty"`
}

// Register begins a survey: with a template of the settings, or with questions of its own.
type Register struct {
	Community string `json:"community"`
	Template  string `json:"template,omitempty"`
	Plan
	// Launch asks at once.
	Launch bool `json:"launch,omitempty"`
	// Drill marks practice: outside every figure. M5
	Drill bool `json:"drill,omitempty"`
}

// Launched starts the asking; the lot can be drawn again from the seed.
type Launched struct {
	Seed     string     `json:"seed"`
	Sample   int        `json:"sample,omitempty"`
	ClosesAt *time.Time `json:"closes_at,omitempty"`
}

// Launch is the command for it.
type Launch struct {
	ClosesAt *time.Time `json:"closes_at,omitempty"`
}

// Drawn says how many households were drawn, and of how many.
type Drawn struct {
	Households int       `json:"households"`
	Population int       `json:"population"`
	ClosesAt   time.Time `json:"closes_at"`
}

// Wave counts the reminders; the invitations are wave 0.
type Wave struct {
	Wave int `json:"wave"`
}

// Invited says how many households were written to.
type Invited struct {
	Wave  int `json:"wave"`
	Mails int `json:"mails"`
}

// book is what the desk needs to know to do its part.
var book = &machine.Book{
	Limits: func(p policy.Policy) policy.Limits { return p.Survey.Deadlines },
	Steps: []machine.StageStep{
		{Stage: StageComposing, Step: StepLaunch}, {Stage: StageDrawing, Step: StepDraw},
		{Stage: StageAsking, Step: StepConclude}, {Stage: StageCounting, Step: StepCount},
	},
	Again: StageComposing,
	Meets: map[string][]deadline.Step{EvLaunched: {StepLaunch}, EvDrawn: {StepDraw}, EvCounted: {StepCount}},
}

// Definition is the survey procedure whole.
var Definition = machine.Define(machine.Definition[State]{
	Kind: "survey", Prefix: number.Survey, Table: Table, Stages: Stages, Events: Events, Data: Data, Steps: Steps, Templates: machine.Templates(noticeRules), StageStep: book.Step,
	Decide: rules.Decide, Evolve: Evolve, Notices: Notices, Effects: Effects, Summarize: Summarize,
	Due: Due,
}, book, file)

// file is the part of the state that is the desk's.
func file(s *State) *machine.Case { return &s.Case }

// Summarize gives the survey as lists and searches need it.
func Summarize(s State) procedure.Summary {
	sum := s.Summary(s.Title.Zh, s.Title.En)
	sum.Template = s.Template
	return sum
}

// Closes gives when the asking ends; false where nobody is being asked.
func (s State) Closes() (time.Time, bool) {
	c, ok := s.Deadline(deadline.Key(StepConclude, ""))
	return c.Due, ok
}

// Takes says whether an answer that comes in at a moment still counts.
func (s State) Takes(at time.Time) bool {
	closes, asking := s.Closes()
	return asking && s.Stage == StageAsking && at.Before(closes)
}

// reminder begins the keys of the reminders.
const reminder = "household_reminder"

// Due lists what falls due when, the earliest first: the deadlines, and the reminders of those who are asked.
func Due(s State) []procedure.Deadline {
	due := s.Set.Due(map[deadline.Step]string{StepConclude: CmdExpire, machine.StepReopen: machine.CmdArchive}, "")
	if len(s.Reminders) > 0 && s.Stage == StageAsking {
		due = append(due, procedure.Deadline{Key: reminder, At: s.Reminders[0], Command: CmdRemind})
		slices.SortStableFunc(due, func(a, b procedure.Deadline) int { return a.At.Compare(b.At) })
	}
	return due
}
