package complaint

import (
	"time"

	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// State is everything that a complaint remembers to decide what comes next. It is the fold of the
// complaint's events and nothing else; words that only people read stay in the events.
type State struct {
	Number string        `json:"number"`
	Seq    int           `json:"seq"` // of the last event
	Policy policy.Policy `json:"policy"`

	Record  Record     `json:"record"`
	Unclear []string   `json:"unclear,omitempty"` // fields that are missing or vague. A3
	TakenBy people.By  `json:"taken_by"`
	TakenAt time.Time  `json:"taken_at"`
	Urgency Urgency    `json:"urgency"`
	Stage   Stage      `json:"stage"`
	Since   time.Time  `json:"since"`           // when the stage was entered
	Round   int        `json:"round,omitempty"` // rounds of rectification so far. G4
	Last    time.Time  `json:"last"`            // when the last event happened
	Contact *time.Time `json:"contact,omitempty"`

	Nature    Nature       `json:"nature,omitempty"`
	Judgement []Judgement  `json:"judgement,omitempty"` // B8, the newest last
	Appealed  bool         `json:"appealed,omitempty"`  // B10
	Explainer people.Role  `json:"explainer,omitempty"` // whose turn it is to explain. B5
	Service   string       `json:"service,omitempty"`   // the service request that is waited for. B6
	Special   bool         `json:"special,omitempty"`   // judged special service. B6
	Handler   *people.By   `json:"handler,omitempty"`   // who is named to handle it. B7, H4
	Lead      string       `json:"lead,omitempty"`      // the coordinating department. C3
	Tasks     []Task       `json:"tasks,omitempty"`
	Plan      *Plan        `json:"plan,omitempty"`     // the newest plan. D2
	Attempts  []time.Time  `json:"attempts,omitempty"` // revisits that reached nobody. G5
	Revisit   *Revisited   `json:"revisit,omitempty"`  // the newest revisit. G6
	Clocks    []Clock      `json:"clocks,omitempty"`
	Escalated []Escalation `json:"escalated,omitempty"`
	Closing   *Closing     `json:"closing,omitempty"`
	// NoCalendar lists the years for which the calendar has no data. H6
	NoCalendar []int `json:"no_calendar,omitempty"`
}

// Record is what intake writes down. A2
type Record struct {
	Community  string     `json:"community"`
	Channel    Channel    `json:"channel"`
	Category   string     `json:"category"`
	Name       string     `json:"name,omitempty"`
	Building   string     `json:"building,omitempty"`
	Room       string     `json:"room,omitempty"`
	Phone      string     `json:"phone,omitempty"`
	Email      string     `json:"email,omitempty"`
	Language   string     `json:"language,omitempty"` // zh-CN (default) or en
	HappenedAt *time.Time `json:"happened_at,omitempty"`
	Place      string     `json:"place,omitempty"` // where it happened
	What       string     `json:"what"`
	Involved   []Involved `json:"involved,omitempty"` // who the complaint is about. B9
	Remedy     string     `json:"remedy,omitempty"`   // what the complainant asks for
	Apology    string     `json:"apology,omitempty"`  // the first apology. A4
	Relayed    *Relayed   `json:"relayed,omitempty"`  // A5
	Drill      bool       `json:"drill,omitempty"`    // staff practise on it. M5
}

// Involved is somebody whom the complaint names: staff by ID where known, else by name.
type Involved struct {
	Staff string `json:"staff,omitempty"`
	Name  string `json:"name,omitempty"`
}

// Relayed says which department heard the complaint first, who relayed it, and when. A5
type Relayed struct {
	Department string     `json:"department"`
	By         string     `json:"by,omitempty"`
	At         *time.Time `json:"at,omitempty"`
}

// Judgement is one entry of the follow-up record: who judged what, and why. B8
type Judgement struct {
	Nature  Nature    `json:"nature"`
	Grounds string    `json:"grounds"`
	By      people.By `json:"by"`
	At      time.Time `json:"at"`
	Review  bool      `json:"review,omitempty"` // by the panel. B4
}

// Task is work handed to a department. C1
type Task struct {
	ID         string     `json:"id"` // T1, T2, …
	Round      int        `json:"round,omitempty"`
	Department string     `json:"department"`
	Content    string     `json:"content"`
	Contact    string     `json:"contact,omitempty"`
	Phone      string     `json:"phone,omitempty"`
	After      []string   `json:"after,omitempty"`    // tasks that must be complete first. C3
	Deadline   *time.Time `json:"deadline,omitempty"` // set by a person; else the category's time
	Status     TaskStatus `json:"status"`
	Assignee   *people.By `json:"assignee,omitempty"`
}

// Plan is what is proposed to the complainant. D1, D2
type Plan struct {
	Version int    `json:"version"`
	Text    string `json:"text"`
	Answer  Answer `json:"answer,omitempty"` // empty while it is awaited
}

// Revisited is how a revisit went. G6
type Revisited struct {
	Method   Method    `json:"method"`
	At       time.Time `json:"at"`
	By       people.By `json:"by"`
	Outcome  int       `json:"outcome"`  // satisfaction with the outcome, 1-5
	Handling int       `json:"handling"` // satisfaction with how it was handled, 1-5
}

// Clock is one deadline that runs. Its due time is always known, whichever way it was counted.
type Clock struct {
	Key        string        `json:"key"`               // e.g. "judge", "accept:T1"
	Step       Step          `json:"step"`              // the setting that it came from
	Subject    string        `json:"subject,omitempty"` // the task or escalation that it belongs to
	Owner      people.Role   `json:"owner"`             // who must act
	Started    time.Time     `json:"started"`           // or went on after a pause
	Spent      time.Duration `json:"spent,omitempty"`   // of its limit before Started. C6
	WarnAt     time.Time     `json:"warn_at"`
	Due        time.Time     `json:"due"`
	Warned     bool          `json:"warned,omitempty"`
	Breached   bool          `json:"breached,omitempty"`
	Fixed      bool          `json:"fixed,omitempty"`       // set by a person; settings do not move it
	NoCalendar int           `json:"no_calendar,omitempty"` // the year without calendar data, counted on wall clock
	Paused     *Pause        `json:"paused,omitempty"`      // C6
}

// Pause holds what was left of a clock when it stopped. C6
type Pause struct {
	Reason string        `json:"reason"`
	Until  time.Time     `json:"until"`
	Left   time.Duration `json:"left"`      // of the deadline
	Warn   time.Duration `json:"left_warn"` // of the warning; nothing when its time had come
}

// Escalation stands at a rung until that rung decides. H2-H4
type Escalation struct {
	ID     string           `json:"id"`     // E1, E2, …
	Clock  string           `json:"clock"`  // the key of the deadline it is about
	Reason string           `json:"reason"` // asked for by a person; empty for a breach
	By     people.By        `json:"by"`     // who raised it
	Rung   people.Role      `json:"rung"`   // where it stands
	At     time.Time        `json:"at"`
	Status EscalationStatus `json:"status"`
}

// Closing is how and when a complaint closed, and where it stood before. I1, G8
type Closing struct {
	Outcome Outcome   `json:"outcome"`
	At      time.Time `json:"at"`
	From    Stage     `json:"from"`
	Into    string    `json:"into,omitempty"` // the complaint it was merged into
	Left    []Clock   `json:"left,omitempty"` // deadlines that closing stopped, to go on after a reopening
}

// New gives the state of a complaint that is about to be registered.
func New(number string, p policy.Policy) State {
	return State{Number: number, Policy: p, Stage: StageNew}
}

// Emergency says whether danger or a major failure makes every clock a wall clock. A8, H6
func (s State) Emergency() bool { return s.Urgency == Emergency }

// Major says whether the complaint is judged major. B2
func (s State) Major() bool { return s.Nature == Major }

// Open says whether the complaint still has to be handled.
func (s State) Open() bool {
	return s.Stage != StageNew && s.Stage != StageClosed && s.Stage != StageArchived
}

// Overdue says whether any deadline has passed unmet.
func (s State) Overdue() bool {
	for _, c := range s.Clocks {
		if c.Breached {
			return true
		}
	}
	return false
}

// Task finds a task by its ID.
func (s State) Task(id string) (Task, bool) {
	for _, t := range s.Tasks {
		if t.ID == id {
			return t, true
		}
	}
	return Task{}, false
}

// Clock finds a running deadline by its key.
func (s State) Clock(key string) (Clock, bool) {
	for _, c := range s.Clocks {
		if c.Key == key {
			return c, true
		}
	}
	return Clock{}, false
}

// Escalation finds an escalation by its ID.
func (s State) Escalation(id string) (Escalation, bool) {
	for _, e := range s.Escalated {
		if e.ID == id {
			return e, true
		}
	}
	return Escalation{}, false
}
