package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"bihuan/procedure/complaint"
	"bihuan/procedure/policy"
	"bihuan/settings"
	"bihuan/words"
)

// lifecycle is the whole page.
func lifecycle(s settings.Settings) (string, error) {
	if len(s.Communities) == 0 {
		return "", errors.New("the default settings have no community")
	}
	p, _ := s.For(s.Communities[0].ID)
	return strings.Join([]string{
		"<!-- Generated from the procedure's table by go generate ./docs/... Do not edit. -->",
		"# 投诉的生命周期 The lifecycle of a complaint",
		"## 阶段 Stages",
		"每个箭头是一项操作；程序只允许这些操作。Each arrow is a command, and the procedure allows no others.",
		strings.TrimSpace(diagram()),
		"## 操作 Commands",
		"“重大”指重大投诉另有规定的人员。Major: who may instead when the complaint is major.",
		strings.TrimSpace(commands()),
		"## 时限 Deadlines",
		deadlineNotes(p),
		strings.TrimSpace(deadlines(p.Deadlines)),
		"",
	}, "\n\n"), nil
}

// commands lists stage by stage what may be done; what may be done in every open stage comes first.
func commands() string {
	var b strings.Builder
	b.WriteString("| 阶段 Stage | 操作 Command | 谁可以 Who may | 条件 Needs | 进入 Leads to |\n|---|---|---|---|---|\n")
	for _, t := range complaint.Table {
		if everywhere(t) {
			row(&b, openAnd(t), t)
		}
	}
	for _, s := range complaint.Stages {
		for _, t := range complaint.Table {
			if slices.Contains(t.From, s) && !everywhere(t) {
				row(&b, label("stage", string(s)), t)
			}
		}
	}
	return b.String()
}

// openAnd names the stages of a command that may be given in every open stage, and maybe in others.
func openAnd(t complaint.Transition) string {
	names := []string{"任一未关闭阶段 Any open stage"}
	for _, s := range t.From {
		if !(complaint.State{Stage: s}).Open() {
			names = append(names, label("stage", string(s)))
		}
	}
	return lines(names)
}

func row(b *strings.Builder, stage string, t complaint.Transition) {
	to := labels("stage", t.To)
	if everywhere(complaint.Transition{From: t.To}) {
		to = []string{"任一未关闭阶段 Any open stage"}
	}
	fmt.Fprintf(b, "| %s | %s `%s` | %s | %s | %s |\n", stage, label("command", t.Command), t.Command, who(t), lines(labels("need", t.Needs)), lines(to))
}

func who(t complaint.Transition) string {
	may := labels("role", t.May)
	if t.MayMajor != nil {
		may = append(may, "重大 Major: "+strings.Join(labels("role", t.MayMajor), ", "))
	}
	if t.Named {
		may = append(may, "被指定的处理人 Whoever is named to handle it")
	}
	return lines(may)
}

func lines(items []string) string { return strings.Join(items, "<br>") }

func deadlineNotes(p policy.Policy) string {
	return fmt.Sprintf("默认设置；特急和重大投诉一律按自然时间计算。用去时限的 %[1]d%% 时提醒，到期未完成即逾期并升级；未列责任人的，由当前承办人负责。"+
		"The default settings. Emergency and major complaints always run on wall clock. A warning is given when %[1]d%% of the time has passed; what is not done in time is a breach and is escalated. Where no owner is named, it is whoever has the task, the turn or the escalation.", p.WarnPercent)
}

func deadlines(all policy.Deadlines) string {
	var b strings.Builder
	b.WriteString("| 事项 Step | 时限 Within | 特急 Emergency | 重大 Major | 计时 Clock | 责任人 Owner | 重大投诉责任人 Owner, major |\n|---|---|---|---|---|---|---|\n")
	for _, step := range complaint.Steps {
		d := all.Of(string(step))
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s |\n", label("step", string(step)), span(d.Within),
			span(d.Emergency), span(d.Major), label("clock", d.Clock), role(string(d.Owner)), role(string(d.MajorOwner)))
	}
	return b.String()
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
	return words.Label(words.Chinese, "role", r) + " " + words.Label(words.English, "role", r)
}
