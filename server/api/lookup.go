package api

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"bihuan/postgres"
	"bihuan/words"
)

// zones remembers time zones: reading one takes a file.
type zones struct{ known sync.Map }

func (z *zones) of(name string) (*time.Location, error) {
	if zone, ok := z.known.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err == nil {
		z.known.Store(name, zone)
	}
	return zone, err
}

// namesOf gives the words for a case's IDs, with times as its community's clocks show them.
func (s *Server) namesOf(lang words.Language, n string) words.Names {
	names := words.Of(kindOf(n).Name, s.Settings.Names(lang))
	community, _ := s.communities.get(n)
	policy, ok := s.Settings.For(community)
	if !ok {
		return names
	}
	zone, err := s.zones.of(policy.Calendar.Zone)
	if err != nil {
		return names
	}
	return words.In(zone, names)
}

// pause is how long the database is left alone after it was found down, so that registering does not
// wait for it again and again.
const pause = 2 * time.Second

// breaker remembers until when the database is left alone.
type breaker struct{ until atomic.Int64 }

func (b *breaker) open(now time.Time) bool { return now.UnixNano() < b.until.Load() }

func (b *breaker) note(err error, now time.Time) {
	if errors.Is(err, postgres.ErrDown) {
		b.until.Store(now.Add(pause).UnixNano())
	}
}

// numberByKey asks the database for the case of an idempotency key, unless it was down just now.
func (s *Server) numberByKey(ctx context.Context, keyHash string) (number, bodyHash string, found bool, err error) {
	if s.database.open(time.Now()) {
		return "", "", false, postgres.ErrDown
	}
	ctx, cancel := context.WithTimeout(ctx, pause)
	defer cancel()
	number, bodyHash, found, err = s.Reader.NumberByKey(ctx, keyHash)
	s.database.note(err, time.Now())
	return number, bodyHash, found, err
}
