// Package login lets staff in: by password or by an OpenID Connect provider, with a second factor for who
// needs one, and keeps their sessions and personal tokens.
package login

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/auth"
	"bihuan/server/failure"
)

// Store is what the database keeps for logging in.
type Store interface {
	Staff(ctx context.Context) ([]postgres.Staff, error)
	PutStaff(ctx context.Context, s postgres.Staff) error
	Account(ctx context.Context, staffID string) (postgres.Account, error)
	SetPassword(ctx context.Context, staffID, hash string, expires *time.Time) error
	OfferSecond(ctx context.Context, staffID string, sealed []byte) error
	ConfirmSecond(ctx context.Context, staffID string, sealed []byte, step int64, recovery [][]byte) error
	UseStep(ctx context.Context, staffID string, step int64) error
	UseRecovery(ctx context.Context, staffID string, hash []byte) error
	DropSecond(ctx context.Context, staffID string) error
	Identity(ctx context.Context, issuer, subject string) (postgres.Identity, error)
	Bind(ctx context.Context, i postgres.Identity) error
	Attempt(ctx context.Context, subject string, l postgres.Limit, now time.Time) (time.Duration, error)
	Forgive(ctx context.Context, subjects ...string) error
	Pardon(ctx context.Context, subject string) error
	PutSession(ctx context.Context, s postgres.Session, replaces string) error
	EndSession(ctx context.Context, staffID, id string) error
	EndSessions(ctx context.Context, staffID, but string) error
	PutToken(ctx context.Context, t postgres.Token) error
	RevokeOwnToken(ctx context.Context, staffID, id string) error
	NoteAccess(ctx context.Context, a postgres.Access) error
}

// Passwords hashes passwords and compares them with their hashes.
type Passwords interface {
	Hash(ctx context.Context, password string) (string, error)
	Matches(ctx context.Context, password, hash string) (bool, error)
	Dummy() string
}

// Options is what logging in is made of.
type Options struct {
	Store     Store
	Staff     *auth.Directory
	Passwords Passwords
	Sealer    *auth.Sealer
	// Provider is nil where there is none.
	Provider *Provider
	// PublicURL is where people reach the server; it says whether cookies can be Secure.
	PublicURL string
	Now       func() time.Time
	Log       *slog.Logger
}

// Service lets people in.
type Service struct {
	Options
	secure bool
}

// New gives the service.
func New(o Options) (*Service, error) {
	u, err := url.Parse(o.PublicURL)
	if err != nil {
		return nil, err
	}
	local := u.Scheme == "http" && (u.Hostname() == "localhost" || strings.HasPrefix(u.Hostname(), "127.") || u.Hostname() == "::1")
	if u.Scheme == "http" && !local {
		o.Log.Warn("BIHUAN_PUBLIC_URL is plain http: browsers will not keep the session cookie, logging in needs https", "url", o.PublicURL)
	}
	return &Service{Options: o, secure: !local}, nil
}

// The refusals of logging in.
var (
	errCredentials = failure.Unauthorized("bad_credentials")
	errCode        = failure.Unauthorized("bad_code")
	errSession     = failure.Forbidden("session_needed")
	errSecondThere = failure.Conflict("second_factor_there")
	errNoSecond    = failure.Conflict("no_second_factor")
)

// Caller is where a request to log in comes from.
type Caller struct {
	Address string // of the network
	Device  string // the cookie of a browser that logged in before
	Agent   string // the browser, as it calls itself
}

// Opened is a session that has just begun. Its secret is for the cookie alone.
type Opened struct {
	Secret string
	Person auth.Person
	State  auth.State
}

// Password logs somebody in by staff ID or e-mail. Whoever is not known, has no password or has an expired one
// takes the same way, hash and all, as whoever typed a wrong one. N1
func (s *Service) Password(ctx context.Context, name, password string, from Caller) (Opened, error) {
	name, password = cut(name, 200), cut(password, 512)
	p, known := s.find(name)
	o, err := s.byPassword(ctx, p, known, name, password, from)
	return s.noted(ctx, postgres.Access{Via: postgres.ViaPassword, What: logIn, Staff: p.ID, Address: from.Address}, o, err)
}

