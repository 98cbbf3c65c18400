package api

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"bihuan/procedure/service"
)

// The customer's page of a service request: what its template asks for.

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
	return mapped(p.Case.Service.Form, func(f service.Filled) service.Filled {
		name, answer := p.names.Field(p.Case.Service.Category, f.ID, f.Value)
		return service.Filled{ID: name, Value: answer}
	})
}

// Scores are those of the feedback form, the best first. L4
func (p page) Scores() []int { return []int{5, 4, 3, 2, 1} }

// typed gives a form's fields as the contract wants them: whole numbers, truth values, and the hours of a
// page in the community's zone as instants. What does not fit stays as it was sent, to be refused by name.
func (op *operation) typed(fields map[string]string, zone *time.Location) map[string]any {
	all := make(map[string]any, len(fields))
	for name, value := range fields {
		all[name] = value
		property, ok := op.body.Properties[name]
		if !ok {
			continue
		}
		switch s := property.Value; {
		case s.Type.Is(openapi3.TypeInteger) && json.Valid([]byte(value)):
			all[name] = json.RawMessage(value)
		case s.Type.Is(openapi3.TypeBoolean):
			all[name] = value == "true"
		case s.Format == "date-time":
			if t, err := time.ParseInLocation("2006-01-02T15:04", value, zone); err == nil {
				all[name] = t.Format(time.RFC3339)
			}
		}
	}
	return all
}
