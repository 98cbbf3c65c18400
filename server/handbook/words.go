package handbook

import (
	"fmt"
	"strings"
	"time"

	"bihuan/procedure/policy"
	"bihuan/words"
)

// needRules and stepRules give the IDs of the rules in docs/requirements.md that stand behind a need and a deadline.
var (
	needRules = map[string]string{
		"clear": "A3", "not_named": "B9", "emergency_early": "A8", "no_emergency": "C6", "other_reviewer": "B4", "explainers_turn": "B5",
		"appealable": "B10", "reopenable": "G8", "major": "B7", "task": "C2", "plan_proposed": "D2",
		"other_side": "L3", "taken": "C2", "unrated": "L4",
	}
	stepRules = map[string]string{
		"judge": "B1", "refer": "B3", "review": "B4", "explain": "B5", "service": "B6", "dispatch": "C1", "accept": "C2", "reroute": "C2",
		"work": "C1", "plan": "D1", "answer": "D3", "follow_up": "E1", "verify": "F1", "revisit": "G1", "unreached": "G5", "decision": "H4",
		"reminder": "H4", "reopen": "G8", "reply": "K2", "forward": "K2", "turn": "K3", "confirm": "L2", "agree": "L3", "arrive": "L3",
		"perform": "L3", "rate": "L4", "rate_again": "L4", "planning": "J2", "minutes": "J2", "conclude": "J2", "tell": "J2",
	}
)

// span writes a length of time as people say it; nothing for one that is not set.
func (b builder) span(d policy.Duration) string {
	left := time.Duration(d)
	if left == 0 {
		return ""
	}
	var parts []string
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}} {
		if unit.name == "day" && left%unit.size != 0 { // 36 hours are not a day and a half
			continue
		}
		if n := left / unit.size; n > 0 {
			parts = append(parts, b.count(int(n), unit.name))
			left -= n * unit.size
		}
	}
	return strings.Join(parts, " ")
}

func (b builder) count(n int, unit string) string {
	if b.lang == words.Chinese {
		return fmt.Sprintf("%d %s", n, chrome[b.lang][unit])
	}
	plural := "s"
	if n == 1 {
		plural = ""
	}
	return fmt.Sprintf("%d %s%s", n, chrome[b.lang][unit], plural)
}

// chrome is the page's own words.
var chrome = map[words.Language]map[string]string{
	words.Chinese: {
		"title": "员工手册", "contents": "目录", "settings": "设置版本", "print": "打印", "other": "English", "community": "小区",
		"lead": "本手册由现行设置与办事流程自动生成：系统怎样办理，手册就怎样写。",
		"flow": "流程图", "stages": "阶段", "stage": "阶段", "anywhere": "任一未关闭阶段均可", "command": "操作", "who": "谁可以", "needs": "条件", "to": "进入",
		"major": "重大", "named": "被指定的处理人", "deadlines": "时限", "deadline": "时限", "within": "时限", "emergency": "特急", "warning": "提醒（用时）", "clock": "计时", "owner": "责任人",
		"turn": "当前承办人", "levels": "升级层级", "categories": "分类", "category": "分类", "department": "责任部门", "urgency": "紧急程度", "work": "处理时限",
		"evidence": "完成须附凭证", "auto": "自动派单", "departments": "部门与外包单位", "services": "服务项目", "charge": "收费", "form": "申请表", "required": "（必填）", "contact": "联系人", "phone": "电话", "vendor": "外包单位",
		"calendar": "工作日历", "zone": "时区", "weekdays": "工作日", "hours": "工作时间", "holidays": "假日", "make_up": "调休上班", "no_year": "日历尚无本年数据，工作时间按自然时间计算。",
		"quotas": "每月回访指标", "times": "次", "none": "无", "rules": "其他规定", "automatic": "系统自动进行", "waits": "等待系统办理。", "rule": "条款", "step": "事项", "yes": "是",
		"wall":         "特急和重大事项一律按自然时间计算。到期未完成即为逾期，逐级上报：",
		"decides":      "每级须在 %s 内决定，逾期转上一级；最高一级未决定的，每 %s 再次提醒。",
		"warn_percent": "用去时限的 %d%% 时提醒责任人，另有规定的除外。",
		"mon":          "周一", "tue": "周二", "wed": "周三", "thu": "周四", "fri": "周五", "sat": "周六", "sun": "周日",
		"day": "天", "hour": "小时", "minute": "分钟", "second": "秒",
	},
	words.English: {
		"title": "Staff handbook", "contents": "Contents", "settings": "Version of the settings", "print": "Print", "other": "中文", "community": "Community",
		"lead": "This handbook is made from the settings in force and from the procedures themselves: it says what the system does.",
		"flow": "The way a case goes", "stages": "Stages", "stage": "Stage", "anywhere": "In any open stage", "command": "What may be done", "who": "Who may", "needs": "Needs", "to": "Leads to",
		"major": "Major", "named": "Whoever is named to handle it", "deadlines": "Deadlines", "deadline": "Deadline", "within": "Within", "emergency": "Emergency", "warning": "Warned after", "clock": "Clock", "owner": "Responsible",
		"turn": "Whoever has it", "levels": "The levels", "categories": "Categories", "category": "Category", "department": "Department", "urgency": "Urgency", "work": "Work within",
		"evidence": "Evidence", "auto": "Dispatched by itself", "departments": "Departments and vendors", "services": "Services", "charge": "Charge", "form": "Application form", "required": " (required)", "contact": "Contact", "phone": "Phone", "vendor": "Vendor",
		"calendar": "Working calendar", "zone": "Time zone", "weekdays": "Working days", "hours": "Working hours", "holidays": "Holidays", "make_up": "Make-up working days", "no_year": "The calendar has no data for this year yet; working time is counted on wall clock.",
		"quotas": "Revisits a month", "times": "", "none": "None", "rules": "What else is set", "automatic": "Done by the system itself", "waits": "The system is at work.", "rule": "Rule", "step": "Step", "yes": "Yes",
		"wall":         "Emergencies and majors always run on wall clock. What is not done in time is a breach and climbs the levels:",
		"decides":      "Each level decides within %s, or the next is asked; the top one is reminded every %s until it decides.",
		"warn_percent": "Whoever is responsible is warned when %d%% of the time has passed, unless said otherwise.",
		"mon":          "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday", "sun": "Sunday",
		"day": "day", "hour": "hour", "minute": "minute", "second": "second",
	},
}
