package procedure

import (
	"encoding/json"
	"time"

	"bihuan/procedure/people"
)

// Batch is what one turn of a case has to leave in the database: written whole or not at all, and
// harmless when written twice.
type Batch struct {
	Number  string           `json:"number"`
	Kind    string           `json:"kind"` // "complaint"
	Events  []Event          `json:"events,omitempty"`
	Refused []Refused        `json:"refused,omitempty"`
	Notices []NumberedNotice `json:"notices,omitempty"`
	Facts   []Fact           `json:"facts,omitempty"`
	// Summary and State describe the case after the last event.
	Summary Summary         `json:"summary"`
	State   json.RawMessage `json:"state,omitempty"`
	// Policy is the settings the case keeps; only with its first event. P1
	Policy json.RawMessage `json:"policy,omitempty"`
	// Secret is the case's, for the salts of its commitments; only with its first event. N2
	Secret string `json:"secret,omitempty"`
	// KeyHash and BodyHash remember the idempotency key and the request it came with. A10
	KeyHash  string `json:"key_hash,omitempty"`
	BodyHash string `json:"body_hash,omitempty"`
}

// NumberedNotice is a notice with the place that makes it unique within its case.
type NumberedNotice struct {
	Seq   int `json:"seq"`   // of the event it is about
	Index int `json:"index"` // among that event's notices
	Notice
}

// Refused is a command that was not taken, kept so that nothing is lost in silence.
type Refused struct {
	Command string            `json:"command"` // its ID
	Name    string            `json:"name"`
	By      people.By         `json:"by"`
	At      time.Time         `json:"at"`
	Code    string            `json:"code"`
	Args    map[string]string `json:"args,omitempty"`
}

// Summary is the case as lists, searches and notices need it; the same columns for every procedure. It is all of a case
// that the database looks into: the state itself is opaque to it.
type Summary struct {
	Seq       int    `json:"seq"`
	Community string `json:"community"`
	Building  string `json:"building,omitempty"`
	Room      string `json:"room,omitempty"`
	Category  string `json:"category,omitempty"`
	Channel   string `json:"channel,omitempty"`
	Stage     string `json:"stage"`
	Nature    string `json:"nature,omitempty"`
	Urgency   string `json:"urgency,omitempty"`
	Outcome   string `json:"outcome,omitempty"`
	Round     int    `json:"round"`
	Open      bool   `json:"open"`
	Overdue   bool   `json:"overdue"`
	// Drill marks a case that is practised on: it stands outside every figure. M5
	Drill         bool       `json:"drill"`
	PolicyVersion string     `json:"policy_version"`
	RegisteredAt  time.Time  `json:"registered_at"`
	ClosedAt      *time.Time `json:"closed_at,omitempty"`
	NextDue       *time.Time `json:"next_due,omitempty"`
	// Name, Phone, Email and Language are the customer's.
	Name     string `json:"name,omitempty"`
	Phone    string `json:"phone,omitempty"`
	Email    string `json:"email,omitempty"`
	Language string `json:"language,omitempty"`
	// Text is what a full-text search looks through.
	Text      string          `json:"text"`
	Tasks     []TaskRow       `json:"tasks,omitempty"`
	Deadlines []DeadlineRow   `json:"deadlines,omitempty"`
	Escalated []EscalationRow `json:"escalated,omitempty"`
	// Place and What say where it happened and what is wrong: likely duplicates are told by them. A11
	Place string `json:"place,omitempty"`
	What  string `json:"what,omitempty"`
	// Issue is the collective issue that it belongs to, or belonged to. J1
	Issue string `json:"issue,omitempty"`
	// Announcements are those that were not taken down. J3
	Announcements []AnnouncementRow `json:"announcements,omitempty"`
	// Template is the questionnaire of the settings that a survey asks. M1
	Template string `json:"template,omitempty"`
	// Planned says that an improvement has a plan: it is a measure, not feedback alone. M3
	Planned bool `json:"planned"`
	// Author gave the feedback that the case is, or began as. M6
	Author string `json:"author,omitempty"`
}

// TaskRow is a task as lists need it.
type TaskRow struct {
	ID         string `json:"id"`
	Department string `json:"department"`
	Status     string `json:"status"`
}

// DeadlineRow is a running deadline as lists need it.
type DeadlineRow struct {
	Key        string      `json:"key"`
	Step       string      `json:"step"`
	Owner      people.Role `json:"owner"`
	Department string      `json:"department,omitempty"`
	Due        time.Time   `json:"due"`
	Warned     bool        `json:"warned,omitempty"`
	Breached   bool        `json:"breached,omitempty"`
	Paused     bool        `json:"paused,omitempty"`
}

// EscalationRow is an open escalation as lists need it.
type EscalationRow struct {
	ID    string      `json:"id"`
	Key   string      `json:"key"`
	Level people.Role `json:"level"`
	At    time.Time   `json:"at"`
}

// AnnouncementRow is an announcement on the public page of a community. J3
type AnnouncementRow struct {
	ID      string    `json:"id"`
	TitleZh string    `json:"title_zh"`
	TitleEn string    `json:"title_en,omitempty"`
	TextZh  string    `json:"text_zh"`
	TextEn  string    `json:"text_en,omitempty"`
	From    time.Time `json:"from"`
	Until   time.Time `json:"until"`
}
