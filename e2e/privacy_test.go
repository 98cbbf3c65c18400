package e2e_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/api/history/v1"
	querypb "go.temporal.io/api/query/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"bihuan/e2e/system"
	"bihuan/temporal/encryption"
)

// pageOrigin is where the Temporal Web UI would be.
const pageOrigin = "http://temporal.example"

// marked is a complaint and its story in which every text that a person writes is one that is found again.
type marked struct {
	complaint M
	steps     []system.Step
	markers   []string
}

// mark makes a word that stands nowhere else.
func (m *marked) mark(what string) string {
	word := fmt.Sprintf("标记%s%d", what, len(m.markers))
	m.markers = append(m.markers, word)
	return word
}

func newMarked() *marked {
	m := &marked{markers: []string{"13977778888", "marker-person@example.com", "MK-0917", "MK-幢"}}
	m.complaint = system.Complaint(M{
		"name": m.mark("姓名"), "phone": "13977778888", "email": "marker-person@example.com", "building": "MK-幢", "room": "MK-0917",
		"what": m.mark("事由"), "remedy": m.mark("诉求"), "place": m.mark("地点"), "apology": m.mark("致歉"),
	})
	order := func(what string) M { return M{"department": "engineering", "content": m.mark(what)} }
	rectify := order("整改")
	rectify["deadline"] = system.In(48 * time.Hour)
	m.steps = []system.Step{
		{Who: "agent", Command: "judge", With: M{"nature": "valid", "grounds": m.mark("判别")}},
		{Who: "assistant", Command: "review", With: M{"nature": "valid", "grounds": m.mark("评审")}},
		{Who: "agent", Command: "dispatch", With: M{"tasks": []M{order("派单")}}},
		system.Accepted("T1"),
		{Who: "agent", Command: "propose", With: M{"text": m.mark("方案")}},
		{Who: "agent", Command: "answer", With: M{"answer": "adjust", "opinion": m.mark("意见")}},
		{Who: "agent", Command: "propose", With: M{"text": m.mark("方案")}},
		{Who: "agent", Command: "answer", With: M{"answer": "agreed"}},
		{Who: "engineer", Command: "tasks/T1/complete", With: M{"result": m.mark("结果"), "evidence": []string{m.mark("照片") + ".jpg"}}},
		{Who: "assistant", Command: "verify", With: M{"passed": true, "note": m.mark("验证")}},
		{Who: "assistant", Command: "revisit", With: M{
			"method": "phone", "reached": true, "satisfied": false, "outcome": 2, "handling": 3, "opinion": m.mark("回访"), "rectify": []M{rectify},
		}},
		system.Accepted("T2"), system.Completed("T2"), system.Verified[0], system.Satisfied[0],
	}
	return m
}

// outspoken is a system of its own that says all it ever says in its logs.
func outspoken(t *testing.T) *system.System {
	t.Helper()
	dir, err := system.TempDir()
	must(t, err)
	s, err := system.Start(t.Context(), system.Options{
		Dir: dir, Programs: programs, Env: []string{"LOG_LEVEL=debug", "BIHUAN_TEMPORAL_UI_ORIGIN=" + pageOrigin},
	})
	must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			s.ShowLogs(os.Stderr)
		}
		must(t, errors.Join(s.Stop(context.WithoutCancel(t.Context())), os.RemoveAll(dir)))
	})
	return s
}

// findings are bytes by where they were found.
type findings map[string][]byte

func (f findings) message(t *testing.T, where string, m proto.Message) {
	t.Helper()
	raw, err := proto.Marshal(m)
	must(t, err)
	f[where] = raw
}

