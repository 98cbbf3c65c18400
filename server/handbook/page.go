package handbook

import (
	"bytes"
	"embed"
	"html/template"
	"net/url"
	"strconv"

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

func (p Page) words() words.Localizer { return words.Localizer{Language: p.Language} }

// T gives the page's words at a key.
func (p Page) T(key string, args ...any) string { return p.words().T(key, args...) }

// Join lists items as the language does.
func (p Page) Join(items []string) string { return p.words().List(items) }

// OtherName is what the other language calls itself.
func (p Page) OtherName() string { return p.words().OtherName() }

// Other leads to the same in the other language.
func (p Page) Other() string {
	return "/handbook?" + url.Values{"community": {p.Community}, "lang": {p.words().Other()}}.Encode()
}

// Warns says when whoever is responsible is warned. H1
func (p Page) Warns() string { return p.T("handbook.warn_percent", "percent", p.WarnPercent) }

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
	return p.T("handbook.decides", "decision", within["decision"], "reminder", within["reminder"])
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
