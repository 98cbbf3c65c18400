package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
	"bihuan/sim/town"
)

// readings answer what people read, in the shape in which the API answers it.
var readings = map[string]func(*office, context.Context, town.Command) (any, error){
	town.ReadLikely:     (*office).likely,
	town.ReadAnalysis:   (*office).analysis,
	town.ReadCases:      (*office).list,
	town.ReadUnanswered: (*office).unanswered,
}

// Read answers from what is on record.
func (o *office) Read(ctx context.Context, c town.Command, into any) error {
	o.recorder.drain()
	read, known := readings[c.Name]
	if !known {
		return fmt.Errorf("nobody knows how to read %s", c.Name)
	}
	answer, err := read(o, ctx, c)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	return json.Unmarshal(raw, into)
}

// asked reads a question's body.
func asked[T any](c town.Command) (body T, err error) {
	raw, err := json.Marshal(c.Body)
	if err == nil {
		err = json.Unmarshal(raw, &body)
	}
	return body, err
}

type items struct {
	Items any `json:"items"`
	Next  int `json:"next"`
}

func (o *office) likely(ctx context.Context, c town.Command) (any, error) { // A11
	m, err := asked[struct {
		postgres.Matter
		HappenedAt time.Time `json:"happened_at"`
	}](c)
	if err != nil {
		return nil, err
	}
	when, within := m.HappenedAt, time.Duration(o.settings.Duplicates.Within)
	if when.IsZero() {
		when = o.now
	}
	m.From, m.Until = when.Add(-within), when.Add(within)
	found, err := o.db.Duplicates(ctx, m.Matter)
	return items{Items: found}, err
}

func (o *office) analysis(ctx context.Context, c town.Command) (any, error) { // M2
	q, err := asked[struct{ Community, From, To string }](c)
	if err != nil {
		return nil, err
	}
	here := slices.DeleteFunc(o.settings.Places(), func(p statistics.Place) bool { return p.Community != q.Community })
	found, err := o.db.Analyse(ctx, statistics.Period{From: q.From, To: q.To}, here, o.settings.Analysis())
	return map[string]any{"findings": found}, err
}

func (o *office) list(ctx context.Context, c town.Command) (any, error) {
	f, err := asked[postgres.Filter](c)
	if err != nil {
		return nil, err
	}
	f.Communities = []string{people.AllCommunities}
	page, err := o.db.Cases(ctx, f)
	return items{Items: page.Items}, err
}

func (o *office) unanswered(ctx context.Context, c town.Command) (any, error) { // M1
	q, err := asked[struct{ After, Limit int }](c)
	if err != nil {
		return nil, err
	}
	page, err := o.db.Households(ctx, c.Number, q.After, q.Limit)
	if err != nil {
		return nil, err
	}
	var answer items
	if len(page) == q.Limit {
		answer.Next = page[q.Limit-1].Household
	}
	silent := slices.DeleteFunc(page, func(h survey.Household) bool {
		_, said := o.answered[c.Number][h.Household]
		return said
	})
	answer.Items = silent
	return answer, nil
}
