package demo

import "time"

// inquiry is answered with a department's help, which comes too late, and then turns out to be a
// complaint. K1-K3, H1, H2
var inquiry = []scene{
	{
		title: text{"咨询：转部门、答复、转投诉", "An inquiry: passed on, answered, turned into a complaint"}, who: agent, opens: "inquiry",
		line: text{"接到咨询：楼道里能给电动车充电吗？", "is asked whether an e-bike may be charged in the stairwell"},
		body: func(s *story) fields {
			return fields{"community": s.Community, "channel": "hotline", "name": "王女士", "phone": "13811112222", "what": "楼道里能给电动车充电吗？"}
		},
	},
	{
		who: agent, command: "forward",
		line: text{"转秩序维护部查明，期限很紧。", "passes it to security, with a very tight deadline"},
		body: func(s *story) fields {
			return fields{"department": string(guard), "question": "楼道充电是否允许？充电棚还有空位吗？", "deadline": time.Now().Add(s.Deadline)}
		},
	},
	{
		who: guard, do: escalated("forward"),
		line: text{"没有按期回复：到期自动升级。", "does not report in time, which escalates by itself"},
	},
	{
		who: guard, command: "report",
		line: text{"查明回复。", "reports what was found"},
		body: is(fields{"said": "楼道禁止充电，请用东门充电棚，现有空位。"}),
	},
	{
		who: agent, command: "reply",
		line: text{"答复客户，咨询关闭。", "answers, and the inquiry closes"},
		body: is(fields{"channel": "hotline", "said": "楼道禁止充电，请使用东门充电棚。"}),
	},
	{
		who: complainant, command: "reopen",
		line: text{"通过查询链接再次提出：有人天天在楼道充电。", "comes back through the tracking link: somebody does it every day"},
		body: is(fields{"reason": "3幢有人天天在楼道充电，没有人管。"}),
	},
	{
		who: agent, command: "turn",
		line: text{"这是投诉：转为投诉，原记录保留。", "sees that this is a complaint, and turns it into one that keeps the record"},
		body: is(fields{"into": "complaint", "category": "order.parking", "reason": "反映电动车违规停放充电，应按投诉处理。"}),
	},
	{
		who: agent, do: linked("complaint"),
		line: text{"投诉自动登记。", "finds the complaint registered"},
	},
	settled,
}

// settled ends a complaint that another case was turned into: how complaints go on is told in the loop.
var settled = scene{
	who: agent, command: "withdraw",
	line: text{"当场解决，客户撤回投诉（投诉的全过程见前面的故事）。", "settles it at once, and the customer withdraws it: the loop of a complaint has its own tale"},
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
