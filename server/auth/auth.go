// Package auth knows who calls: staff by their personal API token or their session. What it knows is held
// in memory and refreshed from the database, so that it goes on knowing while the database is down.
package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
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
	Email    string
	// MustChange says that the password was set by somebody else, HasSecond that a second factor is set up.
	MustChange, HasSecond bool
	Tokens                []Token
	Sessions              []Session

	// Token or Session is what a request came with; the other is nil.
	Token   *Token
	Session *Session
}

// ReadOnly says that the person may only look.
func (p Person) ReadOnly() bool { return p.Token != nil && p.Token.ReadOnly }

// Token is one live token of a person.
type Token struct {
	ID       string
	Hash     Hash
	Label    string
	Created  time.Time
	Expires  time.Time // zero: never
	ReadOnly bool
	// Community narrows the token to one of the person's communities; empty does not.
	Community string
}

// Source gives everybody who may act, with their live tokens and sessions.
type Source func(context.Context) ([]Person, error)

// Directory answers who a token or a session belongs to.
type Directory struct {
	source Source
	rules  Rules
	touch  Touch
	known  atomic.Pointer[known]
	// refreshing lets one read at a time, so that what was read later is also kept later.
	refreshing sync.Mutex
	looked     time.Time // under refreshing
	seen       sync.Map  // session ID -> time.Time, where later than the database knows
}

type known struct {
	tokens   map[Hash]tokenEntry
	sessions map[Hash]sessionEntry
	persons  map[string]*Person
}

type tokenEntry struct {
	person *Person
	token  *Token
}

type sessionEntry struct {
	person  *Person
	session *Session
}

// NewDirectory gives a directory that knows nobody until it is refreshed.
func NewDirectory(source Source) *Directory { return &Directory{source: source, rules: DefaultRules} }

// Refresh replaces what is known. When the source fails, what was known stays.
func (d *Directory) Refresh(ctx context.Context) error {
	d.refreshing.Lock()
	defer d.refreshing.Unlock()
	return d.refresh(ctx)
}

// lookAgain is how long to wait before the source is asked again for what is not known.
const lookAgain = time.Second

// LookAgain refreshes because somebody came with what is not known: another server may have let them in a
// moment ago. It says whether it did; what is wrong may not be looked for again and again.
func (d *Directory) LookAgain(ctx context.Context) bool {
	if !d.refreshing.TryLock() {
		return false
	}
	defer d.refreshing.Unlock()
	if time.Since(d.looked) < lookAgain {
		return false
	}
	d.looked = time.Now()
	return d.refresh(ctx) == nil
}

func (d *Directory) refresh(ctx context.Context) error {
	touched := d.noteSeen(ctx)
	staff, err := d.source(ctx)
	if err != nil {
		return errors.Join(fmt.Errorf("refresh staff: %w", err), touched)
	}
	k := &known{tokens: map[Hash]tokenEntry{}, sessions: map[Hash]sessionEntry{}, persons: make(map[string]*Person, len(staff))}
	for i := range staff {
		p := &staff[i]
		k.persons[p.ID] = p
		for j := range p.Tokens {
			k.tokens[p.Tokens[j].Hash] = tokenEntry{p, &p.Tokens[j]}
		}
		for j := range p.Sessions {
			k.sessions[p.Sessions[j].Hash] = sessionEntry{p, &p.Sessions[j]}
		}
	}
	d.known.Store(k)
	d.forgetEnded(k)
	return touched
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

// Person gives what is known of a person; false when nobody of that ID may act.
func (d *Directory) Person(id string) (Person, bool) {
	k := d.known.Load()
	if k == nil || k.persons[id] == nil {
		return Person{}, false
	}
	return *k.persons[id], true
}

// PersonByEmail gives the one person of an e-mail address; false when it is nobody's, or of more than one.
func (d *Directory) PersonByEmail(address string) (Person, bool) {
	var found *Person
	if k := d.known.Load(); k != nil {
		for _, p := range k.persons {
			if p.Email == "" || !strings.EqualFold(p.Email, address) {
				continue
			}
			if found != nil {
				return Person{}, false
			}
			found = p
		}
	}
	if found == nil {
		return Person{}, false
	}
	return *found, true
}

// Who gives the person that an Authorization header belongs to. The look-up is by hash, so how long
// it takes says nothing about any token.
func (d *Directory) Who(header string, now time.Time) (Person, error) {
	scheme, token, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(token, prefix) {
		return Person{}, ErrUnknown
	}
	k := d.known.Load()
	if k == nil {
		return Person{}, ErrNotLoaded
	}
	e, ok := k.tokens[HashOf(token)]
	if !ok || (!e.token.Expires.IsZero() && !now.Before(e.token.Expires)) {
		return Person{}, ErrUnknown
	}
	p := *e.person
	p.Token = e.token
	if e.token.Community != "" {
		p.Communities = narrowed(p.Actor, e.token.Community)
	}
	return p, nil
}

// narrowed leaves one community of an actor's, or none when it is not theirs any more.
func narrowed(a people.Actor, community string) []string {
	if !a.In(community) {
		return nil
	}
	return []string{community}
}
