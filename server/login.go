package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/auth"
	"bihuan/server/login"
	"bihuan/settings"
)

// loginSetup is how people log in, as far as it is secret or belongs to this installation.
type loginSetup struct {
	Key              string `name:"login-key" env:"BIHUAN_LOGIN_SECRET" help:"Hex key that second factors are encrypted with; made from BIHUAN_TRACKING_SECRET without."`
	OIDCIssuer       string `env:"BIHUAN_OIDC_ISSUER" help:"Address of the OpenID Connect provider; none without."`
	OIDCClientID     string `env:"BIHUAN_OIDC_CLIENT_ID" help:"As the provider knows this installation."`
	OIDCClientSecret string `env:"BIHUAN_OIDC_CLIENT_SECRET" help:"What the provider knows it by."`
}

// directory gives who may act, with the rules of the settings.
func directory(db *postgres.DB, l settings.Login) *auth.Directory {
	return auth.NewDirectory(login.Source(db)).WithSessions(auth.Rules{
		Idle: time.Duration(l.Idle), Absolute: time.Duration(l.Absolute), Second: l.SecondFactor,
	}, db.SeenSessions)
}

// service gives what lets people in, and keeps its tables small until the context ends.
func (l *loginSetup) service(ctx context.Context, db *postgres.DB, staff *auth.Directory, serve *serve, s settings.Settings, logger *slog.Logger) (*login.Service, error) {
	sealer, err := auth.NewSealer(cmp.Or(l.Key, serve.TrackingSecret))
	if err != nil {
		return nil, fmt.Errorf("BIHUAN_LOGIN_SECRET: %w", err)
	}
	passwords, err := auth.NewHasher(auth.Cost)
	if err != nil {
		return nil, err
	}
	go sweep(ctx, db, time.Duration(s.Login.Idle), logger)
	return login.New(login.Options{
		Store: db, Staff: staff, Passwords: passwords, Sealer: sealer, Provider: l.provider(serve.PublicURL, s),
		PublicURL: serve.PublicURL, Now: time.Now, Log: logger,
	})
}

func (l *loginSetup) provider(publicURL string, s settings.Settings) *login.Provider {
	if l.OIDCIssuer == "" {
		return nil
	}
	p := &login.Provider{
		Issuer: l.OIDCIssuer, ClientID: l.OIDCClientID, ClientSecret: l.OIDCClientSecret, PublicURL: publicURL, Settings: s.Login.OIDC,
	}
	for _, c := range s.Communities {
		p.Communities = append(p.Communities, c.ID)
	}
	return p
}

const sweepEvery = 10 * time.Minute

// sweep deletes what has run out. An hour's grace lets the use of a session arrive that is not written yet.
func sweep(ctx context.Context, db *postgres.DB, idle time.Duration, logger *slog.Logger) {
	for {
		now := time.Now()
		if err := db.SweepLogins(ctx, now, now.Add(-idle-time.Hour)); err != nil && ctx.Err() == nil {
			logger.Warn("logins not swept", "cause", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery):
		}
	}
}

// adminCreate is the command that makes an administrator. There is no default one, and no default password.
type adminCreate struct {
	ID    string `required:"" help:"A short name that stays."`
	Name  string `required:"" help:"As people call them."`
	Email string `help:"They may log in with it too."`
	Stdin bool   `help:"Read the one-time password from the standard input instead of drawing one."`
}

// Run adds the person and prints the password that they must change.
func (a *adminCreate) Run(ctx context.Context, db *postgres.DB) error {
	staff, err := db.Staff(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(staff, func(s postgres.Staff) bool { return s.ID == a.ID }) || a.ID == people.TheSystem.ID {
		return fmt.Errorf("there is a %q already", a.ID)
	}
	password, err := oneTimePassword(a.Stdin, a.ID, a.Name, a.Email)
	if err != nil {
		return err
	}
	if err := db.PutStaff(ctx, postgres.Staff{
		ID: a.ID, Name: a.Name, Email: a.Email, Roles: []people.Role{people.Admin}, Communities: []string{people.AllCommunities},
	}); err != nil {
		return err
	}
	return giveOneTime(ctx, db, a.ID, password, a.Stdin)
}

// accountPassword is the command that gives somebody a one-time password.
type accountPassword struct {
	ID    string `arg:""`
	Stdin bool   `help:"Read the one-time password from the standard input instead of drawing one."`
}

// Run prints the password that they must change; their sessions end.
func (a *accountPassword) Run(ctx context.Context, db *postgres.DB) error {
	s, err := find(ctx, db, a.ID)
	if err != nil {
		return err
	}
	password, err := oneTimePassword(a.Stdin, s.ID, s.Name, s.Email)
	if err != nil {
		return err
	}
	return giveOneTime(ctx, db, a.ID, password, a.Stdin)
}

func oneTimePassword(stdin bool, names ...string) (string, error) {
	if !stdin {
		return auth.NewOneTime(), nil
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	password := strings.TrimRight(line, "\r\n")
	if password == "" {
		return "", errors.Join(errors.New("no password on the standard input"), err)
	}
	if err := auth.CheckPassword(password, names...); err != nil {
		return "", fmt.Errorf("the password must have at least %d characters, without the name, and be none that everybody tries", auth.ShortestPassword)
	}
	return password, nil
}

func giveOneTime(ctx context.Context, db *postgres.DB, id, password string, quiet bool) error {
	passwords, err := auth.NewHasher(auth.Cost)
	if err != nil {
		return err
	}
	if err := login.GiveOneTime(ctx, db, passwords, id, password, time.Now()); err != nil {
		return err
	}
	if !quiet {
		fmt.Println(password)
	}
	fmt.Fprintf(os.Stderr, "%s logs in with it within three days and then chooses a password of their own\n", id)
	return nil
}

// accountSecond is the command that takes away a second factor that was lost.
type accountSecond struct {
	ID string `arg:""`
}

// Run takes it away; the person sets up another at their next login.
func (a *accountSecond) Run(ctx context.Context, db *postgres.DB) error {
	if _, err := find(ctx, db, a.ID); err != nil {
		return err
	}
	return errors.Join(db.DropSecond(ctx, a.ID), db.EndSessions(ctx, a.ID, ""))
}
