package pages

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"bihuan/procedure/calendar"
	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/service"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/list"
	"bihuan/server/view"
	"bihuan/settings"
	"bihuan/words"
)

//go:embed track
var trackFiles embed.FS

var trackPage = template.Must(template.New("page.html").ParseFS(trackFiles, "track/*.html"))

// page is what the tracking page shows. Without a case it is only a message.
type page struct {
	words.Localizer
	Path     string // of the page itself, the secret included
	Key      string // makes sending a form twice harmless
	Message  string
	Bad      bool   // the message says that something was refused
	Hours    string // in which work is done
	tried    string // the command of the form that was refused
	typed    url.Values
	Case     *contract.PublicCase
	Steps    []step
	Contacts []contact
	zone     *time.Location
	names    settings.Names
	urgent   bool
	outcome  string
}

// step is one mark of the way that a complaint goes.
type step struct {
	Name          string
	Done, Current bool
}

type contact struct{ Department, Name, Phone string }

// When writes a moment in the community's zone.
func (p page) When(t time.Time) string {
	if p.zone != nil {
		t = t.In(p.zone)
	}
	return t.Format("2006-01-02 15:04")
}

// May says whether the complainant may give a command now.
func (p page) May(command string) bool {
	return slices.Contains(p.Case.Allowed, command)
}

// Next tells what comes next.
func (p page) Next() string {
	if p.urgent && p.Case.Stage == string(service.StageRequested) { // its department has it already. A8
		return p.T("track.next_urgent")
	}
	if visit := p.Case.Service.Appointment; visit != nil && visit.Missed && p.Case.Stage == string(service.StageScheduled) { // L3
		return p.T("track.next_missed")
	}
	if p.Case.Stage == string(service.StageScheduling) && !p.May(service.CmdAgree) { // it is ours to answer
		return p.T("track.next_ours")
	}
	return whatNext(p.Language, p.Case.Kind, p.outcome, cmp.Or(p.Case.Joined.Stage, p.Case.Stage))
}

// Tried says that a command's form was sent, and refused.
func (p page) Tried(command string) bool { return p.tried == command }

// Asked is the command of the form that has to be looked at again, if there is one.
func (p page) Asked() string { return p.tried }

// Refused gives the sentence that says why a command's form was not taken.
func (p page) Refused(command string) string {
	if p.tried != command {
		return ""
	}
	return p.Message
}

// Typed gives what was typed into a form that was refused.
func (p page) Typed(command, field string) string {
	if p.tried != command {
		return ""
	}
	return p.typed.Get(field)
}

// PlanState names the words for how far the newest plan is.
func (p page) PlanState() string {
	if p.Case.Plan.Answer == "" {
		return p.T("track.plan_awaits")
	}
	return words.Label(p.Language, "answer", string(p.Case.Plan.Answer))
}

// Outcome puts how it closed into words.
func (p page) Outcome(o any) string {
	return words.LabelOf(p.Language, p.Case.Kind, "outcome", fmt.Sprint(o))
}

// Asks lists what the complainant may ask for with a reason.
func (p page) Asks() []string {
	return slices.DeleteFunc([]string{complaint.CmdReopen, complaint.CmdAppeal, complaint.CmdWithdraw},
		func(c string) bool { return !p.May(c) })
}

// Ask words what the complainant may ask for: a merged complaint is not reopened but handled by itself. A11
func (p page) Ask(command string) string {
	if command == complaint.CmdReopen && p.Case.Joined.Stage != "" {
		return p.T("track.separate")
	}
	return p.T("track." + command)
}

// TaskState puts a task's status into words; a department's that helps with a case is the stage.
func (p page) TaskState(status string) string {
	if label := words.Label(p.Language, "task_status", status); label != status {
		return label
	}
	return words.LabelOf(p.Language, p.Case.Kind, "stage", status)
}

// trackingPages serves the complainant's page. It works without JavaScript. D3, N3
func (s *Site) trackingPages(e *echo.Echo) {
	e.GET("/track/style.css", echo.StaticFileHandler("track/style.css", trackFiles))
	e.GET("/track/:number/:secret", s.showTrack)
	e.GET("/track/:number/:secret/:command", backToTrack)
	e.POST("/track/:number/:secret/:command", s.limitedPage(s.sendTrack, s.trackMessage))
}

// backToTrack leads from the address of a form's answer, which is there for the form alone, to the page.
func backToTrack(c echo.Context) error {
	return c.Redirect(http.StatusSeeOther, "/track/"+url.PathEscape(c.Param("number"))+"/"+url.PathEscape(c.Param("secret")))
}

func (s *Site) showTrack(c echo.Context) error {
	complainant, err := s.Customer(c.Param("number"), c.Param("secret"))
	if err != nil {
		return s.trackMessage(c, err)
	}
	state, err := s.Fresh(c.Request().Context(), complainant.ID)
	if err != nil {
		return s.trackMessage(c, err)
	}
	return s.render(c, http.StatusOK, s.pageOf(c, state, complainant))
}

