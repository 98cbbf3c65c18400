package api_test

import (
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/analysis"
	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/service"
	"bihuan/procedure/survey"
	"bihuan/server/api"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/view"
)

// payloads are those of each command that people give, by kind. What is the same for all stands in theDesks.
var payloads = map[string]map[string]any{
	"complaint": {
		complaint.CmdRegister: complaint.Register{}, complaint.CmdClarify: complaint.Clarify{}, complaint.CmdClassify: complaint.Classify{},
		complaint.CmdContain: complaint.Contain{}, complaint.CmdReceive: complaint.Receive{}, complaint.CmdContact: complaint.Contacted{},
		complaint.CmdNameHandler: complaint.NameHandler{}, complaint.CmdJudge: complaint.Judge{}, complaint.CmdReview: complaint.Review{},
		complaint.CmdExplain: complaint.Explain{}, complaint.CmdAppeal: complaint.Reasoned{}, complaint.CmdSettleService: complaint.SettleService{},
		complaint.CmdDispatch: complaint.Dispatch{}, complaint.CmdAccept: complaint.AcceptTask{}, complaint.CmdReturn: complaint.Return{},
		complaint.CmdReroute: complaint.Reroute{}, complaint.CmdProgress: complaint.Progress{}, complaint.CmdComplete: complaint.Complete{},
		complaint.CmdPause: complaint.PauseTask{}, complaint.CmdResume: complaint.TaskRef{}, complaint.CmdPropose: complaint.Propose{},
		complaint.CmdAnswer: complaint.AnswerPlan{}, complaint.CmdVerify: complaint.Verify{}, complaint.CmdRevisit: complaint.Revisit{},
		complaint.CmdDecideUnreached: complaint.DecideUnreached{}, complaint.CmdRequestEscalation: deadline.RequestEscalation{},
		complaint.CmdDecideEscalation: deadline.DecideEscalation{}, complaint.CmdWithdraw: complaint.Reasoned{}, complaint.CmdMerge: complaint.Merge{},
		complaint.CmdReopen: complaint.Reasoned{},
	},
	"collective": {
		machine.CmdRegister: collective.Register{}, collective.CmdJoin: collective.Join{}, collective.CmdLeave: collective.Leave{},
		collective.CmdConvene: collective.Convene{}, collective.CmdMinutes: collective.Minutes{}, collective.CmdAnnounce: collective.Announce{},
		collective.CmdTakeDown: collective.TakeDown{}, collective.CmdConclude: collective.Conclude{}, collective.CmdDrop: machine.Reasoned{},
	},
	"inquiry": {
		machine.CmdRegister: inquiry.Register{}, inquiry.CmdSort: inquiry.Sort{}, inquiry.CmdForward: inquiry.Forward{},
		inquiry.CmdReport: inquiry.Report{}, inquiry.CmdReply: inquiry.Reply{}, inquiry.CmdTurn: inquiry.Turn{},
	},
	"improvement": {
		machine.CmdRegister: improvement.Register{}, improvement.CmdAccept: improvement.Accept{}, improvement.CmdDecline: machine.Reasoned{},
		improvement.CmdChange: improvement.Change{}, improvement.CmdStart: struct{}{}, improvement.CmdTrain: improvement.Training{},
		improvement.CmdName: improvement.Complaints{}, improvement.CmdFinish: improvement.Finish{}, improvement.CmdAssess: improvement.Assess{},
		improvement.CmdDrop: machine.Reasoned{},
	},
	"service": {
		machine.CmdRegister: service.Register{}, service.CmdConfirm: service.Confirm{}, service.CmdAppoint: service.Appoint{},
		service.CmdAgree: service.Agree{}, service.CmdMiss: service.Miss{}, service.CmdAssign: service.Assign{},
		service.CmdTake: service.Take{}, service.CmdHandBack: service.HandBack{}, service.CmdArrive: service.Arrive{},
		service.CmdQuote: service.MakeQuote{}, service.CmdAcceptQuote: service.Agree{}, service.CmdDeclineQuote: service.DeclineQuote{},
		service.CmdRecord: service.Record{}, service.CmdFinish: service.Finish{}, service.CmdPay: service.Pay{},
		service.CmdWaive: machine.Reasoned{}, service.CmdRate: service.Rate{}, service.CmdReject: machine.Reasoned{},
	},
	"survey": {
		machine.CmdRegister: survey.Register{}, survey.CmdRewrite: survey.Plan{}, survey.CmdLaunch: survey.Launch{}, survey.CmdConclude: machine.Reasoned{},
	},
}