func (s *Service) byPassword(ctx context.Context, p auth.Person, known bool, name, password string, from Caller) (Opened, error) {
	subject := p.ID
	if !known {
		subject = strings.ToLower(strings.TrimSpace(name))
	}
	tried, err := s.attempt(ctx, "password", subject, from)
	if err != nil {
		return Opened{}, err
	}
	account, err := s.Store.Account(ctx, p.ID)
	if err != nil {
		return Opened{}, err
	}
	hash := account.Password
	if hash == "" {
		hash = s.Passwords.Dummy()
	}
	right, err := s.Passwords.Matches(ctx, password, hash)
	if err != nil {
		return Opened{}, err
	}
	expired := account.PasswordExpires != nil && !s.Now().Before(*account.PasswordExpires)
	if !right || !known || account.Password == "" || expired {
		return Opened{}, errCredentials
	}
	if err := s.succeeded(ctx, tried); err != nil {
		return Opened{}, err
	}
	return s.open(ctx, p, postgres.Session{Method: "password", Agent: from.Agent}, "")
}

// find gives the one person of a staff ID or e-mail. What two people share finds neither.
func (s *Service) find(name string) (auth.Person, bool) {
	name = strings.TrimSpace(name)
	if p, ok := s.Staff.Person(name); ok {
		return p, true
	}
	if !strings.Contains(name, "@") {
		return auth.Person{}, false
	}
	return s.Staff.PersonByEmail(name)
}

// open begins a session, in place of the one that led to it.
func (s *Service) open(ctx context.Context, p auth.Person, session postgres.Session, replaces string) (Opened, error) {
	secret, now := auth.NewSessionSecret(), s.Now().UTC()
	hash := auth.HashOf(secret)
	session.ID, session.Hash, session.StaffID = uuid.NewString(), hash[:], p.ID
	session.CreatedAt, session.SeenAt, session.ExpiresAt = now, now, now.Add(s.Staff.Rules().Absolute)
	session.Agent = cut(session.Agent, 200)
	if err := s.Store.PutSession(ctx, session, replaces); err != nil {
		return Opened{}, err
	}
	if err := s.Staff.Refresh(ctx); err != nil {
		return Opened{}, err
	}
	who, err := s.Staff.WhoseSession(secret, now)
	if err != nil {
		return Opened{}, err // disabled in this very moment
	}
	s.Log.Info("session opened", "session", session.ID, "method", session.Method, "state", s.Staff.StateOf(who))
	return Opened{Secret: secret, Person: who, State: s.Staff.StateOf(who)}, nil
}

func cut(text string, most int) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// rotated begins a session that has come further than the one it replaces.
func (s *Service) rotated(ctx context.Context, who auth.Person, second bool) (Opened, error) {
	old := who.Session
	return s.open(ctx, who, postgres.Session{Method: old.Method, Second: second, Agent: old.Agent}, old.ID)
}

// ChangePassword replaces one's own password and ends all other sessions.
func (s *Service) ChangePassword(ctx context.Context, who auth.Person, current, next string, from Caller) (Opened, error) {
	if who.Session == nil {
		return Opened{}, errSession
	}
	if err := auth.CheckPassword(next, who.ID, who.Name, who.Email); err != nil {
		return Opened{}, err
	}
	o, err := s.replacePassword(ctx, who, current, next, from)
	if err != nil { // that it was changed is noted with the change itself
		a := postgres.Access{Via: postgres.ViaSession, What: "change", Entity: "accounts", Fields: []string{"password"}, Staff: who.ID, Address: from.Address}
		return s.noted(ctx, a, o, err)
	}
	return o, nil
}

func (s *Service) replacePassword(ctx context.Context, who auth.Person, current, next string, from Caller) (Opened, error) {
	tried, err := s.attempt(ctx, "password", who.ID, from)
	if err != nil {
		return Opened{}, err
	}
	account, err := s.Store.Account(ctx, who.ID)
	if err != nil {
		return Opened{}, err
	}
	right, err := s.Passwords.Matches(ctx, current, account.Password)
	if account.Password == "" || (err == nil && !right) {
		return Opened{}, errCredentials
	}
	if err != nil {
		return Opened{}, err
	}
	if next == current {
		return Opened{}, failure.Invalid("same_password")
	}
	hash, err := s.Passwords.Hash(ctx, next)
	if err != nil {
		return Opened{}, err
	}
	err = errors.Join(s.Store.SetPassword(ctx, who.ID, hash, nil), s.Store.EndSessions(ctx, who.ID, who.Session.ID), s.succeeded(ctx, tried))
	if err != nil {
		return Opened{}, err
	}
	return s.rotated(ctx, who, who.Session.Second)
}

