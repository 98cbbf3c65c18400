package words

import (
	"go/ast"
	"testing"

	"bihuan/procedure/fault"
)

// faults gives the codes of faults in the source, with the names of their arguments.
func faults(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	for _, folder := range []string{"procedure", "settings"} {
		for _, f := range parsed(t, folder) {
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || nameOf(call.Fun) != "Add" || len(call.Args) < 2 {
					return true
				}
				if code, ok := text(call.Args[1]); ok {
					for i := 2; i < len(call.Args); i += 2 {
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
			f := fault.Fault{Code: code, Args: map[string]string{}}
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
