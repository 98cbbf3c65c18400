package login

import (
	"context"
	"errors"
	"strings"
	"time"

	"bihuan/postgres"
	"bihuan/server/auth"
	"bihuan/server/failure"
)

// How often something may fail. A browser that logged in before is counted by itself: strangers who guess at
// an account make each other wait, never its owner at their own device.
var (
	byAddress = postgres.Limit{Free: 30, Most: 5 * time.Minute, Forget: time.Minute}
	byAccount = postgres.Limit{Free: 5, Most: 5 * time.Minute, Forget: 10 * time.Minute}
)

// trial is a try that has been counted.
type trial struct{ account, address string }

// attempt counts a try against the account and the address, and refuses it while it has to wait.
func (s *Service) attempt(ctx context.Context, what, account string, from Caller) (trial, error) {
	t := trial{account: s.Sealer.Sign("attempt", what+" "+account)}
	if s.knows(from.Device, account) {
		t.account = s.Sealer.Sign("attempt", what+" "+account+" "+from.Device)
	} else {
		t.address = s.Sealer.Sign("attempt", "address "+from.Address)
		if err := s.count(ctx, t.address, byAddress); err != nil {
			return t, err
		}
	}
	return t, s.count(ctx, t.account, byAccount)
}

func (s *Service) count(ctx context.Context, subject string, l postgres.Limit) error {
	wait, err := s.Store.Attempt(ctx, subject, l, s.Now())
	if err != nil || wait == 0 {
		return err
	}
	return failure.TooMany("rate_limited").After(wait)
}

// succeeded takes the count back. Of an address only this try: one who has an account of their own must not
// wash away their guesses at others'.
func (s *Service) succeeded(ctx context.Context, t trial) error {
	err := s.Store.Forgive(ctx, t.account)
	if t.address != "" {
		err = errors.Join(err, s.Store.Pardon(ctx, t.address))
	}
	return err
}

const sealDevice = "device of "

// device marks a browser in which a person has logged in.
func (s *Service) device(staffID string) string {
	nonce := auth.NewToken()
	return nonce + "." + s.Sealer.Sign(sealDevice+staffID, nonce)
}

// knows says whether a browser was marked for an account.
func (s *Service) knows(device, account string) bool {
	nonce, code, ok := strings.Cut(device, ".")
	return ok && s.Sealer.Signed(sealDevice+account, nonce, code)
}
