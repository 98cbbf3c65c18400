package town

import (
	"time"

	"bihuan/sim/client"
)

// issue is a collective issue that was found because neighbours complain of one matter. J1
type issue struct {
	Scenario
	forum bool
}

func newIssue(s Scenario, _ Customer, d Draw) Matter { return &issue{s, d.chance(0.5)} }

// Opening is what a manager writes down who opens one by hand; the town's are found by themselves.
func (m *issue) Opening(time.Time) (Who, Fields) {
	return Who{Role: "manager"}, Fields{"category": m.Categories[0].ID, "subject": m.Categories[0].What}
}

// attended lists the members who came, by the numbers of their complaints. J2
func (m *issue) attended(c client.Case, d Draw) []string {
	came := []string{}
	for _, member := range c.Members {
		if d.chance(m.Chances.Attends) {
			came = append(came, member.Number)
		}
	}
	return came
}

// Next has the manager convene a forum or announce the handling, record it, and answer. J2, J3
func (m *issue) Next(c client.Case) []Act {
	acts := onEscalations(m.Scenario, c)
	at := func(command string, when func(Draw, time.Time) time.Time, body func(Draw, time.Time) Fields) {
		acts = append(acts, Act{Key: command + c.Since.String(), Who: Who{Role: "manager"}, When: when, Command: command, Body: body})
	}
	text := func(zh string) Fields { return Fields{"zh": zh} }
	switch {
	case c.Stage == "planning" && m.forum:
		at("convene", after(m.Delays.Propose), func(d Draw, now time.Time) Fields {
			return Fields{"at": now.Add(d.between(24*time.Hour, 72*time.Hour)).UTC(), "place": "小区会所", "agenda": text("商量共同反映的问题")}
		})
	case c.Stage == "planning":
		at("announce", after(m.Delays.Propose), func(d Draw, now time.Time) Fields {
			return Fields{"title": text("关于近期集中反映问题的处理"), "text": text("已安排统一处理"), "until": now.Add(d.between(72*time.Hour, 240*time.Hour)).UTC()}
		})
	case c.Stage == "convened":
		at("record-minutes", func(d Draw, now time.Time) time.Time { return now.Add(72*time.Hour + d.about(m.Delays.Propose)) },
			func(d Draw, now time.Time) Fields {
				came := m.attended(c, d)
				return Fields{"held_at": now.Add(-time.Hour).UTC(), "present": len(came), "attended": came, "text": "到会业主同意处理办法"}
			})
	case c.Stage == "deciding":
		at("conclude", after(m.Delays.Propose), is(Fields{"decision": text("统一整改，逐户回访")}))
	}
	return acts
}
