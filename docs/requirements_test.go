package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// built lists what the product claims to do, by the IDs of requirements.md. A requirement joins this
// list together with the tests that prove it.
const built = `
	A1 A2 A3 A4 A5 A6 A7 A8 A9 A10 A11
	B1 B2 B3 B4 B5 B6 B7 B8 B9 B10
	C1 C2 C3 C4 C5 C6
	D1 D2 D3
	E1 E2 E3
	F1
	G1 G2 G3 G4 G5 G6 G7 G8
	H1 H2 H3 H4 H5 H6 H7
	I1 I2 I3 I4 I5
	J1 J2 J3
	K1 K2 K3
	L1 L2 L3 L4
	M1 M2 M3 M4 M5 M6
	N1 N2 N3 N4
	P1 P2 Q2`

// Every requirement that is built exists in the handbook and is named by a test.
func TestEveryBuiltRequirementIsNamedByATest(t *testing.T) {
	handbook, err := os.ReadFile("requirements.md")
	if err != nil {
		t.Fatal(err)
	}
	known := ids(regexp.MustCompile(`(?m)^- ([A-Q]\d+)\b`), string(handbook))
	named := ids(regexp.MustCompile(`\b([A-Q]\d+)\b`), testSources(t))
	for _, id := range strings.Fields(built) {
		if !known[id] {
			t.Errorf("%s is not in requirements.md", id)
		}
		if !named[id] {
			t.Errorf("no test names %s", id)
		}
	}
}

func ids(pattern *regexp.Regexp, text string) map[string]bool {
	found := map[string]bool{}
	for _, m := range pattern.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return found
}

// testSources reads every Go test but this one.
func testSources(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") || path == filepath.Join("..", "docs", "requirements_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		text.Write(source)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}
