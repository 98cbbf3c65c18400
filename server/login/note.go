package login

import (
	"context"
	"errors"

	"bihuan/postgres"
	"bihuan/server/auth"
	"bihuan/server/failure"
)

const logIn = "log_in"

func endSessions(staffID string) postgres.Access {
	return postgres.Access{What: "end_sessions", Staff: staffID}
}

// DoerOf says how a person acts, for the access log.
func DoerOf(p auth.Person) postgres.Doer {
	if p.Session == nil {
		return postgres.Doer{Staff: p.ID, Via: postgres.ViaToken}
	}
	return postgres.Doer{Staff: p.ID, Via: postgres.ViaSession}
}

// noted puts on record how a try to prove who somebody is ended; nobody gets in of whom that cannot be. What came too
// early was no try, and names that nobody has are not kept: people type passwords there. N2
func (s *Service) noted(ctx context.Context, a postgres.Access, o Opened, err error) (Opened, error) {
	var refusal *failure.Failure
	switch {
	case err == nil:
		a.By = a.Staff
	case errors.As(err, &refusal) && refusal.Wait == 0:
		a.Refused = refusal.Code
	default:
		return o, err
	}
	if unnoted := s.Store.NoteAccess(ctx, a); unnoted != nil {
		return Opened{}, errors.Join(err, unnoted)
	}
	return o, err
}
