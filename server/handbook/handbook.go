// Package handbook renders the handbook that staff read: from the settings in force and the tables of every
// procedure, so that it cannot say anything else than what happens. P2
package handbook

import (
	"slices"
	"time"

	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	registry "bihuan/procedure/registry"
	"bihuan/settings"
	"bihuan/words"
)

// Handbook is what staff of one community read, in one language.
type Handbook struct {
	Language      words.Language `json:"language"`
	Community     string         `json:"community"`
	CommunityName string         `json:"community_name"`
	// Settings is the number of the version in force, Policy the community's version that cases name.
	Settings    int          `json:"settings"`
	Policy      string       `json:"policy"`
	WarnPercent int          `json:"warn_percent"`
	Chapters    []Chapter    `json:"chapters"`
	Levels      []Level      `json:"levels"`
	Categories  []Category   `json:"categories"`
	Services    []Service    `json:"services"`
	Departments []Department `json:"departments"`
	Calendar    Calendar     `json:"calendar"`
	Quotas      []Quota      `json:"quotas"`
	Rules       []Rule       `json:"rules"`
}

// Chapter is one procedure.
type Chapter struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
	// Anywhere is what may be done in every open stage.
	Anywhere []Command `json:"anywhere"`
	// Automatic is what the system does by itself, and nobody may do.
	Automatic []string   `json:"automatic"`
	Stages    []Stage    `json:"stages"`
	Deadlines []Deadline `json:"deadlines"`
	arrows    []arrow
}

// Stage is where a case stands, and what may be done there.
type Stage struct {
	Code     string    `json:"code"`
	Name     string    `json:"name"`
	Deadline *Deadline `json:"deadline,omitempty"`
	Commands []Command `json:"commands"`
}

// Command is one line of the table in words.
type Command struct {
	Code string   `json:"code"`
	Name string   `json:"name"`
	Who  []string `json:"who"`
	// Major is who may instead when the case is major.
	Major []string `json:"major,omitempty"`
	// Named says that whoever is named to handle it may too.
	Named bool     `json:"named,omitempty"`
	Needs []Need   `json:"needs"`
	To    []string `json:"to"`
}

// Need is a rule that must hold, with its ID in the requirements where it has one.
type Need struct {
	Code string `json:"code"`
	Text string `json:"text"`
	Rule string `json:"rule,omitempty"`
}

// Deadline is one time limit in words.
type Deadline struct {
	Step       string `json:"step"`
	Name       string `json:"name"`
	Rule       string `json:"rule,omitempty"`
	Within     string `json:"within"`
	Emergency  string `json:"emergency,omitempty"`
	Major      string `json:"major,omitempty"`
	Warning    string `json:"warning"` // after so long
	Clock      string `json:"clock"`
	Owner      string `json:"owner,omitempty"`
	MajorOwner string `json:"major_owner,omitempty"`
}

// Level is a step of the levels and how long it has to decide.
type Level struct {
	Role string `json:"role"`
	Name string `json:"name"`
	Next string `json:"next,omitempty"`
}

// Category is a node of the tree, with its depth.
type Category struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Depth      int    `json:"depth"`
	Leaf       bool   `json:"leaf"`
	Department string `json:"department,omitempty"`
	Urgency    string `json:"urgency,omitempty"`
	Work       string `json:"work,omitempty"`
	Evidence   bool   `json:"evidence,omitempty"`
	Auto       bool   `json:"auto,omitempty"`
}

// Service is a node of the tree of services, and what its application form asks for. L1
type Service struct {
	Category
	Charge string   `json:"charge,omitempty"`
	Form   []string `json:"form,omitempty"`
}

// Department does work.
type Department struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Vendor  bool   `json:"vendor,omitempty"`
	Contact string `json:"contact,omitempty"`
	Phone   string `json:"phone,omitempty"`
}

// Calendar is a year of working time.
type Calendar struct {
	Zone     string   `json:"zone"`
	Weekdays []string `json:"weekdays"`
	Hours    []string `json:"hours"`
	Year     int      `json:"year"`
	Known    bool     `json:"known"` // there is data for the year
	Holidays []string `json:"holidays"`
	MakeUp   []string `json:"make_up"`
}

// Quota is how many revisits a role makes a month. G7
type Quota struct {
	Role string `json:"role"`
	Name string `json:"name"`
	Each int    `json:"each"`
}

