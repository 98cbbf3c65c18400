package town

import (
	"slices"
	"time"

	"bihuan/sim/client"
)

// matter is what of a complaint is compared with others. A11
func (m *complaint) matter() Fields {
	f := Fields{}
	for _, name := range []string{"community", "category", "building", "room", "place", "happened_at", "drill"} {
		if value, said := m.record[name]; said {
			f[name] = value
		}
	}
	return f
}

// same gives the first open complaint that an agent with sense takes for the same: one building, one place.
// Nothing where that is the complaint itself.
func (m *complaint) same(itself string) string {
	var first client.Likely
	for _, l := range m.likely.Items {
		alike := l.Open && slices.Contains(l.Because, "same_building") && slices.Contains(l.Because, "same_place")
		if alike && (first.Number == "" || l.RegisteredAt.Before(first.RegisteredAt)) {
			first = l
		}
	}
	if first.Number == itself {
		return ""
	}
	return first.Number
}

// merging has an agent look again at what was not attached, and merge by hand what turns out to be the
// same, before work on it begins. A11
func (m *complaint) merging(c client.Case) []Act {
	early := slices.Contains([]string{"registered", "referred", "review", "dispatching"}, c.Stage)
	if !m.merges || !early || m.record == nil || len(c.Joined) > 0 {
		return nil
	}
	if !m.looked {
		return []Act{{Key: "look again", Who: Who{Role: "agent"}, When: after(m.Delays.Review), Command: ReadLikely, Into: &m.likely, Body: func(Draw, time.Time) Fields {
			m.looked = true
			return m.matter()
		}}}
	}
	into := m.same(c.Number)
	if into == "" {
		return nil
	}
	return []Act{{Key: "merge" + into, Who: Who{Role: "agent"}, When: after(m.Delays.Dispatch), Command: "merge", Body: func(Draw, time.Time) Fields {
		m.merges = false
		return Fields{"into": into, "reason": "与前一件为同一处同一问题"}
	}}}
}
