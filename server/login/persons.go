package login

import (
	"context"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/auth"
)

// Source reads who may act, and by which tokens and sessions, from the database.
func Source(db *postgres.DB) auth.Source {
	return func(ctx context.Context) ([]auth.Person, error) {
		staff, err := db.Staff(ctx)
		if err != nil {
			return nil, err
		}
		standings, err := db.Standings(ctx)
		if err != nil {
			return nil, err
		}
		sessions, err := db.Sessions(ctx)
		if err != nil {
			return nil, err
		}
		return persons(staff, standings, sessions), nil
	}
}

// persons puts together what is known of everybody who may act.
func persons(staff []postgres.Staff, standings []postgres.Standing, sessions []postgres.Session) []auth.Person {
	standing := make(map[string]postgres.Standing, len(standings))
	for _, s := range standings {
		standing[s.StaffID] = s
	}
	of := map[string][]auth.Session{}
	for _, s := range sessions {
		of[s.StaffID] = append(of[s.StaffID], sessionOf(s))
	}
	var all []auth.Person
	for _, s := range staff {
		if s.Disabled {
			continue
		}
		p := personOf(s)
		p.Sessions = of[s.ID]
		p.MustChange, p.HasSecond = standing[s.ID].MustChange, standing[s.ID].HasSecond
		all = append(all, p)
	}
	return all
}

func personOf(s postgres.Staff) auth.Person {
	p := auth.Person{
		Actor:    people.Actor{ID: s.ID, Name: s.Name, Roles: s.Roles, Communities: s.Communities, Department: s.Department},
		Language: s.Language, Email: s.Email,
	}
	for _, t := range s.Tokens {
		token := auth.Token{ID: t.ID, Label: t.Label, Created: t.CreatedAt, Expires: orNever(t.ExpiresAt), ReadOnly: t.ReadOnly, Community: t.Community}
		if copy(token.Hash[:], t.Hash) == len(token.Hash) {
			p.Tokens = append(p.Tokens, token)
		}
	}
	return p
}

func orNever(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func sessionOf(s postgres.Session) auth.Session {
	out := auth.Session{
		ID: s.ID, Method: s.Method, Second: s.Second, Agent: s.Agent, Created: s.CreatedAt, Seen: s.SeenAt, Expires: s.ExpiresAt,
	}
	copy(out.Hash[:], s.Hash) // the database checks the length
	return out
}
