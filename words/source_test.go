package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/registry"
)

// parsed gives every Go file below a folder of the repository; tests, what only they use, and generated code aside.
func parsed(t *testing.T, folder string) []*ast.File {
	t.Helper()
	var all []*ast.File
	err := filepath.WalkDir(filepath.Join("..", folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/toy/") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err == nil && !ast.IsGenerated(f) {
			all = append(all, f)
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return all
}

func text(e ast.Expr) (string, bool) {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := strconv.Unquote(lit.Value)
	return s, err == nil
}

func nameOf(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// literals gives, for calls of some functions, the first argument that is written out, and the others
// that name arguments of the sentence.
func literals(t *testing.T, folders []string, functions ...string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	visit := func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || !slices.Contains(functions, nameOf(call.Fun)) {
			return true
		}
		for i, arg := range call.Args {
			first, ok := text(arg)
			if !ok {
				continue
			}
			names := found[first]
			for j := i + 1; j < len(call.Args); j += 2 {
				if name, ok := text(call.Args[j]); ok {
					names = append(names, name)
				}
			}
			found[first] = names
			break
		}
		return true
	}
	for _, folder := range folders {
		for _, f := range parsed(t, folder) {
			ast.Inspect(f, visit)
		}
	}
	return found
}

// serverCodes are what the server answers by itself, wherever it comes to.
var serverCodes = []string{
	"not_found", "body_too_large", "unknown_field", "bad_value", "idempotency_key_reused", "engine_down", "database_down",
	"rate_limited", "unauthorized", "unknown_community", "archived", "unsupported_media_type", "method_not_allowed",
	"internal", "undecodable", "bad_cursor", "missing_header",
}

var folders = []string{"procedure", "workflows", "activities", "server"}

// A refusal is an answer to a person, so each code in the source has its sentence, and a sentence asks
// for no argument that its refusal does not bring.
func TestEveryRefusalHasASentence(t *testing.T) {
	codes := literals(t, folders, "Internal", "Invalid", "Unauthorized", "Forbidden", "NotFound", "NotAllowed", "Conflict", "TooLarge", "Unsupported",
		"TooMany", "Unavailable")
	if len(codes) < 50 {
		t.Fatalf("found only %d codes in the source", len(codes))
	}
	for _, lang := range Languages {
		for code, names := range codes {
			args := map[string]string{}
			for _, n := range names {
				args[n] = sample(n)
			}
			if _, ok := in(lang).Refusals[code]; !ok {
				t.Errorf("%s: no sentence for the refusal %s", lang, code)
				continue
			}
			readable(t, lang, code, Refusal(lang, code, args))
		}
		for _, code := range serverCodes {
			if _, ok := in(lang).Refusals[code]; !ok {
				t.Errorf("%s: no sentence for the server's %s", lang, code)
			}
			for _, args := range []map[string]string{nil, {"field": "place", "limit": "65536", "seconds": "5", "reason": "x", "community": "yuhu"}} {
				readable(t, lang, code, Refusal(lang, code, args))
			}
		}
	}
}

// sample gives a code that is really used under the name.
func sample(name string) string {
	samples := map[string]string{
		"stage": "working", "command": "judge", "role": "manager", "status": "paused", "until": "2026-11-21T12:15:00Z",
		"field": "outcome", "fields": "place, remedy",
	}
	if s, ok := samples[name]; ok {
		return s
	}
	return "x-1"
}

func TestEveryMissingFieldHasAName(t *testing.T) { // A3
	fields := slices.Collect(maps.Keys(literals(t, []string{"procedure"}, "Missing")))
	if len(fields) < 10 {
		t.Fatalf("found only %v", fields)
	}
	fields = append(fields, "rectify[0].content", "tasks[3].content", "name", "building", "room", "phone", "happened_at", "place", "remedy")
	for _, lang := range Languages {
		for _, f := range fields {
			if strings.HasPrefix(f, "%") {
				continue
			}
			if got := in(lang).fields(f); strings.ContainsAny(got, "._[") || (lang == Chinese && got == f) {
				t.Errorf("%s: the field %s has no name", lang, f)
			}
		}
	}
}

// kinds says which Go type holds the codes of which kind of label.
var kinds = map[string]string{
	"Stage": "stage", "Nature": "nature", "Urgency": "urgency", "Channel": "channel", "Outcome": "outcome", "Step": "step",
	"TaskStatus": "task_status", "Answer": "answer", "Method": "method",
	"Need": "need", "Role": "role", "Class": "class", "Metric": "metric", "Verdict": "verdict", "Side": "side", "JobStatus": "job_status",
}

func TestEveryCodeHasALabel(t *testing.T) {
	codes := map[string][]string{
		"decision":     {"approve", "decline", "close", "keep_trying"},
		"pause_reason": {"complainant", "parts"}, "clock": {"working", "wall"},
	}
	stages := map[machine.Stage]bool{}
	for _, p := range registry.Kinds() {
		codes["command"] = append(codes["command"], machine.Commands(p.Table)...)
		codes["event"] = append(codes["event"], p.Events...)
		for _, s := range p.Stages {
			stages[s] = true
		}
	}
	for _, f := range parsed(t, "procedure") {
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && kinds[nameOf(v.Type)] != "" && len(v.Values) == 1 {
				if code, ok := text(v.Values[0]); ok {
					codes[kinds[nameOf(v.Type)]] = append(codes[kinds[nameOf(v.Type)]], code)
				}
			}
			return true
		})
	}
	if len(codes["role"]) != len(people.Roles) || len(codes["stage"]) < len(stages) || len(codes) != len(kinds)+5 {
		t.Fatalf("the source was not read right: %v", codes)
	}
	codes["next"] = codes["stage"]
	for _, lang := range Languages {
		for kind, all := range codes {
			for _, code := range all {
				if got, ok := in(lang).Labels[kind][code]; !ok || got == "" || got != Label(lang, kind, code) {
					t.Errorf("%s: no label for %s %q", lang, kind, code)
				}
			}
		}
	}
}

