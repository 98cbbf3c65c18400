package imports_test

import (
	"slices"
	"strings"
	"testing"

	"bihuan/dev/imports"
)

func TestEveryFolderImportsOnlyWhatItMay(t *testing.T) {
	packages, err := imports.List("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range imports.Check(packages) {
		t.Error(broken)
	}
}

func TestBrokenRulesAreFound(t *testing.T) {
	packages, err := imports.List("testdata/broken")
	if err != nil {
		t.Fatal(err)
	}
	found := imports.Check(packages)
	for _, expected := range []string{
		"bihuan/procedure/complaint imports bihuan/postgres: procedure may import only",
		"bihuan/sim imports bihuan/server: sim may import only",
		"bihuan/util imports fmt: the folder util has no rule",
	} {
		if !slices.ContainsFunc(found, func(line string) bool { return strings.HasPrefix(line, expected) }) {
			t.Errorf("not found: %s\nin %q", expected, found)
		}
	}
	if len(found) != 3 {
		t.Errorf("found more than is broken: %q", found)
	}
}

func TestLibrariesStayAtHome(t *testing.T) {
	for _, tested := range []struct {
		importer, imported string
		refused            bool
	}{
		{"bihuan/procedure/calendar", "time", false},
		{"bihuan/procedure/calendar", "gopkg.in/yaml.v3", true},
		{"bihuan/dev/stack", "github.com/jackc/pgx/v5", true},
		{"bihuan/postgres", "github.com/jackc/pgx/v5/pgxpool", false},
		{"bihuan/activities", "github.com/jackc/pgx/v5", true},
		{"bihuan/server/api", "github.com/labstack/echo/v4", false},
		{"bihuan/worker", "github.com/labstack/echo/v4", true},
		{"bihuan/workflows", "go.temporal.io/sdk/workflow", false},
		{"bihuan/notify", "go.temporal.io/sdk/activity", true},
		{"bihuan/server", "bihuan/worker", true},
		{"bihuan/worker", "bihuan/server/api", true},
		{"bihuan/e2e", "github.com/jackc/pgx/v5", false},
	} {
		broken := imports.Check([]imports.Package{{ImportPath: tested.importer, Imports: []string{tested.imported}}})
		if refused := len(broken) > 0; refused != tested.refused {
			t.Errorf("%s imports %s: refused is %t: %q", tested.importer, tested.imported, refused, broken)
		}
	}
}
