package calendar_test

import (
	"fmt"
	"time"

	"bihuan/procedure/calendar"
)

// Four hours of working time from a Friday at 16:00 end on Monday: the office closes at 18:00, and the weekend is free.
func ExampleCalendar_Add() {
	office := calendar.Calendar{
		Zone: "Asia/Shanghai", Weekdays: []calendar.Weekday{1, 2, 3, 4, 5},
		Hours: []calendar.Span{{From: 8*60 + 30, To: 12 * 60}, {From: 13*60 + 30, To: 18 * 60}},
		Years: []calendar.Year{{Year: 2026}},
	}
	shanghai, err := time.LoadLocation(office.Zone)
	if err != nil {
		fmt.Println(err)
		return
	}
	friday := time.Date(2026, 12, 4, 16, 0, 0, 0, shanghai)
	due, err := office.Add(friday, 4*time.Hour)
	fmt.Println(due.In(shanghai).Format("Mon 15:04"), err)
	worked, err := office.Between(friday, due)
	fmt.Println(worked, err)
	// A year that nobody has told the calendar of is an error, never a guess.
	_, err = office.Add(friday.AddDate(1, 0, 0), time.Hour)
	fmt.Println(err)
	// Output:
	// Mon 10:30 <nil>
	// 4h0m0s <nil>
	// the calendar has no holidays and make-up days for 2027
}
