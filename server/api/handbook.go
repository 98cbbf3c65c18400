package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"bihuan/server/contract"
	"bihuan/server/failure"
	"bihuan/server/handbook"
	"bihuan/words"
)

// GetHandbook gives the staff handbook of a community. P2
func (s *Server) GetHandbook(ctx context.Context, r contract.GetHandbookRequestObject) (contract.GetHandbookResponseObject, error) {
	in := callOf(ctx)
	h, err := s.handbook(in, r.Params.Community, in.language)
	return contract.GetHandbook200JSONResponse(h), err
}

// handbook renders the handbook of one of the caller's communities, the first without a name.
func (s *Server) handbook(in *call, community string, lang words.Language) (handbook.Handbook, error) {
	mine := s.readable(in)
	if community == "" && len(mine) > 0 {
		community = mine[0]
	}
	if !slices.Contains(mine, community) {
		return handbook.Handbook{}, failure.NotFound("not_found")
	}
	h, _ := handbook.Build(s.Settings.Version(), community, lang, s.Now())
	return h, nil
}

// readable lists the communities that the caller may read the handbook of.
func (s *Server) readable(in *call) (ids []string) {
	for _, c := range s.Settings.Communities() {
		if in.In(c.ID) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// handbookPage serves the handbook to a browser.
func (s *Server) handbookPage(c echo.Context, lang words.Language) error {
	in := callOf(c.Request().Context())
	h, err := s.handbook(in, c.QueryParam("community"), lang)
	if err != nil {
		return err
	}
	page := handbook.Page{Handbook: h}
	for _, id := range s.readable(in) {
		page.Communities = append(page.Communities, handbook.Choice{ID: id, Name: s.Settings.Names(lang).Community(id)})
	}
	body, err := page.HTML()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Content-Language", lang)
	return c.HTMLBlob(http.StatusOK, body)
}
