package postgres

import (
	"encoding/base64"
	"encoding/json"
	"time"
)

// Page is a bounded part of a list. Next asks for what follows; it is empty at the end.
type Page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next,omitempty"`
}

// instant is the place of a row in a list ordered by time, the newest first.
type instant struct {
	At time.Time `json:"a"`
	ID string    `json:"i"`
}

// endOfTime is where the newest rows begin.
var endOfTime = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// page cuts the row that was read to see whether there is more, and marks the place of the last one kept.
func page[T any](items []T, limit int, place func(T) any) Page[T] {
	if len(items) <= limit {
		return Page[T]{Items: items}
	}
	raw, err := json.Marshal(place(items[limit-1]))
	if err != nil {
		panic(err) // times and strings always marshal
	}
	return Page[T]{Items: items[:limit], Next: base64.RawURLEncoding.EncodeToString(raw)}
}

// resume reads a cursor into a place; an empty one leaves it at the beginning.
func resume(cursor string, place any) error {
	if cursor == "" {
		return nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err == nil {
		err = json.Unmarshal(storable(raw), place)
	}
	if err != nil {
		return &Error{code: ErrBadCursor.code, cause: err}
	}
	return nil
}
