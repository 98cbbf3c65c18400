package api

import (
	"context"
	"errors"

	"bihuan/postgres"
	"bihuan/server/contract"
	"bihuan/server/desk"
)

// CommunityAnnouncements tells what is announced in a community. J3
func (s *Server) CommunityAnnouncements(ctx context.Context,
	r contract.CommunityAnnouncementsRequestObject) (contract.CommunityAnnouncementsResponseObject, error) {
	if _, ok := s.Settings.For(r.Community); !ok {
		return nil, desk.ErrNotFound
	}
	lang := desk.CallOf(ctx).Language
	out := contract.CommunityAnnouncements200JSONResponse{Community: s.Settings.Names(lang).Community(r.Community), Items: []contract.PublicAnnouncement{}}
	items, err := s.Announcements(ctx, lang, r.Community)
	if errors.Is(err, postgres.ErrDown) {
		out.Unavailable = true
		return out, nil
	}
	out.Items = items
	return out, err
}
