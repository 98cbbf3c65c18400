package demo

import "time"

// improvement begins with what staff think of the procedure, becomes a measure that is late, and ends in
// the long wait after which its figures are compared. M3, M4, M6, H1, H2
var improvement = []scene{
	{
		title: said("demo.improvement.title"), who: agent, opens: "improvement",
		line: said("demo.improvement.feedback"),
		body: func(s *story) fields {
			return fields{"community": s.Community, "feedback": fields{"about": "rule", "which": "C2", "text": "渗漏派单常被退回：登记时没有问清楼上是否装修。"}}
		},
	},
	{
		who: manager, command: "accept-feedback",
		line: said("demo.improvement.accept"),
		body: func(s *story) fields {
			return fields{
				"problem": "渗漏类投诉退单多", "cause": "登记时没有问清位置和来源", "measure": "登记渗漏时按清单逐项询问",
				"owner": s.person(assistant), "due": time.Now().Add(s.Deadline),
				"watch": fields{"metric": "complaints", "category": "facility.leak"},
			}
		},
	},
	{
		who: assistant, command: "start-measure",
		line: said("demo.improvement.start"),
		body: is(fields{}),
	},
	{
		who: assistant, do: escalated("measure"),
		line: said("demo.improvement.late"),
	},
	{
		who: assistant, command: "record-training",
		line: said("demo.improvement.train"),
		body: func(s *story) fields {
			return fields{
				"topic": "渗漏登记清单", "date": time.Now().In(shanghai).Format(time.DateOnly),
				"attended": []fields{s.person(agent), s.person(receptionist)},
			}
		},
	},
	{
		who: assistant, command: "finish-measure",
		line: said("demo.improvement.finish"),
		body: is(fields{"result": "清单已启用，前台和客服已培训。"}),
	},
}

var improvementEvents = counts{
	"improvement": {
		"feedback-given": 1, "measure-planned": 1, "measure-started": 1, "training-recorded": 1, "measure-finished": 1, "stage-entered": 4,
		"deadline-breached": 1, "escalation-raised": 1, "escalation-settled": 1,
	},
}
