package workflows

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bihuan/activities"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/settings"
)

// taken is a Monday at 09:00 in Shanghai; judgement is due two working hours later.
var taken = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)

func registered(t *testing.T) *run {
	t.Helper()
	s, err := settings.Load("")
	require.NoError(t, err)
	p, _ := s.ForCase("yuhu", taken)
	kind := complaint.Definition.Erase()
	r := &run{kind: kind, start: Start{Number: "TS-1", Policy: p}}
	r.Case = kind.New("TS-1", p)
	happened := taken.Add(-time.Hour)
	refusal := r.apply(command(t, "0", people.Agent, complaint.CmdRegister, complaint.Register{Record: complaint.Record{
		Community: "yuhu", Channel: complaint.Desk, Category: "other", What: "x", Name: "n", Building: "1", Room: "1", Phone: "1",
		HappenedAt: &happened, Place: "p", Remedy: "r",
	}}, taken), taken)
	require.Nil(t, refusal)
	return r
}

// complaintOf gives the complaint that is run.
func complaintOf(r *run) complaint.State { return r.Case.State().(complaint.State) }

func command(t *testing.T, id string, role people.Role, name string, payload any, at time.Time) procedure.Command {
	t.Helper()
	raw, err := json.Marshal(payload)
	require.NoError(t, err)
	actor := people.Actor{ID: "staff-" + string(role), Roles: []people.Role{role}, Communities: []string{"yuhu"}}
	return procedure.Command{ID: id, Name: name, Actor: actor, At: at, Payload: raw}
}

func (r *run) happened(eventType string) int {
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
	require.Equal(t, taken.Add(time.Hour), complaintOf(r).Judgement[0].At)
}

// H1: one that was taken in after its deadline is late, and the breach comes first.
func TestALateCommandComesAfterTheBreach(t *testing.T) {
	r := registered(t)
	judge := complaint.Judge{Nature: complaint.Undetermined, Grounds: "不清楚"}
	r.inbox = []procedure.Command{command(t, "1", people.Agent, complaint.CmdJudge, judge, taken.Add(150*time.Minute))}
	r.turn(taken.Add(3 * time.Hour))
	require.Equal(t, 1, r.happened(complaint.EvDeadlineBreached))
	require.Equal(t, 1, r.happened(complaint.EvEscalationSettled))
	require.Equal(t, complaint.StageReferred, complaintOf(r).Stage)
}

