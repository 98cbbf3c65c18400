// Package town plays the people of some communities: residents who complain by the hour of the day and
// the size of their quarrels, and staff who do, sooner or later, what their procedure asks of them. It
// knows the system only as an Office, which may be the running one or one on a clock of its own.
package town

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"gopkg.in/yaml.v3"
)

//go:embed scenario.yaml
var defaultScenario []byte

// Scenario is what is simulated.
type Scenario struct {
	Seed uint64        `yaml:"seed"`
	From time.Time     `yaml:"from"`
	Days int           `yaml:"days"`
	Tail time.Duration `yaml:"tail"`
	// Drill makes every case a drill, so that staff bring them all. M5
	Drill bool    `yaml:"drill"`
	ADay  float64 `yaml:"a_day"`
	// Communities are listed from the one with the most cases down; Steepness says how fast they get fewer.
	Communities []string `yaml:"communities"`
	Steepness   float64  `yaml:"steepness"`
	// Each community has so many buildings of so many floors with so many flats each.
	Blocks int `yaml:"blocks"`
	Floors int `yaml:"floors"`
	Flats  int `yaml:"flats"`
	// Email is how many of the households can be written to.
	Email      float64          `yaml:"email"`
	Hours      []float64        `yaml:"hours"`
	Kinds      Mix              `yaml:"kinds"`
	Routines   []Routine        `yaml:"routines"`
	Troubles   []Trouble        `yaml:"troubles"`
	Survey     Poll             `yaml:"survey"`
	Channels   Mix              `yaml:"channels"`
	Categories []Category       `yaml:"categories"`
	Chances    Chances          `yaml:"chances"`
	Delays     Delays           `yaml:"delays"`
	Shifts     map[string][]int `yaml:"shifts"`

	hurry float64 // how many times sooner people come than the hours say; not at all when zero
}

// Category is what people complain about, and the department whose matter it is.
type Category struct {
	ID         string  `yaml:"id"`
	Weight     float64 `yaml:"weight"`
	Department string  `yaml:"department"`
	What       string  `yaml:"what"`
	Remedy     string  `yaml:"remedy"`
}

// Routine is what the office of each community does of its own accord: first so long after the beginning,
// and then so often.
type Routine struct {
	Kind  string        `yaml:"kind"`
	After time.Duration `yaml:"after"`
	Every time.Duration `yaml:"every"`
}

// Trouble is something that goes wrong from a day on for some days, and brings so many more complaints a day.
type Trouble struct {
	Community string  `yaml:"community"`
	Category  string  `yaml:"category"`
	From      int     `yaml:"from"`
	Days      int     `yaml:"days"`
	ADay      float64 `yaml:"a_day"`
}

// Poll is how the office asks households by itself: so many, for so long, and so many are rung up that
// have not answered.
type Poll struct {
	Sample int           `yaml:"sample"`
	Within time.Duration `yaml:"within"`
	Calls  int           `yaml:"calls"`
}

// Chances are the probabilities of what may happen to a case.
type Chances struct {
	Incomplete     float64 `yaml:"incomplete"`
	Undetermined   float64 `yaml:"undetermined"`
	Invalid        float64 `yaml:"invalid"`
	Major          float64 `yaml:"major"`
	Special        float64 `yaml:"special"`
	Accepts        float64 `yaml:"accepts"`
	Appeals        float64 `yaml:"appeals"`
	Upheld         float64 `yaml:"upheld"`
	Returned       float64 `yaml:"returned"`
	TwoDepartments float64 `yaml:"two_departments"`
	Forwarded      float64 `yaml:"forwarded"`
	Turns          float64 `yaml:"turns"`
	Late           float64 `yaml:"late"`
	Slow           float64 `yaml:"slow"`
	Parts          float64 `yaml:"parts"`
	Beyond         float64 `yaml:"beyond"`
	Adjust         float64 `yaml:"adjust"`
	Silent         float64 `yaml:"silent"`
	Fails          float64 `yaml:"fails"`
	Unanswered     float64 `yaml:"unanswered"`
	KeepTrying     float64 `yaml:"keep_trying"`
	Unsatisfied    float64 `yaml:"unsatisfied"`
	Withdraws      float64 `yaml:"withdraws"`
	Reopens        float64 `yaml:"reopens"`
	Neglected      float64 `yaml:"neglected"`
	Declines       float64 `yaml:"declines"`
	ByManager      float64 `yaml:"by_manager"`
	ByGM           float64 `yaml:"by_gm"`
	Neighbours     float64 `yaml:"neighbours"`
	Attaches       float64 `yaml:"attaches"`
	Merges         float64 `yaml:"merges"`
	Attends        float64 `yaml:"attends"`
	Answers        float64 `yaml:"answers"`
	Twice          float64 `yaml:"twice"`
	TakenUp        float64 `yaml:"taken_up"`
	Hunch          float64 `yaml:"hunch"`
	Trains         float64 `yaml:"trains"`
	Reworks        float64 `yaml:"reworks"`
}

