package contract

import (
	"embed"
	"net/http"

	"github.com/labstack/echo/v4"
)

//go:embed docs
var docs embed.FS

// Documentation serves the contract, and Swagger UI to read it with.
func Documentation(e *echo.Echo) {
	e.GET("/api/v1/openapi.yaml", func(c echo.Context) error {
		return c.Blob(http.StatusOK, "application/yaml; charset=utf-8", YAML)
	})
	for path, file := range map[string]string{
		"/api/v1/docs":                      "docs/index.html",
		"/api/v1/docs/start.js":             "docs/start.js",
		"/api/v1/docs/swagger-ui.css":       "docs/swagger-ui.css",
		"/api/v1/docs/swagger-ui-bundle.js": "docs/swagger-ui-bundle.js",
	} {
		serve := echo.StaticFileHandler(file, docs)
		e.GET(path, func(c echo.Context) error {
			// Swagger UI styles elements in place.
			c.Response().Header().Set(echo.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; script-src 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'")
			c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=3600")
			return serve(c)
		})
	}
}
