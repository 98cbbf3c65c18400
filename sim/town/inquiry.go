package town

import (
	"time"

	"bihuan/sim/client"
)

// inquiry is a question or an idea with the character that its people give it.
type inquiry struct {
	Scenario
	Customer
	draw     Draw
	category Category
	class    string

	forwarded, late, turns bool
}

func newInquiry(s Scenario, c Customer, d Draw) Matter {
	is, rolls := s.Chances, d.chance
	m := &inquiry{Scenario: s, Customer: c, draw: d, category: s.about(c, d), class: d.pick(Mix{{"after_sale", 6}, {"suggestion", 3}, {"pre_sale", 1}})}
	m.forwarded, m.late, m.turns = rolls(is.Forwarded), rolls(is.Late), rolls(is.Turns)
	return m
}

// Opening has the desk write down the question, or the customer write by themselves.
func (m *inquiry) Opening(time.Time) (Who, Fields) {
	who, f := m.register(m.Customer, m.draw)
	f["what"], f["class"] = "请问："+m.category.What+"，怎么办？", m.class
	return who, f
}

// Next lists what is to be done as the inquiry stands. K2, K3
func (m *inquiry) Next(c client.Case) []Act {
	acts := onEscalations(m.Scenario, c)
	at := func(who Who, command string, when func(Draw, time.Time) time.Time, body func(Draw, time.Time) Fields) {
		acts = append(acts, Act{Key: command + c.Since.String(), Who: who, When: when, Command: command, Body: body})
	}
	agent := Who{Role: "agent"}
	switch {
	case c.Stage == "answering" && m.turns:
		at(agent, "turn", after(m.Delays.Judge), func(Draw, time.Time) Fields {
			m.turns = false
			return Fields{"into": "complaint", "category": m.category.ID, "reason": "实际反映的是投诉"}
		})
	case c.Stage == "answering" && m.forwarded:
		at(agent, "forward", after(m.Delays.Judge), func(Draw, time.Time) Fields {
			m.forwarded = false
			return Fields{"department": m.category.Department, "question": m.category.What}
		})
	case c.Stage == "answering":
		at(agent, "reply", after(m.Delays.Propose), func(d Draw, _ time.Time) Fields {
			return Fields{"channel": "hotline", "said": "已核实并答复", "adopted": m.class == "suggestion" && d.chance(m.Chances.Upheld)}
		})
	case c.Stage == "forwarded":
		at(Who{Role: "handler", Department: m.category.Department}, "report", m.found, is(Fields{"said": "已查明情况"}))
	}
	return acts
}

// found is when the department has looked into it.
func (m *inquiry) found(d Draw, now time.Time) time.Time {
	if m.late {
		return now.Add(2*m.Delays.Late + d.about(m.Delays.Late))
	}
	return now.Add(d.about(m.Delays.Work))
}
