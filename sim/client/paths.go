package client

import (
	"fmt"
	"net/url"
	"slices"
)

// Kind is a kind of case: where it is in the API, and the letters that its numbers begin with.
type Kind struct{ Name, Letters, collection string }

// Kinds lists every kind of case.
var Kinds = []Kind{
	{"complaint", "TS", "complaints"},
	{"inquiry", "ZX", "inquiries"},
	{"service", "FW", "service-requests"},
	{"collective", "JT", "collective-issues"},
	{"survey", "DC", "surveys"},
	{"improvement", "GJ", "improvements"},
}

const root = "/api/v1/"

// Paths beside the cases: the list of every kind, the likely duplicates of a complaint, what stands out, who
// the caller is, and where a file of owners is imported.
const (
	ListPath         = root + "cases"
	DuplicatesPath   = root + "complaints/duplicates"
	AnalysisPath     = root + "analysis"
	MePath           = root + "me"
	ImportOwnersPath = root + "directory/import/owners"
)

// Query adds to a path what narrows the answer.
func Query(path string, by map[string]any) string {
	values := url.Values{}
	for name, value := range by {
		values.Set(name, fmt.Sprint(value))
	}
	return path + "?" + values.Encode()
}

// KindOf finds a kind by its name; one that is not there is empty.
func KindOf(name string) Kind {
	if i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Name == name }); i >= 0 {
		return Kinds[i]
	}
	return Kind{}
}

// KindOfNumber finds the kind of the case that has a number.
func KindOfNumber(number string) Kind {
	if i := slices.IndexFunc(Kinds, func(k Kind) bool { return len(number) > 2 && number[:2] == k.Letters }); i >= 0 {
		return Kinds[i]
	}
	return Kinds[0]
}

// Path is where staff list cases of a kind and take new ones in.
func (k Kind) Path() string { return root + k.collection }

// PublicPath is where customers bring theirs.
func (k Kind) PublicPath() string { return root + "public/" + k.collection }

// RegisterPath is where staff register complaints.
const RegisterPath = root + "complaints"

// CasePath is where a case is read.
func CasePath(number string) string {
	return KindOfNumber(number).Path() + "/" + url.PathEscape(number)
}

// CommandPath is where staff command a case, or a task of it when one is named.
func CommandPath(number, task, command string) string {
	if task != "" {
		return CasePath(number) + "/tasks/" + url.PathEscape(task) + "/" + command
	}
	return CasePath(number) + "/" + command
}

// PublicPath is where the customer reads their case.
func PublicPath(number string) string {
	return KindOfNumber(number).PublicPath() + "/" + url.PathEscape(number)
}

func outcomePath(casePath, command string) string {
	return casePath + "/commands/" + url.PathEscape(command)
}
