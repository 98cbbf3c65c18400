package complaint

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/machine"
)

// CmdNoteMeasure tells a complaint of an improvement measure that comes from it. M3
const CmdNoteMeasure = "note-measure"

// EvMeasureNoted says that a measure comes from this complaint.
const EvMeasureNoted = "measure-noted"

// NoteMeasure names an improvement measure.
type NoteMeasure struct {
	Number string `json:"number"`
	// Community is the measure's. Those of before it was told have none.
	Community string `json:"community,omitempty"`
}

// MeasureNoted names a measure that comes from the complaint.
type MeasureNoted struct {
	Number string `json:"number"`
}

// noteMeasure keeps the measure's number; of one that is known nothing changes. Another community's measure does
// not come from here, whoever says so. M3, N1
func (d *decision) noteMeasure(p NoteMeasure) error {
	if machine.Blank(p.Number) {
		return machine.Missing("number")
	}
	if p.Community != "" && p.Community != d.Record.Community {
		return machine.Forbidden(CmdNoteMeasure)
	}
	if !slices.Contains(d.Measures, p.Number) {
		d.Emit(EvMeasureNoted, MeasureNoted{Number: p.Number})
	}
	return nil
}

func measureNoted(s *State, _ procedure.Event, p MeasureNoted) {
	s.Measures = append(slices.Clone(s.Measures), p.Number)
}
