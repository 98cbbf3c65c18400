package desk

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/number"
	"bihuan/server/contract"
)

// lead is what of a command names the complaint to merge into.
type lead struct {
	Community string `json:"community"`
	AttachTo  string `json:"attach_to"`
	Into      string `json:"into"`
}

// mergeable refuses at once what the other complaint would turn away a moment later: it does not exist, is
// another community's, or closed. While nobody can say, the two complaints find out by themselves. A11
func (d *Desk) mergeable(ctx context.Context, community string, body []byte) error {
	var p lead
	if json.Unmarshal(body, &p) != nil || p.AttachTo == "" && p.Into == "" {
		return nil
	}
	written := cmp.Or(p.AttachTo, p.Into)
	n, ok := number.Parse(written)
	if !ok {
		return procedure.Invalid("unknown_complaint", "number", written)
	}
	found, err := d.Fresh(ctx, n)
	switch code := FailureOf(err).Code; {
	case err == nil:
	case code == "not_found":
		return procedure.Invalid("unknown_complaint", "number", written)
	default:
		return nil
	}
	c, ok := found.State().(complaint.State)
	switch {
	case !ok || c.Record.Community != cmp.Or(community, p.Community):
		return procedure.Invalid("unknown_complaint", "number", written)
	case !c.Open() && (c.Closing == nil || c.Closing.Outcome != complaint.Merged):
		return procedure.Conflict("lead_closed", "into", n)
	}
	return nil
}

// nameable refuses at once complaints that do not exist or are another community's. While nobody can say,
// they are named all the same. M3
func (d *Desk) nameable(ctx context.Context, community string, body []byte) error {
	var p struct {
		Community  string   `json:"community"`
		Complaints []string `json:"complaints"`
	}
	if json.Unmarshal(body, &p) != nil {
		return nil // the procedure says what is wrong with it
	}
	if community == "" {
		community = p.Community
	}
	for _, written := range p.Complaints {
		n, ok := number.Parse(written)
		of, err := "", ErrNotFound
		if ok {
			of, err = d.Community(ctx, n)
		}
		if errors.Is(err, ErrNotFound) || err == nil && of != community {
			return procedure.Invalid("unknown_complaint", "number", written)
		}
	}
	return nil
}

// namers are the commands that name complaints.
var namers = []string{improvement.CmdAccept, improvement.CmdName}

// Asks refuses at once what another case would turn away, or that there is none.
func (d *Desk) Asks(ctx context.Context, op *contract.Operation, community string, body []byte) error {
	switch {
	case op.Kind.Name == "improvement" && (op.Registers() || slices.Contains(namers, op.Command)):
		return d.nameable(ctx, community, body)
	case op.Kind.Name == "complaint":
		return d.mergeable(ctx, community, body)
	case op.Kind.Name == "inquiry" && op.Command == inquiry.CmdTurn:
		return d.turnable(community, body)
	}
	return nil
}

// turnable refuses at once a category that the case which an inquiry turns into would not have. K3
func (d *Desk) turnable(community string, body []byte) error {
	var p inquiry.Turn
	known, ok := d.Settings.For(community)
	if !ok || json.Unmarshal(body, &p) != nil {
		return nil
	}
	_, found := known.Category(p.Category)
	leaf := known.Leaf(p.Category)
	if p.Into == "service" {
		_, found = known.Service.Category(p.Category)
		leaf = known.Service.Leaf(p.Category)
	}
	if !found || !leaf {
		return procedure.Invalid("unknown_category", "category", p.Category)
	}
	return nil
}
