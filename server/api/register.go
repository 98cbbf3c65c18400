package api

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/view"
)

// Registration answers staff who registered a complaint.
type Registration struct {
	Number string `json:"number"`
	// TrackingLink is for the customer alone. A4
	TrackingLink string `json:"tracking_link,omitempty"`
	Case         any    `json:"case"`
}

// Receipt answers a resident who submitted one.
type Receipt struct {
	Number       string `json:"number"`
	TrackingLink string `json:"tracking_link"`
}

// register takes a complaint in that staff was told of.
func (s *Server) register(c echo.Context) error {
	in := desk.CallOf(c.Request().Context())
	if err := s.Asks(c.Request().Context(), in.Operation, "", in.Body); err != nil {
		return err
	}
	t, err := s.taken(c, desk.Intake{Kind: in.Operation.Kind, Actor: in.Actor, Body: in.Body}, in.ID)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/"+contract.Segment(in.Operation.Kind.Name)+"/"+t.Number)
	registered := Registration{Number: t.Number, Case: view.Named(in.Operation.Kind.Name).Show(t.Instance, in.Actor)}
	if view.Named(in.Operation.Kind.Name).Way != nil { // somebody follows it
		registered.TrackingLink = s.Tracking.Link(t.Number)
	}
	return c.JSON(http.StatusCreated, registered)
}

// submit takes a complaint in that a resident writes themselves.
func (s *Server) submit(c echo.Context) error {
	in := desk.CallOf(c.Request().Context())
	resident := people.Actor{Roles: []people.Role{people.Complainant}}
	t, err := s.taken(c, desk.Intake{Kind: in.Operation.Kind, Actor: resident, Resident: true, Body: in.Body}, "")
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, Receipt{Number: t.Number, TrackingLink: s.Tracking.Link(t.Number)})
}

// taken takes a case in with the request's key, and marks an answer that was given before.
func (s *Server) taken(c echo.Context, in desk.Intake, owner string) (desk.Taken, error) {
	in.Key = c.Request().Header.Get(gate.HeaderKey)
	t, err := s.Take(c.Request().Context(), in, owner)
	if t.Replay {
		c.Response().Header().Set(gate.HeaderReplay, "true")
	}
	return t, err
}
