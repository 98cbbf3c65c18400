// Package failure is what the server answers instead of what was asked for: a class and a code for programs, what
// it is about for the sentence that a person reads, the cause for the log.
package failure

import (
	"errors"
	"maps"
	"math"
	"strconv"
	"time"
)

// Class says what stands in the way. How a class is told, e.g. as a status of HTTP, stands where answers are written.
type Class int

// The classes.
const (
	ClassInternal     Class = iota // nobody foresaw it; it tells nothing
	ClassInvalid                   // what was said cannot be right
	ClassUnauthorized              // nobody knows who asks
	ClassForbidden                 // the one who asks may not
	ClassNotFound                  // there is no such thing, or none that the one who asks may know of
	ClassNotAllowed                // there is such a thing, but not to be done that with
	ClassConflict                  // what there is does not permit it now
	ClassTooLarge                  // it is more than is read
	ClassUnsupported               // it is not in a form that is read
	ClassTooMany                   // it is asked too often
	ClassUnavailable               // what is needed is down
)

// Failure is one of them.
type Failure struct {
	Class Class
	// Code is stable and part of the API, e.g. "bad_value".
	Code string
	// Field is the field of the request that it is about, if it is about one.
	Field string
	// Args fill the sentence.
	Args map[string]string
	// Cause is for the log alone.
	Cause error
	// Wait is how long to wait before trying again; zero is the usual.
	Wait time.Duration
}

// Error gives the code, never personal data.
func (f *Failure) Error() string { return f.Code }

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Cause }

// Is makes two failures of the same code the same.
func (f *Failure) Is(target error) bool {
	var other *Failure
	return errors.As(target, &other) && other.Code == f.Code
}

// New gives a failure of a class; args are pairs of name and value.
func New(class Class, code string, args ...string) *Failure {
	f := &Failure{Class: class, Code: code, Args: map[string]string{}}
	for i := 0; i+1 < len(args); i += 2 {
		f.Args[args[i]] = args[i+1]
	}
	return f
}

// The failures of each class; args are pairs of name and value.

// Internal is what nobody foresaw.
func Internal(code string, args ...string) *Failure { return New(ClassInternal, code, args...) }

// Invalid is said of what cannot be right.
func Invalid(code string, args ...string) *Failure { return New(ClassInvalid, code, args...) }

// Unauthorized is said to who is not known.
func Unauthorized(code string, args ...string) *Failure { return New(ClassUnauthorized, code, args...) }

// Forbidden is said to who may not.
func Forbidden(code string, args ...string) *Failure { return New(ClassForbidden, code, args...) }

// NotFound is said of what there is not.
func NotFound(code string, args ...string) *Failure { return New(ClassNotFound, code, args...) }

// NotAllowed is said of what cannot be done with something.
func NotAllowed(code string, args ...string) *Failure { return New(ClassNotAllowed, code, args...) }

// Conflict is said of what is not permitted now.
func Conflict(code string, args ...string) *Failure { return New(ClassConflict, code, args...) }

// TooLarge is said of more than is read.
func TooLarge(code string, args ...string) *Failure { return New(ClassTooLarge, code, args...) }

// Unsupported is said of a form that is not read.
func Unsupported(code string, args ...string) *Failure { return New(ClassUnsupported, code, args...) }

// TooMany is said to who asks too often.
func TooMany(code string, args ...string) *Failure { return New(ClassTooMany, code, args...) }

// Unavailable is said while something is down.
func Unavailable(code string, args ...string) *Failure { return New(ClassUnavailable, code, args...) }

// On says which field it is about.
func (f *Failure) On(field string) *Failure {
	about := f.With("field", field)
	about.Field = field
	return about
}

// With adds an argument of the sentence.
func (f *Failure) With(name, value string) *Failure {
	more := *f
	more.Args = maps.Clone(f.Args)
	more.Args[name] = value
	return &more
}

// Because adds the cause.
func (f *Failure) Because(err error) *Failure {
	caused := *f
	caused.Cause = err
	return &caused
}

// After says how long to wait before trying again.
func (f *Failure) After(wait time.Duration) *Failure {
	later := f.With("seconds", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
	later.Wait = wait
	return later
}
