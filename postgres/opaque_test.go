package postgres

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The state of a case is the rules' own: a field of it that is renamed must not change what a statement finds. So a
// statement hands it on whole and does nothing else with it.
var (
	// stateColumn is the column wherever it stands, with what is before and behind it.
	stateColumn = regexp.MustCompile(`(?i)(\S*?)\bstate\b\s*(\S*)`)
	// handedOn is the column in a list of columns, and nothing more: no operator, no cast, no function.
	handedOn = regexp.MustCompile(`(?i)^(?:|\(?(?:[a-z]+\.)?)\x00(?:|,.*|\).*|from)$`)
	// within is a way into the state of a row or of a filing that was made JSON.
	within   = regexp.MustCompile(`(?i)'state'\s*(?:->|#>|@|\?|::|\))|'\{state\b|\$\.state\b`)
	quoted   = regexp.MustCompile(`(?i)'state'`)
	noted    = regexp.MustCompile(`--.*`)
	declared = regexp.MustCompile(`(?m)^  state +text\b`)
)

// looksInside gives the first thing that a statement does with the state but to hand it on.
func looksInside(sql string) string {
	sql = declared.ReplaceAllString(noted.ReplaceAllString(sql, ""), "")
	if found := within.FindString(sql); found != "" {
		return found
	}
	for _, m := range stateColumn.FindAllStringSubmatch(quoted.ReplaceAllString(sql, ""), -1) {
		if !handedOn.MatchString(m[1] + "\x00" + m[2]) {
			return m[0]
		}
	}
	return ""
}

// statements are the texts of this package that may be SQL, by where they stand.
func statements(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	here := os.DirFS(".")
	sources, err := fs.Glob(here, "*.go")
	must(t, err)
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, source, nil, 0)
		must(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			if _, tags := n.(*ast.StructType); tags {
				return false
			}
			if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
				sql, err := strconv.Unquote(text.Value)
				must(t, err)
				found[set.Position(text.Pos()).String()] = sql
			}
			return true
		})
	}
	scripts, err := fs.Glob(here, "migrations/*.sql")
	must(t, err)
	for _, script := range scripts {
		sql, err := fs.ReadFile(here, script)
		must(t, err)
		found[script] = string(sql)
	}
	return found
}

func TestNoStatementLooksIntoTheState(t *testing.T) {
	whole := 0
	all := statements(t)
	for _, where := range slices.Sorted(maps.Keys(all)) {
		sql := all[where]
		if found := looksInside(sql); found != "" {
			t.Errorf("%s looks into the state: %s", where, found)
		}
		if stateColumn.MatchString(sql) {
			whole++
		}
	}
	if whole < 5 {
		t.Errorf("only %d statements hand the state on: they are not found", whole)
	}
}

// The guard above sees every way in that SQL has.
func TestEveryWayIntoTheStateIsSeen(t *testing.T) {
	for _, sql := range []string{
		`SELECT c.state -> 'record' FROM cases c`, `SELECT c.state->>'place' FROM cases c`, `WHERE c.state #>> '{record,place}' = ''`,
		`WHERE state::jsonb ->> 'template' = $2`, `WHERE CAST(state AS jsonb) ? 'x'`, `FROM json_array_elements(c.state)`, `FROM cases c, jsonb_each(state)`,
		`WHERE jsonb_path_exists(c.state::jsonb, '$.plan')`, `WHERE state LIKE '%plan%'`, `WHERE c.state ~ 'plan'`, `WHERE length(state) > 1`,
		`WHERE state = '{}'`, `SELECT to_jsonb(c) -> 'state' ->> 'x' FROM cases c`, `SELECT to_jsonb(c) #>> '{state,x}' FROM cases c`,
		`SELECT f.body -> 'state' -> 'record' FROM filings f`, `SELECT jsonb_path_query(f.body::jsonb, '$.state.record') FROM filings f`,
		`CREATE INDEX cases_author ON cases ((state -> 'taken_by' ->> 'id'))`,
	} {
		if looksInside(sql) == "" {
			t.Errorf("not seen: %s", sql)
		}
	}
	for _, sql := range []string{
		"SELECT state FROM cases", "SELECT a, c.state\nFROM cases c", "INSERT INTO cases AS c (number, state, departments)", "UPDATE SET (state, open) = (excluded.state, excluded.open)",
		`SELECT state FROM (
  SELECT state, closed_at FROM cases) newest`, `json_build_object('summary', f.body -> 'summary', 'state', f.body -> 'state', 'events', 1)`,
	} {
		if found := looksInside(sql); found != "" {
			t.Errorf("%s: %s", sql, found)
		}
	}
}
