package handbook

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"bihuan/procedure/policy"
	"bihuan/settings"
	"bihuan/words"
)

// Rule is a setting that is no deadline, as a sentence, with its ID in the requirements.
type Rule struct {
	Rule string `json:"rule"`
	Text string `json:"text"`
}

// rules tells everything else that is set: what opens a case by itself, how often is tried, what is kept how long.
func (b builder) rules(s settings.Settings) []Rule {
	var all []Rule
	add := func(rule, sentence string, args ...any) {
		all = append(all, Rule{Rule: rule, Text: fmt.Sprintf(sentences[b.lang][sentence], args...)})
	}
	p := b.policy
	add("A11", "duplicates", b.span(s.Duplicates.Within))
	add("B4", "review", b.join(labels(b, "nature", p.Review)))
	add("B5", "recourse", b.text(p.Recourse))
	for _, x := range p.Pools {
		add("C1", "pool_"+x.By, b.text(x.Name), b.join(b.departmentsOf(x)))
	}
	add("G5", "unreached", p.RevisitAttempts)
	if len(s.Quotas.RemindOn) > 0 {
		add("G7", "remind", b.join(mapped(s.Quotas.RemindOn, strconv.Itoa)))
	}
	add("I5", "retention", b.span(s.Retention.Records))
	add("J1", "collective", b.span(p.Collective.Within), p.Collective.Households, b.categoriesOf(p.Collective.Categories))
	add("L3", "no_shows", p.Service.NoShows)
	if p.Service.LowRating > 0 {
		add("L4", "low_rating", p.Service.LowRating, b.names.Category(p.Service.Complaint))
	}
	if t, ok := p.Survey.Template(p.Survey.Schedule.Template); ok && len(p.Survey.Schedule.Months) > 0 {
		add("M1", "survey", b.join(mapped(p.Survey.Schedule.Months, b.month)), b.text(t.Title))
	}
	if len(p.Survey.RemindAfter) > 0 {
		add("M1", "survey_reminders", b.join(mapped(p.Survey.RemindAfter, b.span)))
	}
	add("M2", "repeated", p.Improvement.RepeatedComplaints)
	add("M2", "noise", p.Improvement.NoisePercent)
	return all
}

func mapped[A, B any](all []A, to func(A) B) []B {
	made := make([]B, len(all))
	for i, a := range all {
		made[i] = to(a)
	}
	return made
}

func (b builder) join(items []string) string {
	if b.lang == words.Chinese {
		return strings.Join(items, "、")
	}
	return strings.Join(items, ", ")
}

func (b builder) departmentsOf(p policy.Pool) []string {
	return mapped(p.Departments, b.names.Department)
}

// categoriesOf names categories; none stands for all of them.
func (b builder) categoriesOf(ids []string) string {
	if len(ids) == 0 {
		return sentences[b.lang]["any_category"]
	}
	return b.join(mapped(ids, b.names.Category))
}

func (b builder) month(m int) string {
	if b.lang == words.Chinese {
		return fmt.Sprintf("%d月", m)
	}
	return time.Month(m).String()
}

// sentences are the rules in words; the order of the values is the same in each language.
var sentences = map[words.Language]map[string]string{
	words.Chinese: {
		"duplicates": "登记投诉时，同一小区、类别和地点 %s 内的投诉作为疑似重复提示。", "review": "判别为下列性质的投诉须经评审：%s。",
		"recourse": "投诉人不接受解释时告知：%s", "pool_offer": "%s：同时派给%s，先接单者办理。", "pool_turn": "%s：在%s之间轮流派单。",
		"unreached": "回访在不同日期 %d 次未接通后，由经理决定关闭或者继续联系。", "remind": "每月 %s 日提醒回访指标未完成的人员。",
		"retention": "办结后 %s 清除个人信息，统计数据保留。", "collective": "%s 内有 %d 户反映同一类问题（%s），自动成立集体事项。", "any_category": "任何类别",
		"no_shows": "客户 %d 次失约，按未联系上关闭。", "low_rating": "服务评分 %d 分及以下，自动登记为投诉（%s）。",
		"survey": "每年%s的 1 日，在每个小区自动开展“%s”。", "survey_reminders": "发出问卷 %s 后提醒尚未答卷的住户。",
		"repeated": "同一住户在统计期内投诉 %d 次及以上，列为重复投诉。", "noise": "分析中只有偶然波动比例低于 %d%% 的变化才列为突出。",
	},
	words.English: {
		"duplicates": "When a complaint is registered, those of the same community, category and place within %s are shown as likely the same.", "review": "A panel reviews complaints that were judged: %s.",
		"recourse": "Whoever does not accept an explanation is told: %s", "pool_offer": "%s: work is offered to all of %s; the first to accept it has it.", "pool_turn": "%s: work goes by turn to %s.",
		"unreached": "After %d revisits on different days that reached nobody, the manager decides to close or to keep trying.", "remind": "On these days of a month whoever is short of revisits is reminded: %s.",
		"retention": "Personal data is erased %s after closing; figures stay.", "collective": "Within %s, complaints of %d households about one matter (%s) open a collective issue by themselves.", "any_category": "any category",
		"no_shows": "After %d appointments that the customer missed, a request closes as not reached.", "low_rating": "A service that is rated %d or less opens a complaint by itself (%s).",
		"survey": "On the 1st of %s every community's households are asked by themselves: %s", "survey_reminders": "Whoever has not answered a survey is reminded after %s.",
		"repeated": "A household with %d complaints in a period or more is named as complaining again and again.", "noise": "An analysis calls a change out of the ordinary when the share of chance among such is below %d%%.",
	},
}
