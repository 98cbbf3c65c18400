package calendar_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"bihuan/procedure/calendar"
	"bihuan/procedure/violation"
)

// office is a small calendar of Shanghai: 8 hours a day, known in 2026 only.
func office() calendar.Calendar {
	return calendar.Calendar{
		Zone:     "Asia/Shanghai",
		Weekdays: weekdays(time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday),
		Hours:    []calendar.Span{span("08:30-12:00"), span("13:30-18:00")},
		Years: []calendar.Year{{
			Year:     2026,
			Holidays: []calendar.Date{calendar.NewDate(2026, 10, 1), calendar.NewDate(2026, 10, 2)},
			MakeUp:   []calendar.Date{calendar.NewDate(2026, 10, 10)},
		}},
	}
}

func weekdays(days ...time.Weekday) []calendar.Weekday {
	var list []calendar.Weekday
	for _, day := range days {
		list = append(list, calendar.Weekday(day))
	}
	return list
}

func span(text string) calendar.Span {
	var s calendar.Span
	if err := s.UnmarshalText([]byte(text)); err != nil {
		panic(err)
	}
	return s
}

// at reads a wall clock time of a zone, given as "2026-09-30 17:00".
func at(t *testing.T, zone, wall string) time.Time {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	instant, err := time.ParseInLocation("2006-01-02 15:04", wall, location)
	if err != nil {
		t.Fatal(err)
	}
	return instant
}

// H6: the ordinary calendar with its break, weekend, holidays and make-up days.
func TestH6Add(t *testing.T) {
	for _, tt := range []struct {
		name, start string
		add         time.Duration
		want        string
	}{
		{"within a span", "2026-09-28 09:00", time.Hour, "2026-09-28 10:00"},
		{"over the break", "2026-09-28 11:30", time.Hour, "2026-09-28 14:00"},
		{"ends with the morning, not after the break", "2026-09-28 11:00", time.Hour, "2026-09-28 12:00"},
		{"ends with the day, not the next morning", "2026-09-28 17:00", time.Hour, "2026-09-28 18:00"},
		{"overnight", "2026-09-28 17:00", 2 * time.Hour, "2026-09-29 09:30"},
		{"over holidays and weekend", "2026-09-30 17:00", 2 * time.Hour, "2026-10-05 09:30"},
		{"on a make-up Saturday", "2026-10-09 17:00", 2 * time.Hour, "2026-10-10 09:30"},
		{"an ordinary Sunday", "2026-10-11 10:00", time.Minute, "2026-10-12 08:31"},
		{"nothing within working time", "2026-09-28 09:00", 0, "2026-09-28 09:00"},
		{"nothing at an opening", "2026-09-28 08:30", 0, "2026-09-28 08:30"},
		{"nothing at the break's edge", "2026-09-28 12:00", 0, "2026-09-28 12:00"},
		{"nothing at the day's edge", "2026-09-28 18:00", 0, "2026-09-28 18:00"},
		{"nothing in the break", "2026-09-28 12:01", 0, "2026-09-28 13:30"},
		{"nothing in the evening", "2026-09-30 18:01", 0, "2026-10-05 08:30"},
		{"a month", "2026-09-01 08:30", 20 * 8 * time.Hour, "2026-09-28 18:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := office().Add(at(t, "Asia/Shanghai", tt.start), tt.add)
			if want := at(t, "Asia/Shanghai", tt.want); err != nil || !got.Equal(want) {
				t.Fatalf("got %v, %v, want %v", got, err, want)
			}
			if got.Location() != time.UTC {
				t.Errorf("got a time in %v, want UTC", got.Location())
			}
		})
	}
}

func TestH6AddRefusesNegative(t *testing.T) {
	if _, err := office().Add(at(t, "Asia/Shanghai", "2026-09-28 09:00"), -1); !errors.Is(err, calendar.ErrNegative) {
		t.Fatalf("got %v", err)
	}
}

