// Package imports checks which folder of the repository may import what: the direction in which knowledge flows.
package imports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
)

// folders says what of this repository each folder may import, besides itself. Tests are free to import anything.
var folders = map[string][]string{
	"procedure":  {},
	"words":      {"procedure"},
	"temporal":   {"procedure", "words", "activities", "workflows"},
	"activities": {"procedure"},
	"workflows":  {"procedure", "words", "activities"},
	"audit":      {"procedure", "temporal", "postgres"},
	"postgres":   {"procedure", "directory"},
	"notify":     {"procedure", "words"},
	"directory":  {"procedure"},
	"settings":   {"procedure", "words", "postgres"},
	"server":     {"procedure", "words", "directory", "temporal", "activities", "workflows", "postgres", "notify", "settings", "web"},
	"worker":     {"procedure", "words", "temporal", "activities", "workflows", "postgres", "notify", "settings"},
	"web":        {},
	"sim":        {"words"}, // it knows the contract, not the code; what it tells stands where all words do
	"dev":        {},
	"docs":       {"procedure", "words", "settings"},
	"e2e":        {anything},
}

const anything = "*"

// plain folders import nothing from outside but the standard library.
var plain = []string{"procedure", "dev"}

// homes says which folders may know a library, so that its types go no further. The end-to-end tests may know all.
var homes = map[string][]string{
	"github.com/labstack/echo": {"server"},
	"github.com/jackc/pgx":     {"postgres"},
	"github.com/pressly/goose": {"postgres"},
	"go.temporal.io":           {"temporal", "workflows", "activities", "worker"},
}

const module = "bihuan/"

// Package is what go list tells about one.
type Package struct {
	ImportPath string
	Imports    []string
	Dir        string   // where it is
	GoFiles    []string // without tests
}

// List reads the packages of the module in a directory.
func List(dir string) ([]Package, error) {
	list := exec.Command("go", "list", "-json=ImportPath,Imports,Dir,GoFiles", "./...")
	list.Dir = dir
	var failure bytes.Buffer
	list.Stderr = &failure
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w\n%s", err, &failure)
	}
	var packages []Package
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		if err := decoder.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// Check names every import that breaks a rule.
func Check(packages []Package) []string {
	var broken []string
	for _, p := range packages {
		for _, imported := range p.Imports {
			if reason := refuse(p.ImportPath, imported); reason != "" {
				broken = append(broken, fmt.Sprintf("%s imports %s: %s", p.ImportPath, imported, reason))
			}
		}
	}
	return broken
}

func refuse(importer, imported string) string {
	from := folder(importer)
	allowed, known := folders[from]
	inside, ours := strings.CutPrefix(imported, module)
	switch {
	case !known:
		return fmt.Sprintf("the folder %s has no rule", from)
	case slices.Contains(allowed, anything), ours && folder(imported) == from:
		return ""
	case ours:
		return refuseOurs(from, inside, allowed)
	case !external(imported):
		return ""
	case slices.Contains(plain, from):
		return from + " uses only the standard library"
	}
	return refuseLibrary(from, imported)
}

func refuseOurs(from, inside string, allowed []string) string {
	for _, folder := range allowed {
		if within(inside, folder) {
			return ""
		}
	}
	return fmt.Sprintf("%s may import only %v", from, allowed)
}

func refuseLibrary(from, imported string) string {
	for library, home := range homes {
		if within(imported, library) && !slices.Contains(home, from) {
			return fmt.Sprintf("only %v may know it", home)
		}
	}
	return ""
}

func within(path, parent string) bool { return path == parent || strings.HasPrefix(path, parent+"/") }

func folder(path string) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, module), "/")
	return first
}

// external tells libraries from the standard library, whose paths do not begin with a domain.
func external(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return strings.Contains(first, ".")
}
