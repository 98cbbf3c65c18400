package demo

import "time"

// inquiry is answered with a department's help, which comes too late, and then turns out to be a
// complaint. K1-K3, H1, H2
var inquiry = []scene{
	{
		title: said("demo.inquiry.title"), who: agent, opens: "inquiry",
		line: said("demo.inquiry.register"),
		body: func(s *story) fields {
			return fields{"community": s.Community, "channel": "hotline", "name": "王女士", "phone": "13811112222", "what": "楼道里能给电动车充电吗？"}
		},
	},
	{
		who: agent, command: "forward",
		line: said("demo.inquiry.forward"),
		body: func(s *story) fields {
			return fields{"department": string(guard), "question": "楼道充电是否允许？充电棚还有空位吗？", "deadline": time.Now().Add(s.Deadline)}
		},
	},
	{
		who: guard, do: escalated("forward"),
		line: said("demo.inquiry.late"),
	},
	{
		who: guard, command: "report",
		line: said("demo.inquiry.report"),
		body: is(fields{"said": "楼道禁止充电，请用东门充电棚，现有空位。"}),
	},
	{
		who: agent, command: "reply",
		line: said("demo.inquiry.reply"),
		body: is(fields{"channel": "hotline", "said": "楼道禁止充电，请使用东门充电棚。"}),
	},
	{
		who: complainant, command: "reopen",
		line: said("demo.inquiry.reopen"),
		body: is(fields{"reason": "3幢有人天天在楼道充电，没有人管。"}),
	},
	{
		who: agent, command: "turn",
		line: said("demo.inquiry.turn"),
		body: is(fields{"into": "complaint", "category": "order.parking", "reason": "反映电动车违规停放充电，应按投诉处理。"}),
	},
	{
		who: agent, do: linked("complaint"),
		line: said("demo.turned.registered"),
	},
	settled,
}

// settled ends a complaint that another case was turned into: how complaints go on is told in the loop.
var settled = scene{
	who: agent, command: "withdraw",
	line: said("demo.turned.settled"),
	body: is(fields{"reason": "问题已当场解决，客户同意撤回。"}),
}

// withdrawn is what happens to a complaint that is.
var withdrawn = map[string]int{"registered": 1, "stage-entered": 1, "closed": 1}

var inquiryEvents = counts{
	"inquiry": {
		"inquiry-registered": 1, "stage-entered": 5, "inquiry-forwarded": 1, "inquiry-reported": 1, "inquiry-replied": 1, "inquiry-sorted": 1, "inquiry-turned": 1,
		"deadline-breached": 1, "escalation-raised": 1, "escalation-settled": 1, "ended": 2, "reopened": 1, "linked": 1,
	},
	"complaint": withdrawn,
}
