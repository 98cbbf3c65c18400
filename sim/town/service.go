package town

import (
	"fmt"
	"time"

	"bihuan/sim/client"
)

// service is a service request with the character that its people give it. L
type service struct {
	Scenario
	Customer
	draw Draw
	job  work

	handsBack, late, absent, moves bool
	score                          int
	asked                          int // appointments that were looked for
}

// work is something that people ask for, with what its form asks.
type work struct {
	category, what string
	form           []Fields
}

var works = []work{
	{"repair.plumbing", "厨房水龙头滴水", []Fields{{"id": "place", "value": "厨房"}, {"id": "leaking", "value": "yes"}}},
	{"repair.burst", "卫生间水管爆裂", []Fields{{"id": "place", "value": "卫生间"}}},
	{"repair.electric", "客厅没有电", []Fields{{"id": "place", "value": "客厅"}}},
	{"repair.other", "门锁坏了", nil},
	{"home.cleaning", "擦窗和打扫", []Fields{{"id": "area", "value": "90"}}},
	{"home.appliance", "安装空调", []Fields{{"id": "appliance", "value": "aircon"}, {"id": "count", "value": "1"}}},
}

func newService(s Scenario, c Customer, d Draw) Matter {
	is, rolls := s.Chances, d.chance
	m := &service{Scenario: s, Customer: c, draw: d, job: works[d.IntN(len(works))], score: 5 - d.IntN(3)}
	m.handsBack, m.late, m.absent, m.moves = rolls(is.Returned), rolls(is.Late), rolls(is.Silent), rolls(is.Adjust)
	switch {
	case rolls(is.Silent):
		m.score = 0 // says nothing
	case rolls(is.Fails):
		m.score = 1 + d.IntN(2)
	}
	return m
}

// Opening has the desk fill in the application form, or the customer by themselves. L1
func (m *service) Opening(time.Time) (Who, Fields) {
	who, f := m.register(m.Customer, m.draw)
	f["category"], f["what"], f["form"] = m.job.category, m.job.what, m.job.form
	return who, f
}

// Next lists what is to be done as the request stands.
func (m *service) Next(c client.Case) []Act {
	acts := append(onEscalations(m.Scenario, c), inTouch(m.Scenario, c)...)
	at := func(role, command string, mean time.Duration, body Fields) {
		who := Who{Role: role}
		if role == "handler" {
			who.Department = c.Department
		}
		acts = append(acts, m.act(c, who, command, after(mean), is(body)))
	}
	acts = append(acts, m.hands(c)...)
	switch c.Stage {
	case "requested":
		acts = append(acts, m.act(c, Who{Role: "agent"}, "confirm", after(m.Delays.Judge), m.window(9, Fields{"content": "已与客户核实", "agreed": !m.moves})))
	case "scheduling":
		acts = append(acts, m.arranging(c))
	case "scheduled":
		acts = append(acts, m.visit(c)...)
	case "quoting":
		if c.Quote == nil || c.Quote.Answer != "" {
			at("handler", "quote", m.Delays.Accept, Fields{"items": []Fields{{"name": "人工和材料", "quantity": 1, "price": 18000}}})
			break
		}
		at(TheCustomer, "accept-quote", m.Delays.Accept, Fields{"version": c.Quote.Version})
	case "performing":
		at("handler", "finish", m.Delays.Accept, Fields{"result": "已完成", "evidence": []string{"现场照片"}})
	case "settling":
		at("agent", "pay", m.Delays.Judge, Fields{"method": "wechat", "amount": c.Quote.Total})
	case "rating":
		if m.score > 0 {
			at(TheCustomer, "rate", m.Delays.Answer, Fields{"score": m.score, "opinion": "已体验"})
		}
	}
	return acts
}

