package pages

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/list"
	"bihuan/server/view"
	"bihuan/settings"
	"bihuan/words"
)

//go:embed apply
var applyFiles embed.FS

var applyTemplate = template.Must(template.New("page.html").ParseFS(applyFiles, "apply/*.html"))

// applyPage is what residents see who want something: of which community, what, the form, or that it was taken.
type applyPage struct {
	words.Localizer
	Path        string // of the page itself, without its language
	Title       string
	Community   string
	Back        string // where something else can be chosen
	Message     string
	Communities []applyChoice
	Offers      []applyOffer
	Sections    []applySection
	Key         string // makes sending the form twice harmless
	Receipt     *applyReceipt
}

// applyOffer is something to apply for, with others of its sort.
type applyOffer struct {
	Name    string
	Choices []applyChoice
}

type applyChoice struct{ Name, Note, To string }

// applySection is a part of the form.
type applySection struct {
	Title  string
	Note   string
	Fields []applyField
}

// applyReceipt says what was taken in, and what comes next. A4
type applyReceipt struct{ Number, Link, Page, Next string }

// To gives the page's address in a language.
func (p applyPage) To(lang words.Language) string { return withLanguage(p.Path, lang) }

// Wrong lists the fields that have to be looked at again.
func (p applyPage) Wrong() (wrong []applyField) {
	for _, s := range p.Sections {
		for _, f := range s.Fields {
			if f.Fault != "" {
				wrong = append(wrong, f)
			}
		}
	}
	return wrong
}

func withLanguage(path string, lang words.Language) string {
	if strings.Contains(path, "?") {
		return path + "&lang=" + lang
	}
	return path + "?lang=" + lang
}

// applyPages serves the forms by which residents bring what they want, one for each operation of the contract by
// which they may. They work without JavaScript. L1, A1, K1
func (s *Site) applyPages(e *echo.Echo) {
	e.GET("/apply/style.css", echo.StaticFileHandler("apply/style.css", applyFiles))
	e.GET("/", func(c echo.Context) error { return c.Redirect(http.StatusFound, "/communities") })
	e.GET("/communities", s.chooseCommunity)
	e.GET("/communities/:community/apply", s.chooseMatter)
	e.GET("/communities/:community/apply/:kind", s.showApplication)
	e.POST("/communities/:community/apply/:kind", s.limitedPage(s.takeApplication, s.applyTooOften))
}

// languageAsked gives the language of a public page: the one asked for in its address, else the browser's.
func languageAsked(c echo.Context) words.Language {
	if asked := c.QueryParam("lang"); asked != "" {
		return words.Pick(asked)
	}
	return gate.LanguageOf(c.Request())
}

func (s *Site) chooseCommunity(c echo.Context) error {
	lang := languageAsked(c)
	names := s.Settings.Names(lang)
	p := applyPage{Localizer: words.Localizer{Language: lang}, Path: "/communities"}
	p.Title = p.T("apply.communities")
	p.Communities = list.Map(s.Settings.Communities(), func(found settings.Community) applyChoice {
		return applyChoice{Name: names.Community(found.ID), To: withLanguage("/communities/"+url.PathEscape(found.ID), lang)}
	})
	return renderApply(c, http.StatusOK, p)
}

// application is a form being filled in: the operation that takes it, and what its settings ask for.
type application struct {
	op        *contract.Operation
	community string
	policy    policy.Policy
	service   policy.ServiceCategory
	names     settings.Names
	zone      *time.Location
	words.Localizer
}

// applicationAt reads of which community something is applied for.
func (s *Site) applicationAt(c echo.Context) (application, error) {
	lang := languageAsked(c)
	a := application{Localizer: words.Localizer{Language: lang}, community: c.Param("community"), names: s.Settings.Names(lang),
		zone: time.UTC}
	p, ok := s.Settings.For(a.community)
	if !ok {
		return a, desk.ErrNotFound
	}
	a.policy = p
	a.zone = s.ZoneOf(a.community)
	return a, nil
}

