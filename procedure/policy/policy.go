// Package policy is the procedure's settings as a value: deadlines, categories, departments, who
// reviews what. It is read at the edge, handed in, and kept by the case that started with it (P1).
package policy

import (
	"slices"
	"time"

	"bihuan/procedure/calendar"
	"bihuan/procedure/people"
	"bihuan/procedure/violation"
)

// Policy is every setting that a case needs.
type Policy struct {
	// Version names these settings; a running case keeps the one that it started with.
	Version   string            `json:"version" yaml:"version"`
	Calendar  calendar.Calendar `json:"calendar" yaml:"calendar"`
	Deadlines Deadlines         `json:"deadlines" yaml:"deadlines"`
	// WarnPercent of a deadline's time must have passed before its warning. H1
	WarnPercent int `json:"warn_percent" yaml:"warn_percent"`
	// Review lists the natures that a review panel must confirm. B4
	Review []string `json:"review" yaml:"review"`
	// Levels is the levels that what is late climbs, the lowest first; all of them where none is set. H2
	Levels []people.Role `json:"levels,omitempty" yaml:"levels"`
	// RevisitAttempts on different days must fail before the manager decides. G5
	RevisitAttempts int          `json:"revisit_attempts" yaml:"revisit_attempts"`
	Recourse        Text         `json:"recourse" yaml:"recourse"` // the outside recourse that an explained complaint is told of. B5
	Departments     []Department `json:"departments" yaml:"departments"`
	// Pools are departments that work can be offered to, or that have it by turn. C1
	Pools      []Pool     `json:"pools,omitempty" yaml:"pools,omitempty"`
	Categories []Category `json:"categories" yaml:"categories"`
	// What follows are the settings of the other procedures; a case carries its own kind's.
	Service     Service     `json:"service,omitzero" yaml:"-"`
	Inquiry     Inquiry     `json:"inquiry,omitzero" yaml:"-"`
	Collective  Collective  `json:"collective,omitzero" yaml:"-"`
	Survey      Survey      `json:"survey,omitzero" yaml:"-"`
	Improvement Improvement `json:"improvement,omitzero" yaml:"-"`
}

// Text is one sentence in each language.
type Text struct {
	Zh string `json:"zh,omitempty" yaml:"zh"`
	En string `json:"en,omitempty" yaml:"en"`
}

// Department does work: a department of the office, or a vendor.
type Department struct {
	ID     string `json:"id" yaml:"id"`
	Name   Text   `json:"name" yaml:"name"`
	Vendor bool   `json:"vendor,omitempty" yaml:"vendor,omitempty"`
	// Contact and Phone are told to the complainant and the other departments. C1
	Contact string `json:"contact,omitempty" yaml:"contact,omitempty"`
	Phone   string `json:"phone,omitempty" yaml:"phone,omitempty"`
}

// Category is a node of the category tree; only leaves are chosen. A7
type Category struct {
	ID     string `json:"id" yaml:"id"`
	Parent string `json:"parent,omitempty" yaml:"parent,omitempty"`
	Name   Text   `json:"name" yaml:"name"`
	// Department, Urgency, Work and what follows are a leaf's defaults.
	Department string   `json:"department,omitempty" yaml:"department,omitempty"`
	Urgency    string   `json:"urgency,omitempty" yaml:"urgency,omitempty"`
	Work       Duration `json:"work,omitempty" yaml:"work,omitempty"`
	// Pool has the work instead of Department. C1
	Pool string `json:"pool,omitempty" yaml:"pool,omitempty"`
	// Service is the category of the service request that a special service becomes. B6
	Service string `json:"service,omitempty" yaml:"service,omitempty"`
	// Evidence must come with a completed task. C5
	Evidence bool `json:"evidence,omitempty" yaml:"evidence,omitempty"`
	// Auto dispatches to Department without waiting for the desk. C1
	Auto bool `json:"auto,omitempty" yaml:"auto,omitempty"`
}

