package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"bihuan/sim/client"
)

// duplicates is one matter that two neighbours complain of: offered at intake, joined by hand, and both
// are revisited. A11, G1
var duplicates = []scene{
	{
		title: text{"重复投诉：提示、并案、两户都回访", "Duplicates: offered, joined, both revisited"}, who: agent, opens: "complaint", as: "first",
		line: text{"登记一户投诉：地下车库有积水。", "registers a complaint about water in the garage"},
		body: func(s *story) fields { return s.flooded("501", "13800009501") },
	},
	{
		who: agent, do: offered,
		line: text{"邻居又来电；保存前，系统提示可能是同一件事。", "hears from a neighbour; before anything is saved the likely duplicate is offered"},
	},
	{
		who: agent, opens: "complaint", as: "second",
		line: text{"登记并由人工并入前一件，不会自动合并。", "registers it and joins it to the first; nothing is ever joined silently"},
		body: func(s *story) fields {
			f := s.flooded("602", "13800009602")
			f["attach_to"] = s.matters["first"].number
			return f
		},
	},
	{
		about: "first", who: agent, do: joined,
		line: text{"前一件接纳了它。", "sees the first one take it in"},
	},
	{
		about: "first", who: agent, do: handled,
		line: text{"一次处理：判别、评审、派单、方案、完成、验证。", "has it handled once: judged, reviewed, dispatched, planned, completed, verified"},
	},
	{
		who: assistant, command: "revisit",
		line: text{"回访第一户：满意；还有一户没有回访，不能关闭。", "revisits the first household: satisfied, but it cannot close before the other was asked"},
		body: is(fields{"method": "phone", "reached": true, "satisfied": true, "outcome": 5, "handling": 5}),
	},
	{
		who: assistant, command: "revisit",
		line: text{"回访第二户：满意，关闭。", "revisits the second household: satisfied, and it closes"},
		body: func(s *story) fields {
			return fields{"method": "phone", "reached": true, "satisfied": true, "outcome": 4, "handling": 5, "of": s.matters["second"].number}
		},
	},
	{
		about: "second", who: complainant, do: sameEnd,
		line: text{"在自己的查询页上看到结果。", "reads on their own page how it ended"},
	},
}

// flooded is a complaint of the flooded garage; the place is of this run alone.
func (s *story) flooded(room, phone string) fields {
	f := s.garage(room)
	f["happened_at"] = time.Now().Add(-2 * time.Hour)
	f["channel"], f["name"], f["phone"], f["what"], f["remedy"] = "hotline", "业主"+room, phone, "地下车库积水，车开不出来", "尽快抽干"
	return f
}

func (s *story) garage(room string) fields {
	return fields{"community": s.Community, "category": "environment.cleaning", "building": "9幢", "room": room, "place": "地下车库 " + s.run}
}

// offered asks for likely duplicates until the first complaint is among them.
func offered(ctx context.Context, s *story) error {
	desk, err := s.plays(agent)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, slack)
	defer cancel()
	for {
		var found struct {
			Items []struct {
				Number  string   `json:"number"`
				Because []string `json:"because"`
			} `json:"items"`
		}
		if err := desk.Send(ctx, client.KindOf("complaint").Path()+"/duplicates", s.key("duplicates"), s.garage("602"), &found); err != nil {
			return err
		}
		for _, d := range found.Items {
			if d.Number == s.number {
				because := strings.Join(d.Because, ", ")
				s.say("    ? ", bold, text{"可能重复：" + d.Number + "（" + because + "）", "likely the same: " + d.Number + " (" + because + ")"})
				return nil
			}
		}
		if err := wait(ctx, poll); err != nil {
			return fmt.Errorf("%s is not offered as a duplicate: %w", s.number, err)
		}
	}
}

// joined waits until the first complaint has taken the second in.
func joined(ctx context.Context, s *story) error {
	return s.await(ctx, "the neighbour's complaint", func(c client.Case) bool {
		return slices.ContainsFunc(c.Joined, func(j client.Joined) bool { return j.Number == s.matters["second"].number })
	})
}

// handled goes the way of the loop up to the revisit.
func handled(ctx context.Context, s *story) error {
	for _, sc := range []scene{
		{who: agent, command: "judge", body: is(fields{"nature": "valid", "grounds": "现场积水属实。"})},
		{who: manager, command: "review", body: is(fields{"nature": "valid", "grounds": "同意。"})},
		{who: agent, command: "dispatch", body: is(fields{"tasks": []fields{{"department": string(cleaner), "content": "抽干车库积水并清理"}}})},
		{who: cleaner, command: "accept", task: "T1", body: is(fields{})},
		{who: agent, command: "propose", body: is(fields{"text": "今晚抽干积水，疏通排水沟。"})},
		{who: complainant, command: "answer", body: is(fields{"answer": "agreed"})},
		{who: cleaner, command: "complete", task: "T1", body: is(fields{"result": "已抽干并清理。", "evidence": []string{"photo:garage-dry"}})},
		{who: assistant, command: "verify", body: is(fields{"passed": true, "note": "地面干燥。"})},
	} {
		if err := s.command(ctx, sc); err != nil {
			return fmt.Errorf("%s: %w", sc.command, err)
		}
	}
	return nil
}

// sameEnd waits until the second household's own page says how the first complaint ended.
func sameEnd(ctx context.Context, s *story) error {
	ctx, cancel := context.WithTimeout(ctx, slack)
	defer cancel()
	for {
		var seen client.PublicCase
		if err := s.office.Customer(s.number).Get(ctx, client.PublicPath(s.number), &seen); err != nil {
			return err
		}
		if seen.Joined.Outcome == "satisfied" {
			return nil
		}
		if err := wait(ctx, poll); err != nil {
			return fmt.Errorf("%s does not say how it ended: %w", s.number, err)
		}
	}
}

var duplicateEvents = counts{
	"first": {
		"registered": 1, "merged-in": 1, "stage-entered": 6, "judged": 1, "reviewed": 1, "dispatched": 1, "task-accepted": 1, "task-completed": 1,
		"plan-proposed": 1, "plan-answered": 1, "verified": 1, "revisited": 2, "closed": 1,
	},
	"second": {"registered": 1, "stage-entered": 1, "closed": 1, "followed": 9},
}