// kept gathers everything that Temporal tells or stores of a case without a key.
func kept(t *testing.T, s *system.System, number string) (findings, []*history.History) {
	t.Helper()
	f, service := findings{}, s.Temporal.WorkflowService()
	runs, err := s.Histories(t.Context(), number)
	must(t, err)
	for i, h := range runs {
		f.message(t, "history "+strconv.Itoa(i), h)
	}
	list, err := service.ListWorkflowExecutions(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{
		Namespace: "default", Query: fmt.Sprintf("WorkflowId = %q", number),
	})
	must(t, err)
	if len(list.Executions) == 0 {
		t.Fatal("the case is not visible")
	}
	f.message(t, "visibility, with memo and search attributes", list)
	details, err := service.QueryWorkflow(t.Context(), &workflowservice.QueryWorkflowRequest{
		Namespace: "default", Execution: &commonpb.WorkflowExecution{WorkflowId: number},
		Query: &querypb.WorkflowQuery{QueryType: "__temporal_workflow_metadata"},
	})
	must(t, err)
	f.message(t, "current details", details)
	f.described(t, s, number)
	return f, runs
}

func (f findings) described(t *testing.T, s *system.System, number string) *workflowservice.DescribeWorkflowExecutionResponse {
	t.Helper()
	d, err := s.Temporal.DescribeWorkflowExecution(t.Context(), number, "")
	must(t, err)
	f.message(t, fmt.Sprintf("description with %d pending activities", len(d.PendingActivities)), d)
	return d
}

// files adds the files that match a pattern in the system's directory.
func (f findings) files(t *testing.T, s *system.System, pattern string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(s.Stack.Dir, pattern))
	must(t, err)
	if len(paths) == 0 {
		t.Fatalf("nothing is at %s", pattern)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		must(t, err)
		f[path] = content
	}
}

// spellings are the ways in which programs write a word.
func spellings(word string) []string {
	escaped := strings.Trim(strconv.QuoteToASCII(word), `"`)
	hex := fmt.Sprintf("%x", word)
	return []string{word, escaped, hex, base64.StdEncoding.EncodeToString([]byte(word))}
}

func (f findings) hold(word string) (where []string) {
	for place, content := range f {
		if slices.ContainsFunc(spellings(word), func(s string) bool { return bytes.Contains(content, []byte(s)) }) {
			where = append(where, place)
		}
	}
	return where
}

// payloadsOf gathers the payloads anywhere in a message.
func payloadsOf(m protoreflect.Message) (all []*commonpb.Payload) {
	if p, ok := m.Interface().(*commonpb.Payload); ok {
		return []*commonpb.Payload{p}
	}
	m.Range(func(d protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case d.IsMap() && d.MapValue().Message() != nil:
			v.Map().Range(func(_ protoreflect.MapKey, v protoreflect.Value) bool {
				all = append(all, payloadsOf(v.Message())...)
				return true
			})
		case d.IsList() && d.Message() != nil:
			for i := range v.List().Len() {
				all = append(all, payloadsOf(v.List().Get(i).Message())...)
			}
		case !d.IsMap() && !d.IsList() && d.Message() != nil:
			all = append(all, payloadsOf(v.Message())...)
		}
		return true
	})
	return all
}

// decoded asks the server to open payloads, as the Web UI does.
func decoded(t *testing.T, c system.Client, payloads []*commonpb.Payload) []*commonpb.Payload {
	t.Helper()
	body, err := protojson.Marshal(&commonpb.Payloads{Payloads: payloads})
	must(t, err)
	a, err := c.Do(t.Context(), http.MethodPost, "/codec/default/decode", body, "Origin", pageOrigin, "X-Namespace", "default")
	must(t, err)
	wantStatus(t, a, http.StatusOK)
	if got := a.Header.Get("Access-Control-Allow-Origin"); got != pageOrigin {
		t.Errorf("the Web UI may not read the answer: %q", got)
	}
	var opened commonpb.Payloads
	must(t, protojson.Unmarshal(a.Body, &opened))
	return opened.Payloads
}

func textOf(payloads []*commonpb.Payload) findings {
	var all []byte
	for _, p := range payloads {
		all = append(append(all, p.Data...), '\n')
	}
	return findings{"text": all}
}

