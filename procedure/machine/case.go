package machine

import (
	"slices"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// The stages that every case ends with.
const (
	StageNew      Stage = ""
	StageClosed   Stage = "closed"
	StageArchived Stage = "archived"
)

// The steps that every case has beside its own.
const (
	StepFollowUp deadline.Step = "follow_up"
	StepReopen   deadline.Step = "reopen"
)

// Channel is how something came in. A1
type Channel string

// The channels.
const (
	Hotline  Channel = "hotline"
	Desk     Channel = "desk"
	Letter   Channel = "letter"
	Email    Channel = "email"
	Website  Channel = "website"
	WeChat   Channel = "wechat"
	Petition Channel = "petition"
	Relay    Channel = "relayed"
)

// Channels lists the channels that people use.
var Channels = []Channel{Hotline, Desk, Letter, Email, Website, WeChat, Petition, Relay}

// Codes lists them as texts.
func (Channel) Codes() []string { return Codes(Channels) }

// Urgency is how fast it must go. A8
type Urgency string

// The urgencies.
const (
	Emergency Urgency = "emergency" // danger or a major failure: every deadline on wall clock. H6
	Urgent    Urgency = "urgent"
	Normal    Urgency = "normal"
)

// Urgencies lists them, the gravest first.
var Urgencies = []Urgency{Emergency, Urgent, Normal}

// Codes lists them as texts.
func (Urgency) Codes() []string { return Codes(Urgencies) }

// Customer is who brings a case, and where it came from.
type Customer struct {
	Community string  `json:"community" keep:"true" api:"required,max=64,ref=community"`
	Channel   Channel `json:"channel" api:"required,public=website|wechat"`
	Name      string  `json:"name,omitempty" api:"max=200"`
	Building  string  `json:"building,omitempty" keep:"true" api:"max=200,ref=building"`
	Room      string  `json:"room,omitempty" api:"max=200,ref=room"`
	Phone     string  `json:"phone,omitempty" api:"max=64"`
	Email     string  `json:"email,omitempty" api:"max=254"`
	Language  string  `json:"language,omitempty" keep:"true" api:"one=zh-CN|en"` // zh-CN without
	// Drill marks practice: outside every figure. M5
	Drill bool `json:"drill,omitempty" api:"staff"`
	// Source is the case that this one was made from; its record is this one's beginning.
	Source string `json:"source,omitempty" api:"-"`
}

// Closing is how and when a case closed, and where it stood before.
type Closing struct {
	Outcome string    `json:"outcome"`
	Reason  string    `json:"reason,omitempty"`
	At      time.Time `json:"at"`
	From    Stage     `json:"from"`
}

// Case is the part of a state that every case has.
type Case struct {
	Number   string        `json:"number"`
	Seq      int           `json:"seq"` // of the last event
	Policy   policy.Policy `json:"policy"`
	Customer Customer      `json:"customer"`
	Category string        `json:"category,omitempty"` // of the settings' categories. A7
	Urgency  Urgency       `json:"urgency,omitempty"`
	Major    bool          `json:"major,omitempty"` // found to be major. B2
	TakenBy  people.By     `json:"taken_by"`
	TakenAt  time.Time     `json:"taken_at"`
	Stage    Stage         `json:"stage"`
	Since    time.Time     `json:"since"` // when the stage was entered
	Last     time.Time     `json:"last"`  // when the last event happened
	Contact  *time.Time    `json:"contact,omitempty"`
	// Department is where the case is now; Handler is who was named to handle it.
	Department string     `json:"department,omitempty"`
	Handler    *people.By `json:"handler,omitempty"`
	// Links are the numbers of other cases that this one has to do with.
	Links   []string `json:"links,omitempty"`
	Closing *Closing `json:"closing,omitempty"`
	deadline.Set
}

// Shared is the case itself: what embeds one has the part that all share.
func (f *Case) Shared() *Case { return f }

// Emergency says whether every deadline runs on wall clock. A8, H6
func (f Case) Emergency() bool { return f.Urgency == Emergency }

// Open says whether the case still has to be handled.
func (f Case) Open() bool {
	return f.Stage != StageNew && f.Stage != StageClosed && f.Stage != StageArchived
}

// Clone copies the file deep enough that evolving the copy leaves the original alone.
func (f Case) Clone() Case {
	f.Set = f.Set.Clone()
	f.Links = slices.Clone(f.Links)
	return f
}

// Slim gives the file as it is stored: the settings are kept once, by version.
func (f Case) Slim() Case {
	f.Policy = policy.Policy{Version: f.Policy.Version}
	return f
}

// Summary gives what lists show of every case; text is what a search looks through beside the customer.
func (f Case) Summary(text ...string) procedure.Summary {
	c := f.Customer
	sum := procedure.Summary{
		Seq: f.Seq, Community: c.Community, Building: c.Building, Room: c.Room, Channel: string(c.Channel), Stage: string(f.Stage),
		Category: f.Category, Urgency: string(f.Urgency),
		Open: f.Open(), Overdue: f.Overdue(), Drill: c.Drill, PolicyVersion: f.Policy.Version, RegisteredAt: f.TakenAt,
		Name: c.Name, Phone: c.Phone, Email: c.Email, Language: c.Language,
		Text: strings.Join(append([]string{f.Number, c.Name, c.Phone, c.Building, c.Room}, text...), "\n"),
	}
	if f.Closing != nil {
		sum.Outcome, sum.ClosedAt = f.Closing.Outcome, &f.Closing.At
	}
	if due, ok := f.NextDue(); ok && f.Open() {
		sum.NextDue = &due
	}
	if f.Department != "" {
		sum.Tasks = []procedure.TaskRow{{ID: "T1", Department: f.Department, Status: string(f.Stage)}}
	}
	sum.Deadlines, sum.Escalated = f.Rows(f.departmentOf)
	return sum
}

// departmentOf gives the department that has to meet a deadline.
func (f *Case) departmentOf(c deadline.Deadline) string {
	if c.Owner == people.Handler {
		return f.Department
	}
	return ""
}

// Sees says how much of the case an actor may see. N1, N3
func (f Case) Sees(a people.Actor) people.Sight {
	theirs := f.Department != "" && f.Department == a.Department
	return Sees(f.Number, f.Customer.Community, a, deadline.Handles(f.Handler, a), theirs)
}

// ShowsContacts says whether an actor sees the customer's name, room, phone and e-mail in clear. C1, N1
func (f Case) ShowsContacts(a people.Actor) bool {
	permission, ok := people.Permits(people.ReadCase, a)
	switch {
	case !ok || f.Sees(a) == people.SeesNothing:
		return false
	case permission.Contacts == people.Clear || deadline.Handles(f.Handler, a):
		return true
	}
	return permission.Contacts == people.WhileWorking && f.Open()
}
