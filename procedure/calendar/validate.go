package calendar

import (
	"fmt"
	"slices"
	"strconv"

	"bihuan/procedure/violation"
)

// Validate gives every fault at once; none when the calendar can be used.
func (c Calendar) Validate() violation.List {
	var faults violation.List
	if _, err := Location(c.Zone); err != nil {
		faults = append(faults, badZone(c.Zone))
	}
	c.checkWeekdays(&faults)
	c.checkHours(&faults)
	c.checkYears(&faults)
	return faults
}

func badZone(zone string) violation.Violation {
	return violation.Violation{Path: "zone", Code: "no_zone", Args: map[string]string{"zone": zone}}
}

// at is the path of an item of a list.
func at(list string, item any) string { return fmt.Sprintf("%s[%v]", list, item) }

func (c Calendar) checkWeekdays(faults *violation.List) {
	if len(c.Weekdays) == 0 {
		faults.Add("weekdays", "none")
	}
	for i, day := range c.Weekdays {
		if day < 0 || int(day) >= len(weekdays) {
			faults.Add(at("weekdays", i), "no_weekday")
		}
		if slices.Contains(c.Weekdays[:i], day) {
			faults.Add(at("weekdays", day), "twice")
		}
	}
}

func (c Calendar) checkHours(faults *violation.List) {
	if len(c.Hours) == 0 {
		faults.Add("hours", "none")
	}
	for i, span := range c.Hours {
		if span.From < 0 || span.To > endOfDay || span.From >= span.To {
			faults.Add(at("hours", span), "span_backwards")
		}
		for _, before := range c.Hours[:i] {
			switch {
			case span.From < before.To && before.From < span.To:
				faults.Add(at("hours", span), "spans_overlap", "other", before.String())
			case span.From < before.From:
				faults.Add(at("hours", span), "span_out_of_order", "other", before.String())
			}
		}
	}
}

func (c Calendar) checkYears(faults *violation.List) {
	for i, year := range c.Years {
		path := at("years", year.Year)
		if slices.ContainsFunc(c.Years[:i], func(y Year) bool { return y.Year == year.Year }) {
			faults.Add(path, "twice")
		}
		checkDates(faults, path+".holidays", year.Holidays, year.Year)
		checkDates(faults, path+".make_up", year.MakeUp, year.Year)
		for _, day := range year.MakeUp {
			if slices.Contains(year.Holidays, day) {
				faults.Add(at(path+".make_up", day), "holiday_too")
			}
		}
	}
}

func checkDates(faults *violation.List, list string, days []Date, year int) {
	for i, day := range days {
		if day.Year() != year {
			faults.Add(at(list, day), "other_year", "year", strconv.Itoa(year))
		}
		if slices.Contains(days[:i], day) {
			faults.Add(at(list, day), "twice")
		}
	}
}

// Knows says whether the calendar has the days of a year.
func (c Calendar) Knows(year int) bool {
	return slices.ContainsFunc(c.Years, func(y Year) bool { return y.Year == year })
}
