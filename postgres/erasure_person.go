package postgres

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"

	"bihuan/directory"
	"bihuan/procedure"
	"bihuan/procedure/people"
)

// Person is everything that is held of one person, as they may ask for it. I5
type Person struct {
	Phone     string            `json:"phone"`
	Cases     []PersonCase      `json:"cases"`
	Directory []directory.Owner `json:"directory"`
}

// PersonCase is a case of theirs with all of its events and what they were told.
type PersonCase struct {
	Case    *Case             `json:"case"`
	Events  []procedure.Event `json:"events"`
	Notices []Notice          `json:"notices"`
}

// ErrNotAPhone means that what should be a phone number is none.
var ErrNotAPhone = &Error{code: "not_a_phone"}

// Person gathers what is held of whoever has a number, however it is written.
func (db *DB) Person(ctx context.Context, phone string) (p Person, err error) {
	p.Phone, _ = directory.NormalPhone(phone)
	numbers, err := db.NumbersByPhone(ctx, phone)
	if err != nil {
		return p, err
	}
	for _, number := range numbers {
		evidence, err := db.Evidence(ctx, number)
		if err != nil {
			return p, err
		}
		told, err := collect(ctx, db, "notices of a person", `
SELECT `+noticeColumns+` FROM notices WHERE number = $1 AND complainant ORDER BY seq, index, channel`, []any{number}, scanNotice)
		if err != nil {
			return p, err
		}
		p.Cases = append(p.Cases, PersonCase{Case: evidence.Case, Events: evidence.Events, Notices: told})
	}
	p.Directory, err = db.OwnersByPhone(ctx, []string{people.AllCommunities}, p.Phone)
	return p, err
}

// NumbersByPhone lists the cases that have, or had before it was corrected, a number, however it is written.
func (db *DB) NumbersByPhone(ctx context.Context, phone string) ([]string, error) {
	phone, ok := directory.NormalPhone(phone)
	if !ok {
		return nil, ErrNotAPhone
	}
	type written struct{ number, phone string }
	found, err := collect(ctx, db, "numbers by phone", `
SELECT number, phone FROM cases WHERE phone_end(phone) = phone_end($1)
UNION
SELECT number, data ->> 'phone' FROM events
WHERE type IN ('registered', 'clarified') AND phone_end(data ->> 'phone') = phone_end($1)
ORDER BY 1`, []any{phone}, func(row pgx.CollectableRow) (w written, err error) {
		err = row.Scan(&w.number, &w.phone)
		return w, err
	})
	var numbers []string
	for _, w := range found {
		if normal, ok := directory.NormalPhone(w.phone); ok && normal == phone {
			numbers = append(numbers, w.number)
		}
	}
	return slices.Compact(numbers), err
}
