package login

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"bihuan/server/auth"
	"bihuan/server/failure"
	"bihuan/settings"
)

// The refusals of logging in through a provider.
var (
	errProviderDown = failure.Unavailable("provider_down")
	errFlow         = failure.Invalid("login_failed")
	errNotAdmitted  = failure.Forbidden("login_refused")
	errNoProvider   = failure.NotFound("not_found")
)

// CallbackPath is where the provider sends people back to.
const CallbackPath = "/login/oidc/callback"

// providerTimeout is how long the provider may take for one answer.
const providerTimeout = 10 * time.Second

// Provider is an OpenID Connect provider. It is asked what it can do when somebody first logs in, so the
// server starts without it.
type Provider struct {
	Issuer, ClientID, ClientSecret string
	PublicURL                      string
	Settings                       settings.OIDC
	// Communities are the IDs of those there are; claims may name them, or * for all.
	Communities []string

	mu         sync.Mutex
	discovered *oidc.Provider
}

// flow is what has to come back from the provider as it was sent. The browser keeps it, sealed.
type flow struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Next     string    `json:"next"`
	At       time.Time `json:"at"`
}

// discover asks the provider what it is, and so whether it is there.
func (p *Provider) discover(ctx context.Context) (*oidc.Provider, error) {
	found, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errProviderDown, err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.discovered = found
	return found, nil
}

// known gives what the provider said of itself, which it is asked for where it has not yet.
func (p *Provider) known(ctx context.Context) (*oidc.Provider, error) {
	p.mu.Lock()
	found := p.discovered
	p.mu.Unlock()
	if found != nil {
		return found, nil
	}
	return p.discover(ctx)
}

func (p *Provider) oauth(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: found.Endpoint(),
		RedirectURL: strings.TrimSuffix(p.PublicURL, "/") + CallbackPath,
		Scopes:      append([]string{oidc.ScopeOpenID}, p.Settings.Claims.Scopes...),
	}
}

// client bounds every call to the provider, also those that fetch its keys later.
func client(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, &http.Client{Timeout: providerTimeout})
}

func random() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// begin gives where to send the browser, and what it has to bring back. It asks anew each time: nobody is sent to a
// provider that is down.
func (p *Provider) begin(ctx context.Context, next string, now time.Time) (string, flow, error) {
	found, err := p.discover(client(ctx))
	if err != nil {
		return "", flow{}, err
	}
	f := flow{State: random(), Nonce: random(), Verifier: oauth2.GenerateVerifier(), Next: next, At: now}
	return p.oauth(found).AuthCodeURL(f.State, oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)), f, nil
}

// identity is what the provider says of a person.
type identity struct {
	issuer, subject string
	claims          claims
}

