package service

import (
	"fmt"
	"slices"
	"strconv"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// What one item may cost and how often it may be there: totals stay far from overflowing.
const (
	dearest = 100_000_000 // fen: a million yuan
	most    = 10_000
)

// quote says what it will cost. Made while work is done already, it stops the work until it is answered.
func (d *decision) quote(p MakeQuote) error {
	if len(p.Items) == 0 {
		return machine.Missing("items")
	}
	var total int64
	for i, item := range p.Items {
		switch {
		case machine.Blank(item.Name):
			return machine.Missing(fmt.Sprintf("items[%d].name", i))
		case item.Quantity < 1 || item.Quantity > most:
			return procedure.Invalid("bad_quantity", "item", item.Name, "most", strconv.Itoa(most), "field", fmt.Sprintf("items[%d].quantity", i))
		case item.Price < 0 || item.Price > dearest:
			return procedure.Invalid("bad_price", "item", item.Name, "most", yuan(dearest), "field", fmt.Sprintf("items[%d].price", i))
		}
		total += item.Quantity * item.Price
	}
	version := 1
	if d.Quote != nil {
		version = d.Quote.Version + 1
	}
	d.Emit(EvQuoted, Quote{Version: version, Items: p.Items, Total: total, Note: p.Note})
	if d.Stage == StagePerforming {
		machine.Enter(d, StageQuoting)
	}
	return nil
}

// answering refuses an answer to a quote that is no longer the one.
func (d *decision) answering(version int) error {
	if version != d.Quote.Version {
		return procedure.Conflict("quote_changed", "version", strconv.Itoa(d.Quote.Version), "field", "version")
	}
	return nil
}

// acceptQuote lets the work begin, or go on.
func (d *decision) acceptQuote(p Agree) error {
	if err := d.answering(p.Version); err != nil {
		return err
	}
	d.Emit(EvQuoteAccepted, p)
	d.goOn()
	return nil
}

// declineQuote ends the request, or has what is free done all the same.
func (d *decision) declineQuote(p DeclineQuote) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	if err := d.answering(p.Version); err != nil {
		return err
	}
	d.Emit(EvQuoteDeclined, p)
	if p.GoOn {
		d.goOn()
		return nil
	}
	machine.End(d, QuoteDeclined, p.Reason)
	return nil
}

// goOn goes on with the work when somebody waits on site for the answer to a quote.
func (d *decision) goOn() {
	if d.Stage == StageQuoting {
		d.begin()
	}
}

func (d *decision) record(p Record) error { // L3
	if machine.Blank(p.Note) {
		return machine.Missing("note")
	}
	d.Emit(EvRecorded, p)
	return nil
}

// finish ends the work, with its result and the evidence that the category wants. L3, C5
func (d *decision) finish(p Finish) error {
	if machine.Blank(p.Result) {
		return machine.Missing("result")
	}
	if d.category().Evidence && !slices.ContainsFunc(p.Evidence, func(e string) bool { return !machine.Blank(e) }) {
		return procedure.Conflict("evidence_needed", "field", "evidence")
	}
	d.Emit(EvFinished, p)
	d.settled()
	return nil
}

// settled goes on when nothing is owed: a customer is asked how it was; a complaint that waits for the
// request has its own revisit, and goes on. L4, B6
func (d *decision) settled() {
	switch {
	case !d.Done:
	case d.ToPay() > 0:
		if d.Stage != StageSettling {
			machine.Enter(d, StageSettling)
		}
	case d.fromComplaint():
		machine.End(d, Served, "")
	default:
		machine.Enter(d, StageRating)
	}
}

// pay records a payment.
func (d *decision) pay(p Pay) error {
	switch {
	case !slices.Contains(Methods, p.Method):
		return procedure.Invalid("unknown_payment", "method", p.Method, "field", "method")
	case d.ToPay() == 0:
		return procedure.Conflict("nothing_to_pay")
	case p.Amount < 1 || p.Amount > d.ToPay():
		return procedure.Conflict("wrong_amount", "amount", yuan(d.ToPay()), "field", "amount")
	}
	d.Emit(EvPaid, p)
	d.settled()
	return nil
}

// yuan writes an amount in fen as people do.
func yuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

// waive lets a charge go, which a leader decides.
func (d *decision) waive(p machine.Reasoned) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	d.Emit(EvWaived, p)
	d.settled()
	return nil
}

// rate is the feedback form; a request that closed without one takes it still. L4
func (d *decision) rate(p Rate) error {
	if p.Score < 1 || p.Score > 5 {
		return procedure.Invalid("bad_score", "field", "score")
	}
	d.Emit(EvRated, p)
	if d.Stage == StageRating {
		machine.End(d, Served, "")
	}
	return nil
}

// askRating asks once more how it was, and closeUnrated asks no longer. L4
func (d *decision) askRating(p deadline.TimeUp) error {
	if _, err := d.Passed(d, p, deadline.WhenDue); err != nil {
		return err
	}
	d.Emit(EvRatingAsked, struct{}{})
	return nil
}

func (d *decision) closeUnrated(p deadline.TimeUp) error {
	if _, err := d.Passed(d, p, deadline.WhenDue); err != nil {
		return err
	}
	machine.End(d, Unrated, "")
	return nil
}

// low says whether a rating is so low that it is a complaint. L4
func (s State) low(score int) bool {
	return score <= s.Settings().LowRating && s.Rating != nil && s.Rating.By.Role != people.System
}
