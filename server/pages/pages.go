// Package pages serves what people see in a browser: what residents bring and follow, surveys, logging in, the papers
// to print, the staff handbook. Pages work without JavaScript.
package pages

import (
	"github.com/labstack/echo/v4"

	"bihuan/server/gate"
	"bihuan/server/reports"
)

// Site serves the pages.
type Site struct {
	*gate.Gate
	reports *reports.Reports
}

// Routes puts the pages on a server.
func Routes(e *echo.Echo, g *gate.Gate, r *reports.Reports) {
	s := &Site{Gate: g, reports: r}
	s.trackingPages(e)
	s.communityPages(e)
	s.applyPages(e)
	s.surveyPages(e)
	s.printPages(e)
	if g.Login != nil {
		accounts{g.Login}.routes(e)
	}
}
