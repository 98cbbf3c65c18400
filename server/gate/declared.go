package gate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/contract"
)

// pageViews are the routes beside the contract, by their line in the table of views. A handler of its own
// serves each, and lets nobody in whom the table does not.
var pageViews = map[string]string{
	"GET /healthz": "health",
	"GET /readyz":  "health",
	"GET /metrics": "health",

	"GET /api/v1/openapi.yaml":                "documentation",
	"GET /api/v1/docs":                        "documentation",
	"GET /api/v1/docs/start.js":               "documentation",
	"GET /api/v1/docs/swagger-ui.css":         "documentation",
	"GET /api/v1/docs/swagger-ui-bundle.js":   "documentation",
	"GET /handbook":                           "get-handbook",
	"GET /handbook/style.css":                 "documentation",
	"GET /print/style.css":                    "documentation",
	"GET /print/summary":                      "get-summary-workbook",
	"GET /print/surveys/:number/results":      "get-survey-results-workbook",
	"GET /survey/style.css":                   "survey-page",
	"GET /survey/:number/:token":              "survey-page",
	"POST /survey/:number/:token":             "survey-page",
	"GET /print/analysis":                     "get-analysis-workbook",
	"GET /print/complaints/:number/record":    "get-record-form",
	"GET /print/complaints/:number/follow-up": "get-follow-up-form",
	"GET /":                                    "application-page",
	"GET /communities":                         "application-page",
	"GET /communities/:community":              "community-page",
	"GET /communities/:community/apply":        "application-page",
	"GET /communities/:community/apply/:kind":  "application-page",
	"POST /communities/:community/apply/:kind": "application-page",
	"GET /apply/style.css":                     "application-page",
	"GET /track/style.css":                     "tracking-page",
	"GET /track/:number/:secret":               "tracking-page",
	"GET /track/:number/:secret/:command":      "tracking-page",
	"POST /track/:number/:secret/:command":     "tracking-page",
	"GET /login/style.css":                     "login-pages",
	"GET /login":                               "login-pages",
	"POST /login":                              "login-pages",
	"GET /login/oidc":                          "login-pages",
	"GET /login/oidc/callback":                 "login-pages",
	"GET /login/totp":                          "account-pages",
	"POST /login/totp":                         "account-pages",
	"POST /login/totp/start":                   "account-pages",
	"GET /login/password":                      "account-pages",
	"POST /login/password":                     "account-pages",
	"GET /account":                             "account-pages",
	"POST /account/logout":                     "account-pages",
	"POST /account/tokens":                     "account-pages",
	"POST /account/tokens/:id/end":             "account-pages",
	"POST /account/sessions/end":               "account-pages",
	"POST /account/sessions/:id/end":           "account-pages",
	"POST /codec/:namespace/decode":            "open-payloads",
	"OPTIONS /codec/:namespace/decode":         "open-payloads",
}

// Declared fails for a route that neither the contract nor the pages have, and so nobody may ask for:
// nothing is open by omission. N1
func Declared(ctx context.Context, e *echo.Echo) error {
	operations, err := contract.Load(ctx)
	if err != nil {
		return err
	}
	return undeclared(operations, e.Routes())
}

func undeclared(operations contract.Operations, routes []*echo.Route) error {
	var wrong []error
	for _, r := range routes {
		name := r.Method + " " + r.Path
		_, known := operations[name]
		if contract.KindAt(r.Path).Name != "" && strings.HasSuffix(r.Path, "/:number/:command") {
			continue // it only says that there is no such command
		}
		if _, page := pageViews[name]; !known && !page {
			wrong = append(wrong, fmt.Errorf("%s has no permission declared", name))
		}
	}
	return errors.Join(wrong...)
}

// checkTable fails when an operation of the contract stands in neither table, or a line of the views
// says of an operation that it is public where the contract does not, and the reverse. N1
func checkTable(operations contract.Operations) error {
	var wrong []error
	views := slices.Collect(maps.Values(pageViews))
	for _, key := range slices.Sorted(maps.Keys(operations)) {
		op := operations[key]
		if op.Command != "" {
			wrong = append(wrong, checkCommand(op))
			continue
		}
		views = append(views, op.View)
		v, ok := people.FindView(op.View)
		if !ok || v.Public() != op.Public {
			wrong = append(wrong, fmt.Errorf("%s (%s): the table of views says otherwise", op.ID, key))
		}
	}
	for _, v := range people.Views {
		if !slices.Contains(views, v.Name) {
			wrong = append(wrong, fmt.Errorf("the view %s is no operation", v.Name))
		}
	}
	return errors.Join(wrong...)
}

func checkCommand(op *contract.Operation) error {
	name := op.CommandName()
	if !slices.Contains(machine.Commands(op.Kind.Table), name) {
		return fmt.Errorf("%s: the transition table of %q has no %s", op.ID, op.Kind.Name, name)
	}
	if op.Public && !machine.MayEver(op.Kind.Table, name, people.Actor{Roles: []people.Role{people.Complainant}}) {
		return fmt.Errorf("%s is public and not the customer's", op.ID)
	}
	return nil
}
