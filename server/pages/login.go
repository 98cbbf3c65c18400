package pages

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/auth"
	"bihuan/server/failure"
	"bihuan/server/gate"
	"bihuan/server/login"
	"bihuan/words"
)

//go:embed login
var loginFiles embed.FS

var loginTemplate = template.Must(template.New("page.html").Funcs(template.FuncMap{"browser": browser}).ParseFS(loginFiles, "login/page.html"))

// loginPage is what a page about logging in shows; View says which.
type loginPage struct {
	words.Localizer
	View, Title string
	Message     string
	Bad         bool // the message says that something was refused
	Next        string
	Account     string
	Provider    bool
	CSRF        string
	Person      auth.Person
	Sessions    []auth.Session
	Token       string
	Offer       login.Offer
	Codes       []string
}

// OfferURI lets the authenticator's own scheme into a link.
func (p loginPage) OfferURI() template.URL { return template.URL(p.Offer.URI) }

// Image draws the offer as a QR code.
func (p loginPage) Image() template.URL { return template.URL(auth.SecondImage(p.Offer.URI)) }

// beijing is the zone of the pages' times.
var beijing = time.FixedZone("", 8*60*60)

// When writes a moment.
func (p loginPage) When(t time.Time) string { return t.In(beijing).Format("2006-01-02 15:04") }

// Roles names the person's roles.
func (p loginPage) Roles() string {
	var names []string
	for _, r := range p.Person.Roles {
		names = append(names, p.Label("role", r))
	}
	return strings.Join(names, " · ")
}

// Communities lists the person's communities.
func (p loginPage) Communities() string {
	if p.Person.In(people.AllCommunities) {
		return p.T("login.all")
	}
	return strings.Join(p.Person.Communities, " · ")
}

// accounts are the pages about logging in and one's own account.
type accounts struct{ *login.Service }

// largestForm is the most bytes that a form may have.
const largestForm = 16 << 10

// home is where people go who did not want to go anywhere else.
const home = "/account"

// routes serves the pages for people. They work without JavaScript.
func (s accounts) routes(e *echo.Echo) {
	e.GET("/login/style.css", echo.StaticFileHandler("login/style.css", loginFiles))
	e.GET("/login", s.showLogin)
	e.POST("/login", s.form(s.sendLogin))
	e.GET("/login/oidc", s.toProvider)
	e.GET(login.CallbackPath, s.fromProvider)
	e.GET("/login/totp", s.within(s.showSecond))
	e.POST("/login/totp", s.within(s.sendSecond))
	e.POST("/login/totp/start", s.within(s.startSecond))
	e.GET("/login/password", s.within(s.showPassword))
	e.POST("/login/password", s.within(s.sendPassword))
	e.GET(home, s.within(s.showAccount))
	e.POST("/account/logout", s.within(s.sendLogOut))
	e.POST("/account/tokens", s.within(s.sendToken))
	e.POST("/account/tokens/:id/end", s.within(s.endToken))
	e.POST("/account/sessions/end", s.within(s.endAll))
	e.POST("/account/sessions/:id/end", s.within(s.endOne))
}

// form lets in a form of our own pages alone, of a bounded size.
func (s accounts) form(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		r.Body = http.MaxBytesReader(c.Response(), r.Body, largestForm)
		if !auth.SameOrigin(r) {
			return s.failed(c, loginPage{View: "message"}, failure.Forbidden("cross_site"))
		}
		if err := r.ParseForm(); err != nil {
			return s.failed(c, loginPage{View: "message"}, failure.Invalid("bad_payload"))
		}
		return next(c)
	}
}

// within serves a page for who has a session, in the state that the page is for. Its forms carry the session's token.
func (s accounts) within(next func(echo.Context, auth.Person) error) echo.HandlerFunc {
	return s.form(func(c echo.Context) error {
		r := c.Request()
		who, err := s.Who(r)
		if errors.Is(err, auth.ErrUnknown) {
			return redirect(c, "/login?"+url.Values{"next": {nextOf(c, r.URL.Path)}}.Encode())
		}
		if err != nil {
			return s.failed(c, loginPage{View: "message"}, err)
		}
		if !auth.Safe(r.Method) && !auth.ValidCSRF(s.Secret(r), r.PostForm.Get("csrf")) {
			return s.failed(c, loginPage{View: "message"}, failure.Forbidden("cross_site"))
		}
		way := wayOf(s.Staff.StateOf(who))
		if way != "" && !strings.HasPrefix(r.URL.Path, way) && r.URL.Path != "/account/logout" {
			return redirect(c, way+"?"+url.Values{"next": {nextOf(c, home)}}.Encode())
		}
		c.SetRequest(r.WithContext(postgres.By(r.Context(), login.DoerOf(who))))
		return next(c, who)
	})
}

