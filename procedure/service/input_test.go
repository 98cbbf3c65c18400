package service_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/calendar"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	. "bihuan/procedure/service"
	"bihuan/procedure/violation"
)

// wrong gives a command that must be refused with a code, about a field by its path.
func (v *visit) wrong(code, field string, a people.Actor, name string, payload any) *visit {
	v.t.Helper()
	events := len(v.events)
	var r *procedure.Refusal
	if err := v.give(v.command(a, name, payload)); !errors.As(err, &r) || r.Code != code || r.Args["field"] != field {
		v.t.Errorf("%s in %q: %v, want %s at %s", name, v.state.Stage, sentence(err), code, field)
	}
	if len(v.events) != events {
		v.t.Errorf("%s was refused and %v happened", name, v.events[events:])
	}
	return v
}

// L1: what is wrong with an application is named by its path.
func TestBadApplications_L1(t *testing.T) {
	with := func(answers ...Filled) Register {
		r := public(form("lamp"))
		r.Form = answers
		return r
	}
	place := Filled{ID: "place", Value: "hall"}
	wish := func(from, to string) Register {
		r := public(form("lamp"))
		r.Wish = &Window{From: shanghai(from), To: shanghai(to)}
		return r
	}
	category := public(form("boat"))
	for _, x := range []struct {
		code, field string
		payload     Register
	}{
		{"unknown_category", "category", category},
		{"bad_form", "form.place", with()},
		{"bad_form", "form.place", with(Filled{ID: "place", Value: " \n"})},
		{"bad_form", "form.place", with(Filled{ID: "place", Value: strings.Repeat("长", Longest+1)})},
		{"bad_form", "form.colour", with(place, Filled{ID: "colour", Value: strings.Repeat("x", Longest+1)})},
		{"bad_form", "form.count", with(place, Filled{ID: "count", Value: "-1"})},
		{"bad_form", "form.since", with(place, Filled{ID: "since", Value: "2026-02-30"})},
		{"bad_form", "form.phone", with(place, Filled{ID: "phone", Value: "call me"})},
		{"bad_form", "form.boat", with(place, Filled{ID: "boat", Value: "x"})},
		{"bad_form", "form.place", with(place, place)},
		{"appointment_in_past", "wish.from", wish("2026-03-01 09:00", "2026-03-01 10:00")},
		{"appointment_no_window", "wish.to", wish("2026-03-03 10:00", "2026-03-03 09:00")},
		{"appointment_no_window", "wish.to", wish("2026-03-03 09:00", "2026-03-03 22:00")},
		{"appointment_too_far", "wish.to", wish("2028-03-03 09:00", "2028-03-03 10:00")},
	} {
		newVisit(t).wrong(x.code, x.field, resident, machine.CmdRegister, x.payload)
	}
	newVisit(t).do(resident, machine.CmdRegister, with(Filled{ID: "place", Value: strings.Repeat("长", Longest)}))
	v := newVisit(t)
	var r *procedure.Refusal
	if err := v.give(v.command(resident, machine.CmdRegister, with(Filled{ID: "count", Value: "two"}, Filled{ID: "boat", Value: "x"}))); !errors.As(err, &r) {
		t.Fatal(err)
	}
	var all []string
	for _, f := range violation.Read(r.Args["faults"]) {
		all = append(all, f.Path+" "+f.Code)
	}
	if !slices.Equal(all, []string{"form.boat not_asked", "form.place needed", "form.count not_fitting"}) {
		t.Errorf("the faults are %v", all)
	}
}

