package api_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/labstack/echo/v4"

	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/api"
	"bihuan/server/auth"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/login"
	"bihuan/server/view"
	"bihuan/server/web"
	"bihuan/settings"
)

const (
	withTasks    = "engineering" // has a task of the case
	withoutTasks = "security"
)

// crew has somebody of every role in the case's community and in another, and of two departments; and some
// with two roles, in communities of which the case's is one or is none.
func crew() map[string]people.Actor {
	all := map[string]people.Actor{}
	for _, role := range people.Employed {
		for _, community := range []string{"yuhu", "linjiang"} {
			a := people.Actor{Roles: []people.Role{role}, Communities: []string{community}}
			if role == people.Handler {
				a.Department = withTasks
				stranger := a
				stranger.Department = withoutTasks
				all[string(role)+" "+withoutTasks+" "+community] = stranger
			}
			all[string(role)+" "+community] = a
		}
	}
	for _, two := range [][]people.Role{
		{people.Agent, people.Auditor}, {people.Handler, people.Admin}, {people.Manager, people.Admin}, {people.Company, people.Handler},
	} {
		for _, communities := range [][]string{{"yuhu"}, {"linjiang"}, {"linjiang", "yuhu"}, {"linjiang", "elsewhere"}} {
			id := fmt.Sprintf("%s and %s of %s", two[0], two[1], strings.Join(communities, " and "))
			all[id] = people.Actor{Roles: two, Communities: communities, Department: withTasks}
		}
	}
	return all
}

