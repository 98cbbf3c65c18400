package desk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"bihuan/postgres"
	"bihuan/server/view"
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

// Names gives the words for a case's IDs, with times as its community's clocks show them.
func (d *Desk) Names(lang words.Language, n string) words.Names {
	names := words.Of(view.Of(n).Name, d.Settings.Names(lang))
	community, _ := d.communities.get(n)
	if _, ok := d.Settings.For(community); !ok {
		return names
	}
	return words.In(d.ZoneOf(community), names)
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
func (d *Desk) numberByKey(ctx context.Context, keyHash string) (number, bodyHash string, found bool, err error) {
	if d.database.open(time.Now()) {
		return "", "", false, postgres.ErrDown
	}
	ctx, cancel := context.WithTimeout(ctx, pause)
	defer cancel()
	number, bodyHash, found, err = d.Reader.NumberByKey(ctx, keyHash)
	d.database.note(err, time.Now())
	return number, bodyHash, found, err
}
