package town

import (
	"hash/fnv"
	"time"

	"bihuan/sim/client"
)

// survey is one that households are asked in, by the settings' schedule or because the office wants to
// know. M1
type survey struct {
	Scenario
	Customer
	draw Draw

	launched bool
	page     silent // of those who are asked, as the agent reads them
	read     int    // pages of them
	asked    []home
	by       map[home]time.Time // when each of them means to answer by the link
	level    bool               // the list of those to call was read
	calls    silent
	done     map[home]bool // who has answered, or been refused
	again    map[home]bool // and wants to say something else
}

func newSurvey(s Scenario, c Customer, d Draw) Matter {
	return &survey{Scenario: s, Customer: c, draw: d, by: map[home]time.Time{}, done: map[home]bool{}, again: map[home]bool{}}
}

// Opening has the assistant write a questionnaire of their own, for a sample of the households.
func (m *survey) Opening(now time.Time) (Who, Fields) {
	text := func(zh, en string) Fields { return Fields{"zh": zh, "en": en} }
	f := Fields{
		"community": m.Community, "title": text("社区服务小调查", "A few questions about our service"), "sample": m.Survey.Sample, "closes_at": now.Add(m.Survey.Within + 24*time.Hour).UTC(),
		"questions": []Fields{
			{"id": "overall", "kind": "score5", "required": true, "ask": text("您对物业服务总体满意吗？", "How satisfied are you with our service overall?")},
			{"id": "recommend", "kind": "score10", "ask": text("您会向亲友推荐吗？", "Would you recommend us to friends?")},
			{"id": "first", "kind": "single", "ask": text("最希望先改进什么？", "What should we improve first?"), "choices": []Fields{
				{"id": "repairs", "name": text("维修", "Repairs")}, {"id": "cleaning", "name": text("卫生", "Cleaning")}, {"id": "parking", "name": text("停车", "Parking")},
			}},
			{"id": "words", "kind": "text", "ask": text("还想说什么？", "Anything else?")},
		},
	}
	if m.Drill {
		f["drill"] = true
	}
	return Who{Role: "assistant", Community: m.Community}, f
}

// Next has the office ask, and households answer, each in its own time or not at all.
func (m *survey) Next(c client.Case) []Act {
	acts := onEscalations(m.Scenario, c)
	switch c.Stage {
	case "composing":
		acts = append(acts, m.composed(c))
	case "asking":
		acts = append(acts, m.reading()...)
		acts = append(acts, m.ringing(c)...)
	}
	return append(acts, m.answering(c)...)
}

// composed has the questionnaire launched, once: a community without households cannot be asked.
func (m *survey) composed(c client.Case) Act {
	a := Act{Key: "launch" + c.Since.String(), Who: Who{Role: "assistant"}, When: after(m.Delays.Propose), Command: "launch", Body: func(Draw, time.Time) Fields {
		m.launched = true
		return Fields{}
	}}
	if m.launched {
		a.Command, a.Key, a.Body = "withdraw", "withdraw"+c.Since.String(), is(Fields{"reason": "名册中没有住户"})
	}
	return a
}

// reading finds out who is asked, page by page; then each of them has a mind to answer, or not.
func (m *survey) reading() []Act {
	for _, h := range m.page.Items {
		m.asked = append(m.asked, h)
		if m.draw.chance(m.Chances.Answers) {
			m.by[h] = time.Time{}
		}
	}
	m.page.Items = nil
	if m.read > 0 && m.page.Next == 0 {
		return nil
	}
	return []Act{{Key: "read", Who: Who{Role: "agent"}, When: after(0), Command: ReadUnanswered, Into: &m.page, Body: func(Draw, time.Time) Fields {
		after := m.page.Next
		m.read, m.page.Next = m.read+1, 0
		return Fields{"after": after, "limit": 200}
	}}}
}

// answering are the households that still mean to answer, too late at times, and those that want to
// answer once more.
func (m *survey) answering(c client.Case) (acts []Act) {
	for _, h := range m.asked {
		if _, willing := m.by[h]; willing && !m.done[h] {
			acts = append(acts, m.answer(c, h, TheCustomer, after(m.Delays.Poll)))
		} else if m.again[h] {
			acts = append(acts, m.answer(c, h, TheCustomer, after(m.Delays.Answer)))
		}
	}
	return acts
}

// ringing has an agent call some of those who have not answered, three quarters of the way; not all pick up.
func (m *survey) ringing(c client.Case) (acts []Act) {
	for _, d := range c.Deadlines {
		if d.Step == "asking" && !m.level {
			late := func(_ Draw, now time.Time) time.Time { return now.Add(d.Due.Sub(now) * 3 / 4) }
			acts = append(acts, Act{Key: "list", Who: Who{Role: "agent"}, When: late, Command: ReadUnanswered, Into: &m.calls, Body: func(Draw, time.Time) Fields {
				m.level = true
				return Fields{"limit": 200}
			}})
		}
	}
	if n := m.Survey.Calls; len(m.calls.Items) > n {
		m.draw.Shuffle(len(m.calls.Items), func(i, j int) { m.calls.Items[i], m.calls.Items[j] = m.calls.Items[j], m.calls.Items[i] })
		m.calls.Items = m.calls.Items[:n]
	}
	for i, h := range m.calls.Items {
		if !m.done[h] && m.temper(h)/4%4 > 0 { // the others do not pick up
			acts = append(acts, m.answer(c, h, "agent", after(time.Duration(i+1)*m.Delays.Dispatch)))
		}
	}
	return acts
}

// answer is what a household says, by itself or to the agent.
func (m *survey) answer(c client.Case, h home, role string, when func(Draw, time.Time) time.Time) Act {
	return Act{Key: "answer " + role + h.Building + h.Room, Who: Who{Role: role}, When: when, Command: Answers, Body: func(d Draw, _ time.Time) Fields {
		m.again[h] = !m.done[h] && role == TheCustomer && d.chance(m.Chances.Twice)
		m.done[h] = true
		return Fields{"building": h.Building, "room": h.Room, "replies": m.replies(c, h, d)}
	}}
}

// replies answer what is required, and most of the rest.
func (m *survey) replies(c client.Case, h home, d Draw) []Fields {
	var all []Fields
	score := func(most int) int { return 1 + (most-1)*(1+m.temper(h)%4)/4 - d.IntN(2)*most/5 }
	for _, q := range c.Questions {
		if !q.Required && !d.chance(0.8) {
			continue
		}
		r := Fields{"question": q.ID}
		switch {
		case q.Kind == "score5":
			r["score"] = max(1, score(5))
		case q.Kind == "score10":
			r["score"] = max(0, score(10))
		case len(q.Choices) > 0:
			r["choices"] = []string{q.Choices[d.IntN(len(q.Choices))].ID}
		default:
			r["text"] = []string{"多巡查", "谢谢", "车位太少"}[d.IntN(3)]
		}
		all = append(all, r)
	}
	return all
}

// temper is a household's own, the same in every survey.
func (m *survey) temper(h home) int {
	sum := fnv.New32a()
	_, _ = sum.Write([]byte(m.Community + h.Building + h.Room)) // never fails
	return int(sum.Sum32() >> 8)
}
