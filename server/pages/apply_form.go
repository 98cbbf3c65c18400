package pages

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"golang.org/x/text/width"

	"bihuan/procedure/calendar"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/policy"
	"bihuan/procedure/service"
	"bihuan/server/failure"
	"bihuan/server/list"
)

// applyField is one question of the form with what was filled in.
type applyField struct {
	Name     string
	Label    string
	Hint     string
	Type     string // textarea, select, choice, or that of an input
	Required bool
	Max      int // characters
	Complete string
	Options  []applyOption
	Value    string
	Fault    string

	asked policy.Field // by the category's own form
}

type applyOption struct {
	ID, Name, Group string
	Chosen          bool
}

// Numeric says that a number is asked for.
func (f applyField) Numeric() bool { return f.asked.Type == policy.NumberField }

// Grouped gives the options below the names of their groups.
func (f applyField) Grouped() (groups []applyOptions) {
	for _, o := range f.Options {
		if len(groups) == 0 || groups[len(groups)-1].Name != o.Group {
			groups = append(groups, applyOptions{Name: o.Group})
		}
		last := &groups[len(groups)-1]
		last.Options = append(last.Options, o)
	}
	return groups
}

type applyOptions struct {
	Name    string
	Options []applyOption
}

// What the form asks, as far as the contract of an operation has it, in the order of the page.
var (
	matterAsked  = []string{"class", "category", "what", "form", "wish", "happened_at", "place", "remedy"}
	contactAsked = []string{"name", "building", "room", "phone", "email"}
	// visited is what somebody who comes has to know, beside what the contract requires. L1
	visited = []string{"name", "building", "room", "phone"}
)

// sections are the parts of the form, filled in with what was sent. L1
func (a application) sections(given url.Values) []applySection {
	draw := func(part string, asked []string) applySection {
		s := applySection{Title: a.T("apply.section." + part), Note: a.optional("apply.note." + part)}
		for _, name := range asked {
			if property, has := a.op.Body.Properties[name]; has {
				s.Fields = append(s.Fields, a.fields(name, property.Value)...)
			}
		}
		for i := range s.Fields {
			f := &s.Fields[i]
			f.Value = strings.TrimSpace(given.Get(f.Name))
			if f.Numeric() || f.Type == "tel" || f.Type == "email" {
				f.Value = width.Narrow.String(f.Value) // １３８ is typed as readily as 138
			}
			for j := range f.Options {
				f.Options[j].Chosen = f.Options[j].ID == f.Value
			}
		}
		return s
	}
	return []applySection{draw("matter", matterAsked), draw("contact", contactAsked)}
}

// fields are what is asked for one property of the contract.
func (a application) fields(name string, property *openapi3.Schema) []applyField {
	f := applyField{Name: name, Label: a.T("apply.field." + name), Hint: a.optional("apply.hint." + name), Type: "text",
		Required: slices.Contains(a.op.Body.Required, name)}
	if property.MaxLength != nil {
		f.Max = int(*property.MaxLength)
	}
	switch name {
	case "form":
		return list.Map(a.service.Fields, a.asks)
	case "wish":
		return a.window()
	case "category":
		if a.service.ID != "" { // chosen already
			return nil
		}
		f.Type, f.Options = "select", a.categories()
	case "class":
		f.Type, f.Required = "choice", true
		f.Options = list.Map([]inquiry.Class{inquiry.AfterSale, inquiry.PreSale, inquiry.Suggestion}, func(c inquiry.Class) applyOption {
			return applyOption{ID: string(c), Name: a.Label("class", c)}
		})
	case "what", "remedy":
		f.Type = "textarea"
	case "happened_at":
		f.Type = "datetime-local"
	case "phone":
		f.Type, f.Complete = "tel", "tel"
	case "email":
		f.Type, f.Complete = "email", "email"
	case "name":
		f.Complete = "name"
	}
	f.Required = f.Required || a.service.ID != "" && slices.Contains(visited, name)
	return []applyField{f}
}

// optional gives words that there need not be.
func (a application) optional(key string) string {
	said, _ := a.Find(key)
	return said
}

// asks draws a field of the service's own form. L1
func (a application) asks(x policy.Field) applyField {
	f := applyField{Name: "form." + x.ID, Label: a.Text(x.Name), Type: "text", Required: x.Required, Max: service.Longest, asked: x}
	switch x.Type {
	case policy.NumberField:
		f.Hint = a.T("apply.hint.number")
	case policy.DateField:
		f.Type = "date"
	case policy.PhoneField:
		f.Type = "tel"
	case policy.ChoiceField:
		f.Type = "choice"
		f.Options = list.Map(x.Choices, func(c policy.Choice) applyOption { return applyOption{ID: c.ID, Name: a.Text(c.Name)} })
	}
	return f
}

