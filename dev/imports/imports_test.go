package imports_test

import (
	"errors"
	"os"
	"path/filepath"
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

// written makes a module of files, by their paths.
func written(t *testing.T, files map[string]string) []imports.Package {
	t.Helper()
	dir := t.TempDir()
	files["go.mod"] = "module bihuan\n"
	for path, text := range files {
		file := filepath.Join(dir, path)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	packages, err := imports.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

func TestBrokenRulesAreFound(t *testing.T) {
	found := imports.Check(written(t, map[string]string{
		"postgres/a.go":            "package postgres\nimport _ \"time\"\n",
		"server/a.go":              "package server\nimport _ \"bihuan/postgres\"\n",
		"sim/a.go":                 "package sim\nimport _ \"bihuan/server\"\n",
		"util/a.go":                "package util\nimport _ \"fmt\"\n",
		"procedure/complaint/a.go": "package complaint\nimport _ \"bihuan/postgres\"\n",
	}))
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

func TestTheRulesArePure(t *testing.T) {
	packages, err := imports.List("../..")
	if err != nil {
		t.Fatal(err)
	}
	broken, err := imports.CheckPure(packages)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		t.Error(b)
	}
}

func TestImpureRulesAreFound(t *testing.T) {
	found, err := imports.CheckPure(written(t, map[string]string{
		"procedure/a.go": `package procedure
import (
	"crypto/rand"
	"fmt"
	clock "time"
)
var (
	day   = clock.Hour
	read  = rand.Read
	began = clock.Now()
)
func say(n int) { fmt.Println(fmt.Sprint(n)) }
func zone() *clock.Location { return clock.Local }
`,
		"procedure/number/a.go":      "package number\nimport \"math/rand/v2\"\nvar n = rand.Uint32()\n",
		"procedure/number/a_test.go": "package number\nimport \"time\"\nvar now = time.Now()\n",
		"server/a.go":                "package server\nimport \"time\"\nvar now = time.Now()\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if want := []string{
		"bihuan/procedure uses crypto/rand: the rules are pure",
		"bihuan/procedure uses fmt.Println: the rules are pure",
		"bihuan/procedure uses time.Local: the rules are pure",
		"bihuan/procedure uses time.Now: the rules are pure",
		"bihuan/procedure/number uses math/rand/v2: the rules are pure",
	}; !slices.Equal(found, want) {
		t.Errorf("found %q, want %q", found, want)
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
