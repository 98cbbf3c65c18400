package service_test

import (
	"testing"
	"time"

	"bihuan/procedure/calendar"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

const day = 24 * time.Hour

func limit(within time.Duration, clock string, owner people.Role) policy.Deadline {
	return policy.Deadline{Within: policy.Duration(within), Clock: clock, Owner: owner}
}

// testPolicy has working days 08:30-12:00 and 13:30-18:00, and one service of each sort.
func testPolicy(t *testing.T) policy.Policy {
	t.Helper()
	name := func(zh, en string) policy.Text { return policy.Text{Zh: zh, En: en} }
	place := policy.Field{ID: "place", Name: name("位置", "Place"), Type: policy.TextField, Required: true}
	p := policy.Policy{
		Version: "test", WarnPercent: 75,
		Calendar: calendar.Calendar{
			Zone: "Asia/Shanghai", Weekdays: []calendar.Weekday{1, 2, 3, 4, 5},
			Hours: []calendar.Span{{From: 8*60 + 30, To: 12 * 60}, {From: 13*60 + 30, To: 18 * 60}},
			Years: []calendar.Year{{Year: 2025}, {Year: 2026}, {Year: 2027}},
		},
		Departments: []policy.Department{{ID: "engineering"}, {ID: "cleaning"}, {ID: "plumbing"}, {ID: "security"}},
		Pools: []policy.Pool{
			{ID: "first", By: policy.ByOffer, Departments: []string{"cleaning", "plumbing"}},
			{ID: "turns", By: policy.ByTurn, Departments: []string{"cleaning", "plumbing"}},
		},
		Categories: []policy.Category{{ID: "quality", Department: "engineering", Urgency: "normal", Work: policy.Duration(day)}},
		Service: policy.Service{
			NoShows: 2, LowRating: 2, Complaint: "quality", Special: "leak",
			Deadlines: policy.Limits{
				"confirm": limit(day, policy.Wall, people.Agent), "agree": limit(day, policy.Wall, people.Agent),
				"accept": limit(30*time.Minute, policy.Working, ""), "reroute": limit(30*time.Minute, policy.Working, people.Agent),
				"arrive": limit(2*time.Hour, policy.Wall, people.Handler), "quote": limit(day, policy.Wall, people.Agent),
				"perform": limit(8*time.Hour, policy.Working, people.Handler), "settle": limit(3*day, policy.Wall, people.Agent),
				"rate": limit(3*day, policy.Wall, ""), "rate_again": limit(3*day, policy.Wall, ""),
				"follow_up": limit(day, policy.Wall, people.Agent), "decision": limit(4*time.Hour, policy.Working, ""),
				"reminder": limit(day, policy.Wall, ""), "reopen": limit(7*day, policy.Wall, ""),
			},
			Categories: []policy.ServiceCategory{
				{ID: "repairs"},
				{ID: "leak", Parent: "repairs", Charge: policy.Ordinary, Department: "engineering", Urgency: "normal", Work: policy.Duration(4 * time.Hour), Evidence: true, Fields: []policy.Field{place}},
				{ID: "burst", Parent: "repairs", Charge: policy.Warranty, Department: "engineering", Urgency: "emergency", Work: policy.Duration(4 * time.Hour), Fields: []policy.Field{place}},
				{ID: "cleaning", Charge: policy.Ordinary, Pool: "first", Urgency: "normal", Work: policy.Duration(4 * time.Hour), Fields: []policy.Field{place}},
				{ID: "lamp", Charge: policy.Paid, Department: "engineering", Urgency: "normal", Work: policy.Duration(4 * time.Hour), Fields: []policy.Field{
					place,
					{ID: "count", Name: name("数量", "How many"), Type: policy.NumberField},
					{ID: "colour", Name: name("颜色", "Colour"), Type: policy.ChoiceField, Choices: []policy.Choice{{ID: "warm"}, {ID: "cold"}}},
					{ID: "since", Name: name("何时", "Since when"), Type: policy.DateField},
					{ID: "phone", Name: name("电话", "Phone"), Type: policy.PhoneField},
				}},
			},
		},
	}
	if faults := p.ValidateService(); len(faults) > 0 {
		t.Fatal(faults)
	}
	return p
}
