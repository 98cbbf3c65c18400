package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"bihuan/server/contract"
)

// ofEveryKind are the parts of a case that are the same whatever its kind. They stand under /cases, and
// can be asked for below the kind's own path too.
var ofEveryKind = []string{"timeline", "notices", "history", "unmask", "commands", "forms"}

// below leads /api/v1/complaints/{number}/timeline to /api/v1/cases/{number}/timeline, and
// /api/v1/public/inquiries/{number} to /api/v1/public/cases/{number}.
func below(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if path := ofCase(r.Method, r.URL.Path); path != r.URL.Path && contract.KindAt(r.URL.Path).Name != "" {
			r.URL.Path, r.URL.RawPath = path, ""
		}
		return next(c)
	}
}

// ofCase gives the path of a part that is the same whatever the case's kind; any other path as it is.
func ofCase(method, path string) string {
	const root, public = "/api/v1/", "/api/v1/public/"
	rest, isPublic := strings.CutPrefix(path, public)
	if isPublic {
		if parts := strings.Split(rest, "/"); method == http.MethodGet && len(parts) == 2 {
			return public + "cases/" + parts[1]
		}
		return path
	}
	parts := strings.Split(strings.TrimPrefix(path, root), "/")
	if len(parts) >= 3 && slices.Contains(ofEveryKind, parts[2]) {
		return root + "cases/" + strings.Join(parts[1:], "/")
	}
	return path
}
