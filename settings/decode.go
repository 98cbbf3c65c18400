package settings

import (
	"encoding"
	"math"
	"reflect"
	"slices"
	"strings"

	"bihuan/procedure/violation"
)

// decode fills a value from plain data by its yaml names, and notes everything that does not fit with its path.
// What is not there stays as it is.
func decode(data any, into reflect.Value, path string, faults *violation.List) {
	if data == nil {
		return
	}
	if reads, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		text, isText := data.(string)
		if !isText || reads.UnmarshalText([]byte(text)) != nil {
			faults.Add(path, "unreadable", "value", shortened(data))
		}
		return
	}
	switch into.Kind() {
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		decode(data, into.Elem(), path, faults)
	case reflect.Struct:
		decodeStruct(data, into, path, faults)
	case reflect.Map:
		decodeMap(data, into, path, faults)
	case reflect.Slice:
		decodeList(data, into, path, faults)
	default:
		decodeScalar(data, into, path, faults)
	}
}

func decodeStruct(data any, into reflect.Value, path string, faults *violation.List) {
	m, ok := data.(map[string]any)
	if !ok {
		faults.Add(path, "wrong_shape")
		return
	}
	fields := fieldsOf(into)
	for _, name := range sorted(m) {
		field, known := fields[name]
		if !known {
			faults.Add(below(path, name), "unknown_setting")
			continue
		}
		decode(m[name], field, below(path, name), faults)
	}
}

// fieldsOf gives a struct's fields by their yaml names, those of inlined structs too.
func fieldsOf(v reflect.Value) map[string]reflect.Value {
	fields := map[string]reflect.Value{}
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			for inner, field := range fieldsOf(v.Field(i)) {
				fields[inner] = field
			}
		case name != "" && name != "-":
			fields[name] = v.Field(i)
		}
	}
	return fields
}

func decodeMap(data any, into reflect.Value, path string, faults *violation.List) {
	m, ok := data.(map[string]any)
	if !ok {
		faults.Add(path, "wrong_shape")
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for _, name := range sorted(m) {
		item := reflect.New(into.Type().Elem()).Elem()
		decode(m[name], item, below(path, name), faults)
		into.SetMapIndex(reflect.ValueOf(name).Convert(into.Type().Key()), item)
	}
}

func decodeList(data any, into reflect.Value, path string, faults *violation.List) {
	list, ok := data.([]any)
	if !ok {
		faults.Add(path, "wrong_shape")
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), 0, len(list)))
	for i, item := range list {
		at, value := path+"["+nameOf(item, i)+"]", reflect.New(into.Type().Elem()).Elem()
		decode(item, value, at, faults)
		if n := len(*faults); n > 0 && (*faults)[n-1].Path == at { // nothing more is to be said of what cannot be read
			continue
		}
		into.Set(reflect.Append(into, value))
	}
}

func decodeScalar(data any, into reflect.Value, path string, faults *violation.List) {
	switch value := data.(type) {
	case string:
		if into.Kind() == reflect.String {
			into.SetString(value)
			return
		}
	case bool:
		if into.Kind() == reflect.Bool {
			into.SetBool(value)
			return
		}
	case float64:
		const largest = 1 << 31
		switch {
		case into.CanFloat():
			into.SetFloat(value)
			return
		case into.CanInt() && value == math.Trunc(value) && math.Abs(value) < largest:
			into.SetInt(int64(value))
			return
		}
	}
	faults.Add(path, "unreadable", "value", shortened(data))
}

func sorted(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// shortened quotes what somebody wrote, as far as it helps them to find it.
func shortened(data any) string {
	const enough = 40
	switch data.(type) {
	case map[string]any, []any:
		return "…"
	}
	if text := []rune(scalar(data)); len(text) > enough {
		return string(text[:enough]) + "…"
	}
	return scalar(data)
}
