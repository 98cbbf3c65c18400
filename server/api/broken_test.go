package api_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/gate"
	"bihuan/server/view"
)

// besiegers are those who ask.
var besiegers = map[string]postgres.Staff{
	"agent":    {Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}},
	"manager":  {Roles: []people.Role{people.Manager}, Communities: []string{"yuhu"}},
	"plumber":  {Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: "engineering"},
	"auditor":  {Roles: []people.Role{people.Auditor}, Communities: []string{people.AllCommunities}},
	"stranger": {Roles: []people.Role{people.GM}, Communities: []string{"linjiang"}},
	"admin":    {Roles: []people.Role{people.Admin}, Communities: []string{people.AllCommunities}},
	"leader":   {Roles: people.Workers, Communities: []string{people.AllCommunities}, Department: "engineering"},
}

// lively is a house in which cases happen: everything is recorded as a worker does.
func lively(t *testing.T) *house {
	t.Helper()
	e := &fakeEngine{cases: map[string]*fakeCase{}}
	h := inhabited(t, e, 1<<20, besiegers)
	h.now = monday
	e.recorded = func(b procedure.Batch) {
		_, err := h.db.Record(t.Context(), b)
		check(t, err)
	}
	return h
}

// meant are values that mean something in the shipped settings, by the name of a field.
var meant = map[string][]string{
	"community": {"yuhu", "linjiang", "nowhere"}, "category": {"facility.leak", "repair.other", "other", "nothing"},
	"department": {"engineering", "security", "nobody"}, "pool": {"cleaners", "repairs"}, "template": {"satisfaction"},
	"building": {"3"}, "room": {"502"}, "metric": {"complaints"}, "month": {"2026-10", "2026-13"}, "lang": {"en", "zh-CN"},
	"from": {"2026-10-01"}, "to": {"2026-11-01"}, "If-Match": {`"1"`, "2", "x"},
}

// cursors are what pages could be asked for with.
var cursors = []string{
	"x", "e30", "bnVsbA", encoded(`{"a":"9999-12-31T23:59:59Z","i":"x"}`), encoded(`{"a":"0000-01-01T00:00:00Z","i":"\u0000"}`),
	encoded(`{"a":"2026-01-01T00:00:00+23:59","i":"\ud800"}`), encoded(`{"a":5}`), encoded(`[]`), encoded(`9e99`), encoded(`{"n":1e30,"i":-1}`), encoded(`"x"`),
}

