package words

import (
	"go/ast"
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

	"bihuan/procedure/registry"
)

// computed are the keys that the program puts together: what they begin with, and every end that they may have.
var computed = map[string][]string{
	"apply.offer.":      {"complaint", "inquiry"},
	"apply.offer_note.": {"complaint", "inquiry"},
	"apply.section.":    {"matter", "contact"},
	"apply.note.":       {"contact"},
	"apply.field.":      {"class", "category", "what", "happened_at", "place", "remedy", "name", "building", "room", "phone", "email"},
	"apply.hint.":       {"building", "room", "email"},
	"apply.wrong.":      {"tel", "email", "number", "date", "choice", "select"},
	"handbook.span.":    {"day", "hour", "minute", "second"},
	"handbook.weekday.": {"mon", "tue", "wed", "thu", "fri", "sat", "sun"},
	"import.fault.":     nil, // what the code says, importFaults
	"import.field.": {
		"community", "building", "room", "name", "phone", "email", "wechat", "kind", "language", "id", "roles", "communities", "department",
	},
	"track.": {"reopen", "appeal", "withdraw"},
}

// codesOf gives the ends of computed keys that the code itself says.
func codesOf(t *testing.T, prefix string) []string {
	if prefix == "import.fault." {
		return importFaults(t)
	}
	return computed[prefix]
}

// importFaults are what can be wrong with a spreadsheet, as the code that reads them calls it.
func importFaults(t *testing.T) []string {
	codes := []string{"repeated_email", "repeated_phone", "email_of_another", "phone_of_another", "department_needed"} // of a column
	at := map[string]int{"wrong": 1, "fault": 2, "normal": 1, "needed": 1, "list": 1, "refused": 0}
	for _, f := range parsed(t, "directory") {
		ast.Inspect(f, func(n ast.Node) bool {
			var said ast.Expr
			switch n := n.(type) {
			case *ast.CallExpr:
				if i, ok := at[nameOf(n.Fun)]; ok && i < len(n.Args) {
					said = n.Args[i]
				}
			case *ast.KeyValueExpr:
				if nameOf(n.Key) == "Code" {
					said = n.Value
				}
			}
			if code, ok := text(said); ok {
				codes = append(codes, code)
			}
			return true
		})
	}
	return codes
}

// programs are the folders whose code may ask for words of a page.
var programs = []string{"activities", "audit", "directory", "docs", "notify", "server", "sim", "worker", "workflows"}

// asking is a place that asks for a key.
type asking struct {
	place, key string
	// names are the arguments that come with it; nil where that is not known.
	names []string
}

// pageNames gives what keys begin with.
func pageNames() []string {
	names := map[string]bool{}
	for key := range in(Chinese).pages {
		page, _, _ := strings.Cut(key, ".")
		names[page] = true
	}
	return slices.Sorted(maps.Keys(names))
}

// uses finds every text of the code and of the templates that looks like a key.
func uses(t *testing.T) []asking {
	t.Helper()
	like := regexp.MustCompile(`^(` + strings.Join(pageNames(), "|") + `)\.[a-z0-9_.-]*$`)
	var all []asking
	for _, folder := range programs {
		all = append(all, usesOfCode(t, folder, like)...)
		all = append(all, usesOfTemplates(t, folder, like)...)
	}
	return all
}

func usesOfCode(t *testing.T, folder string, like *regexp.Regexp) []asking {
	var all []asking
	for _, f := range parsed(t, folder) {
		called := map[ast.Expr]*ast.CallExpr{}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && slices.Contains([]string{"T", "t", "Find", "said", "saidOf", "told"}, nameOf(call.Fun)) && len(call.Args) > 0 {
				called[call.Args[0]] = call
			}
			e, isExpr := n.(ast.Expr)
			key, isText := "", false
			if isExpr {
				key, isText = text(e)
			}
			if !isText || !like.MatchString(key) {
				return true
			}
			u := asking{place: folder + "/" + f.Name.Name, key: key}
			if call := called[e]; call != nil {
				u.names = []string{}
				for i := 1; i < len(call.Args); i += 2 {
					name, _ := text(call.Args[i])
					u.names = append(u.names, name)
				}
			}
			all = append(all, u)
			return true
		})
	}
	return all
}

// asked finds in a template a call of T with its arguments.
var asked = regexp.MustCompile(`\.T "([^"]+)"([^}]*)`)

