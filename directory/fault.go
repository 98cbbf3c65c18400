package directory

import (
	"cmp"
	"slices"
)

// Fault is one thing that keeps a file from being imported. It never repeats what stands in a cell.
type Fault struct {
	// Row counts from 1 as spreadsheets do; 0 is the file as a whole.
	Row int `json:"row,omitempty"`
	// Column is the letter, e.g. E; empty is the whole row.
	Column string `json:"column,omitempty"`
	// Field is what the column holds, e.g. phone.
	Field string `json:"field,omitempty"`
	Code  string `json:"code"`
	// Message is a sentence in the reader's language.
	Message string `json:"message"`
	// Other is another row that it is about.
	Other int `json:"other,omitempty"`
}

// MaxFaults is how many faults a report names; their number is told in any case.
const MaxFaults = 500

// Report tells what an import did, or why it did nothing.
type Report struct {
	DryRun bool `json:"dry_run"`
	// Imported says that what is counted here stands in the directory now.
	Imported bool `json:"imported"`
	// Rows is how many rows there are below the header.
	Rows int `json:"rows"`
	// Created and Changed count by what they are: buildings, rooms, owners, staff.
	Created map[string]int `json:"created"`
	Changed map[string]int `json:"changed"`
	// FaultCount is how many faults there are; the first MaxFaults of them are listed.
	FaultCount int     `json:"fault_count"`
	Faults     []Fault `json:"faults"`
}

// NewReport writes a report; the faults stand in the order of the rows, each with what there is to say of it.
func NewReport(rows int, faults []Fault, say func(Fault) string) Report {
	slices.SortStableFunc(faults, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(len(a.Column), len(b.Column)), cmp.Compare(a.Column, b.Column))
	})
	r := Report{Rows: rows, FaultCount: len(faults), Faults: []Fault{}, Created: map[string]int{}, Changed: map[string]int{}}
	for _, f := range faults[:min(len(faults), MaxFaults)] {
		f.Message = say(f)
		r.Faults = append(r.Faults, f)
	}
	return r
}
