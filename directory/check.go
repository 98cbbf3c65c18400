package directory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/width"

	"bihuan/procedure/people"
)

// Grantable are the roles that staff may have.
var Grantable = slices.DeleteFunc(slices.Clone(people.Roles), func(r people.Role) bool {
	return r == people.System || r == people.Complainant
})

// Normalize puts an owner into the form that is kept, and names the first field that is wrong.
func (o *Owner) Normalize() (field string, ok bool) {
	if o.Name, ok = NormalText(o.Name); !ok {
		return "name", false
	}
	if o.Language == "" {
		o.Language = DefaultLanguage
	}
	if !slices.Contains(Languages, o.Language) {
		return "language", false
	}
	if field, ok := o.normalizeContacts(); !ok {
		return field, false
	}
	return o.checkHomes()
}

// normalizeContacts makes exactly one contact the preferred one: the first, unless another is.
func (o *Owner) normalizeContacts() (string, bool) {
	preferred := false
	for i := range o.Contacts {
		field := fmt.Sprintf("contacts[%d]", i)
		c, ok := NormalContact(o.Contacts[i])
		twice := slices.ContainsFunc(o.Contacts[:i], func(e Contact) bool { return e.Kind == c.Kind && e.Value == c.Value })
		if !ok || twice || c.Preferred && preferred {
			return field, false
		}
		preferred = preferred || c.Preferred
		o.Contacts[i] = c
	}
	if !preferred && len(o.Contacts) > 0 {
		o.Contacts[0].Preferred = true
	}
	return "", true
}

func (o *Owner) checkHomes() (string, bool) {
	for i, h := range o.Homes {
		field := fmt.Sprintf("homes[%d]", i)
		twice := slices.ContainsFunc(o.Homes[:i], func(e Home) bool { return e.Room == h.Room })
		if twice || h.Kind != Owned && h.Kind != Rented {
			return field, false
		}
		if !day(h.MovedIn) || !day(h.MovedOut) || h.MovedOut != "" && h.MovedOut < h.MovedIn {
			return field + ".moved_out", false
		}
	}
	return "", true
}

func day(s string) bool {
	if s == "" {
		return true
	}
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// Normalize puts a member of staff into the form that is kept, and names the first field that is wrong.
func (s *Staff) Normalize() (field string, ok bool) {
	if s.Name, ok = NormalText(s.Name); !ok {
		return "name", false
	}
	if s.Email != "" {
		if s.Email, ok = NormalEmail(s.Email); !ok {
			return "email", false
		}
	}
	if s.Phone != "" {
		if s.Phone, ok = NormalPhone(s.Phone); !ok {
			return "phone", false
		}
	}
	if s.Language == "" {
		s.Language = DefaultLanguage
	}
	slices.Sort(s.Communities)
	s.Roles, s.Communities = slices.Compact(s.Roles), slices.Compact(s.Communities)
	return s.checkWork()
}

func (s *Staff) checkWork() (string, bool) {
	switch {
	case !staffID.MatchString(s.ID) || s.ID == people.TheSystem.ID:
		return "id", false
	case !slices.Contains(Languages, s.Language):
		return "language", false
	case len(s.Roles) == 0 || slices.ContainsFunc(s.Roles, func(r people.Role) bool { return !slices.Contains(Grantable, r) }):
		return "roles", false
	case len(s.Communities) == 0 || slices.Contains(s.Communities, ""):
		return "communities", false
	case slices.Contains(s.Roles, people.Handler) && s.Department == "":
		return "department", false
	}
	return "", true
}

// fold makes one of the ways to write a word: width, case and the spaces around it do not count.
func fold(s string) string { return strings.ToLower(strings.TrimSpace(width.Fold.String(s))) }
