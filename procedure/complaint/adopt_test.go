package complaint_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"bihuan/procedure/calendar"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// other gives the desk's settings with a change, as another version.
func (d *desk) other(change func(*policy.Policy)) policy.Adoption {
	p := d.state.Policy
	p.Version += "'"
	p.Calendar.Years = slices.Clone(p.Calendar.Years)
	p.Categories = slices.Clone(p.Categories)
	change(&p)
	return policy.Adoption{Policy: p, Settings: 2, Reason: "typhoon"}
}

// closed makes a day a holiday.
func closedOn(day calendar.Date) func(*policy.Policy) {
	return func(p *policy.Policy) {
		for i := range p.Calendar.Years {
			if y := &p.Calendar.Years[i]; y.Year == day.Year() {
				y.Holidays = append(slices.Clone(y.Holidays), day)
			}
		}
	}
}

func judgedWithin(d time.Duration) func(*policy.Policy) {
	return func(p *policy.Policy) { p.Deadlines.Judge.Within = policy.Duration(d) }
}

// P1, H6: a typhoon day pushes what runs on working time of those that are moved; wall time goes on.
func TestATyphoonDay_P1(t *testing.T) {
	registeredAt(t, shanghai("2026-03-06 17:45")).due("judge", people.Agent, "2026-03-09 10:15").due("follow_up", people.Agent, "2026-03-07 17:45")
	d := registeredAt(t, shanghai("2026-03-06 17:45"))
	d.do(manager, CmdAdopt, d.other(closedOn(calendar.NewDate(2026, 3, 9)))).happened(EvAdopted, 1).
		due("judge", people.Agent, "2026-03-10 10:15").due("follow_up", people.Agent, "2026-03-07 17:45")
	got := last[policy.Adopted](d, EvAdopted)
	if got.From+"'" != got.To || got.Settings != 2 || got.Reason != "typhoon" || d.state.Policy.Version != got.To {
		t.Errorf("from %s to %s (%d), keeps %s", got.From, got.To, got.Settings, d.state.Policy.Version)
	}
}

// P1, H1: other limits count from the step's start; a warning that has become early is given again.
func TestOtherLimitsCountFromTheStart_P1(t *testing.T) {
	d := registered(t).due("judge", people.Agent, "2026-03-02 11:00").until("2026-03-02 10:45").happened(EvDeadlineWarned, 1)
	d.do(manager, CmdAdopt, d.other(judgedWithin(3*time.Hour))).due("judge", people.Agent, "2026-03-02 12:00").
		until("2026-03-02 11:30").happened(EvDeadlineWarned, 2).happened(EvDeadlineBreached, 0)
	// Shorter than what has passed, it is missed at once.
	d.do(manager, CmdAdopt, d.other(judgedWithin(time.Hour))).wait(time.Minute).happened(EvDeadlineBreached, 1)
}

// P1: what was missed stays missed, and what a person fixed stays fixed.
func TestWhatIsMissedOrFixedStays_P1(t *testing.T) {
	d := registered(t).until("2026-03-02 11:30").happened(EvDeadlineBreached, 1)
	d.do(manager, CmdAdopt, d.other(judgedWithin(8*time.Hour))).due("judge", people.Agent, "2026-03-02 11:00").before(people.Assistant, "judge")
	d = registered(t).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g"}).do(manager, CmdReview, Review{Nature: Valid, Grounds: "g"})
	fixed := shanghai("2026-03-04 10:00")
	d.do(agent, CmdDispatch, Dispatch{Tasks: []TaskOrder{{Department: "security", Content: "c", Deadline: &fixed}}}).do(guard, CmdAccept, AcceptTask{Task: "T1"})
	d.do(manager, CmdAdopt, d.other(closedOn(calendar.NewDate(2026, 3, 3)))).due("work:T1", people.Handler, "2026-03-04 10:00")
}

