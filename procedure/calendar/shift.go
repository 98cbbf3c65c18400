package calendar

import (
	"iter"
	"time"

	"bihuan/procedure/violation"
)

// shift is a stretch of working time without a break, half open.
type shift struct{ opens, closes time.Time }

// shifts yields the shifts that close after an instant, in order and without
// end. A shift of a year without data comes with a *MissingYearError, so that
// only who needs that shift fails; nothing may be asked after it.
func (c Calendar) shifts(after time.Time) (iter.Seq2[shift, error], error) {
	zone, err := Location(c.Zone)
	if err != nil {
		return nil, err
	}
	var faults violation.List
	if c.checkHours(&faults); len(faults) > 0 {
		return nil, faults[0]
	}
	return func(yield func(shift, error) bool) {
		r := regimeAt(after, zone)
		for c.shiftsIn(r, after, yield) {
			r = regimeAt(r.ends, zone)
		}
	}, nil
}

// shiftsIn yields the shifts of one regime, and reports whether to go on.
func (c Calendar) shiftsIn(r regime, after time.Time, yield func(shift, error) bool) bool {
	for day := r.date(later(after, r.begins)); ; day++ {
		midnight := r.midnight(day)
		if r.over(midnight) {
			return true
		}
		works, err := c.worksOn(day)
		if !works && err == nil {
			continue
		}
		for _, span := range c.Hours {
			s := r.clip(shift{midnight.Add(span.From.duration()), midnight.Add(span.To.duration())})
			if s.closes.After(s.opens) && s.closes.After(after) && !yield(s, err) {
				return false
			}
		}
	}
}

// regime is a stretch of time in which a zone's offset from UTC stays the
// same, so that its wall clock is plain arithmetic. A clock change ends it.
type regime struct {
	begins, ends time.Time // ends is zero when the zone knows no further change
	offset       int64     // seconds east of UTC
}

func regimeAt(t time.Time, zone *time.Location) regime {
	local := t.In(zone)
	_, offset := local.Zone()
	begins, ends := local.ZoneBounds()
	return regime{begins, ends, int64(offset)}
}

const secondsPerDay = 24 * 60 * 60

func (r regime) date(t time.Time) Date {
	return dateOf(t.Unix() + r.offset)
}

func (r regime) midnight(day Date) time.Time {
	return time.Unix(int64(day)*secondsPerDay-r.offset, 0)
}

func (r regime) over(t time.Time) bool {
	return !r.ends.IsZero() && !t.Before(r.ends)
}

func (r regime) clip(s shift) shift {
	s.opens = later(s.opens, r.begins)
	if r.over(s.closes) {
		s.closes = r.ends
	}
	return s
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
