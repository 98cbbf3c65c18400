// Package settings reads the procedure's settings at the edge and hands them in as values.
package settings

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/procedure/calendar"
	"bihuan/procedure/collective"
	"bihuan/procedure/deadline"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/service"
	"bihuan/procedure/survey"
	"bihuan/procedure/violation"
	"bihuan/settings/calendars"
)

//go:embed default.yaml
var defaultYAML []byte

// Community is a residential community with its settings.
type Community struct {
	ID       string      `yaml:"id"`
	Name     policy.Text `yaml:"name"`
	Calendar string      `yaml:"calendar"`
}

// Settings is everything that can be set, checked as a whole.
type Settings struct {
	Company     Company
	Communities []Community
	Login       Login
	Retention   Retention
	Quotas      Quotas
	Duplicates  Duplicates
	Notices     policy.Notices
	// Surveys says which surveys open by themselves. M1
	Surveys   policy.SurveySchedule
	policies  map[string]policy.Policy // by community
	calendars map[string]calendar.Calendar
}

// document is what can be set, by the names that a file uses.
type document struct {
	Company     Company                      `yaml:"company"`
	Communities []Community                  `yaml:"communities"`
	Calendars   map[string]calendar.Calendar `yaml:"calendars"`
	Complaint   policy.Policy                `yaml:"complaint"`
	Inquiry     policy.Inquiry               `yaml:"inquiry"`
	Service     policy.Service               `yaml:"service"`
	Collective  policy.Collective            `yaml:"collective"`
	Survey      policy.Survey                `yaml:"survey"`
	Improvement policy.Improvement           `yaml:"improvement"`
	Login       Login                        `yaml:"login"`
	Retention   Retention                    `yaml:"retention"`
	Quotas      Quotas                       `yaml:"quotas"`
	Duplicates  Duplicates                   `yaml:"duplicates"`
	Notices     policy.Notices               `yaml:"notices"`
}

// Load reads settings from a file; an empty path gives the default ones. The error names every bad
// setting by its path.
func Load(path string) (Settings, error) {
	doc, err := ReadFile(path)
	if err != nil {
		return Settings{}, err
	}
	s, faults := doc.Build()
	if err := faults.Err(); err != nil {
		return s, fmt.Errorf("settings %s: %w", path, err)
	}
	return s, nil
}

// ReadFile reads a settings file, or the default one, with the calendars that it names written out.
func ReadFile(path string) (Document, error) {
	text := defaultYAML
	if path != "" {
		var err error
		if text, err = os.ReadFile(path); err != nil {
			return nil, fmt.Errorf("settings: %w", err)
		}
	}
	doc, err := ReadDocument(text)
	if err != nil {
		return nil, fmt.Errorf("settings %s: %w", path, err)
	}
	return doc.withCalendars(), nil
}

// withCalendars writes out the shipped calendars that communities name, so that a day of them can be changed. A
// year that nobody wrote down is taken from the shipped one of the same name.
func (d Document) withCalendars() Document {
	d = d.clone()
	list, _ := d["communities"].([]any)
	own, ok := d["calendars"].(map[string]any)
	if !ok && d["calendars"] != nil {
		return d // a fault, told by Build
	}
	for _, item := range list {
		community, _ := item.(map[string]any)
		name, _ := community["calendar"].(string)
		shipped, err := ReadDocument(calendars.Text(name))
		if err != nil || len(shipped) == 0 {
			continue
		}
		if own == nil {
			own = map[string]any{}
		}
		if mine, ok := own[name].(map[string]any); ok {
			mine["years"] = withYears(mine["years"], shipped["years"])
		} else if own[name] == nil {
			own[name] = map[string]any(shipped)
		}
		d["calendars"] = own
	}
	return d
}

func withYears(mine, shipped any) any {
	years, ok := mine.([]any)
	if !ok && mine != nil {
		return mine
	}
	known, _ := shipped.([]any)
	for i, year := range known {
		if _, there := find(years, nameOf(year, i)); !there {
			years = append(years, year)
		}
	}
	return years
}

// sections are the procedures' settings; one that a document says nothing of is as shipped.
var sections = []string{"inquiry", "service", "collective", "survey", "improvement"}

func (d Document) withSections() Document {
	shipped, err := ReadDocument(defaultYAML)
	if err != nil {
		return d // a fault of ours, told when the default settings are read
	}
	d = d.clone()
	if d == nil {
		d = Document{}
	}
	for _, name := range sections {
		if d[name] == nil && shipped[name] != nil {
			d[name] = shipped[name]
		}
	}
	return d
}

// Build makes the settings of a document, and names everything in it that cannot stand.
func (d Document) Build() (Settings, violation.List) {
	d = d.withSections()
	var doc document
	var faults violation.List
	decode(map[string]any(d), reflect.ValueOf(&doc).Elem(), "", &faults)
	s := doc.build(&faults)
	return s, firsts(faults)
}

// firsts leaves one fault for each path: what cannot be read is not missing too.
func firsts(faults violation.List) violation.List {
	var kept violation.List
	for _, f := range faults {
		if !slices.ContainsFunc(kept, func(k violation.Violation) bool { return k.Path == f.Path }) {
			kept = append(kept, f)
		}
	}
	return kept
}