// act is something that is to be done while the request stands as it does.
func (m *service) act(c client.Case, who Who, command string, when func(Draw, time.Time) time.Time, body func(Draw, time.Time) Fields) Act {
	version := 0
	if c.Appointment != nil {
		version = c.Appointment.Version
	}
	return Act{Key: fmt.Sprint(command, c.Since.UnixMilli(), version), Who: who, When: when, Command: command, Body: body}
}

// hands has the work taken, or handed back and given to somebody else. C1, C2
func (m *service) hands(c client.Case) []Act {
	if c.Job == nil || c.Stage != "requested" && c.Stage != "scheduling" && c.Stage != "scheduled" {
		return nil
	}
	who := Who{Role: "handler", Department: c.Department}
	if who.Department == "" && len(c.Job.Offered) > 0 {
		who.Department = c.Job.Offered[0]
	}
	switch {
	case c.Job.Status == "returned":
		return []Act{m.act(c, Who{Role: "agent"}, "assign", after(m.Delays.Reroute), is(Fields{"department": "engineering"}))}
	case c.Job.Status != "dispatched":
		return nil
	case m.handsBack:
		return []Act{m.act(c, who, "hand-back", after(m.Delays.Return), func(Draw, time.Time) Fields {
			m.handsBack = false
			return Fields{"reason": "人手不足"}
		})}
	}
	return []Act{m.act(c, who, "take", after(m.Delays.Accept), is(Fields{}))}
}

// arranging has the sides agree on a time, by telephone where nobody proposed one. L3
func (m *service) arranging(c client.Case) Act {
	a := c.Appointment
	switch {
	case a == nil || a.Agreed || c.Since.After(a.From): // reopened, or missed by the customer
		version := 0
		if a != nil {
			version = a.Version
		}
		return m.act(c, Who{Role: "agent"}, "appoint", after(m.Delays.Judge), m.window(9, Fields{"version": version, "reason": "另约时间", "agreed": true}))
	case a.By == "office" && m.moves:
		other := m.window(14, Fields{"version": a.Version, "reason": "当天不在家"})
		return m.act(c, Who{Role: TheCustomer}, "appoint", after(m.Delays.Accept), func(d Draw, now time.Time) Fields {
			m.moves = false
			return other(d, now)
		})
	case a.By == "office":
		return m.act(c, Who{Role: TheCustomer}, "agree", after(m.Delays.Accept), is(Fields{"version": a.Version}))
	}
	return m.act(c, Who{Role: "agent"}, "agree", after(m.Delays.Accept), is(Fields{"version": a.Version}))
}

// visit keeps the appointment, too late where somebody is, or finds nobody at home. L3
func (m *service) visit(c client.Case) []Act {
	if c.Job == nil || c.Job.Status != "accepted" {
		return nil
	}
	who, a := Who{Role: "handler", Department: c.Department}, *c.Appointment
	if m.absent {
		return []Act{m.act(c, who, "miss", func(Draw, time.Time) time.Time { return a.From.Add(30 * time.Minute) }, func(Draw, time.Time) Fields {
			m.absent = false
			return Fields{"version": a.Version, "by": "customer", "reason": "敲门无人应"}
		})}
	}
	return []Act{m.act(c, who, "arrive", func(d Draw, _ time.Time) time.Time {
		if m.late {
			return a.To.Add(d.about(m.Delays.Accept))
		}
		return a.From.Add(d.between(0, 30*time.Minute))
	}, is(Fields{}))}
}

// window adds an appointment to a command: an hour of a day to come, later each time, so that it gets past holidays.
func (m *service) window(hour int, f Fields) func(Draw, time.Time) Fields {
	return func(d Draw, now time.Time) Fields {
		day := midnight(now.In(m.From.Location())).AddDate(0, 0, 1+2*m.asked+d.IntN(3))
		m.asked++
		for day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			day = day.AddDate(0, 0, 1)
		}
		from := day.Add(time.Duration(hour+d.IntN(2)) * time.Hour)
		f["from"], f["to"] = from.UTC(), from.Add(time.Hour).UTC()
		return f
	}
}
