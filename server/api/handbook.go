package api

import (
	"context"

	"bihuan/server/contract"
	"bihuan/server/desk"
)

// GetHandbook gives the staff handbook of a community. P2
func (s *Server) GetHandbook(ctx context.Context, r contract.GetHandbookRequestObject) (contract.GetHandbookResponseObject, error) {
	in := desk.CallOf(ctx)
	h, err := s.Handbook(in, r.Params.Community, in.Language)
	return contract.GetHandbook200JSONResponse(h), err
}
