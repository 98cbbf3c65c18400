package demo

import (
	"context"
	"time"

	"bihuan/sim/town"
)

// scene is one thing that somebody does.
type scene struct {
	title   text   // of the chapter that it opens
	about   string // the case that it turns to, by its name in the tale
	who     part
	line    text
	opens   string // a case of this kind
	as      string // its name in the tale; its kind when empty
	command string
	task    string
	refused string // the code with which the command has to be refused
	body    func(*story) fields
	do      func(context.Context, *story) error // instead of a command
}

// fields is a JSON object.
type fields = town.Fields

// is gives a body that is the same at any time.
func is(f fields) func(*story) fields { return func(*story) fields { return f } }

// loop is the whole story of a complaint, in order.
var loop = []scene{
	{
		title: text{"登记", "Registration"}, who: agent, do: register,
		line: text{"接到业主来电：3幢1201室卫生间顶板渗水。记录不全也先登记，缺的标出来。", "takes a call about a leaking ceiling; what is missing is flagged, not refused"},
	},
	{
		who: agent, command: "clarify",
		line: text{"回电核实，补上发生时间和诉求。", "calls back and fills in what was missing"},
		body: func(*story) fields {
			return fields{"happened_at": time.Now().Add(-26 * time.Hour), "remedy": "查明原因、修好渗漏，并恢复吊顶"}
		},
	},
	{
		title: text{"判别与评审", "Judgement and review"}, who: agent, command: "judge",
		line: text{"判别为有效投诉。", "judges the complaint valid"},
		body: is(fields{"nature": "valid", "grounds": "现场照片显示给水立管接头渗漏，属公共部位，由我方负责维修。"}),
	},
	{
		who: manager, command: "review",
		line: text{"评审小组复核，同意判别；判别人不参加评审。", "confirms it for the review panel; whoever judged does not review"},
		body: is(fields{"nature": "valid", "grounds": "已核对现场照片和维修记录，情况属实。"}),
	},
	{
		title: text{"派单、退单、改派、接单", "Dispatch, return, re-route, acceptance"}, who: agent, command: "dispatch",
		line: text{"派单，却派错了部门。", "dispatches the task, to the wrong department"},
		body: func(s *story) fields {
			return fields{"tasks": []fields{{"department": string(guard), "content": "查明3幢1201室卫生间顶板渗水原因并修复"}}}
		},
	},
	{
		who: guard, command: "return", task: "T1",
		line: text{"退单并说明理由。", "returns the task and says why"},
		body: is(fields{"reason": "经现场查看，渗漏来自给水立管，不属于本部门职责。"}),
	},
	{
		who: agent, command: "reroute", task: "T1",
		line: text{"改派工程部，期限定得很紧（演示：这个期限会真的被错过）。", "re-routes it to engineering with a very tight deadline, which will really be missed"},
		body: func(s *story) fields {
			return fields{"department": engineering, "deadline": time.Now().Add(s.Deadline)}
		},
	},
	{
		who: engineer, command: "accept", task: "T1",
		line: text{"接单。", "accepts the task"},
		body: is(fields{}),
	},
	{
		title: text{"处理方案", "The plan"}, who: agent, command: "propose",
		line: text{"向投诉人提出处理方案。", "puts a plan to the complainant"},
		body: is(fields{"text": "三日内更换渗漏的立管接头并做闭水试验。"}),
	},
	{
		who: complainant, command: "answer",
		line: text{"通过查询链接要求调整方案。", "asks to adjust it, through the tracking link"},
		body: is(fields{"answer": "adjust", "opinion": "家里有老人，请今天先止水；吊顶也要恢复。"}),
	},
	{
		who: agent, command: "propose",
		line: text{"提出修改后的方案。", "proposes a revised plan"},
		body: is(fields{"text": "今天先关阀止水并更换接头，明天做闭水试验，三日内恢复吊顶。"}),
	},
	{
		who: complainant, command: "answer",
		line: text{"同意。", "agrees"},
		body: is(fields{"answer": "agreed"}),
	},
	{
		title: text{"逾期、升级、批准", "A missed deadline, escalated and approved"}, who: engineer, do: missDeadline,
		line: text{"备件未到，没有按期完成。期限自己会报警：75%时提醒，到期即逾期并升级。", "has no spare part and misses the deadline, which warns, is breached and escalates by itself"},
	},
	{
		who: manager, do: approve,
		line: text{"决定升级：批准，给出新期限，仍由工程部处理。", "decides the escalation: approves, with a new deadline"},
	},
	{
		title: text{"完成与验证", "Completion and verification"}, who: engineer, command: "complete", task: "T1",
		line: text{"完成任务，附现场照片。", "completes the task, with photos as evidence"},
		body: is(fields{"result": "已更换立管接头，闭水试验无渗漏。", "evidence": []string{"photo:riser-joint-before", "photo:riser-joint-after"}}),
	},
	{
		who: assistant, command: "verify",
		line: text{"现场验证通过。", "verifies the work on site"},
		body: is(fields{"passed": true, "note": "接头干燥，顶板无新水渍。"}),
	},
	{
		title: text{"第一次回访：不满意，整改", "First revisit: not satisfied, rectification"}, who: receptionist, command: "revisit",
		line: text{"电话回访：投诉人不满意，当场安排限期整改。", "phones: not satisfied, so rectification is arranged with a deadline"},
		body: func(*story) fields {
			return fields{
				"method": "phone", "reached": true, "satisfied": false, "outcome": 2, "handling": 3, "opinion": "水不漏了，可是吊顶没有恢复。",
				"rectify": []fields{{"department": engineering, "content": "恢复卫生间吊顶并清理现场", "deadline": time.Now().Add(24 * time.Hour)}},
			}
		},
	},
	{
		who: engineer, command: "accept", task: "T2",
		line: text{"接整改单。", "accepts the rectification"},
		body: is(fields{}),
	},
	{
		who: engineer, command: "complete", task: "T2",
		line: text{"整改完成，附照片。", "completes it, with a photo"},
		body: is(fields{"result": "吊顶已恢复，现场已清理。", "evidence": []string{"photo:ceiling-restored"}}),
	},
	{
		who: assistant, command: "verify",
		line: text{"再次验证通过。", "verifies again"},
		body: is(fields{"passed": true, "note": "吊顶平整，现场干净。"}),
	},
	{
		title: text{"第二次回访：满意，闭环", "Second revisit: satisfied, the loop closes"}, who: assistant, command: "revisit",
		line: text{"上门回访：投诉人满意，投诉关闭。", "visits at the door: satisfied, and the complaint is closed"},
		body: is(fields{"method": "door", "reached": true, "satisfied": true, "outcome": 5, "handling": 4, "opinion": "修好了，谢谢。"}),
	},
}

// register takes the complaint in and gives the complainant their access: the link they are told.
func register(ctx context.Context, s *story) error {
	record := fields{
		"community": s.Community, "channel": "hotline", "category": "facility.leak", "language": "zh-CN",
		"name": "李女士", "building": "3幢", "room": "1201", "phone": "13800000000", "place": "卫生间",
		"what": "卫生间顶板渗水，昨天起越来越严重", "apology": "给您带来不便，非常抱歉，我们马上跟进。",
	}
	opening := scene{who: agent, opens: "complaint", body: is(record)}
	if err := s.open(ctx, opening); err != nil {
		return err
	}
	return s.tellUnclear(ctx)
}

// tellUnclear tells what registration flagged as missing. A3
func (s *story) tellUnclear(ctx context.Context) error {
	if err := s.look(ctx); err != nil {
		return err
	}
	line := text{"待补充：", "to be clarified:"}
	for _, f := range s.state.Unclear {
		words := name(fieldNames, f)
		line.zh += " " + words.zh
		line.en += " " + words.en + ";"
	}
	s.say("    ? ", "", line)
	return nil
}