// P1, C6: a paused deadline gains or loses what its limit did.
func TestAPausedDeadlineIsCountedByItsNewLimit_P1(t *testing.T) {
	for _, test := range []struct{ more, left time.Duration }{{2 * time.Hour, 2 * time.Hour}, {-48 * time.Hour, -48 * time.Hour}} {
		d := registered(t).toWorking().do(guard, CmdAccept, AcceptTask{Task: "T1"}).wait(time.Hour)
		d.do(guard, CmdPause, PauseTask{Task: "T1", Reason: "parts", Until: shanghai("2026-03-04 10:00")})
		before, _ := d.state.Deadline("work:T1")
		adoption := d.other(func(p *policy.Policy) {
			for i := range p.Categories {
				p.Categories[i].Work = max(policy.Duration(time.Minute), p.Categories[i].Work+policy.Duration(test.more))
			}
		})
		d.do(manager, CmdAdopt, adoption)
		after, _ := d.state.Deadline("work:T1")
		if after.Paused == nil || after.Paused.Left < 0 || (after.Paused.Left > before.Paused.Left) != (test.left > 0) {
			t.Errorf("%s more: left %s, was %s", test.more, after.Paused.Left, before.Paused.Left)
		}
	}
}

// P1, N2: the events alone tell all of a case that was moved, from the settings that it began with.
func TestAMovedCaseIsFoldedFromItsEvents_P1_N2(t *testing.T) {
	d := registered(t)
	began := d.state.Policy
	d.do(manager, CmdAdopt, d.other(closedOn(calendar.NewDate(2026, 3, 2)))).do(agent, CmdJudge, Judge{Nature: Valid, Grounds: "g"})
	folded := Fold(number, began, d.events)
	if !reflect.DeepEqual(jsonOf(t, folded), jsonOf(t, d.state)) {
		t.Errorf("folded to\n%s\nis\n%s", jsonOf(t, folded), jsonOf(t, d.state))
	}
}

// P1: what cannot be adopted, and who may not.
func TestWhatIsNotAdopted_P1(t *testing.T) {
	d := registered(t)
	good := d.other(func(*policy.Policy) {})
	for code, spoil := range map[string]func(*policy.Adoption){
		"missing_field":            func(a *policy.Adoption) { a.Reason = " " },
		"settings_adopted_already": func(a *policy.Adoption) { a.Policy.Version = d.state.Policy.Version },
		"settings_unusable":        func(a *policy.Adoption) { a.Policy.Calendar.Hours = nil },
		"category_gone": func(a *policy.Adoption) {
			a.Policy.Categories = slices.DeleteFunc(slices.Clone(a.Policy.Categories), func(c policy.Category) bool { return c.ID == "noise" })
		},
	} {
		bad := good
		spoil(&bad)
		d.refused(code, manager, CmdAdopt, bad)
	}
	d.refused("settings_unusable", manager, CmdAdopt, policy.Adoption{Reason: "r"})
	d.refused("bad_payload", manager, CmdAdopt, json.RawMessage(`{"policy":{"deadlines":{"judge":{"within":"soon"}}}}`))
	d.refused("forbidden", agent, CmdAdopt, good)
	d.do(manager, CmdAdopt, good).refused("settings_adopted_already", manager, CmdAdopt, good)
}

// P1, H2, H4: what is late climbs the levels of the settings, from the first above its owner to their top.
func TestTheLadderIsASetting_P1_H2_H4(t *testing.T) {
	d := registered(t)
	d.do(manager, CmdAdopt, d.other(func(p *policy.Policy) { p.Levels = []people.Role{people.Manager, people.GM} }))
	d.until("2026-03-02 11:00").before(people.Manager, "judge")
	d.until("2026-03-02 17:30").before(people.GM, "judge")
	d.wait(48*time.Hour).before(people.GM, "judge")
	if d.count(EvEscalationReminded) == 0 {
		t.Error("the top of the levels was never reminded")
	}
}