// build gives each community its policy: the shared settings on its own calendar.
func (doc document) build(faults *violation.List) Settings {
	s := Settings{
		Company: doc.Company, Communities: doc.Communities, Login: doc.Login.withDefaults(), Retention: doc.Retention.withDefaults(),
		Quotas: doc.Quotas.withDefaults(), Duplicates: doc.Duplicates.withDefaults(), policies: map[string]policy.Policy{}, calendars: doc.Calendars,
		Notices: doc.Notices, Surveys: doc.Survey.Schedule,
	}
	s.Company.validate(faults)
	s.Login.validate(faults)
	s.Retention.validate(faults)
	s.Quotas.validate(faults)
	s.Duplicates.validate(faults)
	for i, c := range doc.Communities {
		path := fmt.Sprintf("communities[%s]", cmp.Or(c.ID, strconv.Itoa(i)))
		cal, known := doc.Calendars[c.Calendar]
		switch {
		case c.ID == "" || c.ID == people.AllCommunities:
			faults.Add(path+".id", "bad_id")
		case !known:
			faults.Add(path+".calendar", "unknown", "id", c.Calendar)
		case s.policies[c.ID].Version != "":
			faults.Add(path, "twice")
		default:
			s.policies[c.ID] = versioned(doc.policy(), cal)
		}
	}
	if len(doc.Communities) == 0 {
		faults.Add("communities", "none")
	}
	doc.check(faults)
	return s
}

// policy gives what all communities share, of every procedure.
func (doc document) policy() policy.Policy {
	p := doc.Complaint
	p.Inquiry, p.Service, p.Collective, p.Survey = doc.Inquiry, doc.Service, doc.Collective, doc.Survey
	p.Improvement = doc.Improvement
	return p
}

// check looks at every calendar and at the settings that all communities share, once.
func (doc document) check(faults *violation.List) {
	names := slices.Sorted(maps.Keys(doc.Calendars))
	for _, name := range names {
		faults.Below("calendars."+name, doc.Calendars[name].Validate())
	}
	checkLimits("inquiry.deadlines", doc.Inquiry.Deadlines, inquiry.Steps, faults)
	checkLimits("service.deadlines", doc.Service.Deadlines, service.Steps, faults)
	*faults = append(*faults, doc.policy().ValidateService()...)
	checkLimits("collective.deadlines", doc.Collective.Deadlines, collective.Steps, faults)
	faults.Below("collective", doc.Collective.Validate(doc.Complaint))
	checkLimits("survey.deadlines", doc.Survey.Deadlines, survey.Steps, faults)
	faults.Below("survey", doc.Survey.Validate())
	checkImprovement(doc.Improvement, faults)
	for _, f := range doc.Complaint.Validate() {
		if !strings.HasPrefix(f.Path, "calendar.") {
			faults.Below("complaint", violation.List{f})
		}
	}
}

// checkLimits looks at the time limits of a procedure: one for each of its steps, and no others. H1
func checkLimits(path string, limits policy.Limits, steps []deadline.Step, faults *violation.List) {
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		if !slices.Contains(steps, deadline.Step(name)) {
			faults.Add(path+"."+name, "unknown_setting")
			continue
		}
		limits[name].Validate(faults, path+"."+name)
	}
	for _, step := range steps {
		if _, ok := limits[string(step)]; !ok {
			faults.Add(path+"."+string(step), "nothing")
		}
	}
}

// versioned names a policy by its content, so that a case can say which settings it keeps. P1
func versioned(p policy.Policy, cal calendar.Calendar) policy.Policy {
	p.Calendar, p.Version = cal, ""
	body, err := json.Marshal(p)
	if err != nil {
		panic(err) // a plain value always marshals
	}
	sum := sha256.Sum256(body)
	p.Version = hex.EncodeToString(sum[:6])
	return p
}

// For gives a community's policy, whole, with display names.
func (s Settings) For(community string) (policy.Policy, bool) {
	p, ok := s.policies[community]
	return p, ok
}

// ForCase gives the policy that a new case of a community carries.
func (s Settings) ForCase(community string, now time.Time) (policy.Policy, bool) {
	p, ok := s.policies[community]
	return p.ForCase(now), ok
}

// Names gives display names in a language ("zh-CN" or "en").
func (s Settings) Names(language string) Names { return Names{settings: s, language: language} }

// Names puts the IDs of settings into words; an unknown ID stays as it is.
type Names struct {
	settings Settings
	language string
}

func (n Names) text(t policy.Text, id string) string {
	switch {
	case n.language == "en" && t.En != "":
		return t.En
	case t.Zh != "":
		return t.Zh
	}
	return id
}

// Department gives a department's name.
func (n Names) Department(id string) string {
	d, _ := n.any().Department(id)
	return n.text(d.Name, id)
}

// Category gives a category's name.
func (n Names) Category(id string) string {
	if c, ok := n.any().Category(id); ok {
		return n.text(c.Name, id)
	}
	c, _ := n.any().Service.Category(id)
	return n.text(c.Name, id)
}

// Community gives a community's name.
func (n Names) Community(id string) string {
	for _, c := range n.settings.Communities {
		if c.ID == id {
			return n.text(c.Name, id)
		}
	}
	return id
}

// Pool gives a pool's name.
func (n Names) Pool(id string) string {
	p, _ := n.any().Pool(id)
	return n.text(p.Name, id)
}

// Field gives the name of a field of a service's form, and an answer as people say it. L1
func (n Names) Field(category, id, value string) (name, answer string) {
	c, _ := n.any().Service.Category(category)
	for _, f := range c.Fields {
		if f.ID != id {
			continue
		}
		for _, choice := range f.Choices {
			if choice.ID == value {
				value = n.text(choice.Name, value)
			}
		}
		return n.text(f.Name, id), value
	}
	return id, value
}

// Notice gives the words for a notice that are set in place of those that are shipped. Q1
func (n Names) Notice(language, template string) (policy.Wording, bool) {
	own, ok := n.settings.Notices[template][language]
	return own, ok
}

// any gives the settings that all communities share.
func (n Names) any() policy.Policy {
	if len(n.settings.Communities) == 0 {
		return policy.Policy{}
	}
	return n.settings.policies[n.settings.Communities[0].ID]
}
