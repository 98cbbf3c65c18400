package reports

import (
	"cmp"
	"context"
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/server/desk"
	"bihuan/server/forms"
	"bihuan/server/paper"
	"bihuan/server/view"
)

// CaseForm fills a form of the case that the call is about, as far as its caller may see it. N1
func (r *Reports) CaseForm(ctx context.Context, fill func(forms.Desk, forms.Case) paper.Document, lang string) (paper.Document, error) {
	in := desk.CallOf(ctx)
	c, err := r.Fresh(ctx, in.Number)
	if err != nil {
		return paper.Document{}, err
	}
	state, ok := c.State().(complaint.State)
	if !ok { // a case of another kind has forms of its own
		return paper.Document{}, desk.ErrNotFound
	}
	events, err := r.AllEvents(ctx, in.Number)
	if err != nil {
		return paper.Document{}, err
	}
	desk := r.Locale(cmp.Or(lang, in.Language), state.Record.Community)
	return fill(desk, seen(forms.Case{State: state, Events: events}, in.Actor)), nil
}

// seen leaves of a case what an actor may see of it, as the case and its timeline do. N1
func seen(c forms.Case, a people.Actor) forms.Case {
	shown := view.Complaint(c.State, a)
	c.State.Record, c.State.Judgement = shown.Record, shown.Judgement
	if complaint.Sees(c.State, a) != complaint.SeesAll {
		c.Events = slices.DeleteFunc(c.Events, func(e procedure.Event) bool { return !slices.Contains(view.Departmental, e.Type) })
	}
	return c
}
