package town

import (
	"cmp"
	"time"

	"bihuan/sim/client"
)

// complaint is a complaint with the character that its people give it, drawn when it arrives.
type complaint struct {
	Scenario
	Customer
	draw     Draw
	category Category
	nature   string
	where    string
	gap      string // what is missing from the record at first
	who      Who    // who writes it down
	record   Fields

	doubtful, special, twice         bool
	returned, late, parts, beyond    bool
	adjusts, silent, fails           bool
	withdraws, appeals, upheld       bool
	reopens, keepsTrying, acceptsNot bool
	attaches, merges, looked         bool
	likely                           likely // as the agent was shown them
	rounds, unanswered               int
	visitor                          string // who revisits, unless it is major
}

// gaps are the fields that are missing or vague at first.
var gaps = []string{"remedy", "happened_at", "place"}

func newComplaint(s Scenario, c Customer, d Draw) Matter {
	is, rolls := s.Chances, d.chance
	m := &complaint{Scenario: s, Customer: c, draw: d, category: s.about(c, d), where: cmp.Or(c.Where, places[d.IntN(len(places))])}
	m.nature = d.pick(Mix{{"invalid", is.Invalid}, {"major", is.Major}, {"valid", 1 - is.Invalid - is.Major}})
	if rolls(is.Incomplete) {
		m.gap = gaps[d.IntN(len(gaps))]
	}
	m.doubtful, m.special, m.twice = rolls(is.Undetermined), m.nature == "valid" && rolls(is.Special), rolls(is.TwoDepartments)
	m.returned, m.late, m.parts, m.beyond = rolls(is.Returned), rolls(is.Late), rolls(is.Parts), rolls(is.Beyond)
	m.adjusts, m.silent, m.fails = rolls(is.Adjust), rolls(is.Silent), rolls(is.Fails)
	m.withdraws, m.appeals, m.upheld = rolls(is.Withdraws), rolls(is.Appeals), rolls(is.Upheld)
	m.reopens, m.keepsTrying, m.acceptsNot = rolls(is.Reopens), rolls(is.KeepTrying), !rolls(is.Accepts)
	m.rounds, m.unanswered = d.times(is.Unsatisfied, 4), d.times(is.Unanswered, 6)
	m.attaches, m.merges = rolls(is.Attaches), rolls(is.Merges)
	m.visitor = d.pick(Mix{{"manager", is.ByManager}, {"gm", is.ByGM}, {"assistant", 1 - is.ByManager - is.ByGM}})
	return m
}

// Nature gives what a customer's complaint is by the luck of the draw.
func (s Scenario) Nature(c Customer) string {
	return newComplaint(s, c, newDraw(s.Seed, c.Place)).(*complaint).nature
}

// told is what the customer says, at times with a gap, and who writes it down.
func (m *complaint) told(now time.Time) {
	who, f := m.register(m.Customer, m.draw)
	for name, value := range (Fields{
		"category": m.category.ID, "place": m.where, "what": m.category.What, "remedy": m.category.Remedy,
		"happened_at": now.Add(-m.draw.between(time.Hour, 48*time.Hour)).UTC(),
	}) {
		f[name] = value
	}
	delete(f, m.gap)
	m.who, m.record = who, f
}

// LookUp has the agent ask for likely duplicates before anything is saved. A11
func (m *complaint) LookUp(now time.Time) (Command, any) {
	m.told(now)
	if m.who.Role == TheCustomer {
		return Command{}, nil
	}
	return Command{Who: m.who, Name: ReadLikely, Body: m.matter()}, &m.likely
}

// Opening has the desk write the complaint down, and attach it to the first one where it is the same.
func (m *complaint) Opening(now time.Time) (Who, Fields) {
	if m.record == nil {
		m.told(now)
	}
	f := m.record
	if m.who.Role == TheCustomer {
		return m.who, f
	}
	f["apology"] = "给您带来不便，非常抱歉。"
	if f["channel"] == "relayed" {
		f["relayed"] = Fields{"department": m.category.Department}
	}
	delete(f, "attach_to")
	if first := m.same(""); first != "" && m.attaches {
		f["attach_to"], m.attaches = first, false
	}
	return m.who, f
}

// Next lists what is to be done as the complaint stands.
func (m *complaint) Next(c client.Case) []Act {
	if !c.Open {
		return m.afterwards(c)
	}
	acts := m.inStage(c)
	acts = append(acts, m.onTasks(c)...)
	acts = append(acts, m.onPlan(c)...)
	acts = append(acts, onEscalations(m.Scenario, c)...)
	acts = append(acts, inTouch(m.Scenario, c)...)
	acts = append(acts, m.merging(c)...)
	if m.withdraws {
		acts = append(acts, Act{
			Key: "withdraw", Who: Who{Role: TheCustomer}, Command: "withdraw", Body: is(Fields{"reason": "问题已经自行解决"}),
			When: func(d Draw, _ time.Time) time.Time { return m.At.Add(d.between(2*time.Hour, 96*time.Hour)) },
		})
	}
	return acts
}

