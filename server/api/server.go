// Package api serves the contract in openapi.yaml: it starts cases, hands them commands, asks what
// became of them, and reads what Postgres holds. It decides nothing.
package api

import (
	"crypto/ed25519"

	"github.com/labstack/echo/v4"

	"bihuan/procedure/policy"
	"bihuan/server/contract"
	"bihuan/server/gate"
	"bihuan/server/reports"
	"bihuan/server/view"
)

// Options is what the API needs beside the gate.
type Options struct {
	// People keeps the directory. N4
	People People
	Access AccessLog
	// ExportKey verifies exports; nil where none is published. The key that signs them is not the server's. N2
	ExportKey ed25519.PublicKey
}

// Server answers requests.
type Server struct {
	Options
	*gate.Gate
	reports *reports.Reports
}

// Routes puts the API on a server.
func Routes(e *echo.Echo, g *gate.Gate, r *reports.Reports, o Options) {
	s := &Server{Options: o, Gate: g, reports: r}
	e.Pre(below)
	contract.Documentation(e)
	for _, op := range s.Operations {
		switch {
		case op.Command != "":
			e.Add(op.Method, op.Path, s.Let(s.handlerOf(op)))
		case op.Shows:
			e.Add(op.Method, op.Path, s.Let(s.showing(op)))
		}
	}
	for _, k := range view.Kinds() {
		e.POST("/api/v1/"+contract.Segment(k.Name)+"/:number/:command", unknownCommand)
	}
	gates := map[string][]echo.MiddlewareFunc{}
	for _, op := range s.Operations {
		gates[op.ID] = []echo.MiddlewareFunc{s.Let}
	}
	strict := contract.NewStrictHandler(s, []contract.StrictMiddlewareFunc{s.remembered})
	contract.RegisterHandlersWithOptions(e, strict, contract.RegisterHandlersOptions{OperationMiddlewares: gates})
}

// handlerOf gives the handler of an operation that takes a command.
func (s *Server) handlerOf(op *contract.Operation) echo.HandlerFunc {
	switch {
	case op.Registers() && op.Public:
		return s.submit
	case op.Registers():
		return s.register
	case op.Public:
		return s.publicCommand
	case op.Command == policy.CmdAdopt:
		return s.adopt
	}
	return s.command(op)
}

// showing gives the handler of an operation about a case of any kind.
func (s *Server) showing(op *contract.Operation) echo.HandlerFunc {
	if op.ID == "get-command" {
		return s.tellCommand
	}
	return s.showCase
}
