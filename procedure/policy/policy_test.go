package policy_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bihuan/procedure/calendar"
	"bihuan/procedure/people"
	. "bihuan/procedure/policy"
)

// sound gives settings without a fault.
func sound() Policy {
	p := Policy{
		Version: "1", WarnPercent: 75, RevisitAttempts: 3, Review: []string{"valid"}, Recourse: Text{Zh: "投诉", En: "Complain"},
		Calendar: calendar.Calendar{
			Zone: "Asia/Shanghai", Weekdays: []calendar.Weekday{1}, Hours: []calendar.Span{{From: 480, To: 720}},
			Years: []calendar.Year{{Year: 2024}, {Year: 2025}, {Year: 2026}, {Year: 2027}, {Year: 2028}, {Year: 2029}},
		},
		Departments: []Department{{ID: "d", Name: Text{Zh: "部", En: "D"}}, {ID: "e"}},
		Categories: []Category{
			{ID: "all", Name: Text{Zh: "全", En: "All"}},
			{ID: "leaf", Parent: "all", Department: "d", Urgency: "normal", Work: Duration(time.Hour)},
		},
	}
	each(&p.Deadlines, func(_ string, d *Deadline) {
		*d = Deadline{Within: Duration(time.Hour), Clock: Wall, Owner: people.Agent}
	})
	return p
}

// each visits every deadline setting, by the name that the YAML file uses.
func each(d *Deadlines, visit func(name string, d *Deadline)) {
	v := reflect.ValueOf(d).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		visit(name, v.Field(i).Addr().Interface().(*Deadline))
	}
}

func TestSoundSettingsHaveNoFault(t *testing.T) {
	if faults := sound().Validate(); faults != nil {
		t.Error(faults)
	}
}

