package contract

import (
	"context"
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"

	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/registry"
)

// YAML is the contract as it is served: Document, written down by go generate.
//
//go:embed openapi.yaml
var YAML []byte

//go:embed base.yaml
var base []byte

// Operation is one operation of the contract, ready to check requests with.
type Operation struct {
	ID     string
	Method string
	Path   string // as Echo writes it
	// Command is the last part of a command's path; empty for everything else.
	Command string
	// Public needs no token.
	Public bool
	// Login is about logging in, and not there without it.
	Login bool
	// Shows is true for what shows one case whatever its kind.
	Shows bool
	// View is its line in the table of views, where it is no command.
	View string
	// Kind is the procedure that the path belongs to, if it does.
	Kind machine.Kind
	// Parameters are those of the path, the query and the headers.
	Parameters []*openapi3.Parameter
	// Query names those of the query.
	Query []string
	// Body is what the body has to be; nil for none, and for a file, which is its handler's to check.
	Body *openapi3.Schema

	settings   bool // it may bring along a whole document
	route      *openapi3filter.RequestValidationInput
	bodyNeeded bool
}

// Registers says whether an operation begins a case.
func (op *Operation) Registers() bool { return op.Command != "" && !op.OfCase() }

// CommandName is the command's in the transition table: a path to register ends otherwise.
func (op *Operation) CommandName() string {
	if op.Registers() {
		return machine.CmdRegister
	}
	return op.Command
}

// OfCase says whether an operation is about one case.
func (op *Operation) OfCase() bool { return strings.Contains(op.Path, "/:number") }

// loginTag marks what is about logging in, settingsTag what is about the settings.
const (
	loginTag    = "login"
	settingsTag = "settings"
)

// largestSettings is the largest body, in bytes, of a request about the settings.
const largestSettings = 1 << 20

// commandTag and caseTag mark the operations that one handler serves.
const (
	commandTag = "command"
	caseTag    = "case"
)

// Operations are those of a contract by method and path, as Echo writes it: "GET /api/v1/cases/:number".
type Operations map[string]*Operation

// Document is the whole contract: what is written by hand in base.yaml, and an operation for every command of every kind
// in the registry. It fails for a document that is none.
func Document() (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(base)
	if err != nil {
		return nil, fmt.Errorf("base.yaml: %w", err)
	}
	for _, k := range registry.Kinds() {
		if err := describe(doc, k); err != nil {
			return nil, err
		}
	}
	return doc, openapi3.NewLoader().ResolveRefsIn(doc, nil)
}

// Load gives the operations of the contract. It fails for a document that is no valid one.
func Load(ctx context.Context) (Operations, error) {
	doc, err := Document()
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(ctx, openapi3.DisableSchemaDefaultsValidation()); err != nil {
		return nil, fmt.Errorf("the contract: %w", err)
	}
	operations := Operations{}
	for path, item := range doc.Paths.Map() {
		for method, spec := range item.Operations() {
			op := newOperation(path, method, item, spec)
			operations[method+" "+op.Path] = op
		}
	}
	return operations, nil
}

// Submission gives the operation by which residents bring a kind of case; nil where there is none.
func (all Operations) Submission(kind string) *Operation {
	op := all[http.MethodPost+" /api/v1/public/"+Segment(kind)]
	if op == nil || !op.Registers() {
		return nil
	}
	return op
}

// OfCustomer gives the operation of a command that customers give; nil where they cannot.
func (all Operations) OfCustomer(kind, command string) *Operation {
	return all[http.MethodPost+" /api/v1/public/"+Segment(kind)+"/:number/"+command]
}

var echoPath = strings.NewReplacer("{", ":", "}", "")

func newOperation(path, method string, item *openapi3.PathItem, spec *openapi3.Operation) *Operation {
	op := &Operation{
		ID: spec.OperationID, Method: method, Path: echoPath.Replace(path),
		Public: spec.Security != nil && len(*spec.Security) == 0,
		route: &openapi3filter.RequestValidationInput{Options: &openapi3filter.Options{
			SkipSettingDefaults: true, SchemaValidationOptions: formats,
		}},
	}
	op.Login, op.settings = slices.Contains(spec.Tags, loginTag), slices.Contains(spec.Tags, settingsTag)
	op.Shows, op.Kind, op.View = slices.Contains(spec.Tags, caseTag), KindAt(path), op.ID
	if _, listed := people.FindView(op.ID); op.Shows && !listed { // a kind is read like a complaint, unless the table says otherwise
		op.View = people.ReadCase
	}
	if slices.Contains(spec.Tags, commandTag) {
		op.Command = path[strings.LastIndex(path, "/")+1:]
	}
	for _, p := range append(item.Parameters, spec.Parameters...) {
		op.Parameters = append(op.Parameters, p.Value)
		if p.Value.In == openapi3.ParameterInQuery {
			op.Query = append(op.Query, p.Value.Name)
		}
	}
	if spec.RequestBody != nil {
		if form := spec.RequestBody.Value.Content[echo.MIMEApplicationJSON]; form != nil { // a file is its handler's to check
			op.Body = form.Schema.Value
		}
		op.bodyNeeded = spec.RequestBody.Value.Required
	}
	return op
}
