package system

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"bihuan/procedure/calendar"
	"bihuan/settings"
)

// writeSettings writes the settings that a system begins with: the given ones (YAML), or without them those that are
// shipped. Its calendars know this year and the two after it, whenever it begins and past New Year's Eve too. Shipped
// ones know the years that were announced: what happens in others is for the rules' own tests to say. H6
func writeSettings(dir string, given []byte) (path string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	if given != nil {
		path = filepath.Join(dir, "given-settings.yaml")
		if err := os.WriteFile(path, given, 0o600); err != nil {
			return "", err
		}
	}
	doc, err := settings.ReadFile(path)
	if err != nil {
		return "", err
	}
	if doc["calendars"], err = upToDate(doc); err != nil {
		return "", err
	}
	path = filepath.Join(dir, "settings.json")
	return path, os.WriteFile(path, doc.JSON(), 0o600)
}

// upToDate gives the calendars of settings. New Year's Day is the holiday of a year that nobody wrote down.
func upToDate(doc settings.Document) (map[string]calendar.Calendar, error) {
	var known struct{ Calendars map[string]calendar.Calendar }
	if err := json.Unmarshal(doc.JSON(), &known); err != nil {
		return nil, err
	}
	for name, c := range known.Calendars {
		zone, err := time.LoadLocation(c.Zone)
		if err != nil {
			return nil, err
		}
		now := time.Now().In(zone).Year()
		for _, year := range []int{now, now + 1, now + 2} {
			if !c.Knows(year) {
				c.Years = append(c.Years, calendar.Year{Year: year, Holidays: []calendar.Date{calendar.NewDate(year, time.January, 1)}})
			}
		}
		known.Calendars[name] = c
	}
	return known.Calendars, nil
}
