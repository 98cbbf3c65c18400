package api

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"bihuan/server/auth"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/gate"
	"bihuan/server/list"
	"bihuan/server/login"
)

// opened is the answer to what begins a session: its cookie, and how far it has come.
type opened struct {
	s       *Server
	request *http.Request
	login.Opened
	codes []string
}

func (o opened) write(w http.ResponseWriter) error {
	o.s.Login.Keep(w, o.request, o.Opened)
	out := o.s.sessionOf(o.Person, o.Secret)
	out.RecoveryCodes = o.codes
	body, err := json.Marshal(out)
	if err != nil {
		return err
	}
	w.Header().Set(echo.HeaderContentType, echo.MIMEApplicationJSON)
	w.WriteHeader(http.StatusOK)
	_, err = w.Write(body)
	return err
}

// VisitLogInResponse answers with the session.
func (o opened) VisitLogInResponse(w http.ResponseWriter) error { return o.write(w) }

// VisitProveSecondFactorResponse answers with the session.
func (o opened) VisitProveSecondFactorResponse(w http.ResponseWriter) error { return o.write(w) }

// VisitConfirmSecondFactorResponse answers with the session and the recovery codes.
func (o opened) VisitConfirmSecondFactorResponse(w http.ResponseWriter) error { return o.write(w) }

// VisitChangePasswordResponse answers with the session.
func (o opened) VisitChangePasswordResponse(w http.ResponseWriter) error { return o.write(w) }

// left is the answer to what ends the session.
type left struct{ s *Server }

