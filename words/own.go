package words

import (
	"errors"
	"strings"
	"text/template"
	"text/template/parse"

	"bihuan/procedure/policy"
)

// longestResult is what a text that somebody set may become, in bytes: what people wrote comes into it.
const longestResult = 64 << 10

// worded are names that come with words of one's own for notices.
type worded interface {
	Notice(language, template string) (policy.Wording, bool)
}

// ownOf gives the words that are set for a notice, by which the shipped ones are replaced.
func ownOf(n Names, lang Language, template string) (policy.Wording, bool) {
	if w, ok := placedOf(n).Names.(worded); ok {
		return w.Notice(lang, template)
	}
	return policy.Wording{}, false
}

// notice renders a notice by the words that are set for it. What cannot be rendered, or says nothing, is said in
// the shipped words: no setting keeps a notice from whom it is for. Q1, Q2
func (c *catalog) notice(name string, args map[string]string, n Names) (subject, body string) {
	if own, ok := ownOf(n, c.language, name); ok {
		subject, body = c.own(name, own.Subject, args), c.own(name, own.Body, args)
		subject = strings.Join(strings.Fields(subject), " ")
	}
	if subject == "" || body == "" {
		return c.render("notices."+name+".subject", args), c.render("notices."+name+".body", args)
	}
	return subject, body
}

// own renders a text that somebody set; nothing where that fails.
func (c *catalog) own(name, text string, args map[string]string) string {
	tree, faults := c.tree("", name, text)
	if len(faults) > 0 {
		return ""
	}
	said, err := c.execute(tree, args)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(said)
}

// execute renders a tree that was read, which has no loops, into a text of bounded length.
func (c *catalog) execute(tree *parse.Tree, args map[string]string) (string, error) {
	t, err := template.New("own").Funcs(c.functions).Option("missingkey=zero").AddParseTree("own", tree)
	if err != nil {
		return "", err
	}
	for _, part := range used.parts {
		if c.sentence.Lookup(part) == nil {
			continue
		}
		if _, err := t.AddParseTree(part, c.sentence.Lookup(part).Tree); err != nil {
			return "", err
		}
	}
	var b bounded
	err = t.ExecuteTemplate(&b, "own", args)
	return b.String(), err
}

// bounded is a text that ends in an error when it gets too long.
type bounded struct{ strings.Builder }

var errTooLong = errors.New("the text gets too long")

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > longestResult {
		return 0, errTooLong
	}
	return b.Builder.Write(p)
}
