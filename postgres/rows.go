package postgres

import (
	"cmp"
	"reflect"
	"strings"
	"time"
)

// A struct that goes to Postgres as JSON is declared to it from its own fields, so that their names stand once: a
// statement that reads a name which no field has any more fails whenever it runs, instead of reading NULL in silence.

// columns lists what the fields of a struct are called in JSON, in their order, those of embedded structs among them.
func columns[T any]() []string {
	var names []string
	for _, f := range fieldsOf(reflect.TypeFor[T]()) {
		names = append(names, f.name)
	}
	return names
}

// rowOf declares a struct as a row of jsonb_to_recordset.
func rowOf[T any]() string {
	var declared []string
	for _, f := range fieldsOf(reflect.TypeFor[T]()) {
		declared = append(declared, `"`+f.name+`" `+sqlType(f.of))
	}
	return "(" + strings.Join(declared, ", ") + ")"
}

type field struct {
	name string
	of   reflect.Type
}

func fieldsOf(t reflect.Type) (fields []field) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			fields = append(fields, fieldsOf(f.Type)...)
		case name != "-":
			fields = append(fields, field{cmp.Or(name, f.Name), f.Type})
		}
	}
	return fields
}

// sqlType gives the type that holds a field's JSON; what is no plain value stays JSON.
func sqlType(t reflect.Type) string {
	switch {
	case t == reflect.TypeFor[time.Time](), t == reflect.TypeFor[*time.Time]():
		return "timestamptz"
	case t.Kind() == reflect.String:
		return "text"
	case t.Kind() == reflect.Bool:
		return "boolean"
	case t.Kind() == reflect.Int:
		return "integer"
	}
	return "jsonb"
}
