package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"bihuan/sim/client"
)

// households is how many complain of one matter before it is found to be one of all of them. J1
const households = 3

// collective is a matter of several households, found by itself: it is left lying for too long, then
// there is a forum and an announcement, and what is decided reaches everybody's own complaint. J1-J3, H1, H2
var collective = slices.Concat([]scene{{
	title: said("demo.collective.title"), who: agent, do: quiet,
	line: said("demo.collective.calls"),
}}, neighbours(), []scene{
	{
		about: "household 1", who: manager, do: found,
		line: said("demo.collective.found"),
	},
	{
		who: manager, command: "request-escalation",
		line: said("demo.collective.request_escalation"),
		body: is(fields{"reason": "涉及整个小区，请总物业经理出面。"}),
	},
	{
		who: gm, command: "decide-escalation",
		line: said("demo.collective.decline"),
		body: func(s *story) fields {
			return fields{"escalation": s.state.Escalations[0].ID, "decision": "decline", "reason": "先拿出处理办法。", "deadline": time.Now().Add(s.Deadline)}
		},
	},
	{
		who: manager, do: escalated("planning"),
		line: said("demo.collective.late"),
	},
	{
		who: manager, command: "convene",
		line: said("demo.collective.convene"),
		body: func(s *story) fields {
			return fields{"at": time.Now().Add(s.Deadline / 2), "place": "小区会所", "agenda": both("商量中心花园补种", "Replanting the garden")}
		},
	},
	{
		who: gm, command: "announce",
		line: said("demo.collective.announce"),
		body: func(s *story) fields {
			return fields{
				"title": both("中心花园补种安排 "+s.number, "Replanting the garden "+s.number), "text": both("下周一起补种绿篱，养护三个月。", "The hedges are replanted from Monday and tended for three months."),
				"until": time.Now().Add(72 * time.Hour),
			}
		},
	},
	{
		who: complainant, do: announced,
		line: said("demo.collective.announced"),
	},
	{
		who: manager, do: recordMinutes,
		line: said("demo.collective.minutes"),
	},
	{
		who: gm, command: "conclude",
		line: said("demo.collective.conclude"),
		body: is(fields{"decision": both("下周一补种并养护三个月。", "Replanted on Monday and tended for three months.")}),
	},
	{
		who: manager, do: func(ctx context.Context, s *story) error {
			return s.await(ctx, "the members being told", func(c client.Case) bool { return c.Stage == "closed" })
		},
		line: said("demo.collective.informed"),
	},
}, thanks())

// both is something that people read in their language.
func both(zh, en string) fields { return fields{"zh": zh, "en": en} }

func member(i int) string { return fmt.Sprintf("household %d", i) }

// neighbours are the households' complaints.
func neighbours() []scene {
	scenes := make([]scene, households)
	for i := range scenes {
		room := fmt.Sprintf("%d01", i+1)
		scenes[i] = scene{
			who: agent, opens: "complaint", as: member(i + 1),
			line: said("demo.collective.register", "room", room),
			body: func(s *story) fields {
				return fields{
					"community": s.Community, "channel": "hotline", "category": s.category, "name": "业主" + room, "building": "7幢", "room": room, "phone": "13900007" + room,
					"place": "中心花园", "what": "中心花园的问题一直没有人管", "remedy": "统一整改", "happened_at": time.Now().Add(-48 * time.Hour),
				}
			},
		}
	}
	return scenes
}

// thanks has each household withdraw, told as what they heard before.
func thanks() []scene {
	scenes := make([]scene, households)
	for i := range scenes {
		scenes[i] = scene{
			about: member(i + 1), who: complainant, command: "withdraw",
			line: said("demo.collective.withdraw", "household", i+1),
			body: is(fields{"reason": "已知道处理办法，认可。"}),
		}
	}
	return scenes
}

// quiet finds a category in which nothing is open, so that the issue is that of this tale's households.
func quiet(ctx context.Context, s *story) error {
	for _, category := range []string{"environment.greenery", "environment.noise", "order.access", "service.delay", "service.attitude"} {
		open, err := s.newest(ctx, "open=true&category="+category, 1)
		if err != nil {
			return err
		}
		if len(open) == 0 {
			s.category = category
			return nil
		}
	}
	return errors.New("there is no category in which nothing is open: this tale needs a quieter system")
}

// found waits until the issue of the tale's category has every household, and turns to it.
func found(ctx context.Context, s *story) error {
	ctx, cancel := context.WithTimeout(ctx, slack)
	defer cancel()
	for {
		numbers, err := s.newest(ctx, "open=true&kind=collective&category="+s.category, 1)
		if err != nil {
			return err
		}
		if len(numbers) > 0 {
			s.begin("issue", numbers[0])
			return s.await(ctx, "its members", func(c client.Case) bool { return len(c.Members) == households })
		}
		if err := wait(ctx, poll); err != nil {
			return fmt.Errorf("no issue of %s was found: %w", s.category, err)
		}
	}
}

// announced reads what anybody reads on the public page. J3
func announced(ctx context.Context, s *story) error {
	var public struct {
		Items []struct {
			Title string `json:"title"`
		} `json:"items"`
	}
	if err := s.office.Anybody().Get(ctx, "/api/v1/public/communities/"+s.Community+"/announcements", &public); err != nil {
		return err
	}
	for _, a := range public.Items {
		if strings.HasSuffix(a.Title, s.number) {
			s.say("    ☰ ", "", text{a.Title, a.Title})
			s.place(s.Server + "/communities/" + s.Community)
			return nil
		}
	}
	return fmt.Errorf("the announcement of %s is not public", s.number)
}

// recordMinutes waits for the forum, which cannot be recorded before it was held. J2
func recordMinutes(ctx context.Context, s *story) error {
	if err := wait(ctx, s.Deadline/2+time.Second); err != nil {
		return err
	}
	return s.command(ctx, scene{who: manager, command: "record-minutes", body: is(fields{
		"held_at": time.Now().Add(-time.Second), "present": households, "text": "到会业主同意补种并养护三个月。",
	})})
}

// ownLoop is what happens to each household's complaint: it joins, and hears of the forum twice, of the announcement and of the decision.
var ownLoop = map[string]int{"registered": 1, "stage-entered": 1, "joined-issue": 1, "informed": 4, "closed": 1}

var issueEvents = counts{
	"household 1": ownLoop, "household 2": ownLoop, "household 3": ownLoop,
	"issue": {
		"issue-opened": 1, "stage-entered": 4, "forum-convened": 1, "announced": 1, "minutes-recorded": 1, "issue-concluded": 1, "members-informed": 1, "ended": 1,
		"escalation-raised": 2, "escalation-decided": 1, "deadline-breached": 1, "escalation-settled": 1,
	},
}
