package pages

import (
	"fmt"
	"time"

	"bihuan/procedure/service"
	"bihuan/server/list"
)

// Hour writes an hour of the day in the community's zone.
func (p page) Hour(t time.Time) string {
	if p.zone != nil {
		t = t.In(p.zone)
	}
	return t.Format("15:04")
}

// Yuan writes an amount in fen.
func (p page) Yuan(fen int64) string { return fmt.Sprintf("¥ %d.%02d", fen/100, fen%100) }

// Category gives a category's name.
func (p page) Category(id string) string { return p.names.Category(id) }

// Answers are what the customer filled into the form, by the names of its fields. L1
func (p page) Answers() []service.Filled {
	return list.Map(p.Case.Service.Form, func(f service.Filled) service.Filled {
		name, answer := p.names.Field(p.Case.Service.Category, f.ID, f.Value)
		return service.Filled{ID: name, Value: answer}
	})
}

// Scores are those of the feedback form, the best first. L4
func (p page) Scores() []int { return []int{5, 4, 3, 2, 1} }
