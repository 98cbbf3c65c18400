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
		"# 谁可以看什么 Who may see what",
		"操作（命令）的权限见 lifecycle.md。两张表以外的一切都不存在。" +
			"Who may give which command is in lifecycle.md; what stands in neither table does not exist.",
		"`小区 communities`：所属小区内的全部。`任务 tasks`：本部门有任务的投诉，或被指定处理的投诉。`本人 own`：本人自己的。" +
			"别的小区的投诉一律视为不存在（404）。Another community's case does not exist (404).",
		"联系方式（姓名、房号、电话、邮箱） Contacts: ◉ 明示 clear，◐ 任务进行中明示 clear while a task runs，○ 掩码 masked。",
		"记录 Logged: 每人 every：谁看了都记录；审计 auditors：审计人员看了就记录。" +
			"手机号检索一律记录。Searching for a phone number is always logged.",
		"↦ 用 POST 提交但只是查看，只读令牌也可以用。Posted, yet it only reads: a read-only token opens it too.",
		strings.TrimSpace(views()),
		"",
	}, "\n\n")
}

var (
	scopes   = map[people.Scope]string{people.Own: "本人 own", people.OwnTasks: "任务 tasks", people.Communities: "小区 communities"}
	contacts = map[people.Contacts]string{people.Masked: " ○", people.WhileWorking: " ◐", people.Clear: " ◉"}
	logged   = map[people.Logging]string{people.LogAuditors: "审计 auditors", people.LogEvery: "每人 every"}
)

func views() string {
	var b strings.Builder
	b.WriteString("| |")
	for _, r := range people.Employed {
		fmt.Fprintf(&b, " %s |", label("role", string(r)))
	}
	b.WriteString(" 记录 Logged |\n|---|" + strings.Repeat("---|", len(people.Employed)+1) + "\n")
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
		return "公开 public"
	}
	i := slices.IndexFunc(v.Grants, func(g people.Grant) bool { return slices.Contains(g.Roles, r) })
	if i < 0 {
		return ""
	}
	return scopes[v.Grants[i].Scope] + contacts[v.Grants[i].Contacts]
}
