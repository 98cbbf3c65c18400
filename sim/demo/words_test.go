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