// Delays are how long people take on average.
type Delays struct {
	Clarify   time.Duration `yaml:"clarify"`
	Judge     time.Duration `yaml:"judge"`
	Review    time.Duration `yaml:"review"`
	Explain   time.Duration `yaml:"explain"`
	Dispatch  time.Duration `yaml:"dispatch"`
	Accept    time.Duration `yaml:"accept"`
	Return    time.Duration `yaml:"return"`
	Reroute   time.Duration `yaml:"reroute"`
	Work      time.Duration `yaml:"work"`
	Propose   time.Duration `yaml:"propose"`
	Answer    time.Duration `yaml:"answer"`
	Verify    time.Duration `yaml:"verify"`
	Revisit   time.Duration `yaml:"revisit"`
	Unreached time.Duration `yaml:"unreached"`
	Decide    time.Duration `yaml:"decide"`
	Reopen    time.Duration `yaml:"reopen"`
	Poll      time.Duration `yaml:"poll"`
	Suggest   time.Duration `yaml:"feedback"`
	Begin     time.Duration `yaml:"begin"`
	Carry     time.Duration `yaml:"carry_out"`
	Assess    time.Duration `yaml:"assess"`
	Late      time.Duration `yaml:"late"`
	Slow      time.Duration `yaml:"slow"`
}

// Mix is names with their weights, in the order of the file.
type Mix []Share

// Share is one of a mix.
type Share struct {
	Name   string
	Weight float64
}

// UnmarshalYAML reads a mapping and keeps its order, so that the same seed draws the same.
func (m *Mix) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: want names with their weights", node.Line)
	}
	*m = nil
	for i := 0; i+1 < len(node.Content); i += 2 {
		s := Share{Name: node.Content[i].Value}
		if err := node.Content[i+1].Decode(&s.Weight); err != nil {
			return err
		}
		*m = append(*m, s)
	}
	return nil
}

// Load reads a scenario from a file; an empty path gives the default one.
func Load(path string) (Scenario, error) {
	s, err := read(defaultScenario)
	if path == "" || err != nil {
		return s, err
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return s, fmt.Errorf("scenario: %w", err)
	}
	if s, err = read(text); err != nil {
		return s, fmt.Errorf("scenario %s: %w", path, err)
	}
	return s, nil
}

func read(text []byte) (s Scenario, err error) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&s); err != nil {
		return s, err
	}
	return s, s.validate()
}

// validate names everything at once that cannot be played.
func (s Scenario) validate() error {
	var faults []error
	add := func(bad bool, fault string) {
		if bad {
			faults = append(faults, errors.New(fault))
		}
	}
	add(s.From.IsZero(), "from: is missing")
	add(s.Days < 1, "days: must be at least 1")
	add(s.ADay <= 0, "a_day: must be more than nothing")
	add(len(s.Communities) == 0, "communities: there is none")
	add(s.Blocks < 1, "blocks: must be at least 1")
	add(s.Floors < 1, "floors: must be at least 1")
	add(s.Flats < 1, "flats: must be at least 1")
	add(len(s.Hours) != 24, "hours: must be 24 weights")
	add(len(s.Channels) == 0, "channels: there is none")
	add(len(s.Categories) == 0, "categories: there is none")
	for _, k := range s.Kinds {
		_, known := kinds[k.Name]
		add(!known, "kinds: "+k.Name+" is not known")
	}
	add(len(s.Kinds) == 0, "kinds: there is none")
	for _, r := range s.Routines {
		_, known := kinds[r.Kind]
		add(!known, "routines: "+r.Kind+" is not known")
		add(r.Every <= 0, "routines."+r.Kind+": every must be more than nothing")
	}
	for _, t := range s.Troubles {
		add(!slices.Contains(s.Communities, t.Community), "troubles: "+t.Community+" is no community of it")
		add(!slices.ContainsFunc(s.Categories, func(c Category) bool { return c.ID == t.Category }), "troubles: "+t.Category+" is no category of it")
		add(t.From < 0 || t.Days < 1 || t.ADay <= 0, "troubles."+t.Category+": must have days with complaints")
	}
	for role, shift := range s.Shifts {
		add(len(shift) != 2 || shift[0] < 0 || shift[1] > 24 || shift[0] >= shift[1], "shifts."+role+": must be two hours of the day, the first one earlier")
	}
	return errors.Join(faults...)
}