// finish turns what the browser brought back into who it is: the state, the code with its verifier, the
// signature, issuer, audience and expiry of the ID token, and the nonce must all be right.
func (p *Provider) finish(ctx context.Context, f flow, answer url.Values, now time.Time) (identity, error) {
	if f.State == "" || now.Sub(f.At) >= auth.Unfinished || answer.Get("error") != "" ||
		subtle.ConstantTimeCompare([]byte(f.State), []byte(answer.Get("state"))) != 1 {
		return identity{}, errFlow
	}
	ctx = client(ctx)
	found, err := p.known(ctx)
	if err != nil {
		return identity{}, err
	}
	tokens, err := p.oauth(found).Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(f.Verifier))
	if refused := (*oauth2.RetrieveError)(nil); errors.As(err, &refused) {
		return identity{}, fmt.Errorf("%w: %w", errFlow, err)
	}
	if err != nil {
		return identity{}, fmt.Errorf("%w: %w", errProviderDown, err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	verifier := found.VerifierContext(ctx, &oidc.Config{ClientID: p.ClientID, Now: func() time.Time { return now }})
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return identity{}, fmt.Errorf("%w: %w", errFlow, err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(f.Nonce)) != 1 {
		return identity{}, errFlow
	}
	c := claims{}
	if err := token.Claims(&c); err != nil {
		return identity{}, fmt.Errorf("%w: %w", errFlow, err)
	}
	p.complete(ctx, found, tokens, token.Subject, c)
	return identity{issuer: token.Issuer, subject: token.Subject, claims: c}, nil
}

// complete adds claims that the provider tells only when asked. It is no failure when it does not.
func (p *Provider) complete(ctx context.Context, found *oidc.Provider, tokens *oauth2.Token, subject string, c claims) {
	if _, there := c[p.Settings.Claims.Roles]; there || found.UserInfoEndpoint() == "" {
		return
	}
	info, err := found.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil || (info.Subject != "" && info.Subject != subject) {
		return
	}
	more := claims{}
	if info.Claims(&more) != nil {
		return
	}
	for name, value := range more {
		if _, there := c[name]; !there {
			c[name] = value
		}
	}
}

// claims are the provider's words about a person.
type claims map[string]any

func (c claims) text(name string) string {
	text, _ := c[name].(string)
	return strings.TrimSpace(text)
}

// list reads a claim that is a list of words, or one word.
func (c claims) list(name string) []string {
	switch value := c[name].(type) {
	case string:
		return strings.Fields(value)
	case []any:
		var words []string
		for _, v := range value {
			if word, ok := v.(string); ok {
				words = append(words, word)
			}
		}
		return words
	}
	return nil
}

// email gives the address, if the provider has verified it.
func (c claims) email() string {
	if verified, _ := c["email_verified"].(bool); !verified {
		return ""
	}
	return c.text("email")
}

// provedSecond says that the provider asked for more than one factor (RFC 8176).
func (c claims) provedSecond() bool {
	return slices.ContainsFunc(c.list("amr"), func(method string) bool {
		return slices.Contains([]string{"mfa", "otp", "hwk"}, method)
	})
}

// ToProvider gives where to send a browser that logs in through the provider, and goes on to a path of ours afterwards.
// It fails where there is no provider, or it is down.
func (s *Service) ToProvider(w http.ResponseWriter, r *http.Request, next string) (to string, err error) {
	if s.Provider == nil {
		return "", errNoProvider
	}
	to, f, err := s.Provider.begin(r.Context(), next, s.Now())
	if err != nil {
		return "", err
	}
	return to, s.keepFlow(w, f)
}

// FromProvider logs in whom the provider has sent back, and gives the path to go on to.
func (s *Service) FromProvider(w http.ResponseWriter, r *http.Request, from Caller) (o Opened, next string, err error) {
	if s.Provider == nil {
		return Opened{}, "", errNoProvider
	}
	f := s.flowOf(r)
	s.drop(w, flowCookie)
	id, err := s.Provider.finish(r.Context(), f, r.URL.Query(), s.Now())
	if err != nil {
		s.Log.Info("login through the provider failed", "cause", err)
		return Opened{}, "", err
	}
	o, err = s.admitted(r.Context(), id, from)
	return o, f.Next, err
}

// sealFlow is what the browser's sealed state is for.
const sealFlow = "flow"

func (s *Service) keepFlow(w http.ResponseWriter, f flow) error {
	text, err := json.Marshal(f)
	if err != nil {
		return err
	}
	s.set(w, flowCookie, base64.RawURLEncoding.EncodeToString(s.Sealer.Seal(sealFlow, string(text))), auth.Unfinished)
	return nil
}

func (s *Service) flowOf(r *http.Request) (f flow) {
	sealed, err := base64.RawURLEncoding.DecodeString(s.cookie(r, flowCookie))
	if err != nil {
		return flow{}
	}
	text, err := s.Sealer.Unseal(sealFlow, sealed)
	if err != nil || json.Unmarshal([]byte(text), &f) != nil {
		return flow{}
	}
	return f
}