// TestTemporalHoldsNothingPersonal plays a whole complaint in which every text is marked, the database being down
// meanwhile, and finds no mark in anything that Temporal keeps or tells, nor in any log; an auditor finds them all
// through the codec endpoint. N2 N3, ISO 10002's confidentiality
func TestTemporalHoldsNothingPersonal(t *testing.T) {
	s, m := outspoken(t), newMarked()
	r, err := s.Play(t.Context(), m.complaint, m.steps[0])
	must(t, err)
	for _, who := range []string{"agent", "assistant", "engineer"} {
		var me struct{ Name string }
		get(t, s.As(who), "/api/v1/me", &me)
		m.markers = append(m.markers, me.Name)
	}
	while := databaseDown(t, s, r.Number, m.mark("联系"))
	must(t, s.Continue(t.Context(), r.Number, m.steps[1:]...))
	must(t, s.Quiet(t.Context(), r.Number))

	found, runs := kept(t, s, r.Number)
	found["description while the database was down"] = while
	found.files(t, s, "temporal/temporal.db*")
	for _, log := range []string{"worker", "server", "temporal"} {
		found.files(t, s, "log/"+log+".log")
	}
	for _, marker := range m.markers {
		if where := found.hold(marker); len(where) > 0 {
			t.Errorf("%s is readable in: %s", marker, strings.Join(where, "; "))
		}
	}
	readByAuditor(t, s, m.markers, runs)
}

// databaseDown gives what Temporal tells of an activity that fails because the database is down.
func databaseDown(t *testing.T, s *system.System, number, said string) []byte {
	t.Helper()
	must(t, s.Stack.Postgres.Stop(t.Context()))
	a := command(t, s.As("agent"), number, "contact", M{"channel": "hotline", "said": said})
	if a.Status != http.StatusOK && a.Status != http.StatusAccepted {
		t.Fatalf("contact: %d %s", a.Status, a.Body)
	}
	var raw []byte
	must(t, system.Poll(t.Context(), func() (bool, error) {
		d, err := s.Temporal.DescribeWorkflowExecution(t.Context(), number, "")
		if err != nil || len(d.PendingActivities) == 0 || d.PendingActivities[0].LastFailure == nil {
			return false, err
		}
		failure := d.PendingActivities[0].LastFailure
		if _, _, ok := encryption.Encrypted(failure.EncodedAttributes); !ok || failure.Message != "Encoded failure" || failure.StackTrace != "" {
			return false, fmt.Errorf("the failure is readable: %v", failure)
		}
		raw, err = proto.Marshal(d)
		return true, err
	}))
	must(t, s.Stack.Postgres.Start(t.Context()))
	return raw
}

// readByAuditor opens a history as the Web UI does for an auditor: everything is there, but nothing personal in what
// stands beside the data. Others read nothing.
func readByAuditor(t *testing.T, s *system.System, markers []string, runs []*history.History) {
	t.Helper()
	var all, beside []*commonpb.Payload
	for _, h := range runs {
		all = append(all, payloadsOf(h.ProtoReflect())...)
		for _, e := range h.Events {
			beside = append(beside, payloadsOf(e.GetUserMetadata().ProtoReflect())...)
			memo := e.GetWorkflowExecutionStartedEventAttributes().GetMemo()
			beside = append(beside, payloadsOf(memo.ProtoReflect())...)
		}
	}
	text := textOf(decoded(t, s.As("auditor"), all))
	for _, marker := range markers {
		if len(text.hold(marker)) == 0 {
			t.Errorf("the auditor does not find %s", marker)
		}
		if len(textOf(decoded(t, s.As("auditor"), beside)).hold(marker)) > 0 {
			t.Errorf("%s stands in a summary or the memo", marker)
		}
	}
	if len(textOf(decoded(t, s.As("manager"), all)).hold(markers[0])) == 0 {
		t.Error("the community's manager reads nothing")
	}
	body, err := protojson.Marshal(&commonpb.Payloads{Payloads: all})
	must(t, err)
	for who, status := range map[string]int{"agent": http.StatusForbidden, "engineer": http.StatusForbidden, "": http.StatusUnauthorized} {
		c := s.Anybody()
		if who != "" {
			c = s.As(who)
		}
		a, err := c.Do(t.Context(), http.MethodPost, "/codec/default/decode", body)
		must(t, err)
		wantStatus(t, a, status)
		if len(findings{"": a.Body}.hold(markers[0])) > 0 {
			t.Errorf("%q reads the case", who)
		}
	}
}