// whole is a desk with everything that the server has, and the crew.
func whole(t *testing.T) *office {
	t.Helper()
	db := database(t)
	d := &office{TB: t, engine: &fakeEngine{cases: map[string]*fakeCase{}}, tokens: map[string]string{}, now: monday, log: &strings.Builder{}}
	d.reader = &fakeReader{engine: d.engine}
	var staff []auth.Person
	for id, a := range crew() {
		a.ID, d.tokens[id] = strings.ReplaceAll(id, " ", "-"), auth.NewToken()
		staff = append(staff, auth.Person{Actor: a, Tokens: []auth.Token{{Hash: auth.HashOf(d.tokens[id])}}})
	}
	d.tokens["agent"] = d.tokens["agent yuhu"]
	d.tokens["manager"] = d.tokens["manager yuhu"]
	directory := auth.NewDirectory(func(context.Context) ([]auth.Person, error) { return staff, nil }).WithSessions(auth.DefaultRules, db.SeenSessions)
	shipped, err := settings.Load("")
	check(t, err)
	check(t, directory.Refresh(t.Context()))
	passwords, err := auth.NewHasher(argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	check(t, err)
	sealer, err := auth.NewSealer(strings.Repeat("5a", 32))
	check(t, err)
	log := slog.New(slog.NewJSONHandler(d.log, nil))
	now := func() time.Time { return d.now }
	logins, err := login.New(login.Options{
		Store: db, Staff: directory, Passwords: passwords, Sealer: sealer, PublicURL: "http://127.0.0.1:8080", Now: now, Log: log,
	})
	check(t, err)
	d.server, err = web.New(t.Context(), web.Options{
		Desk: desk.Options{
			Engine: d.engine, Reader: d.reader, Readings: d.reader, Polls: db, Settings: settings.Fixed(shipped), Tracking: fakeTracking{}, Now: now,
			Wait: 5 * time.Millisecond,
		},
		Gate: gate.Options{
			Staff: directory, Login: logins, Log: log, BodyLimit: gate.DefaultBodyLimit, PublicPerMinute: 1000, IPExtractor: echo.ExtractIPDirect(),
		},
		API: api.Options{Access: d.reader, People: db}, Figures: db,
	})
	check(t, err)
	return d
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// dispatched registers a complaint with a task of a department.
func (d *office) dispatched() string {
	d.Helper()
	n := d.complaint()
	for _, step := range [][3]string{
		{"agent", "judge", judged},
		{"manager", "review", judged},
		{"agent", "dispatch", `{"tasks":[{"department":"` + withTasks + `","content":"修水管"}]}`},
	} {
		d.post(step[0], "/api/v1/complaints/"+n+"/"+step[1], step[2]).is(http.StatusOK, "")
	}
	return n
}

// ofEachKind gives a case of each kind: the complaint, and one of every other that can be registered.
func (d *office) ofEachKind(complaint string) map[string]string {
	numbers := map[string]string{"complaint": complaint}
	for kind, body := range beginnings {
		who := "agent"
		if kind == "collective" || kind == "survey" { // J1, M1
			who = "manager"
		}
		a := d.post(who, "/api/v1/"+contract.Segment(kind), body).is(http.StatusCreated, "")
		numbers[kind] = a.body["number"].(string)
	}
	for _, k := range view.Kinds() {
		if numbers[k.Name] == "" {
			d.Errorf("there is no %s to ask for", k.Name)
		}
	}
	return numbers
}

// beginnings are what registers a case of each kind but the complaint.
var beginnings = map[string]string{
	"service":     `{"community":"yuhu","channel":"hotline","category":"repair.other","what":"门锁坏了"}`,
	"collective":  `{"community":"yuhu","category":"facility.leak","subject":"地下车库漏水"}`,
	"improvement": `{"community":"yuhu","feedback":{"about":"rule","which":"C2","text":"夜间不够"}}`,
	"inquiry":     `{"community":"yuhu","channel":"hotline","what":"能在家充电吗"}`,
	"survey":      `{"community":"yuhu","template":"satisfaction"}`,
}

// standing is how every case stands, in a text.
func (f *fakeEngine) standing() string {
	var b strings.Builder
	for _, n := range slices.Sorted(maps.Keys(f.cases)) {
		b.WriteString(n + string(f.cases[n].state))
	}
	return b.String()
}

// The table, whatever the router does: what a request of somebody must come to.
type verdict string

const (
	let     verdict = "let in"
	nobody  verdict = "401"
	refused verdict = "403"
	unseen  verdict = "404"
)

// ruled gives the table's verdict. A case exists for who sees it.
func ruled(op *contract.Operation, a people.Actor, c machine.Instance) verdict {
	switch {
	case op.Public:
		return let
	case op.OfCase() && c.Sees(a) == people.SeesNothing:
		return unseen
	case op.Command != "" && !machine.MayEver(op.Kind.Table, op.CommandName(), a):
		return refused
	}
	if _, ok := people.Permits(op.ID, a); op.Command == "" && !ok {
		return refused
	}
	return let
}

// answeredBy gives the router's verdict.
func answeredBy(op *contract.Operation, a answer) verdict {
	switch code := a.body["code"]; {
	case a.Code == http.StatusUnauthorized && op.ID != "log-in":
		return nobody
	case code == "forbidden":
		return refused
	case code == "not_found" && op.OfCase() && !op.Public:
		return unseen
	}
	return let
}

// asked sends what asks for an operation and for nothing else: a body that nobody accepts, so that no
// command is given.
func (d *office) asked(op *contract.Operation, who, n string) answer {
	path := strings.NewReplacer(":number", n, ":task", "T1", ":id", "nothing", ":", "").Replace(op.Path)
	body := ""
	if op.Method != http.MethodGet && op.Method != http.MethodDelete {
		body = "{"
	}
	return d.ask(who, op.Method, path, body)
}

// N1: for every route and every command, every role, in the community and outside it, with a task and
// without, the router does what the tables say.
func TestTheRouterDoesWhatTheTablesSay_N1(t *testing.T) {
	d, staff := whole(t), crew()
	n := d.dispatched()
	numbers, asked := d.ofEachKind(n), 0
	before := d.engine.standing()
	for _, op := range operationsOf(t) {
		n := cmp.Or(numbers[op.Kind.Name], n)
		standing, err := desk.Read(n, d.engine.cases[n].state)
		check(t, err)
		for who, actor := range staff {
			actor.ID = strings.ReplaceAll(who, " ", "-")
			a := d.asked(op, who, n)
			if got, want := answeredBy(op, a), ruled(op, actor, standing); got != want {
				t.Errorf("%s for %s: %s, want %s: %s", op.ID, who, got, want, a.Body)
			}
			asked++
		}
		want := nobody
		if op.Public {
			want = let
		}
		if got := answeredBy(op, d.asked(op, "", n)); got != want {
			t.Errorf("%s without a token: %s, want %s", op.ID, got, want)
		}
	}
	if d.engine.standing() != before {
		t.Error("asking changed something")
	}
	t.Logf("%d questions", asked)
}

// N1: what the tables say is what the procedure means by it, spelled out for the cells that matter most.
func TestTheTablesSayWhatIsMeant_N1(t *testing.T) {
	d := whole(t)
	n, other := d.dispatched(), "/api/v1/complaints/"
	for _, cell := range []struct {
		who, path string
		want      int
	}{
		{"agent yuhu", "", 200}, {"agent linjiang", "", 404}, {"gm yuhu", "", 200}, {"auditor yuhu", "", 200}, {"auditor linjiang", "", 404},
		{"admin yuhu", "", 404}, {"handler yuhu", "", 200}, {"handler " + withoutTasks + " yuhu", "", 404}, {"handler linjiang", "", 404},
		{"agent yuhu", "/history", 403}, {"handler yuhu", "/history", 403}, {"auditor linjiang", "/history", 404}, {"manager yuhu", "/history", 200},
		{"agent and auditor of yuhu", "/history", 200}, {"agent and auditor of linjiang", "/history", 404},
		{"agent and auditor of linjiang and yuhu", "/history", 200}, {"agent and auditor of linjiang and elsewhere", "", 404},
		{"handler and admin of yuhu", "", 200}, {"handler and admin of yuhu", "/notices", 403}, {"handler and admin of linjiang", "", 404},
		{"handler yuhu", "/notices", 403}, {"handler yuhu", "/timeline", 200}, {"admin yuhu", "/timeline", 404},
	} {
		if a := d.ask(cell.who, http.MethodGet, other+n+cell.path, ""); a.Code != cell.want {
			t.Errorf("%s %s: %d, want %d", cell.who, cell.path, a.Code, cell.want)
		}
	}
	for who, want := range map[string]int{"admin yuhu": 200, "auditor yuhu": 200, "company yuhu": 403, "agent yuhu": 403, "handler yuhu": 403} {
		if a := d.ask(who, http.MethodGet, "/api/v1/readings", ""); a.Code != want {
			t.Errorf("readings for %s: %d, want %d", who, a.Code, want)
		}
	}
}

// N1: nothing is open by omission: a route beside the contract has to be declared.
func TestNothingIsOpenByOmission_N1(t *testing.T) {
	d := whole(t)
	check(t, gate.Declared(t.Context(), d.server))
	d.server.GET("/backdoor", func(c echo.Context) error { return c.NoContent(http.StatusOK) })
	if err := gate.Declared(t.Context(), d.server); err == nil || !strings.Contains(err.Error(), "/backdoor") {
		t.Errorf("a new route: %v", err)
	}
}

// N1, N2: an auditor reads every case of their communities and changes nothing, not even where somebody
// named them to handle it.
func TestAuditorsReadAndChangeNothing_N1_N2(t *testing.T) {
	d := whole(t)
	n := d.dispatched()
	c := d.engine.cases[n]
	c.change(func(s *complaint.State) { s.Handler = &people.By{ID: "auditor-yuhu", Role: people.Auditor} })
	numbers := d.ofEachKind(n)
	before := d.engine.standing()
	asked := 0
	for _, op := range operationsOf(t) {
		n := cmp.Or(numbers[op.Kind.Name], n)
		v, _ := people.FindView(op.ID)
		own := len(v.Grants) > 0 && v.Grants[0].Scope == people.Own
		if op.Public || own || op.Method == http.MethodGet || op.ID == "unmask" {
			continue
		}
		asked++
		if a := d.asked(op, "auditor yuhu", n); a.Code != http.StatusForbidden || a.body["code"] != "forbidden" {
			t.Errorf("%s: %d %s", op.ID, a.Code, a.Body)
		}
	}
	for _, path := range []string{"", "/timeline", "/notices", "/history"} {
		d.ask("auditor yuhu", http.MethodGet, "/api/v1/complaints/"+n+path, "").is(http.StatusOK, "")
	}
	if d.engine.standing() != before || asked < 40 {
		t.Errorf("asked %d things; a case stands otherwise", asked)
	}
}

// contactsOf gives what an answer shows of who complains.
func contactsOf(record any) string {
	r := record.(map[string]any)
	return strings.TrimSpace(fmt.Sprintf("%v %v %v", r["name"], r["room"], r["phone"]))
}

// N1, C1: contacts are clear for who talks to complainants and for a department at work, and masked for
// everybody else, in the answer to a command too.
func TestContactsAreMasked_N1_C1(t *testing.T) {
	const clear, hidden = "张三 502 13800000000", "张** ** 138****0000"
	d := whole(t)
	n := d.dispatched()
	path := "/api/v1/complaints/" + n
	shown := func(who string) string {
		t.Helper()
		return contactsOf(d.ask(who, http.MethodGet, path, "").is(http.StatusOK, "").body["record"])
	}
	for who, want := range map[string]string{
		"agent yuhu": clear, "receptionist yuhu": clear, "assistant yuhu": clear, "manager yuhu": clear, "gm yuhu": clear,
		"company yuhu": hidden, "auditor yuhu": hidden, "handler yuhu": clear,
	} {
		if got := shown(who); got != want {
			t.Errorf("%s sees %s", who, got)
		}
	}
	d.post("handler yuhu", path+"/tasks/T1/accept", "").is(http.StatusOK, "")
	if got := shown("handler yuhu"); got != clear {
		t.Errorf("at work: %s", got)
	}
	done := d.post("handler yuhu", path+"/tasks/T1/complete", `{"result":"修好了","evidence":["照片1"]}`).is(http.StatusOK, "")
	if got := contactsOf(done.body["record"]); got != hidden || shown("handler yuhu") != hidden {
		t.Errorf("after the work: %s", got)
	}
	d.engine.cases[n].change(func(s *complaint.State) { s.Handler = &people.By{ID: "company-yuhu", Role: people.Company} })
	if got := shown("company yuhu"); got != clear {
		t.Errorf("who is named to handle it: %s", got)
	}
	for _, who := range []string{"agent yuhu", "auditor yuhu", "handler yuhu"} {
		row := d.ask(who, http.MethodGet, "/api/v1/complaints", "").is(http.StatusOK, "").body["items"].([]any)[0].(map[string]any)
		if row["name"] != "张**" || row["room"] != "**" {
			t.Errorf("%s lists %v", who, row)
		}
		if a := d.ask(who, http.MethodGet, "/api/v1/worklist", "").is(http.StatusOK, ""); strings.Contains(a.Body.String(), "502") {
			t.Errorf("%s has in the worklist %s", who, a.Body)
		}
	}
}

// Roles that never log in stand in no line of the matrix.
func TestTheCrewIsEverybody_N1(t *testing.T) {
	for _, role := range people.Roles {
		employed := role != people.Complainant && role != people.System
		if slices.Contains(people.Employed, role) != employed {
			t.Errorf("%s", role)
		}
	}
}