// P1, H1, A7: each fault is named by its path.
func TestEachFaultNamesItsPath(t *testing.T) {
	for path, spoil := range map[string]func(*Policy){
		"calendar.zone":                  func(p *Policy) { p.Calendar.Zone = "Mars" },
		"warn_percent":                   func(p *Policy) { p.WarnPercent = 100 },
		"levels[gm]":                     func(p *Policy) { p.Levels = []people.Role{people.Agent, people.Assistant, people.GM} },
		"levels[agent]":                  func(p *Policy) { p.Levels = []people.Role{people.Manager, people.Agent} },
		"levels[auditor]":                func(p *Policy) { p.Levels = []people.Role{people.Manager, people.Auditor} },
		"levels":                         func(p *Policy) { p.Levels = []people.Role{people.Agent, people.Assistant} },
		"revisit_attempts":               func(p *Policy) { p.RevisitAttempts = 0 },
		"review[odd]":                    func(p *Policy) { p.Review = append(p.Review, "odd") },
		"recourse":                       func(p *Policy) { p.Recourse.En = "" },
		"deadlines.judge.within":         func(p *Policy) { p.Deadlines.Judge.Within = 0 },
		"deadlines.verify.major":         func(p *Policy) { p.Deadlines.Verify.Major = -1 },
		"deadlines.plan.clock":           func(p *Policy) { p.Deadlines.Plan.Clock = "sundial" },
		"deadlines.revisit.owner":        func(p *Policy) { p.Deadlines.Revisit.Owner = people.Handler },
		"deadlines.dispatch.major_owner": func(p *Policy) { p.Deadlines.Dispatch.MajorOwner = people.Auditor },
		"departments":                    func(p *Policy) { p.Departments = nil },
		"departments[0].id":              func(p *Policy) { p.Departments[0].ID = "" },
		"departments[d]":                 func(p *Policy) { p.Departments[1].ID = "d" },
		"categories":                     func(p *Policy) { p.Categories = nil },
		"categories[0].id":               func(p *Policy) { p.Categories[0].ID = "" },
		"categories[all]":                func(p *Policy) { p.Categories[1].ID = "all" },
		"categories[leaf].parent":        func(p *Policy) { p.Categories[1].Parent = "none" },
		"categories[all].parent":         func(p *Policy) { p.Categories[0].Parent = "all" },
		"categories[leaf].department":    func(p *Policy) { p.Categories[1].Department = "none" },
		"categories[leaf].urgency":       func(p *Policy) { p.Categories[1].Urgency = "meh" },
		"categories[leaf].work":          func(p *Policy) { p.Categories[1].Work = 0 },
	} {
		t.Run(path, func(t *testing.T) {
			p := sound()
			spoil(&p)
			err := p.Validate().Err()
			if err == nil || !strings.Contains("\n"+err.Error(), "\n"+path+": ") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	err := Policy{}.Validate().Err()
	if err == nil {
		t.Fatal("empty settings are sound")
	}
	for _, path := range []string{"calendar.zone", "calendar.hours", "warn_percent", "revisit_attempts", "recourse", "departments", "categories"} {
		if !strings.Contains("\n"+err.Error(), "\n"+path+": ") {
			t.Errorf("no word of %s in:\n%v", path, err)
		}
	}
	var none Deadlines
	each(&none, func(name string, _ *Deadline) {
		for _, path := range []string{"deadlines." + name + ".within: ", "deadlines." + name + ".clock: "} {
			if !strings.Contains(err.Error(), path) {
				t.Errorf("no word of %s", path)
			}
		}
	})
}

// H1: every deadline setting is found by its name.
func TestOf_H1(t *testing.T) {
	p, n := sound(), 0
	each(&p.Deadlines, func(_ string, d *Deadline) { n++; d.Within = Duration(n) })
	each(&p.Deadlines, func(name string, d *Deadline) {
		if got := p.Deadlines.Of(name); got != *d {
			t.Errorf("%s: %+v, want %+v", name, got, *d)
		}
	})
	if p.Deadlines.Of("nonsense") != (Deadline{}) {
		t.Error("nonsense has a deadline")
	}
}

// H6: emergencies and majors have their own time and always run on wall clock.
func TestFor_H6(t *testing.T) {
	d := Deadline{Within: Duration(4 * time.Hour), Emergency: Duration(time.Hour), Major: Duration(2 * time.Hour), Clock: Working, Owner: people.Agent, MajorOwner: people.Manager}
	bare := Deadline{Within: Duration(4 * time.Hour), Clock: Working, Owner: people.Agent}
	for _, test := range []struct {
		d                Deadline
		emergency, major bool
		within           time.Duration
		clock            string
	}{
		{d, false, false, 4 * time.Hour, Working}, {d, true, false, time.Hour, Wall}, {d, false, true, 2 * time.Hour, Wall}, {d, true, true, time.Hour, Wall},
		{bare, true, false, 4 * time.Hour, Wall}, {bare, false, true, 4 * time.Hour, Wall},
	} {
		if within, clock := test.d.For(test.emergency, test.major); within != test.within || clock != test.clock {
			t.Errorf("%+v: %s %s", test, within, clock)
		}
	}
	if d.OwnerFor(true) != people.Manager || d.OwnerFor(false) != people.Agent || bare.OwnerFor(true) != people.Agent {
		t.Error("owners are mixed up")
	}
}

// P1: a case carries what it needs and no more, and leaves the settings as they are.
func TestForCase_P1(t *testing.T) {
	p := sound()
	c := p.ForCase(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
	if len(c.Calendar.Years) != 4 || c.Calendar.Years[0].Year != 2025 || c.Calendar.Years[3].Year != 2028 {
		t.Errorf("years %v", c.Calendar.Years)
	}
	if c.Departments[0].Name != (Text{}) || c.Categories[0].Name != (Text{}) {
		t.Error("names are carried along")
	}
	if p.Departments[0].Name.En != "D" || p.Categories[0].Name.En != "All" || len(p.Calendar.Years) != 6 {
		t.Error("the settings were changed")
	}
	if faults := c.Validate(); faults != nil {
		t.Error(faults)
	}
}

func TestDurationText(t *testing.T) {
	for text, want := range map[string]string{"30m": "30m", "2h": "2h", "90m": "90m", "1h30m": "90m", "3d": "72h", "7d": "7d", "336h": "14d", "10s": "10s", "0h": "0h"} {
		var d Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || d.String() != want {
			t.Errorf("%s became %s, %v", text, d, err)
		}
	}
	for _, text := range []string{"", "d", "soon", "1.5d", "1d12h", "3 d", "9999999999999d", "-99999999d", "9999999999h"} {
		var d Duration
		if err := d.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q was taken as %s", text, d)
		}
	}
}

func TestDurationRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Duration(rapid.Int64Range(0, int64(1000*24*time.Hour)).Draw(t, "d"))
		if rapid.Bool().Draw(t, "whole") {
			d -= d % Duration(time.Minute)
		}
		raw, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var again Duration
		if err := json.Unmarshal(raw, &again); err != nil || again != d {
			t.Fatalf("%s became %s, %v", raw, again, err)
		}
	})
}