var theDesks = map[string]any{
	machine.CmdContact: machine.Contacted{}, machine.CmdWithdraw: machine.Reasoned{}, machine.CmdReopen: machine.Reasoned{},
	deadline.CmdRequestEscalation: deadline.RequestEscalation{}, deadline.CmdDecideEscalation: deadline.DecideEscalation{},
}

// payloadOf gives the payload of a command.
func payloadOf(kind, command string) reflect.Type {
	if p, ok := payloads[kind][command]; ok {
		return reflect.TypeOf(p)
	}
	return reflect.TypeOf(theDesks[command])
}

func operationsOf(t *testing.T) contract.Operations {
	t.Helper()
	operations, err := contract.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return operations
}

// byCommand gives the operations of a kind that are commands, of staff or of the customer.
func byCommand(t *testing.T, kind string, public bool) contract.Operations {
	found := contract.Operations{}
	for _, op := range operationsOf(t) {
		if op.Command != "" && op.Kind.Name == kind && op.Public == public && !(public && op.Registers()) {
			found[op.CommandName()] = op
		}
	}
	return found
}

// mayGive lists the commands of a table that people with one of the roles may give.
func mayGive(lines []machine.Transition, roles ...people.Role) []string {
	var commands []string
	for _, t := range lines {
		if slices.ContainsFunc(t.May, func(r people.Role) bool { return slices.Contains(roles, r) }) {
			commands = append(commands, t.Command)
		}
	}
	slices.Sort(commands)
	return slices.Compact(commands)
}

// Contract and transition tables hold the same commands.
func TestEveryCommandHasAPath(t *testing.T) {
	staff := slices.DeleteFunc(slices.Clone(people.Roles), func(r people.Role) bool { return r == people.System || r == people.Complainant })
	for _, k := range view.Kinds() {
		paths := slices.Sorted(maps.Keys(byCommand(t, k.Name, false)))
		if want := mayGive(k.Table, staff...); !slices.Equal(paths, want) {
			t.Errorf("%s: paths %v\ntable %v", k.Name, paths, want)
		}
		own := slices.DeleteFunc(mayGive(k.Table, people.Complainant), func(c string) bool { return c == machine.CmdRegister })
		if paths := slices.Sorted(maps.Keys(byCommand(t, k.Name, true))); !slices.Equal(paths, own) {
			t.Errorf("%s: public paths %v\ntable %v", k.Name, paths, own)
		}
	}
}

