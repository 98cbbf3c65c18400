package api_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"bihuan/e2e/recorded"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/api"
	"bihuan/server/auth"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/web"
	"bihuan/settings"
	"bihuan/temporal"
	"bihuan/temporal/history"
	"bihuan/workflows"
)

// monday is a working morning in Shanghai.
var monday = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// fakeEngine runs cases in memory, with the real procedure.
type fakeEngine struct {
	mu       sync.Mutex
	cases    map[string]*fakeCase
	down     bool
	noWorker bool
	starts   int
	moves    map[string]workflows.Moving

	histories map[string]history.History
	dropped   error // is what asking for a history gives instead
	// recorded is told of what happens, as a worker tells the database.
	recorded func(procedure.Batch)
}

type fakeCase struct {
	temporal.NewCase
	offline  workflows.Offline
	state    json.RawMessage
	summary  procedure.Summary
	outcomes map[string]desk.Outcome
	waiting  []procedure.Command
	recorded func(procedure.Batch)
}

func (f *fakeEngine) find(n string) (*fakeCase, error) {
	if f.down {
		return nil, temporal.ErrDown
	}
	c, ok := f.cases[n]
	if !ok {
		return nil, desk.ErrNotFound
	}
	return c, nil
}

func (f *fakeEngine) Start(_ context.Context, o temporal.NewCase) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.starts++
	if f.down {
		return temporal.ErrDown
	}
	if _, taken := f.cases[o.Number]; taken {
		return temporal.ErrStarted
	}
	run, err := workflows.NewOffline(o.Kind, o.Start)
	if err != nil {
		return err
	}
	c := &fakeCase{NewCase: o, offline: run, recorded: f.recorded, outcomes: map[string]desk.Outcome{o.Register.ID: {Known: true, Applied: true, Digest: o.Register.Digest()}}}
	f.cases[o.Number] = c
	c.follow()
	return nil
}

func (c *fakeCase) take(command procedure.Command) {
	if _, repeated := c.outcomes[command.ID]; repeated {
		return
	}
	refusal := c.offline.Give(command, command.At)
	c.outcomes[command.ID] = desk.Outcome{Known: true, Applied: refusal == nil, Digest: command.Digest(), Refusal: refusal}
	c.follow()
}

// follow keeps how the case stands.
func (c *fakeCase) follow() {
	b, ok := c.offline.Batch()
	if ok && b.Summary.Seq > 0 {
		c.state, c.summary = b.State, b.Summary
	}
	if ok && c.recorded != nil {
		c.recorded(b)
	}
}

// complaint gives the state of a complaint.
func (c *fakeCase) complaint() (s complaint.State) {
	if err := json.Unmarshal(c.state, &s); err != nil {
		panic(err)
	}
	return s
}

// change makes a complaint stand otherwise than it does.
func (c *fakeCase) change(by func(*complaint.State)) {
	s := c.complaint()
	by(&s)
	c.state, c.summary = machine.Encode(s), complaint.Summarize(s)
}

func (f *fakeEngine) Origin(_ context.Context, n string) (temporal.Origin, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(n)
	if err != nil {
		return temporal.Origin{}, err
	}
	return temporal.Origin{Key: c.KeyHash, Body: c.BodyHash, At: c.Register.At, Community: c.Labels.Community}, nil
}

func (f *fakeEngine) Signal(_ context.Context, n string, command procedure.Command) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(n)
	switch {
	case err != nil:
		return err
	case c.summary.Stage == string(complaint.StageArchived):
		return temporal.ErrEnded
	case f.noWorker:
		c.waiting = append(c.waiting, command)
		return nil
	}
	c.take(command)
	return nil
}

func (f *fakeEngine) Outcome(_ context.Context, n, id string) (desk.Outcome, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(n)
	if err != nil || f.noWorker {
		return desk.Outcome{}, cmpErr(err, temporal.ErrNoAnswer)
	}
	o := c.outcomes[id]
	o.State = c.state
	return o, nil
}

func (f *fakeEngine) State(_ context.Context, n string) (json.RawMessage, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c, err := f.find(n)
	if err != nil || f.noWorker {
		return nil, cmpErr(err, temporal.ErrNoAnswer)
	}
	return c.state, nil
}

func (f *fakeEngine) History(_ context.Context, n string) (history.History, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.find(n)
	return f.histories[n], cmpErr(err, f.dropped)
}

func (f *fakeEngine) Steps(h history.History) ([]history.Step, error) {
	return h.Steps(recorded.Converter())
}

func (f *fakeEngine) Ping(context.Context) error {
	if f.down {
		return temporal.ErrDown
	}
	return nil
}

