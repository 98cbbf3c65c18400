package activities

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"bihuan/procedure"
)

// coded is an error as the adapters give them: a code, and a cause that quotes somebody.
type coded struct {
	code      string
	permanent bool
}

func (e coded) Error() string   { return e.code + ": li@example.com 13800001111" }
func (e coded) Code() string    { return e.code }
func (e coded) Permanent() bool { return e.permanent }

// outbox is an outbox in memory.
type outbox struct {
	waiting []procedure.Delivery
	sent    []string
	failed  map[string]string // the last code, with "!" when given up
	limit   int
	markErr error
}

func (o *outbox) Claim(context.Context, string) ([]procedure.Delivery, error) {
	slices.SortStableFunc(o.waiting, func(a, b procedure.Delivery) int { return a.Attempts - b.Attempts })
	n := min(o.limit, len(o.waiting))
	for i := range n {
		o.waiting[i].Attempts++
	}
	return slices.Clone(o.waiting[:n]), nil
}

func (o *outbox) drop(id string) {
	o.waiting = slices.DeleteFunc(o.waiting, func(d procedure.Delivery) bool { return d.ID == id })
}

func (o *outbox) Sent(_ context.Context, id string) error {
	if o.markErr != nil {
		return o.markErr
	}
	o.sent = append(o.sent, id)
	o.drop(id)
	return nil
}

func (o *outbox) Failed(_ context.Context, id, code string, gaveUp bool) error {
	if gaveUp {
		code += "!"
		o.drop(id)
	}
	o.failed[id] = code
	return nil
}

func (o *outbox) Pending(context.Context, string) (int, error) { return len(o.waiting), nil }

// post is a channel that fails for some addresses.
type post struct {
	fails map[string]error
	mails []string
}

func (p *post) Send(_ context.Context, id, to, subject, body string) error {
	if err := p.fails[to]; err != nil {
		return err
	}
	p.mails = append(p.mails, strings.Join([]string{id, to, subject, body}, "|"))
	return nil
}

type renderer struct{}

func (renderer) Render(lang, template string, args map[string]string, number string) (string, string) {
	return template + " " + lang, number + " " + args["stage"] + args["link"]
}

func desk(o *outbox, p *post) (*Activities, *bytes.Buffer) {
	var log bytes.Buffer
	o.failed = map[string]string{}
	if o.limit == 0 {
		o.limit = 20
	}
	return &Activities{
		Outbox: o, Channels: map[string]Channel{"mail": p}, Words: renderer{}, MaxAttempts: 3,
		Link: func(number string) string { return "/track/" + number }, Log: slog.New(slog.NewTextHandler(&log, nil)),
	}, &log
}

func to(id, address string) procedure.Delivery {
	return procedure.Delivery{ID: id, Number: "TS-1", Template: "stage", Channel: "mail", Address: address, Language: "en", Args: map[string]string{"stage": "working"}}
}

func mustWait(t *testing.T, err error) {
	t.Helper()
	var failure *temporal.ApplicationError
	if !errors.As(err, &failure) || failure.Type() != "notices_pending" || failure.NonRetryable() {
		t.Fatalf("got %v", err)
	}
}

func TestDeliverRendersForEachReader(t *testing.T) {
	complainant := to("1", "li@example.com")
	complainant.Complainant, complainant.Language, complainant.Args = true, "zh-CN", nil
	o, p := &outbox{waiting: []procedure.Delivery{complainant, to("2", "wang@example.com")}}, &post{}
	a, _ := desk(o, p)
	if err := a.Deliver(t.Context(), "TS-1"); err != nil {
		t.Fatal(err)
	}
	// the tracking link goes to the complainant alone
	want := []string{"1|li@example.com|stage zh-CN|TS-1 /track/TS-1", "2|wang@example.com|stage en|TS-1 working"}
	if !slices.Equal(p.mails, want) {
		t.Errorf("got %v", p.mails)
	}
}

// Q2: one that fails leaves the others going; it is tried again, and shown as failed when given up.
func TestQ2OneFailureLeavesTheOthersGoing(t *testing.T) {
	o := &outbox{waiting: []procedure.Delivery{to("1", "dead@x"), to("2", "gone@x"), to("3", "ok@x")}}
	p := &post{fails: map[string]error{"dead@x": coded{"smtp_unreachable", false}, "gone@x": coded{"smtp_550", true}}}
	a, log := desk(o, p)
	err := a.Deliver(t.Context(), "TS-1")
	mustWait(t, err)
	if !slices.Equal(o.sent, []string{"3"}) || o.failed["1"] != "smtp_unreachable" || o.failed["2"] != "smtp_550!" {
		t.Errorf("sent %v, failed %v", o.sent, o.failed)
	}
	for range 5 {
		if err = a.Deliver(t.Context(), "TS-1"); err == nil {
			break
		}
		mustWait(t, err)
	}
	if err != nil || o.failed["1"] != "smtp_unreachable!" || len(p.mails) != 1 {
		t.Errorf("error %v, failed %v, mails %v", err, o.failed, p.mails)
	}
	if strings.Contains(log.String(), "@") || strings.Contains(log.String(), "1380") {
		t.Errorf("the log has personal data:\n%s", log)
	}
}

