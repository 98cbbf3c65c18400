package words

import (
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/pool"
	"bihuan/procedure/service"
)

// pools tell of tasks of complaints that go to pools. C1
func pools(t *testing.T) *story {
	s := begin(t, "service.delay")
	s.do(people.Agent, complaint.CmdJudge, complaint.Judge{Nature: complaint.Valid, Grounds: "Ours"})
	s.do(people.Manager, complaint.CmdReview, complaint.Review{Nature: complaint.Valid, Grounds: "Agreed"})
	s.do(people.Agent, complaint.CmdDispatch, complaint.Dispatch{Lead: "environment", Tasks: []complaint.TaskOrder{
		{Pool: "cleaners", Content: "Clean up"}, {Pool: "cleaners", Content: "And again"}, {Pool: "repairs", Content: "Mend it"},
	}})
	s.do(people.System, complaint.CmdTakeTurn, procedure.Answer{Result: machine.Encode(pool.Turn{Department: "engineering", Task: "T3"})})
	s.do(people.Agent, complaint.CmdAccept, complaint.AcceptTask{Task: "T1", Department: "service"})
	s.do(people.Agent, complaint.CmdReturn, complaint.Return{Task: "T2", Department: "environment", Reason: "Nobody free"})
	s.do(people.Agent, complaint.CmdAccept, complaint.AcceptTask{Task: "T2", Department: "service"})
	return s
}

// services tell of everything that happens to service requests. L
func services(t *testing.T) []*story {
	const n = "FW-20261123-7K3F9"
	from := machine.Customer{Community: "yuhu", Channel: machine.Hotline, Name: "Li Lei", Building: "3", Room: "1201", Phone: "13800000000"}
	practice := from
	practice.Drill, practice.Source = true, "ZX-20261123-7K3F9"
	at := func(day, hour int) time.Time { return time.Date(2026, 11, 23+day, hour, 0, 0, 0, morning.Location()) }
	visit := func(day int) service.Window { return service.Window{From: at(day, 2), To: at(day, 3)} }
	wish := visit(1)
	agent, handler, customer, system := people.Agent, people.Handler, people.Complainant, people.System
	form := []service.Filled{{ID: "area", Value: "90"}}
	asked := step{agent, machine.CmdRegister, service.Register{Customer: from, Category: "home.cleaning", What: "Windows", Form: form, Wish: &wish}}
	quote := step{agent, service.CmdQuote, service.MakeQuote{Items: []service.Item{{Name: "Windows", Quantity: 6, Price: 2500}}, Note: "both sides"}}
	arrive := step{agent, service.CmdArrive, service.Arrive{Note: "with a levels"}}
	finish := step{agent, service.CmdFinish, service.Finish{Result: "clean", Evidence: []string{"photo"}, Parts: []string{"cloth"}}}
	return []*story{
		told(t, service.Definition, n, asked,
			step{agent, service.CmdConfirm, service.Confirm{Content: "six windows", Window: visit(2)}},
			step{agent, service.CmdTake, service.Take{Department: "environment"}},
			step{customer, service.CmdAppoint, service.Appoint{Version: 1, Window: visit(3), Reason: "away"}},
			step{agent, service.CmdAgree, service.Agree{Version: 2, Said: "by phone"}},
			step{agent, service.CmdMiss, service.Miss{Version: 2, By: service.Office, Reason: "the van"}},
			step{agent, service.CmdAppoint, service.Appoint{Version: 2, Window: visit(4), Reason: "the van", Agreed: true}},
			step{payload: visit(4).From},
			arrive, quote, step{customer, service.CmdAcceptQuote, service.Agree{Version: 1, Said: "yes"}},
			step{agent, service.CmdRecord, service.Record{Note: "one is broken", Evidence: []string{"photo"}}},
			quote, step{customer, service.CmdDeclineQuote, service.DeclineQuote{Version: 2, Reason: "too dear", GoOn: true}}, finish,
			step{agent, service.CmdPay, service.Pay{Method: "wechat", Amount: 10000, Note: "a part"}},
			step{people.Manager, service.CmdWaive, machine.Reasoned{Reason: "the broken one"}},
			step{customer, service.CmdRate, service.Rate{Score: 2, Opinion: "late"}},
			step{system, machine.CmdLink, procedure.Answer{Result: machine.Encode(procedure.Opened{Number: "TS-20261123-7K3F9"})}},
			step{customer, machine.CmdReopen, machine.Reasoned{Reason: "streaks"}},
		),
		told(t, service.Definition, n,
			step{system, machine.CmdRegister, service.Register{Customer: practice, Category: "repair.electric", What: "No light"}},
			step{agent, service.CmdAssign, service.Assign{Pool: "repairs"}},
			step{system, service.CmdTakeTurn, procedure.Answer{Result: machine.Encode(pool.Turn{Department: "lift-vendor"})}},
			step{handler, service.CmdHandBack, service.HandBack{Reason: "not ours"}},
			step{agent, service.CmdReject, machine.Reasoned{Reason: "the grid's"}},
		),
		told(t, service.Definition, n, asked,
			step{agent, service.CmdConfirm, service.Confirm{Content: "six windows", Window: visit(1)}},
			step{agent, service.CmdHandBack, service.HandBack{Department: "service", Reason: "nobody free"}},
			step{agent, service.CmdTake, service.Take{Department: "environment"}},
			step{payload: visit(1).From.Add(time.Minute)},
			step{agent, service.CmdMiss, service.Miss{Version: 1, By: service.Customer, Reason: "nobody opened"}},
			step{agent, service.CmdAppoint, service.Appoint{Version: 1, Window: visit(3), Agreed: true}},
			step{payload: visit(3).To}, quote, step{agent, service.CmdAcceptQuote, service.Agree{Version: 1}}, arrive, finish,
			step{agent, service.CmdPay, service.Pay{Method: "cash", Amount: 15000}}, step{payload: visit(20).From},
		),
	}
}
