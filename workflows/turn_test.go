package workflows

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/settings"
)

// taken is a Monday at 09:00 in Shanghai; judgement is due two working hours later.
var taken = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func registered(t *testing.T) *run[complaint.State] {
	t.Helper()
	s, err := settings.Load("")
	require.NoError(t, err)
	p, _ := s.ForCase("yuhu", taken)
	r := &run[complaint.State]{procedure: theComplaint, start: Start{Number: "TS-1", Policy: p}}
	r.State = complaint.New("TS-1", p)
	happened := taken.Add(-time.Hour)
	refusal := r.apply(command(t, "0", people.Agent, complaint.CmdRegister, complaint.Register{Record: complaint.Record{
		Community: "yuhu", Channel: complaint.Desk, Category: "other", What: "x", Name: "n", Building: "1", Room: "1", Phone: "1",
		HappenedAt: &happened, Place: "p", Remedy: "r",
	}}, taken), taken)
	require.Nil(t, refusal)
	return r
}

func command(t *testing.T, id string, role people.Role, name string, payload any, at time.Time) procedure.Command {
	t.Helper()
	raw, err := json.Marshal(payload)
	require.NoError(t, err)
	actor := people.Actor{ID: "staff-" + string(role), Roles: []people.Role{role}, Communities: []string{"yuhu"}}
	return procedure.Command{ID: id, Name: name, Actor: actor, At: at, Payload: raw}
}

func (r *run[S]) happened(eventType string) int {
	n := 0
	for _, e := range r.Unrecorded.Events {
		if e.Type == eventType {
			n++
		}
	}
	return n
}

// H1: a command that was taken in before its deadline is in time, however long no worker ran.
func TestACommandCountsFromWhenItWasTakenIn(t *testing.T) {
	r := registered(t)
	judge := complaint.Judge{Nature: complaint.Undetermined, Grounds: "不清楚"}
	r.inbox = []procedure.Command{command(t, "1", people.Agent, complaint.CmdJudge, judge, taken.Add(time.Hour))}
	r.turn(taken.Add(3 * time.Hour))
	require.Zero(t, r.happened(complaint.EvDeadlineBreached))
	require.Equal(t, taken.Add(time.Hour), r.State.Judgement[0].At)
}

// H1: one that was taken in after its deadline is late, and the breach comes first.
func TestALateCommandComesAfterTheBreach(t *testing.T) {
	r := registered(t)
	judge := complaint.Judge{Nature: complaint.Undetermined, Grounds: "不清楚"}
	r.inbox = []procedure.Command{command(t, "1", people.Agent, complaint.CmdJudge, judge, taken.Add(150*time.Minute))}
	r.turn(taken.Add(3 * time.Hour))
	require.Equal(t, 1, r.happened(complaint.EvDeadlineBreached))
	require.Equal(t, 1, r.happened(complaint.EvEscalationSettled))
	require.Equal(t, complaint.StageReferred, r.State.Stage)
}

// H4: after our own downtime a rung still gets its full time to decide.
func TestDowntimePassesNobodyOver(t *testing.T) {
	r := registered(t)
	r.turn(taken.Add(5 * 24 * time.Hour))
	require.Equal(t, people.Assistant, r.State.Escalated[0].Rung)
	require.Zero(t, r.happened(complaint.EvEscalationPassed))
	decision, ok := r.State.Clock("decision:E1")
	require.True(t, ok)
	require.True(t, decision.Due.After(taken.Add(5*24*time.Hour)))
}

// A command cannot be dated before what has happened, nor after now.
func TestNoCommandIsBackdated(t *testing.T) {
	r := registered(t)
	said := complaint.Contacted{Channel: complaint.Hotline, Said: "您好"}
	now := taken.Add(time.Minute)
	r.inbox = []procedure.Command{
		command(t, "1", people.Agent, complaint.CmdContact, said, taken.Add(-time.Hour)),
		command(t, "2", people.Agent, complaint.CmdContact, said, now.Add(time.Hour)),
	}
	r.turn(now)
	events := r.Unrecorded.Events
	require.Equal(t, taken, events[len(events)-2].At)
	require.Equal(t, now, events[len(events)-1].At)
}

// The outcome of a command is remembered for as long as a repeat can be expected, not for ever.
func TestOutcomesAreBounded(t *testing.T) {
	r := registered(t)
	for i := range remembered + 50 {
		r.command(command(t, time.Duration(i).String(), people.Agent, "no-such", nil, taken), taken)
	}
	require.Len(t, r.Outcomes, remembered)
}
