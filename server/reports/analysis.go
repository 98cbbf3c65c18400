package reports

import (
	"cmp"
	"context"

	"bihuan/procedure/people"
	"bihuan/procedure/statistics"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/forms"
)

// Analysis looks at a period in a community of the actor's, or in all of them. Rooms are masked: who must
// know opens the household's complaints. N1
func (r *Reports) Analysis(ctx context.Context, a people.Actor, community string, p statistics.Period, limit int) (forms.Analysed, error) {
	places, err := r.period(a, community, p)
	if err != nil {
		return forms.Analysed{}, err
	}
	before, err := p.Before()
	if err != nil {
		return forms.Analysed{}, failure.Invalid("bad_value").On("to").Because(err)
	}
	rules := r.Settings.Analysis()
	found, err := r.Figures.Analyse(ctx, p, places, rules)
	if err != nil {
		return forms.Analysed{}, err
	}
	out := forms.Analysed{Period: p, Before: before, Percent: rules.Percent}
	for _, place := range places {
		out.Communities = append(out.Communities, place.Community)
	}
	if out.Uncompared, err = r.uncompared(ctx, before, places, out.Communities); err != nil {
		return out, err
	}
	shown := min(len(found), cmp.Or(limit, desk.DefaultLimit))
	out.Findings, out.More = found[:shown], len(found)-shown
	for i := range out.Findings {
		out.Findings[i].Watch.Room = people.MaskRoom(out.Findings[i].Watch.Room)
	}
	return out, err
}

// uncompared names the communities whose records begin after the period to compare with did: there everything would
// seem to have become more. M2
func (r *Reports) uncompared(ctx context.Context,
	before statistics.Period, places []statistics.Place, communities []string) (found []string, err error) {
	first, err := r.Figures.FirstDay(ctx, communities)
	if err != nil {
		return nil, err
	}
	for i, place := range places {
		span, err := before.In(place)
		if err != nil {
			return nil, err
		}
		if first[i].After(span.From.AddDate(0, 0, quietDays)) {
			found = append(found, place.Community)
		}
	}
	return found, nil
}

// quietDays is how many days nobody may have complained before records are taken to have begun later.
const quietDays = 7
