package login_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/labstack/echo/v4"
	"github.com/pquerna/otp/totp"

	"bihuan/dev/stack"
	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/api"
	"bihuan/server/auth"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/login"
	"bihuan/server/web"
	"bihuan/settings"
)

var databaseURL string

func TestMain(m *testing.M) {
	if os.Getenv(asProvider) != "" {
		if err := serveProvider(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	s, err := stack.Start(ctx, stack.Options{WithoutTemporal: true, Log: os.Stderr})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = s.Stop(context.Background()) }()
	databaseURL = s.DatabaseURL
	db, err := postgres.Open(ctx, databaseURL)
	if err == nil {
		defer db.Close()
		err = db.Migrate(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// counting counts the comparisons of passwords, and remembers against which hashes.
type counting struct {
	*auth.Hasher
	hashes []string
}

func (c *counting) Matches(ctx context.Context, password, hash string) (bool, error) {
	c.hashes = append(c.hashes, hash)
	return c.Hasher.Matches(ctx, password, hash)
}

// counter keeps the staff of the tests apart.
var counter atomic.Int64

// site is a server with a database, and a clock that moves when it is told to.
type site struct {
	testing.TB
	db        *postgres.DB
	store     *outage
	staff     *auth.Directory
	logins    *login.Service
	passwords *counting
	server    *httptest.Server
	now       time.Time
	log       *strings.Builder
}

// outage is a database that can be down.
type outage struct {
	*postgres.DB
	down      bool
	forgetful bool // of the access log alone
}

func (o *outage) NoteAccess(ctx context.Context, a postgres.Access) error {
	if o.forgetful {
		return postgres.ErrDown
	}
	return o.DB.NoteAccess(ctx, a)
}

func (o *outage) Attempt(ctx context.Context, subject string, l postgres.Limit, now time.Time) (time.Duration, error) {
	if o.down {
		return 0, postgres.ErrDown
	}
	return o.DB.Attempt(ctx, subject, l, now)
}

const password = "korrekte-Pferde-Batterie"

// cheap keeps the tests quick.
var cheap = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

func newSite(t testing.TB, provider *login.Provider) *site {
	t.Helper()
	db, err := postgres.Open(context.Background(), databaseURL)
	must(t, err)
	t.Cleanup(db.Close)
	s := &site{TB: t, db: db, store: &outage{DB: db}, now: time.Now().UTC().Truncate(time.Second), log: &strings.Builder{}}
	source := login.Source(db)
	s.staff = auth.NewDirectory(func(ctx context.Context) ([]auth.Person, error) {
		if s.store.down {
			return nil, postgres.ErrDown
		}
		return source(ctx)
	}).WithSessions(auth.DefaultRules, db.SeenSessions)
	must(t, s.staff.Refresh(t.Context()))
	hasher, err := auth.NewHasher(cheap)
	must(t, err)
	s.passwords = &counting{Hasher: hasher}
	sealer, err := auth.NewSealer(strings.Repeat("5a", 32))
	must(t, err)
	shipped, err := settings.Load("")
	must(t, err)
	handler := &atomic.Pointer[echo.Echo]{}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { handler.Load().ServeHTTP(w, r) }))
	t.Cleanup(s.server.Close)
	if provider != nil {
		provider.PublicURL = s.server.URL
	}
	log := slog.New(slog.NewJSONHandler(s.log, nil))
	s.logins, err = login.New(login.Options{
		Store: s.store, Staff: s.staff, Passwords: s.passwords, Sealer: sealer, Provider: provider, PublicURL: s.server.URL,
		Now: func() time.Time { return s.now }, Log: log,
	})
	must(t, err)
	now := func() time.Time { return s.now }
	e, err := web.New(t.Context(), web.Options{
		Desk: desk.Options{Reader: db, Readings: db, Settings: settings.Fixed(shipped), Now: now, Wait: time.Second},
		Gate: gate.Options{
			Staff: s.staff, Login: s.logins, Log: log, BodyLimit: gate.DefaultBodyLimit, PublicPerMinute: 1000, IPExtractor: fromHeader,
		},
		API: api.Options{People: db},
	})
	must(t, err)
	handler.Store(e)
	return s
}

// fromHeader lets a test say which address it calls from.
func fromHeader(r *http.Request) string {
	if a := r.Header.Get("X-Test-Address"); a != "" {
		return a
	}
	return "192.0.2.1"
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// hire adds somebody with a password.
func (s *site) hire(role people.Role) string {
	s.Helper()
	id := fmt.Sprintf("staff%d", counter.Add(1))
	s.put(postgres.Staff{ID: id, Name: "员工", Email: id + "@example.com", Roles: []people.Role{role}, Communities: []string{"yuhu"}})
	hash, err := s.passwords.Hash(s.Context(), password)
	must(s, err)
	must(s, s.db.SetPassword(s.Context(), id, hash, nil))
	must(s, s.staff.Refresh(s.Context()))
	return id
}

func (s *site) put(p postgres.Staff) {
	s.Helper()
	must(s, s.db.PutStaff(s.Context(), p))
	must(s, s.staff.Refresh(s.Context()))
}

// browser keeps cookies, follows redirects and sends what browsers send.
type browser struct {
	*site
	client  *http.Client
	address string
	csrf    string
	bearer  string
	agent   string
	site2   string // what Sec-Fetch-Site says
}

func (s *site) browser() *browser {
	jar, _ := cookiejar.New(nil) // never fails
	return &browser{site: s, client: &http.Client{Jar: jar}, address: fmt.Sprint("caller", counter.Add(1)), site2: "same-origin"}
}

// answer is what came back.
type answer struct {
	*http.Response
	t    testing.TB
	text string
}

func (b *browser) send(method, path, kind, body string) answer {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.server.URL+path, strings.NewReader(body))
	must(b, err)
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("User-Agent", b.agent)
	r.Header.Set("X-Test-Address", b.address)
	r.Header.Set("Sec-Fetch-Site", b.site2)
	if body != "" {
		r.Header.Set("Content-Type", kind)
	}
	if b.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+b.bearer)
	}
	if b.csrf != "" {
		r.Header.Set("X-CSRF-Token", b.csrf)
	}
	response, err := b.client.Do(r)
	must(b, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	must(b, err)
	return answer{Response: response, t: b.TB, text: string(text)}
}

func (b *browser) get(path string) answer { b.Helper(); return b.send(http.MethodGet, path, "", "") }

func (b *browser) json(method, path, body string) answer {
	b.Helper()
	return b.send(method, path, "application/json", body)
}

func (b *browser) form(path string, fields ...string) answer {
	b.Helper()
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, path, "application/x-www-form-urlencoded", values.Encode())
}

