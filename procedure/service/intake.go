package service

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/violation"
)

// register takes a request in, with what the form of its category asks for. An emergency goes to its
// department at once. L1, A8
func (d *decision) register(p Register) error {
	if err := machine.Checked(p.Customer, d.Actor(), d.Role()); err != nil {
		return err
	}
	if p.Category == "" && d.Role() == people.System { // a complaint does not say which service it needs. B6
		p.Category = d.Settings().Special
	}
	c, ok := d.Settings().Category(p.Category)
	if !ok || !d.Settings().Leaf(p.Category) {
		return procedure.Invalid("unknown_category", "category", p.Category, "field", "category")
	}
	if p.Urgency == "" {
		p.Urgency = c.Urgency
	}
	if !slices.Contains(policy.Urgencies, p.Urgency) {
		return procedure.Invalid("unknown_urgency", "urgency", p.Urgency, "field", "urgency")
	}
	if machine.Blank(p.What) {
		return machine.Missing("what")
	}
	if p.Wish != nil {
		if err := d.suits(*p.Wish, "wish."); err != nil {
			return err
		}
	}
	missing, err := filled(c.Fields, p.Form, d.Role() == people.System)
	if err != nil {
		return err
	}
	d.Emit(EvRegistered, Registered{Register: p, Charge: c.Charge, Missing: missing, Version: d.Policy.Version})
	machine.Enter(d, StageRequested)
	if d.Emergency() {
		return d.give(Assign{Department: c.Department, Pool: c.Pool}, true)
	}
	return nil
}

// faults are what is wrong with a form: each by its path, and the fields' names by what it is.
type faults struct {
	violation.List
	missing, wrong, long, unknown []policy.Text
}

// filled checks a form against the fields of its category, and gives the required ones that are not
// there. Who fills it in must complete it; another case brings what it has. L1
func filled(fields []policy.Field, form []Filled, lenient bool) (missing []string, err error) {
	var f faults
	for i, x := range form {
		known := slices.ContainsFunc(fields, func(field policy.Field) bool { return field.ID == x.ID })
		if !known || slices.IndexFunc(form, func(o Filled) bool { return o.ID == x.ID }) < i {
			f.Add(path(x.ID), "not_asked")
			f.unknown = append(f.unknown, policy.Text{Zh: x.ID, En: x.ID})
		}
	}
	for _, field := range fields {
		value := valueOf(form, field.ID)
		switch {
		case machine.Blank(value):
			if field.Required {
				missing = append(missing, field.ID)
			}
			if field.Required && !lenient {
				f.Add(path(field.ID), "needed")
				f.missing = append(f.missing, field.Name)
			}
		case len([]rune(value)) > Longest:
			f.Add(path(field.ID), "too_many_words", "longest", strconv.Itoa(Longest))
			f.long = append(f.long, field.Name)
		case !Fits(field, value):
			f.Add(path(field.ID), "not_fitting", "type", field.Type)
			f.wrong = append(f.wrong, field.Name)
		}
	}
	return missing, f.refusal()
}

// refusal names each field that is wrong, in each language, and by its path the first.
func (f faults) refusal() error {
	if len(f.List) == 0 {
		return nil
	}
	args := []string{"field", f.List[0].Path, "faults", f.Text(), "longest", strconv.Itoa(Longest)}
	for _, list := range []struct {
		name  string
		names []policy.Text
	}{{"missing", f.missing}, {"wrong", f.wrong}, {"long", f.long}, {"unknown", f.unknown}} {
		if len(list.names) == 0 {
			continue
		}
		var zh, en []string
		for _, n := range list.names {
			zh, en = append(zh, n.Zh), append(en, n.En)
		}
		args = append(args, list.name+"_zh", strings.Join(zh, "、"), list.name+"_en", strings.Join(en, ", "))
	}
	return procedure.Invalid("bad_form", args...)
}

// path leads to an answer of the form.
func path(id string) string { return "form." + id }

func valueOf(form []Filled, id string) string {
	for _, x := range form {
		if x.ID == id {
			return x.Value
		}
	}
	return ""
}

// Longest is how many characters an answer of the form may have.
const Longest = 500

// Fits says whether an answer is of its field's type.
func Fits(f policy.Field, value string) bool {
	switch f.Type {
	case policy.NumberField:
		n, err := strconv.ParseFloat(value, 64)
		return err == nil && n >= 0 && n < 1e9
	case policy.DateField:
		_, err := time.Parse(time.DateOnly, value)
		return err == nil
	case policy.ChoiceField:
		return slices.ContainsFunc(f.Choices, func(c policy.Choice) bool { return c.ID == value })
	case policy.PhoneField:
		digits := strings.Map(keepDigits, value)
		return strings.Trim(value, "0123456789+- ()") == "" && len(digits) >= 5 && len(digits) <= 20
	}
	return true
}

func keepDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}

// confirm confirms content and time, and gives the work to who does it. L2, C1
func (d *decision) confirm(p Confirm) error {
	if machine.Blank(p.Content) {
		return machine.Missing("content")
	}
	if p.Charge == "" {
		p.Charge = d.Charge
	}
	if !slices.Contains(policy.Charges, p.Charge) {
		return procedure.Invalid("unknown_charge", "charge", p.Charge, "field", "charge")
	}
	form := merged(d.Form, p.Form)
	if _, err := filled(d.category().Fields, form, false); err != nil {
		return err
	}
	agreed := p.Agreed || d.Wish != nil && d.Wish.equal(p.Window)
	if err := d.proposable(p.Window, agreed); err != nil {
		return err
	}
	order := Assign{Department: p.Department, Pool: p.Pool}
	auto := order == Assign{}
	if auto {
		c := d.category()
		order = Assign{Department: c.Department, Pool: c.Pool}
	}
	if err := d.assignable(order); err != nil {
		return err
	}
	d.Emit(EvConfirmed, Confirmed{Content: p.Content, Charge: p.Charge, Form: form})
	if d.Job == nil || !auto {
		if err := d.give(order, auto); err != nil {
			return err
		}
	}
	d.propose(p.Window, "", agreed)
	return nil
}

// merged gives a form with answers added or put in place of others.
func merged(form, more []Filled) []Filled {
	all := slices.Clone(form)
	for _, x := range more {
		if i := slices.IndexFunc(all, func(o Filled) bool { return o.ID == x.ID }); i >= 0 {
			all[i] = x
			continue
		}
		all = append(all, x)
	}
	return all
}

// reject ends what cannot be done by us, with the reason.
func (d *decision) reject(p machine.Reasoned) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	machine.End(d, Rejected, p.Reason)
	return nil
}
