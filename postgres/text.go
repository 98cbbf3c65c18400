package postgres

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// encode gives a value as JSON that Postgres stores. Our own plain structs always marshal; raw parts that
// are not JSON do not.
func encode(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	return storable(raw), nil
}

// clean does for a plain string what storable does for JSON.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, string(utf8.RuneError)), "\x00", string(utf8.RuneError))
}

const replacement = `\ufffd`

// storable replaces the two things that JSON may say and Postgres cannot store, NUL and half a surrogate
// pair, as well as bytes that are not UTF-8: nobody's text may keep a case out of the database.
func storable(raw []byte) []byte {
	raw = bytes.ToValidUTF8(raw, []byte(string(utf8.RuneError)))
	if !bytes.Contains(raw, []byte(`\u`)) {
		return raw
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		n, ok := escape(raw[i:])
		if ok {
			out = append(out, raw[i:i+n]...)
		} else {
			out = append(out, replacement...)
		}
		i += n
	}
	return out
}

// escape measures the character or escape that raw begins with and says whether it can be stored.
func escape(raw []byte) (n int, ok bool) {
	switch {
	case raw[0] != '\\' || len(raw) < 2:
		return 1, true
	case raw[1] != 'u':
		return 2, true
	}
	r := unit(raw)
	if !utf16.IsSurrogate(r) {
		return min(6, len(raw)), r != 0
	}
	if len(raw) >= 12 && utf16.DecodeRune(r, unit(raw[6:])) != utf8.RuneError {
		return 12, true
	}
	return 6, false
}

// unit reads one \uXXXX; -1 when raw does not begin with one.
func unit(raw []byte) rune {
	if len(raw) < 6 || raw[0] != '\\' || raw[1] != 'u' {
		return -1
	}
	v, err := strconv.ParseUint(string(raw[2:6]), 16, 32)
	if err != nil {
		return -1
	}
	return rune(v)
}