func cmpErr(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// fakeReader reads what the fake engine holds, at once.
type fakeReader struct {
	desk.Reader
	engine    *fakeEngine
	down      bool
	filter    postgres.Filter
	matter    postgres.Matter
	announced []postgres.Announcement
	// readings is what was remembered; forgetful says that nothing can be.
	readings  []postgres.Reading
	forgetful bool
	filings   map[string]json.RawMessage
}

func (r *fakeReader) err() error {
	if r.down {
		return postgres.ErrDown
	}
	return nil
}

func (r *fakeReader) Ping(context.Context) error { return r.err() }

func (r *fakeReader) NumberByKey(_ context.Context, key string) (string, string, bool, error) {
	r.engine.mu.Lock()
	defer r.engine.mu.Unlock()
	for n, c := range r.engine.cases {
		if c.KeyHash == key && !r.down {
			return n, c.BodyHash, true, nil
		}
	}
	return "", "", false, r.err()
}

func (r *fakeReader) Case(_ context.Context, n string) (postgres.Case, error) {
	r.engine.mu.Lock()
	defer r.engine.mu.Unlock()
	c, ok := r.engine.cases[n]
	if r.down || !ok {
		return postgres.Case{}, cmpErr(r.err(), postgres.ErrNotFound)
	}
	return postgres.Case{Number: n, Kind: c.Kind, Summary: c.summary, State: c.state}, nil
}

func (r *fakeReader) Community(ctx context.Context, n string) (string, error) {
	c, err := r.Case(ctx, n)
	return c.Community, err
}

func (r *fakeReader) Cases(_ context.Context, f postgres.Filter) (postgres.Page[postgres.Case], error) {
	r.filter = f
	r.engine.mu.Lock()
	defer r.engine.mu.Unlock()
	var found postgres.Page[postgres.Case]
	for n, c := range r.engine.cases {
		found.Items = append(found.Items, postgres.Case{Number: n, Kind: c.Kind, Summary: c.summary})
	}
	return found, r.err()
}

func (r *fakeReader) ComplainantNotices(context.Context, string, int) ([]postgres.Notice, error) {
	return nil, r.err()
}

func (r *fakeReader) Filing(_ context.Context, n, kind string) (json.RawMessage, error) {
	if filed, ok := r.filings[n+" "+kind]; ok && !r.down {
		return filed, nil
	}
	return nil, cmpErr(r.err(), postgres.ErrNotFound)
}

func (r *fakeReader) Counts(_ context.Context, communities []string) ([]postgres.Count, error) {
	return nil, r.err()
}

func (r *fakeReader) Duplicates(_ context.Context, m postgres.Matter) ([]postgres.Duplicate, error) {
	r.matter = m
	return []postgres.Duplicate{{Number: "TS-20260302-2BYHS", Room: "502", Because: []postgres.Likeness{postgres.SameRoom}}}, r.err()
}

func (r *fakeReader) Announcements(context.Context, string, time.Time) ([]postgres.Announcement, error) {
	return r.announced, r.err()
}

func (r *fakeReader) Worklist(_ context.Context, f postgres.WorklistFilter) (postgres.Page[postgres.Work], error) {
	return postgres.Page[postgres.Work]{Items: []postgres.Work{{Room: "502"}}}, r.err()
}

func (r *fakeReader) Events(context.Context, string, int, int) ([]procedure.Event, error) {
	return nil, r.err()
}

func (r *fakeReader) Refusals(context.Context, string, int) ([]procedure.Refused, error) {
	return nil, r.err()
}

func (r *fakeReader) Notices(context.Context, string, string, int) (postgres.Page[postgres.Notice], error) {
	return postgres.Page[postgres.Notice]{}, r.err()
}

func (r *fakeReader) Inbox(context.Context, string, bool, string, int) (postgres.Page[postgres.Notice], error) {
	return postgres.Page[postgres.Notice]{}, r.err()
}

func (r *fakeReader) MarkRead(context.Context, string, string) error { return r.err() }

func (r *fakeReader) NoteReading(_ context.Context, reading postgres.Reading) error {
	if r.down || r.forgetful {
		return postgres.ErrDown
	}
	r.readings = append(r.readings, reading)
	return nil
}

func (r *fakeReader) AccessLog(context.Context, postgres.AccessFilter) (postgres.Page[postgres.Access], error) {
	return postgres.Page[postgres.Access]{}, r.err()
}

func (r *fakeReader) Readings(context.Context, postgres.ReadingFilter) (postgres.Page[postgres.Reading], error) {
	return postgres.Page[postgres.Reading]{Items: r.readings}, r.err()
}

// fakeTracking takes the number backwards for its secret.
type fakeTracking struct{}

func secretOf(n string) string { return "secret-" + n }

func (fakeTracking) Link(n string) string { return "https://x.test/track/" + n + "/" + secretOf(n) }

func (fakeTracking) HouseholdLink(n string, household int) string {
	return "https://x.test/survey/" + n + "/" + strconv.Itoa(household)
}

func (fakeTracking) Household(_, token string) (int, bool) {
	household, err := strconv.Atoi(token)
	return household, err == nil
}

func (fakeTracking) Respondent(n string, household int) string {
	return n + " " + strconv.Itoa(household)
}

// Move remembers the last move; fakes move nothing.
func (e *fakeEngine) Move(_ context.Context, id string, m workflows.Moving) error {
	e.moves = map[string]workflows.Moving{id: m}
	return nil
}

func (e *fakeEngine) Moving(_ context.Context, id string) (workflows.Moving, error) {
	m, ok := e.moves[id]
	if !ok {
		return m, desk.ErrNotFound
	}
	return m, nil
}

func (r *fakeReader) Holdings(context.Context, postgres.HoldingFilter, string, int) ([]postgres.Holding, error) {
	return nil, nil
}

func (r *fakeReader) CountHolding(context.Context, postgres.HoldingFilter) ([]postgres.HoldingCount, error) {
	return nil, nil
}

func (fakeTracking) Valid(n string, secret string) bool { return secret == secretOf(n) }

// office is a server with staff, ready to be asked.
type office struct {
	testing.TB
	engine *fakeEngine
	reader *fakeReader
	server *echo.Echo
	tokens map[string]string
	now    time.Time
	log    *strings.Builder // what the server logged
}

// newDesk is an office whose server publishes no key for exports.
func newDesk(t testing.TB) *office {
	t.Helper()
	return newOffice(t, nil)
}

func newOffice(t testing.TB, exportKey ed25519.PublicKey) *office {
	t.Helper()
	d := &office{TB: t, engine: &fakeEngine{cases: map[string]*fakeCase{}}, tokens: map[string]string{}, now: monday, log: &strings.Builder{}}
	d.reader = &fakeReader{engine: d.engine}
	var staff []auth.Person
	for id, a := range map[string]people.Actor{
		"agent":     {Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}},
		"assistant": {Roles: []people.Role{people.Assistant}, Communities: []string{"yuhu"}},
		"manager":   {Roles: []people.Role{people.Manager}, Communities: []string{"yuhu"}},
		"stranger":  {Roles: []people.Role{people.Agent}, Communities: []string{"linjiang"}},
		"plumber":   {Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: "nowhere"},
		"admin":     {Roles: []people.Role{people.Admin}, Communities: []string{people.AllCommunities}},
		"company":   {Roles: []people.Role{people.Company}, Communities: []string{people.AllCommunities}},
		"auditor":   {Roles: []people.Role{people.Auditor}, Communities: []string{"yuhu"}},
	} {
		a.ID, d.tokens[id] = id, auth.NewToken()
		staff = append(staff, auth.Person{Actor: a, Tokens: []auth.Token{{Hash: auth.HashOf(d.tokens[id])}}})
	}
	directory := auth.NewDirectory(func(context.Context) ([]auth.Person, error) { return staff, nil })
	shipped, err := settings.Load("")
	if err == nil {
		err = directory.Refresh(t.Context())
	}
	if err == nil {
		d.server, err = web.New(t.Context(), web.Options{
			Desk: desk.Options{
				Engine: d.engine, Reader: d.reader, Readings: d.reader, Settings: settings.Fixed(shipped), Tracking: fakeTracking{},
				Now: func() time.Time { return d.now }, Wait: 50 * time.Millisecond,
			},
			Gate: gate.Options{
				Staff: directory, Log: slog.New(slog.NewJSONHandler(d.log, nil)), BodyLimit: gate.DefaultBodyLimit, PublicPerMinute: 20,
				IPExtractor: echo.ExtractIPDirect(),
			},
			API: api.Options{Access: d.reader, ExportKey: exportKey},
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// answer is what the server said.
type answer struct {
	*httptest.ResponseRecorder
	t    testing.TB
	body map[string]any
}

// ask sends a request; headers are pairs of name and value.
func (d *office) ask(who, method, path, body string, headers ...string) answer {
	d.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+d.tokens[who])
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, r)
	a := answer{ResponseRecorder: w, t: d.TB}
	if raw, _ := io.ReadAll(strings.NewReader(w.Body.String())); strings.Contains(w.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(raw, &a.body); err != nil {
			d.Fatalf("%s %s answers no JSON: %s", method, path, raw)
		}
	}
	return a
}

func (d *office) post(who, path, body string, headers ...string) answer {
	d.Helper()
	return d.ask(who, http.MethodPost, path, body, headers...)
}

// is checks the status and, for a problem, its code.
func (a answer) is(status int, code string) answer {
	a.t.Helper()
	if got, _ := a.body["code"].(string); a.Code != status || got != code {
		a.t.Fatalf("got %d %q, want %d %q: %s", a.Code, got, status, code, a.Body)
	}
	return a
}

const leak = `{"community":"yuhu","channel":"hotline","category":"CATEGORY","name":"张三","building":"3","room":"502","phone":"13800000000",
"happened_at":"2026-11-22T10:00:00+08:00","place":"厨房","what":"楼上漏水","remedy":"修好"}`

// complaint registers one and gives its number.
func (d *office) complaint(headers ...string) string {
	d.Helper()
	a := d.post("agent", "/api/v1/complaints", d.leak(), headers...).is(http.StatusCreated, "")
	return a.body["number"].(string)
}

// leak is a complaint in the first category that can be chosen.
func (d *office) leak() string {
	shipped, err := settings.Load("")
	if err != nil {
		d.Fatal(err)
	}
	p, _ := shipped.For("yuhu")
	for _, c := range p.Categories {
		if p.Leaf(c.ID) && c.Urgency == "normal" && !c.Auto {
			return strings.Replace(leak, "CATEGORY", c.ID, 1)
		}
	}
	d.Fatal("no category")
	return ""
}
