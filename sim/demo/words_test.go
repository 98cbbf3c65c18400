package demo

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bihuan/sim/client"
)

func TestNextDeadline(t *testing.T) {
	now := time.Now()
	at := func(step string, in time.Duration) client.Deadline {
		return client.Deadline{Key: step, Step: step, Due: now.Add(in)}
	}
	missed, paused := at("work", -time.Hour), at("accept", time.Minute)
	missed.Breached, paused.Paused = true, true
	for name, test := range map[string]struct {
		running []client.Deadline
		want    string
	}{
		"the soonest":                       {[]client.Deadline{at("plan", 2*time.Hour), at("judge", time.Hour)}, "judge"},
		"not the follow-up":                 {[]client.Deadline{at(followUp, time.Minute), at("plan", time.Hour)}, "plan"},
		"not the follow-up, last":           {[]client.Deadline{at("plan", time.Hour), at(followUp, time.Minute)}, "plan"},
		"the follow-up when it is alone":    {[]client.Deadline{missed, paused, at(followUp, time.Hour)}, followUp},
		"neither one missed nor one paused": {[]client.Deadline{missed, paused}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, ok := nextDeadline(client.Case{Deadlines: test.running})
			require.Equal(t, test.want, got.Key)
			require.Equal(t, test.want != "", ok)
		})
	}
}

// What is printed can be pasted into a shell, whatever it holds.
func TestShellQuotes(t *testing.T) {
	require.Equal(t, `temporal --input '{"a":"it'\''s $HOME"}' --name judge`, shell([]string{"temporal", "--input", `{"a":"it's $HOME"}`, "--name", "judge"}))
}

// What is asked for is told in the order of the tales, whatever order it was asked in.
func TestChosenTales(t *testing.T) {
	chosen, err := choose([]string{"summary", "inquiry"})
	require.NoError(t, err)
	require.Equal(t, []string{"inquiry", "summary"}, []string{chosen[0].name, chosen[1].name})
	all, err := choose(nil)
	require.NoError(t, err)
	require.Len(t, all, len(tales))
	_, err = choose([]string{"opera"})
	require.ErrorContains(t, err, `there is no tale "opera": complaint, inquiry`)
}

// What is missing, twice, unheard of or refused unexpectedly does not add up.
func TestEventsAreCounted(t *testing.T) {
	line := func(seq int, kind, refused string) event {
		return event{Event: client.Event{Seq: seq, Type: kind, Refused: refused}}
	}
	wanted := map[string]int{"registered": 1, "refused taken_already": 1, "ended": 1}
	require.Empty(t, checkEvents([]event{line(1, "registered", ""), line(0, "take", "taken_already"), line(2, "ended", "")}, wanted))
	for name, told := range map[string][]event{
		"missing": {line(1, "registered", ""), line(0, "take", "taken_already")},
		"gap":     {line(1, "registered", ""), line(0, "take", "taken_already"), line(3, "ended", "")},
		"twice":   {line(1, "registered", ""), line(0, "take", "taken_already"), line(2, "ended", ""), line(3, "ended", "")},
		"stray":   {line(1, "registered", ""), line(0, "take", "taken_already"), line(2, "ended", ""), line(3, "reopened", "")},
		"refused": {line(1, "registered", ""), line(0, "take", "taken_already"), line(0, "rate", "wrong_stage"), line(2, "ended", "")},
	} {
		t.Run(name, func(t *testing.T) { require.Len(t, checkEvents(told, wanted), 1) })
	}
}
