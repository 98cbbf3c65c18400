package words

import (
	"slices"
	"strings"
	"text/template/parse"

	"bihuan/procedure/machine"
	"bihuan/procedure/registry"
	"bihuan/procedure/violation"
)

// operators are the template language's own functions that words of one's own may call. The others could make a
// text of any length, or reach for more than the arguments.
var operators = []string{"eq", "ne", "and", "or", "not"}

// ofText says that a function takes one text, as every argument of a notice is.
func ofText(function any) bool {
	switch function.(type) {
	case func(string) string, func(any) string:
		return true
	}
	return false
}

// usage is what notices use: parts, and the arguments of each.
type usage struct {
	parts     []string
	arguments map[string][]string
}

// used is what the shipped words use, and words of one's own may: the arguments of a notice are those that its
// words name in any language, and those that all notices of its procedure have.
var used = use()

func use() usage {
	u := usage{arguments: map[string][]string{}}
	for _, lang := range Languages {
		c := in(lang)
		for name := range c.Notices {
			for _, text := range []string{"subject", "body"} {
				r := reader{catalog: c}
				r.list(c.shipped(name, text).Root, true)
				u.parts, u.arguments[name] = append(u.parts, r.parts...), append(u.arguments[name], r.arguments...)
			}
		}
	}
	for name, all := range u.arguments {
		all = append(all, shared(name)...)
		slices.Sort(all)
		u.arguments[name] = slices.Compact(all)
	}
	slices.Sort(u.parts)
	u.parts = slices.Compact(u.parts)
	return u
}

// shared gives the arguments that a notice has in every procedure that sends it.
func shared(name string) (all []string) {
	for i, p := range senders(name) {
		if i == 0 {
			all = slices.Clone(p.Arguments)
		}
		all = slices.DeleteFunc(all, func(a string) bool { return !slices.Contains(p.Arguments, a) })
	}
	return all
}

// senders lists the procedures that send a notice.
func senders(name string) []machine.Kind {
	return slices.DeleteFunc(slices.Clone(registry.Kinds()), func(p machine.Kind) bool { return !slices.Contains(p.Templates, name) })
}

// shipped gives the tree of a notice's subject or body.
func (c *catalog) shipped(name, text string) *parse.Tree {
	return c.sentence.Lookup("notices." + name + "." + text).Tree
}

// tree reads a text that somebody set for a notice, and says what in it is not for them: a loop, a definition, a
// function, a part or an argument that the notice does not have.
func (c *catalog) tree(path, name, text string) (*parse.Tree, violation.List) {
	var faults violation.List
	all, tree := map[string]*parse.Tree{}, parse.New("own")
	tree.Mode = parse.SkipFuncCheck
	if _, err := tree.Parse(strings.TrimSpace(text), "", "", all); err != nil {
		faults.Add(path, "bad_template", "reason", reason(err))
		return nil, faults
	}
	r := reader{catalog: c, path: path, set: &allowed{used.parts, used.arguments[name]}}
	for defined := range all {
		if defined != "own" {
			r.fault("not_for_notices", "what", "define")
		}
	}
	r.list(tree.Root, true)
	return tree, r.faults[:min(1, len(r.faults))]
}

// reader walks a template: a text that somebody set, to note every fault in it, or shipped words, of which nothing
// is asked, to note what they use.
type reader struct {
	*catalog
	path             string
	set              *allowed // nil for shipped words
	faults           violation.List
	parts, arguments []string
}

// allowed is what a text that somebody set may use.
type allowed struct{ parts, arguments []string }

func (r *reader) fault(code string, args ...string) {
	if r.set != nil {
		r.faults.Add(r.path, code, args...)
	}
}

// list reads a list of nodes; whole says that the dot is all the arguments, not one of them.
func (r *reader) list(list *parse.ListNode, whole bool) {
	if list == nil {
		return
	}
	for _, n := range list.Nodes {
		switch n := n.(type) {
		case *parse.TextNode:
		case *parse.ActionNode:
			r.pipe(n.Pipe, whole)
		case *parse.IfNode:
			r.pipe(n.Pipe, whole)
			r.list(n.List, whole)
			r.list(n.ElseList, whole)
		case *parse.WithNode:
			r.pipe(n.Pipe, whole)
			r.list(n.List, false)
			r.list(n.ElseList, whole)
		case *parse.TemplateNode:
			r.part(n, whole)
		default:
			r.fault("not_for_notices", "what", n.String())
		}
	}
}

// part reads the call of a part, which gets all the arguments or one.
func (r *reader) part(n *parse.TemplateNode, whole bool) {
	if r.set != nil && (!slices.Contains(r.set.parts, n.Name) || r.sentence.Lookup(n.Name) == nil) {
		r.fault("unknown_part", "name", n.Name, "choices", strings.Join(r.set.parts, ", "))
		return
	}
	r.parts = append(r.parts, n.Name)
	all := n.Pipe != nil && (n.Pipe.String() == "$" || whole && n.Pipe.String() == ".")
	switch {
	case n.Pipe == nil:
		r.fault("not_for_notices", "what", n.String())
	case !all:
		r.pipe(n.Pipe, whole)
	case r.set == nil:
		r.list(r.sentence.Lookup(n.Name).Root, true)
	}
}

func (r *reader) pipe(pipe *parse.PipeNode, whole bool) {
	for _, command := range pipe.Cmds {
		for _, n := range command.Args {
			r.value(n, whole)
		}
	}
}

// value reads what is said or handed to a function.
func (r *reader) value(n parse.Node, whole bool) {
	switch n := n.(type) {
	case *parse.StringNode, *parse.NumberNode, *parse.BoolNode:
		return
	case *parse.PipeNode:
		r.pipe(n, whole)
		return
	case *parse.IdentifierNode:
		if !ofText(r.functions[n.Ident]) && !slices.Contains(operators, n.Ident) {
			r.fault("unknown_function", "name", n.Ident)
		}
		return
	case *parse.DotNode:
		if !whole {
			return
		}
	case *parse.FieldNode:
		if whole && len(n.Ident) == 1 {
			r.argument(n.Ident[0])
			return
		}
	case *parse.VariableNode:
		if n.Ident[0] == "$" && len(n.Ident) == 2 {
			r.argument(n.Ident[1])
			return
		}
		if n.Ident[0] != "$" && len(n.Ident) == 1 {
			return
		}
	}
	r.fault("not_for_notices", "what", n.String())
}

func (r *reader) argument(name string) {
	r.arguments = append(r.arguments, name)
	if r.set != nil && !slices.Contains(r.set.arguments, name) {
		r.fault("unknown_argument", "name", name, "choices", strings.Join(r.set.arguments, ", "))
	}
}
