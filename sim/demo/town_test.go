package demo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bihuan/sim/client"
	"bihuan/sim/town"
)

func ended(outcome string) client.Case {
	return client.Case{Stage: "closed", Closing: &client.Closing{Outcome: outcome}}
}

// I1, A10: what is lost, there twice, from nowhere, or closed in another way than the handbook's is found.
func TestTheTownIsHeldAgainstTheRecord(t *testing.T) {
	w := &witness{cases: map[string]client.Case{
		"TS-1": ended("satisfied"), "ZX-1": ended("answered"), "FW-1": {Open: true},
	}}
	require.Empty(t, w.compare(map[string]int{"TS-1": 1, "ZX-1": 1, "FW-1": 1}))
	require.Empty(t, w.ended())
	faults := w.compare(map[string]int{"TS-1": 2, "ZX-1": 1, "TS-9": 1})
	require.Len(t, faults, 3)
	require.ErrorContains(t, faults[0], "FW-1 is on record 0 times")
	require.ErrorContains(t, faults[1], "TS-1 is on record 2 times")
	require.ErrorContains(t, faults[2], "TS-9 is on record, which nobody of the town brought")
	w.cases["ZX-1"] = ended("satisfied")
	require.Len(t, w.ended(), 1)
}

// What complaints are judged is what was drawn, as far as they are judged and nobody appealed.
func TestTheTownIsHeldAgainstItsDraw(t *testing.T) {
	sc, err := town.Load("")
	require.NoError(t, err)
	sc.Days = 60
	w := &witness{brought: map[string]bool{}, cases: map[string]client.Case{}}
	some := map[string]string{} // a number of each nature
	for _, c := range sc.Arrivals() {
		if c.Kind == "complaint" {
			number := "TS-" + time.Duration(c.Place).String()
			w.brought[number], w.cases[number], some[sc.Nature(c)] = true, client.Case{Nature: sc.Nature(c)}, number
		}
	}
	require.Len(t, some, 3, "the draw has every nature")
	require.Empty(t, w.judgedAsDrawn(sc))
	w.cases[some["major"]] = client.Case{} // not judged yet
	require.Empty(t, w.judgedAsDrawn(sc))
	w.cases[some["invalid"]] = client.Case{Nature: "valid", Appealed: true}
	require.Empty(t, w.judgedAsDrawn(sc))
	w.cases[some["major"]], w.cases[some["valid"]] = client.Case{Nature: "major"}, client.Case{Nature: "major"}
	require.NotEmpty(t, w.judgedAsDrawn(sc))
}

// What is open says what it waits for: an appointment rather than the next call.
func TestWhatIsOpenSaysWhy(t *testing.T) {
	day := time.Now().Add(72 * time.Hour)
	w := &witness{cases: map[string]client.Case{
		"TS-1": {Deadlines: []client.Deadline{{Key: "work:T1", Step: "work", Paused: true}}},
		"TS-2": {Deadlines: []client.Deadline{{Key: "answer", Step: "answer", Due: day}}},
	}}
	call := town.Wait{Command: "contact", Role: "agent", At: time.Now()}
	visit := town.Wait{Command: "arrive", Role: "handler", At: day}
	for number, test := range map[string]struct {
		open town.Unfinished
		want string
	}{
		"FW-1": {town.Unfinished{Stage: "scheduled", Waits: []town.Wait{call, visit}}, "service requests, appointment agreed: for the handler to arrive (" + day.In(shanghai).Format("01-02") + ")"},
		"TS-1": {town.Unfinished{Stage: "working", Waits: []town.Wait{call}}, "complaints, being handled: for spare parts, with its clock paused"},
		"TS-2": {town.Unfinished{Stage: "working", Waits: []town.Wait{call}}, "complaints, being handled: for the answer to the plan"},
		"TS-3": {town.Unfinished{Stage: "working"}, "complaints, being handled: for the complainant"},
	} {
		test.open.Number = number
		require.Equal(t, test.want, w.why(test.open).en)
	}
}
