package workflows_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"bihuan/procedure"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/settings"
	"bihuan/workflows"
)

const asking = "ZX-20261123-7K3F9"

// messenger does effects and remembers how often it was asked for which.
type messenger struct {
	mu    sync.Mutex
	asked []procedure.Asked
	fails int // so many times at first
	seen  func() int
	known []int // events on record when each effect began
}

func (m *messenger) do(_ context.Context, asked procedure.Asked) (procedure.Answer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked, m.known = append(m.asked, asked), append(m.known, m.seen())
	if len(m.asked) <= m.fails {
		return procedure.Answer{}, errors.New("nobody there")
	}
	return procedure.Answer{Result: json.RawMessage(`{"number":"TS-20261123-7K3F9"}`)}, nil
}

// asks opens an inquiry, which is turned into a complaint a minute later.
func (d *office) asks() {
	s, err := settings.Load("")
	require.NoError(d.t, err)
	p, _ := s.ForCase("yuhu", monday)
	register := inquiry.Register{Customer: machine.Customer{Community: "yuhu", Channel: machine.Hotline}, What: "楼道里有人充电"}
	d.at(time.Minute, agent, inquiry.CmdTurn, inquiry.Turn{Into: "complaint", Category: "order.danger", Reason: "危险"})
	d.RegisterDelayedCallback(d.CancelWorkflow, 24*time.Hour)
	start := workflows.Start{Number: asking, Policy: p.Only("inquiry"), Secret: secret, Register: d.command("c0", agent, machine.CmdRegister, register)}
	d.ExecuteWorkflow(workflows.TypeOf("inquiry"), start, (*workflows.Carried)(nil))
}

// office is a desk whose effects a messenger does.
type office struct {
	*desk
	messenger *messenger
}

func newOffice(t *testing.T) *office {
	o := &office{desk: newDesk(t), messenger: &messenger{}}
	o.messenger.seen = func() int { return len(o.ledger.written().Events) }
	o.effect = o.messenger.do
	return o
}

func (o *office) inquiry() (s inquiry.State) {
	o.t.Helper()
	value, err := o.QueryWorkflow(workflows.QueryState)
	require.NoError(o.t, err)
	require.NoError(o.t, value.Get(&s))
	return s
}

// K3: what a case asks for is done once what it follows from is on record, and its answer comes back as a
// command.
func TestEffectIsDoneAndAnswered_K3(t *testing.T) {
	o := newOffice(t)
	o.asks()
	require.Len(t, o.messenger.asked, 1)
	asked := o.messenger.asked[0]
	require.Equal(t, procedure.EffectOpen, asked.Name)
	require.GreaterOrEqual(t, o.messenger.known[0], asked.Seq, "nothing leaves the case before it is on record")
	require.Equal(t, []string{"TS-20261123-7K3F9"}, o.inquiry().Links)
	require.Equal(t, machine.StageClosed, o.inquiry().Stage)
}

// An effect that fails is tried until it is done, and is the same effect each time.
func TestEffectIsTriedUntilItIsDone(t *testing.T) {
	o := newOffice(t)
	o.messenger.fails = 3
	o.asks()
	require.Len(t, o.messenger.asked, 4)
	for _, asked := range o.messenger.asked {
		require.Equal(t, o.messenger.asked[0], asked)
	}
	require.Equal(t, machine.StageClosed, o.inquiry().Stage)
}

// An effect waits for the database to have what it follows from; the case does not.
func TestEffectWaitsForTheRecord(t *testing.T) {
	o := newOffice(t)
	down := true // read and written under the ledger's lock, or before it begins
	o.ledger.failing = func(int) error {
		if down {
			return errors.New("down")
		}
		return nil
	}
	o.RegisterDelayedCallback(func() {
		require.Equal(t, inquiry.StageTurning, o.inquiry().Stage, "the case goes on without the database")
		require.Empty(t, o.messenger.asked)
		o.ledger.Lock()
		defer o.ledger.Unlock()
		down = false
	}, 10*time.Minute)
	o.asks()
	require.Len(t, o.messenger.asked, 1)
	require.Equal(t, machine.StageClosed, o.inquiry().Stage)
}

// H7: what follows from an answer is decided only once Temporal has the answer.
func TestAnAnswerIsInTheHistoryFirst(t *testing.T) {
	o := newOffice(t)
	local := 0
	o.SetOnLocalActivityStartedListener(func(info *activity.Info, _ context.Context, _ []any) {
		if info.ActivityType.Name == "Effect" {
			local++
		}
	})
	o.asks()
	require.Len(t, o.messenger.asked, 1)
	require.Zero(t, local)
	require.Equal(t, machine.StageClosed, o.inquiry().Stage)
}

// An effect that is under way when a case continues as new is done by the next run.
func TestEffectSurvivesContinueAsNew(t *testing.T) {
	events, state := turning(t)
	e := events[len(events)-1]
	asked := procedure.Asked{ID: "e.0", Number: asking, Seq: e.Seq, At: e.At, Effect: inquiry.Definition.Effects(state, e)[0]}
	o := newOffice(t)
	o.RegisterDelayedCallback(o.CancelWorkflow, time.Hour)
	carried := &workflows.Carried{State: machine.Encode(state), Effects: []procedure.Asked{asked}}
	o.ExecuteWorkflow(workflows.TypeOf("inquiry"), workflows.Start{Number: asking, Secret: secret}, carried)
	require.Equal(t, []procedure.Asked{asked}, o.messenger.asked)
	require.Equal(t, machine.StageClosed, o.inquiry().Stage)
}

// turning gives an inquiry on its way to become a complaint.
func turning(t *testing.T) (events []procedure.Event, state inquiry.State) {
	s, err := settings.Load("")
	require.NoError(t, err)
	p, _ := s.ForCase("yuhu", monday)
	state = inquiry.Definition.New(asking, p)
	for _, c := range []procedure.Command{
		{ID: "1", Name: machine.CmdRegister, Actor: agent, Payload: machine.Encode(inquiry.Register{Customer: machine.Customer{Community: "yuhu", Channel: machine.Hotline}, What: "充电"})},
		{ID: "2", Name: inquiry.CmdTurn, Actor: agent, Payload: machine.Encode(inquiry.Turn{Into: "complaint", Category: "order.danger", Reason: "危险"})},
	} {
		made, err := inquiry.Definition.Decide(state, c, monday)
		require.NoError(t, err)
		for _, e := range made {
			state, events = inquiry.Definition.Evolve(state, e), append(events, e)
		}
	}
	return events, state
}
