package survey_test

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	. "bihuan/procedure/survey"
)

const number = "DC-20261201-7K3F9"

var (
	monday  = time.Date(2026, 11, 30, 1, 0, 0, 0, time.UTC)
	manager = people.Actor{ID: "chen", Roles: []people.Role{people.Manager}, Communities: []string{"yuhu"}}
	agent   = people.Actor{ID: "lina", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}}
	both    = policy.Text{Zh: "问", En: "Ask"}
	asked   = policy.Questionnaire{Title: both, Questions: []policy.Question{
		{ID: "overall", Kind: policy.AskScore5, Ask: both, Required: true},
		{ID: "first", Kind: policy.AskMultiple, Ask: both, Choices: []policy.Choice{{ID: "a", Name: both}, {ID: "b", Name: both}}},
		{ID: "words", Kind: policy.AskText, Ask: both},
	}}
)

func settings() policy.Policy {
	limit := func(within time.Duration) policy.Deadline {
		return policy.Deadline{Within: policy.Duration(within), Clock: policy.Wall, Owner: people.Manager}
	}
	return policy.Policy{Version: "v1", WarnPercent: 75, Survey: policy.Survey{
		Deadlines: policy.Limits{
			"launch": limit(14 * 24 * time.Hour), "draw": limit(time.Hour), "asking": limit(14 * 24 * time.Hour), "count": limit(time.Hour),
			"decision": limit(4 * time.Hour), "reminder": limit(24 * time.Hour), "reopen": limit(7 * 24 * time.Hour),
		},
		RemindAfter: []policy.Duration{policy.Duration(5 * 24 * time.Hour), policy.Duration(10 * 24 * time.Hour)},
		Templates:   []policy.Template{{ID: "satisfaction", Questionnaire: asked, Sample: 40}},
	}}
}

// poll is one survey being run.
type poll struct {
	*testing.T
	state State
	asked []procedure.Effect
	told  []procedure.Notice
	now   time.Time
}

func (p *poll) give(by people.Actor, command string, payload any) error {
	events, err := Definition.Decide(p.state, procedure.Command{ID: command + p.now.String(), Name: command, Actor: by, Payload: machine.Encode(payload)}, p.now)
	for _, e := range events {
		p.state = Definition.Evolve(p.state, e)
		p.asked = append(p.asked, Definition.Effects(p.state, e)...)
		p.told = append(p.told, Definition.Notices(p.state, e)...)
	}
	return err
}

func (p *poll) do(by people.Actor, command string, payload any) *poll {
	p.Helper()
	if err := p.give(by, command, payload); err != nil {
		p.Fatalf("%s: %v", command, err)
	}
	return p
}

func (p *poll) refused(code string, by people.Actor, command string, payload any) {
	p.Helper()
	var r *procedure.Refusal
	if err := p.give(by, command, payload); !errors.As(err, &r) || r.Code != code {
		p.Fatalf("%s: %v, want %s", command, err, code)
	}
}

// answer brings the answer of the newest effect.
func (p *poll) answer(command string, result any) *poll {
	p.Helper()
	return p.do(people.TheSystem, command, procedure.Answer{Result: machine.Encode(result)})
}

// wait lets time pass with everything that falls due.
func (p *poll) wait(d time.Duration) *poll {
	p.Helper()
	until := p.now.Add(d)
	for due := Definition.Due(p.state); len(due) > 0 && !due[0].At.After(until); due = Definition.Due(p.state) {
		p.now = due[0].At
		c := Definition.Issue(p.state, due[0])
		p.do(people.TheSystem, c.Name, c.Payload)
	}
	p.now = until
	return p
}

func (p *poll) effects() (names []string) {
	for _, e := range p.asked {
		names = append(names, e.Name)
	}
	return names
}

func begin(t *testing.T, r Register) *poll {
	p := &poll{T: t, state: Definition.New(number, settings()), now: monday}
	return p.do(manager, machine.CmdRegister, r)
}

