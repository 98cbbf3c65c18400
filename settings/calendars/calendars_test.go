// Package calendars_test reads the calendars as the settings do.
package calendars_test

import (
	"bytes"
	"os"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"bihuan/procedure/calendar"
)

func china(t *testing.T) calendar.Calendar {
	t.Helper()
	document, err := os.ReadFile("cn.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c calendar.Calendar
	decoder := yaml.NewDecoder(bytes.NewReader(document))
	decoder.KnownFields(true)
	if err := decoder.Decode(&c); err != nil {
		t.Fatal(err)
	}
	return c
}

// H6: the statutory holidays and make-up working days of 2025 and 2026.
func TestH6China(t *testing.T) {
	c := china(t)
	if faults := c.Validate(); faults != nil {
		t.Fatal(faults)
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for day, works := range map[string]bool{
		"2025-01-26": true, "2025-01-29": false, "2025-09-28": true, "2025-10-06": false, "2025-10-09": true,
		"2026-01-01": false, "2026-01-04": true, "2026-02-14": true, "2026-02-17": false, "2026-02-24": true,
		"2026-05-01": false, "2026-09-25": false, "2026-10-01": false, "2026-10-10": true, "2026-10-17": false,
	} {
		noon, err := time.ParseInLocation(time.DateTime, day+" 11:00:00", zone)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Working(noon); err != nil || got != works {
			t.Errorf("%s: got working %v, %v", day, got, err)
		}
	}
}

// H6: the State Council's notices leave 248 working days in each of these years.
func TestH6ChinaYearTotals(t *testing.T) {
	c := china(t)
	zone := time.FixedZone("CST", 8*60*60)
	for year, days := range map[int]int{2025: 248, 2026: 248} {
		from, to := time.Date(year, 1, 1, 0, 0, 0, 0, zone), time.Date(year+1, 1, 1, 0, 0, 0, 0, zone)
		got, err := c.Between(from, to)
		if want := time.Duration(days) * 8 * time.Hour; err != nil || got != want {
			t.Errorf("%d: got %v, %v, want %v", year, got, err, want)
		}
	}
}
