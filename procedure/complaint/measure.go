package complaint

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/table"
)

// CmdNoteMeasure tells a complaint of an improvement measure that comes from it. M3
const CmdNoteMeasure = "note-measure"

// EvMeasureNoted says that a measure comes from this complaint.
const EvMeasureNoted = "measure-noted"

// NoteMeasure names an improvement measure.
type NoteMeasure struct {
	Number string `json:"number"`
}

// noteMeasure keeps the measure's number; of one that is known nothing changes.
func (d *decision) noteMeasure(p NoteMeasure) error {
	if table.Blank(p.Number) {
		return table.Missing("number")
	}
	if !slices.Contains(d.Measures, p.Number) {
		d.Emit(EvMeasureNoted, p)
	}
	return nil
}

func measureNoted(s *State, _ procedure.Event, p NoteMeasure) {
	s.Measures = append(slices.Clone(s.Measures), p.Number)
}