// Build renders the handbook of a community as of a moment; false for a community that there is none of.
func Build(v settings.Version, community string, lang words.Language, now time.Time) (Handbook, bool) {
	p, ok := v.Settings.For(community)
	if !ok {
		return Handbook{}, false
	}
	b := builder{lang: lang, policy: p, names: v.Settings.Names(lang)}
	h := Handbook{
		Language: lang, Community: community, CommunityName: b.names.Community(community), Settings: v.Number, Policy: p.Version,
		WarnPercent: p.WarnPercent, Levels: b.levels(), Categories: b.categories("", 0), Services: b.services("", 0), Departments: b.departments(),
		Calendar: b.calendar(now), Quotas: b.quotas(v.Settings.Quotas), Rules: b.rules(v.Settings),
	}
	for _, entry := range registry.Kinds() {
		h.Chapters = append(h.Chapters, b.chapter(entry))
	}
	return h, true
}

// builder puts settings and tables into words.
type builder struct {
	lang   words.Language
	kind   string // the procedure that is told of; it may have words of its own
	policy policy.Policy
	names  settings.Names
}

func (b builder) label(kind, code string) string { return words.LabelOf(b.lang, b.kind, kind, code) }

// t gives words of the handbook's own.
func (b builder) t(key string, args ...any) string {
	return words.Localizer{Language: b.lang}.T(key, args...)
}

func labels[T ~string](b builder, kind string, codes []T) []string {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = b.label(kind, string(c))
	}
	return all
}

func (b builder) chapter(entry machine.Kind) Chapter {
	b.kind = entry.Name
	c := Chapter{Kind: entry.Name, Name: b.label("kind", entry.Name)}
	open := entry.Stages[1 : len(entry.Stages)-1]
	for _, line := range entry.Table {
		switch {
		case automatic(line):
			c.Automatic = append(c.Automatic, b.label("command", line.Command))
		case everywhere(line, open):
			c.Anywhere = append(c.Anywhere, b.command(line))
		}
	}
	for _, stage := range entry.Stages {
		c.Stages = append(c.Stages, b.stage(entry, stage, open))
	}
	for _, step := range entry.Steps {
		c.Deadlines = append(c.Deadlines, b.deadline(entry.Name, step))
	}
	c.arrows = arrowsOf(entry, open)
	return c
}

// automatic says whether only the system gives a command.
func automatic(line machine.Transition) bool {
	return len(line.May) == 1 && line.May[0] == people.System
}

// everywhere says whether a command may be given in most stages: it is told once, not in each.
func everywhere(line machine.Transition, open []machine.Stage) bool {
	return len(line.From) >= len(open)-1
}

func (b builder) stage(entry machine.Kind, stage machine.Stage, open []machine.Stage) Stage {
	s := Stage{Code: string(stage), Name: b.label("stage", string(stage)), Commands: []Command{}}
	if entry.StageStep != nil {
		if step, ok := entry.StageStep(stage); ok {
			d := b.deadline(entry.Name, step)
			s.Deadline = &d
		}
	}
	for _, line := range entry.Table {
		if slices.Contains(line.From, stage) && !everywhere(line, open) && !automatic(line) {
			s.Commands = append(s.Commands, b.command(line))
		}
	}
	return s
}

func (b builder) command(line machine.Transition) Command {
	c := Command{
		Code: line.Command, Name: b.label("command", line.Command), Who: labels(b, "role", line.May), Major: labels(b, "role", line.MayMajor),
		Named: line.Named, To: labels(b, "stage", line.To), Needs: []Need{},
	}
	for _, n := range line.Needs {
		c.Needs = append(c.Needs, Need{Code: string(n), Text: b.label("need", string(n)), Rule: needRules[string(n)]})
	}
	return c
}

func (b builder) deadline(kind string, step deadline.Step) Deadline {
	d := b.policy.Limit(kind, string(step))
	warn := d.WarnAfter
	if warn == 0 {
		warn = policy.Duration((time.Duration(d.Within) / 100 * time.Duration(b.policy.WarnPercent)).Round(time.Minute))
	}
	return Deadline{
		Step: string(step), Name: b.label("step", string(step)), Rule: stepRules[string(step)], Within: b.span(d.Within), Emergency: b.span(d.Emergency),
		Major: b.span(d.Major), Warning: b.span(warn), Clock: b.label("clock", d.Clock), Owner: b.role(d.Owner), MajorOwner: b.role(d.MajorOwner),
	}
}