func encoded(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// siege sends what the contract allows and what it does not, as somebody, about cases that go on meanwhile.
type siege struct {
	*house
	*generator
	numbers  map[string]string // of a case, by kind
	statuses map[int]int
}

// renew registers a case of each kind.
func (s *siege) renew() {
	s.numbers = map[string]string{}
	for _, k := range view.Kinds() {
		s.numbers[k.Name] = s.ofKind(k.Name)
	}
	s.numbers[""] = s.numbers["complaint"]
	for _, kind := range slices.Sorted(maps.Keys(further)) {
		steps := further[kind]
		for _, step := range steps[:s.IntN(len(steps)+1)] {
			s.post(step[0], "/api/v1/"+contract.Segment(kind)+"/"+s.numbers[kind]+"/"+step[1], step[2]).is(http.StatusOK, "")
		}
	}
}

// further is how cases of a kind go on: each begins from somewhere on the way.
var further = map[string][][3]string{
	"complaint": {
		{"leader", "judge", judged}, {"manager", "review", judged}, {"leader", "propose", `{"text":"周三上门"}`}, {"leader", "answer", `{"answer":"agreed"}`},
		{"leader", "dispatch", `{"tasks":[{"department":"engineering","content":"修水管"}]}`},
		{"leader", "tasks/T1/accept", `{}`}, {"leader", "tasks/T1/complete", `{"result":"好了","evidence":["照片"]}`}, {"leader", "verify", `{"passed":true,"note":"好"}`},
	},
	"service": {
		{"leader", "confirm", `{"content":"修锁","from":"2026-11-23T07:00:00Z","to":"2026-11-23T08:00:00Z","agreed":true,"department":"engineering"}`},
		{"leader", "take", `{}`}, {"leader", "quote", `{"items":[{"name":"锁","quantity":1,"price":100}]}`}, {"leader", "accept-quote", `{"version":1}`}, {"leader", "arrive", `{}`}, {"leader", "finish", `{"result":"好了","evidence":["照片"]}`},
	},
	"collective": {
		{"leader", "convene", `{"at":"2026-11-24T08:00:00Z","place":"会议室","agenda":{"zh":"漏水"}}`}, {"leader", "record-minutes", `{"held_at":"2026-11-23T01:00:00Z","present":3,"text":"谈了"}`},
	},
	"improvement": {
		{"leader", "accept-feedback", `{"problem":"慢","cause":"人少","measure":"加人","owner":{"id":"leader"},"due":"2026-12-24T08:00:00Z","watch":{"metric":"complaints"}}`},
		{"leader", "start-measure", `{}`}, {"leader", "finish-measure", `{"result":"好了"}`},
	},
	"inquiry": {{"leader", "forward", `{"department":"engineering","question":"能吗","deadline":"2026-11-25T08:00:00Z"}`}},
	"survey":  {{"leader", "launch", `{}`}},
}

// path fills an operation's path and query.
func (s *siege) path(op *contract.Operation, broken bool) string {
	n := cmp.Or(s.numbers[op.Kind.Name], s.numbers[""])
	task, id := "T1", "nothing"
	if broken && s.IntN(3) == 0 {
		odd := []string{"%00", "..%2f..", "%ff", "x%0d%0ay", "TS-20261123-00000", strings.Repeat("9", 300), "-1", "9223372036854775808", "%F0%9D%92%B3", "'--"}
		n, task, id = pick(s.generator, append(odd, n)), pick(s.generator, odd), pick(s.generator, odd)
	}
	parts := strings.Split(op.Path, "/")
	for i, p := range parts {
		switch name, is := strings.CutPrefix(p, ":"); {
		case !is:
		case name == "number":
			parts[i] = n
		case name == "task":
			parts[i] = task
		case name == "community" && id == "nothing":
			parts[i] = "yuhu"
		case name == "version" && id == "nothing":
			parts[i] = "1"
		default:
			parts[i] = id
		}
	}
	return strings.Join(parts, "/") + s.query(op, broken)
}

func (s *siege) query(op *contract.Operation, broken bool) string {
	q := url.Values{}
	for _, p := range op.Parameters {
		if p.In != "query" || !p.Required && s.IntN(2) == 0 {
			continue
		}
		value := fmt.Sprint(s.value(p.Name, p.Schema.Value))
		switch {
		case p.Name == "cursor" || p.Name == "q" && s.IntN(2) == 0:
			value = pick(s.generator, cursors)
		case broken && s.IntN(2) == 0:
			value = pick(s.generator, []string{"", "\x00", "\xff", "-1", "99999999999999999999", "true", "'", "%", "_%\\", strings.Repeat("x ", 100), "1e3", "𝒳", "\u202e"})
		}
		q.Set(p.Name, value)
	}
	if broken && s.IntN(10) == 0 {
		q.Set("unknown", "x")
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// somebody who asks, mostly one who may.
func (s *siege) somebody(op *contract.Operation) string {
	who := slices.Sorted(maps.Keys(besiegers))
	if s.IntN(4) > 0 {
		who = slices.DeleteFunc(who, func(id string) bool {
			a := people.Actor{ID: id, Roles: besiegers[id].Roles}
			_, sees := people.Permits(op.ID, a)
			return op.Command == "" && !sees || op.Command != "" && !op.Public && !machine.MayEver(op.Kind.Table, op.CommandName(), a)
		})
	}
	if len(who) == 0 {
		return "leader"
	}
	return pick(s.generator, who)
}

// send sends one request and holds the answer to what every answer promises.
func (s *siege) send(op *contract.Operation, broken bool) {
	lang := pick(s.generator, []string{"zh-CN", "en"})
	headers := []string{"Accept-Language", lang}
	for _, p := range op.Parameters {
		switch {
		case p.In != "header":
		case p.Name == gate.HeaderSecret:
			headers = append(headers, p.Name, secretOf(cmp.Or(s.numbers[op.Kind.Name], s.numbers[""])))
		case p.Required || s.IntN(4) == 0:
			headers = append(headers, p.Name, fmt.Sprint(s.value(p.Name, p.Schema.Value)))
		}
	}
	body := ""
	switch {
	case op.Body != nil && broken:
		body = s.spoilt(op.Body)
	case op.Body != nil:
		body = written(s.object(op.Body))
	case op.Method == http.MethodPost:
		body = pick(s.generator, []string{"", "PK\x03\x04", "a,b\n=1+1,\x00", "\xff\xfe"})
	}
	who := s.somebody(op)
	path := s.path(op, broken)
	a := s.ask(who, op.Method, path, body, headers...)
	s.statuses[a.Code/100*100]++
	if fault := faultOf(a, lang); fault != "" {
		s.Errorf("%s as %s: %s\n%s %s\n%.300q\n%d %.600s", op.ID, who, fault, op.Method, path, body, a.Code, a.Body)
	}
}

// faultOf says what is wrong with an answer, whatever the question was.
func faultOf(a answer, lang string) string {
	detail, _ := a.body["detail"].(string)
	code, _ := a.body["code"].(string)
	switch {
	case a.Code >= http.StatusInternalServerError:
		return "the server failed"
	case a.Code < http.StatusBadRequest:
		return ""
	case a.Header().Get("Content-Type") == "application/json" && a.Code == http.StatusUnprocessableEntity: // settings with faults
		return ""
	case a.Header().Get("Content-Type") != "application/problem+json":
		return "no problem"
	case code == "" || detail == "":
		return "no code, or no sentence"
	case (lang == "en") == strings.ContainsFunc(detail, func(r rune) bool { return unicode.Is(unicode.Han, r) }):
		return "the sentence is in another language"
	case strings.Contains(a.Body.String(), "SQLSTATE") || strings.Contains(a.Body.String(), "json:"):
		return "it tells of our insides"
	}
	return ""
}

// Whatever is sent to whichever operation, the answer is a clear one: never our failure, always a problem with a
// code and a sentence in the caller's language. What is sent is the same every time.
func TestWhateverIsSentIsAnswered(t *testing.T) {
	h, operations := lively(t), operationsOf(t)
	s := &siege{house: h, statuses: map[int]int{}, generator: &generator{Rand: rand.New(rand.NewPCG(1, 2)), now: monday, known: meant}}
	const rounds, spoiltEach = 3, 6
	for range rounds {
		names := slices.DeleteFunc(slices.Sorted(maps.Keys(operations)), func(name string) bool { return operations[name].Login })
		s.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		for i, name := range names {
			if i%10 == 0 {
				s.renew()
			}
			s.send(operations[name], false)
			for range spoiltEach {
				s.send(operations[name], true)
			}
		}
	}
	t.Logf("answers by status: %v", s.statuses)
	if s.statuses[200] < 200 {
		t.Errorf("only %d of what was sent was taken: too little was reached", s.statuses[200])
	}
	if strings.Contains(h.log.String(), `"panic"`) {
		t.Errorf("the log tells of a panic: %.2000s", h.log.String()[strings.Index(h.log.String(), `"panic"`):])
	}
}

// M6: who gave feedback finds it again, on the real database, and nobody else's.
func TestFeedbackIsFoundByWhoGaveIt_M6(t *testing.T) {
	h := lively(t)
	h.post("plumber", "/api/v1/improvements", beginnings["improvement"]).is(http.StatusCreated, "")
	for who, want := range map[string]int{"plumber": 1, "manager": 0} {
		if items := list(h.ask(who, http.MethodGet, "/api/v1/feedback", "").is(http.StatusOK, ""), "items"); len(items) != want {
			t.Errorf("%s finds %v", who, items)
		}
	}
}
