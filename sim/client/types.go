package client

import "time"

// The answers of the API, as far as they are read here; see the contract.

// Me is the member of staff whose token it is.
type Me struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Roles       []string `json:"roles"`
	Communities []string `json:"communities"`
	Department  string   `json:"department,omitempty"`
}

// Registration is the answer to a new complaint.
type Registration struct {
	Number       string `json:"number"`
	TrackingLink string `json:"tracking_link"`
}

// Case is a case as it stands, of whatever kind: what a kind does not have is empty.
type Case struct {
	Community   string       `json:"community"` // of a case without a customer
	Number      string       `json:"number"`
	Stage       string       `json:"stage"`
	Since       time.Time    `json:"since"` // when the stage was entered
	Nature      string       `json:"nature"`
	Urgency     string       `json:"urgency"`
	Round       int          `json:"round"`
	Open        bool         `json:"open"`
	Overdue     bool         `json:"overdue"`
	Record      Record       `json:"record"`
	Customer    Record       `json:"customer"` // where there is no record
	TakenBy     By           `json:"taken_by"`
	Unclear     []string     `json:"unclear"`
	Appealed    bool         `json:"appealed"`
	Explainer   string       `json:"explainer"` // whose turn it is
	Plan        *Plan        `json:"plan"`
	Attempts    []time.Time  `json:"attempts"` // revisits that reached nobody
	Tasks       []Task       `json:"tasks"`
	Deadlines   []Deadline   `json:"deadlines"`
	Escalations []Escalation `json:"escalations"`
	Closing     *Closing     `json:"closing"`
	Links       []string     `json:"links"`   // cases that it has to do with
	Settled     string       `json:"settled"` // how the complainant's own revisit ended
	Joined      []Joined     `json:"joined"`  // complaints that were merged into this one
	Members     []Member     `json:"members"` // complaints of a collective issue

	// What a service request has beside that.
	Department  string       `json:"department"`
	Appointment *Appointment `json:"appointment"`
	Job         *Job         `json:"job"`
	Quote       *Quote       `json:"quote"`

	// Questions are what a survey asks.
	Questions []Question `json:"questions"`
	// Verdict is what the last evaluation of a measure says.
	Verdict string `json:"verdict"`
}

// Question is one that a survey asks: by a score, a choice, several, or a text.
type Question struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Required bool   `json:"required"`
	Choices  []struct {
		ID string `json:"id"`
	} `json:"choices"`
}

// Likely is a complaint that is likely about the same matter as one that is about to be registered.
type Likely struct {
	Number       string    `json:"number"`
	Open         bool      `json:"open"`
	RegisteredAt time.Time `json:"registered_at"`
	Because      []string  `json:"because"` // what they have in common
}

// Finding is something of which there are more or fewer than in the period before.
type Finding struct {
	Watch struct {
		Metric     string `json:"metric"`
		Category   string `json:"category,omitempty"`
		Building   string `json:"building,omitempty"`
		Room       string `json:"room,omitempty"`
		Department string `json:"department,omitempty"`
		Channel    string `json:"channel,omitempty"`
	} `json:"watch"`
	Worse     bool     `json:"worse"`
	StandsOut bool     `json:"stands_out"` // by more than noise
	Numbers   []string `json:"numbers"`    // of complaints, where it is a household's
}

// Appointment is when somebody comes, as one side proposed it.
type Appointment struct {
	Version int       `json:"version"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"`
	By      string    `json:"by"` // office or customer
	Agreed  bool      `json:"agreed"`
}

// Job is the work as it was given to a department or to a pool.
type Job struct {
	Status  string   `json:"status"`
	Offered []string `json:"offered"`
}

// Quote is what it will cost, in fen.
type Quote struct {
	Version int    `json:"version"`
	Total   int64  `json:"total"`
	Answer  string `json:"answer"`
}

// Record is what intake wrote down.
type Record struct {
	Community string `json:"community"`
	Category  string `json:"category"`
	Source    string `json:"source"` // the case that it was made from
}

// Member is a complaint that belongs to a collective issue, or to what else a list is of.
type Member struct {
	Number string `json:"number"`
}

// Joined is a complaint that was merged into another.
type Joined struct {
	Number  string `json:"number"`
	Settled string `json:"settled"`
}

// By is who did something.
type By struct {
	ID   string `json:"id"`
	Role string `json:"role"`
}

// Plan is what the complainant is offered.
type Plan struct {
	Version int    `json:"version"`
	Answer  string `json:"answer"` // empty while it is awaited
}

// Task is work handed to a department.
type Task struct {
	ID         string `json:"id"`
	Round      int    `json:"round"`
	Department string `json:"department"`
	Status     string `json:"status"`
}

// Deadline is one that runs.
type Deadline struct {
	Key        string    `json:"key"`
	Step       string    `json:"step"`
	Owner      string    `json:"owner"`
	Department string    `json:"department"`
	Due        time.Time `json:"due"`
	Warned     bool      `json:"warned"`
	Breached   bool      `json:"breached"`
	Paused     bool      `json:"paused"`
}

// Escalation is a missed deadline, or a call for help, before a level.
type Escalation struct {
	ID       string `json:"id"`
	Deadline string `json:"deadline"` // the key of the deadline it is about
	Level    string `json:"level"`
	Status   string `json:"status"`
}

// Closing is how a complaint ended.
type Closing struct {
	Outcome string `json:"outcome"`
}

// PublicCase is a complaint as its complainant sees it.
type PublicCase struct {
	Stage     string   `json:"stage"`
	StageName string   `json:"stage_name"`
	Open      bool     `json:"open"`
	Closing   *Closing `json:"closing"`
	Joined    struct {
		Outcome string `json:"outcome"` // of the complaint that it was merged into
	} `json:"joined"`
}

// Timeline is a page of what happened, in plain words.
type Timeline struct {
	Items []Event `json:"items"`
	Next  int     `json:"next"`
}

// Event is one line of a timeline. A refused command has no Seq.
type Event struct {
	Seq     int       `json:"seq"`
	At      time.Time `json:"at"`
	Type    string    `json:"type"`
	Text    string    `json:"text"`
	Refused string    `json:"refused"`
}

// Notices is a page of who was told what, in the order of what it was about.
type Notices struct {
	Items []Notice `json:"items"`
	Next  string   `json:"next"`
}

// Notice is one message to one person.
type Notice struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	To      string    `json:"to"` // complainant, or the ID of staff
	Subject string    `json:"subject"`
	Body    string    `json:"body"`
	Urgent  bool      `json:"urgent"`
	Channel string    `json:"channel"`
	Status  string    `json:"status"`
}