// logIn logs in through the API and keeps the CSRF token.
func (b *browser) logIn(account, password string) answer {
	b.Helper()
	body, err := json.Marshal(map[string]string{"account": account, "password": password})
	must(b, err)
	a := b.json(http.MethodPost, "/api/v1/session", string(body))
	if a.StatusCode == http.StatusOK {
		b.csrf = a.field("csrf_token")
	}
	return a
}

var fieldPattern = `"%s":"([^"]*)"`

func (a answer) field(name string) string {
	m := regexp.MustCompile(fmt.Sprintf(fieldPattern, name)).FindStringSubmatch(a.text)
	if m == nil {
		return ""
	}
	return m[1]
}

func (a answer) hidden(name string) string {
	a.t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.text)
	if m == nil {
		a.t.Fatalf("no hidden %s in %s", name, a.text)
	}
	return m[1]
}

// is checks the status and, for a problem, its code.
func (a answer) is(status int, code string) answer {
	a.t.Helper()
	if got := a.field("code"); a.StatusCode != status || (code != "" && got != code) {
		a.t.Fatalf("%s %s: got %d %q, want %d %q: %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, got, status, code, a.text)
	}
	return a
}

func (a answer) has(want ...string) answer {
	a.t.Helper()
	for _, w := range want {
		if !strings.Contains(a.text, w) {
			a.t.Fatalf("%s lacks %q: %s", a.Request.URL.Path, w, a.text)
		}
	}
	return a
}

func (s *site) code(secret string) string {
	s.Helper()
	code, err := totp.GenerateCode(secret, s.now)
	must(s, err)
	return code
}
