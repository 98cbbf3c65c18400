// Package forms fills the handbook's papers: the complaint record (客户投诉记录表), the follow-up record
// (客户投诉跟进记录表) and the summary (客户服务信息统计分析汇总表). They are filled from the case's events at any
// stage, so what is filed with the events is the form: it can be printed again as long as they are kept. I2-I4
package forms

import (
	"encoding/json"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/server/paper"
	"bihuan/words"
)

// Case is a complaint as far as its reader may see it.
type Case struct {
	State  complaint.State
	Events []procedure.Event
}

// Desk is who fills a form: in which language, what things are called, where and when it is.
type Desk struct {
	words.Localizer
	Names words.Names
	Zone  *time.Location
	Now   time.Time
	// Company and Maker are named on the summary: whose it is, and who made it.
	Company, Maker string
}

func (d Desk) time(t time.Time) string { return paper.Time(t, d.Zone) }

func (d Desk) moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return d.time(*t)
}

// by names somebody with their role.
func (d Desk) by(by people.By) string {
	name := by.Name
	if name == "" && by.Role != people.Complainant && by.Role != people.System {
		name = by.ID
	}
	return strings.TrimSpace(d.Label("role", by.Role) + " " + name)
}

func (d Desk) department(id string) string {
	if id == "" {
		return ""
	}
	return d.Names.Department(id)
}

// yes writes a truth.
func (d Desk) yes(b bool) string {
	if b {
		return d.T("forms.yes")
	}
	return d.T("forms.no")
}

// names gives what is called here, with times in the zone.
func (d Desk) names() words.Names { return words.In(d.Zone, d.Names) }

// begin is the document that each form of a case begins with.
func (d Desk) begin(title string, c Case) paper.Document {
	doc := paper.Document{
		Language: d.Language, Title: d.T(title), Sign: d.T("forms.sign"), Date: d.T("forms.date"),
		Under: []string{
			d.T("forms.number") + " " + c.State.Number, d.T("forms.community") + " " + d.Names.Community(c.State.Record.Community),
			d.T("forms.stage") + " " + d.Label("stage", c.State.Stage),
		},
		Foot: d.T("forms.made") + " " + d.time(d.Now) + " · " + d.T("forms.from_events"),
	}
	if c.State.Record.Drill { // M5
		doc.Notes = append(doc.Notes, d.T("forms.drill"))
	}
	return doc
}

// of lists the events of a type with their data.
func of[T any](c Case, eventType string) (found []told[T]) {
	for _, e := range c.Events {
		if e.Type == eventType {
			x := told[T]{Event: e}
			_ = json.Unmarshal(e.Data, &x.data) // written by the procedure itself
			found = append(found, x)
		}
	}
	return found
}

type told[T any] struct {
	procedure.Event
	data T
}

// last gives the newest of what was told.
func last[T any](all []told[T]) (t told[T]) {
	if len(all) > 0 {
		t = all[len(all)-1]
	}
	return t
}