// sendTrack gives the command of a form, and shows what became of it.
func (s *Site) sendTrack(c echo.Context) error {
	complainant, err := s.Customer(c.Param("number"), c.Param("secret"))
	if err != nil {
		return s.trackMessage(c, err)
	}
	op := s.Operations.OfCustomer(view.Of(complainant.ID).Name, c.Param("command"))
	if op == nil {
		return s.trackMessage(c, desk.ErrNotFound)
	}
	body, key, err := s.formBody(c, op, complainant.ID)
	if err == nil {
		err = op.CheckBody(body)
	}
	if err != nil {
		return s.trackRefused(c, complainant, err)
	}
	g, err := s.Give(c.Request().Context(), desk.Order{Number: complainant.ID, Name: op.Command, Actor: complainant, Body: body, Key: key})
	if err == nil && g.Refusal != nil {
		err = g.Refusal
	}
	if err != nil {
		return s.trackRefused(c, complainant, err)
	}
	standing, err := s.after(c.Request().Context(), complainant.ID, g.Outcome)
	if err != nil {
		return s.trackMessage(c, err)
	}
	p := s.pageOf(c, standing, complainant)
	p.Message = p.T("track.sent")
	return s.render(c, http.StatusOK, p)
}

// after gives how a case stands after a command, as far as is known.
func (s *Site) after(ctx context.Context, n string, o desk.Outcome) (machine.Instance, error) {
	if !o.Known {
		return s.Fresh(ctx, n)
	}
	return desk.Read(n, o.State)
}

// formBody turns a form's fields into the JSON of the contract, and gives the key that makes sending it twice harmless.
func (s *Site) formBody(c echo.Context, op *contract.Operation, n string) (body []byte, key string, err error) {
	form, err := s.Form(c)
	if err != nil {
		return nil, "", err
	}
	fields := map[string]string{}
	for name, values := range form {
		if name != "key" && values[0] != "" {
			fields[name] = values[0]
		}
	}
	body, err = json.Marshal(op.Typed(fields, s.Zone(c.Request().Context(), n)))
	return body, form.Get("key"), err
}

// trackRefused shows the case with the sentence that says why something was not taken.
func (s *Site) trackRefused(c echo.Context, complainant people.Actor, refusal error) error {
	state, err := s.Fresh(c.Request().Context(), complainant.ID)
	if err != nil {
		return s.trackMessage(c, refusal)
	}
	f := desk.FailureOf(refusal)
	s.Failed(c, f)
	p := s.pageOf(c, state, complainant)
	p.Message, p.Bad = words.Refusal(p.Language, f.Code, f.Args), true
	if command := c.Param("command"); p.May(command) {
		p.tried, p.typed = command, c.Request().PostForm
	}
	gate.SetRetry(c.Response().Header(), f)
	return s.render(c, gate.Status(f), p)
}

func (s *Site) trackMessage(c echo.Context, err error) error {
	f := desk.FailureOf(err)
	s.Failed(c, f)
	lang := gate.LanguageOf(c.Request())
	gate.SetRetry(c.Response().Header(), f)
	return s.render(c, gate.Status(f), page{Localizer: words.Localizer{Language: lang}, Message: words.Refusal(lang, f.Code, f.Args), Bad: true})
}

func (s *Site) pageOf(c echo.Context, standing machine.Instance, customer people.Actor) page {
	lang, sum, k := gate.LanguageOf(c.Request()), standing.Summary(), view.Of(customer.ID)
	if sum.Language != "" {
		lang = words.Pick(sum.Language)
	}
	shown := s.Progress(c.Request().Context(), lang, standing, customer)
	p := page{
		Localizer: words.Localizer{Language: lang, Kind: k.Name}, names: s.Settings.Names(lang), urgent: sum.Urgency == policy.Urgencies[0],
		outcome: sum.Outcome, Path: "/track/" + customer.ID + "/" + c.Param("secret"), Key: uuid.NewString(), Case: &shown,
	}
	p.Steps = p.stepsOf(k.Way, machine.Stage(cmp.Or(shown.Joined.Stage, sum.Stage)))
	if known, ok := s.Settings.For(sum.Community); ok {
		p.zone = s.ZoneOf(sum.Community)
		p.Hours = strings.Join(list.Map(known.Calendar.Hours, calendar.Span.String), " · ")
		if d, ok := known.Department(k.Lead(standing)); ok && d.Phone != "" {
			p.Contacts = append(p.Contacts, contact{s.Settings.Names(lang).Department(d.ID), d.Contact, d.Phone})
		}
	}
	return p
}

// whatNext tells a customer what comes next; of some ends that depends on how it ended.
func whatNext(lang words.Language, kind, outcome, stage string) string {
	code := stage + "-" + outcome
	if next := words.LabelOf(lang, kind, "next", code); next != code {
		return next
	}
	return words.LabelOf(lang, kind, "next", stage)
}

func (p page) stepsOf(way []view.Mark, stage machine.Stage) []step {
	steps, passed := make([]step, len(way)), true
	for i, w := range way {
		steps[i].Name = p.T(w.Word)
		if slices.Contains(w.Stages, stage) {
			steps[i].Current, passed = true, false
		}
		steps[i].Done = passed
	}
	return steps
}

func (s *Site) render(c echo.Context, status int, p page) error {
	var b bytes.Buffer
	if err := trackPage.Execute(&b, p); err != nil {
		return err
	}
	c.Response().Header().Set("X-Robots-Tag", "noindex")
	c.Response().Header().Set("Content-Language", p.Language)
	return c.HTMLBlob(status, b.Bytes())
}
