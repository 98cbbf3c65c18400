package main

import (
	"fmt"
	"slices"
	"strings"

	"bihuan/procedure/people"
)

// permissions is the page about who may see what.
func permissions() string {
	return strings.Join([]string{
		"<!-- Generated from the procedure's table of views by go generate ./docs/... Do not edit. -->",
		"# " + said("docs.permissions"),
		told("docs.elsewhere"),
		told("docs.scopes"),
		said("docs.contacts") + ": ◉ " + said("docs.clear") + "，◐ " + said("docs.while_working") + "，○ " + said("docs.masked") + "。",
		said("docs.logged") + ": " + told("docs.logged_when"),
		"↦ " + told("docs.posted"),
		strings.TrimSpace(views()),
		"",
	}, "\n\n")
}

var (
	scopes   = map[people.Scope]string{people.Own: said("docs.own"), people.OwnTasks: said("docs.tasks"), people.Communities: said("docs.communities")}
	contacts = map[people.Contacts]string{people.Masked: " ○", people.WhileWorking: " ◐", people.Clear: " ◉"}
	logged   = map[people.Logging]string{people.LogAuditors: said("docs.auditors"), people.LogEvery: said("docs.every")}
)

func views() string {
	var b strings.Builder
	b.WriteString("| |")
	for _, r := range people.Employed {
		fmt.Fprintf(&b, " %s |", label("role", string(r)))
	}
	b.WriteString(" " + said("docs.logged") + " |\n|---|" + strings.Repeat("---|", len(people.Employed)+1) + "\n")
	for _, v := range people.Views {
		name := "`" + v.Name + "`"
		if v.Posted {
			name += " ↦"
		}
		fmt.Fprintf(&b, "| %s |", name)
		for _, r := range people.Employed {
			fmt.Fprintf(&b, " %s |", cell(v, r))
		}
		fmt.Fprintf(&b, " %s |\n", logged[v.Logged])
	}
	return b.String()
}

func cell(v people.View, r people.Role) string {
	if v.Public() {
		return said("docs.public")
	}
	i := slices.IndexFunc(v.Grants, func(g people.Grant) bool { return slices.Contains(g.Roles, r) })
	if i < 0 {
		return ""
	}
	return scopes[v.Grants[i].Scope] + contacts[v.Grants[i].Contacts]
}
