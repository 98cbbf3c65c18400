package demo

import "time"

// service is a paid job at home whose first appointment we miss; it ends with a rating that opens a
// complaint. A second one goes to the first of a pool. L1-L4, C1, H1, H2
var service = []scene{
	{
		title: said("demo.service.title"), who: agent, opens: "service",
		line: said("demo.service.register"),
		body: func(s *story) fields {
			return fields{
				"community": s.Community, "channel": "hotline", "name": "周先生", "building": "6幢", "room": "802", "phone": "13800006802", "category": "home.appliance",
				"what": "客厅安装一台空调", "form": []fields{{"id": "appliance", "value": "aircon"}, {"id": "count", "value": "1"}},
			}
		},
	},
	{
		who: agent, command: "confirm",
		line: said("demo.service.confirm"),
		body: func(s *story) fields {
			return window(s.Deadline/2, s.Deadline/2, fields{"content": "客厅安装一台空调", "agreed": true})
		},
	},
	{
		who: engineer, command: "take",
		line: said("demo.service.take"),
		body: is(fields{}),
	},
	{
		who: engineer, do: escalated("arrive"),
		line: said("demo.service.miss"),
	},
	{
		who: engineer, command: "appoint",
		line: said("demo.service.appoint"),
		body: func(s *story) fields {
			return window(20*time.Hour, 2*time.Hour, fields{"version": s.state.Appointment.Version, "reason": "前一户超时，已致歉", "agreed": true})
		},
	},
	{
		who: agent, command: "appoint", refused: "appointment_changed",
		line: said("demo.service.appoint_too"),
		body: func(*story) fields {
			return window(22*time.Hour, 2*time.Hour, fields{"version": 1, "reason": "客户来电改约", "agreed": true})
		},
	},
	{
		who: engineer, command: "arrive",
		line: said("demo.service.arrive"),
		body: is(fields{}),
	},
	{
		who: engineer, command: "quote",
		line: said("demo.service.quote"),
		body: is(fields{"items": []fields{{"name": "安装", "quantity": 1, "price": 20000}, {"name": "支架", "quantity": 1, "price": 8000}}}),
	},
	{
		who: complainant, command: "accept-quote",
		line: said("demo.service.accept_quote"),
		body: func(s *story) fields { return fields{"version": s.state.Quote.Version} },
	},
	{
		who: engineer, command: "finish",
		line: said("demo.service.finish"),
		body: is(fields{"result": "安装完成，试机正常。", "evidence": []string{"photo:aircon"}, "parts": []string{"支架"}}),
	},
	{
		who: agent, command: "pay",
		line: said("demo.service.pay"),
		body: func(s *story) fields { return fields{"method": "wechat", "amount": s.state.Quote.Total} },
	},
	{
		who: complainant, command: "rate",
		line: said("demo.service.rate"),
		body: is(fields{"score": 2, "opinion": "失约一次，墙上留下污渍。"}),
	},
	{
		who: agent, do: linked("complaint"),
		line: said("demo.turned.registered"),
	},
	settled,
	{
		who: agent, opens: "service", as: "pool",
		line: said("demo.pool.register"),
		body: func(s *story) fields {
			return fields{
				"community": s.Community, "channel": "hotline", "name": "吴女士", "building": "2幢", "room": "303", "phone": "13800002303", "category": "home.cleaning",
				"what": "擦窗和打扫", "form": []fields{{"id": "area", "value": "90"}},
			}
		},
	},
	{
		who: agent, command: "confirm",
		line: said("demo.pool.confirm"),
		body: func(*story) fields {
			return window(26*time.Hour, 2*time.Hour, fields{"content": "擦窗和打扫，90平方米", "agreed": true})
		},
	},
	{
		who: cleaner, command: "take",
		line: said("demo.pool.take"),
		body: is(fields{}),
	},
	{
		who: clerk, command: "take", refused: "taken_already",
		line: said("demo.pool.take_late"),
		body: is(fields{}),
	},
	{
		who: complainant, command: "withdraw",
		line: said("demo.pool.withdraw"),
		body: is(fields{"reason": "家里临时有事。"}),
	},
}

// window is an appointment that begins after a while and lasts for another.
func window(after, lasts time.Duration, f fields) fields {
	from := time.Now().Add(after)
	f["from"], f["to"] = from, from.Add(lasts)
	return f
}

var serviceEvents = counts{
	"service": {
		"service-registered": 1, "stage-entered": 7, "service-confirmed": 1, "job-assigned": 1, "job-taken": 1,
		"appointment-proposed": 2, "appointment-agreed": 2, "refused appointment_changed": 1,
		"deadline-breached": 1, "escalation-raised": 1, "escalation-settled": 1, "arrived": 1, "work-begun": 1, "work-finished": 1,
		"quote-proposed": 1, "quote-accepted": 1, "payment-recorded": 1, "rated": 1, "ended": 1, "linked": 1,
	},
	"complaint": withdrawn,
	"pool": {
		"service-registered": 1, "stage-entered": 2, "service-confirmed": 1, "job-assigned": 1, "job-taken": 1, "refused taken_already": 1,
		"appointment-proposed": 1, "appointment-agreed": 1, "ended": 1,
	},
}
