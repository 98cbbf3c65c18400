// Package auth knows who calls: staff by their personal API token. What it knows is held in memory
// and refreshed from the database, so that it goes on knowing while the database is down.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"bihuan/procedure/people"
)

// prefix makes a token recognisable, to people and to secret scanners.
const prefix = "bh_"

// ErrUnknown says that nobody is known by a token.
var ErrUnknown = errors.New("unknown, expired or revoked token")

// ErrNotLoaded says that nobody is known yet, because the database has not been reached since start.
var ErrNotLoaded = errors.New("staff not loaded yet")

// Hash is what is kept of a token.
type Hash = [sha256.Size]byte

// NewToken draws a token of 256 random bits.
func NewToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return prefix + base64.RawURLEncoding.EncodeToString(b[:])
}

// HashOf gives what is kept of a token. A random token needs no slow hash.
func HashOf(token string) Hash { return sha256.Sum256([]byte(token)) }

// Person is a member of staff who may act.
type Person struct {
	people.Actor
	Language string
	Tokens   []Token
}

// Token is one live token of a person.
type Token struct {
	Hash    Hash
	Expires time.Time // zero: never
}

// Source gives everybody who may act, with their live tokens.
type Source func(context.Context) ([]Person, error)

// Directory answers who a token belongs to.
type Directory struct {
	source Source
	known  atomic.Pointer[map[Hash]entry]
}

type entry struct {
	person  *Person
	expires time.Time
}

// NewDirectory gives a directory that knows nobody until it is refreshed.
func NewDirectory(source Source) *Directory { return &Directory{source: source} }

// Refresh replaces what is known. When the source fails, what was known stays.
func (d *Directory) Refresh(ctx context.Context) error {
	staff, err := d.source(ctx)
	if err != nil {
		return fmt.Errorf("refresh staff: %w", err)
	}
	known := make(map[Hash]entry, len(staff))
	for i := range staff {
		for _, t := range staff[i].Tokens {
			known[t.Hash] = entry{person: &staff[i], expires: t.Expires}
		}
	}
	d.known.Store(&known)
	return nil
}

// Keep refreshes again and again until the context ends; failed hears of failures.
func (d *Directory) Keep(ctx context.Context, every time.Duration, failed func(error)) {
	for {
		if err := d.Refresh(ctx); err != nil && ctx.Err() == nil {
			failed(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(every):
		}
	}
}

// Who gives the person that an Authorization header belongs to. The look-up is by hash, so how long
// it takes says nothing about any token.
func (d *Directory) Who(header string, now time.Time) (Person, error) {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(token, prefix) {
		return Person{}, ErrUnknown
	}
	known := d.known.Load()
	if known == nil {
		return Person{}, ErrNotLoaded
	}
	e, ok := (*known)[HashOf(token)]
	if !ok || (!e.expires.IsZero() && !now.Before(e.expires)) {
		return Person{}, ErrUnknown
	}
	return *e.person, nil
}
