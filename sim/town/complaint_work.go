package town

import (
	"time"

	"bihuan/sim/client"
)

// order hands the work to the department whose matter it is, at times with a second one, at times to
// the wrong one. C1, C3
func (m *complaint) order() Fields {
	right, wrong := m.category.Department, "service"
	if right == wrong {
		wrong = "environment"
	}
	task := func(department string) Fields { return Fields{"department": department, "content": m.category.What} }
	switch {
	case m.returned:
		return Fields{"tasks": []Fields{task(wrong)}}
	case m.twice:
		second := task(wrong)
		second["content"] = "配合现场善后"
		return Fields{"tasks": []Fields{task(right), second}, "lead": right}
	}
	return Fields{"tasks": []Fields{task(right)}}
}

// rectification is another round of work with a deadline. G4
func (m *complaint) rectification(now time.Time) []Fields {
	return []Fields{{"department": m.category.Department, "content": "返工并彻底解决", "deadline": now.Add(48 * time.Hour).UTC()}}
}

// onTasks gives what departments and desk do about each task.
func (m *complaint) onTasks(c client.Case) []Act {
	var acts []Act
	for _, t := range c.Tasks {
		handler, d := Who{Role: "handler", Department: t.Department}, m.Delays
		act := func(who Who, command string, when func(Draw, time.Time) time.Time, body func(Draw, time.Time) Fields) {
			acts = append(acts, Act{Key: command + t.ID, Who: who, When: when, Command: command, Task: t.ID, Body: body})
		}
		switch {
		case t.Status == "dispatched" && m.returned:
			act(handler, "return", m.sooner(c, d.Return), func(Draw, time.Time) Fields { m.returned = false; return Fields{"reason": "不属于本部门职责"} })
		case t.Status == "dispatched":
			act(handler, "accept", m.sooner(c, d.Accept), is(Fields{}))
		case t.Status == "returned":
			act(Who{Role: "agent"}, "reroute", m.sooner(c, d.Reroute), is(Fields{"department": m.category.Department}))
		case t.Status == "accepted" && m.parts && c.Urgency != "emergency" && !overdue(c, t.ID):
			act(handler, "pause", after(d.Accept), func(_ Draw, now time.Time) Fields {
				m.parts = false
				return Fields{"reason": "parts", "note": "等待配件到货", "until": now.Add(30 * time.Hour).UTC()}
			})
		case t.Status == "accepted" && m.beyond:
			acts = append(acts, m.help(handler, t.ID))
		case t.Status == "accepted":
			act(handler, "complete", m.finished(c), is(Fields{"result": "已处理完毕", "evidence": []string{"photo:" + t.ID}}))
		}
	}
	return acts
}

// help is what a handler asks the level above for. C4, H3
func (m *complaint) help(who Who, task string) Act {
	return Act{Key: "help" + task, Who: who, When: after(m.Delays.Accept), Command: "request-escalation", Body: func(Draw, time.Time) Fields {
		m.beyond = false
		return Fields{"reason": "需要协调外部单位", "task": task}
	}}
}

// finished is when the work is done, which a late department lets pass its deadline once.
func (m *complaint) finished(c client.Case) func(Draw, time.Time) time.Time {
	usual := m.sooner(c, m.Delays.Work)
	return func(d Draw, now time.Time) time.Time {
		at := usual(d, now)
		if m.late && c.Urgency != "emergency" {
			at = at.Add(m.Delays.Late + d.about(m.Delays.Late))
		}
		return at
	}
}

func overdue(c client.Case, task string) bool {
	for _, d := range c.Deadlines {
		if d.Key == "work:"+task && d.Breached {
			return true
		}
	}
	return false
}

// onPlan has a plan put to the complainant until they agree, or never answer. D1-D3
func (m *complaint) onPlan(c client.Case) []Act {
	if c.Stage != "working" && c.Stage != "dispatching" {
		return nil
	}
	switch {
	case c.Plan == nil || c.Plan.Version == 0 || c.Plan.Answer == "adjust":
		return []Act{{Key: "propose", Who: Who{Role: m.leader(c, "agent")}, When: m.sooner(c, m.Delays.Propose), Command: "propose", Body: is(Fields{"text": "安排" + m.category.Remedy})}}
	case c.Plan.Answer != "":
	case m.silent:
		return m.noAnswer(c)
	default:
		return []Act{{Key: "answer", Who: Who{Role: TheCustomer}, When: after(m.Delays.Answer), Command: "answer", Body: func(Draw, time.Time) Fields {
			if m.adjusts {
				m.adjusts = false
				return Fields{"answer": "adjust", "opinion": "希望周末上门"}
			}
			return Fields{"answer": "agreed"}
		}}}
	}
	return nil
}

// noAnswer is what the agent records once they are reminded. D3
func (m *complaint) noAnswer(c client.Case) []Act {
	for _, d := range c.Deadlines {
		if d.Step == "answer" && (d.Warned || d.Breached) {
			return []Act{{Key: "no-answer", Who: Who{Role: "agent"}, When: after(m.Delays.Dispatch), Command: "answer", Body: is(Fields{"answer": "no_answer"})}}
		}
	}
	return nil
}