// fields lists the JSON names of a struct's fields, those of embedded structs too.
func fields(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous && f.Type.Kind() == reflect.Pointer {
			f.Type = f.Type.Elem()
		}
		if f.Anonymous {
			names = append(names, fields(f.Type)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func properties(s *openapi3.Schema, more ...string) []string {
	names := append(slices.Collect(maps.Keys(s.Properties)), more...)
	slices.Sort(names)
	return names
}

// A command's body is the payload that the procedure decodes; the task comes from the path, and the source
// from nobody but the system.
func TestBodiesAreThePayloads(t *testing.T) {
	for _, k := range view.Kinds() {
		for command, op := range byCommand(t, k.Name, false) {
			if command == policy.CmdAdopt { // a version is asked for, and the server puts its settings in
				continue
			}
			var task []string
			if strings.Contains(op.Path, ":task") {
				task = []string{"task"}
			}
			want := slices.DeleteFunc(fields(payloadOf(k.Name, command)), func(f string) bool { return f == "source" })
			if got := properties(op.Body, task...); !slices.Equal(got, want) {
				t.Errorf("%s %s: contract %v, payload %v", k.Name, command, got, want)
			}
		}
		for command, op := range byCommand(t, k.Name, true) {
			want := fields(payloadOf(k.Name, command))
			for _, name := range properties(op.Body) {
				if !slices.Contains(want, name) {
					t.Errorf("public %s %s: the payload has no %q", k.Name, command, name)
				}
			}
		}
	}
}

// What is answered is documented field by field, whether its Go type is generated or the procedure's.
func TestAnswersAreDocumented(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(contract.YAML)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{
		"Registration": api.Registration{}, "Receipt": api.Receipt{}, "Case": contract.Case{}, "Record": contract.Record{}, "Task": contract.Task{}, "Plan": contract.Plan{},
		"Judgement": contract.Judgement{}, "Revisited": contract.Revisited{}, "Deadline": contract.Deadline{}, "Escalation": contract.Escalation{}, "By": contract.By{},
		"Involved": contract.Involved{}, "Relayed": contract.Relayed{}, "WorkItem": contract.WorkItem{}, "StageCount": contract.StageCount{},
		"TaskOrder": complaint.TaskOrder{}, "Problem": contract.Problem{}, "PublicCase": contract.PublicCase{},
		"Joined": complaint.Joined{}, "Following": complaint.Following{}, "Duplicate": postgres.Duplicate{}, "PublicJoined": contract.PublicJoined{},
		"CollectiveIssue": view.Issue{}, "Membership": complaint.Membership{},
		"Reading": postgres.Reading{}, "HistoryStep": contract.HistoryStep{}, "Contacts": contract.Contacts{},
		"Improvement": view.Improvement{}, "Finding": contract.WordedFinding{}, "Evaluation": improvement.Evaluation{}, "Sample": analysis.Sample{}, "MeasurePlan": improvement.Plan{},
		"Inquiry": view.Inquiry{}, "Customer": machine.Customer{}, "DeskClosing": machine.Closing{},
		"Survey": view.Survey{}, "SurveyQuestion": policy.Question{}, "SurveyReply": survey.Reply{}, "SurveyResults": survey.Report{}, "SurveyResult": survey.Result{},
		"SurveyEstimate": survey.Estimate{}, "SurveyPart": survey.PartResults{}, "SurveyPoint": survey.Point{}, "SurveySaid": survey.Said{}, "SurveyHousehold": survey.Household{},
		"SettingsVersion": contract.SettingsVersion{}, "SettingsChange": contract.SettingsChange{},
	} {
		if got, want := properties(doc.Components.Schemas[name].Value), fields(reflect.TypeOf(v)); !slices.Equal(got, want) {
			t.Errorf("%s: contract %v, Go %v", name, got, want)
		}
	}
}

// Every string and list that can be sent is bounded, and nothing unknown is let in.
func TestBodiesAreBounded(t *testing.T) {
	for _, op := range operationsOf(t) {
		for _, p := range op.Parameters {
			bounded(t, op.ID+" "+p.Name, p.Schema.Value)
		}
		if op.Body != nil {
			bounded(t, op.ID, op.Body)
		}
	}
}

func bounded(t *testing.T, path string, s *openapi3.Schema) {
	t.Helper()
	switch {
	case s.Type.Is("string") && s.MaxLength == nil && len(s.Enum) == 0 && s.Format == "":
		t.Errorf("%s: a string without maxLength", path)
	case s.Type.Is("array") && s.MaxItems == nil:
		t.Errorf("%s: an array without maxItems", path)
	case s.Type.Is("object") && s.MaxProps == nil && (s.AdditionalProperties.Has == nil || *s.AdditionalProperties.Has):
		t.Errorf("%s: an object that takes anything", path)
	}
	if s.Type.Is("array") {
		bounded(t, path+"[]", s.Items.Value)
	}
	for name, property := range s.Properties {
		bounded(t, path+"."+name, property.Value)
	}
}

// The class of a refusal gives its status; one recorded without a class is a conflict.
func TestStatuses(t *testing.T) {
	for refusal, want := range map[*procedure.Refusal]int{
		procedure.Invalid("bad_payload"): http.StatusBadRequest, procedure.Forbidden("forbidden"): http.StatusForbidden,
		procedure.Conflict("wrong_stage"): http.StatusConflict, {Code: "wrong_stage"}: http.StatusConflict,
	} {
		if got := gate.Status(desk.FailureOf(refusal)); got != want {
			t.Errorf("%+v: %d, want %d", refusal, got, want)
		}
	}
}
