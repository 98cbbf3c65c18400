// Package calendar measures working time: what a community counts as its
// working hours, with its time zone, breaks, holidays and make-up days (H6).
//
// An instant is working time when its wall clock, in the calendar's zone, lies
// in one of the hours of a working day. What is measured is real elapsed time,
// so hours across a clock change are an hour shorter or longer.
package calendar

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Calendar is a community's working time. It is a plain value, carried in the
// input of workflows; nothing changes it once it is made. Validate it first.
type Calendar struct {
	Zone     string    `json:"zone" yaml:"zone"`                       // IANA name, such as Asia/Shanghai
	Weekdays []Weekday `json:"weekdays" yaml:"weekdays,flow"`          // worked unless the date is a holiday
	Hours    []Span    `json:"hours" yaml:"hours,flow"`                // of every working day, in order
	Years    []Year    `json:"years,omitempty" yaml:"years,omitempty"` // the years that are known
}

// Year holds the exceptions of one year. A year with none is still listed:
// it says that the year is known.
type Year struct {
	Year     int    `json:"year" yaml:"year"`
	Holidays []Date `json:"holidays,omitempty" yaml:"holidays,omitempty"` // not worked
	MakeUp   []Date `json:"make_up,omitempty" yaml:"make_up,omitempty"`   // worked, with the normal hours
}

// MissingYearError says that the answer depends on a year without data.
type MissingYearError struct{ Year int }

// Error is a sentence for the person who keeps the settings.
func (e *MissingYearError) Error() string {
	return fmt.Sprintf("the calendar has no holidays and make-up days for %d", e.Year)
}

// Code identifies the error to programs.
func (e *MissingYearError) Code() string { return "calendar_year_missing" }

// ErrNegative refuses to add a negative duration.
var ErrNegative = errors.New("working time to add is negative")

// Add returns the first instant, in UTC, by which d of working time has passed
// since start: 18:00 today rather than 08:30 tomorrow. With nothing to add it
// is start within working time or at its closing, else the next opening.
func (c Calendar) Add(start time.Time, d time.Duration) (time.Time, error) {
	if d < 0 {
		return time.Time{}, ErrNegative
	}
	start = start.Round(0) // without the monotonic reading, which does not survive JSON
	since := start
	if d == 0 {
		since = start.Add(-1) // a shift that closes at start counts too
	}
	shifts, err := c.shifts(since)
	if err != nil {
		return time.Time{}, err
	}
	for s, err := range shifts {
		if err != nil {
			return time.Time{}, err
		}
		from := later(start, s.opens)
		left := s.closes.Sub(from)
		if d <= left {
			return from.Add(d).UTC(), nil
		}
		d -= left
	}
	panic("calendar: shifts end only at a year without data")
}

// Between returns the working time from one instant to another, 0 when the
// second is not after the first. What is left of a paused deadline is
// Between(pausedAt, due), to be added to the instant it resumes (C6).
func (c Calendar) Between(from, to time.Time) (time.Duration, error) {
	if !from.Before(to) {
		return 0, nil
	}
	shifts, err := c.shifts(from)
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for s, err := range shifts {
		if !s.opens.Before(to) {
			break
		}
		if err != nil {
			return 0, err
		}
		sum += earlier(to, s.closes).Sub(later(from, s.opens))
	}
	return sum, nil
}

// Working reports whether t is working time. The opening instant is, the
// closing instant is not.
func (c Calendar) Working(t time.Time) (bool, error) {
	worked, err := c.Between(t, t.Add(1))
	return worked > 0, err
}

// ForYears returns the calendar with the data of these years only, first and
// last included: small enough to be carried by a workflow.
func (c Calendar) ForYears(first, last int) Calendar {
	c.Years = slices.DeleteFunc(slices.Clone(c.Years), func(y Year) bool {
		return y.Year < first || y.Year > last
	})
	return c
}

// worksOn reports whether day is a working day.
func (c Calendar) worksOn(day Date) (bool, error) {
	number := day.Year()
	i := slices.IndexFunc(c.Years, func(y Year) bool { return y.Year == number })
	switch {
	case i < 0:
		return false, &MissingYearError{Year: number}
	case slices.Contains(c.Years[i].MakeUp, day):
		return true, nil
	case slices.Contains(c.Years[i].Holidays, day):
		return false, nil
	}
	return slices.Contains(c.Weekdays, day.Weekday()), nil
}
