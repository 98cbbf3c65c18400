package main

import (
	"fmt"
	"slices"
	"strings"

	"bihuan/procedure/complaint"
	"bihuan/words"
)

// arrow is one way from a stage to another, and the commands that lead there.
type arrow struct {
	from, to string
	commands []string
}

// anyOpen stands for every open stage in the diagram: a line from each would hide the loop.
const anyOpen = "any_open"

// everywhere says whether a command may be given in every open stage.
func everywhere(t complaint.Transition) bool {
	for _, s := range complaint.Stages {
		if (complaint.State{Stage: s}).Open() && !slices.Contains(t.From, s) {
			return false
		}
	}
	return true
}

// arrows reads the ways from the table, in its order.
func arrows() []arrow {
	var all []arrow
	for _, t := range complaint.Table {
		for _, from := range sources(t) {
			for _, to := range targets(t) {
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
// next open one leads there from the stage before it: the complaint moves on when that stage is over.
func sources(t complaint.Transition) []string {
	if len(t.To) == 1 && (complaint.State{Stage: t.To[0]}).Open() {
		before := complaint.Stages[slices.Index(complaint.Stages, t.To[0])-1]
		if slices.Contains(t.From, before) {
			return []string{node(before)}
		}
	}
	if everywhere(t) {
		return []string{anyOpen}
	}
	return nodes(t.From)
}

// targets gives where a command's arrows end.
func targets(t complaint.Transition) []string {
	if everywhere(complaint.Transition{From: t.To}) {
		return []string{anyOpen}
	}
	return nodes(t.To)
}

func nodes(stages []complaint.Stage) []string {
	all := make([]string, len(stages))
	for i, s := range stages {
		all[i] = node(s)
	}
	return all
}

func node(s complaint.Stage) string {
	if s == complaint.StageNew {
		return "[*]"
	}
	return string(s)
}

// diagram draws every arrow with its commands.
func diagram() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	states(&b)
	fmt.Fprintf(&b, "    state \"任一未关闭阶段<br/>Any open stage\" as %s\n", anyOpen)
	for _, a := range arrows() {
		fmt.Fprintf(&b, "    %s --> %s: %s\n", a.from, a.to, strings.Join(labels("command", a.commands), "<br/>"))
	}
	fmt.Fprintf(&b, "    %s --> [*]\n```\n", complaint.StageArchived)
	return b.String()
}

// compact draws the loop alone. What a review leads to, a judgement leads to only where no review is
// asked for, so those arrows are left out.
func compact() string {
	var b strings.Builder
	b.WriteString("```mermaid\nstateDiagram-v2\n")
	states(&b)
	for _, a := range arrows() {
		if a.from == anyOpen || a.to == anyOpen || unreviewed(a) {
			continue
		}
		fmt.Fprintf(&b, "    %s --> %s\n", a.from, a.to)
	}
	fmt.Fprintf(&b, "    %s --> [*]\n```\n", complaint.StageArchived)
	return b.String()
}

func unreviewed(a arrow) bool {
	return slices.Equal(a.commands, []string{complaint.CmdJudge}) && slices.ContainsFunc(complaint.Table, func(t complaint.Transition) bool {
		return t.Command == complaint.CmdReview && slices.Contains(nodes(t.To), a.to)
	})
}

func states(b *strings.Builder) {
	for _, s := range complaint.Stages[1:] {
		fmt.Fprintf(b, "    state \"%s<br/>%s\" as %s\n", words.Label(words.Chinese, "stage", string(s)), words.Label(words.English, "stage", string(s)), s)
	}
}

// label gives a code's words in both languages.
func label(kind, code string) string {
	return words.Label(words.Chinese, kind, code) + " " + words.Label(words.English, kind, code)
}

func labels[T ~string](kind string, codes []T) []string {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = label(kind, string(c))
	}
	return all
}
