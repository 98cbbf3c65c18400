package service_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	. "bihuan/procedure/service"
)

const number = "FW-20260302-7K3F9"

func staff(id, department string, roles ...people.Role) people.Actor {
	return people.Actor{ID: id, Name: "name of " + id, Roles: roles, Communities: []string{"yuhu"}, Department: department}
}

var (
	agent     = staff("agent", "", people.Agent)
	assistant = staff("assistant", "", people.Assistant)
	manager   = staff("manager", "", people.Manager)
	engineer  = staff("engineer", "engineering", people.Handler)
	cleaner   = staff("cleaner", "cleaning", people.Handler)
	plumber   = staff("plumber", "plumbing", people.Handler)
	guard     = staff("guard", "security", people.Handler)
	resident  = people.Actor{ID: number, Roles: []people.Role{people.Complainant}}
)

// monday is a working Monday, 09:00 in Shanghai.
var monday = shanghai("2026-03-02 09:00")

func shanghai(text string) time.Time {
	t, err := time.Parse("2006-01-02 15:04 -0700", text+" +0800")
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

// visit drives one request: it gives commands and lets time pass.
type visit struct {
	t       *testing.T
	state   State
	now     time.Time
	given   int
	events  []procedure.Event
	notices []procedure.Notice
	effects []procedure.Effect
}

func newVisit(t *testing.T) *visit {
	return &visit{t: t, state: Definition.New(number, testPolicy(t)), now: monday}
}

// form is a complete application for a leak under the management fee, and paid for a lamp.
func form(category string) Register {
	return Register{
		Customer: machine.Customer{Community: "yuhu", Channel: machine.Hotline, Name: "Li Lei", Building: "3", Room: "1201", Phone: "13800000000"},
		Category: category, What: "The tap drips", Form: []Filled{{ID: "place", Value: "kitchen"}},
	}
}

func requested(t *testing.T, category string) *visit {
	t.Helper()
	return newVisit(t).do(resident, machine.CmdRegister, public(form(category)))
}

func public(p Register) Register {
	p.Channel = machine.Website
	return p
}

func (v *visit) command(a people.Actor, name string, payload any) procedure.Command {
	v.t.Helper()
	raw, err := json.Marshal(payload)
	if err != nil {
		v.t.Fatal(err)
	}
	v.given++
	return procedure.Command{ID: fmt.Sprint("c", v.given), Name: name, Actor: a, At: v.now, Payload: raw}
}

func (v *visit) give(c procedure.Command) error {
	v.t.Helper()
	before, _ := json.Marshal(v.state)
	events, err := Definition.Decide(v.state, c, v.now)
	if after, _ := json.Marshal(v.state); string(after) != string(before) {
		v.t.Fatalf("%s changed the state that it was given", c.Name)
	}
	line, _ := machine.Find(Table, c.Name, v.state.Stage)
	from := v.state.Stage
	for _, e := range events {
		v.state = Evolve(v.state, e)
		v.notices = append(v.notices, Notices(v.state, e)...)
		v.effects = append(v.effects, Effects(v.state, e)...)
	}
	v.events = append(v.events, events...)
	if v.state.Stage != from && !slices.Contains(line.To, v.state.Stage) {
		v.t.Fatalf("%s led from %q to %q, which its line does not say", c.Name, from, v.state.Stage)
	}
	return err
}

// do gives a command that must be taken; in wants a stage after it.
func (v *visit) do(a people.Actor, name string, payload any) *visit {
	v.t.Helper()
	if err := v.give(v.command(a, name, payload)); err != nil {
		v.t.Fatalf("%s by %s in %q: %v", name, a.ID, v.state.Stage, sentence(err))
	}
	return v
}

func (v *visit) in(stage machine.Stage) *visit {
	v.t.Helper()
	if v.state.Stage != stage {
		v.t.Fatalf("stage %q, want %q", v.state.Stage, stage)
	}
	return v
}

// refused gives a command that must be refused with a code.
func (v *visit) refused(code string, a people.Actor, name string, payload any) *visit {
	v.t.Helper()
	var r *procedure.Refusal
	if err := v.give(v.command(a, name, payload)); !errors.As(err, &r) || r.Code != code {
		v.t.Fatalf("%s by %s in %q: %v, want the refusal %s", name, a.ID, v.state.Stage, sentence(err), code)
	}
	return v
}

func sentence(err error) string {
	var r *procedure.Refusal
	if errors.As(err, &r) {
		return fmt.Sprint(r.Code, " ", r.Args)
	}
	return fmt.Sprint(err)
}

// until lets time pass; what falls due meanwhile happens in its order.
func (v *visit) until(at time.Time) *visit {
	v.t.Helper()
	for {
		due := Due(v.state)
		if len(due) == 0 || due[0].At.After(at) {
			break
		}
		v.now = due[0].At
		c := Definition.Issue(v.state, due[0])
		if err := v.give(c); err != nil {
			v.t.Fatalf("deadline %s: %v", c.ID, sentence(err))
		}
	}
	v.now = at
	return v
}

func (v *visit) wait(d time.Duration) *visit { v.t.Helper(); return v.until(v.now.Add(d)) }

// told lists the templates that reached a kind of recipient.
func (v *visit) told(who procedure.Recipient) []string {
	var names []string
	for _, n := range v.notices {
		if n.To == who {
			names = append(names, n.Template)
		}
	}
	return names
}

func (v *visit) happened(event string) bool {
	return slices.ContainsFunc(v.events, func(e procedure.Event) bool { return e.Type == event })
}

var customer = procedure.Recipient{Complainant: true}

// tuesday is a window of working time.
func tuesday() Window {
	return Window{From: shanghai("2026-03-03 09:00"), To: shanghai("2026-03-03 11:00")}
}

func wednesday() Window {
	return Window{From: shanghai("2026-03-04 14:00"), To: shanghai("2026-03-04 16:00")}
}

// scheduled is a request whose appointment both sides agreed to, and that its department has taken.
func scheduled(t *testing.T, category string) *visit {
	t.Helper()
	return requested(t, category).do(agent, CmdConfirm, Confirm{Content: "see to the tap", Window: tuesday()}).in(StageScheduling).
		do(resident, CmdAgree, Agree{Version: 1}).in(StageScheduled).do(engineer, CmdTake, Take{})
}

func (v *visit) arrived() *visit {
	v.t.Helper()
	return v.until(v.state.Visit.From).do(engineer, CmdArrive, Arrive{})
}

func (v *visit) finished() *visit {
	v.t.Helper()
	return v.do(engineer, CmdFinish, Finish{Result: "a new washer", Evidence: []string{"photo"}, Parts: []string{"washer"}})
}

// L1-L4: the whole way, with nothing late.
func TestARequestFromItsFormToItsRating_L1_L2_L3_L4(t *testing.T) {
	v := scheduled(t, "leak").arrived().in(StagePerforming).
		do(engineer, CmdRecord, Record{Note: "the washer is worn", Evidence: []string{"photo"}}).finished().in(StageRating).
		do(resident, CmdRate, Rate{Score: 5, Opinion: "quick"}).in(machine.StageClosed)
	if v.state.Closing.Outcome != Served || v.state.Rating.Score != 5 {
		t.Errorf("closed as %+v, rated %+v", v.state.Closing, v.state.Rating)
	}
	if v.happened(deadline.EvDeadlineBreached) || len(v.effects) > 0 {
		t.Errorf("late, or effects: %v", v.effects)
	}
	want := []string{"service-acknowledged", "appointment-proposed", "appointment-agreed", "appointment-soon", "service-arrived", "rate-us", "service-ended"}
	if got := v.told(customer); !slices.Equal(got, want) {
		t.Errorf("the customer was told %v, want %v", got, want)
	}
	v.wait(8 * day).in(machine.StageArchived)
}

// L1: the form is held against the category; each field that is wrong is named.
func TestTheFormIsItsCategorys_L1(t *testing.T) {
	p := form("lamp")
	p.Form = []Filled{{ID: "count", Value: "many"}, {ID: "colour", Value: "blue"}, {ID: "since", Value: "2026-02-30"}, {ID: "pets", Value: "no"}}
	v := newVisit(t)
	err := v.give(v.command(agent, machine.CmdRegister, p))
	var r *procedure.Refusal
	if !errors.As(err, &r) || r.Code != "bad_form" || r.Args["missing_en"] != "Place" || r.Args["wrong_zh"] != "数量、颜色、何时" || r.Args["unknown_en"] != "pets" {
		t.Fatalf("got %v", sentence(err))
	}
	p.Form = []Filled{{ID: "place", Value: "hall"}, {ID: "count", Value: "2"}, {ID: "colour", Value: "warm"}, {ID: "since", Value: "2026-02-27"}, {ID: "phone", Value: "+86 138-0000 0000"}}
	v.do(agent, machine.CmdRegister, p).in(StageRequested)
	newVisit(t).refused("bad_form", agent, machine.CmdRegister, func() Register { p.Form = append(p.Form, p.Form[0]); return p }())
	newVisit(t).refused("unknown_category", agent, machine.CmdRegister, form("nothing"))
	newVisit(t).refused("unknown_category", agent, machine.CmdRegister, form("repairs")) // not a leaf
	newVisit(t).refused("missing_field", agent, machine.CmdRegister, func() Register { p := form("leak"); p.What = " "; return p }())
}

// L1: what another case opens may lack fields; they are asked for before it is confirmed.
func TestWhatAnotherCaseOpensIsCompletedLater_L1(t *testing.T) {
	p := form("leak")
	p.Form, p.Source = nil, "ZX-20260302-ABCDE"
	v := newVisit(t).do(people.TheSystem, machine.CmdRegister, p).in(StageRequested)
	if !slices.Equal(v.state.Missing, []string{"place"}) || len(v.state.Links) != 1 {
		t.Fatalf("missing %v, links %v", v.state.Missing, v.state.Links)
	}
	v.refused("bad_form", agent, CmdConfirm, Confirm{Content: "c", Window: tuesday()}).
		do(agent, CmdConfirm, Confirm{Content: "c", Window: tuesday(), Form: []Filled{{ID: "place", Value: "bath"}}})
	if len(v.state.Missing) > 0 {
		t.Errorf("still missing %v", v.state.Missing)
	}
}

// L2: content and time are confirmed within 24 h; who is late climbs the levels.
func TestConfirmingHasADeadline_L2_H1_H2(t *testing.T) {
	v := requested(t, "leak").wait(23 * time.Hour)
	if !v.happened(deadline.EvDeadlineWarned) || v.happened(deadline.EvDeadlineBreached) {
		t.Fatal("no warning, or a breach, after 23 h")
	}
	v.wait(time.Hour)
	c, _ := v.state.Deadline("confirm")
	if !c.Breached || !v.state.IsEscalated("confirm") || v.state.Escalated[0].Level != people.Assistant {
		t.Fatalf("not escalated: %+v %+v", c, v.state.Escalated)
	}
	v.do(agent, CmdConfirm, Confirm{Content: "c", Window: Window{From: shanghai("2026-03-04 09:00"), To: shanghai("2026-03-04 10:00")}})
	if v.state.Escalated[0].Status != deadline.EscalationSettled {
		t.Errorf("escalation %s", v.state.Escalated[0].Status)
	}
}

// L3: an appointment is ahead, in working time unless both agree or it is urgent, and no longer than somebody can wait.
func TestWhenAnAppointmentCanBe_L3(t *testing.T) {
	v := requested(t, "leak")
	confirm := func(from, to string) Confirm {
		return Confirm{Content: "c", Window: Window{From: shanghai(from), To: shanghai(to)}}
	}
	v.refused("appointment_in_past", agent, CmdConfirm, confirm("2026-03-02 08:00", "2026-03-02 10:00")).
		refused("appointment_no_window", agent, CmdConfirm, confirm("2026-03-03 10:00", "2026-03-03 10:00")).
		refused("appointment_no_window", agent, CmdConfirm, confirm("2026-03-03 08:00", "2026-03-03 22:00")).
		refused("missing_field", agent, CmdConfirm, Confirm{Content: "c"}).
		refused("appointment_outside_hours", agent, CmdConfirm, confirm("2026-03-03 19:00", "2026-03-03 20:00")).
		refused("appointment_outside_hours", agent, CmdConfirm, confirm("2026-03-03 11:00", "2026-03-03 14:00")). // over noon
		refused("appointment_outside_hours", agent, CmdConfirm, confirm("2026-03-07 10:00", "2026-03-07 11:00"))  // a Saturday
	late := confirm("2026-03-03 19:00", "2026-03-03 20:00")
	late.Agreed = true
	v.do(agent, CmdConfirm, late).in(StageScheduled)

	urgent := newVisit(t).do(agent, machine.CmdRegister, form("burst"))
	urgent.do(agent, CmdConfirm, confirm("2026-03-02 20:00", "2026-03-02 21:00")).in(StageScheduling)
}

// L3: either side moves the appointment, the other agrees; who comes second is told that it has changed.
func TestEitherSideMovesTheAppointment_L3(t *testing.T) {
	v := scheduled(t, "leak")
	v.do(resident, CmdAppoint, Appoint{Version: 1, Window: wednesday(), Reason: "I am away"}).in(StageScheduling).
		refused("appointment_changed", engineer, CmdAppoint, Appoint{Version: 1, Window: tuesday(), Reason: "a later bus"}).
		refused("appointment_changed", agent, CmdAgree, Agree{Version: 1}).
		refused("own_proposal", resident, CmdAgree, Agree{Version: 2}).
		do(engineer, CmdAgree, Agree{Version: 2}).in(StageScheduled)
	if !v.state.Visit.From.Equal(wednesday().From) || v.state.Visit.Version != 2 {
		t.Fatalf("appointment %+v", v.state.Visit)
	}
	v.refused("missing_field", engineer, CmdAppoint, Appoint{Version: 2, Window: tuesday()}). // why
													do(engineer, CmdAppoint, Appoint{Version: 2, Window: tuesday(), Reason: "parts"}).in(StageScheduling).
													refused("own_proposal", engineer, CmdAgree, Agree{Version: 3}).
													do(agent, CmdAgree, Agree{Version: 3, Said: "by phone"}).in(StageScheduled)
}

// L3: the wish of the form is an agreement.
func TestTheWishIsAgreed_L3(t *testing.T) {
	p, w := form("leak"), tuesday()
	p.Wish = &w
	newVisit(t).do(agent, machine.CmdRegister, p).do(agent, CmdConfirm, Confirm{Content: "c", Window: tuesday()}).in(StageScheduled)
}

// L3: nobody came by the end of the window: it escalates by itself, and the customer hears of it.
func TestWeMissAnAppointment_L3_H2(t *testing.T) {
	v := scheduled(t, "leak").until(tuesday().To)
	if !v.state.Visit.Missed || !v.state.IsEscalated("arrive") || !slices.Contains(v.told(customer), "appointment-missed") {
		t.Fatalf("visit %+v, escalated %v, told %v", v.state.Visit, v.state.Escalated, v.told(customer))
	}
	if !slices.Contains(v.told(customer), "appointment-soon") || !slices.Contains(v.told(procedure.Recipient{Department: "engineering"}), "warning") {
		t.Error("nobody was reminded before it")
	}
	v.do(engineer, CmdArrive, Arrive{Note: "late"}).in(StagePerforming)
	if v.state.Escalated[0].Status != deadline.EscalationSettled {
		t.Errorf("escalation %s", v.state.Escalated[0].Status)
	}

	sooner := scheduled(t, "leak").do(engineer, CmdMiss, Miss{Version: 1, By: Office, Reason: "the van broke down"}).in(StageScheduled)
	if !sooner.state.IsEscalated("arrive") {
		t.Error("said to be missed, and not escalated")
	}
	sooner.refused("nothing_to_do", engineer, CmdMiss, Miss{Version: 1, By: Office, Reason: "again"}).
		do(engineer, CmdAppoint, Appoint{Version: 1, Window: wednesday(), Reason: "the van"}).in(StageScheduling)
}

// L3: a customer who is not there is visited again, and not for ever.
func TestTheCustomerMissesAppointments_L3(t *testing.T) {
	v := scheduled(t, "leak").refused("too_early", engineer, CmdMiss, Miss{Version: 1, By: Customer, Reason: "nobody opened"})
	v.until(tuesday().From.Add(time.Minute)).do(engineer, CmdMiss, Miss{Version: 1, By: Customer, Reason: "nobody opened"}).in(StageScheduling).
		do(agent, CmdAppoint, Appoint{Version: 1, Window: wednesday(), Agreed: true}).in(StageScheduled).
		until(wednesday().From).do(engineer, CmdMiss, Miss{Version: 2, By: Customer, Reason: "nobody opened"}).in(machine.StageClosed)
	if v.state.Closing.Outcome != NotReached {
		t.Errorf("closed as %s", v.state.Closing.Outcome)
	}
}

// L3: a paid service is quoted before it begins, again when it changes, and paid.
func TestAPaidServiceIsQuotedFirst_L3(t *testing.T) {
	v := scheduled(t, "lamp").arrived().in(StageQuoting).
		refused("quote_first", engineer, CmdFinish, Finish{Result: "done"}).
		refused("no_quote", resident, CmdAcceptQuote, Agree{Version: 1}).
		refused("bad_quantity", engineer, CmdQuote, MakeQuote{Items: []Item{{Name: "lamp", Quantity: 0, Price: 100}}}).
		do(engineer, CmdQuote, MakeQuote{Items: []Item{{Name: "lamp", Quantity: 2, Price: 4550}, {Name: "labour", Quantity: 1, Price: 8000}}}).
		do(engineer, CmdQuote, MakeQuote{Items: []Item{{Name: "lamp", Quantity: 1, Price: 4550}, {Name: "labour", Quantity: 1, Price: 8000}}}).
		refused("quote_changed", resident, CmdAcceptQuote, Agree{Version: 1}).
		do(resident, CmdAcceptQuote, Agree{Version: 2}).in(StagePerforming)
	if v.state.Owed != 12550 {
		t.Fatalf("owed %d", v.state.Owed)
	}
	v.do(engineer, CmdQuote, MakeQuote{Items: []Item{{Name: "lamp and wire", Quantity: 1, Price: 20000}}}).in(StageQuoting).
		refused("quote_first", engineer, CmdFinish, Finish{Result: "done"}).
		do(resident, CmdDeclineQuote, DeclineQuote{Version: 3, Reason: "too dear", GoOn: true}).in(StagePerforming).
		finished().in(StageSettling).
		refused("wrong_amount", agent, CmdPay, Pay{Method: "cash", Amount: 12551}).
		refused("unknown_payment", agent, CmdPay, Pay{Method: "gold", Amount: 1}).
		do(agent, CmdPay, Pay{Method: "cash", Amount: 12000}).in(StageSettling).
		refused("forbidden", engineer, CmdWaive, machine.Reasoned{Reason: "r"}).
		do(manager, CmdWaive, machine.Reasoned{Reason: "a scratch"}).in(StageRating)
	scheduled(t, "lamp").arrived().do(engineer, CmdQuote, MakeQuote{Items: []Item{{Name: "lamp", Quantity: 1, Price: 1}}}).
		do(resident, CmdDeclineQuote, DeclineQuote{Version: 1, Reason: "too dear"}).in(machine.StageClosed)
	scheduled(t, "lamp").do(engineer, CmdQuote, MakeQuote{Items: []Item{{Name: "lamp", Quantity: 1, Price: 1}}}).
		do(agent, CmdAcceptQuote, Agree{Version: 1, Said: "by phone"}).arrived().in(StagePerforming)
}

// L4: a low rating opens a complaint, and both know of each other.
func TestALowRatingOpensAComplaint_L4(t *testing.T) {
	v := scheduled(t, "leak").arrived().finished().do(resident, CmdRate, Rate{Score: 2, Opinion: "it drips again"}).in(machine.StageClosed)
	if len(v.effects) != 1 || v.effects[0].Name != procedure.EffectOpen || v.effects[0].Then != machine.CmdLink {
		t.Fatalf("effects %+v", v.effects)
	}
	var o procedure.Opening
	var register struct{ Source, Category, What, Phone string }
	if json.Unmarshal(v.effects[0].Payload, &o) != nil || json.Unmarshal(o.Register, &register) != nil {
		t.Fatal("unreadable")
	}
	if o.Kind != "complaint" || register.Source != number || register.Category != "quality" || register.Phone != "13800000000" || register.What != "2/5: it drips again" {
		t.Errorf("opens %+v %+v", o, register)
	}
	v.do(people.TheSystem, machine.CmdLink, procedure.Answer{Result: json.RawMessage(`{"number":"TS-20260303-ABCDE"}`)})
	if len(v.state.Links) != 1 || v.state.Links[0] != "TS-20260303-ABCDE" {
		t.Errorf("links %v", v.state.Links)
	}
	v.refused("rated_already", resident, CmdRate, Rate{Score: 5})
	scheduled(t, "leak").arrived().finished().refused("bad_score", resident, CmdRate, Rate{Score: 6}).
		do(assistant, CmdRate, Rate{Score: 3}).in(machine.StageClosed)
}

// L4: who says nothing is asked once more; then it closes without a rating, which is taken still.
func TestNobodyHasToRate_L4(t *testing.T) {
	v := scheduled(t, "leak").arrived().finished().wait(3 * day).in(StageRating)
	if !v.happened(EvRatingAsked) {
		t.Fatal("not asked once more")
	}
	v.wait(3 * day).in(machine.StageClosed)
	if v.state.Closing.Outcome != Unrated || v.happened(deadline.EvDeadlineBreached) {
		t.Errorf("closed as %s", v.state.Closing.Outcome)
	}
	v.do(resident, CmdRate, Rate{Score: 1}).in(machine.StageClosed)
	if len(v.effects) != 1 {
		t.Error("a late low rating opened no complaint")
	}
	requested(t, "leak").refused("wrong_stage", resident, CmdRate, Rate{Score: 1}).
		do(resident, machine.CmdWithdraw, machine.Reasoned{Reason: "it stopped"}).refused("nothing_to_rate", resident, CmdRate, Rate{Score: 1})
}

// A8, H6: an emergency goes to its department at once, and nobody waits for an appointment.
func TestAnEmergencyGoesAtOnce_A8_H6(t *testing.T) {
	v := newVisit(t).do(agent, machine.CmdRegister, form("burst")).in(StageRequested).do(engineer, CmdTake, Take{}).
		do(engineer, CmdArrive, Arrive{}).in(StagePerforming).finished().in(StageRating)
	if v.happened(EvProposed) {
		t.Error("it waited for an appointment")
	}
	requested(t, "leak").do(agent, CmdAssign, Assign{Department: "engineering"}).do(engineer, CmdTake, Take{}).refused("appointment_first", engineer, CmdArrive, Arrive{})
}

// B6: a complaint that waits is told how its request ended, and revisits by itself.
func TestAComplaintThatWaitsIsSettled_B6(t *testing.T) {
	p := form("leak")
	p.Source = "TS-20260302-7K3F9"
	v := newVisit(t).do(people.TheSystem, machine.CmdRegister, p).do(agent, CmdConfirm, Confirm{Content: "c", Window: tuesday(), Agreed: true}).
		do(engineer, CmdTake, Take{}).arrived().finished().in(machine.StageClosed)
	told := func() (m procedure.Message) {
		t.Helper()
		last := v.effects[len(v.effects)-1]
		if last.Name != procedure.EffectSend || json.Unmarshal(last.Payload, &m) != nil {
			t.Fatalf("effect %+v", last)
		}
		return m
	}
	if m := told(); m.Command != "settle-service" || m.To[0] != p.Source || string(m.Payload) != `{"request":"`+number+`","outcome":"served","done":true}` {
		t.Errorf("told %+v %s", m, m.Payload)
	}
	v = newVisit(t).do(people.TheSystem, machine.CmdRegister, p).do(agent, CmdReject, machine.Reasoned{Reason: "not our wall"}).in(machine.StageClosed)
	if m := told(); string(m.Payload) != `{"request":"`+number+`","outcome":"rejected","done":false}` {
		t.Errorf("told %s", m.Payload)
	}
}

// E1: nobody waits in silence, save for an appointment that they know of.
func TestFollowUps_E1(t *testing.T) {
	v := requested(t, "leak").wait(day)
	if c, _ := v.state.Deadline("follow_up"); !c.Breached {
		t.Fatal("a day of silence is no breach")
	}
	v = scheduled(t, "leak")
	if _, runs := v.state.Deadline("follow_up"); runs {
		t.Error("the customer knows when we come, and is called all the same")
	}
	v.do(agent, machine.CmdContact, machine.Contacted{Channel: machine.Hotline, Said: "see you on Tuesday"})
	if _, runs := v.state.Deadline("follow_up"); runs {
		t.Error("a contact began it anew")
	}
	if v.arrived(); !hasClock(v.state, "follow_up") {
		t.Error("at work, and nobody keeps in touch")
	}
}

func hasClock(s State, key string) bool { _, ok := s.Deadline(key); return ok }

// G8: a request that is reopened is visited again.
func TestReopened_G8(t *testing.T) {
	v := scheduled(t, "leak").arrived().finished().do(resident, CmdRate, Rate{Score: 4}).
		do(resident, machine.CmdReopen, machine.Reasoned{Reason: "it drips again"}).in(StageScheduling).
		do(agent, CmdAppoint, Appoint{Window: wednesday(), Agreed: true}).in(StageScheduled).arrived().finished().
		do(resident, CmdRate, Rate{Score: 5}).in(machine.StageClosed)
	if v.state.Visit.Version != 2 {
		t.Errorf("appointment %+v", v.state.Visit)
	}
}
