package contract

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3gen"

	"bihuan/procedure/machine"
	"bihuan/words"
)

// form makes the schemas of payloads. What a type does not say itself, the api tag of its fields does, options separated
// by commas:
//
//	required                must be there, a text with something in it
//	min=1 max=4000 each=64  bounds of a number, of a text's length, of a list's; of each text in a list
//	one=approve|decline     the codes of a plain text; a code with a type of its own knows them (machine.Coded)
//	ref=department          what it names: community, category, department, pool, staff, task, escalation, case
//	when=reached            asked for only when that other field says so: reached=true, or decision=decline
//	widget=text             how a person fills it in, where the type does not say: text for several lines
//	from=case               known from the case, and hidden from people: the version of what is answered
//	path                    stands in the path and not in the body
//	staff                   for staff alone: customers are not asked
//	public=website|wechat   the codes that customers may say
//	-                       from other cases alone, never from outside
type form struct{ public bool }

// schema describes a payload by its empty value.
func (f form) schema(payload any) (*openapi3.Schema, error) {
	ref, err := openapi3gen.NewSchemaRefForValue(payload, nil, openapi3gen.UseAllExportedFields(), openapi3gen.SchemaCustomizer(f.customize))
	if err != nil {
		return nil, fmt.Errorf("schema of %T: %w", payload, err)
	}
	if ref.Value.Type == nil { // a payload of nothing
		ref.Value = closed(openapi3.NewObjectSchema())
	}
	return ref.Value, nil
}

func closed(s *openapi3.Schema) *openapi3.Schema {
	s.AdditionalProperties = openapi3.AdditionalProperties{Has: new(bool)}
	return s
}

// options are those of one api tag; one without a value is there with an empty one.
func options(tag reflect.StructTag) map[string]string {
	all := map[string]string{}
	for option := range strings.SplitSeq(tag.Get("api"), ",") {
		name, value, _ := strings.Cut(option, "=")
		all[name] = value
	}
	return all
}

// left says whether a field stands in the body at all.
func (f form) left(o map[string]string) bool {
	_, never := o["-"]
	_, path := o["path"]
	_, staff := o["staff"]
	return !never && !path && !(staff && f.public)
}

func (f form) customize(name string, t reflect.Type, tag reflect.StructTag, s *openapi3.Schema) error {
	o := options(tag)
	if !f.left(o) {
		return &openapi3gen.ExcludeSchemaSentinel{}
	}
	s.Nullable = false
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s.Type.Is(openapi3.TypeObject) && t.Kind() == reflect.Struct {
		closed(s).Required = f.fields(t, "required")
	}
	f.codes(t, o, s)
	if err := bound(o, s); err != nil {
		return fmt.Errorf("%s of %s: %w", name, t, err)
	}
	annotate(name, o, s)
	if s.Type.Is(openapi3.TypeObject) && t.Kind() == reflect.Struct {
		s.Extensions["x-order"] = f.fields(t, "")
	}
	return nil
}

// fields lists the fields of a struct in their order, those of embedded ones too: all, or those with an option.
func (f form) fields(t reflect.Type, option string) (names []string) {
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		o := options(field.Tag)
		switch _, has := o[option]; {
		case field.Anonymous && name == "" && field.Type.Kind() == reflect.Struct:
			names = append(names, f.fields(field.Type, option)...)
		case f.left(o) && (has || option == ""):
			names = append(names, name)
		}
	}
	return names
}

// onTask says whether a payload is about one task of a case, which then stands in the path.
func onTask(payload any) bool {
	t := reflect.TypeOf(payload)
	if t == nil || t.Kind() != reflect.Struct {
		return false
	}
	return slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		_, path := options(f.Tag)["path"]
		return path
	})
}

// codes lists the values that a text can have.
func (f form) codes(t reflect.Type, o map[string]string, s *openapi3.Schema) {
	var codes []string
	if coded, ok := reflect.Zero(t).Interface().(machine.Coded); ok {
		codes = coded.Codes()
	}
	if one := o["one"]; one != "" {
		codes = strings.Split(one, "|")
	}
	if public := o["public"]; public != "" && f.public {
		codes = strings.Split(public, "|")
	}
	for _, c := range codes {
		s.Enum = append(s.Enum, c)
	}
}

// bound sets the limits: of a number itself, of a text's length, of a list's.
func bound(o map[string]string, s *openapi3.Schema) error {
	_, required := o["required"]
	if required && len(s.Enum) == 0 {
		switch {
		case s.Type.Is(openapi3.TypeString) && s.Format == "":
			s.MinLength = 1
		case s.Type.Is(openapi3.TypeArray):
			s.MinItems = 1
		}
	}
	for _, name := range []string{"min", "max", "each"} {
		if o[name] == "" {
			continue
		}
		n, err := strconv.ParseUint(o[name], 10, 63)
		if err != nil {
			return fmt.Errorf("%s=%s is no number", name, o[name])
		}
		limit(name, n, s)
	}
	return nil
}

func limit(name string, n uint64, s *openapi3.Schema) {
	number := float64(n)
	switch {
	case name == "each":
		s.Items.Value.MinLength, s.Items.Value.MaxLength = 1, &n
	case s.Type.Is(openapi3.TypeInteger) || s.Type.Is(openapi3.TypeNumber):
		if name == "min" {
			s.Min = &number
		} else {
			s.Max = &number
		}
	case s.Type.Is(openapi3.TypeArray):
		if name == "min" {
			s.MinItems = n
		} else {
			s.MaxItems = &n
		}
	case name == "min":
		s.MinLength = n
	default:
		s.MaxLength = &n
	}
}

// annotations are the options that a form is drawn by.
var annotations = []string{"ref", "when", "widget", "from"}

// annotate says how a form is drawn: the order of the fields of an object is x-order.
func annotate(name string, o map[string]string, s *openapi3.Schema) {
	s.Extensions = map[string]any{}
	for _, a := range annotations {
		if o[a] != "" {
			s.Extensions["x-"+a] = o[a]
		}
	}
	if name == "_root" || name == "" {
		return
	}
	labels := map[string]any{}
	for _, lang := range words.Languages {
		labels[lang] = words.Label(lang, "field", name)
	}
	s.Extensions["x-label"] = labels
}
