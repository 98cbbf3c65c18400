package directory

import (
	"slices"
	"strings"

	"bihuan/procedure/people"
)

// StaffFile is a file of staff, read and checked as far as it can be without the directory.
type StaffFile struct {
	table
	staff []staffRow
}

type staffRow struct {
	reader
	Staff
	whole bool // nothing is wrong with its cells
}

// ReadStaff reads a file of staff. N4
func ReadStaff(file []byte, words Words) *StaffFile {
	f := &StaffFile{table: tabled(file, staffColumns)}
	for _, line := range f.rows {
		f.staff = append(f.staff, f.row(reader{&f.table, line}, words))
	}
	return f
}

// Count is how many rows there are below the header.
func (f *StaffFile) Count() int { return f.count }

// Faults lists what was found so far.
func (f *StaffFile) Faults() []Fault { return f.faults }

func (f *StaffFile) row(r reader, words Words) staffRow {
	before := len(f.faults)
	s := Staff{
		ID:          r.needed("id", "bad_id", func(s string) (string, bool) { s = fold(s); return s, staffID.MatchString(s) }),
		Name:        r.needed("name", "bad_text", NormalText),
		Email:       r.normal("email", "bad_email", NormalEmail),
		Phone:       r.normal("phone", "bad_phone", NormalPhone),
		Language:    r.normal("language", "unknown_language", among(languages)),
		Department:  r.normal("department", "unknown_department", among(words.Departments)),
		Communities: r.list("communities", "unknown_community", words.Communities),
	}
	for _, role := range r.list("roles", "unknown_role", words.Roles) {
		s.Roles = append(s.Roles, people.Role(role))
	}
	return staffRow{reader: r, Staff: s, whole: len(f.faults) == before}
}

// list reads several words from one cell.
func (r reader) list(field, code string, known map[string]string) []string {
	if r.cell(field) == "" {
		r.wrong(field, "missing", 0)
		return nil
	}
	var all []string
	for _, word := range strings.FieldsFunc(r.cell(field), func(c rune) bool { return strings.ContainsRune(",;，；、/|\n", c) }) {
		id, ok := known[fold(word)]
		if !ok {
			r.wrong(field, code, 0)
			return nil
		}
		if !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

// StaffPlan is what an import changes: who is new, and staff as they become.
type StaffPlan struct{ Added, Changed []Staff }

// Plan compares the file with the staff that there is; may says whether the importer may change
// somebody. An empty cell takes nothing away, and who is disabled stays so. Faults are added to the
// file's.
func (f *StaffFile) Plan(there []Staff, may func(Staff) bool) (plan StaffPlan) {
	p := staffPlanner{known: map[string]Staff{}, phones: map[string]string{}, emails: map[string]string{}, lines: map[string]int{}}
	for _, s := range there {
		p.known[s.ID] = s
		p.phones[s.Phone], p.emails[s.Email] = s.ID, s.ID
	}
	for _, r := range f.staff {
		if r.whole && p.alone(r) {
			p.add(&plan, r, may)
		}
	}
	return plan
}

type staffPlanner struct {
	known          map[string]Staff
	phones, emails map[string]string // whose they are
	lines          map[string]int    // rows by ID
}

// alone says whether a row's ID, phone and e-mail are nobody else's.
func (p *staffPlanner) alone(r staffRow) bool {
	if line, twice := p.lines[r.ID]; twice {
		r.wrong("id", "repeated_id", line)
		return false
	}
	p.lines[r.ID] = r.number
	return p.free(r, Phone, r.Phone, p.phones) && p.free(r, Email, r.Email, p.emails)
}

func (p *staffPlanner) free(r staffRow, field, value string, taken map[string]string) bool {
	id, is := taken[value]
	if value == "" || !is || id == r.ID {
		taken[value] = r.ID
		return true
	}
	if line, here := p.lines[id]; here {
		r.wrong(field, "repeated_"+field, line)
	} else {
		r.wrong(field, field+"_of_another", 0)
	}
	return false
}

func (p *staffPlanner) add(plan *StaffPlan, r staffRow, may func(Staff) bool) {
	was, known := p.known[r.ID]
	is := r.over(was)
	if field, ok := is.Normalize(); !ok {
		r.wrong(field, map[bool]string{true: "department_needed", false: "bad_text"}[field == "department"], 0)
		return
	}
	switch {
	case known && !may(was), !may(is):
		r.wrong("id", "not_yours", 0)
	case !known:
		plan.Added = append(plan.Added, is)
	case !same(was, is):
		plan.Changed = append(plan.Changed, is)
	}
}

// over lays the row over what is known.
func (r staffRow) over(was Staff) Staff {
	is := r.Staff
	is.Disabled, is.Version = was.Disabled, was.Version
	for _, f := range []struct{ is, was *string }{
		{&is.Email, &was.Email}, {&is.Phone, &was.Phone}, {&is.Language, &was.Language}, {&is.Department, &was.Department},
	} {
		if *f.is == "" {
			*f.is = *f.was
		}
	}
	return is
}

func same(a, b Staff) bool {
	roles := func(s Staff) []people.Role { return slices.Sorted(slices.Values(s.Roles)) }
	communities := func(s Staff) []string { return slices.Sorted(slices.Values(s.Communities)) }
	return a.Name == b.Name && a.Email == b.Email && a.Phone == b.Phone && a.Language == b.Language && a.Department == b.Department &&
		slices.Equal(roles(a), roles(b)) && slices.Equal(communities(a), communities(b))
}
