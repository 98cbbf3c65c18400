package postgres

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"
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

// newest is where the newest rows begin.
var newest = instant{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}

// list is a list that is read page by page: items T in the order of their places P.
type list[T, P any] struct {
	op     string
	cursor string
	limit  int
	first  P // the place before the first item
	// query reads some rows after a place.
	query func(after P, rows int) (sql string, args []any)
	scan  pgx.RowToFunc[T]
	place func(T) P
}

// read gives the page that the cursor asks for. One row more is read than it holds, to see whether there is more.
func (l list[T, P]) read(ctx context.Context, db *DB) (Page[T], error) {
	after := l.first
	if err := resume(l.cursor, &after); err != nil {
		return Page[T]{}, err
	}
	limit := bounded(l.limit)
	sql, args := l.query(after, limit+1)
	items, err := collect(ctx, db, l.op, sql, args, l.scan)
	if err != nil || len(items) <= limit {
		return Page[T]{Items: items}, err
	}
	raw, err := json.Marshal(l.place(items[limit-1]))
	return Page[T]{Items: items[:limit], Next: base64.RawURLEncoding.EncodeToString(raw)}, err
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
