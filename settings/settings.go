// Package settings reads the procedure's settings at the edge and hands them in as values.
package settings

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"gopkg.in/yaml.v3"

	"bihuan/procedure/calendar"
	"bihuan/procedure/policy"
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
	Communities []Community
	Login       Login
	Retention   Retention
	policies    map[string]policy.Policy // by community
}

// document is the YAML file.
type document struct {
	Communities []Community                  `yaml:"communities"`
	Own         map[string]calendar.Calendar `yaml:"calendars"` // beside the shipped ones
	Complaint   policy.Policy                `yaml:"complaint"`
	Login       Login                        `yaml:"login"`
	Retention   Retention                    `yaml:"retention"`
}

// Load reads settings from a file; an empty path gives the default ones. The error names every bad
// setting by its path.
func Load(path string) (Settings, error) {
	if path == "" {
		return parse(defaultYAML)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return Settings{}, fmt.Errorf("settings: %w", err)
	}
	s, err := parse(text)
	if err != nil {
		return Settings{}, fmt.Errorf("settings %s: %w", path, err)
	}
	return s, nil
}

func parse(text []byte) (Settings, error) {
	var doc document
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&doc); err != nil {
		return Settings{}, err
	}
	return doc.build()
}

// build gives each community its policy: the shared settings on its own calendar.
func (doc document) build() (Settings, error) {
	s := Settings{Communities: doc.Communities, Login: doc.Login.withDefaults(), Retention: doc.Retention.withDefaults(), policies: map[string]policy.Policy{}}
	faults := []error{s.Login.validate(), s.Retention.validate()}
	for i, c := range doc.Communities {
		path := fmt.Sprintf("communities[%d]", i)
		cal, err := doc.calendar(c.Calendar)
		switch {
		case c.ID == "":
			faults = append(faults, fmt.Errorf("%s.id: is missing", path))
		case err != nil:
			faults = append(faults, fmt.Errorf("%s.calendar: %w", path, err))
		case s.policies[c.ID].Version != "":
			faults = append(faults, fmt.Errorf("%s.id: %q is there twice", path, c.ID))
		default:
			s.policies[c.ID] = versioned(doc.Complaint, cal)
		}
	}
	if len(doc.Communities) == 0 {
		faults = append(faults, errors.New("communities: there is none"))
	}
	for _, c := range s.Communities {
		if err := s.policies[c.ID].Validate(); err != nil {
			return s, errors.Join(append(faults, err)...)
		}
	}
	return s, errors.Join(faults...)
}

// calendar finds a calendar written out in the file, else a shipped one.
func (doc document) calendar(name string) (calendar.Calendar, error) {
	if cal, ok := doc.Own[name]; ok {
		return cal, nil
	}
	return calendars.Load(name)
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
	c, _ := n.any().Category(id)
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

// any gives the settings that all communities share.
func (n Names) any() policy.Policy {
	if len(n.settings.Communities) == 0 {
		return policy.Policy{}
	}
	return n.settings.policies[n.settings.Communities[0].ID]
}
