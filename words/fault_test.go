package words

import (
	"go/ast"
	"testing"

	"bihuan/procedure/violation"
)

// adding says of the functions that note a fault which argument the code is.
var adding = map[string]int{"Add": 1, "fault": 0}

// faults gives the codes of faults in the source, with the names of their arguments.
func faults(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, folder := range []string{"procedure", "settings", "words"} {
		for _, f := range parsed(t, folder) {
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				at, adds := adding[nameOf(call.Fun)]
				if !adds || len(call.Args) <= at {
					return true
				}
				if code, ok := text(call.Args[at]); ok {
					for i := at + 1; i < len(call.Args); i += 2 {
						name, _ := text(call.Args[i])
						found[code] = append(found[code], name)
					}
					if found[code] == nil {
						found[code] = []string{}
					}
				}
				return true
			})
		}
	}
	return found
}

// P1: whatever can be wrong with a setting is said in a sentence of each language.
func TestEveryFaultHasASentence(t *testing.T) {
	codes := faults(t)
	if len(codes) < 20 {
		t.Fatalf("found only %d codes in the source", len(codes))
	}
	for _, lang := range Languages {
		for code, names := range codes {
			f := violation.Violation{Code: code, Args: map[string]string{}}
			for _, n := range names {
				f.Args[n] = "x-1"
			}
			if _, ok := in(lang).Faults[code]; !ok {
				t.Errorf("%s: no sentence for the fault %s", lang, code)
				continue
			}
			readable(t, lang, code, Fault(lang, f))
		}
	}
}