func (b builder) role(r people.Role) string {
	if r == "" {
		return ""
	}
	return b.label("role", string(r))
}

func (b builder) levels() []Level {
	roles := b.policy.Levels
	if len(roles) == 0 {
		roles = people.Levels
	}
	var levels []Level
	for i, r := range roles {
		level := Level{Role: string(r), Name: b.role(r)}
		if i+1 < len(roles) {
			level.Next = b.role(roles[i+1])
		}
		levels = append(levels, level)
	}
	return levels
}

// categories walks the tree from a parent down.
func (b builder) categories(parent string, depth int) []Category {
	all := []Category{}
	for _, c := range b.policy.Categories {
		if c.Parent != parent {
			continue
		}
		node := Category{ID: c.ID, Name: b.names.Category(c.ID), Depth: depth, Leaf: b.policy.Leaf(c.ID)}
		if node.Leaf {
			node.Department, node.Urgency, node.Work = b.doer(c.Department, c.Pool), b.label("urgency", c.Urgency), b.span(c.Work)
			node.Evidence, node.Auto = c.Evidence, c.Auto
		}
		all = append(append(all, node), b.categories(c.ID, depth+1)...)
	}
	return all
}

// services walks the tree of services from a parent down.
func (b builder) services(parent string, depth int) []Service {
	all := []Service{}
	for _, c := range b.policy.Service.Categories {
		if c.Parent != parent {
			continue
		}
		below := b.services(c.ID, depth+1)
		node := Service{Category: Category{ID: c.ID, Name: b.text(c.Name), Depth: depth, Leaf: len(below) == 0}}
		if node.Leaf {
			node.Department, node.Urgency, node.Work = b.doer(c.Department, c.Pool), b.label("urgency", c.Urgency), b.span(c.Work)
			node.Evidence, node.Charge, node.Form = c.Evidence, b.label("charge", c.Charge), b.form(c.Fields)
		}
		all = append(append(all, node), below...)
	}
	return all
}

// doer names the department that does it, or the pool that it is offered to.
func (b builder) doer(department, pool string) string {
	if p, ok := b.policy.Pool(pool); ok {
		return b.text(p.Name)
	}
	return b.names.Department(department)
}

func (b builder) form(fields []policy.Field) []string {
	var asked []string
	for _, f := range fields {
		name := b.text(f.Name)
		if f.Required {
			name += b.t("handbook.required")
		}
		asked = append(asked, name)
	}
	return asked
}

func (b builder) text(t policy.Text) string {
	if b.lang == words.English && t.En != "" {
		return t.En
	}
	return t.Zh
}

func (b builder) departments() []Department {
	all := make([]Department, len(b.policy.Departments))
	for i, d := range b.policy.Departments {
		all[i] = Department{ID: d.ID, Name: b.names.Department(d.ID), Vendor: d.Vendor, Contact: d.Contact, Phone: d.Phone}
	}
	return all
}

func (b builder) calendar(now time.Time) Calendar {
	cal := b.policy.Calendar
	if zone, err := time.LoadLocation(cal.Zone); err == nil {
		now = now.In(zone)
	}
	c := Calendar{Zone: cal.Zone, Year: now.Year(), Known: cal.Knows(now.Year()), Holidays: []string{}, MakeUp: []string{}}
	for _, d := range cal.Weekdays {
		c.Weekdays = append(c.Weekdays, b.t("handbook.weekday."+d.String()))
	}
	for _, h := range cal.Hours {
		c.Hours = append(c.Hours, h.String())
	}
	for _, y := range cal.Years {
		if y.Year != c.Year {
			continue
		}
		for _, d := range y.Holidays {
			c.Holidays = append(c.Holidays, d.String())
		}
		for _, d := range y.MakeUp {
			c.MakeUp = append(c.MakeUp, d.String())
		}
	}
	slices.Sort(c.Holidays)
	slices.Sort(c.MakeUp)
	return c
}

func (b builder) quotas(q settings.Quotas) []Quota {
	all := []Quota{}
	for _, r := range people.Roles {
		if n := q.Revisits[r]; n > 0 {
			all = append(all, Quota{Role: string(r), Name: b.role(r), Each: n})
		}
	}
	return all
}
