package machine

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/policy"
)

// Leaf is a value within an event's data: its path, such as tasks/*/content with * for a place in a list, and whether
// it goes when the case is erased. I5
type Leaf struct {
	Path     string
	Personal bool
}

// Leaves lists the values that data of a type can hold. A plain string is somebody's words and personal; a code has a
// type of its own, or its field says keep. What is no text never goes. The tag counts for all below its field:
// keep:"true" or keep:"false".
func Leaves(data any) []Leaf {
	var all []Leaf
	if t := reflect.TypeOf(data); t != nil {
		leaves(t, "", "", &all)
	}
	return all
}

var (
	instant = reflect.TypeFor[time.Time]()
	text    = reflect.TypeFor[string]()
)

func leaves(t reflect.Type, path, keep string, all *[]Leaf) {
	switch {
	case t.Kind() == reflect.Pointer:
		leaves(t.Elem(), path, keep, all)
	case t == instant:
		*all = append(*all, Leaf{Path: path})
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8, t.Kind() == reflect.Array, t.Kind() == reflect.Map:
		leaves(t.Elem(), path+"/*", keep, all)
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "-" || !f.IsExported() && !f.Anonymous {
				continue
			}
			below := path + "/" + name
			if f.Anonymous && name == "" {
				below = path
			}
			leaves(f.Type, strings.TrimPrefix(below, "/"), cmp.Or(f.Tag.Get("keep"), keep), all)
		}
	default:
		personal := t.Kind() == reflect.String && (keep == "false" || keep == "" && t == text)
		*all = append(*all, Leaf{Path: path, Personal: personal})
	}
}

// told gives the fields of an event's data that are arguments of a notice's words, as text: times are RFC 3339 in UTC,
// codes are left to where the words are.
func told(empty any, e procedure.Event) []Arg {
	t := reflect.TypeOf(empty)
	if t == nil || t.Kind() != reflect.Struct {
		return nil
	}
	data := reflect.New(t)
	if err := json.Unmarshal(e.Data, data.Interface()); err != nil {
		panic(fmt.Errorf("event %d %s: %w", e.Seq, e.Type, err)) // not written by a procedure
	}
	var args []Arg
	tagged(data.Elem(), &args)
	return args
}

func tagged(v reflect.Value, args *[]Arg) {
	for i := range v.NumField() {
		f, value := v.Type().Field(i), v.Field(i)
		name := f.Tag.Get("tell")
		switch {
		case name != "":
			add(args, name, value)
		case f.Anonymous && value.Kind() == reflect.Struct:
			tagged(value, args)
		}
	}
}

func add(args *[]Arg, name string, v reflect.Value) {
	if v.IsZero() {
		return
	}
	switch value := reflect.Indirect(v).Interface().(type) {
	case time.Time:
		*args = append(*args, Arg{name, value.UTC().Format(time.RFC3339)})
	case policy.Text:
		*args = append(*args, Arg{name + "_zh", value.Zh}, Arg{name + "_en", value.En})
	default:
		*args = append(*args, Arg{name, plain(reflect.Indirect(v))})
	}
}

func plain(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return strconv.FormatBool(v.Bool())
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10)
	}
	panic("a notice's words take no " + v.Type().String())
}