// oneTime is how long a password set by somebody else may wait to be changed.
const oneTime = 72 * time.Hour

// SetOneTime draws a password for a person that they must change, and ends their sessions.
func (s *Service) SetOneTime(ctx context.Context, staffID string) (string, error) {
	password := auth.NewOneTime()
	return password, errors.Join(GiveOneTime(ctx, s.Store, s.Passwords, staffID, password, s.Now()), s.Staff.Refresh(ctx))
}

// GiveOneTime sets a password that must be changed before anything else is possible.
func GiveOneTime(ctx context.Context, store Store, passwords Passwords, staffID, password string, now time.Time) error {
	hash, err := passwords.Hash(ctx, password)
	if err != nil {
		return err
	}
	expires := now.Add(oneTime)
	if err := store.SetPassword(ctx, staffID, hash, &expires); err != nil {
		return err
	}
	return store.EndSessions(ctx, staffID, "")
}

// DropSecond takes away a second factor that was lost, and ends the person's sessions.
func (s *Service) DropSecond(ctx context.Context, staffID string) error {
	return errors.Join(s.Store.DropSecond(ctx, staffID), s.Store.EndSessions(ctx, staffID, ""), s.Staff.Refresh(ctx))
}

// LogOut ends the session that a request came with.
func (s *Service) LogOut(ctx context.Context, who auth.Person) error {
	if who.Session == nil {
		return errSession
	}
	return errors.Join(s.Store.NoteAccess(ctx, postgres.Access{What: "log_out", Staff: who.ID}), s.end(ctx, who, who.Session.ID))
}

// End ends one of a person's sessions at once.
func (s *Service) End(ctx context.Context, who auth.Person, id string) error {
	return errors.Join(s.end(ctx, who, id), s.Store.NoteAccess(ctx, endSessions(who.ID)))
}

func (s *Service) end(ctx context.Context, who auth.Person, id string) error {
	if err := s.Store.EndSession(ctx, who.ID, id); err != nil {
		return err
	}
	return s.Staff.Refresh(ctx)
}

// EndAll ends all of a person's sessions at once.
func (s *Service) EndAll(ctx context.Context, staffID string) error {
	return errors.Join(s.Store.EndSessions(ctx, staffID, ""), s.Staff.Refresh(ctx), s.Store.NoteAccess(ctx, endSessions(staffID)))
}

// TokenOrder is what a person asks of a new token.
type TokenOrder struct {
	Label     string
	ReadOnly  bool
	Community string // empty: all of the person's
	Days      int    // how long it lasts; 0 is the usual
}

// The days that a token lasts.
const (
	usualDays = 90
	mostDays  = 366
)

// CreateToken makes a personal token and gives it, this once. It takes a session: a token that got into
// wrong hands must not make another.
func (s *Service) CreateToken(ctx context.Context, who auth.Person, o TokenOrder) (string, postgres.Token, error) {
	if who.Session == nil {
		return "", postgres.Token{}, errSession
	}
	if o.Days == 0 {
		o.Days = usualDays
	}
	if o.Days < 1 || o.Days > mostDays {
		return "", postgres.Token{}, failure.Invalid("bad_value")
	}
	if o.Community != "" && (o.Community == people.AllCommunities || !who.In(o.Community)) {
		return "", postgres.Token{}, failure.Invalid("unknown_community")
	}
	token, now := auth.NewToken(), s.Now().UTC()
	hash, expires := auth.HashOf(token), now.AddDate(0, 0, o.Days)
	t := postgres.Token{
		ID: uuid.NewString(), StaffID: who.ID, Hash: hash[:], Label: cut(o.Label, 100), CreatedAt: now, ExpiresAt: &expires,
		ReadOnly: o.ReadOnly, Community: o.Community,
	}
	if err := s.Store.PutToken(ctx, t); err != nil {
		return "", t, err
	}
	return token, t, s.Staff.Refresh(ctx)
}

// RevokeToken ends one of a person's tokens at once.
func (s *Service) RevokeToken(ctx context.Context, who auth.Person, id string) error {
	if err := s.Store.RevokeOwnToken(ctx, who.ID, id); err != nil {
		return err
	}
	return s.Staff.Refresh(ctx)
}
