package system

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"regexp"

	"bihuan/sim/crew"
)

// TokensFile holds the demo community's staff with their tokens.
func (s *System) TokensFile() string {
	return cmp.Or(s.options.Tokens, filepath.Join(s.options.Dir, "tokens"))
}

// meet makes the demo community's staff and reads their tokens.
func (s *System) meet(ctx context.Context) error {
	if _, err := s.run(ctx, "demo-community", "--tokens", s.TokensFile()); err != nil {
		return err
	}
	tokens, err := crew.Tokens(s.TokensFile())
	s.tokens = map[string]string{}
	for _, token := range tokens {
		s.tokens[token.Staff] = token.Secret
	}
	return err
}

// As gives a member of the demo community's staff as a caller.
func (s *System) As(id string) Client {
	token, ok := s.tokens[id]
	if !ok {
		panic("the demo community has no " + id)
	}
	return Client{URL: s.URL, Token: token, HTTP: s.http}
}

// Resident gives the holder of a tracking link's secret as a caller.
func (s *System) Resident(secret string) Client {
	return Client{URL: s.URL, Secret: secret, HTTP: s.http}
}

// Anybody gives a caller without a token.
func (s *System) Anybody() Client { return Client{URL: s.URL, HTTP: s.http} }

var made = regexp.MustCompile(`(?s)(bh_\S+).*token revoke (\S+)`)

// NewToken makes another token for a member of staff, and gives the ID to revoke it by.
func (s *System) NewToken(ctx context.Context, staff string) (token, id string, err error) {
	said, err := s.run(ctx, "token", "create", staff)
	if err != nil {
		return "", "", err
	}
	m := made.FindStringSubmatch(said)
	if m == nil {
		return "", "", fmt.Errorf("token create said %q", said)
	}
	return m[1], m[2], nil
}

// RevokeToken ends a token.
func (s *System) RevokeToken(ctx context.Context, id string) error {
	_, err := s.run(ctx, "token", "revoke", id)
	return err
}
