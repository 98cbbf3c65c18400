// Package words puts codes into sentences that people read: in Chinese, the first language, and in
// English. Every code of the procedure and of the server, and every sentence of a page, a paper or a program that
// people talk to, has its words in the folders zh-CN and en.
//
// Nothing here fails: what has no words yet shows its code, and a value that is missing shows as
// nothing. The tests see to it that neither happens.
package words

import (
	"strings"

	"golang.org/x/text/language"

	"bihuan/procedure/registry"
	"bihuan/procedure/violation"
)

// Language is "zh-CN" or "en"; every other value means the first.
type Language = string

// The languages.
const (
	Chinese Language = "zh-CN"
	English Language = "en"
)

// Languages lists every language, the first language first.
var Languages = []Language{Chinese, English}

var matcher = language.NewMatcher([]language.Tag{language.SimplifiedChinese, language.English})

// Pick gives the best language for an Accept-Language header; Chinese where neither is asked for.
func Pick(acceptLanguage string) Language {
	_, i := language.MatchStrings(matcher, acceptLanguage)
	return Languages[i]
}

// Refusal gives the sentence for a refusal's code, e.g. "wrong_stage".
func Refusal(lang, code string, args map[string]string) string {
	c := in(lang)
	if _, ok := c.Refusals[code]; !ok {
		code, args = "unknown", map[string]string{"code": code}
	}
	return c.render("refusals."+code, c.worded(args, nil))
}

// Fault gives the sentence that says what is wrong with a setting; where it is, its path says.
func Fault(lang string, f violation.Violation) string {
	c := in(lang)
	if _, ok := c.Faults[f.Code]; !ok {
		return f.Code
	}
	return c.render("faults."+f.Code, f.Args)
}

// Label gives the words for a code of some kind, e.g. "stage" and "revisiting"; the code itself where
// there are none.
func Label(lang, kind, code string) string { return in(lang).label(kind, code) }

// Everywhere gives the words for a code in every language, for the Temporal Web UI, where nobody's is known.
func Everywhere(kind, code string) string {
	return everywhere(func(c *catalog) string { return c.label(kind, code) })
}

// Title says in every language what a case is.
func Title(kind string, drill bool) string {
	return everywhere(func(c *catalog) string {
		if drill { // M5
			return c.render("drill-subject", c.label("kind", kind))
		}
		return c.label("kind", kind)
	})
}

func everywhere(say func(*catalog) string) string {
	said := make([]string, len(Languages))
	for i, lang := range Languages {
		said[i] = say(in(lang))
	}
	return strings.Join(said, " · ")
}

// LabelOf gives the words for a code in a case of a procedure.
func LabelOf(lang, procedure, kind, code string) string {
	return in(lang).about(procedure).label(kind, code)
}

// Command gives the words for a command, e.g. on a button.
func Command(lang, command string) string { return Label(lang, "command", command) }

// Notice gives subject and body of a notice, in the words that the names come with or those shipped. The link to follow the complaint may be in args "link".
func Notice(lang, template string, args map[string]string, n Names) (subject, body string) {
	sender, _ := registry.OfNumber(args["number"])
	c := in(lang).about(sender.Name)
	if _, ok := c.Notices[template]; !ok {
		return template, ""
	}
	worded := c.worded(args, n)
	subject, body = c.notice(template, worded, n)
	if args["drill"] != "" { // M5
		return c.render("drill-subject", subject), c.render("drill-body", body)
	}
	return subject, body
}