func TestH6Between(t *testing.T) {
	for _, tt := range []struct {
		name, from, to string
		want           time.Duration
	}{
		{"over the break", "2026-09-28 11:30", "2026-09-28 14:00", time.Hour},
		{"a day and its edges", "2026-09-28 00:00", "2026-09-29 00:00", 8 * time.Hour},
		{"over holidays", "2026-09-30 17:00", "2026-10-05 09:30", 2 * time.Hour},
		{"backwards", "2026-09-29 09:00", "2026-09-28 09:00", 0},
		{"the break", "2026-09-28 12:00", "2026-09-28 13:30", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := office().Between(at(t, "Asia/Shanghai", tt.from), at(t, "Asia/Shanghai", tt.to))
			if err != nil || got != tt.want {
				t.Fatalf("got %v, %v, want %v", got, err, tt.want)
			}
		})
	}
}

func TestH6Working(t *testing.T) {
	for wall, want := range map[string]bool{
		"2026-09-28 08:29": false, "2026-09-28 08:30": true, "2026-09-28 11:59": true, "2026-09-28 12:00": false,
		"2026-10-01 09:00": false, "2026-10-10 09:00": true, "2026-10-11 09:00": false,
	} {
		if got, err := office().Working(at(t, "Asia/Shanghai", wall)); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", wall, got, err, want)
		}
	}
}

// C6: a paused task resumes with the working time that was left of it.
func TestC6RemainingAfterPause(t *testing.T) {
	c, shanghai := office(), "Asia/Shanghai"
	due := at(t, shanghai, "2026-09-30 10:30")
	left, err := c.Between(at(t, shanghai, "2026-09-29 16:00"), due)
	if err != nil || left != 4*time.Hour {
		t.Fatalf("got %v, %v left, want 4h", left, err)
	}
	resumed, err := c.Add(at(t, shanghai, "2026-10-03 11:00"), left)
	if want := at(t, shanghai, "2026-10-05 14:00"); err != nil || !resumed.Equal(want) {
		t.Fatalf("got %v, %v, want %v", resumed, err, want)
	}
	left, err = c.Between(at(t, shanghai, "2026-09-30 15:00"), due)
	if err != nil || left != 0 {
		t.Fatalf("paused after it was due: got %v, %v left, want none", left, err)
	}
}

// H6: hours are wall clock, durations are real: a night shift across a clock
// change is an hour shorter in spring and an hour longer in autumn.
func TestH6ClockChanges(t *testing.T) {
	night := calendar.Calendar{
		Weekdays: weekdays(time.Sunday),
		Hours:    []calendar.Span{span("00:00-06:00")},
		Years:    []calendar.Year{{Year: 2026}},
	}
	for _, tt := range []struct {
		zone, start, end string
		want             time.Duration
	}{
		{"America/New_York", "2026-03-01 00:00", "2026-03-01 06:00", 6 * time.Hour},
		{"America/New_York", "2026-03-08 00:00", "2026-03-08 06:00", 5 * time.Hour},
		{"America/New_York", "2026-11-01 00:00", "2026-11-01 06:00", 7 * time.Hour},
		{"Europe/Berlin", "2026-03-29 00:00", "2026-03-29 06:00", 5 * time.Hour},
		{"Europe/Berlin", "2026-10-25 00:00", "2026-10-25 06:00", 7 * time.Hour},
	} {
		night.Zone = tt.zone
		start, end := at(t, tt.zone, tt.start), at(t, tt.zone, tt.end)
		if got, err := night.Between(start, end); err != nil || got != tt.want {
			t.Errorf("%s %s: got %v, %v, want %v", tt.zone, tt.start, got, err, tt.want)
		}
		if got, err := night.Add(start, tt.want); err != nil || !got.Equal(end) {
			t.Errorf("%s %s: got %v, %v, want %v", tt.zone, tt.start, got, err, end)
		}
	}
}

// H6: 24:00 ends a day, so a desk that never closes measures wall clock.
func TestH6RoundTheClock(t *testing.T) {
	c := office()
	c.Weekdays = weekdays(0, 1, 2, 3, 4, 5, 6)
	c.Hours = []calendar.Span{span("00:00-24:00")}
	start := at(t, "Asia/Shanghai", "2026-05-01 10:00")
	if got, err := c.Add(start, 1000*time.Hour); err != nil || !got.Equal(start.Add(1000*time.Hour)) {
		t.Fatalf("got %v, %v", got, err)
	}
	last := at(t, "Asia/Shanghai", "2027-01-01 00:00")
	if got, err := c.Add(last.Add(-time.Hour), time.Hour); err != nil || !got.Equal(last) {
		t.Fatalf("to the end of the known year: got %v, %v", got, err)
	}
}

