package auth

import (
	"context"
	_ "embed"
	"strings"
	"time"
	"unicode/utf8"

	"bihuan/server/failure"

	"github.com/alexedwards/argon2id"
)

//go:embed denied.txt
var deniedText string

// denied are passwords of at least the shortest length that are tried first.
var denied = strings.Fields(deniedText)

// The lengths of a password, in characters.
const (
	ShortestPassword = 12
	LongestPassword  = 128
)

// CheckPassword says whether a password may be used by somebody of these names.
func CheckPassword(password string, names ...string) error {
	weak := failure.Invalid("weak_password")
	length := utf8.RuneCountInString(password)
	if length < ShortestPassword || length > LongestPassword || !utf8.ValidString(password) {
		return weak
	}
	plain := strings.ToLower(password)
	for _, name := range names {
		name, _, _ = strings.Cut(strings.ToLower(name), "@")
		if utf8.RuneCountInString(name) >= 3 && strings.Contains(plain, name) {
			return weak
		}
	}
	if distinct(plain) < 5 {
		return weak
	}
	for _, d := range denied {
		if plain == d || (len(plain) < len(d)+4 && strings.Contains(plain, d)) {
			return weak
		}
	}
	return nil
}

func distinct(s string) int {
	seen := map[rune]bool{}
	for _, r := range s {
		seen[r] = true
	}
	return len(seen)
}

// Cost of one hash: 64 MiB of memory, gone through twice.
var Cost = argon2id.Params{Memory: 64 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	// atOnce is how many hash at the same time: 128 MiB in all.
	atOnce = 2
	// patience is how long to wait for one's turn.
	patience = 5 * time.Second
)

// Hasher hashes passwords, a few at once.
type Hasher struct {
	cost  argon2id.Params
	turn  chan struct{}
	dummy string
}

// NewHasher gives a hasher of a cost.
func NewHasher(cost argon2id.Params) (*Hasher, error) {
	dummy, err := argon2id.CreateHash(NewToken(), &cost)
	return &Hasher{cost: cost, turn: make(chan struct{}, atOnce), dummy: dummy}, err
}

// Dummy is a hash of the usual cost that no password has.
func (h *Hasher) Dummy() string { return h.dummy }

// Hash gives what is kept of a password.
func (h *Hasher) Hash(ctx context.Context, password string) (hash string, err error) {
	err = h.inTurn(ctx, func() (err error) {
		hash, err = argon2id.CreateHash(password, &h.cost)
		return err
	})
	return hash, err
}

// Matches says whether a password has a hash.
func (h *Hasher) Matches(ctx context.Context, password, hash string) (match bool, err error) {
	err = h.inTurn(ctx, func() (err error) {
		match, err = argon2id.ComparePasswordAndHash(password, hash)
		return err
	})
	return match, err
}

func (h *Hasher) inTurn(ctx context.Context, do func() error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case h.turn <- struct{}{}:
	case <-ctx.Done():
		return failure.TooMany("rate_limited").After(patience)
	}
	defer func() { <-h.turn }()
	return do()
}
