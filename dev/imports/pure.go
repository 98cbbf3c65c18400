package imports

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// rules is the folder whose code runs inside durable workflows that are replayed: it must do the same each time.
const rules = "procedure"

// pure is what the rules may use of the standard library: nothing that does I/O, reads a clock or draws random numbers.
var pure = []string{
	"bytes", "cmp", "crypto/hmac", "crypto/sha256", "encoding/binary", "encoding/hex", "encoding/json", "errors", "fmt", "io", "iter", "maps",
	"math", "reflect", "slices", "strconv", "strings", "sync", "time", "time/tzdata", "unicode", "unicode/utf8",
}

// impure are the parts of those packages that are not, by package and name. A trailing * stands for the rest of a name.
var impure = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local"},
	"fmt":  {"Print*", "Scan*"},
}

// CheckPure names every use of something impure in the rules.
func CheckPure(packages []Package) ([]string, error) {
	var broken []string
	for _, p := range packages {
		if folder(p.ImportPath) != rules {
			continue
		}
		for _, name := range p.GoFiles {
			found, err := impureIn(filepath.Join(p.Dir, name))
			if err != nil {
				return nil, err
			}
			for _, use := range found {
				broken = append(broken, fmt.Sprintf("%s uses %s: the rules are pure", p.ImportPath, use))
			}
		}
	}
	return broken, nil
}

// impureIn lists what a file imports and uses of what is not pure, by package and name.
func impureIn(file string) (found []string, err error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	names := map[string]string{} // in the file -> path
	for _, i := range parsed.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return nil, err
		}
		if !external(path) && !strings.HasPrefix(path, module) && !slices.Contains(pure, path) {
			found = append(found, path)
		}
		names[nameOf(i, path)] = path
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && matches(s.Sel.Name, impure[names[x.Name]]) {
				found = append(found, names[x.Name]+"."+s.Sel.Name)
			}
		}
		return true
	})
	return found, nil
}

func nameOf(i *ast.ImportSpec, path string) string {
	if i.Name != nil {
		return i.Name.Name
	}
	return path[strings.LastIndex(path, "/")+1:]
}

func matches(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		prefix, open := strings.CutSuffix(p, "*")
		return name == p || open && strings.HasPrefix(name, prefix)
	})
}
