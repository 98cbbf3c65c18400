package calendar_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bihuan/procedure/calendar"
)

// stepper measures working time minute by minute, from the words of H6 alone:
// slow, and right for whole minutes.
type stepper struct {
	calendar.Calendar
	zone *time.Location
}

func (s stepper) works(t time.Time) (bool, error) {
	local := t.In(s.zone)
	minute := calendar.Clock(local.Hour()*60 + local.Minute())
	if !slices.ContainsFunc(s.Hours, func(h calendar.Span) bool { return h.From <= minute && minute < h.To }) {
		return false, nil
	}
	today := local.Format(time.DateOnly)
	isToday := func(d calendar.Date) bool { return d.String() == today }
	for _, year := range s.Years {
		if year.Year == local.Year() {
			usual := slices.Contains(s.Weekdays, calendar.Weekday(local.Weekday()))
			return slices.ContainsFunc(year.MakeUp, isToday) || usual && !slices.ContainsFunc(year.Holidays, isToday), nil
		}
	}
	return false, &calendar.MissingYearError{Year: local.Year()}
}

func (s stepper) between(from, to time.Time) (time.Duration, error) {
	var sum time.Duration
	for t := from; t.Before(to); t = t.Add(time.Minute) {
		works, err := s.works(t)
		if err != nil {
			return 0, err
		}
		if works {
			sum += time.Minute
		}
	}
	return sum, nil
}

func (s stepper) add(start time.Time, d time.Duration) (time.Time, error) {
	t := start
	if d == 0 {
		t = start.Add(-time.Minute) // at its closing, the minute before was worked
	}
	for ; ; t = t.Add(time.Minute) {
		works, err := s.works(t)
		if err != nil {
			return time.Time{}, err
		}
		switch {
		case works && d == 0:
			return laterOf(t, start), nil
		case works && d == time.Minute:
			return t.Add(time.Minute), nil
		case works:
			d -= time.Minute
		}
	}
}

func laterOf(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// zones: none, hour, half-hour and midnight clock changes.
var zones = []string{
	"Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Africa/Cairo", "Asia/Kathmandu",
}

// around holds days near new year and near the clock changes of those zones.
var around = []calendar.Date{
	calendar.NewDate(2025, 12, 28), calendar.NewDate(2026, 3, 6), calendar.NewDate(2026, 3, 27), calendar.NewDate(2026, 4, 3),
	calendar.NewDate(2026, 4, 23), calendar.NewDate(2026, 9, 4), calendar.NewDate(2026, 10, 2), calendar.NewDate(2026, 10, 23),
	calendar.NewDate(2026, 10, 29), calendar.NewDate(2026, 12, 28),
}

// scene is a calendar and a day around which things happen in it.
type scene struct {
	calendar.Calendar
	day calendar.Date
}

func drawScene(t *rapid.T) scene {
	day := rapid.SampledFrom(around).Draw(t, "day") + calendar.Date(rapid.IntRange(-1, 3).Draw(t, "shift"))
	c := calendar.Calendar{
		Zone:     rapid.SampledFrom(zones).Draw(t, "zone"),
		Weekdays: rapid.SliceOfNDistinct(rapid.Map(rapid.IntRange(0, 6), func(i int) calendar.Weekday { return calendar.Weekday(i) }), 2, 7, rapid.ID).Draw(t, "weekdays"),
		Hours:    drawHours(t),
	}
	near := rapid.Map(rapid.IntRange(-4, 12), func(i int) calendar.Date { return day + calendar.Date(i) })
	special := rapid.SliceOfNDistinct(near, 0, 8, rapid.ID).Draw(t, "special")
	holidays := rapid.IntRange(0, len(special)).Draw(t, "holidays")
	for _, year := range rapid.SampledFrom([][]int{{2025, 2026, 2027}, {2027, 2026, 2025}, {2026}, {2025, 2026}}).Draw(t, "years") {
		outside := func(d calendar.Date) bool { return d.Year() != year }
		c.Years = append(c.Years, calendar.Year{
			Year:     year,
			Holidays: slices.DeleteFunc(slices.Clone(special[:holidays]), outside),
			MakeUp:   slices.DeleteFunc(slices.Clone(special[holidays:]), outside),
		})
	}
	if err := c.Validate(); err != nil {
		t.Fatalf("drew a bad calendar: %v", err)
	}
	return scene{c, day}
}

func drawHours(t *rapid.T) []calendar.Span {
	count := rapid.IntRange(1, 3).Draw(t, "spans")
	edge := rapid.OneOf(
		rapid.SampledFrom([]int{0, 60, 120, 150, 180, 1440}), // midnights and clock changes
		rapid.IntRange(0, 1440),
	)
	edges := rapid.SliceOfNDistinct(edge, 2*count, 2*count, rapid.ID).Draw(t, "edges")
	slices.Sort(edges)
	var hours []calendar.Span
	for pair := range slices.Chunk(edges, 2) {
		hours = append(hours, calendar.Span{From: calendar.Clock(pair[0]), To: calendar.Clock(pair[1])})
	}
	return hours
}

func (s scene) stepper(t *rapid.T) stepper {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		t.Fatal(err)
	}
	return stepper{s.Calendar, zone}
}

