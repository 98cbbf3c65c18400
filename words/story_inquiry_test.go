package words

import (
	"encoding/json"
	"strconv"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/settings"
)

// step is one command of a told story; without a command it waits until the time that is its payload.
type step struct {
	by      people.Role
	command string
	payload any
}

// told tells a story of any procedure, a minute between one command and the next.
func told[S any](t *testing.T, d machine.Definition[S], n string, steps ...step) *story {
	t.Helper()
	all, err := settings.Load("")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := all.ForCase("yuhu", morning)
	s, state := &story{t: t, now: morning}, d.New(n, p)
	for i, x := range steps {
		raw, err := json.Marshal(x.payload)
		if err != nil {
			t.Fatal(err)
		}
		give := func(c procedure.Command) {
			events, err := d.Decide(state, c, s.now)
			if err != nil {
				t.Fatalf("%s by %s: %v", c.Name, c.Actor.ID, err)
			}
			for _, e := range events {
				state = d.Evolve(state, e)
				s.events, s.notices = append(s.events, e), append(s.notices, d.Notices(state, e)...)
			}
		}
		if until, waits := x.payload.(time.Time); waits {
			for due := d.Due(state); len(due) > 0 && !due[0].At.After(until); due = d.Due(state) {
				s.now = due[0].At
				give(d.Issue(state, due[0]))
			}
			s.now = until
			continue
		}
		s.now = s.now.Add(time.Minute)
		who := actor(x.by)
		if x.by == people.Complainant {
			who.ID = n
		}
		give(procedure.Command{ID: "c" + strconv.Itoa(i), Name: x.command, Actor: who, At: s.now, Payload: raw})
	}
	return s
}

// inquiries tell of everything that happens to inquiries and suggestions. K
func inquiries(t *testing.T) []*story {
	const n = "ZX-20261123-7K3F9"
	from := machine.Customer{Community: "yuhu", Channel: machine.Hotline, Name: "Li Lei", Building: "3", Room: "1201", Phone: "13800000000"}
	asked := step{people.Agent, machine.CmdRegister, inquiry.Register{Customer: from, What: "May I charge my scooter at home?"}}
	turn := step{people.Agent, inquiry.CmdTurn, inquiry.Turn{Into: "complaint", Category: "order.danger", Reason: "Somebody does it in the corridor"}}
	practice := from
	practice.Drill = true
	return []*story{
		told(t, inquiry.Definition, n, asked,
			step{people.Agent, inquiry.CmdForward, inquiry.Forward{Department: "security", Question: "Is it allowed?"}},
			step{people.Agent, inquiry.CmdForward, inquiry.Forward{Department: "engineering", Question: "Is there a socket?", Deadline: new(morning.Add(time.Hour))}},
			step{people.Agent, inquiry.CmdReport, inquiry.Report{Said: "In the shed only"}},
			step{people.Agent, inquiry.CmdReply, inquiry.Reply{Channel: machine.Hotline, Said: "Only in the shed by gate 2"}},
			step{people.Agent, machine.CmdReopen, machine.Reasoned{Reason: "There is no shed"}}, turn,
			step{people.System, machine.CmdLink, procedure.Answer{Result: machine.Encode(procedure.Opened{Number: "TS-20261123-7K3F9"})}},
		),
		told(t, inquiry.Definition, n,
			step{people.Agent, machine.CmdRegister, inquiry.Register{Customer: practice, What: "More light in the yard", Class: inquiry.PreSale}},
			step{people.Agent, inquiry.CmdSort, inquiry.Sort{Class: inquiry.Suggestion, Reason: "It is an idea"}}, turn,
			step{people.System, machine.CmdLink, procedure.Answer{Refused: procedure.Invalid("unknown_category")}},
			step{people.Agent, inquiry.CmdSort, inquiry.Sort{Class: inquiry.Suggestion, Reason: "Nobody complains"}},
			step{people.Agent, inquiry.CmdReply, inquiry.Reply{Channel: machine.Hotline, Said: "We will do it", Adopted: true}},
			step{people.Agent, machine.CmdReopen, machine.Reasoned{Reason: "Still dark"}},
			step{people.Complainant, machine.CmdWithdraw, machine.Reasoned{}},
		),
	}
}
