package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/gate"
)

// command serves every command of staff: the path says which, the gate has checked the body and, by the
// table, the role; the rest is the procedure's to decide.
func (s *Server) command(op *contract.Operation) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		in := desk.CallOf(ctx)
		community, _ := s.Community(ctx, in.Number) // the gate has just asked
		if err := s.Asks(ctx, op, community, in.Body); err != nil {
			return err
		}
		g, err := s.Give(ctx, orderOf(c, in.Number, in.Actor, in.Body))
		if err != nil {
			return err
		}
		return answered(c, g, func() (any, error) { return desk.Shown(in.Number, g.State, in.Actor) })
	}
}

// orderOf is the command that a request's path names, as somebody gives it.
func orderOf(c echo.Context, n string, actor people.Actor, body []byte) desk.Order {
	path := c.Path()
	return desk.Order{
		Number: n, Name: path[strings.LastIndex(path, "/")+1:], Actor: actor, Body: body, Task: c.Param("task"),
		Key: c.Request().Header.Get(gate.HeaderKey),
	}
}

// unknownCommand answers for the commands that the contract does not have.
func unknownCommand(c echo.Context) error {
	return failure.NotFound("unknown_command").With("command", c.Param("command"))
}

// Pending answers a command that is safe and not applied yet.
type Pending struct {
	Status  string `json:"status"` // "accepted"
	Command string `json:"command"`
}

// answered writes a command's outcome: applied, refused, or safe and not applied yet.
func answered(c echo.Context, g desk.Given, view func() (any, error)) error {
	switch {
	case !g.Known:
		return c.JSON(http.StatusAccepted, Pending{Status: "accepted", Command: g.ID})
	case g.Refusal != nil:
		return g.Refusal
	}
	answer, err := view()
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

// tellCommand tells what became of a command.
func (s *Server) tellCommand(c echo.Context) error {
	ctx := c.Request().Context()
	in := desk.CallOf(ctx)
	if err := s.Note(ctx); err != nil {
		return err
	}
	o, err := s.Engine.Outcome(ctx, in.Number, c.Param("id"))
	if err != nil {
		return err
	}
	return answered(c, desk.Given{Outcome: o, ID: c.Param("id")}, func() (any, error) { return desk.Shown(in.Number, o.State, in.Actor) })
}