func usesOfTemplates(t *testing.T, folder string, like *regexp.Regexp) []asking {
	var all []asking
	err := filepath.WalkDir(filepath.Join("..", folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".html") {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, found := range asked.FindAllStringSubmatch(string(raw), -1) {
			u := asking{place: path, key: found[1], names: []string{}}
			for _, argument := range regexp.MustCompile(`"([^"]+)"`).FindAllStringSubmatch(found[2], -1) {
				u.names = append(u.names, argument[1])
			}
			if !like.MatchString(u.key) {
				t.Errorf("%s asks for %q, which is no key", path, u.key)
			}
			all = append(all, u)
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return all
}

// withoutKind takes the kind of case off a key that has words for one.
func withoutKind(key string) string {
	for _, p := range registry.Kinds() {
		if base, own := strings.CutSuffix(key, "."+p.Name); own {
			if _, varied := in(Chinese).pages[base]; varied {
				return base
			}
		}
	}
	return key
}

// Whatever is asked for is there, and whatever is there is asked for.
func TestEveryKeyIsThereAndUsed(t *testing.T) {
	all, used := uses(t), map[string]bool{}
	if len(all) < 300 {
		t.Fatalf("found only %d uses in the source", len(all))
	}
	for _, u := range all {
		_, begins := computed[u.key]
		if _, there := in(Chinese).pages[u.key]; !there && !begins {
			t.Errorf("%s asks for %q, which has no words and is not the beginning of a declared key", u.place, u.key)
		}
		used[u.key] = true
		for _, code := range codesOf(t, u.key) {
			if _, there := in(Chinese).pages[u.key+code]; !there {
				t.Errorf("%s asks for %q, which has no words", u.place, u.key+code)
			}
			used[u.key+code] = true
		}
	}
	for key := range in(Chinese).pages {
		if !used[withoutKind(key)] {
			t.Errorf("nobody asks for %s", key)
		}
	}
	for prefix := range computed {
		if !used[prefix] {
			t.Errorf("nothing puts keys together that begin with %s", prefix)
		}
	}
}

// Both languages say everything, each in itself, of the same things, and of nothing that they are not told.
func TestEveryKeySpeaksBothLanguages(t *testing.T) {
	zh, en := in(Chinese).pages, in(English).pages
	for _, key := range slices.Sorted(maps.Keys(zh)) {
		if _, ok := en[key]; !ok {
			t.Errorf("en: no words for %s", key)
			continue
		}
		if a, b := argumentsOf(in(Chinese), key), argumentsOf(in(English), key); !slices.Equal(a, b) {
			t.Errorf("%s speaks of %v in Chinese and of %v in English", key, a, b)
		}
		if zh[key] == "" || en[key] == "" {
			t.Errorf("%s is empty", key)
		}
		if chinese.MatchString(en[key]) || regexp.MustCompile(`[a-z]{3}`).MatchString(words(zh[key])) && !chinese.MatchString(zh[key]) {
			t.Errorf("%s is in the wrong language: %q, %q", key, zh[key], en[key])
		}
	}
	for key := range en {
		if _, ok := zh[key]; !ok {
			t.Errorf("zh-CN: no words for %s", key)
		}
	}
	for _, u := range uses(t) {
		for _, name := range argumentsOf(in(Chinese), u.key) {
			if u.names != nil && !slices.Contains(u.names, name) {
				t.Errorf("%s does not say %s to %s", u.place, name, u.key)
			}
		}
	}
}

// words are a sentence without what it leaves to others.
func words(sentence string) string {
	return regexp.MustCompile(`\{\{.*?\}\}`).ReplaceAllString(sentence, "")
}

// argumentsOf gives the arguments that the words at a key name.
func argumentsOf(c *catalog, key string) []string {
	t := c.sentence.Lookup("pages." + key)
	if t == nil {
		return nil
	}
	r := reader{catalog: c}
	r.list(t.Root, true)
	slices.Sort(r.arguments)
	return slices.Compact(r.arguments)
}

// Nothing is lost on the way: what a sentence is told stands in it, and a key without words shows itself.
func TestPagesAreTold(t *testing.T) {
	for lang, want := range map[Language]string{Chinese: "内容太长，最多 40 字。", English: "This is too long: at most 40 characters."} {
		l := Localizer{Language: lang}
		if got := l.T("apply.too_long", "most", 40); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		if got := l.T("apply.nothing"); got != "apply.nothing" {
			t.Errorf("a key without words shows as %q", got)
		}
	}
	if got := (Localizer{Language: English, Kind: "inquiry"}).T("track.title"); got != "Your question" {
		t.Errorf("an inquiry is called %q", got)
	}
	if got := (Localizer{Language: English, Kind: "inquiry"}).T("track.plan"); got != "Our plan" {
		t.Errorf("what all share is %q", got)
	}
}

// Nobody is told what nothing in the program can say: every code that has words is one of the program's.
func TestEveryWordIsUsed(t *testing.T) {
	literals, functions := map[string]bool{"": true}, map[string]bool{}
	for _, folder := range append([]string{"procedure", "settings", "postgres", "temporal", "words"}, programs...) {
		for _, f := range parsed(t, folder) {
			ast.Inspect(f, func(n ast.Node) bool {
				if e, ok := n.(ast.Expr); ok {
					if s, ok := text(e); ok {
						literals[s] = true
					}
				}
				if f, ok := n.(*ast.FuncDecl); ok { // activities are called as their functions are
					functions[f.Name.Name] = true
				}
				return true
			})
		}
	}
	contract, err := os.ReadFile("../server/contract/openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range Languages {
		c := in(lang)
		called := ""
		for _, text := range c.templates() {
			called += text
		}
		unused := func(what, code string) {
			used := literals[code] || literals["findings."+code]
			switch what {
			case "activity":
				used = functions[code]
			case "field": // of a request's body, the last part of its path
				used = used || strings.Contains(string(contract), " "+code[strings.LastIndex(code, ".")+1:]+":")
			case "next": // a stage, or a stage and how the case ended
				stage, outcome, _ := strings.Cut(code, "-")
				used = literals[stage] && literals[outcome]
			}
			if !used {
				t.Errorf("%s: %s %q is nobody's", lang, what, code)
			}
		}
		for kind, labels := range c.Labels {
			if !literals[kind] && !strings.Contains(called, "{"+kind+" ") && !strings.Contains(called, "("+kind+" ") {
				t.Errorf("%s: labels of the kind %q are nobody's", lang, kind)
			}
			for code := range labels {
				unused(kind, code)
			}
		}
		for code := range c.Refusals {
			unused("refusal", code)
		}
		for code := range c.Faults {
			unused("fault", code)
		}
		for code := range c.Events {
			unused("event", code)
		}
		for code := range c.Notices {
			unused("notice", code)
		}
		for code := range c.Findings {
			unused("finding", code)
		}
		for code := range c.History {
			unused("step", code)
		}
		for name := range c.Parts {
			if !literals[name] && !strings.Contains(called, `template "`+name+`"`) {
				t.Errorf("%s: the part %q is nobody's", lang, name)
			}
		}
	}
}

// elsewhere says what else than sentences is written in Chinese outside this folder, and why it is no sentence.
var elsewhere = map[string]string{
	"e2e":                  "what people type into the system in tests",
	"sim":                  "what simulated people are called and type into the system",
	"server/demo_staff.go": "what the people of the demo community are called",
	"directory/header.go":  "headers of columns that are recognized in uploads",
	"directory/normal.go":  "endings of buildings and rooms that are recognized in uploads",
	// Sentences, the last: they go when each setting is a row that names its own.
	"server/handbook/rules.go": "what is set, told in the handbook",
}

// han is a Chinese character; punctuation alone is no sentence.
var han = regexp.MustCompile(`\p{Han}`)

// Sentences stand here and nowhere else: no other code holds a text in Chinese.
func TestNoSentenceStandsElsewhere(t *testing.T) {
	found := map[string]bool{}
	err := fs.WalkDir(os.DirFS(".."), ".", func(path string, d fs.DirEntry, err error) error {
		top, _, _ := strings.Cut(path, "/")
		switch {
		case err != nil:
			return err
		case d.IsDir() && (path == "words" || strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "testdata" || d.Name() == "node_modules"):
			return fs.SkipDir
		case strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".html"):
			return nil
		}
		for _, said := range saidIn(t, path) {
			if han.MatchString(said) {
				found[top], found[path] = true, true
				if elsewhere[top] == "" && elsewhere[path] == "" {
					t.Errorf("%s holds a sentence: %q", path, said)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for place := range elsewhere {
		if !found[place] {
			t.Errorf("%s holds no Chinese any more", place)
		}
	}
}

// saidIn gives the texts of a file: those of its code, or all of a template.
func saidIn(t *testing.T, path string) (said []string) {
	t.Helper()
	if strings.HasSuffix(path, ".html") {
		raw, err := os.ReadFile(filepath.Join("..", path))
		if err != nil {
			t.Fatal(err)
		}
		return []string{string(raw)}
	}
	for _, f := range parsed(t, path) {
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && (lit.Kind == token.STRING || lit.Kind == token.CHAR) {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					said = append(said, s)
				}
			}
			return true
		})
	}
	return said
}
