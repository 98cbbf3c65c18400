package complaint_test

import (
	"slices"
	"testing"

	. "bihuan/procedure/complaint"
	"bihuan/procedure/people"
)

// M3, N1: a complaint knows the measures that come from it, each once, and none of another community.
func TestMeasuresOfACommunityComeFromItsComplaints_M3_N1(t *testing.T) {
	const ours, before = "GJ-20261123-7K3F9", "GJ-20261123-4QX22"
	d := registered(t).
		do(people.TheSystem, CmdNoteMeasure, NoteMeasure{Number: ours, Community: "yuhu"}).
		do(people.TheSystem, CmdNoteMeasure, NoteMeasure{Number: before}).
		refused("forbidden", people.TheSystem, CmdNoteMeasure, NoteMeasure{Number: "GJ-20261123-2BYHS", Community: "linjiang"}).
		refused("forbidden", manager, CmdNoteMeasure, NoteMeasure{Number: "GJ-20261123-2BYHS", Community: "yuhu"})
	again := d.command(people.TheSystem, CmdNoteMeasure, NoteMeasure{Number: ours, Community: "yuhu"})
	if events, err := Decide(d.state, again, d.now); len(events) > 0 || err != nil {
		t.Errorf("told twice: %v, %v", events, err)
	}
	if !slices.Equal(d.state.Measures, []string{ours, before}) {
		t.Errorf("measures %v", d.state.Measures)
	}
}
