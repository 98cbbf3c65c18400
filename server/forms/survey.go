package forms

import (
	"fmt"
	"slices"
	"strconv"

	"bihuan/procedure/policy"
	"bihuan/procedure/survey"
	"bihuan/server/paper"
	"bihuan/words"
)

// Survey writes what a survey found. M1
func Survey(d Desk, r survey.Report) paper.Document {
	w := surveyWords[d.Language]
	doc := paper.Document{
		Language: d.Language, Title: d.text(r.Title),
		Under: []string{
			d.Word("number") + " " + r.Number, d.Word("community") + " " + d.Names.Community(r.Community),
			d.Word("stage") + " " + d.label("stage", string(r.Stage)),
		},
		Foot: d.Word("made") + " " + d.time(d.Now) + " · " + w["method"],
	}
	if r.Drill {
		doc.Notes = append(doc.Notes, w["drill"])
	}
	if !r.Final {
		doc.Notes = append(doc.Notes, w["not_yet"])
	}
	doc.Blocks = append(doc.Blocks, d.turnout(w, r))
	for i, q := range r.Questions {
		doc.Blocks = append(doc.Blocks, d.question(w, i, q, r))
	}
	if len(r.Buildings) > 0 {
		doc.Blocks = append(doc.Blocks, d.means(w, w["buildings"], w["building"], r.Questions, mapped(r.Buildings, func(p survey.PartResults) line {
			return line{p.Building, p.Responses, p.Questions}
		})))
	}
	if len(r.Series) > 1 {
		doc.Blocks = append(doc.Blocks, d.means(w, w["series"], w["when"], r.Questions, mapped(r.Series, func(p survey.Point) line {
			return line{d.Names.Community(p.Community) + " " + d.time(p.ClosedAt)[:10], p.Responses, p.Questions}
		})))
	}
	return doc
}

func mapped[A, B any](all []A, to func(A) B) []B {
	made := make([]B, len(all))
	for i, a := range all {
		made[i] = to(a)
	}
	return made
}

func (d Desk) text(t policy.Text) string {
	if d.Language == words.English {
		return t.En
	}
	return t.Zh
}

func (d Desk) turnout(w map[string]string, r survey.Report) paper.Block {
	number := func(name string, n int) []paper.Cell {
		return []paper.Cell{paper.Label(w[name], 2), paper.Number(strconv.Itoa(n), 2)}
	}
	return paper.Block{Title: w["turnout"], Rows: [][]paper.Cell{
		slices.Concat(number("population", r.Population), number("asked", r.Households), number("responses", r.Responses)),
		slices.Concat([]paper.Cell{paper.Label(w["rate"], 2), paper.Number(percent(r.Responses, r.Households), 2)}, number("phone", r.Phone),
			[]paper.Cell{paper.Label(w["until"], 2), paper.Text(d.moment(r.ClosesAt), 2)}),
	}}
}

// question writes one question: its mean, and how many chose what; for a text what was said.
func (d Desk) question(w map[string]string, i int, q survey.Result, r survey.Report) paper.Block {
	b := paper.Block{Title: fmt.Sprintf("%d. %s", i+1, d.text(q.Ask)), Empty: w["nobody"]}
	if q.Kind == policy.AskText {
		b.Long = true
		for _, s := range r.Texts {
			if s.Question == q.Question {
				b.Rows = append(b.Rows, []paper.Cell{paper.Text(s.Text, 10), paper.Text(s.Name, 2)})
			}
		}
		return b
	}
	if q.Answered == 0 {
		return b
	}
	b.Head = paper.Head([]string{w["option"], d.Word("count"), d.Word("share"), w["interval"]}, 5, 2, 2, 3)
	for _, o := range q.Options {
		row := []paper.Cell{paper.Text(d.text(o.Name), 5), paper.Number(strconv.Itoa(o.Count), 2), paper.Text("", 2), paper.Text("", 3)}
		if s := o.Share; s != nil {
			row[2], row[3] = paper.Number(percent(o.Count, s.N), 2), paper.Text(share95(*s), 3)
		}
		b.Rows = append(b.Rows, row)
	}
	if m := q.Mean; m != nil {
		b.Rows = append(b.Rows, []paper.Cell{paper.Label(d.Word("mean"), 5), paper.Number(strconv.Itoa(m.N), 2), paper.Number(decimals(m.Value), 2), paper.Text(mean95(*m), 3)})
	}
	return b
}

