package login_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
	"github.com/oauth2-proxy/mockoidc"

	"bihuan/procedure/people"
	"bihuan/server/login"
	"bihuan/settings"
)

// asProvider makes this test binary a provider, a process of its own.
const asProvider = "BIHUAN_TEST_PROVIDER"

// announcement is what the provider says of itself on its first line.
type announcement struct{ Issuer, ClientID, ClientSecret, Control string }

// subject is a person at the provider, by their claims.
type subject map[string]any

func (s subject) ID() string                        { return fmt.Sprint(s["sub"]) }
func (s subject) Userinfo([]string) ([]byte, error) { return json.Marshal(s) }

func (s subject) Claims(_ []string, base *mockoidc.IDTokenClaims) (jwt.Claims, error) {
	raw, err := json.Marshal(base)
	if err != nil {
		return nil, err
	}
	claims := jwt.MapClaims{}
	err = json.Unmarshal(raw, &claims)
	maps.Copy(claims, jwt.MapClaims(s))
	return claims, err
}

// serveProvider is the provider's process: it logs in whom the control address is told, until its input ends.
func serveProvider() error {
	m, err := mockoidc.Run()
	if err != nil {
		return err
	}
	control, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		_ = http.Serve(control, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var s subject
			if json.NewDecoder(r.Body).Decode(&s) != nil {
				w.WriteHeader(http.StatusBadRequest)
				return
			}
			m.QueueUser(s)
		}))
	}()
	if err := json.NewEncoder(os.Stdout).Encode(announcement{m.Issuer(), m.ClientID, m.ClientSecret, "http://" + control.Addr().String()}); err != nil {
		return err
	}
	_, _ = os.Stdin.Read(make([]byte, 1)) // ends with the test
	return nil
}

// provider is a running provider.
type provider struct {
	announcement
	cmd *exec.Cmd
}

func startProvider(t *testing.T) *provider {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), asProvider+"=yes"), os.Stderr
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = in.Close(); _ = cmd.Wait() })
	p := &provider{cmd: cmd}
	line, err := bufio.NewReader(out).ReadString('\n')
	must(t, err)
	must(t, json.Unmarshal([]byte(line), &p.announcement))
	return p
}

// names says who logs in next at the provider.
func (p *provider) names(t *testing.T, s subject) {
	t.Helper()
	body, err := json.Marshal(s)
	must(t, err)
	response, err := http.Post(p.Control, "application/json", strings.NewReader(string(body)))
	must(t, err)
	must(t, response.Body.Close())
}

func (p *provider) as() *login.Provider {
	return &login.Provider{
		Issuer: p.Issuer, ClientID: p.ClientID, ClientSecret: p.ClientSecret, Communities: []string{"yuhu", "linjiang"},
		Settings: settings.OIDC{
			Unknown: "mapped", Match: "email",
			Claims: settings.Claims{ID: "preferred_username", Scopes: []string{"profile", "email", "groups"}, Roles: "groups", Communities: "communities", Department: "department"},
			Map:    map[string][]people.Role{"desk": {people.Agent}, "leaders": {people.Manager}, "crew": {people.Handler}},
		},
	}
}

func uniqueSubject(claims subject) subject {
	n := counter.Add(1)
	s := subject{"sub": fmt.Sprint("sub", n), "preferred_username": fmt.Sprint("person", n), "email": fmt.Sprintf("person%d@example.com", n), "email_verified": true}
	maps.Copy(s, claims)
	return s
}
