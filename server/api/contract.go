package api

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/server/failure"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"
)

//go:embed openapi.yaml
var contractYAML []byte

// operation is one operation of the contract, ready to check requests with.
type operation struct {
	ID     string
	Method string
	Path   string // as Echo writes it
	// Command is the last part of a command's path; empty for everything else.
	Command string
	// Public needs no token.
	Public bool
	// login is about logging in, and not there without it.
	login bool
	// settings may bring along a whole document.
	settings bool
	// shows is true for what shows one case whatever its kind.
	shows bool
	kind  kind // that the path belongs to, if it does

	route      *openapi3filter.RequestValidationInput
	parameters []*openapi3.Parameter
	query      []string
	body       *openapi3.Schema
	bodyNeeded bool
}

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

// loadContract reads the embedded contract: its operations by method and path.
func loadContract(ctx context.Context) (map[string]*operation, error) {
	doc, err := openapi3.NewLoader().LoadFromData(contractYAML)
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	if err := doc.Validate(ctx); err != nil {
		return nil, fmt.Errorf("openapi.yaml: %w", err)
	}
	operations := map[string]*operation{}
	for path, item := range doc.Paths.Map() {
		for method, spec := range item.Operations() {
			op := newOperation(doc, path, method, item, spec)
			operations[method+" "+op.Path] = op
		}
	}
	return operations, nil
}

var echoPath = strings.NewReplacer("{", ":", "}", "")

func newOperation(doc *openapi3.T, path, method string, item *openapi3.PathItem, spec *openapi3.Operation) *operation {
	op := &operation{
		ID: spec.OperationID, Method: method, Path: echoPath.Replace(path),
		Public: spec.Security != nil && len(*spec.Security) == 0,
		route: &openapi3filter.RequestValidationInput{Options: &openapi3filter.Options{
			SkipSettingDefaults: true, SchemaValidationOptions: formats,
		}},
	}
	op.login, op.settings = slices.Contains(spec.Tags, loginTag), slices.Contains(spec.Tags, settingsTag)
	op.shows, op.kind = slices.Contains(spec.Tags, caseTag), kindAt(path)
	if slices.Contains(spec.Tags, commandTag) {
		op.Command = path[strings.LastIndex(path, "/")+1:]
	}
	for _, p := range append(item.Parameters, spec.Parameters...) {
		op.parameters = append(op.parameters, p.Value)
		if p.Value.In == openapi3.ParameterInQuery {
			op.query = append(op.query, p.Value.Name)
		}
	}
	if spec.RequestBody != nil {
		if form := spec.RequestBody.Value.Content[echo.MIMEApplicationJSON]; form != nil { // a file is its handler's to check
			op.body = form.Schema.Value
		}
		op.bodyNeeded = spec.RequestBody.Value.Required
	}
	return op
}

// formats makes "date-time" mean an instant that exists, not only one that looks like it.
var formats = []openapi3.SchemaValidationOption{
	openapi3.EnableFormatValidation(),
	openapi3.WithStringFormatValidator("date-time", openapi3.NewCallbackValidator(func(s string) error {
		_, err := time.Parse(time.RFC3339, s)
		return err
	})),
}

// check reads a request and holds it against the contract. It gives the body, which stays readable.
func (op *operation) check(c echo.Context, limit int64) ([]byte, error) {
	if err := op.checkParameters(c); err != nil {
		return nil, err
	}
	if op.body == nil {
		return nil, nil
	}
	if op.settings {
		limit = largestSettings
	}
	body, err := readBody(c, limit)
	if err != nil {
		return nil, err
	}
	c.Request().Body = io.NopCloser(bytes.NewReader(body))
	if len(body) == 0 && !op.bodyNeeded {
		return []byte("{}"), nil
	}
	if kind, _, _ := mime.ParseMediaType(c.Request().Header.Get(echo.HeaderContentType)); kind != echo.MIMEApplicationJSON {
		return nil, failure.Unsupported("unsupported_media_type")
	}
	return body, op.checkBody(body)
}