func share95(e survey.Estimate) string {
	if e.N < survey.Few {
		return "—"
	}
	return fmt.Sprintf("%.1f%% – %.1f%%", 100*e.Low, 100*e.High)
}

func mean95(e survey.Estimate) string {
	if e.N < survey.Few {
		return "—"
	}
	return decimals(e.Low) + " – " + decimals(e.High)
}

func decimals(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }

// line is the results of a building, or of another survey.
type line struct {
	name      string
	responses int
	questions []survey.Result
}

// scoredAtMost is how many questions a comparison has room for.
const scoredAtMost = 7

// means compares the means of the scored questions, by their numbers.
func (d Desk) means(w map[string]string, title, what string, questions []survey.Result, lines []line) paper.Block {
	var scored []int
	head := []paper.Cell{paper.Label(what, 4), paper.Label(w["responses"], 1)}
	for i, q := range questions {
		if (q.Kind == policy.AskScore5 || q.Kind == policy.AskScore10) && len(scored) < scoredAtMost {
			scored = append(scored, i)
			head = append(head, paper.Label(strconv.Itoa(i+1), 1))
		}
	}
	rest := paper.Width - 5 - len(scored)
	b := paper.Block{Title: title, Head: filled(head, rest), Long: true}
	for _, l := range lines {
		row := []paper.Cell{paper.Text(l.name, 4), paper.Number(strconv.Itoa(l.responses), 1)}
		for _, i := range scored {
			row = append(row, paper.Number(meanOf(questions[i].Question, l.questions), 1))
		}
		b.Rows = append(b.Rows, filled(row, rest))
	}
	return b
}

// filled ends a row that does not reach the edge.
func filled(row []paper.Cell, rest int) []paper.Cell {
	if rest > 0 {
		row = append(row, paper.Text("", rest))
	}
	return row
}

func meanOf(question string, of []survey.Result) string {
	for _, r := range of {
		if r.Question == question && r.Mean != nil {
			return decimals(r.Mean.Value)
		}
	}
	return ""
}

// HouseholdColumns heads the list of the households that are asked.
func HouseholdColumns(d Desk) []string {
	w := surveyWords[d.Language]
	return []string{w["household"], w["building"], w["room"], w["name"], w["telephone"], w["mail"], w["link"]}
}

// surveyWords are the words printed on the papers of surveys.
var surveyWords = map[words.Language]map[string]string{
	words.Chinese: {
		"turnout": "答卷情况", "population": "小区户数", "asked": "调查户数", "responses": "收回答卷", "rate": "回收率", "phone": "其中电话", "until": "截止时间",
		"option": "选项", "interval": "95% 置信区间", "nobody": "（没有回答）", "buildings": "按楼栋的平均分（不足 5 份的楼栋不单独列出）", "building": "楼栋", "series": "同一问卷历次平均分", "when": "小区与时间",
		"not_yet": "调查尚未结束：现在只显示答卷数量。", "drill": "【演练】这是一次内部演练，不是真实调查。",
		"method":    "平均分为 t 分布区间，比例为 Wilson 区间，均按小区户数作有限总体修正；仅在未答卷者与答卷者相似时成立，少于 5 份不给出区间",
		"household": "户号", "room": "房号", "name": "姓名", "telephone": "电话", "mail": "邮箱", "link": "链接",
	},
	words.English: {
		"turnout": "Turnout", "population": "Households", "asked": "Asked", "responses": "Answers", "rate": "Response rate", "phone": "By phone", "until": "Until",
		"option": "Option", "interval": "95 % confidence interval", "nobody": "(nobody answered)", "buildings": "Means by building (only where at least 5 answered)", "building": "Building", "series": "Means of the same questionnaire over time", "when": "Community and time",
		"not_yet": "The survey is not over: only the number of answers is shown.", "drill": "[Drill] This is an exercise, not a real survey.",
		"method":    "means have Student's interval, shares Wilson's, both with the finite population correction; they hold if those who did not answer are like those who did; none below 5 answers",
		"household": "No.", "room": "Room", "name": "Name", "telephone": "Phone", "mail": "E-mail", "link": "Link",
	},
}