// window asks when it would suit: the day, from when and until when. L3
func (a application) window() []applyField {
	hours := strings.Join(list.Map(a.policy.Calendar.Hours, calendar.Span.String), " · ")
	return []applyField{
		{Name: "wish.day", Label: a.T("apply.field.wish.day"), Hint: a.T("apply.hint.wish.day", "hours", hours), Type: "date"},
		{Name: "wish.from", Label: a.T("apply.field.wish.from"), Type: "time"},
		{Name: "wish.to", Label: a.T("apply.field.wish.to"), Type: "time"},
	}
}

// categories are the leaves of the tree of complaints, by their root.
func (a application) categories() (options []applyOption) {
	for _, c := range a.policy.Categories {
		if !a.policy.Leaf(c.ID) {
			continue
		}
		option := applyOption{ID: c.ID, Name: a.names.Category(c.ID)}
		if c.Parent != "" {
			option.Group = a.names.Category(c.Parent)
		}
		options = append(options, option)
	}
	return options
}

// check notes beside each field what is wrong with it, all at once. Who says when it would suit says it whole.
func (a application) check(sections []applySection) {
	wished := false
	each := func(do func(*applyField)) {
		for _, s := range sections {
			for i := range s.Fields {
				do(&s.Fields[i])
			}
		}
	}
	each(func(f *applyField) { wished = wished || f.wish() && f.Value != "" })
	each(func(f *applyField) {
		f.Required = f.Required || wished && f.wish()
		f.Fault = a.fault(*f)
	})
}

// wish says that a field is about when it would suit.
func (f applyField) wish() bool { return strings.HasPrefix(f.Name, "wish.") }

func (a application) fault(f applyField) string {
	fits := true
	switch {
	case f.Value == "" && f.Required:
		return a.T("apply.missing")
	case f.Value == "":
		return ""
	case f.Max > 0 && utf8.RuneCountInString(f.Value) > f.Max:
		return a.T("apply.too_long", "most", f.Max)
	case f.asked.ID != "":
		fits = service.Fits(f.asked, f.Value)
	case f.Type == "tel":
		fits = service.Fits(policy.Field{Type: policy.PhoneField}, f.Value)
	case f.Type == "email":
		_, err := mail.ParseAddress(f.Value)
		fits = err == nil
	case len(f.Options) > 0:
		fits = slices.ContainsFunc(f.Options, func(o applyOption) bool { return o.Chosen })
	}
	if fits {
		return ""
	}
	for _, of := range []string{f.asked.Type, f.Type} {
		if said, ok := a.Find("apply.wrong." + of); ok {
			return said
		}
	}
	return a.T("apply.wrong")
}

// body is what was filled in, as the contract has it.
func (a application) body(sections []applySection, channel string) map[string]any {
	body := map[string]any{"community": a.community, "channel": channel, "language": a.Language}
	if a.service.ID != "" {
		body["category"] = a.service.ID
	}
	var form []service.Filled
	wish := map[string]string{}
	for _, s := range sections {
		for _, f := range s.Fields {
			of, part, nested := strings.Cut(f.Name, ".")
			switch {
			case f.Value == "":
			case of == "form":
				form = append(form, service.Filled{ID: part, Value: f.Value})
			case nested:
				wish[part] = f.Value
			case f.Type == "datetime-local":
				body[f.Name] = a.instant(f.Value)
			default:
				body[f.Name] = f.Value
			}
		}
	}
	if len(form) > 0 {
		body["form"] = form
	}
	if len(wish) > 0 {
		body["wish"] = map[string]string{"from": a.instant(wish["day"] + "T" + wish["from"]), "to": a.instant(wish["day"] + "T" + wish["to"])}
	}
	return body
}

// instant gives an hour of the page, which is the community's, as the contract wants it. What is none stays as it was
// sent, to be refused by name.
func (a application) instant(written string) string {
	t, err := time.ParseInLocation("2006-01-02T15:04", written, a.zone)
	if err != nil {
		return written
	}
	return t.Format(time.RFC3339)
}

// blame puts a refusal beside the field that it is about, and says whether there is one.
func (a application) blame(sections []applySection, f *failure.Failure, said string) bool {
	for _, s := range sections {
		for i := range s.Fields {
			if s.Fields[i].Name == f.Field {
				s.Fields[i].Fault = said
				return true
			}
		}
	}
	return false
}
