package town

import (
	"fmt"
	"time"

	"bihuan/sim/client"
)

// measure is an improvement measure: out of what stood out in a month, or of what a member of staff said of
// the procedure itself, which a leader may turn down. M2-M4, M6
type measure struct {
	Scenario
	Customer
	draw Draw

	found   analysis        // what stood out
	finding *client.Finding // what the measure is against
	owner   Who
	related listed // complaints that it is about

	takenUp, hunch, late, trains, reworks bool
	looked, named                         bool
}

func newMeasure(s Scenario, c Customer, d Draw) Matter {
	is, rolls := s.Chances, d.chance
	m := &measure{Scenario: s, Customer: c, draw: d, owner: Who{Role: "assistant", Community: c.Community}}
	m.takenUp, m.hunch, m.late, m.trains, m.reworks = rolls(is.TakenUp), rolls(is.Hunch), rolls(is.Late), rolls(is.Trains), rolls(is.Reworks)
	return m
}

// period is what the manager looks back at.
const period = 30 * 24 * time.Hour

// LookUp has the manager read what stood out lately. M2
func (m *measure) LookUp(now time.Time) (Command, any) {
	if !m.Routine {
		return Command{}, nil
	}
	return Command{Who: Who{Role: "manager"}, Name: ReadAnalysis, Body: m.over(now, Fields{"community": m.Community})}, &m.found
}

// over adds the period that ends with the day before to a question.
func (m *measure) over(now time.Time, f Fields) Fields {
	today := now.In(m.From.Location())
	f["from"], f["to"] = Day(today.Add(-period)), Day(today)
	return f
}

// Opening has the manager begin a measure against what stands out, or somebody say what they think. M3, M6
func (m *measure) Opening(now time.Time) (Who, Fields) {
	if !m.Routine {
		return m.feedback()
	}
	m.choose()
	if m.finding == nil {
		return Who{}, nil
	}
	f := m.plan(now)
	f["community"], f["complaints"], f["finding"] = m.Community, append([]string{}, m.finding.Numbers...), m.over(now, Fields{})
	if m.Drill {
		f["drill"] = true
	}
	return Who{Role: "manager", Community: m.Community}, f
}

// choose takes what has become worse by more than noise, at times what only looks like it. M2
func (m *measure) choose() {
	for _, f := range m.found.Findings {
		if f.Worse && (f.StandsOut || m.hunch || len(f.Numbers) > 0) {
			m.finding = &f
			m.finding.Watch.Room = "" // figures are watched of a building, not of a household
			if d := f.Watch.Department; d != "" {
				m.owner = Who{Role: "handler", Community: m.Community, Department: d}
			}
			return
		}
	}
}

var opinions = []Fields{
	{"about": "rule", "which": "C2", "text": "夜间接单三十分钟太紧"},
	{"about": "stage", "which": "verifying", "text": "验证与回访常常隔得太久"},
	{"about": "command", "which": "judge", "text": "判别依据最好有可选的范本"},
	{"about": "other", "text": "派单时看不到上一次维修的记录"},
}

// feedback is what somebody has to say of the procedure. M6
func (m *measure) feedback() (Who, Fields) {
	who := []Who{{Role: "agent"}, {Role: "assistant"}, {Role: "receptionist"}, {Role: "handler", Department: "engineering"}}[m.draw.IntN(4)]
	who.Community = m.Community
	f := Fields{"community": m.Community, "feedback": opinions[m.draw.IntN(len(opinions))]}
	if m.Drill {
		f["drill"] = true
	}
	return who, f
}

// plan says what is done by whom until when, and which figure will tell. M3
func (m *measure) plan(now time.Time) Fields {
	f := Fields{
		"problem": "近期投诉增多", "cause": "巡查和交接不到位", "measure": "增加巡查，修订交接清单", "owner": m.owner,
		"due": now.Add(m.Delays.Begin + 2*m.Delays.Carry).UTC(), "watch": Fields{"metric": "complaints", "category": m.about(m.Customer, m.draw).ID},
	}
	if m.finding != nil {
		f["watch"] = m.finding.Watch
	}
	return f
}

