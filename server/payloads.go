package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/auth"
	"bihuan/server/codec"
	"bihuan/server/login"
	"bihuan/temporal"
	"bihuan/temporal/encryption"
)

// payloadsAtOnce is the largest request to decrypt payloads, in bytes: an event of a history, and some.
const payloadsAtOnce = 8 << 20

// openPayloads serves the endpoint that decrypts payloads for the Temporal Web UI.
func (s *serve) openPayloads(e *echo.Echo, client *temporal.Client, db *postgres.DB, staff *auth.Directory, logins *login.Service, logger *slog.Logger) {
	handler := echo.WrapHandler(codec.New(codec.Options{
		Codec: client.Codec, Namespace: client.Namespace, Origin: s.TemporalUIOrigin, BodyLimit: payloadsAtOnce, Log: logger, Readings: readingLog{db},
		Who: func(r *http.Request) (people.Actor, error) { return reader(r, staff, logins) },
		Community: func(ctx context.Context, number string) (string, error) {
			if community, err := db.Community(ctx, number); err == nil {
				return community, nil
			}
			origin, err := client.Origin(ctx, number)
			return origin.Community, err
		},
	}))
	e.Match([]string{http.MethodPost, http.MethodOptions}, "/codec/:namespace/decode", handler)
}

// readingLog remembers whose payloads were decrypted. N2
type readingLog struct{ db *postgres.DB }

// Read notes it for good.
func (l readingLog) Read(ctx context.Context, actor people.Actor, numbers []string) error {
	may, _ := people.Permits(codec.View, actor)
	return l.db.NoteReading(ctx, postgres.Reading{
		At: time.Now().UTC(), Staff: actor.ID, Role: may.Role, What: codec.View, Numbers: numbers,
		Communities: actor.Communities, Contacts: may.Contacts,
	})
}

// reader says who asks: by a token, as the command line sends it, or by a session that has come all the way in, as
// the browser does. Sessions are safe from other pages because the endpoint hears the Web UI's alone.
func reader(r *http.Request, staff *auth.Directory, logins *login.Service) (people.Actor, error) {
	var who auth.Person
	var err error
	if token := r.Header.Get(echo.HeaderAuthorization); token != "" {
		who, err = staff.Who(token, time.Now())
	} else {
		who, err = logins.Who(r)
	}
	switch {
	case errors.Is(err, auth.ErrNotLoaded):
		return people.Actor{}, codec.ErrNotNow
	case err == nil && staff.StateOf(who) != auth.Open:
		err = auth.ErrUnknown
	}
	return who.Actor, err
}

// haveKeys ends the server when a key is missing that the namespace's histories need. While Temporal is down the
// server reads; the connection itself starts nothing before the keys are checked.
func haveKeys(ctx context.Context, client *temporal.Client, logger *slog.Logger) (context.Context, error) {
	once, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := client.VerifyKeys(once)
	if key := (*encryption.KeyError)(nil); err == nil || errors.As(err, &key) {
		return ctx, err
	}
	logger.Warn("Temporal is not there yet; the payload keys are checked when it is", "cause", err)
	ctx, end := context.WithCancelCause(ctx)
	go func() {
		if err := client.AwaitKeys(ctx, tryAgain); err != nil {
			end(err)
		}
	}()
	return ctx, nil
}
