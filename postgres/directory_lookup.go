package postgres

import (
	"cmp"
	"context"
	"slices"
	"time"

	"bihuan/directory"
)

// Place is a room as anybody writes it.
type Place struct{ Community, Building, Room string }

// CasesNear lists, the newest first, the cases from any of the numbers (normalised) or about any of the
// rooms, of communities: those that are open and those closed since. N1, N4
func (db *DB) CasesNear(ctx context.Context, communities, phones []string, places []Place, since time.Time) ([]Case, error) {
	var found []Case
	if len(phones) > 0 {
		near, err := db.candidates(ctx, communities, since, "phone_end(c.phone) = ANY (SELECT phone_end(unnest($3::text[])))", phones)
		if err != nil {
			return nil, err
		}
		found = append(found, slices.DeleteFunc(near, func(c Case) bool {
			phone, ok := directory.NormalPhone(c.Phone)
			return !ok || !slices.Contains(phones, phone)
		})...)
	}
	for _, p := range places {
		near, err := db.candidates(ctx, communities, since, `c.room IS NOT NULL AND c.community = $3
AND place_letters(c.building) = place_letters($4) AND place_letters(c.room) = place_letters($5)`, p.Community, p.Building, p.Room)
		if err != nil {
			return nil, err
		}
		found = append(found, slices.DeleteFunc(near, func(c Case) bool { return !p.is(c) })...)
	}
	slices.SortFunc(found, func(a, b Case) int {
		return cmp.Or(b.RegisteredAt.Compare(a.RegisteredAt), cmp.Compare(b.Number, a.Number))
	})
	return slices.CompactFunc(found, func(a, b Case) bool { return a.Number == b.Number }), nil
}

func (p Place) is(c Case) bool {
	return directory.PlaceKey(c.Building) == directory.PlaceKey(p.Building) && directory.PlaceKey(c.Room) == directory.PlaceKey(p.Room)
}

func (db *DB) candidates(ctx context.Context, communities []string, since time.Time, near string, args ...any) ([]Case, error) {
	return collect(ctx, db, "cases near", `
SELECT `+caseRow+` FROM cases c
WHERE`+mine+`AND (c.open OR c.closed_at > $2) AND `+near+`
ORDER BY c.registered_at DESC, c.number DESC LIMIT 200`, append([]any{some(communities), since}, args...), scanCase)
}
