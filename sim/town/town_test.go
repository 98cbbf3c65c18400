package town

import (
	"strings"
	"testing"
	"time"

	"bihuan/sim/client"
)

func scenario(t *testing.T) Scenario {
	t.Helper()
	s, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// In one city's figures 11 of 100 communities made 47 of 100 complaints.
func TestAFewCommunitiesMakeHalf(t *testing.T) {
	all := weights(100, scenario(t).Steepness)
	few, sum := 0.0, 0.0
	for i, w := range all {
		if sum += w; i < 11 {
			few += w
		}
	}
	if share := few / sum; share < 0.46 || share > 0.48 {
		t.Errorf("11 of 100 communities make %.3f", share)
	}
}

func TestTheSameSeedBringsTheSamePeople(t *testing.T) {
	s := scenario(t)
	first, again := s.Arrivals(), s.Arrivals()
	s.Seed++
	other := s.Arrivals()
	same := len(first) == len(other)
	for i := range first {
		if first[i] != again[i] {
			t.Fatalf("customer %d is %+v and then %+v", i, first[i], again[i])
		}
		same = same && first[i] == other[i]
	}
	if same {
		t.Error("another seed brings the same people")
	}
}

// calm is the scenario in which everybody comes by themselves.
func calm(t *testing.T) Scenario {
	s := scenario(t)
	s.Chances.Neighbours, s.Troubles, s.Routines = 0, nil, nil
	return s
}

// The figures of a whole year are near what the scenario says.
func TestArrivalsFollowTheScenario(t *testing.T) {
	s := calm(t)
	all := s.Arrivals()
	near(t, "a day", float64(len(all))/float64(s.Days), s.ADay, 0.25)
	byHour, byCommunity := make([]float64, 24), map[string]float64{}
	for i, c := range all {
		if i > 0 && c.At.Before(all[i-1].At) {
			t.Fatalf("customer %d comes before the one before", i)
		}
		byHour[c.At.In(s.From.Location()).Hour()]++
		byCommunity[c.Community]++
	}
	if byHour[3] >= byHour[9] {
		t.Errorf("%v come at three in the night and %v at nine", byHour[3], byHour[9])
	}
	near(t, "the first community", byCommunity["yuhu"]/float64(len(all)), 0.507, 0.05)
}

// A hurried town has the same people, who only come and act sooner.
func TestAHurriedTownHasTheSamePeople(t *testing.T) {
	s := scenario(t)
	hurried := s.Hurried(3600)
	usual, soon := s.Arrivals(), hurried.Arrivals()
	for i := range usual {
		want := usual[i]
		want.At = s.From.Add(usual[i].At.Sub(s.From) / 3600)
		if gap := soon[i].At.Sub(want.At).Abs(); gap > time.Millisecond {
			t.Fatalf("customer %d comes %s off", i, gap)
		}
		if soon[i].At = want.At; soon[i] != want {
			t.Fatalf("customer %d is %+v and not %+v", i, soon[i], want)
		}
	}
	if hurried.Delays.Work != 5*time.Second || s.Delays.Work != 5*time.Hour {
		t.Errorf("work takes %s, and %s without hurry", hurried.Delays.Work, s.Delays.Work)
	}
	night := time.Date(2025, 3, 1, 3, 0, 0, 0, s.From.Location())
	if at := hurried.onShift("manager", night, newDraw(1, 1)); !at.Equal(night) {
		t.Errorf("the manager acts at %s", at)
	}
}

// What people are like is near what the scenario says too.
func TestInvalidComplaintsAreAsManyAsTheScenarioSays(t *testing.T) {
	s := scenario(t)
	invalid, major, n := 0.0, 0.0, 5000
	for i := range n {
		switch newComplaint(s, Customer{}, newDraw(s.Seed, uint64(i))).(*complaint).nature {
		case "invalid":
			invalid++
		case "major":
			major++
		}
	}
	near(t, "invalid", invalid/float64(n), s.Chances.Invalid, 0.015)
	near(t, "major", major/float64(n), s.Chances.Major, 0.01)
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if got < want-within || got > want+within {
		t.Errorf("%s: %.3f, want about %.3f", what, got, want)
	}
}

func TestPeopleActOnTheirShift(t *testing.T) {
	s := scenario(t)
	zone := s.From.Location()
	for _, test := range []struct {
		role       string
		then, from time.Time
	}{
		{"agent", time.Date(2025, 3, 1, 3, 0, 0, 0, zone), time.Date(2025, 3, 1, 3, 0, 0, 0, zone)},
		{"manager", time.Date(2025, 3, 1, 3, 0, 0, 0, zone), time.Date(2025, 3, 1, 8, 0, 0, 0, zone)},
		{"manager", time.Date(2025, 3, 1, 11, 7, 0, 0, zone), time.Date(2025, 3, 1, 11, 7, 0, 0, zone)},
		{"manager", time.Date(2025, 3, 1, 20, 0, 0, 0, zone), time.Date(2025, 3, 2, 8, 0, 0, 0, zone)},
	} {
		got := s.onShift(test.role, test.then, newDraw(1, 1))
		if got.Before(test.from) || got.After(test.from.Add(30*time.Minute)) {
			t.Errorf("the %s acts at %s, not %s", test.role, got, test.from)
		}
	}
}

func TestABadScenarioNamesEveryFault(t *testing.T) {
	for text, want := range map[string][]string{
		"seed: 1\ndays: 0\n":                              {"days:", "from:", "a_day:", "communities:", "floors:", "flats:", "hours:", "channels:", "categories:", "kinds:"},
		"routines: [{kind: gossip}]\n":                    {"routines: gossip is not known", "every must be more than nothing"},
		"troubles: [{community: mars, category: none}]\n": {"mars is no community of it", "none is no category of it", "must have days with complaints"},
		"sede: 1\n":                  {"field sede not found"},
		"kinds: {gossip: 1}\n":       {"kinds: gossip is not known"},
		"kinds: [complaint]\n":       {"want names with their weights"},
		"shifts: {agent: [20, 8]}\n": {"shifts.agent:"},
		"shifts: {agent: [8, 8, 9]}": {"shifts.agent:"},
	} {
		_, err := read([]byte(text))
		if err == nil {
			t.Errorf("%q is taken", text)
			continue
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%q: no %q in %v", text, w, err)
			}
		}
	}
}

// D3: the agent records that nobody answered only once reminded.
func TestSilenceIsRecordedAfterTheReminder_D3(t *testing.T) {
	s := scenario(t)
	m := newComplaint(s, Customer{}, newDraw(1, 1)).(*complaint)
	m.silent = true
	c := client.Case{Stage: "working", Open: true, Plan: &client.Plan{Version: 1}, Deadlines: []client.Deadline{{Key: "answer", Step: "answer"}}}
	if acts := m.onPlan(c); len(acts) != 0 {
		t.Errorf("before the reminder somebody does %+v", acts)
	}
	c.Deadlines[0].Warned = true
	if acts := m.onPlan(c); len(acts) != 1 || acts[0].Who.Role != "agent" {
		t.Errorf("after the reminder somebody does %+v", acts)
	}
}
