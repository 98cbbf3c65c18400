package policy

import (
	"fmt"
	"slices"
	"strings"

	"bihuan/procedure/violation"
)

// Service is the settings of service requests. L
type Service struct {
	Deadlines Limits `json:"deadlines,omitempty" yaml:"deadlines"`
	// NoShows is how often the customer may miss an appointment before the request closes as not reached. L3
	NoShows int `json:"no_shows,omitempty" yaml:"no_shows"`
	// LowRating and what is below it open a complaint of the category Complaint. L4
	LowRating int    `json:"low_rating,omitempty" yaml:"low_rating"`
	Complaint string `json:"complaint,omitempty" yaml:"complaint"`
	// Special is the category of requests that come from a complaint whose own category names none. B6
	Special    string            `json:"special,omitempty" yaml:"special"`
	Categories []ServiceCategory `json:"categories,omitempty" yaml:"categories"`
}

// How a service is charged.
const (
	Ordinary = "ordinary" // a repair that the management fee pays
	Warranty = "warranty" // the builder's or the maker's to pay
	Paid     = "paid"     // a special service, by a quote
)

// Charges lists them.
var Charges = []string{Ordinary, Warranty, Paid}

// ServiceCategory is a node of the tree of services; only leaves are chosen. A7
type ServiceCategory struct {
	ID     string `json:"id" yaml:"id"`
	Parent string `json:"parent,omitempty" yaml:"parent,omitempty"`
	Name   Text   `json:"name" yaml:"name"`
	Charge string `json:"charge,omitempty" yaml:"charge,omitempty"`
	// Department, or Pool, does it unless the desk says otherwise.
	Department string `json:"department,omitempty" yaml:"department,omitempty"`
	Pool       string `json:"pool,omitempty" yaml:"pool,omitempty"`
	Urgency    string `json:"urgency,omitempty" yaml:"urgency,omitempty"`
	// Work is how long it takes once they are there.
	Work Duration `json:"work,omitempty" yaml:"work,omitempty"`
	// Evidence must come with the end of the work. C5
	Evidence bool `json:"evidence,omitempty" yaml:"evidence,omitempty"`
	// Fields are what its application form asks for. L1
	Fields []Field `json:"fields,omitempty" yaml:"fields,omitempty"`
}

// The types of a form's fields.
const (
	TextField   = "text"
	NumberField = "number"
	DateField   = "date"
	ChoiceField = "choice"
	PhoneField  = "phone"
)

// FieldTypes lists them.
var FieldTypes = []string{TextField, NumberField, DateField, ChoiceField, PhoneField}

// Field is one question of an application form. L1
type Field struct {
	ID       string   `json:"id" yaml:"id"`
	Name     Text     `json:"name" yaml:"name"`
	Type     string   `json:"type" yaml:"type"`
	Required bool     `json:"required,omitempty" yaml:"required,omitempty"`
	Choices  []Choice `json:"choices,omitempty" yaml:"choices,omitempty"`
}

// Choice is one of the answers that a field offers.
type Choice struct {
	ID   string `json:"id" yaml:"id"`
	Name Text   `json:"name" yaml:"name"`
}

// Category finds a service by its ID.
func (s Service) Category(id string) (ServiceCategory, bool) {
	for _, c := range s.Categories {
		if c.ID == id {
			return c, true
		}
	}
	return ServiceCategory{}, false
}

// Leaf says whether a service has none below it.
func (s Service) Leaf(id string) bool {
	return !slices.ContainsFunc(s.Categories, func(c ServiceCategory) bool { return c.Parent == id })
}

// unnamed gives the categories without their names; a form's fields keep theirs, for who fills it in is told
// by them what is wrong.
func (s Service) unnamed() []ServiceCategory {
	all := slices.Clone(s.Categories)
	for i := range all {
		all[i].Name = Text{}
		all[i].Fields = slices.Clone(all[i].Fields)
		for j, f := range all[i].Fields {
			f.Choices = slices.Clone(f.Choices)
			for k := range f.Choices {
				f.Choices[k].Name = Text{}
			}
			all[i].Fields[j] = f
		}
	}
	return all
}

