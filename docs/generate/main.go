// Command generate writes docs/lifecycle.md, docs/permissions.md and the picture in README.md from the procedure's own
// tables, so that none can say anything else than the procedure does.
package main

//go:generate go run .

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"bihuan/procedure/complaint"
	"bihuan/settings"
)

// The picture in README.md stands between these.
const (
	begin = "<!-- lifecycle:begin -->"
	end   = "<!-- lifecycle:end -->"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	root, err := root()
	if err != nil {
		return err
	}
	pages, err := generate(root)
	if err != nil {
		return err
	}
	for _, p := range pages {
		if err := os.WriteFile(filepath.Join(root, p.name), []byte(p.text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// root finds the checkout: go generate runs in this folder, go run in any.
func root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("not inside the checkout")
		}
		dir = filepath.Dir(dir)
	}
}

// page is a file, by its path in the checkout.
type page struct{ name, text string }

// generate gives every page as it has to be. A README without the markers wants no picture.
func generate(root string) ([]page, error) {
	s, err := settings.Load("")
	if err != nil {
		return nil, err
	}
	text, err := lifecycle(s)
	if err != nil {
		return nil, err
	}
	pages := []page{{"docs/lifecycle.md", text}, {"docs/permissions.md", permissions()}}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if errors.Is(err, os.ErrNotExist) {
		return pages, nil
	}
	if err != nil {
		return nil, err
	}
	return append(pages, page{"README.md", between(string(readme), flow{complaint.Definition.Erase()}.compact())}), nil
}

// between puts a text between the markers.
func between(page, text string) string {
	before, rest, found := strings.Cut(page, begin)
	_, after, ended := strings.Cut(rest, end)
	if !found || !ended {
		return page
	}
	return before + begin + "\n" + text + end + after
}