// laterKey is the key that replaces system.Keys.
var laterKey = "2026-12=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{12}, 32))

// restart gives worker and server other keys.
func restart(t *testing.T, s *system.System, keys string) error {
	t.Helper()
	for _, p := range []interface{ Stop(context.Context) error }{s.Worker, s.Server} {
		must(t, p.Stop(t.Context()))
	}
	s.Worker.Env, s.Server.Env = append(s.Worker.Env, "BIHUAN_KEYS="+keys), append(s.Server.Env, "BIHUAN_KEYS="+keys)
	return errors.Join(s.Worker.Start(t.Context()), s.Server.Start(t.Context()))
}

// TestKeysAreRotatedInTheMiddleOfACase changes the key while a case is open: it goes on, read with both. Without the
// old key, or with another one under its ID, neither worker nor server starts, and both say which is missing. N2
func TestKeysAreRotatedInTheMiddleOfACase(t *testing.T) {
	s := outspoken(t)
	r, err := s.Play(t.Context(), system.Complaint(nil), system.Judged...)
	must(t, err)
	must(t, restart(t, s, laterKey+","+system.Keys))
	must(t, s.Continue(t.Context(), r.Number, system.Loop(1)[len(system.Judged):]...))

	for wrong, reason := range map[string]string{
		laterKey: "is missing",
		laterKey + ",2026-11=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{99}, 32)): "is another key",
	} {
		must(t, s.Worker.Stop(t.Context()))
		if err := restart(t, s, wrong); err == nil {
			t.Error("they start without the key")
		}
		for _, p := range []interface{ LogPath() string }{s.Worker, s.Server} {
			log, err := os.ReadFile(p.LogPath())
			must(t, err)
			if !bytes.Contains(bytes.ReplaceAll(log, []byte(`\"`), []byte(`"`)), []byte(`payload key "2026-11" `+reason)) {
				t.Errorf("%s does not say that 2026-11 %s", p.LogPath(), reason)
			}
		}
	}
	must(t, restart(t, s, laterKey+","+system.Keys))
	end, err := s.As("manager").Case(t.Context(), r.Number)
	must(t, err)
	if end.Stage != "closed" {
		t.Errorf("the case is at %s", end.Stage)
	}
	used := map[string]int{}
	_, runs := kept(t, s, r.Number)
	for _, p := range payloadsOf(runs[0].ProtoReflect()) {
		number, id, ok := encryption.Encrypted(p)
		if !ok && string(p.Metadata[converter.MetadataEncoding]) == "json/plain" && p.Metadata["type"] == nil {
			t.Errorf("a payload is not encrypted: %s", p.Data)
		}
		if ok && number != r.Number {
			t.Errorf("a payload is of %q", number)
		}
		used[id]++
	}
	if used["2026-11"] == 0 || used["2026-12"] == 0 {
		t.Errorf("the keys were used so often: %v", used)
	}
}

// TestSignalsThatCannotBeDecrypted sends a spoilt payload and one encrypted with a stranger's key: both are refused in the
// timeline, and the case goes on. H7 N2
func TestSignalsThatCannotBeDecrypted(t *testing.T) {
	r := play(t, system.Complaint(nil))
	for name, metadata := range map[string]map[string][]byte{
		"judge":   {converter.MetadataEncoding: []byte(encryption.Encoding), encryption.KeyID: []byte("2026-11")},
		"contact": {converter.MetadataEncoding: []byte(encryption.Encoding), encryption.KeyID: []byte("a-stranger's")},
	} {
		p := converter.NewRawValue(&commonpb.Payload{Metadata: metadata, Data: bytes.Repeat([]byte{7}, 60)})
		must(t, bihuan.Temporal.SignalWorkflow(t.Context(), r.Number, "", name, p))
	}
	must(t, system.Poll(t.Context(), func() (bool, error) {
		refused := slices.DeleteFunc(timeline(t, r.Number, ""), func(e entry) bool { return e.Refused != "undecodable" })
		return len(refused) == 2, fmt.Errorf("%d are refused as undecodable", len(refused))
	}))
	must(t, bihuan.Continue(t.Context(), r.Number, system.Judged...))
}
