package procedure_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// refusals gives, for each code in the sources of the repository, the constructors that refuse with it, sorted.
func refusals(t *testing.T, root string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if name, arg := refusing(n); name != "" {
				code, err := strconv.Unquote(arg)
				if err != nil {
					t.Errorf("%s: the code of a refusal is written out where it is made", set.Position(n.Pos()))
				}
				if !slices.Contains(found[code], name) {
					found[code] = append(found[code], name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// refusing gives the class by which a node refuses, and its first argument as it is written; "" where it does not.
func refusing(n ast.Node) (class, code string) {
	switch n := n.(type) {
	case *ast.CompositeLit:
		if qualified(n.Type) == "procedure.Refusal" {
			return "a Refusal without a constructor", "made by hand"
		}
	case *ast.CallExpr:
		name := strings.TrimPrefix(qualified(n.Fun), "procedure.")
		if !slices.Contains([]string{"Invalid", "Forbidden", "Conflict"}, name) || name == qualified(n.Fun) {
			return "", ""
		}
		if lit, ok := n.Args[0].(*ast.BasicLit); ok {
			return name, lit.Value
		}
		return name, "no literal"
	}
	return "", ""
}

func qualified(e ast.Expr) string {
	selector, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	from, _ := selector.X.(*ast.Ident)
	if from == nil {
		return ""
	}
	return from.Name + "." + selector.Sel.Name
}

// Whoever is refused learns from the class whether to ask differently: a code says the same wherever it is used.
func TestACodeHasOneClass(t *testing.T) {
	found := refusals(t, "..")
	if len(found) < 100 {
		t.Fatalf("found only %d codes in the sources", len(found))
	}
	for code, classes := range found {
		if len(classes) != 1 {
			t.Errorf("%s is refused as %q", code, classes)
		}
	}
}
