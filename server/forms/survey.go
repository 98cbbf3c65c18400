package forms

import (
	"fmt"
	"slices"
	"strconv"

	"bihuan/procedure/policy"
	"bihuan/procedure/survey"
	"bihuan/server/paper"
)

// Survey writes what a survey found. M1
func Survey(d Desk, r survey.Report) paper.Document {
	doc := paper.Document{
		Language: d.Language, Title: d.Text(r.Title),
		Under: []string{
			d.T("forms.number") + " " + r.Number, d.T("forms.community") + " " + d.Names.Community(r.Community),
			d.T("forms.stage") + " " + d.Label("stage", r.Stage),
		},
		Foot: d.T("forms.made") + " " + d.time(d.Now) + " · " + d.T("results.method"),
	}
	if r.Drill {
		doc.Notes = append(doc.Notes, d.T("results.drill"))
	}
	if !r.Final {
		doc.Notes = append(doc.Notes, d.T("results.not_yet"))
	}
	doc.Blocks = append(doc.Blocks, d.turnout(r))
	for i, q := range r.Questions {
		doc.Blocks = append(doc.Blocks, d.question(i, q, r))
	}
	if len(r.Buildings) > 0 {
		doc.Blocks = append(doc.Blocks, d.means(d.T("results.buildings"), d.T("results.building"), r.Questions,
			mapped(r.Buildings, func(p survey.PartResults) line {
				return line{p.Building, p.Responses, p.Questions}
			})))
	}
	if len(r.Series) > 1 {
		doc.Blocks = append(doc.Blocks, d.means(d.T("results.series"), d.T("results.when"), r.Questions,
			mapped(r.Series, func(p survey.Point) line {
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

func (d Desk) turnout(r survey.Report) paper.Block {
	number := func(name string, n int) []paper.Cell {
		return []paper.Cell{paper.Label(d.T(name), 2), paper.Number(strconv.Itoa(n), 2)}
	}
	return paper.Block{Title: d.T("results.turnout"), Rows: [][]paper.Cell{
		slices.Concat(number("results.population", r.Population), number("forms.asked", r.Households), number("results.responses", r.Responses)),
		slices.Concat([]paper.Cell{paper.Label(d.T("results.rate"), 2), paper.Number(percent(r.Responses, r.Households), 2)},
			number("results.phone", r.Phone),
			[]paper.Cell{paper.Label(d.T("results.until"), 2), paper.Text(d.moment(r.ClosesAt), 2)}),
	}}
}

// question writes one question: its mean, and how many chose what; for a text what was said.
func (d Desk) question(i int, q survey.Result, r survey.Report) paper.Block {
	b := paper.Block{Title: fmt.Sprintf("%d. %s", i+1, d.Text(q.Ask)), Empty: d.T("results.nobody")}
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
	b.Head = paper.Head([]string{d.T("results.option"), d.T("forms.count"), d.T("forms.share"), d.T("results.interval")}, 5, 2, 2, 3)
	for _, o := range q.Options {
		row := []paper.Cell{paper.Text(d.Text(o.Name), 5), paper.Number(strconv.Itoa(o.Count), 2), paper.Text("", 2), paper.Text("", 3)}
		if s := o.Share; s != nil {
			row[2], row[3] = paper.Number(percent(o.Count, s.N), 2), paper.Text(share95(*s), 3)
		}
		b.Rows = append(b.Rows, row)
	}
	if m := q.Mean; m != nil {
		b.Rows = append(b.Rows, []paper.Cell{paper.Label(d.T("forms.mean"), 5), paper.Number(strconv.Itoa(m.N), 2),
			paper.Number(decimals(m.Value), 2), paper.Text(mean95(*m), 3)})
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
func (d Desk) means(title, what string, questions []survey.Result, lines []line) paper.Block {
	var scored []int
	head := []paper.Cell{paper.Label(what, 4), paper.Label(d.T("results.responses"), 1)}
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
	return []string{d.T("results.household"), d.T("results.building"), d.T("results.room"), d.T("results.name"), d.T("results.telephone"),
		d.T("results.mail"), d.T("results.link")}
}
