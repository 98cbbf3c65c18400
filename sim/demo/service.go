package demo

import "time"

// service is a paid job at home whose first appointment we miss; it ends with a rating that opens a
// complaint. A second one goes to the first of a pool. L1-L4, C1, H1, H2
var service = []scene{
	{
		title: text{"服务申请：申请表、预约、报价、评价、派工池", "Service requests: form, appointment, quote, rating, pool"}, who: agent, opens: "service",
		line: text{"填写申请表：安装一台空调。", "fills in the application form: an air conditioner is to be installed"},
		body: func(s *story) fields {
			return fields{
				"community": s.Community, "channel": "hotline", "name": "周先生", "building": "6幢", "room": "802", "phone": "13800006802", "category": "home.appliance",
				"what": "客厅安装一台空调", "form": []fields{{"id": "appliance", "value": "aircon"}, {"id": "count", "value": "1"}},
			}
		},
	},
	{
		who: agent, command: "confirm",
		line: text{"电话确认内容和时间，客户同意；时间很近（演示：我们会真的失约）。", "confirms content and time, so close that we will really miss it"},
		body: func(s *story) fields {
			return window(s.Deadline/2, s.Deadline/2, fields{"content": "客厅安装一台空调", "agreed": true})
		},
	},
	{
		who: engineer, command: "take",
		line: text{"接单。", "takes the job"},
		body: is(fields{}),
	},
	{
		who: engineer, do: escalated("arrive"),
		line: text{"没有按约上门：约定时间一过即逾期，自动升级。", "does not come: the appointment passes, which escalates by itself"},
	},
	{
		who: engineer, command: "appoint",
		line: text{"致歉并改约，客户同意。", "apologizes and moves the appointment; the customer agrees"},
		body: func(s *story) fields {
			return window(20*time.Hour, 2*time.Hour, fields{"version": s.state.Appointment.Version, "reason": "前一户超时，已致歉", "agreed": true})
		},
	},
	{
		who: agent, command: "appoint", refused: "appointment_changed",
		line: text{"同时也在改约，用的是旧的时间。", "moves it too at the same moment, from the old time"},
		body: func(*story) fields {
			return window(22*time.Hour, 2*time.Hour, fields{"version": 1, "reason": "客户来电改约", "agreed": true})
		},
	},
	{
		who: engineer, command: "arrive",
		line: text{"上门。", "comes"},
		body: is(fields{}),
	},
	{
		who: engineer, command: "quote",
		line: text{"先报价：安装费和支架。", "makes a quote before any work"},
		body: is(fields{"items": []fields{{"name": "安装", "quantity": 1, "price": 20000}, {"name": "支架", "quantity": 1, "price": 8000}}}),
	},
	{
		who: complainant, command: "accept-quote",
		line: text{"通过查询链接接受报价。", "accepts the quote through the tracking link"},
		body: func(s *story) fields { return fields{"version": s.state.Quote.Version} },
	},
	{
		who: engineer, command: "finish",
		line: text{"完工，附照片和用料。", "finishes, with photos and parts"},
		body: is(fields{"result": "安装完成，试机正常。", "evidence": []string{"photo:aircon"}, "parts": []string{"支架"}}),
	},
	{
		who: agent, command: "pay",
		line: text{"收款280元。", "takes the payment of 280 yuan"},
		body: func(s *story) fields { return fields{"method": "wechat", "amount": s.state.Quote.Total} },
	},
	{
		who: complainant, command: "rate",
		line: text{"评价2分：2分及以下自动转投诉。", "rates it 2: a rating so low opens a complaint"},
		body: is(fields{"score": 2, "opinion": "失约一次，墙上留下污渍。"}),
	},
	{
		who: agent, do: linked("complaint"),
		line: text{"投诉自动登记。", "finds the complaint registered"},
	},
	settled,
	{
		who: agent, opens: "service", as: "pool",
		line: text{"又一份申请：家庭保洁。", "takes in another request: cleaning at home"},
		body: func(s *story) fields {
			return fields{
				"community": s.Community, "channel": "hotline", "name": "吴女士", "building": "2幢", "room": "303", "phone": "13800002303", "category": "home.cleaning",
				"what": "擦窗和打扫", "form": []fields{{"id": "area", "value": "90"}},
			}
		},
	},
	{
		who: agent, command: "confirm",
		line: text{"确认后发到保洁派工池：两个部门都收到，先接先得。", "confirms it, which offers it to the cleaners' pool: both departments are told, the first to take it has it"},
		body: func(*story) fields {
			return window(26*time.Hour, 2*time.Hour, fields{"content": "擦窗和打扫，90平方米", "agreed": true})
		},
	},
	{
		who: cleaner, command: "take",
		line: text{"先接了单。", "takes it first"},
		body: is(fields{}),
	},
	{
		who: clerk, command: "take", refused: "taken_already",
		line: text{"晚了一步。", "is too late"},
		body: is(fields{}),
	},
	{
		who: complainant, command: "withdraw",
		line: text{"改变主意，撤回申请。", "thinks better of it and withdraws the request"},
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
