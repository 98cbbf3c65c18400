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
	"bihuan/words"
)

// lifecycle is the whole page: every procedure in the order of the handbook.
func lifecycle(s settings.Settings) (string, error) {
	if len(s.Communities) == 0 {
		return "", errors.New("the default settings have no community")
	}
	p, _ := s.For(s.Communities[0].ID)
	parts := []string{
		"<!-- Generated from the procedures' tables by go generate ./docs/... Do not edit. -->",
		"# 办事流程 Lifecycles",
		"每个箭头是一项操作；程序只允许这些操作。“重大”指重大投诉另有规定的人员。" +
			"Each arrow is a command, and the procedure allows no others. Major: who may instead when the complaint is major.",
		deadlineNotes(p),
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
		"## " + name, "案件编号 Numbers: `" + f.Prefix + "-…`", strings.TrimSpace(f.diagram()),
		"### 操作 Commands: " + name, f.commands().markdown(),
		"### 时限 Deadlines: " + name, f.deadlines(p).markdown(),
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
	g := grid{{"阶段 Stage", "操作 Command", "谁可以 Who may", "条件 Needs", "进入 Leads to"}}
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
const anyStage = "任一未关闭阶段 Any open stage"

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
		may = append(may, "重大 Major: "+strings.Join(f.roles(t.MayMajor), ", "))
	}
	if t.Named {
		may = append(may, "被指定的处理人 Whoever is named to handle it")
	}
	return lines(may)
}

// roles names roles as the procedure calls them.
func (f flow) roles(all []people.Role) []string {
	names := make([]string, len(all))
	for i, r := range all {
		names[i] = words.LabelOf(words.Chinese, f.Name, "role", string(r)) + " " + words.LabelOf(words.English, f.Name, "role", string(r))
	}
	return names
}

func lines(items []string) string { return strings.Join(items, "<br>") }

func deadlineNotes(p policy.Policy) string {
	return fmt.Sprintf("时限为默认设置；特急和重大投诉一律按自然时间计算。用去时限的 %[1]d%% 时提醒，到期未完成即逾期并升级；未列责任人的，由当前承办人负责。"+
		"Deadlines are the default settings. Emergency and major complaints always run on wall clock. A warning is given when %[1]d%% of the time has passed; what is not done in time is a breach and is escalated. Where no owner is named, it is whoever has the task, the turn or the escalation.", p.WarnPercent)
}

func (f flow) deadlines(p policy.Policy) grid {
	g := grid{{"事项 Step", "时限 Within", "特急 Emergency", "重大 Major", "计时 Clock", "责任人 Owner", "重大投诉责任人 Owner, major"}}
	for _, step := range f.Steps {
		d := p.Limit(f.Name, string(step))
		g = append(g, []string{
			label("step", string(step)), span(d.Within), span(d.Emergency), span(d.Major), label("clock", d.Clock), role(string(d.Owner)), role(string(d.MajorOwner)),
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
