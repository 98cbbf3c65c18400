package deadline

import (
	"slices"
	"time"
)

// Adopt counts the running deadlines anew under other terms: one that runs from its start, one that is paused by
// what its limit gained or lost. A warning that is not due any more will be given again. What a person set and what
// was missed stays as it is. P1
func (s *Set) Adopt(was, now Terms, at time.Time) {
	for i := range s.Deadlines {
		c := &s.Deadlines[i]
		if c.Paused == nil || c.Fixed || c.Breached {
			continue
		}
		before, after, paused := was.Rule(c.Step), now.Rule(c.Step), *c.Paused
		paused.Left = max(0, paused.Left+after.Within-before.Within)
		paused.Warn = max(0, paused.Warn+now.warning(after)-was.warning(before))
		c.Paused = &paused
	}
	s.Levels = now.Levels
	s.Retime(now)
	for i := range s.Deadlines {
		c := &s.Deadlines[i]
		c.Warned = c.Warned && (c.Fixed || c.Breached || !c.WarnAt.After(at))
	}
	s.NoCalendar = slices.DeleteFunc(s.NoCalendar, now.Calendar.Knows)
}
