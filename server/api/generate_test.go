package api_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

// generator makes bodies and parameters from the contract's schemas: what they allow, and what they do not.
type generator struct {
	*rand.Rand
	now time.Time
	// known are values that mean something, by the name of the field.
	known map[string][]string
}

// pick gives one of a list.
func pick[T any](g *generator, from []T) T { return from[g.IntN(len(from))] }

// value gives what a schema allows.
func (g *generator) value(name string, s *openapi3.Schema) any {
	switch {
	case len(s.Enum) > 0:
		return pick(g, s.Enum)
	case s.Type.Is("object"):
		return g.object(s)
	case s.Type.Is("array"):
		return g.list(name, s)
	case s.Type.Is("boolean"):
		return g.IntN(2) == 0
	case s.Type.Is("integer"), s.Type.Is("number"):
		return g.number(s)
	case s.Type.Is("string"):
		return g.text(name, s)
	}
	return map[string]any{}
}

func (g *generator) object(s *openapi3.Schema) map[string]any {
	all := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if slices.Contains(s.Required, name) || g.IntN(3) == 0 {
			all[name] = g.value(name, s.Properties[name].Value)
		}
	}
	return all
}

func (g *generator) list(name string, s *openapi3.Schema) []any {
	all := []any{}
	for range max(int(s.MinItems), g.IntN(3)) {
		all = append(all, g.value(strings.TrimSuffix(name, "s"), s.Items.Value))
	}
	return all
}

func (g *generator) number(s *openapi3.Schema) int {
	low, high := 0, 7
	if s.Min != nil {
		low = int(*s.Min)
	}
	if s.Max != nil {
		high = int(*s.Max)
	}
	return pick(g, []int{low, high, min(high, low+1), low + g.IntN(high-low+1)})
}

func (g *generator) text(name string, s *openapi3.Schema) string {
	from := g.known[name]
	switch {
	case len(from) > 0 && g.IntN(8) > 0:
		return pick(g, from)
	case s.Format == "date-time":
		return g.now.Add(time.Duration(g.IntN(96)-24) * time.Hour).Format(time.RFC3339)
	case s.Format == "date":
		return g.now.AddDate(0, 0, g.IntN(9)-4).Format(time.DateOnly)
	case s.MaxLength != nil && g.IntN(12) == 0:
		return strings.Repeat("𝒳", int(*s.MaxLength)) // as long as may be, four bytes each
	case s.MaxLength != nil && *s.MaxLength < 20:
		return "x"
	}
	return pick(g, []string{"plain words", "=1+1", "<script>alert(1)</script>", "{{.}}{{range $i := .}}", "\u202eRTL\u200b", "' OR 1=1; --", "%s%n%00", "+8613800000000", "line\r\nBcc: x@example.com"})
}

// strange are values that stand where another is wanted.
var strange = []json.RawMessage{
	[]byte(`null`), []byte(`[]`), []byte(`{}`), []byte(`""`), []byte(`" "`), []byte(`"\u0000"`), []byte(`"\ud800"`), []byte(`"\udc00\ud800"`), []byte(`"\u202e\u2066\u200b"`), []byte(`true`), []byte(`-1`), []byte(`0`), []byte(`4.0`), []byte(`1.5`), []byte(`1e3`), []byte(`1e400`), []byte(`-1e308`),
	[]byte(`9223372036854775807`), []byte(`9223372036854775808`), []byte(`1e30`), []byte(`"9999-12-31T23:59:59Z"`), []byte(`"0000-01-01T00:00:00Z"`), []byte(`"2026-11-23T10:00:00+23:59"`), []byte(`"0000-01-01"`), []byte(`[null]`), []byte(`[[]]`), []byte(`[{}]`),
	[]byte(`{"":""}`), []byte(`{"__proto__":{}}`), []byte(`"TS-20261123-00000"`), []byte(`"../../etc/passwd"`), []byte(`"\ufffe"`), []byte(`"a\tb\u0007"`),
}

// spoilt gives a body with something wrong in it, mostly in one place.
func (g *generator) spoilt(s *openapi3.Schema) string {
	switch g.IntN(12) {
	case 0:
		return pick(g, []string{
			"", "{", "null", "[]", `"x"`, "1", "{}{}", "\xff\xfe", "\ufeff{}", `{"a":1,"a":2}`, "{\"a\":\"\xff\"}", "{\"a\":\"\x00\"}",
			strings.Repeat("[", 20_000), strings.Repeat(`{"a":`, 10_000), `{"a":"` + strings.Repeat("x", 70_000) + `"}`, `{"a":` + strings.Repeat("9", 5000) + `}`,
		})
	case 1:
		return string(pick(g, strange))
	}
	body := g.object(s)
	where, name := g.place(body)
	switch g.IntN(4) {
	case 0:
		delete(where, name)
	case 1:
		where[pick(g, []string{"unknown", strings.ToUpper(name), name + " ", "", "\u0000", "source", "__proto__"})] = pick(g, strange)
	default:
		where[name] = pick(g, strange)
	}
	return written(body)
}

// place gives somewhere in a body.
func (g *generator) place(in map[string]any) (map[string]any, string) {
	names := slices.Sorted(maps.Keys(in))
	for _, name := range names {
		v := in[name]
		if list, ok := v.([]any); ok && len(list) > 0 {
			v = list[0]
		}
		if inner, ok := v.(map[string]any); ok && len(inner) > 0 && g.IntN(2) == 0 {
			return g.place(inner)
		}
	}
	if len(names) == 0 {
		return in, "x"
	}
	return in, pick(g, names)
}

func written(body any) string {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return string(text)
}