// H6: a year without data is an error that names it, when its data is needed.
func TestH6MissingYear(t *testing.T) {
	c := office()
	newYearsEve := at(t, "Asia/Shanghai", "2026-12-31 17:00")
	_, addErr := c.Add(newYearsEve, time.Hour+1)
	_, betweenErr := c.Between(newYearsEve, at(t, "Asia/Shanghai", "2027-01-01 08:31"))
	_, workingErr := c.Working(at(t, "Asia/Shanghai", "2027-01-02 09:00"))
	for _, err := range []error{addErr, betweenErr, workingErr} {
		var missing *calendar.MissingYearError
		if !errors.As(err, &missing) || missing.Year != 2027 || missing.Code() != "calendar_year_missing" || !strings.Contains(err.Error(), "2027") {
			t.Errorf("got %v, want the missing year 2027", err)
		}
	}
	if got, err := c.Add(newYearsEve, time.Hour); err != nil || !got.Equal(newYearsEve.Add(time.Hour)) {
		t.Errorf("to the last closing: got %v, %v", got, err)
	}
	if got, err := c.Between(newYearsEve, at(t, "Asia/Shanghai", "2027-01-01 08:30")); err != nil || got != time.Hour {
		t.Errorf("to the opening of the missing year: got %v, %v", got, err)
	}
	later := at(t, "Asia/Shanghai", "2027-03-01 09:00")
	if got, err := c.Between(later, later); err != nil || got != 0 {
		t.Errorf("nothing to measure: got %v, %v", got, err)
	}
	if _, err := c.Between(time.Time{}, newYearsEve); err == nil {
		t.Error("the zero time was measured")
	}
}