// Next carries a measure out, and says what came of it.
func (m *measure) Next(c client.Case) []Act {
	acts := onEscalations(m.Scenario, c)
	at := func(who Who, command string, when func(Draw, time.Time) time.Time, body func(Draw, time.Time) Fields) {
		acts = append(acts, Act{Key: command + c.Since.String(), Who: who, When: when, Command: command, Body: body})
	}
	leader := Who{Role: "manager"}
	switch c.Stage {
	case "suggested":
		if m.takenUp {
			at(leader, "accept-feedback", after(m.Delays.Suggest), func(_ Draw, now time.Time) Fields { return m.plan(now) })
			break
		}
		at(leader, "decline-feedback", after(m.Delays.Suggest), is(Fields{"reason": "现行规定已经考虑到"}))
	case "measure_planned":
		acts = append(acts, m.naming()...)
		at(m.owner, "start-measure", after(m.Delays.Begin), is(Fields{}))
	case "measure_doing":
		if m.trains {
			at(m.owner, "record-training", after(m.Delays.Carry/2), m.training)
		}
		at(m.owner, "finish-measure", m.carriedOut(c), is(Fields{"result": "已按计划完成"}))
	case "measure_assessed":
		at(leader, m.judgement(c), after(m.Delays.Assess), m.judged(c))
	}
	return acts
}

// naming looks for complaints that the measure is about, and names the newest. M3
func (m *measure) naming() []Act {
	if m.named || m.finding == nil || m.finding.Watch.Category == "" {
		return nil
	}
	manager := Who{Role: "manager"}
	if !m.looked {
		return []Act{{Key: "related", Who: manager, When: after(0), Command: ReadCases, Into: &m.related, Body: func(Draw, time.Time) Fields {
			m.looked = true
			return Fields{"kind": "complaint", "community": m.Community, "category": m.finding.Watch.Category, "limit": 3}
		}}}
	}
	var numbers []string
	for _, c := range m.related.Items {
		numbers = append(numbers, c.Number)
	}
	if m.named = len(numbers) == 0; m.named {
		return nil
	}
	return []Act{{Key: "name", Who: manager, When: after(m.Delays.Dispatch), Command: "name-complaints", Body: func(Draw, time.Time) Fields {
		m.named = true
		return Fields{"complaints": numbers}
	}}}
}

// training is one that the staff of the community attended. M3
func (m *measure) training(_ Draw, now time.Time) Fields {
	m.trains = false
	return Fields{
		"topic": "交接清单与巡查要点", "date": Day(now.In(m.From.Location())),
		"attended": []Who{{Role: "agent", Community: m.Community}, {Role: "assistant", Community: m.Community}, {Role: "handler", Community: m.Community, Department: "engineering"}},
	}
}

// carriedOut is when it is done: before its date, unless somebody is late.
func (m *measure) carriedOut(c client.Case) func(Draw, time.Time) time.Time {
	return func(d Draw, now time.Time) time.Time {
		at := now.Add(min(d.about(m.Delays.Carry), 2*m.Delays.Carry))
		for _, x := range c.Deadlines {
			if m.late && x.Step == "measure" {
				m.late = false
				return x.Due.Add(d.about(m.Delays.Late))
			}
		}
		return at
	}
}

// judgement confirms what the figures say. Without effect a measure is reworked once, or given up. M4
func (m *measure) judgement(c client.Case) string {
	if c.Verdict != "effective" && (!m.reworks || c.Round > 0) {
		return "drop-measure"
	}
	return "confirm-effect"
}

func (m *measure) judged(c client.Case) func(Draw, time.Time) Fields {
	return func(_ Draw, now time.Time) Fields {
		switch {
		case m.judgement(c) == "drop-measure":
			return Fields{"reason": fmt.Sprintf("第%d次评价后仍无效果，改由日常管理跟进", c.Round+1)}
		case c.Verdict == "effective":
			return Fields{"effective": true}
		}
		return Fields{"effective": false, "measure": "改由专人每日巡查", "due": now.Add(m.Delays.Begin + 2*m.Delays.Carry).UTC()}
	}
}
