package demo

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"bihuan/sim/client"
)

// survey asks the households and closes by itself: one of them answers by the link, one on the phone. M1
var survey = []scene{
	{
		title: said("demo.survey.title"), who: admin, do: moveIn,
		line: said("demo.survey.move_in"),
	},
	{
		who: manager, opens: "survey",
		line: said("demo.survey.register"),
		body: func(s *story) fields {
			return fields{
				"community": s.Community, "launch": true, "closes_at": time.Now().Add(s.Deadline + s.Deadline/2), "title": both("电梯服务小调查", "About our lifts"),
				"questions": []fields{{"id": "overall", "kind": "score5", "required": true, "ask": both("您对电梯服务满意吗？", "How satisfied are you with our lifts?")}},
			}
		},
	},
	{
		who: manager, do: drawn,
		line: said("demo.survey.links"),
	},
	{
		who: complainant, do: answeredByLink,
		line: said("demo.survey.by_link"),
	},
	{
		who: agent, do: answeredOnThePhone,
		line: said("demo.survey.by_phone"),
	},
	{
		who: manager, do: counted,
		line: said("demo.survey.counted"),
	},
}

var surveyEvents = counts{
	"survey": {
		"survey-registered": 1, "survey-launched": 1, "survey-drawn": 1, "survey-invited": 1, "stage-entered": 4,
		"survey-concluded": 1, "survey-counted": 1, "ended": 1,
	},
}

// building is one of this run's alone, so that its households are found among all others.
func (s *story) building() string { return "演示楼 " + s.run }

// moveIn adds a building with two households. N4
func moveIn(ctx context.Context, s *story) error {
	keeper, err := s.plays(admin)
	if err != nil {
		return err
	}
	add := func(what string, body fields) (string, error) {
		var made struct {
			ID string `json:"id"`
		}
		err := keeper.Send(ctx, "/api/v1/directory/"+what, s.key(what), body, &made)
		return made.ID, err
	}
	building, err := add("buildings", fields{"community": s.Community, "name": s.building()})
	if err != nil {
		return err
	}
	for _, name := range []string{"101", "102"} {
		room, err := add("rooms", fields{"building": building, "name": name})
		if err != nil {
			return err
		}
		if _, err := add("owners", fields{"community": s.Community, "name": "住户" + name, "homes": []fields{{"room": room, "kind": "owner"}}}); err != nil {
			return err
		}
	}
	return nil
}

// drawn waits until the households are drawn and keeps the link of one of this run's.
func drawn(ctx context.Context, s *story) error {
	if err := s.await(ctx, "the households", func(c client.Case) bool { return c.Stage == "asking" }); err != nil {
		return err
	}
	boss, err := s.plays(manager)
	if err != nil {
		return err
	}
	var workbook []byte
	if err := boss.Get(ctx, client.CasePath(s.number)+"/households.xlsx", &workbook); err != nil {
		return err
	}
	book, err := excelize.OpenReader(bytes.NewReader(workbook))
	if err != nil {
		return err
	}
	rows, err := book.GetRows(book.GetSheetName(0))
	if err != nil {
		return err
	}
	for _, row := range rows {
		if slices.Contains(row, s.building()) && slices.Contains(row, "101") {
			s.invited = row[len(row)-1]
			s.place(s.invited)
			return nil
		}
	}
	return fmt.Errorf("no household of %s is asked", s.building())
}

// answeredByLink sends the page's form, and once more with another answer.
func answeredByLink(ctx context.Context, s *story) error {
	for _, try := range []struct {
		score string
		want  int
	}{{"4", http.StatusOK}, {"1", http.StatusConflict}} {
		form := strings.NewReader(url.Values{"q-overall": {try.score}}.Encode())
		call, err := http.NewRequestWithContext(ctx, http.MethodPost, s.invited, form)
		if err != nil {
			return err
		}
		call.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := http.DefaultClient.Do(call)
		if err != nil {
			return err
		}
		_ = answer.Body.Close() // its status says it all
		if answer.StatusCode != try.want {
			return fmt.Errorf("the answer %s got %d, not %d", try.score, answer.StatusCode, try.want)
		}
	}
	return nil
}

func answeredOnThePhone(ctx context.Context, s *story) error {
	caller, err := s.plays(agent)
	if err != nil {
		return err
	}
	body := fields{"building": s.building(), "room": "102", "replies": []fields{{"question": "overall", "score": 5}}}
	return caller.Send(ctx, client.CasePath(s.number)+"/answers", s.key("answers"), body, nil)
}

// counted waits until the survey has closed by itself, and tells its results.
func counted(ctx context.Context, s *story) error {
	if err := s.await(ctx, "the end of the survey", func(c client.Case) bool { return c.Stage == "closed" }); err != nil {
		return err
	}
	var results struct {
		Households int `json:"households"`
		Responses  int `json:"responses"`
		Phone      int `json:"phone"`
		Questions  []struct {
			Mean struct {
				Value float64 `json:"value"`
			} `json:"mean"`
		} `json:"questions"`
	}
	if err := s.office.Boss().Get(ctx, client.CasePath(s.number)+"/results", &results); err != nil {
		return err
	}
	if results.Responses != 2 || results.Phone != 1 || len(results.Questions) != 1 {
		return fmt.Errorf("the results are %+v", results)
	}
	mean := results.Questions[0].Mean.Value
	s.say("    Σ ", bold, said("demo.survey.results", "households", results.Households, "answered", results.Responses, "mean", fmt.Sprintf("%.1f", mean)))
	s.place(s.Server + "/print/surveys/" + s.number + "/results")
	return nil
}
