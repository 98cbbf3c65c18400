package demo

import (
	"context"
	"strings"
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
		title: said("demo.complaint.intake_title"), who: agent, do: register,
		line: said("demo.complaint.register"),
	},
	{
		who: agent, command: "clarify",
		line: said("demo.complaint.clarify"),
		body: func(*story) fields {
			return fields{"happened_at": time.Now().Add(-26 * time.Hour), "remedy": "查明原因、修好渗漏，并恢复吊顶"}
		},
	},
	{
		title: said("demo.complaint.judgement_title"), who: agent, command: "judge",
		line: said("demo.complaint.judge"),
		body: is(fields{"nature": "valid", "grounds": "现场照片显示给水立管接头渗漏，属公共部位，由我方负责维修。"}),
	},
	{
		who: manager, command: "review",
		line: said("demo.complaint.review"),
		body: is(fields{"nature": "valid", "grounds": "已核对现场照片和维修记录，情况属实。"}),
	},
	{
		title: said("demo.complaint.dispatch_title"), who: agent, command: "dispatch",
		line: said("demo.complaint.dispatch"),
		body: func(s *story) fields {
			return fields{"tasks": []fields{{"department": string(guard), "content": "查明3幢1201室卫生间顶板渗水原因并修复"}}}
		},
	},
	{
		who: guard, command: "return", task: "T1",
		line: said("demo.complaint.return"),
		body: is(fields{"reason": "经现场查看，渗漏来自给水立管，不属于本部门职责。"}),
	},
	{
		who: agent, command: "reroute", task: "T1",
		line: said("demo.complaint.reroute"),
		body: func(s *story) fields {
			return fields{"department": engineering, "deadline": time.Now().Add(s.Deadline)}
		},
	},
	{
		who: engineer, command: "accept", task: "T1",
		line: said("demo.complaint.accept"),
		body: is(fields{}),
	},
	{
		title: said("demo.complaint.plan_title"), who: agent, command: "propose",
		line: said("demo.complaint.propose"),
		body: is(fields{"text": "三日内更换渗漏的立管接头并做闭水试验。"}),
	},
	{
		who: complainant, command: "answer",
		line: said("demo.complaint.adjust"),
		body: is(fields{"answer": "adjust", "opinion": "家里有老人，请今天先止水；吊顶也要恢复。"}),
	},
	{
		who: agent, command: "propose",
		line: said("demo.complaint.propose_again"),
		body: is(fields{"text": "今天先关阀止水并更换接头，明天做闭水试验，三日内恢复吊顶。"}),
	},
	{
		who: complainant, command: "answer",
		line: said("demo.complaint.agree"),
		body: is(fields{"answer": "agreed"}),
	},
	{
		title: said("demo.complaint.missed_title"), who: engineer, do: missDeadline,
		line: said("demo.complaint.miss"),
	},
	{
		who: manager, do: approve,
		line: said("demo.complaint.approve"),
	},
	{
		title: said("demo.complaint.completion_title"), who: engineer, command: "complete", task: "T1",
		line: said("demo.complaint.complete"),
		body: is(fields{"result": "已更换立管接头，闭水试验无渗漏。", "evidence": []string{"photo:riser-joint-before", "photo:riser-joint-after"}}),
	},
	{
		who: assistant, command: "verify",
		line: said("demo.complaint.verify"),
		body: is(fields{"passed": true, "note": "接头干燥，顶板无新水渍。"}),
	},
	{
		title: said("demo.complaint.first_revisit_title"), who: receptionist, command: "revisit",
		line: said("demo.complaint.first_revisit"),
		body: func(*story) fields {
			return fields{
				"method": "phone", "reached": true, "satisfied": false, "outcome": 2, "handling": 3, "opinion": "水不漏了，可是吊顶没有恢复。",
				"rectify": []fields{{"department": engineering, "content": "恢复卫生间吊顶并清理现场", "deadline": time.Now().Add(24 * time.Hour)}},
			}
		},
	},
	{
		who: engineer, command: "accept", task: "T2",
		line: said("demo.complaint.accept_rectification"),
		body: is(fields{}),
	},
	{
		who: engineer, command: "complete", task: "T2",
		line: said("demo.complaint.rectify"),
		body: is(fields{"result": "吊顶已恢复，现场已清理。", "evidence": []string{"photo:ceiling-restored"}}),
	},
	{
		who: assistant, command: "verify",
		line: said("demo.complaint.verify_again"),
		body: is(fields{"passed": true, "note": "吊顶平整，现场干净。"}),
	},
	{
		title: said("demo.complaint.second_revisit_title"), who: assistant, command: "revisit",
		line: said("demo.complaint.second_revisit"),
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
	s.say("    ? ", "", said("demo.unclear", "fields", strings.Join(s.state.Unclear, ",")))
	return nil
}
