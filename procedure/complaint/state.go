package complaint

import (
	"time"

	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/pool"
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

	Nature    Nature      `json:"nature,omitempty"`
	Judgement []Judgement `json:"judgement,omitempty"` // B8, the newest last
	Appealed  bool        `json:"appealed,omitempty"`  // B10
	Explainer people.Role `json:"explainer,omitempty"` // whose turn it is to explain. B5
	Service   string      `json:"service,omitempty"`   // the service request that is waited for. B6
	Special   bool        `json:"special,omitempty"`   // judged special service. B6
	Handler   *people.By  `json:"handler,omitempty"`   // who is named to handle it. B7, H4
	Lead      string      `json:"lead,omitempty"`      // the coordinating department. C3
	Tasks     []Task      `json:"tasks,omitempty"`
	Plan      *Plan       `json:"plan,omitempty"` // the newest plan. D2
	// Asking is how far the revisit of the complainant is. G1
	Asking
	Joined     []Joined    `json:"joined,omitempty"`    // complaints merged into this one. A11
	Following  *Following  `json:"following,omitempty"` // how its lead stands, when it is merged. A11
	Membership *Membership `json:"issue,omitempty"`     // the collective issue that it belongs to. J1
	Measures   []string    `json:"measures,omitempty"`  // improvement measures that come from it. M3
	Closing    *Closing    `json:"closing,omitempty"`
	// Set is the deadlines that run and what they escalated. H1, H2
	deadline.Set
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
	Source     string     `json:"source,omitempty"`   // the case that it was made from, e.g. an inquiry. K3
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
	Department string     `json:"department"` // empty while it is on offer to several
	pool.Offer            // C1
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

// Closing is how and when a complaint closed, and where it stood before. I1, G8
type Closing struct {
	Outcome Outcome             `json:"outcome"`
	At      time.Time           `json:"at"`
	From    Stage               `json:"from"`
	Into    string              `json:"into,omitempty"` // the complaint it was merged into
	Hops    int                 `json:"hops,omitempty"` // leads followed on to, because each was merged itself. A11
	Left    []deadline.Deadline `json:"left,omitempty"` // deadlines that closing stopped, to go on after a reopening
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

// Task finds a task by its ID.
func (s State) Task(id string) (Task, bool) {
	for _, t := range s.Tasks {
		if t.ID == id {
			return t, true
		}
	}
	return Task{}, false
}
