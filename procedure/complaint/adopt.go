package complaint

import (
	"bihuan/procedure"
	"bihuan/procedure/policy"
)

// adopt moves the complaint to other settings. Those must still know what it is about. P1
func (d *decision) adopt(p policy.Adoption) error {
	if _, ok := p.Policy.Category(d.Record.Category); !ok && len(p.Policy.Categories) > 0 {
		return procedure.Conflict("category_gone")
	}
	return d.Adopt(d.Policy, p)
}

func settingsAdopted(s *State, e procedure.Event, p policy.Adopted) {
	was := s.terms()
	s.Policy = p.Read()
	s.Set.Adopt(was, s.terms(), e.At)
}