// applicationOf reads what is applied for from the page's address.
func (s *Site) applicationOf(c echo.Context) (application, error) {
	a, err := s.applicationAt(c)
	if err != nil {
		return a, err
	}
	if a.op = s.Operations.Submission(contract.KindOf(c.Param("kind")).Name); a.op == nil {
		return a, desk.ErrNotFound
	}
	if a.Kind = a.op.Kind.Name; a.Kind != "service" {
		return a, nil
	}
	chosen, ok := a.policy.Service.Category(c.QueryParam("category"))
	if !ok || !a.policy.Service.Leaf(chosen.ID) {
		return a, errNothingChosen
	}
	a.service = chosen
	return a, nil
}

// errNothingChosen says that it is not known which service is wanted.
var errNothingChosen = errors.New("no service is chosen")

// path is the address of the form, or of the choice before there is one.
func (a application) path() string {
	path := "/communities/" + url.PathEscape(a.community) + "/apply"
	if a.op == nil {
		return path
	}
	path += "/" + contract.Segment(a.op.Kind.Name)
	if a.service.ID != "" {
		path += "?category=" + url.QueryEscape(a.service.ID)
	}
	return path
}

// applyTooOften says that too much was sent.
func (s *Site) applyTooOften(c echo.Context, err error) error {
	a, _ := s.applicationAt(c) // where there is no such community, the page says what it can
	return s.applyRefused(c, a, err)
}

func (s *Site) chooseMatter(c echo.Context) error {
	a, err := s.applicationAt(c)
	if err != nil {
		return s.applyRefused(c, a, err)
	}
	return renderApply(c, http.StatusOK, s.choice(a))
}

// choice is the page on which residents choose what they want: a service by its tree, or whatever else the contract
// lets them bring.
func (s *Site) choice(a application) applyPage {
	a.op, a.service = nil, policy.ServiceCategory{}
	community := a.names.Community(a.community)
	p := applyPage{Localizer: a.Localizer, Path: a.path(), Title: a.T("apply.choose"), Community: community,
		Back: withLanguage("/communities/"+url.PathEscape(a.community), a.Language)}
	var others applyOffer
	for _, k := range view.Kinds() {
		switch a.op = s.Operations.Submission(k.Name); {
		case a.op == nil:
		case k.Name == "service":
			p.Offers = a.services()
		default:
			others.Choices = append(others.Choices, applyChoice{Name: a.T("apply.offer." + k.Name), Note: a.T("apply.offer_note." + k.Name),
				To: withLanguage(a.path(), a.Language)})
		}
	}
	p.Offers = append(p.Offers, others)
	return p
}

// services are the leaves of the tree of services, below their roots.
func (a application) services() (offers []applyOffer) {
	for _, root := range a.policy.Service.Categories {
		if root.Parent == "" {
			offers = append(offers, applyOffer{Name: a.names.Category(root.ID), Choices: a.below(root)})
		}
	}
	return offers
}

// below lists what can be asked for at a node of the tree or under it.
func (a application) below(node policy.ServiceCategory) (choices []applyChoice) {
	if a.policy.Service.Leaf(node.ID) {
		note := words.Label(a.Language, "charge", node.Charge)
		if node.Urgency == policy.Urgencies[0] {
			note = words.Label(a.Language, "urgency", node.Urgency)
		}
		a.service = node
		return []applyChoice{{Name: a.names.Category(node.ID), Note: note, To: withLanguage(a.path(), a.Language)}}
	}
	for _, c := range a.policy.Service.Categories {
		if c.Parent == node.ID {
			choices = append(choices, a.below(c)...)
		}
	}
	return choices
}

func (s *Site) showApplication(c echo.Context) error {
	a, err := s.applicationOf(c)
	if err != nil {
		return s.applyRefused(c, a, err)
	}
	return renderApply(c, http.StatusOK, a.page(a.sections(url.Values{}), uuid.NewString()))
}

// page is the form.
func (a application) page(sections []applySection, key string) applyPage {
	title := a.T("apply.offer." + a.op.Kind.Name)
	if a.service.ID != "" {
		title = a.names.Category(a.service.ID)
	}
	back := a
	back.op, back.service = nil, policy.ServiceCategory{}
	return applyPage{
		Localizer: a.Localizer, Path: a.path(), Title: title, Community: a.names.Community(a.community),
		Back:     withLanguage(back.path(), a.Language),
		Sections: sections, Key: key,
	}
}

