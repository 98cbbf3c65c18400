package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bihuan/sim/client"
)

// drill is a case that staff practise on: marked, and outside every figure. M5
var drill = []scene{
	{
		title: said("demo.drill.title"), who: agent, opens: "complaint", as: "drill",
		line: said("demo.drill.register"),
		body: func(s *story) fields {
			return fields{
				"community": s.Community, "channel": "hotline", "category": "facility.lift", "name": "演练", "building": "1幢", "place": "2号电梯",
				"what": "演练：电梯停运", "drill": true,
			}
		},
	},
	{
		who: manager, do: apart,
		line: said("demo.drill.apart"),
	},
	{
		who: agent, command: "withdraw",
		line: said("demo.drill.end"),
		body: is(fields{"reason": "演练结束"}),
	},
}

var drillEvents = counts{
	"drill": withdrawn,
}

// apart waits until the drill is listed, and wants it among the drills only.
func apart(ctx context.Context, s *story) error {
	ctx, cancel := context.WithTimeout(ctx, slack)
	defer cancel()
	for {
		listed, err := s.lists(ctx, "true")
		if err != nil {
			return err
		}
		if listed {
			break
		}
		if err := wait(ctx, poll); err != nil {
			return fmt.Errorf("%s is not among the drills: %w", s.number, err)
		}
	}
	real, err := s.lists(ctx, "false")
	if err != nil {
		return err
	}
	if real {
		return fmt.Errorf("%s is among the real cases", s.number)
	}
	s.say("    ✔ ", "", said("demo.drill.listed"))
	return nil
}

// lists says whether the newest cases, drills or real ones, hold the case.
func (s *story) lists(ctx context.Context, drill string) (bool, error) {
	numbers, err := s.newest(ctx, "kind=complaint&drill="+drill, 50)
	return slices.Contains(numbers, s.number), err
}

// newest gives the numbers of the newest cases of the community that a filter lets pass.
func (s *story) newest(ctx context.Context, filter string, limit int) ([]string, error) {
	var page struct {
		Items []struct {
			Number string `json:"number"`
		} `json:"items"`
	}
	if err := s.office.Boss().Get(ctx, fmt.Sprintf("%s?community=%s&limit=%d&%s", client.ListPath, s.Community, limit, filter), &page); err != nil {
		return nil, err
	}
	numbers := make([]string, len(page.Items))
	for i, item := range page.Items {
		numbers[i] = item.Number
	}
	return numbers, nil
}

// summary is the month so far and where it is printed. I3, I4
var summary = []scene{{
	title: said("demo.summary.title"), who: manager, do: sumUp,
	line: said("demo.summary.look"),
}}

// sumUp tells the month's figures of each kind and where the forms are.
func sumUp(ctx context.Context, s *story) error {
	now := time.Now().In(shanghai)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, shanghai)
	period := fmt.Sprintf("community=%s&from=%s&to=%s", s.Community, first.Format(time.DateOnly), first.AddDate(0, 1, 0).Format(time.DateOnly))
	var sums struct {
		Kinds []struct {
			Kind       string `json:"kind"`
			Registered int    `json:"registered"`
			Closed     int    `json:"closed"`
			OpenAtEnd  int    `json:"open_at_end"`
		} `json:"kinds"`
	}
	if err := s.office.Boss().Get(ctx, "/api/v1/summaries?"+period, &sums); err != nil {
		return err
	}
	for _, k := range sums.Kinds {
		s.say("    ", "", said("demo.summary.kind", "kind", k.Kind, "registered", k.Registered, "closed", k.Closed, "open", k.OpenAtEnd))
	}
	s.say("    ", "", said("demo.summary.print"))
	s.place(s.Server + "/print/summary?" + period)
	return s.forms(ctx)
}

// forms tells where the forms of the newest complaint are.
func (s *story) forms(ctx context.Context) error {
	numbers, err := s.newest(ctx, "kind=complaint&drill=false", 1)
	if err != nil || len(numbers) == 0 {
		return err
	}
	for _, form := range []string{"record", "follow-up"} {
		s.place(s.Server + "/print/complaints/" + numbers[0] + "/" + form)
	}
	return nil
}
