package collective

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// cloned copies in place what an event would change in place.
func (s *State) cloned() {
	s.Members, s.Announcements = slices.Clone(s.Members), slices.Clone(s.Announcements)
}

// opened takes the issue in. It has no customer: nobody's contacts are kept.
func opened(s *State, e procedure.Event, p Register) {
	s.Customer = machine.Customer{Community: p.Community, Drill: p.Drill}
	s.TakenBy, s.TakenAt = e.By, e.At
	s.Category, s.Subject = p.Category, p.Subject
	s.Found = e.By.Role == people.System
	s.add(p.Complaints, e)
}

func joined(s *State, e procedure.Event, p Join) { s.add(p.Complaints, e) }

func (s *State) add(numbers []string, e procedure.Event) {
	for _, n := range numbers {
		if !s.member(n) {
			s.Members = append(s.Members, Member{Number: n, Since: e.At})
		}
	}
}

func left(s *State, _ procedure.Event, p Left) {
	s.Members = slices.DeleteFunc(s.Members, func(m Member) bool { return m.Number == p.Complaint })
}

func convened(s *State, _ procedure.Event, p Convened) {
	s.Forum = &p.Convene
	s.Start(s.Terms(book), StepMinutes, "", "", p.At) // the minutes fall due after the forum. J2
}

func held(s *State, _ procedure.Event, p Minutes) { s.Minutes = &p }

func announced(s *State, _ procedure.Event, p Announcement) {
	s.Announcements = append(s.Announcements, p)
}

func takenDown(s *State, e procedure.Event, p TakeDown) {
	for i := range s.Announcements {
		if s.Announcements[i].ID == p.Announcement {
			s.Announcements[i].Ended = &e.At
		}
	}
}

func concluded(s *State, _ procedure.Event, p Conclude) { s.Decision = p.Decision }

func superseded(s *State, _ procedure.Event, p Superseding) { s.Links = append(s.Links, p.By) }

// args are what the words of notices may use beside those of every case.
func (s *State) args(procedure.Event) []machine.Arg {
	return []machine.Arg{{Name: "category", Value: s.Category}}
}