// ValidateService gives every fault in the settings of service requests beside their time limits, with its
// path.
func (p Policy) ValidateService() violation.List {
	var v violation.List
	s := p.Service
	if s.NoShows < 1 || s.NoShows > 99 { // L3
		v.Add("service.no_shows", "out_of_range", "from", "1", "to", "99")
	}
	if s.LowRating < 0 || s.LowRating > 5 { // L4
		v.Add("service.low_rating", "out_of_range", "from", "0", "to", "5")
	}
	if _, ok := p.Category(s.Complaint); s.LowRating > 0 && (!ok || !p.Leaf(s.Complaint)) {
		v.Add("service.complaint", "unknown", "id", s.Complaint)
	}
	if _, ok := s.Category(s.Special); !ok || !s.Leaf(s.Special) { // B6
		v.Add("service.special", "unknown", "id", s.Special)
	}
	if len(s.Categories) == 0 {
		v.Add("service.categories", "none")
	}
	for i, c := range s.Categories {
		p.validateServiceCategory(&v, i, c)
	}
	for _, c := range p.Categories {
		if _, ok := s.Category(c.Service); c.Service != "" && !ok { // B6
			v.Add("complaint.categories["+c.ID+"].service", "unknown", "id", c.Service)
		}
	}
	return v
}

func (p Policy) validateServiceCategory(v *violation.List, i int, c ServiceCategory) {
	if !goodID(c.ID) {
		v.Add(fmt.Sprintf("service.categories[%d].id", i), "bad_id")
		return
	}
	path := "service.categories[" + c.ID + "]"
	if slices.IndexFunc(p.Service.Categories, func(o ServiceCategory) bool { return o.ID == c.ID }) < i {
		v.Add(path, "twice")
	}
	if _, taken := p.Category(c.ID); taken { // one name for one thing
		v.Add(path+".id", "twice")
	}
	if c.Parent != "" {
		p.Service.validateParent(v, path, c)
	}
	if !p.Service.Leaf(c.ID) {
		return
	}
	if !slices.Contains(Charges, c.Charge) {
		v.Add(path+".charge", "not_one_of", "choices", strings.Join(Charges, ", "))
	}
	if !slices.Contains(Urgencies, c.Urgency) {
		v.Add(path+".urgency", "not_one_of", "choices", strings.Join(Urgencies, ", "))
	}
	if c.Work <= 0 {
		v.Add(path+".work", "nothing")
	}
	p.validateDoer(v, path, c.Department, c.Pool)
	for j, f := range c.Fields {
		f.validate(v, path, j, c.Fields)
	}
}

// validateParent finds missing parents and loops by walking up at most as far as there are services.
func (s Service) validateParent(v *violation.List, path string, c ServiceCategory) {
	up := c
	for range s.Categories {
		parent, ok := s.Category(up.Parent)
		if !ok {
			v.Add(path+".parent", "unknown", "id", up.Parent)
			return
		}
		if up = parent; up.Parent == "" {
			return
		}
	}
	v.Add(path+".parent", "loop")
}

func (f Field) validate(v *violation.List, path string, i int, all []Field) {
	if !goodID(f.ID) {
		v.Add(fmt.Sprintf("%s.fields[%d].id", path, i), "bad_id")
		return
	}
	path += ".fields[" + f.ID + "]"
	if slices.IndexFunc(all, func(o Field) bool { return o.ID == f.ID }) < i {
		v.Add(path, "twice")
	}
	if f.Name.Zh == "" || f.Name.En == "" {
		v.Add(path+".name", "each_language")
	}
	if !slices.Contains(FieldTypes, f.Type) {
		v.Add(path+".type", "not_one_of", "choices", strings.Join(FieldTypes, ", "))
	}
	if f.Type == ChoiceField && len(f.Choices) == 0 {
		v.Add(path+".choices", "none")
	}
}