func (m *complaint) verification(c client.Case) func(Draw, time.Time) Fields {
	return func(_ Draw, now time.Time) Fields {
		if m.fails && c.Round == 0 {
			m.fails = false
			return Fields{"passed": false, "note": "现场仍有遗留", "rectify": m.rectification(now)}
		}
		return Fields{"passed": true, "note": "现场查看合格"}
	}
}

// revisits asks the complainant, and everybody whose complaint was merged into theirs. G1, A11
func (m *complaint) revisits(c client.Case) (acts []Act) {
	ask := func(of string, body func(Draw, time.Time) Fields) {
		acts = append(acts, Act{Key: "revisit" + c.Since.String() + of, Who: Who{Role: m.leader(c, m.visitor)}, When: m.sooner(c, m.Delays.Revisit), Command: "revisit", Body: body})
	}
	if c.Settled == "" {
		ask("", m.revisit(c))
	}
	for _, j := range c.Joined {
		if j.Settled == "" {
			ask(j.Number, m.revisitNeighbour(c, j.Number))
		}
	}
	return acts
}

// revisit asks the complainant, who may not answer the phone, and may not be satisfied. G1-G6
func (m *complaint) revisit(c client.Case) func(Draw, time.Time) Fields {
	method := method(c)
	return func(d Draw, now time.Time) Fields {
		switch {
		case m.unanswered > 0:
			m.unanswered--
			return Fields{"method": method, "reached": false}
		case m.rounds > 0:
			m.rounds--
			return m.unsatisfied(method, d, now)
		}
		return satisfied(method, d)
	}
}

// revisitNeighbour asks one whose complaint was merged into this one. A11
func (m *complaint) revisitNeighbour(c client.Case, number string) func(Draw, time.Time) Fields {
	return func(d Draw, now time.Time) Fields {
		f := satisfied(method(c), d)
		switch {
		case d.chance(m.Chances.Unanswered):
			f = Fields{"method": method(c), "reached": false}
		case c.Round == 0 && d.chance(m.Chances.Unsatisfied):
			f = m.unsatisfied(method(c), d, now)
		}
		f["of"] = number
		return f
	}
}

// method is how somebody is revisited: at the door where it is major. G3
func method(c client.Case) string {
	if c.Nature == "major" {
		return "door"
	}
	return "phone"
}

func satisfied(method string, d Draw) Fields {
	return Fields{"method": method, "reached": true, "satisfied": true, "outcome": 3 + d.IntN(3), "handling": 3 + d.IntN(3), "opinion": "满意"}
}

func (m *complaint) unsatisfied(method string, d Draw, now time.Time) Fields {
	return Fields{"method": method, "reached": true, "satisfied": false, "outcome": 1 + d.IntN(2), "handling": 2 + d.IntN(3), "opinion": "没有彻底解决", "rectify": m.rectification(now)}
}

// unreached is the manager's decision after the last attempt. G5
func (m *complaint) unreached(Draw, time.Time) Fields {
	if m.keepsTrying {
		m.keepsTrying = false
		return Fields{"decision": "keep_trying", "reason": "换时段再联系"}
	}
	return Fields{"decision": "close", "reason": "多次联系不上"}
}

// onEscalations has each level decide what stands before it, or be too slow and see it pass. H4
func onEscalations(s Scenario, c client.Case) []Act {
	var acts []Act
	for _, e := range c.Escalations {
		if e.Status != "open" {
			continue
		}
		when := func(d Draw, now time.Time) time.Time {
			if d.chance(s.Chances.Slow) {
				return now.Add(s.Delays.Late)
			}
			return now.Add(d.about(s.Delays.Decide))
		}
		acts = append(acts, Act{Key: "decide" + e.ID + e.Level, Who: Who{Role: e.Level}, When: when, Command: "decide-escalation", Body: func(d Draw, now time.Time) Fields {
			decision := "approve"
			if d.chance(s.Chances.Declines) {
				decision = "decline"
			}
			return Fields{"escalation": e.ID, "decision": decision, "reason": "已协调资源，按新时限完成", "deadline": now.Add(d.between(12*time.Hour, 48*time.Hour)).UTC()}
		}})
	}
	return acts
}

// inTouch has the agent call before a follow-up is due, unless it is forgotten. E1, E2
func inTouch(s Scenario, c client.Case) []Act {
	for _, f := range c.Deadlines {
		if f.Step != "follow_up" || f.Paused {
			continue
		}
		return []Act{{
			Key: "contact" + f.Due.String(), Who: Who{Role: "agent"}, Command: "contact", Body: is(Fields{"channel": "hotline", "said": "告知处理进展"}),
			When: func(d Draw, _ time.Time) time.Time {
				if d.chance(s.Chances.Neglected) {
					return f.Due.Add(d.between(time.Hour, 6*time.Hour))
				}
				return f.Due.Add(-d.between(time.Hour, 5*time.Hour))
			},
		}}
	}
	return nil
}
