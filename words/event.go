package words

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/procedure/service"
)

// Event gives one plain sentence for the timeline: who did what, and why.
func Event(lang string, e procedure.Event, names Names) string {
	c := in(lang).about(Kind(names))
	v := view{catalog: c, names: names, By: e.By}
	if data, ok := registry.DataOf(e.Type); ok {
		p := reflect.New(reflect.TypeOf(data))
		if len(e.Data) > 0 && json.Unmarshal(e.Data, p.Interface()) != nil {
			return c.label("event", e.Type)
		}
		v.Data = p.Elem().Interface()
	}
	if s := c.render("events."+e.Type, v); s != "" {
		return s
	}
	return c.label("event", e.Type)
}

// Lasting says that the sentence of an event's type depends on nothing but the event, the language and the
// zone: it speaks of nothing that settings give a name. Such a sentence can be kept.
func Lasting(lang Language, event string) bool { return in(lang).lasting[event] }

// view is what the sentence of an event may use.
type view struct {
	catalog *catalog
	names   Names
	By      people.By
	Data    any
}

// Who gives the person with their role. Somebody without a name is known by their ID; the complainant
// and the system need none.
func (v view) Who() string {
	by := v.By
	if by.Name == "" && by.Role != people.Complainant && by.Role != people.System {
		by.Name = by.ID
	}
	return v.catalog.render("who", by)
}

// Given names the fields that a clarification brought, in their order.
func (v view) Given() []string {
	var given []string
	data := reflect.ValueOf(v.Data)
	for i := range data.NumField() {
		field, _, _ := strings.Cut(data.Type().Field(i).Tag.Get("json"), ",")
		if !data.Field(i).IsZero() && field != "impossible" {
			given = append(given, field)
		}
	}
	return given
}

// Time shows an instant in the community's zone.
func (v view) Time(t any) string {
	switch t := t.(type) {
	case time.Time:
		return v.catalog.time(t, v.names)
	case *time.Time:
		if t != nil {
			return v.catalog.time(*t, v.names)
		}
	}
	return ""
}

// Department gives a department's name.
func (v view) Department(id string) string { return name(v.names, Names.Department, id) }

// Category gives a category's name.
func (v view) Category(id string) string { return name(v.names, Names.Category, id) }

// Community gives a community's name.
func (v view) Community(id string) string { return name(v.names, Names.Community, id) }

// Pool gives a pool's name.
func (v view) Pool(id string) string { return name(v.names, Names.Pool, id) }

// Answers puts what was filled into a service's form into words: each field by its name, each choice by its own.
func (v view) Answers(category string, form []service.Filled) []service.Filled {
	answers := make([]service.Filled, len(form))
	for i, f := range form {
		answers[i].ID, answers[i].Value = v.field(category, f.ID, f.Value)
	}
	return answers
}

// Fields gives the names of fields of a service's form.
func (v view) Fields(category string, ids []string) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i], _ = v.field(category, id, "")
	}
	return names
}

func (v view) field(category, id, value string) (name, answer string) {
	if n := placedOf(v.names).Names; n != nil {
		return n.Field(category, id, value)
	}
	return id, value
}

// Text picks the reader's language.
func (v view) Text(t policy.Text) string { return Text(v.catalog.language, t) }
