// Package collective is the procedure of collective issues: several households complain of one matter, or
// leaders see that it concerns many. The manager or the GM convenes a forum or announces the handling in
// the community; what is decided reaches every member complaint, which keeps its own loop and its own
// revisit. J1-J3
package collective

import (
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/policy"
)

// The stages between the first and the last.
const (
	StagePlanning  machine.Stage = "planning"  // 待定处理方式: how it will be handled is to be decided. J2
	StageConvened  machine.Stage = "convened"  // 座谈会待开: a forum is convened, its minutes are awaited. J2
	StageDeciding  machine.Stage = "deciding"  // 待答复: held or announced, the answer is awaited. J2
	StageInforming machine.Stage = "informing" // 告知中: the members are being told. J2
)

// The outcomes.
const (
	Concluded  = "concluded"
	Dropped    = "dropped"    // it was none
	Superseded = "superseded" // another issue of the same matter is open; the members went there
)

// The steps that have a deadline. H1
const (
	StepPlanning deadline.Step = "planning"
	StepMinutes  deadline.Step = "minutes" // from the forum
	StepConclude deadline.Step = "conclude"
	StepTell     deadline.Step = "tell"
)

// Steps lists them in the order of the procedure.
var Steps = []deadline.Step{StepPlanning, StepMinutes, StepConclude, StepTell, deadline.StepDecision, deadline.StepReminder, machine.StepReopen}

// The commands beside the desk's.
const (
	CmdJoin         = "join"
	CmdLeave        = "leave"
	CmdDecline      = complaint.CmdDecline
	CmdConvene      = "convene"
	CmdMinutes      = "record-minutes"
	CmdAnnounce     = "announce"
	CmdTakeDown     = "take-down"
	CmdConclude     = "conclude"
	CmdDrop         = "drop"
	CmdHearMatter   = "hear-matter"   // whether another issue of the matter is open
	CmdHearMembers  = "hear-members"  // which complaints were not there to join
	CmdHearInformed = "hear-informed" // which were not there to be told
)

// The events beside the desk's.
const (
	EvRegistered = "issue-opened"
	EvJoined     = "complaints-joined"
	EvLeft       = "complaint-left"
	EvConvened   = "forum-convened"
	EvMinutes    = "minutes-recorded"
	EvAnnounced  = "announced"
	EvTakenDown  = "announcement-taken-down"
	EvConcluded  = "issue-concluded"
	EvInformed   = "members-informed"
	EvSuperseded = "issue-superseded"
)

// State is everything that a collective issue remembers. It is the fold of its events and nothing else.
type State struct {
	machine.Case
	Category      string         `json:"category"`
	Subject       string         `json:"subject"`
	Found         bool           `json:"found,omitempty"`   // by itself
	Members       []Member       `json:"members,omitempty"` // in the order in which they joined
	Forum         *Convene       `json:"forum,omitempty"`   // the newest
	Minutes       *Minutes       `json:"minutes,omitempty"`
	Announcements []Announcement `json:"announcements,omitempty"`
	Decision      policy.Text    `json:"decision,omitzero"`
}

// Member is a complaint that belongs to the issue.
type Member struct {
	Number string    `json:"number"`
	Since  time.Time `json:"since"`
}

// Register opens an issue: by itself, or in a leader's name. J1
type Register struct {
	Community  string   `json:"community" keep:"true"`
	Category   string   `json:"category" keep:"true"`
	Subject    string   `json:"subject"`
	Complaints []string `json:"complaints,omitempty"`
	Drill      bool     `json:"drill,omitempty"` // M5
}

// Join adds complaints. J1
type Join struct {
	Complaints []string `json:"complaints"`
}

// Leave takes a complaint out. J1
type Leave struct {
	Complaint string `json:"complaint"`
	Reason    string `json:"reason"`
}

// Left is a complaint that belongs to the issue no more: a person's reason, or a code. J1
type Left struct {
	Complaint string `json:"complaint"`
	Reason    string `json:"reason,omitempty"`
	Code      string `json:"code,omitempty" keep:"true"`
}

// Convene calls the members to a forum. J2
type Convene struct {
	At     time.Time   `json:"at"`
	Place  string      `json:"place"`
	Agenda policy.Text `json:"agenda"`
	// Moves is the time of the forum that this one takes the place of: of two who move it at once, one is told.
	Moves *time.Time `json:"moves,omitempty"`
}

// Convened is a forum that the members are called to, or called to anew.
type Convened struct {
	Convene
	Moved bool `json:"moved,omitempty"` // it was to be at another time, or another place
}

// Minutes record a forum that was held: who came, what was said. J2
type Minutes struct {
	HeldAt   time.Time `json:"held_at"`
	Present  int       `json:"present"`            // of the households
	Attended []string  `json:"attended,omitempty"` // names, or numbers of complaints
	Text     string    `json:"text"`
}

// Announce puts a text on the community's public page for a time; it names nobody. J3
type Announce struct {
	Title policy.Text `json:"title" keep:"true"`
	Text  policy.Text `json:"text" keep:"true"`
	From  time.Time   `json:"from,omitzero"` // at once when it is missing
	Until time.Time   `json:"until"`
}

// Announcement stands on the community's public page. J3
type Announcement struct {
	ID string `json:"id" keep:"true"` // A1, A2, …
	Announce
	// Ended is when it was taken down before its time.
	Ended *time.Time `json:"ended,omitempty"`
}

// TakeDown ends an announcement before its time. J3
type TakeDown struct {
	Announcement string `json:"announcement" keep:"true"`
	Reason       string `json:"reason"`
}

// Conclude says what was decided, as the members are told it. J2
type Conclude struct {
	Decision policy.Text `json:"decision"`
}

// Informed lists the complaints that were not there any more to be told.
type Informed struct {
	Unheard []string `json:"unheard,omitempty"`
}

// Superseding names the issue that goes on instead.
type Superseding struct {
	By string `json:"by" keep:"true" tell:"linked"`
}

// Matter is what an issue claims: one issue of it is open at a time. J1
type Matter struct {
	Community string `json:"community"`
	Category  string `json:"category"`
	Drill     bool   `json:"drill,omitempty"`
}

// The effects that are the issue's own.
const (
	// EffectClaim claims the matter; the answer's result is a Holder.
	EffectClaim = "claim-matter"
	// EffectRelease lets another issue of the matter be opened.
	EffectRelease = "release-matter"
)

// Holder is the number of the issue of a matter that is open.
type Holder struct {
	Number string `json:"number"`
}

// Reasoned is a command that needs no more than a reason.
type Reasoned = machine.Reasoned

// Summarize gives the issue as lists and searches need it.
func Summarize(s State) procedure.Summary {
	sum := s.Summary(s.Subject, s.Decision.Zh)
	sum.Category = s.Category
	for _, a := range s.Announcements {
		if a.Ended == nil {
			sum.Announcements = append(sum.Announcements, procedure.AnnouncementRow{
				ID: a.ID, TitleZh: a.Title.Zh, TitleEn: a.Title.En, TextZh: a.Text.Zh, TextEn: a.Text.En, From: a.From, Until: a.Until,
			})
		}
	}
	return sum
}

// member says whether a complaint belongs to the issue.
func (s State) member(n string) bool {
	return slices.ContainsFunc(s.Members, func(m Member) bool { return m.Number == n })
}

// Numbers lists the members.
func (s State) Numbers() []string {
	all := make([]string, len(s.Members))
	for i, m := range s.Members {
		all[i] = m.Number
	}
	return all
}