func (op *operation) checkParameters(c echo.Context) error {
	input := *op.route
	input.Request, input.QueryParams = c.Request(), c.QueryParams()
	input.PathParams = make(map[string]string, len(c.ParamNames()))
	for i, name := range c.ParamNames() {
		input.PathParams[name] = c.ParamValues()[i]
	}
	for name := range input.QueryParams {
		if !slices.Contains(op.query, name) {
			return failure.Invalid("unknown_field").On(name)
		}
	}
	for _, p := range op.parameters {
		if err := openapi3filter.ValidateParameter(c.Request().Context(), &input, p); err != nil {
			return badParameter(p, err)
		}
	}
	return nil
}

func badParameter(p *openapi3.Parameter, err error) error {
	code := "bad_value"
	if errors.Is(err, openapi3filter.ErrInvalidRequired) && p.In == openapi3.ParameterInHeader {
		code = "missing_header"
	}
	return failure.Invalid(code).On(p.Name).Because(err)
}

func readBody(c echo.Context, limit int64) ([]byte, error) {
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, limit))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, failure.TooLarge("body_too_large").With("limit", fmt.Sprint(limit))
	}
	if err != nil {
		return nil, failure.Invalid("bad_payload").Because(err)
	}
	return body, nil
}

// formOf reads the form of a page.
func (s *Server) formOf(c echo.Context) (url.Values, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, s.BodyLimit)
	err := r.ParseForm()
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, failure.TooLarge("body_too_large").With("limit", fmt.Sprint(s.BodyLimit))
	}
	if err != nil {
		return nil, failure.Invalid("bad_payload").Because(err)
	}
	return r.PostForm, nil
}

func (op *operation) checkBody(body []byte) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return failure.Invalid("bad_payload").With("reason", "not valid JSON")
	}
	err := op.body.VisitJSON(value, append([]openapi3.SchemaValidationOption{openapi3.VisitAsRequest()}, formats...)...)
	if wrong := (*openapi3.SchemaError)(nil); errors.As(err, &wrong) {
		return badBody(wrong)
	}
	return err
}

// badBody names the field that is wrong and never repeats its value.
func badBody(wrong *openapi3.SchemaError) error {
	field := dotted(wrong.JSONPointer())
	code := "bad_value"
	switch wrong.SchemaField {
	case "required":
		code = "missing_field"
	case "minLength", "minItems":
		code = "missing_field"
	case "properties", "additionalProperties":
		code = "unknown_field"
		if unknown := between(wrong.Reason, '"'); unknown != "" {
			field = strings.TrimPrefix(field+"."+unknown, ".")
		}
	}
	return withLimits(failure.Invalid(code).On(cmp.Or(field, "body")), wrong)
}

// mostChoices is how many of the values that a field may have are told.
const mostChoices = 20

// withLimits says what the value may be, where it is too long, too small, too large or none of a few.
func withLimits(f *failure.Failure, wrong *openapi3.SchemaError) *failure.Failure {
	number := func(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
	switch s := wrong.Schema; wrong.SchemaField {
	case "maxLength":
		f.Args["longest"] = strconv.FormatUint(*s.MaxLength, 10)
	case "minimum":
		f.Args["least"] = number(*s.Min)
	case "maximum":
		f.Args["most"] = number(*s.Max)
	case "enum":
		if len(s.Enum) <= mostChoices {
			f.Args["choices"] = listed(s.Enum)
		}
	}
	return f
}

func listed(values []any) string {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = fmt.Sprint(v)
	}
	return strings.Join(names, ", ")
}

// dotted writes a JSON pointer as people write it: tasks[0].department.
func dotted(pointer []string) string {
	var b bytes.Buffer
	for _, part := range pointer {
		switch {
		case strings.Trim(part, "0123456789") == "":
			b.WriteString("[" + part + "]")
		case b.Len() > 0:
			b.WriteString("." + part)
		default:
			b.WriteString(part)
		}
	}
	return b.String()
}

func between(s string, quote byte) string {
	first, last := strings.IndexByte(s, quote), strings.LastIndexByte(s, quote)
	if first < 0 || last <= first {
		return ""
	}
	return s[first+1 : last]
}
