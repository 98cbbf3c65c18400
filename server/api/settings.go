package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/procedure/violation"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/server/gate"
	"bihuan/server/list"
	"bihuan/settings"
	"bihuan/words"
)

// GetSettingsDocument shows the settings in force. P1
func (s *Server) GetSettingsDocument(context.Context, contract.GetSettingsDocumentRequestObject) (contract.GetSettingsDocumentResponseObject, error) {
	now := s.Settings.Version()
	return contract.GetSettingsDocument200JSONResponse{
		Body:    contract.SettingsDocument{Version: now.Number, Document: now.Document},
		Headers: contract.GetSettingsDocument200ResponseHeaders{ETag: etag(now.Number)},
	}, nil
}

// GetSettingsNotices shows what the notices say. Q1
func (s *Server) GetSettingsNotices(context.Context, contract.GetSettingsNoticesRequestObject) (contract.GetSettingsNoticesResponseObject, error) {
	now := s.Settings.Version()
	return contract.GetSettingsNotices200JSONResponse{
		Version: now.Number, Functions: words.Functions(), Parts: words.Parts(),
		Items: list.Map(words.Templates(), func(t words.Template) contract.NoticeTemplate {
			return contract.NoticeTemplate{
				Template: t.Name, Kinds: list.Some(t.Kinds), Complainant: t.Complainant, Arguments: t.Arguments, Shipped: t.Words, Set: now.Settings.Notices[t.Name],
			}
		}),
	}, nil
}

// etag names a version to who wants to change it.
func etag(version int) string { return strconv.Quote(strconv.Itoa(version)) }

// base reads the version that a change was made on.
func base(match string) (int, error) {
	v, err := strconv.Atoi(strings.Trim(strings.TrimPrefix(strings.TrimSpace(match), "W/"), `"`))
	if err != nil || v < 0 {
		return 0, failure.Invalid("bad_value").On("If-Match")
	}
	return v, nil
}

// PutSettings replaces the settings.
func (s *Server) PutSettings(ctx context.Context, r contract.PutSettingsRequestObject) (contract.PutSettingsResponseObject, error) {
	report, err := s.changeSettings(ctx, r.Params.IfMatch, r.Body.Why, fixed(r.Body.Document))
	if report.refused() {
		return contract.PutSettings422JSONResponse{SettingsRefusedJSONResponse: contract.SettingsRefusedJSONResponse(report.SettingsReport)}, err
	}
	return contract.PutSettings200JSONResponse{SettingsChangedJSONResponse: report.saved()}, err
}

// ChangeSettings changes single settings.
func (s *Server) ChangeSettings(ctx context.Context,
	r contract.ChangeSettingsRequestObject) (contract.ChangeSettingsResponseObject, error) {
	changed := func(now settings.Document) (settings.Document, violation.List, error) {
		next, faults := now.With(r.Body.Changes)
		return next, faults, nil
	}
	report, err := s.changeSettings(ctx, r.Params.IfMatch, r.Body.Why, changed)
	if report.refused() {
		return contract.ChangeSettings422JSONResponse{SettingsRefusedJSONResponse: contract.SettingsRefusedJSONResponse(report.SettingsReport)}, err
	}
	return contract.ChangeSettings200JSONResponse{SettingsChangedJSONResponse: report.saved()}, err
}

// RestoreSettings puts an earlier version in force again.
func (s *Server) RestoreSettings(ctx context.Context,
	r contract.RestoreSettingsRequestObject) (contract.RestoreSettingsResponseObject, error) {
	earlier := func(settings.Document) (settings.Document, violation.List, error) {
		v, err := s.Settings.Stored(ctx, r.Version)
		if err != nil {
			return nil, nil, err
		}
		var doc settings.Document
		return doc, nil, json.Unmarshal(v.Document, &doc)
	}
	report, err := s.changeSettings(ctx, r.Params.IfMatch, r.Body.Why, earlier)
	if report.refused() {
		return contract.RestoreSettings422JSONResponse{SettingsRefusedJSONResponse: contract.SettingsRefusedJSONResponse(report.SettingsReport)}, err
	}
	return contract.RestoreSettings200JSONResponse{SettingsChangedJSONResponse: report.saved()}, err
}

// becoming makes what the settings are to become of those in force.
type becoming func(now settings.Document) (settings.Document, violation.List, error)

func fixed(next settings.Document) becoming {
	return func(settings.Document) (settings.Document, violation.List, error) { return next, nil, nil }
}

