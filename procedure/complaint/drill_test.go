package complaint_test

import (
	"testing"

	. "bihuan/procedure/complaint"
)

func drill(p *Register) { p.Drill = true }

// M5: a drill is marked in the record, in its summary and in every notice, to whomever it goes.
func TestADrillIsMarkedAllTheWay_M5(t *testing.T) {
	d := registered(t, drill)
	d.toRevisiting().satisfied().in(StageClosed)
	if !d.state.Record.Drill || !Summarize(d.state).Drill {
		t.Error("the mark was lost")
	}
	if len(d.notices) == 0 {
		t.Error("nobody was told anything")
	}
	for _, n := range d.notices {
		if n.Args["drill"] == "" {
			t.Errorf("the notice %s is not marked", n.Template)
		}
	}
}

// M5: what is no drill carries no mark.
func TestAComplaintIsNoDrillByItself_M5(t *testing.T) {
	for _, n := range registered(t).notices {
		if _, marked := n.Args["drill"]; marked {
			t.Errorf("the notice %s is marked", n.Template)
		}
	}
}

// M5: residents have no drills.
func TestAResidentCannotRegisterADrill_M5(t *testing.T) {
	p := record(monday)
	drill(&p)
	newDesk(t).refused("drill_by_staff", resident, CmdRegister, p)
}
