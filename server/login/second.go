package login

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"bihuan/postgres"
	"bihuan/server/auth"
)

// longestCode is how much is read of what is typed as a code.
const longestCode = 64

const sealSecond = "second factor of "

// Verify proves the second factor by a code of it, or by a recovery code. A code opens once.
func (s *Service) Verify(ctx context.Context, who auth.Person, code string, from Caller) (Opened, error) {
	if who.Session == nil {
		return Opened{}, errSession
	}
	account, err := s.Store.Account(ctx, who.ID)
	if err != nil {
		return Opened{}, err
	}
	if account.TOTPSecret == nil {
		return Opened{}, errNoSecond
	}
	o, err := s.byCode(ctx, who, account.TOTPSecret, cut(code, longestCode), from)
	return s.noted(ctx, postgres.Access{Via: postgres.ViaSession, What: "second_factor", Staff: who.ID, Address: from.Address}, o, err)
}

func (s *Service) byCode(ctx context.Context, who auth.Person, sealed []byte, code string, from Caller) (Opened, error) {
	tried, err := s.attempt(ctx, "code", who.ID, from)
	if err != nil {
		return Opened{}, err
	}
	secret, err := s.Sealer.Unseal(sealSecond+who.ID, sealed)
	if err != nil {
		return Opened{}, fmt.Errorf("the second factor was sealed with another login key: %w", err)
	}
	if err := s.spend(ctx, who.ID, secret, code); err != nil {
		return Opened{}, err
	}
	if err := s.succeeded(ctx, tried); err != nil {
		return Opened{}, err
	}
	return s.rotated(ctx, who, true)
}

// spend uses up a code. One that was used before is as wrong as any other.
func (s *Service) spend(ctx context.Context, staffID, secret, code string) error {
	var err error
	if step, ok := auth.StepOf(secret, code, s.Now()); ok {
		err = s.Store.UseStep(ctx, staffID, step)
	} else {
		err = s.Store.UseRecovery(ctx, staffID, auth.RecoveryHash(code))
	}
	if errors.Is(err, postgres.ErrNotFound) {
		return errCode
	}
	return err
}

// Offer is a second factor to be set up. It is shown once.
type Offer struct {
	Secret string
	URI    string
}

// Groups cuts the secret into pieces that can be typed.
func (o Offer) Groups() []string {
	var groups []string
	for group := range slices.Chunk([]byte(o.Secret), 4) {
		groups = append(groups, string(group))
	}
	return groups
}

// Offer draws a second factor for a person who has none.
func (s *Service) Offer(ctx context.Context, who auth.Person) (Offer, error) {
	switch {
	case who.Session == nil:
		return Offer{}, errSession
	case who.HasSecond:
		return Offer{}, errSecondThere
	}
	secret := auth.NewSecond()
	if err := s.Store.OfferSecond(ctx, who.ID, s.Sealer.Seal(sealSecond+who.ID, secret)); err != nil {
		return Offer{}, err
	}
	return Offer{Secret: secret, URI: auth.SecondURI(secret, who.ID)}, nil
}

// Offered gives the offer that is still open; it fails where there is none.
func (s *Service) Offered(ctx context.Context, who auth.Person) (Offer, error) {
	offer, _, err := s.offered(ctx, who)
	return offer, err
}

// offered gives the offer that is still open, so that a wrong code does not make the person scan again.
func (s *Service) offered(ctx context.Context, who auth.Person) (Offer, []byte, error) {
	account, err := s.Store.Account(ctx, who.ID)
	if err != nil {
		return Offer{}, nil, err
	}
	if account.TOTPPending == nil {
		return Offer{}, nil, errNoSecond
	}
	secret, err := s.Sealer.Unseal(sealSecond+who.ID, account.TOTPPending)
	return Offer{Secret: secret, URI: auth.SecondURI(secret, who.ID)}, account.TOTPPending, err
}

// Confirm sets up the offered second factor once its first code is right, and gives the recovery codes, this once.
func (s *Service) Confirm(ctx context.Context, who auth.Person, code string, from Caller) (Opened, []string, error) {
	if who.Session == nil {
		return Opened{}, nil, errSession
	}
	offer, sealed, err := s.offered(ctx, who)
	if err != nil {
		return Opened{}, nil, err
	}
	tried, err := s.attempt(ctx, "code", who.ID, from)
	if err != nil {
		return Opened{}, nil, err
	}
	step, ok := auth.StepOf(offer.Secret, cut(code, longestCode), s.Now())
	if !ok {
		return Opened{}, nil, errCode
	}
	codes, hashes := auth.NewRecovery()
	if err := s.Store.ConfirmSecond(ctx, who.ID, sealed, step, hashes); errors.Is(err, postgres.ErrNotFound) {
		return Opened{}, nil, errSecondThere
	} else if err != nil {
		return Opened{}, nil, err
	}
	// Whoever else is in by the password alone has to prove the new factor too.
	if err := errors.Join(s.succeeded(ctx, tried), s.Store.EndSessions(ctx, who.ID, who.Session.ID)); err != nil {
		return Opened{}, nil, err
	}
	opened, err := s.rotated(ctx, who, true)
	return opened, codes, err
}