// known are the arguments that notices come with (complaint.Notices), and what delivering them adds.
var known = []string{
	"number", "stage", "urgency", "category", "step", "task", "escalation", "level", "decision", "reason",
	"plan", "reply", "due", "feedback", "problem", "measure", "verdict", "from", "to", "total", "quote_answer", "deadline", "year", "link", "recourse",
	"of", "at", "place", "said", "present", "chinese", // of a collective issue. J2
	"work", "question", "finding", "linked", // of an inquiry. K2, K3
	// The reports' (activities.Statistics). G7, I4
	"community", "month", "role", "required", "made", "short", "registered", "closed", "open", "missed",
	"title", // of a survey. M1
}

// A template that misspells an argument would show a gap; here it is an error.
func TestNoticesAskOnlyForWhatIsThere(t *testing.T) {
	for _, lang := range Languages {
		c := in(lang)
		strict := executing(t, c)
		for name := range c.templates() {
			if !strings.HasPrefix(name, "notices.") {
				continue
			}
			for _, outcome := range []string{"satisfied", "explained", "not_reached", "withdrawn", "merged"} {
				for _, answer := range []string{"agreed", "adjust", "no_answer"} {
					args := map[string]string{"outcome": outcome, "answer": answer}
					for _, k := range known {
						args[k] = "x"
					}
					if err := strict(name, args); err != nil {
						t.Errorf("%s: %v", lang, err)
					}
				}
			}
		}
	}
}

// executing gives a way to execute a catalog's templates that fails for a missing argument.
func executing(t *testing.T, c *catalog) func(name string, args any) error {
	t.Helper()
	strict, err := c.sentence.Clone()
	if err != nil {
		t.Fatal(err)
	}
	strict.Option("missingkey=error")
	return func(name string, args any) error { return strict.ExecuteTemplate(&strings.Builder{}, name, args) }
}

// The first language is really Chinese and the second really English.
func TestLabelsAreInTheirLanguage(t *testing.T) {
	han := regexp.MustCompile(`\p{Han}`)
	for _, lang := range Languages {
		for kind, labels := range in(lang).Labels {
			for code, label := range labels {
				if han.MatchString(label) != (lang == Chinese) {
					t.Errorf("%s: %s %s is %q", lang, kind, code, label)
				}
			}
		}
	}
}