// Deadlines names every time limit of the complaint procedure.
type Deadlines struct {
	Judge     Deadline `json:"judge" yaml:"judge"`         // B1
	Refer     Deadline `json:"refer" yaml:"refer"`         // B3: the manager judges
	Review    Deadline `json:"review" yaml:"review"`       // B4
	Explain   Deadline `json:"explain" yaml:"explain"`     // B5
	Service   Deadline `json:"service" yaml:"service"`     // B6: waiting for the service request
	Dispatch  Deadline `json:"dispatch" yaml:"dispatch"`   // C1
	Accept    Deadline `json:"accept" yaml:"accept"`       // C2
	Reroute   Deadline `json:"reroute" yaml:"reroute"`     // C2: a returned task
	Work      Deadline `json:"work" yaml:"work"`           // C1, when category and dispatch name none
	Plan      Deadline `json:"plan" yaml:"plan"`           // D1, from registration
	Answer    Deadline `json:"answer" yaml:"answer"`       // D3
	FollowUp  Deadline `json:"follow_up" yaml:"follow_up"` // E1
	Verify    Deadline `json:"verify" yaml:"verify"`       // F1
	Revisit   Deadline `json:"revisit" yaml:"revisit"`     // G1
	Unreached Deadline `json:"unreached" yaml:"unreached"` // G5
	Decision  Deadline `json:"decision" yaml:"decision"`   // H4
	Reminder  Deadline `json:"reminder" yaml:"reminder"`   // H4: at the top of the levels, again and again
	Reopen    Deadline `json:"reopen" yaml:"reopen"`       // G8
}

// Deadline is one time limit. Emergency and major complaints run on wall clock whatever Clock says. H6
type Deadline struct {
	Within Duration `json:"within" yaml:"within"`
	// Emergency and Major replace Within where they are set.
	Emergency Duration `json:"emergency,omitempty" yaml:"emergency,omitempty"`
	Major     Duration `json:"major,omitempty" yaml:"major,omitempty"`
	// WarnAfter replaces the shared percentage: the warning comes when this much time has passed.
	WarnAfter Duration `json:"warn_after,omitempty" yaml:"warn_after,omitempty"`
	// Clock is "working" (the community's calendar) or "wall".
	Clock string `json:"clock" yaml:"clock"`
	// Owner is the role that must act in time. A deadline whose owner changes with the case names none.
	Owner people.Role `json:"owner,omitempty" yaml:"owner,omitempty"`
	// MajorOwner replaces Owner for a major complaint.
	MajorOwner people.Role `json:"major_owner,omitempty" yaml:"major_owner,omitempty"`
}

// The two clocks.
const (
	Working = "working"
	Wall    = "wall"
)

// For gives the limit and the clock that apply to a complaint.
func (d Deadline) For(emergency, major bool) (time.Duration, string) {
	within, clock := d.Within, d.Clock
	if major && d.Major > 0 {
		within = d.Major
	}
	if emergency && d.Emergency > 0 {
		within = d.Emergency
	}
	if emergency || major {
		clock = Wall
	}
	return time.Duration(within), clock
}

// OwnerFor gives the role that must act.
func (d Deadline) OwnerFor(major bool) people.Role {
	if major && d.MajorOwner != "" {
		return d.MajorOwner
	}
	return d.Owner
}

// Category finds a category by its ID.
func (p Policy) Category(id string) (Category, bool) {
	for _, c := range p.Categories {
		if c.ID == id {
			return c, true
		}
	}
	return Category{}, false
}

// Leaf says whether a category has none below it.
func (p Policy) Leaf(id string) bool {
	for _, c := range p.Categories {
		if c.Parent == id {
			return false
		}
	}
	return true
}

// Department finds a department by its ID.
func (p Policy) Department(id string) (Department, bool) {
	for _, d := range p.Departments {
		if d.ID == id {
			return d, true
		}
	}
	return Department{}, false
}

