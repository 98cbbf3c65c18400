package complaint_test

import (
	"time"

	"bihuan/procedure/calendar"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

const day = 24 * time.Hour

func limit(within time.Duration, clock string, owner people.Role) policy.Deadline {
	return policy.Deadline{Within: policy.Duration(within), Clock: clock, Owner: owner}
}

// testPolicy holds the handbook's default durations, and a calendar whose only holidays are the
// seven days from 2026-10-01 (2026-10-10 is worked for them).
func testPolicy() policy.Policy {
	return policy.Policy{
		Version: "test", Calendar: testCalendar(), Deadlines: testDeadlines(), WarnPercent: 75, RevisitAttempts: 3,
		Review:   []string{"valid", "invalid", "major"},
		Recourse: policy.Text{Zh: "可拨打 12345", En: "Call 12345"},
		Departments: []policy.Department{
			{ID: "engineering", Contact: "Duty engineer", Phone: "0001"},
			{ID: "security", Contact: "Control room", Phone: "0002"},
			{ID: "vendor", Vendor: true, Contact: "Lift hotline", Phone: "0003"},
		},
		Categories: []policy.Category{
			{ID: "all"},
			{ID: "noise", Parent: "all", Department: "security", Urgency: "normal", Work: policy.Duration(8 * time.Hour)},
			{ID: "parking", Parent: "all", Department: "security", Urgency: "normal", Work: policy.Duration(8 * time.Hour), Auto: true},
			{ID: "leak", Parent: "all", Department: "engineering", Urgency: "urgent", Work: policy.Duration(16 * time.Hour), Evidence: true},
			{ID: "trapped", Parent: "all", Department: "vendor", Urgency: "emergency", Work: policy.Duration(4 * time.Hour), Evidence: true},
		},
	}
}

func testCalendar() calendar.Calendar {
	holidays := make([]calendar.Date, 7)
	for i := range holidays {
		holidays[i] = calendar.NewDate(2026, time.October, 1+i)
	}
	return calendar.Calendar{
		Zone:     "Asia/Shanghai",
		Weekdays: []calendar.Weekday{1, 2, 3, 4, 5},
		Hours:    []calendar.Span{{From: 8*60 + 30, To: 12 * 60}, {From: 13*60 + 30, To: 18 * 60}},
		Years: []calendar.Year{
			{Year: 2025},
			{Year: 2026, Holidays: holidays, MakeUp: []calendar.Date{calendar.NewDate(2026, time.October, 10)}},
			{Year: 2027},
		},
	}
}

func testDeadlines() policy.Deadlines {
	withMajor := func(d policy.Deadline, major time.Duration, owner people.Role) policy.Deadline {
		d.Major, d.MajorOwner = policy.Duration(major), owner
		return d
	}
	withEmergency := func(d policy.Deadline, emergency time.Duration) policy.Deadline {
		d.Emergency = policy.Duration(emergency)
		return d
	}
	return policy.Deadlines{
		Judge:     limit(2*time.Hour, policy.Working, people.Agent),
		Refer:     limit(4*time.Hour, policy.Working, people.Manager),
		Review:    limit(day, policy.Wall, people.Manager),
		Explain:   limit(day, policy.Wall, ""),
		Service:   limit(7*day, policy.Wall, people.Assistant),
		Dispatch:  withMajor(limit(30*time.Minute, policy.Working, people.Agent), 0, people.Manager),
		Accept:    withEmergency(limit(30*time.Minute, policy.Working, ""), 10*time.Minute),
		Reroute:   withEmergency(limit(30*time.Minute, policy.Working, people.Agent), 10*time.Minute),
		Work:      withEmergency(limit(day, policy.Working, ""), 6*time.Hour),
		Plan:      limit(2*day, policy.Wall, people.Agent),
		Answer:    limit(4*day, policy.Wall, people.Agent), // the warning, after 72 h, is D3's reminder
		FollowUp:  withMajor(limit(day, policy.Wall, people.Agent), 12*time.Hour, ""),
		Verify:    withMajor(limit(day, policy.Wall, people.Assistant), 0, people.Manager),
		Revisit:   withMajor(limit(3*day, policy.Wall, people.Assistant), day, people.Manager),
		Unreached: limit(day, policy.Wall, people.Manager),
		Decision:  withEmergency(limit(4*time.Hour, policy.Working, ""), 30*time.Minute),
		Reminder:  limit(day, policy.Wall, ""),
		Reopen:    limit(7*day, policy.Wall, ""),
	}
}
