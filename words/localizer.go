package words

import (
	"fmt"
	"strings"

	"bihuan/procedure/policy"
)

// Localizer says things in one language. What a page shows embeds one, so that its template asks for words by their
// key: {{.T "login.title"}}.
type Localizer struct {
	Language Language
	// Kind is the procedure whose own words take the place of the shared ones, if it has any: those of the key
	// "track.title" stand at "track.title.inquiry".
	Kind string
}

// T gives the words at a key, such as "login.title"; the key itself where there are none. What the sentence speaks of
// follows as names and values.
func (l Localizer) T(key string, args ...any) string {
	text, ok := l.Find(key, args...)
	if !ok {
		return key
	}
	return text
}

// Find gives the words at a key that need not have any, and says whether it has.
func (l Localizer) Find(key string, args ...any) (string, bool) {
	c := in(l.Language).about(l.Kind)
	if _, own := c.pages[key+"."+l.Kind]; own {
		key += "." + l.Kind
	}
	text, ok := c.pages[key]
	if strings.Contains(text, "{{") {
		text = c.render("pages."+key, named(args))
	}
	return text, ok
}

// named makes arguments of names and values.
func named(args []any) map[string]string {
	all := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		all[fmt.Sprint(args[i])] = fmt.Sprint(args[i+1])
	}
	return all
}

// Label gives the words for a code of some kind.
func (l Localizer) Label(kind string, code any) string {
	return LabelOf(l.Language, l.Kind, kind, fmt.Sprint(code))
}

// Text picks what somebody wrote in both languages.
func (l Localizer) Text(t policy.Text) string { return Text(l.Language, t) }

// List joins items as the language does.
func (l Localizer) List(items []string) string { return in(l.Language).list(items) }

// Colon stands between a name and what it names.
func (l Localizer) Colon() string { return in(l.Language).Colon }

// Other is the language that is not spoken here.
func (l Localizer) Other() Language {
	if l.Language == English {
		return Chinese
	}
	return English
}

// OtherName is what the other language calls itself.
func (l Localizer) OtherName() string { return Label(l.Other(), "language", l.Other()) }

// Text picks what somebody wrote in both languages; the first language stands for one that it lacks.
func Text(lang Language, t policy.Text) string {
	if lang == English && t.En != "" {
		return t.En
	}
	return t.Zh
}
