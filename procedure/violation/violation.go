// Package violation says what cannot stand in the settings, and where.
package violation

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Violation is one thing that cannot stand. P1
type Violation struct {
	// Path leads to it, as in a change: complaint.deadlines.judge.within, complaint.categories[facility.leak].work.
	Path string `json:"path"`
	// Code names what is wrong; people read its sentence (package words).
	Code string `json:"code"`
	// Args fill the sentence.
	Args map[string]string `json:"args,omitempty"`
}

// Error is the path and the code, for the log.
func (f Violation) Error() string {
	if len(f.Args) == 0 {
		return f.Path + ": " + f.Code
	}
	return fmt.Sprintf("%s: %s %v", f.Path, f.Code, f.Args) // fmt writes a map in the order of its keys
}

// List collects violations.
type List []Violation

// Add notes a violation; args are pairs of name and value.
func (l *List) Add(path, code string, args ...string) {
	f := Violation{Path: path, Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if f.Args == nil {
			f.Args = map[string]string{}
		}
		f.Args[args[i]] = args[i+1]
	}
	*l = append(*l, f)
}

// Below adds violations whose paths begin below another path.
func (l *List) Below(path string, violations List) {
	for _, f := range violations {
		f.Path = path + "." + f.Path
		*l = append(*l, f)
	}
}

// Err joins the violations into one error; nil when there is none.
func (l List) Err() error {
	errs := make([]error, len(l))
	for i, f := range l {
		errs[i] = f
	}
	return errors.Join(errs...)
}

// Text writes the violations so that a refusal can carry them to where they are put into words.
func (l List) Text() string {
	text, err := json.Marshal(l)
	if err != nil {
		panic(err) // plain strings always marshal
	}
	return string(text)
}

// Read gives the violations of a text; none for one that Text did not write.
func Read(text string) (l List) {
	if json.Unmarshal([]byte(text), &l) != nil {
		return nil
	}
	return l
}