// wayOf gives the page that takes a session on; empty for one that is open.
func wayOf(state auth.State) string {
	switch state {
	case auth.NeedsCode, auth.NeedsEnrolment:
		return "/login/totp"
	case auth.NeedsPassword:
		return "/login/password"
	}
	return ""
}

// nextOf gives where to go after logging in: a path of ours, never another site's.
func nextOf(c echo.Context, otherwise string) string {
	next := c.FormValue("next")
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsAny(next, "\\\r\n\t") || strings.HasPrefix(next, "/login") {
		if strings.HasPrefix(otherwise, "/login") || strings.HasPrefix(otherwise, home+"/") {
			return home
		}
		return otherwise
	}
	return next
}

func redirect(c echo.Context, to string) error { return c.Redirect(http.StatusSeeOther, to) }

// goOn takes a browser on with a session that has begun.
func (s accounts) goOn(c echo.Context, o login.Opened) error {
	s.Keep(c.Response(), c.Request(), o)
	next := nextOf(c, home)
	if way := wayOf(o.State); way != "" {
		return redirect(c, way+"?"+url.Values{"next": {next}}.Encode())
	}
	return redirect(c, next)
}

// titles of the views.
var titles = map[string]string{
	"login": "login.log_in", "code": "login.verify", "start": "login.set_up", "enroll": "login.set_up", "codes": "login.codes",
	"password": "login.change_password", "account": "login.me", "message": "login.log_in",
}

// show writes a page in the language of its reader.
func (s accounts) show(c echo.Context, status int, p loginPage) error {
	p.Language = words.Pick(c.Request().Header.Get("Accept-Language"))
	p.Title = p.T(titles[p.View])
	if p.Next == "" {
		p.Next = nextOf(c, home)
	}
	p.Message = p.T(p.Message)
	if secret := s.Secret(c.Request()); p.CSRF == "" && secret != "" {
		p.CSRF = auth.CSRF(secret)
	}
	p.Provider = s.Provider != nil
	var b bytes.Buffer
	if err := loginTemplate.Execute(&b, p); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Language", p.Language)
	// Without a referrer browsers also hide the origin of forms, which says that they are ours.
	h.Set(echo.HeaderReferrerPolicy, "same-origin")
	return c.HTMLBlob(status, b.Bytes())
}

// failed shows a page with the sentence that says why something was refused.
func (s accounts) failed(c echo.Context, p loginPage, err error) error {
	f := failure.Internal("internal")
	switch known := (*failure.Failure)(nil); {
	case errors.As(err, &known):
		f = known
	case errors.Is(err, postgres.ErrDown), errors.Is(err, auth.ErrNotLoaded):
		f = failure.Unavailable("login_down")
	case errors.Is(err, postgres.ErrNotFound):
		f = failure.NotFound("not_found")
	}
	if f.Wait > 0 {
		c.Response().Header().Set(echo.HeaderRetryAfter, f.Args["seconds"])
	}
	if f.Class == failure.ClassInternal || f.Class == failure.ClassUnavailable {
		s.Log.Warn("login failed", "code", f.Code, "cause", err, "route", c.Path())
	}
	lang := words.Pick(c.Request().Header.Get("Accept-Language"))
	p.Message, p.Bad = words.Refusal(lang, f.Code, f.Args), true
	return s.show(c, gate.Status(f), p)
}

func (s accounts) caller(c echo.Context) login.Caller { return s.CallerOf(c.Request(), c.RealIP()) }

func (s accounts) showLogin(c echo.Context) error {
	who, err := s.Who(c.Request())
	if err != nil {
		return s.show(c, http.StatusOK, loginPage{View: "login"})
	}
	if way := wayOf(s.Staff.StateOf(who)); way != "" {
		return redirect(c, way+"?"+url.Values{"next": {nextOf(c, home)}}.Encode())
	}
	return redirect(c, nextOf(c, home))
}

func (s accounts) sendLogin(c echo.Context) error {
	account := c.FormValue("account")
	o, err := s.Password(c.Request().Context(), account, c.FormValue("password"), s.caller(c))
	if err != nil {
		return s.failed(c, loginPage{View: "login", Account: account}, err)
	}
	return s.goOn(c, o)
}

func (s accounts) toProvider(c echo.Context) error {
	to, err := s.ToProvider(c.Response(), c.Request(), nextOf(c, home))
	if err != nil {
		return s.failed(c, loginPage{View: "login"}, err)
	}
	return redirect(c, to)
}