// takeApplication takes in what was sent, once for each key, or shows the form again with what is wrong beside each
// field. L1, A10
func (s *Site) takeApplication(c echo.Context) error {
	a, err := s.applicationOf(c)
	if err != nil {
		return s.applyRefused(c, a, err)
	}
	form, err := s.Form(c)
	if err != nil {
		return s.applyRefused(c, a, err)
	}
	key := form.Get("key")
	if key == "" || len(key) > longestKey {
		key = uuid.NewString()
	}
	sections := a.sections(form)
	p := a.page(sections, key)
	if a.check(sections); len(p.Wrong()) > 0 {
		return renderApply(c, http.StatusBadRequest, p)
	}
	t, err := s.submitted(c, a, sections, key)
	if err != nil {
		return s.applyAgain(c, a, p, err)
	}
	p.Sections, p.Receipt = nil, a.receipt(t, s.Tracking.Link(t.Number))
	return renderApply(c, http.StatusCreated, p)
}

// longestKey is how long the key of a form may be.
const longestKey = 200

// submitted registers what was filled in, as the contract has it.
func (s *Site) submitted(c echo.Context, a application, sections []applySection, key string) (desk.Taken, error) {
	body, err := json.Marshal(a.body(sections, channelOf(c.Request())))
	if err == nil {
		err = a.op.CheckBody(body)
	}
	if err != nil {
		return desk.Taken{}, err
	}
	resident := people.Actor{Roles: []people.Role{people.Complainant}}
	return s.Take(c.Request().Context(), desk.Intake{Kind: a.op.Kind, Actor: resident, Resident: true, Body: body, Key: key}, "")
}

// channelOf tells a browser from WeChat's own. A1
func channelOf(r *http.Request) string {
	if strings.Contains(r.UserAgent(), "MicroMessenger") {
		return "wechat"
	}
	return "website"
}

func (a application) receipt(t desk.Taken, link string) *applyReceipt {
	sum := t.Summary()
	next := a.Label("next", sum.Stage)
	if sum.Urgency == policy.Urgencies[0] {
		next = a.T("apply.emergency")
	}
	r := &applyReceipt{Number: t.Number, Link: link, Page: link, Next: next}
	if u, err := url.Parse(link); err == nil {
		r.Page = u.Path // wherever this page was asked from
	}
	return r
}

// applyAgain shows the form with why it was not taken, beside its field where it is about one.
func (s *Site) applyAgain(c echo.Context, a application, p applyPage, refusal error) error {
	f := desk.FailureOf(refusal)
	s.Failed(c, f)
	gate.SetRetry(c.Response().Header(), f)
	said := words.Refusal(a.Language, f.Code, f.Args)
	if f.Code == "idempotency_key_reused" { // sent before, and changed since: another one, if they mean it
		p.Key, said = uuid.NewString(), a.T("apply.sent_before")
	}
	if !a.blame(p.Sections, f, said) {
		p.Message = said
	}
	return renderApply(c, gate.Status(f), p)
}

// applyRefused says why there is no form.
func (s *Site) applyRefused(c echo.Context, a application, err error) error {
	if errors.Is(err, errNothingChosen) {
		p := s.choice(a)
		if c.QueryParam("category") == "" {
			return renderApply(c, http.StatusOK, p)
		}
		p.Message = words.Refusal(a.Language, "unknown_category", map[string]string{"category": c.QueryParam("category")})
		return renderApply(c, http.StatusNotFound, p)
	}
	f := desk.FailureOf(err)
	s.Failed(c, f)
	gate.SetRetry(c.Response().Header(), f)
	p := applyPage{Localizer: a.Localizer, Path: c.Request().URL.EscapedPath(), Title: a.T("apply.title"),
		Message: words.Refusal(a.Language, f.Code, f.Args)}
	if a.policy.Version != "" {
		p.Back = withLanguage("/communities/"+url.PathEscape(a.community)+"/apply", a.Language)
	}
	return renderApply(c, gate.Status(f), p)
}

func renderApply(c echo.Context, status int, p applyPage) error {
	var b bytes.Buffer
	if err := applyTemplate.Execute(&b, p); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Language", p.Language)
	return c.HTMLBlob(status, b.Bytes())
}
