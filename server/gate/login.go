package gate

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/people"
	"bihuan/server/auth"
	"bihuan/server/contract"
	"bihuan/server/failure"
)

const headerCSRF = "X-CSRF-Token"

// onTheWay lists what a session may do that is not open yet.
var onTheWay = map[string][]auth.State{
	"log-out":               {auth.NeedsCode, auth.NeedsPassword, auth.NeedsEnrolment},
	"prove-second-factor":   {auth.NeedsCode},
	"change-password":       {auth.NeedsPassword},
	"offer-second-factor":   {auth.NeedsEnrolment},
	"confirm-second-factor": {auth.NeedsEnrolment},
}

// who says who calls: by a personal token or, without an Authorization header, by a session.
func (g *Gate) who(r *http.Request, op *contract.Operation) (auth.Person, error) {
	if header := r.Header.Get(echo.HeaderAuthorization); header != "" || g.Login == nil {
		p, err := g.Staff.Who(header, g.Now())
		if view, _ := people.FindView(op.ID); err == nil && p.ReadOnly() && !auth.Safe(r.Method) && !view.Posted {
			return p, failure.Forbidden("read_only_token")
		}
		return p, err
	}
	p, err := g.Login.Who(r)
	if err != nil {
		return p, err
	}
	if !auth.Safe(r.Method) && !(auth.SameOrigin(r) && auth.ValidCSRF(g.Login.Secret(r), r.Header.Get(headerCSRF))) {
		return p, failure.Forbidden("cross_site")
	}
	state := g.Staff.StateOf(p)
	if state != auth.Open && !slices.Contains(onTheWay[op.ID], state) {
		return p, unfinished(state)
	}
	return p, nil
}

// unfinished says what is left to do before a session opens anything.
func unfinished(state auth.State) error {
	switch state {
	case auth.NeedsPassword:
		return failure.Forbidden("password_change_needed")
	case auth.NeedsEnrolment:
		return failure.Forbidden("second_factor_enrollment_needed")
	}
	return failure.Forbidden("second_factor_needed")
}
