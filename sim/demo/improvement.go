package demo

import "time"

// improvement begins with what staff think of the procedure, becomes a measure that is late, and ends in
// the long wait after which its figures are compared. M3, M4, M6, H1, H2
var improvement = []scene{
	{
		title: text{"改进：员工建议、措施、培训、等待评价", "Improvement: staff feedback, a measure, training, the wait for its effect"}, who: agent, opens: "improvement",
		line: text{"对制度提出建议。", "says what could be better about the procedure"},
		body: func(s *story) fields {
			return fields{"community": s.Community, "feedback": fields{"about": "rule", "which": "C2", "text": "渗漏派单常被退回：登记时没有问清楼上是否装修。"}}
		},
	},
	{
		who: manager, command: "accept-feedback",
		line: text{"采纳，立为改进措施，期限很紧。", "accepts it as a measure, due very soon"},
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
		line: text{"开始实施。", "begins with it"},
		body: is(fields{}),
	},
	{
		who: assistant, do: escalated("measure"),
		line: text{"没有按期完成：到期自动升级。", "is late with it, which escalates by itself"},
	},
	{
		who: assistant, command: "record-training",
		line: text{"记录培训和到场人员。", "records the training and who was there"},
		body: func(s *story) fields {
			return fields{
				"topic": "渗漏登记清单", "date": time.Now().In(shanghai).Format(time.DateOnly),
				"attended": []fields{s.person(agent), s.person(receptionist)},
			}
		},
	},
	{
		who: assistant, command: "finish-measure",
		line: text{"完成；系统从此等候90天，再比较前后的数据。", "finishes it; from now on the system waits 90 days and then compares the figures of before and after"},
		body: is(fields{"result": "清单已启用，前台和客服已培训。"}),
	},
}

var improvementEvents = counts{
	"improvement": {
		"feedback-given": 1, "measure-planned": 1, "measure-started": 1, "training-recorded": 1, "measure-finished": 1, "stage-entered": 4,
		"deadline-breached": 1, "escalation-raised": 1, "escalation-settled": 1,
	},
}