// M1: drawn, invited, reminded twice, ended by its closing date, counted, archived.
func TestFromLaunchToArchive_M1(t *testing.T) {
	p := begin(t, Register{Community: "yuhu", Template: "satisfaction", Launch: true})
	var draw Draw
	if err := json.Unmarshal(p.asked[0].Payload, &draw); err != nil || draw.Sample != 40 || draw.Seed == "" || draw.Seed != p.state.Seed {
		t.Fatalf("draws %+v, %v", draw, err)
	}
	p.answer(CmdDrawn, Drawn{Households: 40, Population: 400}).answer(CmdInvited, Invited{Mails: 30})
	if closes, _ := p.state.Closes(); !closes.Equal(monday.Add(14*24*time.Hour)) || !p.state.Takes(p.now) || p.state.Takes(closes) {
		t.Errorf("closes %v", closes)
	}
	p.wait(15 * 24 * time.Hour)
	if want := []string{EffectDraw, EffectInvite, EffectInvite, EffectInvite, EffectCount}; !slices.Equal(p.effects(), want) {
		t.Errorf("asked for %v", p.effects())
	}
	if p.state.Stage != StageCounting || p.state.Wave != 2 || p.state.Takes(p.now) {
		t.Errorf("in %s after %d reminders", p.state.Stage, p.state.Wave)
	}
}

// M1, H2: an answer that is not counted in time climbs; once counted, the survey closes and is archived.
func TestCountedAndArchived_M1(t *testing.T) {
	p := begin(t, Register{Community: "yuhu", Template: "satisfaction", Launch: true}).answer(CmdDrawn, Drawn{Households: 40, Population: 400})
	p.refused("missing_field", manager, CmdConclude, machine.Reasoned{})
	p.refused("forbidden", agent, CmdConclude, machine.Reasoned{Reason: "x"})
	p.do(manager, CmdConclude, machine.Reasoned{Reason: "人齐了"}).wait(2 * time.Hour)
	if !p.state.Overdue() {
		t.Error("late in silence")
	}
	p.answer(CmdCounted, Tally{Households: 40, Responses: 9})
	if p.state.Stage != machine.StageClosed || p.state.Closing.Outcome != Counted || p.state.Overdue() {
		t.Errorf("closed as %+v", p.state.Closing)
	}
	if p.wait(8 * 24 * time.Hour); p.state.Stage != machine.StageArchived || len(Definition.Due(p.state)) > 0 {
		t.Errorf("in %s", p.state.Stage)
	}
}

// M1: what cannot be asked is refused whole; a community without households gives the questionnaire back.
func TestWhatCannotBeAsked_M1(t *testing.T) {
	past := monday.Add(-time.Hour)
	for code, r := range map[string]Register{
		"bad_questionnaire": {Community: "yuhu"}, "bad_sample": {Community: "yuhu", Template: "satisfaction", Plan: Plan{Sample: 1 << 40}}, "unknown_template": {Community: "yuhu", Template: "x"}, "forbidden": {Community: "linjiang", Template: "satisfaction"},
		"deadline_in_past":       {Community: "yuhu", Template: "satisfaction", Plan: Plan{ClosesAt: &past}},
		"template_has_questions": {Community: "yuhu", Template: "satisfaction", Plan: Plan{Questionnaire: asked}},
	} {
		(&poll{T: t, state: Definition.New(number, settings()), now: monday}).refused(code, manager, machine.CmdRegister, r)
	}
	p := begin(t, Register{Community: "yuhu", Template: "satisfaction", Launch: true}).answer(CmdDrawn, Drawn{})
	if p.state.Stage != StageComposing || len(p.told) == 0 {
		t.Errorf("in %s", p.state.Stage)
	}
	closes := monday.Add(time.Hour)
	p.do(manager, CmdRewrite, Plan{Questionnaire: asked, ClosesAt: &closes})
	p.now = closes
	p.refused("deadline_in_past", manager, CmdLaunch, Launch{})
}

