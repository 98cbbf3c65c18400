package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/registry"
	"bihuan/procedure/service"
	"bihuan/procedure/survey"
	"bihuan/server/contract"
	"bihuan/words"
)

// kind is a procedure as the API serves it.
type kind struct {
	machine.Kind
	// show turns a case into the answer for staff, as far as they may see it; nil for one that the contract's
	// own operations show.
	show func(machine.Instance, people.Actor) any
	// progress fills in what the kind's customers see beside what all do.
	progress func(machine.Instance, words.Language, *contract.PublicCase)
	// way is the road of a case as its customer sees it.
	way []mark
	// related gives the numbers of the same customer's cases that a case came from or goes on as; nil where the
	// cases of others may be among them.
	related func(machine.Instance) []string
	// lead names the department that coordinates the work.
	lead func(machine.Instance) string
}

// mark is the key of a word of the tracking page, and the stages that it stands for.
type mark struct {
	word   string
	stages []machine.Stage
}

// kinds are the procedures that the API serves.
var kinds = []kind{
	{
		Kind: entry("complaint"), way: complaintWay,
		show: func(c machine.Instance, a people.Actor) any { return caseOf(c.State().(complaint.State), a) },
		progress: func(c machine.Instance, lang words.Language, p *contract.PublicCase) {
			complaintProgress(c.State().(complaint.State), lang, p)
		},
		related: func(c machine.Instance) []string {
			s := c.State().(complaint.State)
			return slices.DeleteFunc([]string{s.Record.Source, s.Service}, func(n string) bool { return n == "" })
		},
		lead: func(c machine.Instance) string { return c.State().(complaint.State).Lead },
	},
	{
		Kind: entry("inquiry"), way: inquiryWay,
		show: func(c machine.Instance, a people.Actor) any { return inquiryOf(c.State().(inquiry.State), a) },
		progress: func(c machine.Instance, _ words.Language, p *contract.PublicCase) {
			inquiryProgress(c.State().(inquiry.State), p)
		},
		related: func(c machine.Instance) []string { return c.State().(inquiry.State).Links },
		lead:    func(c machine.Instance) string { return c.State().(inquiry.State).Department },
	},
	{
		Kind: entry("improvement"), // nobody outside follows it
		show: func(c machine.Instance, a people.Actor) any { return improvementOf(c.State().(improvement.State), a) },
		lead: func(machine.Instance) string { return "" },
	},
	{
		Kind: entry("service"), way: serviceWay,
		show: func(c machine.Instance, a people.Actor) any { return serviceOf(c.State().(service.State), a) },
		progress: func(c machine.Instance, _ words.Language, p *contract.PublicCase) {
			serviceProgress(c.State().(service.State), p)
		},
		related: func(c machine.Instance) []string { return c.State().(service.State).Links },
		lead:    func(c machine.Instance) string { return c.State().(service.State).Department },
	},
	{
		Kind: entry("collective"), // it has no customer, and so no road
		show: func(c machine.Instance, a people.Actor) any { return issueOf(c.State().(collective.State), a) },
	},
	{
		Kind: entry("survey"), // its households have links of their own
		show: func(c machine.Instance, a people.Actor) any { return surveyOf(c.State().(survey.State), a) },
		lead: func(machine.Instance) string { return "" },
	},
}

func entry(kind string) machine.Kind {
	p, ok := registry.Of(kind)
	if !ok {
		panic("the handbook has no " + kind)
	}
	return p
}

// kindOf finds the kind that a number belongs to.
func kindOf(n string) kind {
	i := slices.IndexFunc(kinds, func(k kind) bool { return strings.HasPrefix(n, k.Prefix+"-") })
	if i < 0 {
		return kind{}
	}
	return kinds[i]
}

// kindNamed finds a kind by its procedure.
func kindNamed(name string) kind {
	return kinds[slices.IndexFunc(kinds, func(k kind) bool { return k.Name == name })]
}

// ofEveryKind are the parts of a case that are the same whatever its kind. They stand under /cases, and
// can be asked for below the kind's own path too.
var ofEveryKind = []string{"timeline", "notices", "history", "unmask", "commands", "forms"}

// below leads /api/v1/complaints/{number}/timeline to /api/v1/cases/{number}/timeline, and
// /api/v1/public/inquiries/{number} to /api/v1/public/cases/{number}.
func below(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if path := ofCase(r.Method, r.URL.Path); path != r.URL.Path && contract.KindAt(r.URL.Path).Name != "" {
			r.URL.Path, r.URL.RawPath = path, ""
		}
		return next(c)
	}
}

// ofCase gives the path of a part that is the same whatever the case's kind; any other path as it is.
func ofCase(method, path string) string {
	const root, public = "/api/v1/", "/api/v1/public/"
	rest, isPublic := strings.CutPrefix(path, public)
	if isPublic {
		if parts := strings.Split(rest, "/"); method == http.MethodGet && len(parts) == 2 {
			return public + "cases/" + parts[1]
		}
		return path
	}
	parts := strings.Split(strings.TrimPrefix(path, root), "/")
	if len(parts) >= 3 && slices.Contains(ofEveryKind, parts[2]) {
		return root + "cases/" + strings.Join(parts[1:], "/")
	}
	return path
}