// changeSettings saves what the settings are to become. They are for every community, so who changes them must
// keep every one.
func (s *Server) changeSettings(ctx context.Context, match, why string, become becoming) (told, error) {
	in := desk.CallOf(ctx)
	for _, c := range s.Settings.Communities() {
		if !in.In(c.ID) {
			return told{}, failure.Forbidden("forbidden")
		}
	}
	version, err := base(match)
	if err != nil {
		return told{}, err
	}
	if strings.TrimSpace(why) == "" {
		return told{}, failure.Invalid("missing_field").On("why")
	}
	if now := s.Settings.Version().Number; version > now {
		_ = s.Settings.Refresh(ctx) // another server may know more; if not, the change is refused
	}
	next, faults, err := become(s.Settings.Version().Document)
	if err != nil || len(faults) > 0 {
		return s.tell(in.Language, settings.Report{Faults: faults}), err
	}
	by := people.By{ID: in.ID, Role: in.Permission.Role}
	report, err := s.Settings.Change(ctx, settings.Edit{Base: version, Next: next, By: by, Why: why, At: s.Now().UTC()})
	if errors.Is(err, postgres.ErrSettingsChanged) {
		return told{}, failure.Conflict("settings_changed").Because(err)
	}
	return s.tell(in.Language, report), err
}

// ValidateSettings says what stands against settings or changes.
func (s *Server) ValidateSettings(ctx context.Context,
	r contract.ValidateSettingsRequestObject) (contract.ValidateSettingsResponseObject, error) {
	next, faults := r.Body.Document, violation.List(nil)
	if next == nil {
		next, faults = s.Settings.Version().Document.With(r.Body.Changes)
	}
	report, err := s.Settings.Check(ctx, next, s.Now())
	report.Faults = append(faults, report.Faults...)
	return contract.ValidateSettings200JSONResponse(s.tell(desk.CallOf(ctx).Language, report).SettingsReport), err
}

// ListSettingsVersions lists who changed what.
func (s *Server) ListSettingsVersions(ctx context.Context,
	r contract.ListSettingsVersionsRequestObject) (contract.ListSettingsVersionsResponseObject, error) {
	page, err := s.Settings.History(ctx, r.Params.Cursor, cmp.Or(r.Params.Limit, desk.DefaultLimit))
	return contract.ListSettingsVersions200JSONResponse{Items: list.Some(page.Items), Next: page.Next}, err
}

// GetSettingsVersion shows one version.
func (s *Server) GetSettingsVersion(ctx context.Context,
	r contract.GetSettingsVersionRequestObject) (contract.GetSettingsVersionResponseObject, error) {
	v, err := s.Settings.Stored(ctx, r.Version)
	return contract.GetSettingsVersion200JSONResponse(v), err
}

// DiffSettings compares two versions.
func (s *Server) DiffSettings(ctx context.Context, r contract.DiffSettingsRequestObject) (contract.DiffSettingsResponseObject, error) {
	other := cmp.Or(r.Params.Against, r.Version-1)
	now, err := s.saved(ctx, r.Version)
	if err != nil {
		return nil, err
	}
	was, err := s.saved(ctx, other)
	return contract.DiffSettings200JSONResponse{Version: r.Version, Against: other, Changes: settings.Diff(was, now)}, err
}

// saved gives a version's document; nothing before the first.
func (s *Server) saved(ctx context.Context, version int) (doc settings.Document, err error) {
	if version == 0 {
		return settings.Document{}, nil
	}
	v, err := s.Settings.Stored(ctx, version)
	if err != nil {
		return nil, err
	}
	return doc, json.Unmarshal(v.Document, &doc)
}

// told is a report in the caller's language.
type told struct{ contract.SettingsReport }

func (s *Server) tell(lang words.Language, r settings.Report) told {
	return told{contract.SettingsReport{
		Version: s.Settings.Version().Number, Changes: list.Some(r.Changes), Faults: gate.Sentences(lang, r.Faults), Warnings: gate.Sentences(lang, r.Warnings),
	}}
}

func (t told) refused() bool { return len(t.Faults) > 0 }

func (t told) saved() contract.SettingsChangedJSONResponse {
	return contract.SettingsChangedJSONResponse{Body: t.SettingsReport, Headers: contract.SettingsChangedResponseHeaders{ETag: etag(t.Version)}}
}
