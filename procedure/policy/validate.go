package policy

import (
	"fmt"
	"slices"
	"strings"

	"bihuan/procedure/people"
	"bihuan/procedure/violation"
)

// natures that the setting Review may list. B4
var reviewable = []string{"valid", "invalid", "major"}

// Urgencies lists the urgencies of A8, the gravest first.
var Urgencies = []string{"emergency", "urgent", "normal"}

// Validate gives every fault at once, with its path below the procedure's settings; none when they can stand.
func (p Policy) Validate() violation.List {
	var v violation.List
	v.Below("calendar", p.Calendar.Validate())
	if p.WarnPercent < 1 || p.WarnPercent > 99 { // H1
		v.Add("warn_percent", "out_of_range", "from", "1", "to", "99")
	}
	if p.RevisitAttempts < 1 || p.RevisitAttempts > 99 { // G5
		v.Add("revisit_attempts", "out_of_range", "from", "1", "to", "99")
	}
	for _, n := range p.Review {
		if !slices.Contains(reviewable, n) {
			v.Add("review["+n+"]", "not_one_of", "choices", strings.Join(reviewable, ", "))
		}
	}
	p.validateLadder(&v)
	for _, d := range p.Deadlines.named() {
		p.validateDeadline(&v, d)
	}
	if p.Recourse.Zh == "" || p.Recourse.En == "" { // B5
		v.Add("recourse", "each_language")
	}
	p.validateDepartments(&v)
	p.validatePools(&v)
	p.validateCategories(&v)
	return v
}

// validateLadder wants levels without a gap that reach the manager: without them nobody could decide. H2, H4
func (p Policy) validateLadder(v *violation.List) {
	if len(p.Levels) == 0 {
		return
	}
	last := -1
	for _, level := range p.Levels {
		i := slices.Index(people.Levels, level)
		switch {
		case i < 0:
			v.Add("levels["+string(level)+"]", "not_one_of", "choices", listed(people.Levels))
		case last >= 0 && i != last+1:
			v.Add("levels["+string(level)+"]", "levels_skip", "below", string(people.Levels[last]), "next", string(people.Levels[min(last+1, len(people.Levels)-1)]))
		}
		last = i
	}
	if !slices.Contains(p.Levels, people.Manager) {
		v.Add("levels", "levels_too_short")
	}
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

func (p Policy) validateDeadline(v *violation.List, n namedDeadline) {
	n.d.Validate(v, "deadlines."+n.name)
	if n.owned {
		onLadder(v, "deadlines."+n.name+".owner", n.d.Owner)
	}
}

// Longest is more than any deadline may be: a clock must stay within the years of a calendar.
const Longest = Duration(3 * 365 * day)

// Validate checks one time limit by itself. H1
func (d Deadline) Validate(v *violation.List, path string) {
	if d.Within <= 0 {
		v.Add(path+".within", "nothing")
	}
	for name, length := range d.lengths {
		switch {
		case length < 0:
			v.Add(path+"."+name, "negative")
		case length > Longest:
			v.Add(path+"."+name, "too_long", "longest", Longest.String())
		}
	}
	if d.WarnAfter > 0 && d.WarnAfter >= d.Within {
		v.Add(path+".warn_after", "warning_too_late", "within", d.Within.String())
	}
	if d.Clock != Working && d.Clock != Wall {
		v.Add(path+".clock", "not_one_of", "choices", Working+", "+Wall)
	}
	if d.MajorOwner != "" {
		onLadder(v, path+".major_owner", d.MajorOwner)
	}
}

// lengths visits every length of time by its setting's name.
func (d Deadline) lengths(visit func(string, Duration) bool) {
	_ = visit("within", d.Within) && visit("emergency", d.Emergency) && visit("major", d.Major) && visit("warn_after", d.WarnAfter)
}

func onLadder(v *violation.List, path string, owner people.Role) {
	if !slices.Contains(people.Levels, owner) {
		v.Add(path, "not_a_level", "owner", string(owner), "choices", listed(people.Levels))
	}
}

func listed(roles []people.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// goodID says whether an ID can stand in a path and in an address.
func goodID(id string) bool {
	const longest = 64
	return id != "" && len(id) <= longest && !strings.ContainsAny(id, "[]*/\\\"' \t\r\n")
}

func (p Policy) validateDepartments(v *violation.List) {
	for i, d := range p.Departments {
		if !goodID(d.ID) {
			v.Add(fmt.Sprintf("departments[%d].id", i), "bad_id")
		}
		if slices.IndexFunc(p.Departments, func(o Department) bool { return o.ID == d.ID }) < i {
			v.Add("departments["+d.ID+"]", "twice")
		}
	}
	if len(p.Departments) == 0 {
		v.Add("departments", "none")
	}
}

func (p Policy) validateCategories(v *violation.List) {
	if len(p.Categories) == 0 {
		v.Add("categories", "none")
	}
	for i, c := range p.Categories {
		if !goodID(c.ID) {
			v.Add(fmt.Sprintf("categories[%d].id", i), "bad_id")
			continue
		}
		path := "categories[" + c.ID + "]"
		if slices.IndexFunc(p.Categories, func(o Category) bool { return o.ID == c.ID }) < i {
			v.Add(path, "twice")
		}
		if c.Parent != "" {
			p.validateParent(v, path, c)
		}
		if p.Leaf(c.ID) {
			p.validateLeaf(v, path, c)
		}
	}
}

// validateParent finds a missing parent, and a loop by walking up at most as far as there are categories. Who is
// below a loop and not in it is not to blame.
func (p Policy) validateParent(v *violation.List, path string, c Category) {
	if _, ok := p.Category(c.Parent); !ok {
		v.Add(path+".parent", "unknown", "id", c.Parent)
		return
	}
	up := c
	for range p.Categories {
		up, _ = p.Category(up.Parent)
		switch up.ID {
		case "":
			return
		case c.ID:
			v.Add(path+".parent", "loop")
			return
		}
	}
}

// validateDoer wants a department or a pool that is there. C1
func (p Policy) validateDoer(v *violation.List, path, department, pool string) {
	if pool != "" {
		if _, ok := p.Pool(pool); !ok {
			v.Add(path+".pool", "unknown", "id", pool)
		}
		return
	}
	if _, ok := p.Department(department); !ok {
		v.Add(path+".department", "unknown", "id", department)
	}
}

func (p Policy) validateLeaf(v *violation.List, path string, c Category) {
	p.validateDoer(v, path, c.Department, c.Pool)
	if !slices.Contains(Urgencies, c.Urgency) {
		v.Add(path+".urgency", "not_one_of", "choices", strings.Join(Urgencies, ", "))
	}
	if c.Work <= 0 {
		v.Add(path+".work", "nothing")
	}
}
