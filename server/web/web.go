// Package web puts the server together: the API and the pages behind one gate.
package web

import (
	"context"

	"github.com/labstack/echo/v4"

	"bihuan/server/api"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/pages"
	"bihuan/server/reports"
)

// Options is what the server is made of.
type Options struct {
	Desk desk.Options
	Gate gate.Options
	API  api.Options
	// Figures counts. I4
	Figures reports.Figures
}

// New builds the server with its routes. It fails where the contract and the tables of who may do what differ.
func New(ctx context.Context, o Options) (*echo.Echo, error) {
	d := desk.New(o.Desk)
	g, err := gate.New(ctx, d, o.Gate)
	if err != nil {
		return nil, err
	}
	e, r := g.Echo(), &reports.Reports{Desk: d, Figures: o.Figures}
	api.Routes(e, g, r, o.API)
	pages.Routes(e, g, r)
	return e, nil
}