// instant draws a time of up to days after the scene's day, in whole units.
func (s scene) instant(t *rapid.T, label string, days int, unit time.Duration) time.Time {
	offset := rapid.Int64Range(0, int64(time.Duration(days)*24*time.Hour/unit)).Draw(t, label)
	return time.Unix(int64(s.day)*24*60*60, 0).Add(time.Duration(offset) * unit).UTC()
}

func sameError(a, b error) bool {
	var missingA, missingB *calendar.MissingYearError
	if errors.As(a, &missingA) && errors.As(b, &missingB) {
		return *missingA == *missingB
	}
	return a == nil && b == nil
}

func TestH6AddAgainstMinuteByMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		start := s.instant(t, "start", 3, time.Minute)
		d := time.Duration(rapid.IntRange(0, 48*60).Draw(t, "minutes")) * time.Minute
		got, err := s.Add(start, d)
		want, wantErr := s.stepper(t).add(start, d)
		if !got.Equal(want) || !sameError(err, wantErr) {
			t.Fatalf("%v + %v: got %v, %v, want %v, %v", start, d, got, err, want, wantErr)
		}
	})
}

func TestH6BetweenAgainstMinuteByMinute(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		from, to := s.instant(t, "from", 5, time.Minute), s.instant(t, "to", 10, time.Minute)
		got, err := s.Between(from, to)
		want, wantErr := s.stepper(t).between(from, to)
		if got != want || !sameError(err, wantErr) {
			t.Fatalf("%v to %v: got %v, %v, want %v, %v", from, to, got, err, want, wantErr)
		}
	})
}

func TestH6WorkingAgainstTheWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		instant := s.instant(t, "instant", 5, time.Second)
		got, err := s.Working(instant)
		want, wantErr := s.stepper(t).works(instant)
		if got != want || !sameError(err, wantErr) {
			t.Fatalf("%v: got %v, %v, want %v, %v", instant, got, err, want, wantErr)
		}
	})
}

// H6: what is added is what is measured, to the nanosecond, and more time or
// a later start never falls due earlier.
func TestH6AddBetweenAndOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		duration := rapid.Int64Range(0, int64(48*time.Hour))
		start, later := s.instant(t, "start", 3, 1), s.instant(t, "later", 3, 1)
		d, more := time.Duration(duration.Draw(t, "d")), time.Duration(duration.Draw(t, "more"))
		due, err := s.Add(start, d)
		if err != nil {
			return // at a missing year
		}
		if got, err := s.Between(start, due); got != d || err != nil {
			t.Fatalf("%v + %v is %v, but measures %v, %v", start, d, due, got, err)
		}
		if got, err := s.Add(start, d+more); err == nil && got.Before(due) {
			t.Fatalf("%v + %v is %v, before %v", start, d+more, got, due)
		}
		if got, err := s.Add(later, d); err == nil && !later.Before(start) && got.Before(due) {
			t.Fatalf("%v + %v is %v, before %v", later, d, got, due)
		}
	})
}

// C6: pausing and resuming at once changes nothing that is still to be worked.
func TestC6PauseKeepsWorkingTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		start, paused, resumed := s.instant(t, "start", 2, 1), s.instant(t, "paused", 5, 1), s.instant(t, "resumed", 8, 1)
		d := time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "d"))
		due, err := s.Add(start, d)
		if err != nil || paused.Before(start) || resumed.Before(paused) {
			return // at a missing year, or no pause
		}
		worked, workedErr := s.Between(start, paused)
		left, leftErr := s.Between(paused, due)
		dueAgain, addErr := s.Add(resumed, left)
		if errors.Join(workedErr, leftErr, addErr) != nil {
			return // at a missing year
		}
		if want := max(0, d-worked); left != want {
			t.Fatalf("%v of %v was worked, but %v is left", worked, d, left)
		}
		if got, err := s.Between(resumed, dueAgain); got != left || err != nil {
			t.Fatalf("resumed with %v, %v, want %v", got, err, left)
		}
	})
}
