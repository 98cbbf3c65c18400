package demo

import (
	"fmt"
	"slices"

	"bihuan/sim/client"
	"bihuan/sim/crew"
	"bihuan/sim/town"
)

// part is who somebody is in the story.
type part string

// The parts: roles of the API, departments, and who knows a tracking link only.
const (
	agent        part = "agent"
	receptionist part = "receptionist"
	assistant    part = "assistant"
	manager      part = "manager"
	gm           part = "gm"
	admin        part = "admin"
	engineer     part = engineering
	guard        part = "security"
	cleaner      part = "environment"
	clerk        part = "service"
	complainant  part = town.TheCustomer
)

// engineering is the department that the complaint of the loop belongs to.
const engineering = "engineering"

// departments are the parts that are played by whoever works there.
var departments = []part{engineer, guard, cleaner, clerk}

// who says what somebody has to be to play a part.
func (s *story) who(p part) town.Who {
	if slices.Contains(departments, p) {
		return town.Who{Role: "handler", Community: s.Community, Department: string(p)}
	}
	return town.Who{Role: string(p), Community: s.Community}
}

// plays gives the member of staff who plays a part.
func (s *story) plays(p part) (crew.Person, error) { return s.office.As(s.who(p)) }

// person names the member of staff who plays a part, as commands do.
func (s *story) person(p part) fields {
	who, _ := s.plays(p) // nobody is refused as such
	return fields{"id": who.ID, "name": who.Name}
}

// cast wants everybody there whom the tale needs, before anything is told.
func (s *story) cast() error {
	for _, sc := range s.scenes {
		if sc.who == complainant {
			continue
		}
		if _, err := s.plays(sc.who); err != nil {
			return fmt.Errorf("%s names nobody of %s for the part of %s: %w", s.Tokens, s.Community, sc.who, err)
		}
	}
	return nil
}

// label says who plays a part: 客服 王芳.
func (s *story) label(p part) text {
	who, _ := s.plays(p) // the customer is nobody of the staff
	return s.labelled(s.who(p).Role, who)
}

func (s *story) labelled(role string, who crew.Person) text {
	return saidOf(s.kind(), "demo.who", "role", role, "name", who.Name)
}

// kind is that of the case that the story is about now.
func (s *story) kind() string { return client.KindOfNumber(s.number).Name }

// named says who has an ID; one that is nobody's of the staff stands for itself.
func (s *story) named(id string) text {
	who, ok := s.office.Crew.Named(id)
	if ok && len(who.Roles) > 0 {
		return s.labelled(who.Roles[0], who)
	}
	return saidOf(s.kind(), "demo.who", "role", id)
}
