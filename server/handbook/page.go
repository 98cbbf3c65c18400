package handbook

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/url"
	"strconv"
	"strings"

	"bihuan/words"
)

// Files holds the page's style.
//
//go:embed page
var Files embed.FS

// deepest is the last depth of a tree that the style tells apart. A style of a line's own would be left out: the
// page allows none.
const deepest = 4

var pageTemplate = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"deep": func(depth int) string { return "deep" + strconv.Itoa(min(depth, deepest)) },
}).ParseFS(Files, "page/page.html"))

// Page is the handbook for a browser; Communities are those that the reader may choose from.
type Page struct {
	Handbook
	Communities []Choice
}

// Choice is a community that the reader may read the handbook of.
type Choice struct{ ID, Name string }

// T gives one of the page's own words.
func (p Page) T(name string) string { return chrome[p.Language][name] }

// Join lists items as the language does.
func (p Page) Join(items []string) string {
	if p.Language == words.Chinese {
		return strings.Join(items, "、")
	}
	return strings.Join(items, ", ")
}

// Other leads to the same in the other language.
func (p Page) Other() string {
	lang := words.English
	if p.Language == words.English {
		lang = words.Chinese
	}
	return "/handbook?" + url.Values{"community": {p.Community}, "lang": {lang}}.Encode()
}

// Warns says when whoever is responsible is warned. H1
func (p Page) Warns() string { return fmt.Sprintf(p.T("warn_percent"), p.WarnPercent) }

// Decides says how long each level has. H4
func (p Page) Decides() string {
	within := map[string]string{}
	for _, c := range p.Chapters {
		for _, d := range c.Deadlines {
			if within[d.Step] == "" {
				within[d.Step] = d.Within
			}
		}
	}
	return fmt.Sprintf(p.T("decides"), within["decision"], within["reminder"])
}

// HTML draws the page.
func (p Page) HTML() ([]byte, error) {
	var b bytes.Buffer
	err := pageTemplate.Execute(&b, p)
	return b.Bytes(), err
}

// listed is a list of commands with the page around it.
type listed struct {
	Page     Page
	Commands []Command
}

// Of hands commands to the table that lists them.
func (p Page) Of(commands []Command) listed { return listed{p, commands} }