// inStage gives what the stage asks for.
func (m *complaint) inStage(c client.Case) []Act {
	at := func(who, command string, mean time.Duration, body func(Draw, time.Time) Fields) []Act {
		return []Act{{Key: command + c.Since.String(), Who: Who{Role: who}, When: m.sooner(c, mean), Command: command, Body: body}}
	}
	switch c.Stage {
	case "registered":
		if len(c.Unclear) > 0 {
			return at("agent", "clarify", m.Delays.Clarify, m.clarification(c))
		}
		return at("agent", "judge", m.Delays.Judge, is(m.judgement(m.doubtful)))
	case "referred":
		if len(c.Unclear) > 0 {
			return at("agent", "clarify", m.Delays.Clarify, m.clarification(c))
		}
		if c.Appealed && m.upheld {
			m.nature = "valid"
		}
		return at("manager", "judge", m.Delays.Review, is(m.judgement(false)))
	case "review":
		return at("assistant", "review", m.Delays.Review, is(Fields{"nature": m.nature, "grounds": "评审小组核对现场与记录，情况属实"}))
	case "explaining":
		return append(at(c.Explainer, "explain", m.Delays.Explain, m.explanation), m.appeal(c)...)
	case "dispatching":
		return at(m.leader(c, "agent"), "dispatch", m.Delays.Dispatch, is(m.order()))
	case "verifying":
		return at(m.leader(c, "assistant"), "verify", m.Delays.Verify, m.verification(c))
	case "revisiting":
		return m.revisits(c)
	case "unreached":
		return at("manager", "decide-unreached", m.Delays.Unreached, m.unreached)
	}
	return nil
}

// leader is who takes a step: the manager when it is major.
func (m *complaint) leader(c client.Case, otherwise string) string {
	if c.Nature == "major" {
		return "manager"
	}
	return otherwise
}

// sooner lets emergencies and majors wait less, and now and then somebody be slow.
func (m *complaint) sooner(c client.Case, mean time.Duration) func(Draw, time.Time) time.Time {
	switch {
	case c.Urgency == "emergency":
		mean /= 4
	case c.Nature == "major":
		mean /= 2
	}
	return func(d Draw, now time.Time) time.Time {
		if d.chance(m.Chances.Slow) {
			return now.Add(m.Delays.Slow + d.about(mean))
		}
		return now.Add(d.about(mean))
	}
}

// clarification fills in whatever is missing. A3
func (m *complaint) clarification(c client.Case) func(Draw, time.Time) Fields {
	known := Fields{
		"remedy": m.category.Remedy, "place": m.where, "happened_at": m.At.Add(-time.Hour).UTC(),
		"name": "住户", "building": "1幢", "room": "101", "phone": "13900000000", "what": m.category.What,
	}
	given := Fields{}
	for _, field := range c.Unclear {
		given[field] = known[field]
	}
	return is(given)
}

func (m *complaint) judgement(doubt bool) Fields {
	switch {
	case doubt:
		return Fields{"nature": "undetermined", "grounds": "责任归属不清，提请经理判别"}
	case m.special && m.nature == "valid":
		return Fields{"nature": m.nature, "grounds": "属特约服务范围", "special_service": true}
	case m.nature == "invalid":
		return Fields{"nature": m.nature, "grounds": "不在物业服务合同范围之内"}
	}
	return Fields{"nature": m.nature, "grounds": "经核实属我方责任"}
}

func (m *complaint) explanation(d Draw, _ time.Time) Fields {
	accepted := d.chance(m.Chances.Accepts)
	if m.acceptsNot {
		accepted, m.acceptsNot = false, false
	}
	return Fields{"said": "向投诉人说明合同约定与外部求助途径", "accepted": accepted}
}

func (m *complaint) appeal(c client.Case) []Act {
	if !m.appeals || c.Appealed {
		return nil
	}
	return []Act{{Key: "appeal", Who: Who{Role: TheCustomer}, When: after(m.Delays.Explain), Command: "appeal", Body: is(Fields{"reason": "不认可判别结果"})}}
}

// afterwards is what a complainant may still want once it is closed.
func (m *complaint) afterwards(c client.Case) []Act {
	switch {
	case c.Stage != "closed" || c.Closing == nil:
	case m.reopens && c.Closing.Outcome == "satisfied":
		return []Act{{Key: "reopen", Who: Who{Role: TheCustomer}, When: after(m.Delays.Reopen), Command: "reopen", Body: func(Draw, time.Time) Fields {
			m.reopens = false
			return Fields{"reason": "问题又出现了"}
		}}}
	case c.Closing.Outcome == "explained":
		return m.appeal(c)
	}
	return nil
}
