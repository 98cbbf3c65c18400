package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/settings"
)

// lifecycle is the whole page: every procedure in the order of the handbook.
func lifecycle(s settings.Settings) (string, error) {
	if len(s.Communities) == 0 {
		return "", errors.New("the default settings have no community")
	}
	p, _ := s.For(s.Communities[0].ID)
	parts := []string{
		"<!-- Generated from the procedures' tables by go generate ./docs/... Do not edit. -->",
		"# " + said("docs.lifecycles"), told("docs.arrows"), told("docs.deadline_notes", "percent", p.WarnPercent),
	}
	for _, entry := range registry.Kinds() {
		parts = append(parts, flow{entry}.chapter(p)...)
	}
	return strings.Join(append(parts, ""), "\n\n"), nil
}

// chapter is one procedure.
func (f flow) chapter(p policy.Policy) []string {
	name := label("kind", f.Name)
	return []string{
		"## " + name, said("docs.numbers") + ": `" + f.Prefix + "-…`", strings.TrimSpace(f.diagram()),
		"### " + said("docs.commands") + ": " + name, f.commands().markdown(),
		"### " + said("docs.deadlines") + ": " + name, f.deadlines(p).markdown(),
	}
}

// grid is a table whose first row names the columns.
type grid [][]string

// markdown writes the columns that say something.
func (g grid) markdown() string {
	var kept []int
	for i := range g[0] {
		if slices.ContainsFunc(g[1:], func(row []string) bool { return row[i] != "" }) {
			kept = append(kept, i)
		}
	}
	var b strings.Builder
	for n, row := range g {
		for _, i := range kept {
			fmt.Fprintf(&b, "| %s ", row[i])
		}
		b.WriteString("|\n")
		if n == 0 {
			b.WriteString(strings.Repeat("|---", len(kept)) + "|\n")
		}
	}
	return strings.TrimSpace(b.String())
}

// commands lists stage by stage what may be done; what may be done in every open stage comes first.
func (f flow) commands() grid {
	g := grid{{said("docs.stage"), said("docs.command"), said("docs.who"), said("docs.needs"), said("docs.to")}}
	for _, t := range f.Table {
		if f.everywhere(t.From) {
			g = append(g, f.row(openAnd(t), t))
		}
	}
	for _, s := range f.Stages {
		for _, t := range f.Table {
			if slices.Contains(t.From, s) && !f.everywhere(t.From) {
				g = append(g, f.row(label("stage", string(s)), t))
			}
		}
	}
	return g
}

// anyStage is every open stage in words.
var anyStage = said("docs.any_open")

// openAnd names the stages of a command that may be given in every open stage, and maybe in others.
func openAnd(t machine.Transition) string {
	names := []string{anyStage}
	for _, s := range t.From {
		if !open(s) {
			names = append(names, label("stage", string(s)))
		}
	}
	return lines(names)
}

func (f flow) row(stage string, t machine.Transition) []string {
	to := labels("stage", t.To)
	if f.everywhere(t.To) {
		to = []string{anyStage}
	}
	return []string{stage, label("command", t.Command) + " `" + t.Command + "`", f.who(t), lines(labels("need", t.Needs)), lines(to)}
}

func (f flow) who(t machine.Transition) string {
	may := f.roles(t.May)
	if t.MayMajor != nil {
		may = append(may, said("docs.major")+": "+strings.Join(f.roles(t.MayMajor), ", "))
	}
	if t.Named {
		may = append(may, said("docs.named"))
	}
	return lines(may)
}

// roles names roles as the procedure calls them.
func (f flow) roles(all []people.Role) []string {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = labelOf(f.Name, "role", string(r))
	}
	return names
}

func lines(items []string) string { return strings.Join(items, "<br>") }

func (f flow) deadlines(p policy.Policy) grid {
	g := grid{{
		said("docs.step"), said("docs.within"), said("docs.emergency"), said("docs.major"), said("docs.clock"),
		said("docs.owner"), said("docs.owner_major"),
	}}
	for _, step := range f.Steps {
		d := p.Limit(f.Name, string(step))
		g = append(g, []string{
			label("step", string(step)), span(d.Within), span(d.Emergency), span(d.Major), label("clock", d.Clock), role(string(d.Owner)),
			role(string(d.MajorOwner)),
		})
	}
	return g
}

// span writes a length of time; one that is not set is the general one.
func span(d policy.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func role(r string) string {
	if r == "" {
		return ""
	}
	return label("role", r)
}