func TestH6UnusableCalendar(t *testing.T) {
	start := at(t, "Asia/Shanghai", "2026-09-28 09:00")
	for path, spoil := range map[string]func(*calendar.Calendar){
		"zone":               func(c *calendar.Calendar) { c.Zone = "Local" },
		"hours":              func(c *calendar.Calendar) { c.Hours = nil },
		"hours[18:00-08:00]": func(c *calendar.Calendar) { c.Hours = []calendar.Span{span("18:00-08:00")} },
	} {
		c := office()
		spoil(&c)
		_, err := c.Add(start, time.Hour)
		var found violation.Violation
		if !errors.As(err, &found) || found.Path != path {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestH6ValidateNamesEveryFault(t *testing.T) {
	if faults := office().Validate(); faults != nil {
		t.Fatalf("a good calendar: %v", faults)
	}
	bad := calendar.Calendar{
		Zone:     "Asia/Shanghigh",
		Weekdays: weekdays(1, 1, 9),
		Hours:    []calendar.Span{span("08:30-12:00"), span("11:00-18:00"), span("20:00-19:00"), span("07:00-08:00")},
		Years: []calendar.Year{
			{Year: 2026, Holidays: []calendar.Date{calendar.NewDate(2025, 10, 1), calendar.NewDate(2026, 10, 1)}},
			{Year: 2026, Holidays: []calendar.Date{calendar.NewDate(2026, 5, 1)}, MakeUp: []calendar.Date{calendar.NewDate(2026, 5, 1)}},
		},
	}
	want := []string{
		"zone: no_zone map[zone:Asia/Shanghigh]",
		"weekdays[mon]: twice",
		"weekdays[2]: no_weekday",
		"hours[11:00-18:00]: spans_overlap map[other:08:30-12:00]",
		"hours[20:00-19:00]: span_backwards",
		"hours[07:00-08:00]: span_out_of_order map[other:08:30-12:00]",
		"hours[07:00-08:00]: span_out_of_order map[other:11:00-18:00]",
		"hours[07:00-08:00]: span_out_of_order map[other:20:00-19:00]",
		"years[2026].holidays[2025-10-01]: other_year map[year:2026]",
		"years[2026]: twice",
		"years[2026].make_up[2026-05-01]: holiday_too",
	}
	err := bad.Validate().Err()
	if got := strings.Split(err.Error(), "\n"); !reflect.DeepEqual(got, want) {
		t.Errorf("got:\n%v\nwant:\n%s", err, strings.Join(want, "\n"))
	}
	err = calendar.Calendar{}.Validate().Err()
	for _, path := range []string{"zone: ", "weekdays: ", "hours: "} {
		if !strings.Contains(err.Error(), path) {
			t.Errorf("an empty calendar: %v lacks %s", err, path)
		}
	}
}

func TestForYears(t *testing.T) {
	c := office()
	c.Years = []calendar.Year{{Year: 2025}, {Year: 2026}, {Year: 2027}}
	part := c.ForYears(2026, 2027)
	if len(part.Years) != 2 || part.Years[0].Year != 2026 || len(c.Years) != 3 || c.Years[0].Year != 2025 {
		t.Fatalf("got %v of %v", part.Years, c.Years)
	}
}

func TestTextForms(t *testing.T) {
	const text = `{"zone":"Asia/Shanghai","weekdays":["mon","tue","wed","thu","fri"],"hours":["08:30-12:00","13:30-18:00"],` +
		`"years":[{"year":2026,"holidays":["2026-10-01","2026-10-02"],"make_up":["2026-10-10"]}]}`
	encoded, err := json.Marshal(office())
	if err != nil || string(encoded) != text {
		t.Errorf("JSON: got %s, %v", encoded, err)
	}
	var fromJSON, fromYAML calendar.Calendar
	if err := json.Unmarshal(encoded, &fromJSON); err != nil || !reflect.DeepEqual(fromJSON, office()) {
		t.Errorf("JSON: got %v, %v", fromJSON, err)
	}
	document, err := yaml.Marshal(office())
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(document, &fromYAML); err != nil || !reflect.DeepEqual(fromYAML, office()) {
		t.Errorf("YAML: got %v, %v from\n%s", fromYAML, err, document)
	}
}

func TestDateBefore1970(t *testing.T) {
	day := calendar.NewDate(1969, time.December, 31)
	if day.String() != "1969-12-31" || day.Weekday() != calendar.Weekday(time.Wednesday) || day+1 != calendar.NewDate(1970, 1, 1) {
		t.Fatalf("got %v, a %v", day, day.Weekday())
	}
	evening := time.Date(1969, 12, 31, 18, 0, 0, 0, time.UTC)
	c := office()
	c.Zone, c.Hours, c.Years = "UTC", []calendar.Span{span("00:00-24:00")}, []calendar.Year{{Year: 1969}}
	if works, err := c.Working(evening); err != nil || !works {
		t.Fatalf("got %v, %v", works, err)
	}
}

func TestTextFormsRefuse(t *testing.T) {
	for _, text := range []string{
		`{"hours":["8:30-12:00"]}`, `{"hours":["08:30"]}`, `{"hours":["08:30-24:01"]}`, `{"hours":["08:30-12:00-13:00"]}`,
		`{"years":[{"holidays":["2026-02-30"]}]}`, `{"years":[{"holidays":["1.10.2026"]}]}`, `{"weekdays":["monday"]}`, `{"weekdays":[1]}`,
	} {
		if err := json.Unmarshal([]byte(text), &calendar.Calendar{}); err == nil {
			t.Errorf("accepted %s", text)
		}
	}
}

func BenchmarkAddDay(b *testing.B)       { benchmarkAdd(b, "Asia/Shanghai", 8*time.Hour) }
func BenchmarkAddTwoMonths(b *testing.B) { benchmarkAdd(b, "Asia/Shanghai", 40*8*time.Hour) }

func BenchmarkAddTwoMonthsOverClockChange(b *testing.B) {
	benchmarkAdd(b, "America/New_York", 40*8*time.Hour)
}

func benchmarkAdd(b *testing.B, zone string, d time.Duration) {
	c, start := office(), time.Date(2026, 9, 20, 1, 0, 0, 0, time.UTC)
	c.Zone = zone
	for b.Loop() {
		if _, err := c.Add(start, d); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBetweenTwoMonths(b *testing.B) {
	c, from := office(), time.Date(2026, 9, 1, 1, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 2, 0)
	for b.Loop() {
		if _, err := c.Between(from, to); err != nil {
			b.Fatal(err)
		}
	}
}
