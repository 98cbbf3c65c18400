package policy

import (
	"errors"
	"fmt"
	"slices"

	"bihuan/procedure/people"
)

// natures that the setting Review may list. B4
var reviewable = []string{"valid", "invalid", "major"}

// Urgencies lists the urgencies of A8, the gravest first.
var Urgencies = []string{"emergency", "urgent", "normal"}

// Validate returns every fault at once, each with the path of the bad setting, joined; nil when there is none.
func (p Policy) Validate() error {
	v := &faults{}
	if err := p.Calendar.Validate(); err != nil {
		v.errs = append(v.errs, err)
	}
	if p.WarnPercent < 1 || p.WarnPercent > 99 {
		v.add("warn_percent", "must be from 1 to 99, is %d", p.WarnPercent)
	}
	if p.RevisitAttempts < 1 {
		v.add("revisit_attempts", "must be at least 1, is %d", p.RevisitAttempts)
	}
	for i, n := range p.Review {
		if !slices.Contains(reviewable, n) {
			v.add(fmt.Sprintf("review[%d]", i), "%q is not one of %v", n, reviewable)
		}
	}
	for _, d := range p.Deadlines.named() {
		d.validate(v)
	}
	if p.Recourse.Zh == "" || p.Recourse.En == "" { // B5
		v.add("recourse", "must be there in each language")
	}
	p.validateDepartments(v)
	p.validateCategories(v)
	return errors.Join(v.errs...)
}

type faults struct{ errs []error }

func (v *faults) add(path, format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf("%s: %s", path, fmt.Sprintf(format, args...)))
}

type namedDeadline struct {
	name  string
	d     Deadline
	owned bool // has a fixed owner
}

// named lists the deadlines in the order of the handbook.
func (d Deadlines) named() []namedDeadline {
	return []namedDeadline{
		{"judge", d.Judge, true}, {"refer", d.Refer, true}, {"review", d.Review, true},
		{"explain", d.Explain, false}, {"service", d.Service, true}, {"dispatch", d.Dispatch, true},
		{"accept", d.Accept, false}, {"reroute", d.Reroute, true}, {"work", d.Work, false},
		{"plan", d.Plan, true}, {"answer", d.Answer, true}, {"follow_up", d.FollowUp, true},
		{"verify", d.Verify, true}, {"revisit", d.Revisit, true}, {"unreached", d.Unreached, true},
		{"decision", d.Decision, false}, {"reminder", d.Reminder, false}, {"reopen", d.Reopen, false},
	}
}

func (n namedDeadline) validate(v *faults) {
	path := "deadlines." + n.name
	if n.d.Within <= 0 {
		v.add(path+".within", "must be longer than nothing")
	}
	if n.d.Emergency < 0 || n.d.Major < 0 {
		v.add(path, "emergency and major must not be negative")
	}
	if n.d.WarnAfter < 0 || (n.d.WarnAfter > 0 && n.d.WarnAfter >= n.d.Within) {
		v.add(path+".warn_after", "must be shorter than within (%s)", n.d.Within)
	}
	if n.d.Clock != Working && n.d.Clock != Wall {
		v.add(path+".clock", "%q is neither working nor wall", n.d.Clock)
	}
	if n.owned && !slices.Contains(people.Ladder, n.d.Owner) {
		v.add(path+".owner", "%q is not a rung of the ladder %v", n.d.Owner, people.Ladder)
	}
	if n.d.MajorOwner != "" && !slices.Contains(people.Ladder, n.d.MajorOwner) {
		v.add(path+".major_owner", "%q is not a rung of the ladder %v", n.d.MajorOwner, people.Ladder)
	}
}

func (p Policy) validateDepartments(v *faults) {
	for i, d := range p.Departments {
		path := fmt.Sprintf("departments[%d]", i)
		if d.ID == "" {
			v.add(path+".id", "is missing")
		}
		if slices.IndexFunc(p.Departments, func(o Department) bool { return o.ID == d.ID }) < i {
			v.add(path+".id", "%q is there twice", d.ID)
		}
	}
	if len(p.Departments) == 0 {
		v.add("departments", "there is none")
	}
}

func (p Policy) validateCategories(v *faults) {
	if len(p.Categories) == 0 {
		v.add("categories", "there is none")
	}
	for i, c := range p.Categories {
		path := fmt.Sprintf("categories[%d]", i)
		if c.ID == "" {
			v.add(path+".id", "is missing")
			continue
		}
		path += " (" + c.ID + ")"
		if slices.IndexFunc(p.Categories, func(o Category) bool { return o.ID == c.ID }) < i {
			v.add(path+".id", "is there twice")
		}
		if c.Parent != "" {
			p.validateParent(v, path, c)
		}
		if p.Leaf(c.ID) {
			p.validateLeaf(v, path, c)
		}
	}
}

// validateParent finds missing parents and loops by walking up at most as far as there are categories.
func (p Policy) validateParent(v *faults, path string, c Category) {
	up := c
	for range p.Categories {
		parent, ok := p.Category(up.Parent)
		if !ok {
			v.add(path+".parent", "%q does not exist", up.Parent)
			return
		}
		if up = parent; up.Parent == "" {
			return
		}
	}
	v.add(path+".parent", "the parents form a loop")
}

func (p Policy) validateLeaf(v *faults, path string, c Category) {
	if _, ok := p.Department(c.Department); !ok {
		v.add(path+".department", "%q does not exist", c.Department)
	}
	if !slices.Contains(Urgencies, c.Urgency) {
		v.add(path+".urgency", "%q is not one of %v", c.Urgency, Urgencies)
	}
	if c.Work <= 0 {
		v.add(path+".work", "must be longer than nothing")
	}
}
