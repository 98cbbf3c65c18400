package calendar

import (
	"fmt"
	"strings"
	"time"
)

// Date is a day of the civil calendar, counted from 1970-01-01. Its text form
// is 2026-10-01.
type Date int32

// NewDate returns the date of a year, month and day.
func NewDate(year int, month time.Month, day int) Date {
	return dateOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix())
}

// dateOf returns the date that holds a second of local time.
func dateOf(second int64) Date {
	day := second / secondsPerDay
	if second%secondsPerDay < 0 {
		day--
	}
	return Date(day)
}

func (d Date) time() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// Year returns the year of the date.
func (d Date) Year() int { return d.time().Year() }

// Weekday returns the day of the week.
func (d Date) Weekday() Weekday { return Weekday(d.time().Weekday()) }

// String returns the text form.
func (d Date) String() string { return d.time().Format(time.DateOnly) }

// MarshalText writes the text form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads the text form.
func (d *Date) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("%q is not a date, such as 2026-10-01", text)
	}
	*d = dateOf(t.Unix())
	return nil
}

// Weekday is a day of the week. Its text form is mon, tue, wed and so on.
type Weekday time.Weekday

var weekdays = [...]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// String returns the text form.
func (w Weekday) String() string {
	if w < 0 || int(w) >= len(weekdays) {
		return fmt.Sprintf("weekday(%d)", int(w))
	}
	return weekdays[w]
}

// MarshalText writes the text form.
func (w Weekday) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads the text form.
func (w *Weekday) UnmarshalText(text []byte) error {
	for i, name := range weekdays {
		if name == string(text) {
			*w = Weekday(i)
			return nil
		}
	}
	return fmt.Errorf("%q is not a weekday, such as mon", text)
}

// Clock is a time of day in minutes since midnight, 24:00 included. Its text
// form is 08:30.
type Clock int

const endOfDay Clock = 24 * 60

func (c Clock) duration() time.Duration { return time.Duration(c) * time.Minute }

// String returns the text form.
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

func parseClock(text string) (Clock, bool) {
	if text == endOfDay.String() {
		return endOfDay, true
	}
	t, err := time.Parse("15:04", text)
	return Clock(t.Hour()*60 + t.Minute()), err == nil && len(text) == len("15:04")
}

// Span is a part of a day, from one wall clock time up to another. Its text
// form is 08:30-12:00.
type Span struct{ From, To Clock }

// String returns the text form.
func (s Span) String() string { return s.From.String() + "-" + s.To.String() }

// MarshalText writes the text form.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the text form.
func (s *Span) UnmarshalText(text []byte) error {
	first, last, _ := strings.Cut(string(text), "-")
	from, okFrom := parseClock(first)
	to, okTo := parseClock(last)
	if !okFrom || !okTo {
		return fmt.Errorf("%q is not a span of hours, such as 08:30-12:00", text)
	}
	*s = Span{from, to}
	return nil
}