func (s accounts) fromProvider(c echo.Context) error {
	o, next, err := s.FromProvider(c.Response(), c.Request(), s.caller(c))
	if err != nil {
		return s.failed(c, loginPage{View: "login"}, err)
	}
	s.Keep(c.Response(), c.Request(), o)
	if way := wayOf(o.State); way != "" {
		return redirect(c, way+"?"+url.Values{"next": {next}}.Encode())
	}
	return redirect(c, next)
}

func (s accounts) showSecond(c echo.Context, who auth.Person) error {
	return s.show(c, http.StatusOK, loginPage{View: secondView(who)})
}

// secondView says whether a person proves their second factor or sets one up.
func secondView(who auth.Person) string {
	if who.HasSecond {
		return "code"
	}
	return "start"
}

func (s accounts) startSecond(c echo.Context, who auth.Person) error {
	offer, err := s.Offer(c.Request().Context(), who)
	if err != nil {
		return s.failed(c, loginPage{View: secondView(who)}, err)
	}
	return s.show(c, http.StatusOK, loginPage{View: "enroll", Offer: offer})
}

func (s accounts) sendSecond(c echo.Context, who auth.Person) error {
	ctx, code := c.Request().Context(), c.FormValue("code")
	if who.HasSecond {
		o, err := s.Verify(ctx, who, code, s.caller(c))
		if err != nil {
			return s.failed(c, loginPage{View: "code"}, err)
		}
		return s.goOn(c, o)
	}
	o, codes, err := s.Confirm(ctx, who, code, s.caller(c))
	if err != nil {
		p := loginPage{View: "start"}
		if offer, missing := s.Offered(ctx, who); missing == nil {
			p = loginPage{View: "enroll", Offer: offer}
		}
		return s.failed(c, p, err)
	}
	s.Keep(c.Response(), c.Request(), o)
	return s.show(c, http.StatusOK, loginPage{View: "codes", Codes: codes})
}

func (s accounts) showPassword(c echo.Context, _ auth.Person) error {
	return s.show(c, http.StatusOK, loginPage{View: "password"})
}

func (s accounts) sendPassword(c echo.Context, who auth.Person) error {
	if c.FormValue("new") != c.FormValue("again") {
		return s.show(c, http.StatusBadRequest, loginPage{View: "password", Message: "login.differ", Bad: true})
	}
	o, err := s.ChangePassword(c.Request().Context(), who, c.FormValue("current"), c.FormValue("new"), s.caller(c))
	if err != nil {
		return s.failed(c, loginPage{View: "password"}, err)
	}
	return s.goOn(c, o)
}

func (s accounts) account(who auth.Person) loginPage {
	return loginPage{View: "account", Person: who, Sessions: s.Staff.Live(who, s.Now())}
}

func (s accounts) showAccount(c echo.Context, who auth.Person) error {
	return s.show(c, http.StatusOK, s.account(who))
}

func (s accounts) sendLogOut(c echo.Context, who auth.Person) error {
	return s.leave(c, who, s.LogOut(c.Request().Context(), who))
}

func (s accounts) endAll(c echo.Context, who auth.Person) error {
	return s.leave(c, who, s.EndAll(c.Request().Context(), who.ID))
}

func (s accounts) leave(c echo.Context, who auth.Person, err error) error {
	if err != nil {
		return s.failed(c, s.account(who), err)
	}
	s.Leave(c.Response())
	return s.show(c, http.StatusOK, loginPage{View: "login", Message: "login.left"})
}

func (s accounts) sendToken(c echo.Context, who auth.Person) error {
	days, err := strconv.Atoi(c.FormValue("days"))
	if err != nil {
		return s.failed(c, s.account(who), fmt.Errorf("%w: %w", failure.Invalid("bad_value"), err))
	}
	token, _, err := s.CreateToken(c.Request().Context(), who, login.TokenOrder{
		Label: c.FormValue("label"), ReadOnly: c.FormValue("read_only") != "", Community: c.FormValue("community"), Days: days,
	})
	if err != nil {
		return s.failed(c, s.account(who), err)
	}
	p := s.account(s.again(c, who))
	p.Token = token
	return s.show(c, http.StatusOK, p)
}

// again gives a person as they are known now.
func (s accounts) again(c echo.Context, who auth.Person) auth.Person {
	if now, err := s.Who(c.Request()); err == nil {
		return now
	}
	return who
}

func (s accounts) endToken(c echo.Context, who auth.Person) error {
	if err := s.RevokeToken(c.Request().Context(), who, c.Param("id")); err != nil {
		return s.failed(c, s.account(who), err)
	}
	return redirect(c, home)
}

func (s accounts) endOne(c echo.Context, who auth.Person) error {
	if err := s.End(c.Request().Context(), who, c.Param("id")); err != nil {
		return s.failed(c, s.account(who), err)
	}
	return redirect(c, home)
}
