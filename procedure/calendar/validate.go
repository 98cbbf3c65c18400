package calendar

import (
	"errors"
	"fmt"
	"slices"
)

// Fault is a setting that cannot stand, with the path that leads to it.
type Fault struct{ Path, Message string }

// Error is the path and what is wrong there.
func (f Fault) Error() string { return f.Path + ": " + f.Message }

// Code identifies the error to programs.
func (f Fault) Code() string { return "calendar_invalid" }

// Validate returns every fault at once, joined, each a Fault; nil when the
// calendar can be used.
func (c Calendar) Validate() error {
	_, err := location(c.Zone)
	errs := []error{err}
	for _, fault := range slices.Concat(c.weekdaysFaults(), c.hoursFaults(), c.yearsFaults()) {
		errs = append(errs, fault)
	}
	return errors.Join(errs...)
}

func (c Calendar) weekdaysFaults() []Fault {
	if len(c.Weekdays) == 0 {
		return []Fault{{"calendar.weekdays", "no working day"}}
	}
	var faults []Fault
	for i, day := range c.Weekdays {
		if day < 0 || int(day) >= len(weekdays) {
			faults = append(faults, fault("weekdays", i, "not a weekday"))
		}
		if slices.Contains(c.Weekdays[:i], day) {
			faults = append(faults, fault("weekdays", i, day.String()+" is listed twice"))
		}
	}
	return faults
}

func (c Calendar) hoursFaults() []Fault {
	if len(c.Hours) == 0 {
		return []Fault{{"calendar.hours", "no working hours"}}
	}
	var faults []Fault
	for i, span := range c.Hours {
		if span.From < 0 || span.To > endOfDay || span.From >= span.To {
			faults = append(faults, fault("hours", i, "must end after it begins, by 24:00; past midnight is a second span"))
		}
		for j, before := range c.Hours[:i] {
			switch {
			case span.From < before.To && before.From < span.To:
				faults = append(faults, fault("hours", i, fmt.Sprintf("overlaps hours[%d]", j)))
			case span.From < before.From:
				faults = append(faults, fault("hours", i, fmt.Sprintf("must come before hours[%d]", j)))
			}
		}
	}
	return faults
}

func (c Calendar) yearsFaults() []Fault {
	var faults []Fault
	for i, year := range c.Years {
		if j := slices.IndexFunc(c.Years[:i], func(y Year) bool { return y.Year == year.Year }); j >= 0 {
			faults = append(faults, fault("years", i, fmt.Sprintf("repeats %d of years[%d]", year.Year, j)))
		}
		path := fmt.Sprintf("years[%d].", i)
		faults = append(faults, datesFaults(path+"holidays", year.Holidays, year.Year)...)
		faults = append(faults, datesFaults(path+"make_up", year.MakeUp, year.Year)...)
		for k, day := range year.MakeUp {
			if j := slices.Index(year.Holidays, day); j >= 0 {
				faults = append(faults, fault(path+"make_up", k, fmt.Sprintf("%v is holidays[%d] too", day, j)))
			}
		}
	}
	return faults
}

func datesFaults(list string, days []Date, year int) []Fault {
	var faults []Fault
	for i, day := range days {
		if day.Year() != year {
			faults = append(faults, fault(list, i, fmt.Sprintf("%v is not in %d", day, year)))
		}
		if slices.Contains(days[:i], day) {
			faults = append(faults, fault(list, i, fmt.Sprintf("%v is listed twice", day)))
		}
	}
	return faults
}

func fault(list string, i int, message string) Fault {
	return Fault{fmt.Sprintf("calendar.%s[%d]", list, i), message}
}