// L2, L3: a time in the past, on a holiday, on a Sunday, in the lunch break, or after work is refused, to either side; of
// two who move one appointment the second is told which one is the newest.
func TestBadAppointments_L2_L3(t *testing.T) {
	at := func(from, to string) Window { return Window{From: shanghai(from), To: shanghai(to)} }
	v := requested(t, "leak")
	v.state.Policy.Calendar.Years = []calendar.Year{{Year: 2026, Holidays: []calendar.Date{calendar.NewDate(2026, time.March, 4)}}}
	confirm := func(w Window) Confirm { return Confirm{Content: "see to it", Window: w} }
	v.wrong("appointment_in_past", "from", agent, CmdConfirm, confirm(at("2026-03-01 09:00", "2026-03-01 10:00"))).
		wrong("missing_field", "from", agent, CmdConfirm, confirm(Window{})).
		wrong("appointment_outside_hours", "from", agent, CmdConfirm, confirm(at("2026-03-04 14:00", "2026-03-04 16:00"))).
		wrong("appointment_outside_hours", "from", agent, CmdConfirm, confirm(at("2026-03-08 09:00", "2026-03-08 10:00"))).
		wrong("appointment_outside_hours", "from", agent, CmdConfirm, confirm(at("2026-03-03 11:00", "2026-03-03 14:00"))).
		wrong("missing_field", "content", agent, CmdConfirm, Confirm{Window: tuesday()})
	v.do(agent, CmdConfirm, confirm(tuesday())).
		wrong("appointment_outside_hours", "from", resident, CmdAppoint, Appoint{Version: 1, Window: at("2026-03-03 19:00", "2026-03-03 20:00"), Reason: "work"}).
		do(resident, CmdAppoint, Appoint{Version: 1, Window: at("2026-03-05 09:00", "2026-03-05 10:00"), Reason: "away"}).
		wrong("appointment_changed", "version", agent, CmdAppoint, Appoint{Version: 1, Window: at("2026-03-06 09:00", "2026-03-06 10:00"), Reason: "the van"}).
		wrong("appointment_changed", "version", agent, CmdAgree, Agree{Version: 1}).
		do(agent, CmdAgree, Agree{Version: 2}).in(StageScheduled)
	if v.state.Visit.Version != 2 || !v.state.Visit.From.Equal(shanghai("2026-03-05 09:00")) {
		t.Errorf("the second one moved it: %+v", v.state.Visit)
	}
}

// L3, L4: a quote with a price below nothing, accepted twice or after a newer one, a payment of too much and a rating of
// 0 or 6 are refused by their paths.
func TestBadQuotesPaymentsAndRatings_L3_L4(t *testing.T) {
	item := func(quantity, price int64) MakeQuote {
		return MakeQuote{Items: []Item{{Name: "lamp", Quantity: 1, Price: 1}, {Name: "work", Quantity: quantity, Price: price}}}
	}
	v := scheduled(t, "lamp").arrived().in(StageQuoting)
	v.wrong("bad_price", "items[1].price", engineer, CmdQuote, item(1, -1)).
		wrong("bad_quantity", "items[1].quantity", engineer, CmdQuote, item(0, 1)).
		wrong("missing_field", "items", engineer, CmdQuote, MakeQuote{}).
		do(engineer, CmdQuote, item(1, 100)).do(engineer, CmdQuote, item(1, 200)).
		wrong("quote_changed", "version", resident, CmdAcceptQuote, Agree{Version: 1}).
		do(resident, CmdAcceptQuote, Agree{Version: 2}).
		wrong("no_quote", "", resident, CmdAcceptQuote, Agree{Version: 2}).
		wrong("no_quote", "", resident, CmdDeclineQuote, DeclineQuote{Version: 2, Reason: "r"}).
		wrong("missing_field", "result", engineer, CmdFinish, Finish{}).
		do(engineer, CmdFinish, Finish{Result: "done"}).
		wrong("wrong_amount", "amount", agent, CmdPay, Pay{Method: "cash", Amount: 202}).
		wrong("unknown_payment", "method", agent, CmdPay, Pay{Method: "shells", Amount: 201}).
		do(agent, CmdPay, Pay{Method: "cash", Amount: 201}).in(StageRating)
	for _, score := range []int{-1, 0, 6} {
		v.wrong("bad_score", "score", resident, CmdRate, Rate{Score: score})
	}
	v.do(resident, CmdRate, Rate{Score: 5}).wrong("rated_already", "", resident, CmdRate, Rate{Score: 5})
}

// L3: before the deadline of an answer the customer is reminded of what waits for it, once, and the desk too.
func TestTheCustomerIsRemindedToAnswer_L3(t *testing.T) {
	count := func(v *visit, template string) int {
		return len(slices.DeleteFunc(v.told(customer), func(s string) bool { return s != template }))
	}
	v := requested(t, "lamp").do(agent, CmdConfirm, Confirm{Content: "a lamp", Window: tuesday()}).in(StageScheduling)
	if v.wait(17 * time.Hour); count(v, "appointment-proposed") != 1 {
		t.Fatalf("reminded too early: %v", v.told(customer))
	}
	if v.wait(6 * time.Hour); count(v, "appointment-proposed") != 2 {
		t.Errorf("told %v", v.told(customer))
	}
	v = scheduled(t, "lamp").arrived().do(engineer, CmdQuote, MakeQuote{Items: []Item{{Name: "lamp", Quantity: 1, Price: 100}}})
	if v.wait(23 * time.Hour); count(v, "quote") != 2 || !slices.Contains(v.told(procedure.Recipient{Role: people.Agent}), "warning") {
		t.Errorf("told %v", v.told(customer))
	}
}
