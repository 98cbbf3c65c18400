package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"bihuan/activities"
	"bihuan/e2e/system"
	"bihuan/postgres"
	"bihuan/procedure"
	inquiries "bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/settings"
	"bihuan/workflows"
)

// drowning records as ever, but has so many signals come in the middle of the turn that follows an effect's answer
// that Temporal, which buffers a hundred, throws the turn away once it is on record.
type drowning struct {
	*postgres.DB
	flood func()
	once  atomic.Bool
}

func (d *drowning) Record(ctx context.Context, b procedure.Batch) (int, error) {
	for _, e := range b.Events {
		if strings.HasPrefix(e.Command, "effect:") && d.once.CompareAndSwap(false, true) {
			d.flood()
		}
	}
	return d.DB.Record(ctx, b)
}

// changing answers otherwise each time it is asked, as whoever counts or looks something up may.
type changing struct{ times atomic.Int32 }

func (c *changing) Open(context.Context, procedure.Asked, procedure.Opening) (string, error) {
	return fmt.Sprintf("TS-20261122-%05d", c.times.Add(1)), nil
}

func (c *changing) Give(context.Context, string, procedure.Command) (bool, error) { return true, nil }

// TestALostTurnHearsTheSameAnswer loses a turn that was on record and followed from an effect's answer: the turn
// taken anew follows the record, whatever the effect would answer now, and nothing waits. H7
func TestALostTurnHearsTheSameAnswer(t *testing.T) {
	db, err := postgres.Open(t.Context(), bihuan.ApplicationURL)
	must(t, err)
	defer db.Close()
	c, err := client.Dial(client.Options{HostPort: bihuan.TemporalAddress, Logger: quiet{}})
	must(t, err)
	defer c.Close()
	const many = 150
	number, queue := "ZX-20261122-"+strings.ToUpper(uuid.NewString()[:5]), "lost-turn"
	at := time.Now().UTC()
	give := func(id, name string, payload any) {
		agent := people.Actor{ID: "agent", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}}
		command := procedure.Command{ID: id, Name: name, Actor: agent, At: at, Payload: machine.Encode(payload)}
		must(t, c.SignalWorkflow(context.WithoutCancel(t.Context()), number, "", name, command))
	}
	cases := &changing{}
	lossy := &drowning{DB: db, flood: func() {
		for i := range many {
			give(fmt.Sprint("contact-", i), machine.CmdContact, machine.Contacted{Channel: machine.Hotline, Said: "催办"})
		}
	}}
	w := worker.New(c, queue, worker.Options{})
	workflows.Register(w)
	w.RegisterActivity(&activities.Activities{Recorder: lossy, Outbox: db, Filer: db, Cases: cases, Log: slog.New(slog.DiscardHandler)})
	must(t, w.Start())
	defer w.Stop()

	register := inquiries.Register{Customer: machine.Customer{Community: "yuhu", Channel: machine.Hotline}, What: "楼道里有人充电"}
	s, err := settings.Load("")
	must(t, err)
	p, _ := s.ForCase("yuhu", at)
	agent := people.Actor{ID: "agent", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}}
	_, err = c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: number, TaskQueue: queue}, workflows.TypeOf("inquiry"), workflows.Start{
		Number: number, Policy: p.Only("inquiry"), Secret: "a case's secret", Version: workflows.Version,
		Register: procedure.Command{ID: uuid.NewString(), Actor: agent, At: at, Payload: machine.Encode(register)},
	})
	must(t, err)
	give("turn", inquiries.CmdTurn, inquiries.Turn{Into: "complaint", Category: "order.danger", Reason: "危险"})

	must(t, system.Poll(t.Context(), func() (bool, error) {
		n := rows(t, "SELECT count(*) FROM events WHERE number = $1 AND type = 'contacted'", number)
		return n == many, fmt.Errorf("%d of %d contacts are on record", n, many)
	}))
	require.Equal(t, 1, rows(t, "SELECT count(*) FROM events WHERE number = $1 AND type = 'linked'", number))
	require.Equal(t, 1, rows(t, "SELECT count(*) FROM events WHERE number = $1 AND data ->> 'number' = 'TS-20261122-00001'", number))
	require.Positive(t, flooded(t, c, number), "no turn was lost: the test shows nothing")
	must(t, c.TerminateWorkflow(t.Context(), number, "", "the test is over"))
}

// flooded counts the turns that Temporal threw away.
func flooded(t *testing.T, c client.Client, number string) (n int) {
	pages := c.GetWorkflowHistory(t.Context(), number, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for pages.HasNext() {
		e, err := pages.Next()
		must(t, err)
		if e.GetWorkflowTaskFailedEventAttributes().GetCause() == enums.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND {
			n++
		}
	}
	return n
}

// quiet keeps Temporal's client from writing into the output of tests.
type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}
