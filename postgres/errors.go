package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Error is what went wrong: a code for programs, and the cause for the log.
type Error struct {
	code  string
	op    string
	cause error
}

// The errors a caller can do something about; compare with errors.Is.
var (
	// ErrNotFound means that there is no such row.
	ErrNotFound = &Error{code: "not_found"}
	// ErrDown means that Postgres cannot be reached or does not answer in time.
	ErrDown = &Error{code: "database_down"}
	// ErrConflict means that another event is already recorded in an event's place.
	ErrConflict = &Error{code: "event_conflict"}
	// ErrBadCursor means that a page was asked for with a cursor that is not ours.
	ErrBadCursor = &Error{code: "bad_cursor"}
)

// Code names the error without any data.
func (e *Error) Code() string { return e.code }

func (e *Error) Error() string {
	parts := make([]string, 0, 3)
	if e.op != "" {
		parts = append(parts, e.op)
	}
	parts = append(parts, e.code)
	if e.cause != nil {
		parts = append(parts, e.cause.Error())
	}
	return strings.Join(parts, ": ")
}

func (e *Error) Unwrap() error { return e.cause }

// Is makes two errors of the same code the same.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.code == e.code
}

const (
	// appendOnly is the SQLSTATE with which the event log refuses to change.
	appendOnly = "BH001"
	// unstorable is the SQLSTATE for text that is not UTF-8 or has a NUL.
	unstorable = "22021"
)

// failed gives an error its code; nil stays nil.
func failed(op string, err error) error {
	if err == nil {
		return nil
	}
	if known := (*Error)(nil); errors.As(err, &known) {
		return err
	}
	return &Error{code: code(err), op: op, cause: err}
}

func code(err error) string {
	var refused *pgconn.PgError
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return ErrNotFound.code
	case errors.As(err, &refused) && refused.Code == unstorable: // so nothing can be called that
		return ErrNotFound.code
	case errors.As(err, &refused) && refused.Code == appendOnly:
		return ErrConflict.code
	case errors.As(err, &refused) && !unavailable(refused.Code):
		return "database_error"
	case errors.Is(err, context.Canceled):
		return "canceled"
	case refused != nil || unreachable(err):
		return ErrDown.code
	}
	return "database_error"
}

// unavailable lists the SQLSTATEs that pass by themselves: connection trouble, a server that starts,
// stops, stands by or is full, and a statement out of time.
func unavailable(state string) bool {
	switch state {
	case "57014", "57P01", "57P02", "57P03", "53300", "25006":
		return true
	}
	return strings.HasPrefix(state, "08")
}

func unreachable(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &connect) || errors.As(err, &network) || pgconn.Timeout(err) || pgconn.SafeToRetry(err) ||
		errors.Is(err, context.DeadlineExceeded) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, net.ErrClosed) || strings.Contains(err.Error(), "conn closed")
}