func (l left) write(w http.ResponseWriter) error {
	l.s.Login.Leave(w)
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// VisitLogOutResponse takes the cookie away.
func (l left) VisitLogOutResponse(w http.ResponseWriter) error { return l.write(w) }

// VisitLogOutEverywhereResponse takes the cookie away.
func (l left) VisitLogOutEverywhereResponse(w http.ResponseWriter) error { return l.write(w) }

func (s *Server) sessionOf(p auth.Person, secret string) contract.Session {
	return contract.Session{
		State: contract.SessionState(s.Staff.StateOf(p)), CsrfToken: auth.CSRF(secret), Password: true, Provider: s.Login.Provider != nil,
		ExpiresAt: p.Session.Expires, Me: meOf(p),
	}
}

func meOf(p auth.Person) contract.Me {
	return contract.Me{
		ID: p.ID, Name: p.Name, Roles: list.Some(p.Roles), Communities: list.Some(p.Communities), Department: p.Department,
		Language: p.Language,
	}
}

// GetSession tells how far the caller's session has come.
func (s *Server) GetSession(ctx context.Context, _ contract.GetSessionRequestObject) (contract.GetSessionResponseObject, error) {
	r := gate.VisitOf(ctx).Request
	p, err := s.Login.Who(r)
	if err != nil {
		return contract.GetSession200JSONResponse{State: "none", Password: true, Provider: s.Login.Provider != nil}, nil
	}
	return contract.GetSession200JSONResponse(s.sessionOf(p, s.Login.Secret(r))), nil
}

// LogIn begins a session by a password.
func (s *Server) LogIn(ctx context.Context, r contract.LogInRequestObject) (contract.LogInResponseObject, error) {
	o, err := s.Login.Password(ctx, r.Body.Account, r.Body.Password, gate.VisitOf(ctx).Caller)
	return opened{s: s, request: gate.VisitOf(ctx).Request, Opened: o}, err
}

// LogOut ends the caller's session.
func (s *Server) LogOut(ctx context.Context, _ contract.LogOutRequestObject) (contract.LogOutResponseObject, error) {
	return left{s}, s.Login.LogOut(ctx, desk.CallOf(ctx).Person)
}

// ProveSecondFactor takes a session on to the next state.
func (s *Server) ProveSecondFactor(ctx context.Context,
	r contract.ProveSecondFactorRequestObject) (contract.ProveSecondFactorResponseObject, error) {
	in := desk.CallOf(ctx)
	o, err := s.Login.Verify(ctx, in.Person, r.Body.Code, gate.VisitOf(ctx).Caller)
	return opened{s: s, request: gate.VisitOf(ctx).Request, Opened: o}, err
}

// OfferSecondFactor draws a second factor.
func (s *Server) OfferSecondFactor(ctx context.Context,
	_ contract.OfferSecondFactorRequestObject) (contract.OfferSecondFactorResponseObject, error) {
	o, err := s.Login.Offer(ctx, desk.CallOf(ctx).Person)
	return contract.OfferSecondFactor200JSONResponse{Secret: o.Secret, URI: o.URI}, err
}

// ConfirmSecondFactor sets the drawn second factor up.
func (s *Server) ConfirmSecondFactor(ctx context.Context,
	r contract.ConfirmSecondFactorRequestObject) (contract.ConfirmSecondFactorResponseObject, error) {
	in := desk.CallOf(ctx)
	o, codes, err := s.Login.Confirm(ctx, in.Person, r.Body.Code, gate.VisitOf(ctx).Caller)
	return opened{s: s, request: gate.VisitOf(ctx).Request, Opened: o, codes: codes}, err
}

// ChangePassword replaces the caller's password.
func (s *Server) ChangePassword(ctx context.Context,
	r contract.ChangePasswordRequestObject) (contract.ChangePasswordResponseObject, error) {
	in := desk.CallOf(ctx)
	o, err := s.Login.ChangePassword(ctx, in.Person, r.Body.Current, r.Body.New, gate.VisitOf(ctx).Caller)
	return opened{s: s, request: gate.VisitOf(ctx).Request, Opened: o}, err
}

// ListSessions lists where the caller is logged in.
func (s *Server) ListSessions(ctx context.Context, _ contract.ListSessionsRequestObject) (contract.ListSessionsResponseObject, error) {
	in := desk.CallOf(ctx)
	return contract.ListSessions200JSONResponse{Items: list.Map(s.Staff.Live(in.Person, s.Now()), func(session auth.Session) contract.SessionEntry {
		return contract.SessionEntry{
			ID: session.ID, Current: in.Session != nil && in.Session.ID == session.ID, Method: contract.SessionEntryMethod(session.Method),
			Agent: session.Agent, CreatedAt: session.Created, SeenAt: session.Seen, ExpiresAt: session.Expires,
		}
	})}, nil
}

// EndSession ends one of the caller's sessions.
func (s *Server) EndSession(ctx context.Context, r contract.EndSessionRequestObject) (contract.EndSessionResponseObject, error) {
	return contract.EndSession204Response{}, s.Login.End(ctx, desk.CallOf(ctx).Person, r.ID)
}

// LogOutEverywhere ends all of the caller's sessions.
func (s *Server) LogOutEverywhere(ctx context.Context,
	_ contract.LogOutEverywhereRequestObject) (contract.LogOutEverywhereResponseObject, error) {
	return left{s}, s.Login.EndAll(ctx, desk.CallOf(ctx).ID)
}

// ListTokens lists the caller's tokens.
func (s *Server) ListTokens(ctx context.Context, _ contract.ListTokensRequestObject) (contract.ListTokensResponseObject, error) {
	return contract.ListTokens200JSONResponse{Items: list.Map(desk.CallOf(ctx).Tokens, func(t auth.Token) contract.TokenEntry {
		return contract.TokenEntry{ID: t.ID, Label: t.Label, ReadOnly: t.ReadOnly, Community: t.Community, CreatedAt: t.Created, ExpiresAt: t.Expires}
	})}, nil
}

// CreateToken makes a token and shows it.
func (s *Server) CreateToken(ctx context.Context, r contract.CreateTokenRequestObject) (contract.CreateTokenResponseObject, error) {
	token, made, err := s.Login.CreateToken(ctx, desk.CallOf(ctx).Person, login.TokenOrder{
		Label: r.Body.Label, ReadOnly: r.Body.ReadOnly, Community: r.Body.Community, Days: r.Body.Days,
	})
	return contract.CreateToken201JSONResponse{ID: made.ID, Token: token}, err
}

// RevokeToken ends one of the caller's tokens.
func (s *Server) RevokeToken(ctx context.Context, r contract.RevokeTokenRequestObject) (contract.RevokeTokenResponseObject, error) {
	return contract.RevokeToken204Response{}, s.Login.RevokeToken(ctx, desk.CallOf(ctx).Person, r.ID)
}

// overAccounts lets others' accounts be kept by a session alone, and only of who works nowhere else: a token in wrong hands must not open accounts.
func (s *Server) overAccounts(ctx context.Context, id string) error {
	in := desk.CallOf(ctx)
	if in.Session == nil {
		return failure.Forbidden("session_needed")
	}
	if p, ok := s.Staff.Person(id); !ok || !covers(in.Actor, p.Communities) { // nobody gives what they do not keep
		return desk.ErrNotFound
	}
	return nil
}

// SetOneTimePassword gives somebody a password that they must change.
func (s *Server) SetOneTimePassword(ctx context.Context,
	r contract.SetOneTimePasswordRequestObject) (contract.SetOneTimePasswordResponseObject, error) {
	if err := s.overAccounts(ctx, r.ID); err != nil {
		return nil, err
	}
	password, err := s.Login.SetOneTime(ctx, r.ID)
	return contract.SetOneTimePassword200JSONResponse{Password: password}, err
}

// DropSecondFactor takes a lost second factor away.
func (s *Server) DropSecondFactor(ctx context.Context,
	r contract.DropSecondFactorRequestObject) (contract.DropSecondFactorResponseObject, error) {
	if err := s.overAccounts(ctx, r.ID); err != nil {
		return nil, err
	}
	return contract.DropSecondFactor204Response{}, s.Login.DropSecond(ctx, r.ID)
}

// EndSessionsOf ends all of somebody's sessions.
func (s *Server) EndSessionsOf(ctx context.Context, r contract.EndSessionsOfRequestObject) (contract.EndSessionsOfResponseObject, error) {
	if err := s.overAccounts(ctx, r.ID); err != nil {
		return nil, err
	}
	return contract.EndSessionsOf204Response{}, s.Login.EndAll(ctx, r.ID)
}
