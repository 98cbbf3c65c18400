package contract

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"

	"bihuan/server/failure"
)

// formats makes "date-time" mean an instant that exists, not only one that looks like it.
var formats = []openapi3.SchemaValidationOption{
	openapi3.EnableFormatValidation(),
	openapi3.WithStringFormatValidator("date-time", openapi3.NewCallbackValidator(func(s string) error {
		_, err := time.Parse(time.RFC3339, s)
		return err
	})),
}

// Check reads a request and holds it against the contract. It gives the body, which stays readable.
func (op *Operation) Check(c echo.Context, limit int64) ([]byte, error) {
	if err := op.checkParameters(c); err != nil {
		return nil, err
	}
	if op.Body == nil {
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
	return body, op.CheckBody(body)
}

func (op *Operation) checkParameters(c echo.Context) error {
	input := *op.route
	input.Request, input.QueryParams = c.Request(), c.QueryParams()
	input.PathParams = make(map[string]string, len(c.ParamNames()))
	for i, name := range c.ParamNames() {
		input.PathParams[name] = c.ParamValues()[i]
	}
	for name := range input.QueryParams {
		if !slices.Contains(op.Query, name) {
			return failure.Invalid("unknown_field").On(name)
		}
	}
	for _, p := range op.Parameters {
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

// CheckBody holds a body of JSON against the contract. It fails with what is wrong and where.
func (op *Operation) CheckBody(body []byte) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return failure.Invalid("bad_payload").With("reason", "not valid JSON")
	}
	err := op.Body.VisitJSON(value, append([]openapi3.SchemaValidationOption{openapi3.VisitAsRequest()}, formats...)...)
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

// Typed gives a form's fields as the contract wants them: whole numbers, truth values, and the hours of a
// page in the community's zone as instants. What does not fit stays as it was sent, to be refused by name.
func (op *Operation) Typed(fields map[string]string, zone *time.Location) map[string]any {
	all := make(map[string]any, len(fields))
	for name, value := range fields {
		all[name] = value
		property, ok := op.Body.Properties[name]
		if !ok {
			continue
		}
		switch s := property.Value; {
		case s.Type.Is(openapi3.TypeInteger) && json.Valid([]byte(value)):
			all[name] = json.RawMessage(value)
		case s.Type.Is(openapi3.TypeBoolean):
			all[name] = value == "true"
		case s.Format == "date-time":
			if t, err := time.ParseInLocation("2006-01-02T15:04", value, zone); err == nil {
				all[name] = t.Format(time.RFC3339)
			}
		}
	}
	return all
}
