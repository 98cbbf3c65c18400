// Package metadata is what the workflow of a case writes beside its own history, for people to read in the Temporal Web
// UI and for the auditor's sentences to be made of: Temporal calls it user metadata. What is written here is read here, so
// that neither can change without the other.
//
// A value is one line. A name stands as it is, or quoted where it holds a space or a mark of the line's own.
package metadata

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bihuan/procedure"
)

// Timer says what the timer of a case waits for, e.g. "working: breach of accept:T1 at 2026-11-23T02:00:00Z".
type Timer struct {
	Stage string
	procedure.Deadline
}

// String writes it, the time to the second.
func (t Timer) String() string {
	line := name(t.Stage) + ": " + name(t.Command)
	if t.Key != "" {
		line += " of " + name(t.Key)
	}
	return line + " at " + t.At.UTC().Format(time.RFC3339)
}

// ParseTimer reads what String wrote; false for anything else.
func ParseTimer(line string) (Timer, bool) {
	r := reader{rest: line}
	var t Timer
	t.Stage = r.name()
	r.mark(": ")
	t.Command = r.name()
	if r.has(" of ") {
		t.Key = r.name()
	}
	r.mark(" at ")
	at, err := time.Parse(time.RFC3339, r.rest)
	t.At = at
	return t, !r.broken && err == nil
}

// Recorded says what one turn of a case left to be recorded, e.g. "judged, stage-entered, refused review (wrong_stage)".
type Recorded struct {
	Events  []string
	Refused []Refused
	// More is how many more there were than fit into the line.
	More int
}

// Refused is a command that was refused, and the refusal's code.
type Refused struct{ Command, Code string }

// RecordedOf says what a batch records.
func RecordedOf(b procedure.Batch) Recorded {
	var r Recorded
	for _, e := range b.Events {
		r.Events = append(r.Events, e.Type)
	}
	for _, x := range b.Refused {
		r.Refused = append(r.Refused, Refused{Command: x.Name, Code: x.Code})
	}
	return r
}

// longest is how many bytes Temporal takes for a summary, with room for the count of what does not fit.
const (
	longest = 200
	reserve = len(", 4294967295 more")
)

const refused = "refused"

// String writes as much as fits.
func (r Recorded) String() string {
	var items []string
	for _, e := range r.Events {
		items = append(items, name(e))
	}
	for _, x := range r.Refused {
		items = append(items, refused+" "+name(x.Command)+" ("+name(x.Code)+")")
	}
	length, fit := 0, 0
	for fit < len(items) && length+len(items[fit])+len(", ") <= longest-reserve {
		length += len(items[fit]) + len(", ")
		fit++
	}
	if more := len(items) - fit + r.More; more > 0 {
		items = append(items[:fit], strconv.Itoa(more)+" more")
	}
	return strings.Join(items, ", ")
}

// ParseRecorded reads what String wrote; false for anything else.
func ParseRecorded(line string) (r Recorded, ok bool) {
	in := reader{rest: line}
	for in.rest != "" && !in.broken {
		n := in.name()
		switch {
		case n == refused && in.has(" "):
			x := Refused{Command: in.name()}
			in.mark(" (")
			x.Code = in.name()
			in.mark(")")
			r.Refused = append(r.Refused, x)
		case in.has(" more"):
			more, err := strconv.Atoi(n)
			r.More, in.broken = more, in.broken || err != nil || in.rest != ""
		default:
			r.Events = append(r.Events, n)
		}
		if in.rest != "" {
			in.mark(", ")
			in.broken = in.broken || in.rest == ""
		}
	}
	return r, !in.broken
}

// name writes a name.
func name(s string) string {
	strange := func(c rune) bool { return strings.ContainsRune(marks, c) || !strconv.IsPrint(c) || c == utf8.RuneError }
	if s == "" || strings.HasSuffix(s, ":") || strings.ContainsFunc(s, strange) {
		return strconv.Quote(s)
	}
	return s
}

// marks end a name that is not quoted; a colon does with the space behind it.
const marks = " ,()\"'`"

// reader reads a line from its beginning.
type reader struct {
	rest   string
	broken bool
}

// name reads a name.
func (r *reader) name() string {
	if quoted, err := strconv.QuotedPrefix(r.rest); err == nil {
		r.rest = r.rest[len(quoted):]
		s, err := strconv.Unquote(quoted)
		r.broken = r.broken || err != nil
		return s
	}
	end := strings.IndexAny(r.rest, marks)
	if end < 0 {
		end = len(r.rest)
	}
	s := r.rest[:end]
	if strings.HasSuffix(s, ":") {
		s = s[:end-1]
	}
	r.rest = r.rest[len(s):]
	r.broken = r.broken || s == ""
	return s
}

// has reads a mark where it stands.
func (r *reader) has(mark string) bool {
	rest, found := strings.CutPrefix(r.rest, mark)
	r.rest = rest
	return found
}

// mark reads a mark that must stand there.
func (r *reader) mark(mark string) { r.broken = !r.has(mark) || r.broken }
