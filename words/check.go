package words

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/template/parse"
	"unicode/utf8"

	"bihuan/procedure/policy"
	"bihuan/procedure/violation"
)

// What words of one's own may be at most, in characters.
const (
	longestSubject = 200
	longestBody    = 4000
)

// CheckNotices says what is wrong with words that are to replace those shipped, by their paths. Q1
func CheckNotices(own policy.Notices) (faults violation.List) {
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if _, known := in(Chinese).Notices[name]; !known {
			faults.Add(name, "unknown_notice")
			continue
		}
		for _, lang := range slices.Sorted(maps.Keys(own[name])) {
			path, w := name+"."+lang, own[name][lang]
			c, known := catalogs[lang]
			if !known {
				faults.Add(path, "not_one_of", "choices", strings.Join(Languages, ", "))
				continue
			}
			faults = append(faults, c.checkSubject(path+".subject", name, w.Subject)...)
			faults = append(faults, c.checkBody(path+".body", name, w.Body)...)
		}
	}
	return faults
}

func (c *catalog) checkSubject(path, name, text string) violation.List {
	_, faults := c.checkText(path, name, text, longestSubject)
	if len(faults) == 0 && strings.ContainsAny(strings.TrimSpace(text), "\r\n") {
		faults.Add(path, "one_line")
	}
	return faults
}

// checkBody sees to it, too, that whoever reads it learns which case it is, and a complainant how to follow it.
func (c *catalog) checkBody(path, name, text string) violation.List {
	tree, faults := c.checkText(path, name, text, longestBody)
	if len(faults) > 0 {
		return faults
	}
	shipped, says := always(c.shipped(name, "body").Root), always(tree.Root)
	switch {
	case shipped.tracking && !says.tracking:
		faults.Add(path, "no_tracking", "part", `{{template "tracking" .}}`)
	case shipped.number && !says.number:
		faults.Add(path, "no_number", "part", `{{template "case" .}}`)
	}
	return faults
}

// checkText looks at one text: that it says something, is not too long, and can be rendered whichever way it goes.
func (c *catalog) checkText(path, name, text string, longest int) (tree *parse.Tree, faults violation.List) {
	switch {
	case strings.TrimSpace(text) == "":
		faults.Add(path, "no_words")
		return nil, faults
	case utf8.RuneCountInString(text) > longest:
		faults.Add(path, "too_many_words", "longest", strconv.Itoa(longest))
		return nil, faults
	}
	if tree, faults = c.tree(path, name, text); len(faults) > 0 {
		return nil, faults
	}
	args := map[string]string{}
	for _, a := range used.arguments[name] {
		args[a] = "x"
	}
	if _, err := c.execute(straight(tree), args); err != nil {
		faults.Add(path, "bad_template", "reason", reason(err))
	}
	return tree, faults
}

// straight gives a tree that takes every branch of another, one after the other.
func straight(tree *parse.Tree) *parse.Tree {
	tree = tree.Copy()
	straighten(tree.Root)
	return tree
}

func straighten(list *parse.ListNode) {
	if list == nil {
		return
	}
	var nodes []parse.Node
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.IfNode:
			nodes = append(nodes, &parse.ActionNode{NodeType: parse.NodeAction, Pos: n.Pos, Line: n.Line, Pipe: n.Pipe})
			nodes = append(nodes, branches(n.List, n.ElseList)...)
		case *parse.WithNode:
			other := n.ElseList
			straighten(n.List)
			n.ElseList = nil
			nodes = append(append(nodes, n), branches(other)...)
		default:
			nodes = append(nodes, n)
		}
	}
	list.Nodes = nodes
}

func branches(lists ...*parse.ListNode) (nodes []parse.Node) {
	for _, l := range lists {
		straighten(l)
		if l != nil {
			nodes = append(nodes, l.Nodes...)
		}
	}
	return nodes
}

// always tells what a body says whichever way it goes.
func always(body *parse.ListNode) (says struct{ number, tracking bool }) {
	for _, n := range body.Nodes {
		switch n := n.(type) {
		case *parse.TemplateNode:
			says.tracking = says.tracking || n.Name == "tracking"
			says.number = says.number || n.Name == "tracking" || n.Name == "case"
		case *parse.ActionNode:
			says.number = says.number || n.String() == "{{.number}}"
		}
	}
	return says
}

// place finds in an error of the template language where it was; the name is not the reader's.
var place = regexp.MustCompile(`^template: [^:]*:(\d+)(:\d+)?: `)

// reason gives the template language's own words for what is wrong, from the line on.
func reason(err error) string {
	return place.ReplaceAllString(err.Error(), "line $1: ")
}
