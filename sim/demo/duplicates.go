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
		title: said("demo.duplicates.title"), who: agent, opens: "complaint", as: "first",
		line: said("demo.duplicates.first"),
		body: func(s *story) fields { return s.flooded("501", "13800009501") },
	},
	{
		who: agent, do: offered,
		line: said("demo.duplicates.offered"),
	},
	{
		who: agent, opens: "complaint", as: "second",
		line: said("demo.duplicates.second"),
		body: func(s *story) fields {
			f := s.flooded("602", "13800009602")
			f["attach_to"] = s.matters["first"].number
			return f
		},
	},
	{
		about: "first", who: agent, do: joined,
		line: said("demo.duplicates.joined"),
	},
	{
		about: "first", who: agent, do: handled,
		line: said("demo.duplicates.handled"),
	},
	{
		who: assistant, command: "revisit",
		line: said("demo.duplicates.revisit_first"),
		body: is(fields{"method": "phone", "reached": true, "satisfied": true, "outcome": 5, "handling": 5}),
	},
	{
		who: assistant, command: "revisit",
		line: said("demo.duplicates.revisit_second"),
		body: func(s *story) fields {
			return fields{"method": "phone", "reached": true, "satisfied": true, "outcome": 4, "handling": 5, "of": s.matters["second"].number}
		},
	},
	{
		about: "second", who: complainant, do: sameEnd,
		line: said("demo.duplicates.same_end"),
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
				s.say("    ? ", bold, said("demo.duplicates.likely", "number", d.Number, "because", because))
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