// H4: after our own downtime a level still gets its full time to decide.
func TestDowntimePassesNobodyOver(t *testing.T) {
	r := registered(t)
	r.turn(taken.Add(5 * 24 * time.Hour))
	require.Equal(t, people.Assistant, complaintOf(r).Escalated[0].Level)
	require.Zero(t, r.happened(complaint.EvEscalationPassed))
	decision, ok := complaintOf(r).Deadline("decision:E1")
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

// A10: however much is said meanwhile, what was applied once is not applied again, and a key that comes with something
// else is still told from it; also after the case has continued as new. What was refused long ago is decided anew.
func TestAnAppliedCommandIsNeverForgotten(t *testing.T) {
	r := registered(t)
	say := func(id string) procedure.Command {
		return command(t, id, people.Agent, complaint.CmdContact, complaint.Contacted{Channel: complaint.Hotline, Said: id}, taken)
	}
	r.command(command(t, "refused", people.Agent, "no-such", nil, taken), taken)
	for i := range 2 * remembered {
		r.command(say(fmt.Sprint(i)), taken)
	}
	var carried Carried
	r.pack()
	require.NoError(t, json.Unmarshal(encode(r.Carried), &carried))
	require.NoError(t, carried.unpack(r.kind))
	r.Carried = carried

	said := r.happened(complaint.EvContacted)
	for i := range 2 * remembered {
		r.command(say(fmt.Sprint(i)), taken)
	}
	require.Equal(t, said, r.happened(complaint.EvContacted))
	first, known := r.answered("0")
	require.True(t, known)
	require.Nil(t, first.Refusal)
	require.Equal(t, say("0").Digest(), first.Digest)
	_, known = r.answered("refused")
	require.False(t, known)
	r.forget("0")
	_, known = r.answered("0")
	require.False(t, known)
	require.Len(t, r.Older, (remembered-1)*markBytes)
}

// What a case remembers is bounded, and it is the newest that stays.
func TestMarksAreBounded(t *testing.T) {
	var m Memory
	n := remembered + maxMarks/markBytes + 10
	for i := range n {
		m.remember(Answered{Command: fmt.Sprint(i), Digest: "0123456789abcdef"})
	}
	require.Len(t, m.Older, maxMarks)
	_, known := m.answered("9")
	require.False(t, known)
	_, known = m.answered("10")
	require.True(t, known)
}

// H7: what people sent is not forgotten because hundreds of other cases spoke meanwhile.
func TestACrowdMakesNoCommandForgotten(t *testing.T) {
	r := registered(t)
	said := command(t, "said", people.Agent, complaint.CmdContact, complaint.Contacted{Channel: complaint.Hotline, Said: "您好"}, taken)
	r.command(said, taken)
	for i := range 2 * remembered {
		c := command(t, fmt.Sprint("neighbour", i), people.System, complaint.CmdPart, complaint.Part{Number: "TS-2"}, taken)
		r.command(c, taken)
	}
	r.command(said, taken)
	require.Equal(t, 1, r.happened(complaint.EvContacted))
	require.Len(t, r.Outcomes, remembered+1)
}

// placed is what the database tells of events.
func placed(events []procedure.Event) []activities.Placed {
	var on []activities.Placed
	for _, e := range events {
		on = append(on, activities.Placed{Command: e.Command, At: e.At, Hash: e.Hash})
	}
	return on
}

// lost gives the same recorded case twice: as an attempt that was recorded and then lost decided on,
// and as it is before the turn is taken anew.
func lost(t *testing.T, decided ...procedure.Command) (record []procedure.Event, again *run) {
	t.Helper()
	first, again := registered(t), registered(t)
	for _, r := range []*run{first, again} {
		r.Unrecorded, r.Base = Unrecorded{}, nil
	}
	first.inbox = decided
	first.turn(taken.Add(10 * time.Minute))
	return first.Unrecorded.Events, again
}

// H7: a turn that was recorded and lost is followed as it is on record, and what came later is decided
// after it.
func TestALostTurnIsFollowedAsRecorded(t *testing.T) {
	said := complaint.Contacted{Channel: complaint.Hotline, Said: "您好"}
	late := command(t, "late", people.Agent, complaint.CmdContact, said, taken.Add(5*time.Minute))
	early := command(t, "early", people.Agent, complaint.CmdContact, said, taken.Add(time.Minute))
	record, r := lost(t, late)
	r.inbox = []procedure.Command{early, late}
	r.turn(taken.Add(11 * time.Minute))
	require.Len(t, r.Unrecorded.Events, 2)

	require.True(t, r.reconcile(placed(record), taken.Add(12*time.Minute)))
	require.Len(t, r.Unrecorded.Events, 1, "only what is not on record")
	require.Equal(t, "early", r.Unrecorded.Events[0].Command)
	require.Equal(t, record[0].Seq+1, r.Unrecorded.Events[0].Seq)
	for _, id := range []string{"early", "late"} {
		o, ok := r.answered(id)
		require.True(t, ok)
		require.Nil(t, o.Refusal)
	}
}

// H1, H7: a breach on record stands, though the turn taken anew knows of a command in time.
func TestALostBreachStandsAsRecorded(t *testing.T) {
	first, r := registered(t), registered(t)
	first.Unrecorded, r.Unrecorded, first.Base, r.Base = Unrecorded{}, Unrecorded{}, nil, nil
	first.turn(taken.Add(3 * time.Hour))
	record := first.Unrecorded.Events
	require.Equal(t, 1, first.happened(complaint.EvDeadlineBreached))

	judge := complaint.Judge{Nature: complaint.Undetermined, Grounds: "不清楚"}
	r.inbox = []procedure.Command{command(t, "1", people.Agent, complaint.CmdJudge, judge, taken.Add(time.Hour))}
	r.turn(taken.Add(3*time.Hour + time.Second))
	require.Zero(t, r.happened(complaint.EvDeadlineBreached))
	require.True(t, r.reconcile(placed(record), taken.Add(3*time.Hour+2*time.Second)))
	require.Equal(t, complaint.StageReferred, complaintOf(r).Stage, "the judgement is decided after the breach")
	require.Equal(t, complaintOf(first).Seq+1, r.Unrecorded.Events[0].Seq)
}

// H7: a command that is on record was applied, and its sender is told so, though the turn taken anew refused it
// because another came before it.
func TestWhatIsOnRecordIsNoRefusal(t *testing.T) {
	judge := complaint.Judge{Nature: complaint.Valid, Grounds: "属实"}
	late := command(t, "late", people.Agent, complaint.CmdJudge, judge, taken.Add(5*time.Minute))
	early := command(t, "early", people.Agent, complaint.CmdJudge, judge, taken.Add(time.Minute))
	record, r := lost(t, late)
	r.inbox = []procedure.Command{early, late}
	r.turn(taken.Add(11 * time.Minute))
	o, _ := r.answered("late")
	require.NotNil(t, o.Refusal)

	require.True(t, r.reconcile(placed(record), taken.Add(12*time.Minute)))
	o, _ = r.answered("late")
	require.Nil(t, o.Refusal)
	o, _ = r.answered("early")
	require.NotNil(t, o.Refusal)
}

// N2: events that the case would not decide itself are never taken over, whoever wrote them.
func TestForeignEventsAreNotFollowed(t *testing.T) {
	said := complaint.Contacted{Channel: complaint.Hotline, Said: "您好"}
	late := command(t, "late", people.Agent, complaint.CmdContact, said, taken.Add(5*time.Minute))
	record, r := lost(t, late)
	early := command(t, "early", people.Agent, complaint.CmdContact, said, taken.Add(time.Minute))
	r.inbox = []procedure.Command{early, late}
	r.turn(taken.Add(11 * time.Minute))
	before := complaintOf(r)
	for name, forge := range map[string]func(*activities.Placed){
		"another hash":    func(p *activities.Placed) { p.Hash = "0" },
		"another time":    func(p *activities.Placed) { p.At = p.At.Add(time.Second) },
		"unknown command": func(p *activities.Placed) { p.Command = "forged" },
	} {
		on := placed(record)
		forge(&on[0])
		require.False(t, r.reconcile(on, taken.Add(12*time.Minute)), name)
		require.Equal(t, before, complaintOf(r), name)
	}
}

// H7: however much is said while nothing can be written down, what the case takes along when it continues as new stays
// below the 2 MB that Temporal takes; what is short is heard all the same, and everything again once there is room.
func TestACaseNeverOutgrowsTemporal(t *testing.T) {
	r := registered(t)
	long := complaint.Contacted{Channel: complaint.Hotline, Said: strings.Repeat("漏", 60<<10/3)}
	give := func(id string, said complaint.Contacted) *procedure.Refusal {
		r.command(command(t, id, people.Agent, complaint.CmdContact, said, taken.Add(time.Minute)), taken.Add(time.Minute))
		o, _ := r.answered(id)
		return o.Refusal
	}
	last := 0
	for refusal := (*procedure.Refusal)(nil); refusal == nil; last++ {
		refusal = give(fmt.Sprint("long", last), long)
		require.True(t, refusal == nil || refusal.Code == "case_full")
	}
	require.Greater(t, last, 10)
	for i := range remembered {
		require.Nil(t, give(fmt.Sprint("short", i), complaint.Contacted{Channel: complaint.Hotline, Said: "催办"}))
	}
	require.Less(t, len(encode(r.Carried)), 2<<20)
	r.Unrecorded, r.Base = Unrecorded{}, nil
	require.Nil(t, give("again", long))
}

// I4: what a turn adds to the statistics is recorded with its events.
func TestI4FactsAreRecordedWithTheEvents(t *testing.T) {
	r := registered(t)
	facts := r.batch().Facts
	require.NotEmpty(t, facts)
	require.Equal(t, procedure.FactRegistered, facts[0].Name)
	require.Equal(t, 1, facts[0].Seq)
	require.Empty(t, r.Unrecorded.without(r.Unrecorded).Facts)
}