// Q2: the channel comes back: everything is sent, once.
func TestQ2RetriedWhileTheChannelIsDown(t *testing.T) {
	o := &outbox{limit: 2}
	p := &post{fails: map[string]error{"li@x": coded{"smtp_unreachable", false}}}
	for i := range 5 {
		o.waiting = append(o.waiting, to(fmt.Sprint(i), "li@x"))
	}
	a, _ := desk(o, p)
	mustWait(t, a.Deliver(t.Context(), "TS-1"))
	p.fails = nil
	for range 2 {
		if err := a.Deliver(t.Context(), "TS-1"); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.mails) != 5 || len(o.sent) != 5 {
		t.Errorf("mails %v, sent %v", p.mails, o.sent)
	}
}

// Q2: a mail that left while the database went down is marked later, not sent again.
func TestQ2LeftButNotMarked(t *testing.T) {
	o, p := &outbox{waiting: []procedure.Delivery{to("1", "li@x")}, markErr: coded{"database_down", false}}, &post{}
	a, _ := desk(o, p)
	var failure *temporal.ApplicationError
	if err := a.Deliver(t.Context(), "TS-1"); !errors.As(err, &failure) || failure.Type() != "database_down" {
		t.Fatalf("got %v", err)
	}
	o.markErr = nil
	if err := a.Deliver(t.Context(), "TS-1"); err != nil || len(p.mails) != 1 || len(o.sent) != 1 {
		t.Errorf("error %v, mails %v, sent %v", err, p.mails, o.sent)
	}
}

func TestQ2NoChannelHere(t *testing.T) {
	o := &outbox{waiting: []procedure.Delivery{to("1", "li@x")}}
	a, _ := desk(o, &post{})
	a.Channels = nil
	mustWait(t, a.Deliver(t.Context(), "TS-1"))
	if o.failed["1"] != "no_channel" {
		t.Errorf("failed %v", o.failed)
	}
}

// recorder answers every recording in one way, and holds events already.
type recorder struct {
	err  error
	held []procedure.Event
}

func (r recorder) Record(context.Context, procedure.Batch) (int, error) { return 2, r.err }

func (r recorder) Events(_ context.Context, _ string, after, _ int) ([]procedure.Event, error) {
	for i, e := range r.held {
		if e.Seq > after {
			return r.held[i:min(i+2, len(r.held))], nil // two a page
		}
	}
	return nil, nil
}

// H7: a batch whose place is taken is answered with what is on record there.
func TestRecordTellsWhatIsThereInstead(t *testing.T) {
	a, _ := desk(&outbox{}, &post{})
	held := make([]procedure.Event, 5)
	for i := range held {
		held[i] = procedure.Event{Seq: i + 1, Command: "c", Hash: strconv.Itoa(i + 1)}
	}
	a.Recorder = recorder{coded{"event_conflict", false}, held}
	got, err := a.Record(t.Context(), procedure.Batch{Events: []procedure.Event{{Seq: 3}}})
	if err != nil || len(got.Instead) != 3 || got.Instead[0].Hash != "3" || got.Head != "5" || got.Seq != 5 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestRecordTellsTemporalTheCodeAlone(t *testing.T) {
	a, log := desk(&outbox{}, &post{})
	a.Recorder = recorder{}
	if got, err := a.Record(t.Context(), procedure.Batch{}); err != nil || got.Pending != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	for cause, want := range map[error]string{
		coded{"database_down", false}:                   "database_down",
		context.DeadlineExceeded:                        "timeout",
		errors.New("li@example.com has a strange name"): "unexpected",
	} {
		a.Recorder = recorder{err: cause}
		_, err := a.Record(t.Context(), procedure.Batch{Number: "TS-1"})
		var failure *temporal.ApplicationError
		if !errors.As(err, &failure) || failure.Type() != want || failure.NonRetryable() {
			t.Errorf("%s: got %v", want, err)
		}
		if strings.Contains(err.Error()+log.String(), "@") {
			t.Errorf("%s: an address in %q or the log %q", want, err, log)
		}
	}
}

type cabinet struct{ filed json.RawMessage }

func (c *cabinet) FileHistory(_ context.Context, _ string, history json.RawMessage) error {
	c.filed = history
	return nil
}

// engine is Temporal as filing knows it: cases with their histories.
type engine map[string]string

func (e engine) HistoryToFile(_ context.Context, number string) (json.RawMessage, error) {
	if e[number] == "" {
		return nil, coded{code: "not_found"}
	}
	return json.RawMessage(e[number]), nil
}

// I2: a case's own history is filed; a case without any is an error.
func TestI2HistoryIsFiled(t *testing.T) {
	c := &cabinet{}
	a := &Activities{Filer: c, Histories: engine{"TS-1": `{"runs":[]}`}}
	if err := a.FileHistory(t.Context(), "TS-1"); err != nil || string(c.filed) != `{"runs":[]}` {
		t.Errorf("error %v, filed %s", err, c.filed)
	}
	if err := a.FileHistory(t.Context(), "TS-2"); err == nil || !strings.Contains(err.Error(), "not_found") || strings.Contains(err.Error(), "138") {
		t.Errorf("nothing was filed: %v", err)
	}
}

func TestActivitiesRegisterUnderTheirNames(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestActivityEnvironment()
	a, _ := desk(&outbox{}, &post{})
	a.Recorder = recorder{}
	env.RegisterActivity(a)
	got, err := env.ExecuteActivity("Record", procedure.Batch{Number: "TS-1", State: json.RawMessage(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	var recorded Recorded
	if err := got.Get(&recorded); err != nil || recorded.Pending != 2 {
		t.Errorf("got %+v, %v", recorded, err)
	}
	if _, err := env.ExecuteActivity("Deliver", "TS-1"); err != nil {
		t.Error(err)
	}
}
