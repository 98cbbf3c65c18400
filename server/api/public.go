package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/gate"
)

// publicCommand serves the complainant's own commands.
func (s *Server) publicCommand(c echo.Context) error {
	ctx := c.Request().Context()
	in := desk.CallOf(ctx)
	complainant, err := s.Customer(c.Param("number"), c.Request().Header.Get(gate.HeaderSecret))
	if err != nil {
		return err
	}
	g, err := s.Give(ctx, orderOf(c, complainant.ID, complainant, in.Body))
	if err != nil {
		return err
	}
	return answered(c, g, func() (any, error) {
		standing, err := desk.Read(complainant.ID, g.State)
		if err != nil {
			return nil, err
		}
		return s.Progress(ctx, in.Language, standing, complainant), nil
	})
}

// Track shows a complaint to its complainant.
func (s *Server) Track(ctx context.Context, r contract.TrackRequestObject) (contract.TrackResponseObject, error) {
	complainant, err := s.Customer(r.Number, r.Params.TrackingSecret)
	if err != nil {
		return nil, err
	}
	state, err := s.Fresh(ctx, complainant.ID)
	if err != nil {
		return nil, err
	}
	return contract.Track200JSONResponse{ProgressJSONResponse: contract.ProgressJSONResponse(s.Progress(ctx, desk.CallOf(ctx).Language, state, complainant))}, nil
}
