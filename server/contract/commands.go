package contract

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/getkin/kin-openapi/openapi3"

	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/words"
)

// AdoptSettings is what the API takes for a case to adopt other settings, in place of the settings themselves. P1
type AdoptSettings struct {
	Version int    `json:"version" api:"required,min=1,max=2147483646"` // of the settings
	Reason  string `json:"reason" api:"required,max=4000,widget=text"`
}

// describe adds to a document what the registry says of a kind: an operation for every command that people give. A path
// that the document has already stays as it is.
func describe(doc *openapi3.T, k machine.Kind) error {
	if k.Payloads == nil || Segment(k.Name) == "" {
		return nil
	}
	if shown := "/api/v1/" + Segment(k.Name) + "/{number}"; doc.Paths.Value(shown) == nil {
		doc.Paths.Set(shown, &openapi3.PathItem{Get: show(k)})
	}
	for _, command := range machine.Commands(k.Table) {
		roles := givers(k, command)
		staff := slices.DeleteFunc(slices.Clone(roles), func(r people.Role) bool { return r == people.Complainant })
		for _, to := range []struct {
			public bool
			given  bool
		}{{false, len(staff) > 0}, {true, slices.Contains(roles, people.Complainant)}} {
			if !to.given {
				continue
			}
			if err := add(doc, k, command, staff, to.public); err != nil {
				return err
			}
		}
	}
	return nil
}

// show is the operation by which staff read a case of a kind that base.yaml does not show.
func show(k machine.Kind) *openapi3.Operation {
	read := openapi3.NewResponse().WithDescription("The case as far as I may see it").WithJSONSchema(openapi3.NewObjectSchema())
	all := openapi3.NewResponsesWithCapacity(2)
	all.Set(fmt.Sprint(http.StatusOK), &openapi3.ResponseRef{Value: read})
	all.Set("default", &openapi3.ResponseRef{Ref: "#/components/responses/Problem"})
	return &openapi3.Operation{
		Tags: []string{caseTag}, OperationID: "get-" + k.Name, Summary: "One case with the commands allowed to me now",
		Parameters: openapi3.Parameters{{Ref: "#/components/parameters/Number"}}, Responses: all,
	}
}

// givers lists the roles of people that may give a command in some stage.
func givers(k machine.Kind, command string) (roles []people.Role) {
	for _, line := range k.Table {
		if line.Command != command {
			continue
		}
		for _, r := range slices.Concat(line.May, line.MayMajor) {
			if r != people.System && !slices.Contains(roles, r) {
				roles = append(roles, r)
			}
		}
	}
	return roles
}

// payloadOf gives the empty payload of a command as the API takes it.
func payloadOf(k machine.Kind, command string) any {
	if command == policy.CmdAdopt {
		return AdoptSettings{}
	}
	return k.Payloads[command]
}

func add(doc *openapi3.T, k machine.Kind, command string, staff []people.Role, public bool) error {
	payload := payloadOf(k, command)
	body, err := form{public: public}.schema(payload)
	if err != nil {
		return fmt.Errorf("%s of a %s: %w", command, k.Name, err)
	}
	op := &openapi3.Operation{
		Tags: []string{commandTag}, OperationID: k.Name + "-" + command, Summary: summary(k, command), Extensions: map[string]any{},
		Parameters: parameters(command, onTask(payload), public), Responses: responses(k, command, public),
		RequestBody: &openapi3.RequestBodyRef{Value: openapi3.NewRequestBody().WithRequired(len(body.Required) > 0).WithJSONSchema(body)},
	}
	if public {
		op.OperationID, op.Security = "public-"+op.OperationID, openapi3.NewSecurityRequirements()
	} else {
		op.Extensions["x-roles"] = staff
	}
	path := pathOf(k.Name, command, onTask(payload), public)
	if doc.Paths.Value(path) == nil {
		doc.Paths.Set(path, &openapi3.PathItem{})
	}
	if item := doc.Paths.Value(path); item.Post == nil {
		item.Post = op
	}
	return nil
}

// summary names a command in both languages.
func summary(k machine.Kind, command string) string {
	return words.LabelOf(words.Chinese, k.Name, "command", command) + " · " + words.LabelOf(words.English, k.Name, "command", command)
}

func pathOf(kind, command string, onTask, public bool) string {
	path := "/api/v1/"
	if public {
		path += "public/"
	}
	path += Segment(kind)
	switch {
	case command == machine.CmdRegister:
		return path
	case onTask:
		path += "/{number}/tasks/{task}"
	default:
		path += "/{number}"
	}
	return path + "/" + command
}

func parameters(command string, onTask, public bool) (list openapi3.Parameters) {
	var names []string
	if command != machine.CmdRegister {
		names = append(names, "Number")
		if onTask {
			names = append(names, "Task")
		}
		if public {
			names = append(names, "TrackingSecret")
		}
	}
	for _, name := range append(names, "IdempotencyKey") {
		list = append(list, &openapi3.ParameterRef{Ref: "#/components/parameters/" + name})
	}
	return list
}

// responses are those of every command: applied, safe but not applied yet, refused by the procedure, or a problem.
func responses(k machine.Kind, command string, public bool) *openapi3.Responses {
	refer := func(name string) *openapi3.ResponseRef {
		return &openapi3.ResponseRef{Ref: "#/components/responses/" + name}
	}
	shown := "Applied"
	if public {
		shown = "Progress"
	}
	all := openapi3.NewResponsesWithCapacity(4)
	if command == machine.CmdRegister {
		all.Set(fmt.Sprint(http.StatusCreated), &openapi3.ResponseRef{Value: registered(k, public)})
	} else {
		all.Set(fmt.Sprint(http.StatusOK), refer(shown))
		all.Set(fmt.Sprint(http.StatusAccepted), refer("Accepted"))
		all.Set(fmt.Sprint(http.StatusConflict), refer("Refused"))
	}
	all.Set("default", refer("Problem"))
	return all
}

// registered is the answer to a registration: to residents a receipt, to staff the case.
func registered(k machine.Kind, public bool) *openapi3.Response {
	r := openapi3.NewResponse().WithDescription("Taken in. The same key and body answer the same again, with Idempotent-Replay.")
	if public {
		return r.WithJSONSchemaRef(openapi3.NewSchemaRef("#/components/schemas/Receipt", nil))
	}
	s := openapi3.NewObjectSchema().WithProperty("number", openapi3.NewStringSchema()).WithProperty("tracking_link", openapi3.NewStringSchema())
	s.Properties["case"] = views[k.Name]
	if s.Properties["case"] == nil {
		s.Properties["case"] = openapi3.NewSchemaRef("", openapi3.NewObjectSchema())
	}
	s.Required = []string{"number", "case"}
	return r.WithJSONSchema(s)
}

func ofView(name string) *openapi3.SchemaRef {
	return openapi3.NewSchemaRef("#/components/schemas/"+name, nil)
}

// views are the schemas by which staff see the cases of each kind.
var views = map[string]*openapi3.SchemaRef{
	"complaint": ofView("Case"), "inquiry": ofView("Inquiry"), "service": ofView("ServiceRequest"), "collective": ofView("CollectiveIssue"),
	"survey": ofView("Survey"), "improvement": ofView("Improvement"),
}