// ForCase gives what one case carries: the calendar from last year to the year after next, and no display names.
func (p Policy) ForCase(now time.Time) Policy {
	p.Calendar = p.Calendar.ForYears(now.Year()-1, now.Year()+2)
	p.Departments = append([]Department(nil), p.Departments...)
	for i := range p.Departments {
		p.Departments[i].Name = Text{}
	}
	p.Pools = append([]Pool(nil), p.Pools...)
	for i := range p.Pools {
		p.Pools[i].Name = Text{}
	}
	p.Categories = append([]Category(nil), p.Categories...)
	for i := range p.Categories {
		p.Categories[i].Name = Text{}
	}
	p.Service.Categories = p.Service.unnamed()
	return p
}

// Duration is a time.Duration that reads and writes as text, e.g. "30m", "48h", "3d".
type Duration time.Duration

// Of gives the deadline with a name, e.g. "judge".
func (d Deadlines) Of(name string) Deadline {
	for _, n := range d.named() {
		if n.name == name {
			return n.d
		}
	}
	return Deadline{}
}

// Limits are a procedure's time limits by the name of their step. A case looks them up and never lists them.
type Limits map[string]Deadline

// Only leaves the settings that a case of one kind needs.
func (p Policy) Only(kind string) Policy {
	if kind != "inquiry" {
		p.Inquiry = Inquiry{}
	}
	if kind != "improvement" {
		p.Improvement = Improvement{}
	}
	if kind != "service" {
		p.Service = Service{}
	}
	if kind == "inquiry" || kind == "service" || kind == "survey" { // complaints alone are dispatched by these
		p.Categories = nil
	}
	if kind != "collective" {
		p.Collective = Collective{}
	}
	if kind != "survey" {
		p.Survey = Survey{}
	}
	return p
}

// Adoptable is what an open case of one kind is given to adopt: like what a new one carries, but with the
// categories, because a case looks at all of them before it takes other settings. P1
func (p Policy) Adoptable(kind string) Policy {
	categories := p.Categories
	p = p.Only(kind)
	p.Categories = categories
	return p
}

// Collective is the settings of collective issues. J
type Collective struct {
	// Households of one community must complain of one category Within so long for an issue to be found. J1
	Households int      `json:"households,omitempty" yaml:"households"`
	Within     Duration `json:"within,omitempty" yaml:"within"`
	// Categories are those in which issues are found by themselves, with all below them; all where none is named.
	Categories []string `json:"categories,omitempty" yaml:"categories"`
	Deadlines  Limits   `json:"deadlines,omitempty" yaml:"deadlines"`
}

// Validate gives every fault of the settings, given those of the categories. J1
func (c Collective) Validate(p Policy) violation.List {
	var v violation.List
	if c.Households < 2 || c.Households > 1000 {
		v.Add("households", "out_of_range", "from", "2", "to", "1000")
	}
	switch {
	case c.Within <= 0:
		v.Add("within", "nothing")
	case c.Within > Longest:
		v.Add("within", "too_long", "longest", Longest.String())
	}
	for _, id := range c.Categories {
		if _, ok := p.Category(id); !ok {
			v.Add("categories["+id+"]", "unknown", "id", id)
		}
	}
	return v
}

// Finds says whether issues of a category are found by themselves. J1
func (p Policy) Finds(category string) bool {
	if len(p.Collective.Categories) == 0 {
		return true
	}
	for range p.Categories { // up at most as far as there are categories
		if slices.Contains(p.Collective.Categories, category) {
			return true
		}
		c, _ := p.Category(category)
		category = c.Parent
	}
	return false
}

// Inquiry is the settings of inquiries and suggestions. K
type Inquiry struct {
	Deadlines Limits `json:"deadlines,omitempty" yaml:"deadlines"`
}

// Improvement is the settings of analyses and of improvement measures. M
type Improvement struct {
	Deadlines Limits `json:"deadlines,omitempty" yaml:"deadlines"`
	// NoisePercent is how often noise may pass for a change: of all findings of an analysis, and of every
	// evaluation. M2, M4
	NoisePercent int `json:"noise_percent,omitempty" yaml:"noise_percent"`
	// RepeatedComplaints is from how many complaints in a period a household is named. M2
	RepeatedComplaints int `json:"repeated_complaints,omitempty" yaml:"repeated_complaints"`
}