// M1, M5: for practice nobody outside is written to.
func TestADrillWritesToNobody_M1_M5(t *testing.T) {
	p := begin(t, Register{Community: "yuhu", Template: "satisfaction", Launch: true, Drill: true}).answer(CmdDrawn, Drawn{Households: 4, Population: 4}).wait(6 * 24 * time.Hour)
	if want := []string{EffectDraw}; !slices.Equal(p.effects(), want) || p.state.Wave != 1 {
		t.Errorf("asked for %v", p.effects())
	}
}

func score(n int) *int { return &n }

// M1: an answer fits its questions, or says which it does not fit.
func TestAnswersAreChecked_M1(t *testing.T) {
	overall := Reply{Question: "overall", Score: score(4)}
	for code, replies := range map[string][]Reply{
		"":                 {overall, {Question: "first", Choices: []string{"b", "a"}}, {Question: "words", Text: "好"}},
		"question_open":    {{Question: "words", Text: "好"}},
		"score_off_scale":  {{Question: "overall", Score: score(6)}},
		"unknown_question": {overall, {Question: "x"}},
		"question_twice":   {overall, overall},
		"bad_choice":       {overall, {Question: "first", Choices: []string{"a", "a"}}},
		"no_text_wanted":   {{Question: "overall", Score: score(4), Text: "x"}},
	} {
		var r *procedure.Refusal
		if err := Check(asked, replies); (err == nil) != (code == "") || err != nil && (!errors.As(err, &r) || r.Code != code) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// M1: no building is shown by fewer than five answers, nor to be had by subtraction.
func TestFewAreNotShown_M1(t *testing.T) {
	var answers []Answer
	add := func(building string, n int) {
		for range n {
			answers = append(answers, Answer{Building: building, Replies: []Reply{{Question: "overall", Score: score(5)}}})
		}
	}
	shown := func() (names []string) {
		for _, p := range CountAnswers(Count{Questionnaire: asked, Population: 100}, answers).Buildings {
			names = append(names, p.Building)
		}
		return names
	}
	add("2栋", 6)
	add("10栋", 8)
	if got := shown(); !slices.Equal(got, []string{"2栋", "10栋"}) {
		t.Errorf("shown %v", got)
	}
	if add("3栋", 2); !slices.Equal(shown(), []string{"10栋"}) {
		t.Errorf("with two more of another shown %v", shown())
	}
	if add("3栋", 3); len(shown()) != 3 {
		t.Errorf("shown %v", shown())
	}
}

// M1: the intervals are Student's and Wilson's; nothing is uncertain about a community that has answered whole.
func TestEstimates_M1(t *testing.T) {
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.005 {
			t.Errorf("%s: %.4f, want %.4f", what, got, want)
		}
	}
	mean, _ := Mean([]int{1, 1, 1, 1, 1}, 1, 1_000_000) // 3 ± 2.776·1.5811/√5
	near("mean", mean.Value, 3)
	near("low", mean.Low, 3-1.963)
	mean, _ = Mean([]int{0, 0, 10, 20, 30}, 1, 120) // of 120 households 60: the interval is √(60/119) as wide
	near("mean", mean.Value, 4.3333)
	near("width", mean.High-mean.Low, 2*2.0010*0.7516/math.Sqrt(60)*math.Sqrt(60.0/119))
	whole, _ := Mean([]int{0, 0, 10, 20, 30}, 1, 60)
	near("of all", whole.High-whole.Low, 0)
	share, _ := Share(5, 10, 1_000_000_000)
	near("Wilson low", share.Low, 0.2366)
	near("Wilson high", share.High, 0.7634)
	none, _ := Share(0, 10, 1_000_000_000)
	near("Wilson of none", none.High, 0.2775)
	if all, _ := Share(3, 10, 10); all.Low != all.High {
		t.Errorf("of all %+v", all)
	}
	if _, ok := Mean([]int{0, 0}, 1, 10); ok {
		t.Error("a mean of nothing")
	}
	if few, _ := Mean([]int{0, 2, 1}, 1, 10); few.Low != 1 || few.High != 3 {
		t.Errorf("of three %+v", few)
	}
}
