package main

import (
	"fmt"
	"slices"
	"strings"

	"bihuan/procedure/complaint"
	"bihuan/procedure/machine"
)

// flow is a procedure's way from stage to stage.
type flow struct{ machine.Kind }

// arrow is one way from a stage to another, and the commands that lead there.
type arrow struct {
	from, to string
	commands []string
}

// anyOpen stands for every open stage in the diagram: a line from each would hide the loop.
const anyOpen = "any_open"

// open says whether a case in a stage goes on.
func open(s machine.Stage) bool {
	return s != machine.StageNew && s != machine.StageClosed && s != machine.StageArchived
}

// everywhere says whether some stages are all the open ones and there are several.
func (f flow) everywhere(stages []machine.Stage) bool {
	several := 0
	for _, s := range f.Stages {
		if open(s) && !slices.Contains(stages, s) {
			return false
		}
		if open(s) {
			several++
		}
	}
	return several > 1
}

// arrows reads the ways from the table, in its order.
func (f flow) arrows() []arrow {
	var all []arrow
	for _, t := range f.Table {
		for _, from := range f.sources(t) {
			for _, to := range f.targets(t) {
				if from != to {
					all = add(all, from, to, t.Command)
				}
			}
		}
	}
	return all
}

func add(all []arrow, from, to, command string) []arrow {
	for i := range all {
		if all[i].from == from && all[i].to == to {
			if !slices.Contains(all[i].commands, command) {
				all[i].commands = append(all[i].commands, command)
			}
			return all
		}
	}
	return append(all, arrow{from, to, []string{command}})
}

// sources gives where a command's arrows begin. What is possible in several stages and leads to the
// next open one leads there from the stage before it: the case moves on when that stage is over.
func (f flow) sources(t machine.Transition) []string {
	if len(t.To) == 1 && open(t.To[0]) {
		before := f.Stages[slices.Index(f.Stages, t.To[0])-1]
		if slices.Contains(t.From, before) {
			return []string{node(before)}
		}
	}
	if f.everywhere(t.From) {
		return []string{anyOpen}
	}
	return nodes(t.From)
}

// targets gives where a command's arrows end.
func (f flow) targets(t machine.Transition) []string {
	if f.everywhere(t.To) {
		return []string{anyOpen}
	}
	return nodes(t.To)
}

func nodes(stages []machine.Stage) []string {
	all := make([]string, len(stages))
	for i, s := range stages {
		all[i] = node(s)
	}
	return all
}

func node(s machine.Stage) string {
	if s == machine.StageNew {
		return "[*]"
	}
	return string(s)
}

// diagram draws every arrow with its commands.
func (f flow) diagram() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	f.states(&b)
	arrows := f.arrows()
	if slices.ContainsFunc(arrows, func(a arrow) bool { return a.from == anyOpen || a.to == anyOpen }) {
		fmt.Fprintf(&b, "    state \"%s<br/>%s\" as %s\n", chinese.T("docs.any_open"), english.T("docs.any_open"), anyOpen)
	}
	for _, a := range arrows {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", a.from, a.to, strings.Join(labels("command", a.commands), "<br/>"))
	}
	fmt.Fprintf(&b, "    %s --> [*]\n```\n", machine.StageArchived)
	return b.String()
}

// compact draws the loop alone. What a review leads to, a judgement leads to only where no review is
// asked for, so those arrows are left out.
func (f flow) compact() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	f.states(&b)
	for _, a := range f.arrows() {
		if a.from == anyOpen || a.to == anyOpen || f.unreviewed(a) {
			continue
		}
		fmt.Fprintf(&b, "    %s --> %s\n", a.from, a.to)
	}
	fmt.Fprintf(&b, "    %s --> [*]\n```\n", machine.StageArchived)
	return b.String()
}

func (f flow) unreviewed(a arrow) bool {
	return slices.Equal(a.commands, []string{complaint.CmdJudge}) && slices.ContainsFunc(f.Table, func(t machine.Transition) bool {
		return t.Command == complaint.CmdReview && slices.Contains(nodes(t.To), a.to)
	})
}

func (f flow) states(b *strings.Builder) {
	for _, s := range f.Stages[1:] {
		fmt.Fprintf(b, "    state \"%s<br/>%s\" as %s\n", chinese.Label("stage", s), english.Label("stage", s), s)
	}
}
