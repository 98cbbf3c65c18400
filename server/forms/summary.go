package forms

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"bihuan/procedure/statistics"
	"bihuan/server/paper"
)

// Summary fills the summary of a period, 客户服务信息统计分析汇总表. I4
func Summary(d Desk, s statistics.Summary) paper.Document {
	doc := paper.Document{
		Language: d.Language, Title: d.Word("summary_form"), Sign: d.Word("sign"), Date: d.Word("date"),
		Under: []string{
			d.Word("community") + " " + d.communities(s.Communities), d.Word("period") + " " + s.From + " — " + dayBefore(s.To), d.Word("unit"),
		},
		Signatures: []string{d.Word("sign_assistant"), d.Word("sign_manager"), d.Word("sign_gm")},
		Foot:       d.Word("made") + " " + d.time(d.Now) + " · " + d.Word("as_known"),
	}
	for _, k := range s.Kinds {
		doc.Blocks = append(doc.Blocks, d.section(k)...)
	}
	if len(s.Kinds) == 0 {
		doc.Notes = append(doc.Notes, d.Word("nothing"))
	}
	doc.Blocks = append(doc.Blocks, d.quotas(s.Quotas))
	return doc
}

func (d Desk) communities(ids []string) string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = d.Names.Community(id)
	}
	return strings.Join(names, " · ")
}

// dayBefore gives the last day of a period.
func dayBefore(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, -1).Format(time.DateOnly)
}

func (d Desk) section(s statistics.Section) []paper.Block {
	total := s.Registered
	plain := func(kind string) func(string) string { return func(code string) string { return d.coded(kind, code) } }
	blocks := []paper.Block{
		d.overall(s),
		d.shares("by_nature", s.Nature, total, plain("nature")),
		d.shares("by_category", inTree(s.Category), total, d.category),
		d.shares("by_building", s.Building, total, func(b string) string { return d.orNot(b) }),
		d.shares("by_channel", s.Channel, total, plain("channel")),
		d.shares("by_urgency", s.Urgency, total, plain("urgency")),
		d.shares("by_outcome", s.Outcomes, s.Closed, plain("outcome")),
		d.deadlines("deadlines", "step", s.Deadlines, plain("step")),
		d.deadlines("by_department", "department", s.Departments, d.department),
		d.satisfaction(s.Revisits), d.rates(s.Revisits), d.issues(s.Issues),
	}
	if len(s.Communities) > 1 {
		blocks = append(blocks, d.shares("by_community", s.Communities, total, d.Names.Community))
	}
	blocks[0].Title = d.label("kind", s.Kind) + " · " + d.Word("overall")
	return blocks
}

// orNot names what nobody said.
func (d Desk) orNot(name string) string {
	if name == "" {
		return d.Word("unsaid")
	}
	return name
}

func (d Desk) coded(kind, code string) string {
	if code == "" {
		return d.Word("unsaid")
	}
	return d.label(kind, code)
}

func (d Desk) overall(s statistics.Section) paper.Block {
	row := func(pairs ...any) (cells []paper.Cell) {
		for i := 0; i+1 < len(pairs); i += 2 {
			cells = append(cells, paper.Label(d.Word(pairs[i].(string)), 2), paper.Number(fmt.Sprint(pairs[i+1]), 2))
		}
		return cells
	}
	return paper.Block{Rows: [][]paper.Cell{
		row("open_at_start", s.OpenAtStart, "registered", s.Registered, "reopened", s.Reopened),
		row("closed", s.Closed, "open_at_end", s.OpenAtEnd, "rounds", s.Revisits.Rounds),
		row("first_contact", hours(s.FirstContact), "to_close", hours(s.Closing), "escalated", sum(s.Escalations)),
	}}
}

func sum(counts []statistics.Count) (n int) {
	for _, c := range counts {
		n += c.N
	}
	return n
}

// hours writes a mean duration to a tenth of an hour; nothing for none.
func hours(m statistics.Mean) string {
	if m.N == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(m.Seconds)/3600, 'f', 1, 64)
}

func percent(n, of int) string {
	if of == 0 {
		return ""
	}
	return strconv.FormatFloat(100*float64(n)/float64(of), 'f', 1, 64) + "%"
}

// shares lists counts two to a row, each with its part of the whole.
func (d Desk) shares(title string, counts []statistics.Count, total int, name func(string) string) paper.Block {
	b := d.table(title, []string{"item", "count", "share", "item", "count", "share"}, 3, 1, 2, 3, 1, 2)
	for i := 0; i < len(counts); i += 2 {
		row := share(counts[i], total, name)
		if i+1 < len(counts) {
			row = append(row, share(counts[i+1], total, name)...)
		} else {
			row = append(row, paper.Text("", 3), paper.Text("", 1), paper.Text("", 2))
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

func share(c statistics.Count, total int, name func(string) string) []paper.Cell {
	text := name(c.Key)
	if c.Parent != "" {
		text = "　" + text
	}
	return []paper.Cell{paper.Text(text, 3), paper.Number(strconv.Itoa(c.N), 1), paper.Number(percent(c.N, total), 2)}
}

// inTree puts each category below its parent.
func inTree(counts []statistics.Count) (ordered []statistics.Count) {
	var below func(parent string)
	below = func(parent string) {
		for _, c := range counts {
			if c.Parent == parent {
				ordered = append(ordered, c)
				if c.Key != "" { // cases without a category, as inquiries are
					below(c.Key)
				}
			}
		}
	}
	below("")
	return ordered
}

func (d Desk) deadlines(title, what string, all []statistics.Deadline, name func(string) string) paper.Block {
	b := d.table(title, []string{what, "met", "missed", "met_share"}, 6, 2, 2, 2)
	for _, x := range all {
		b.Rows = append(b.Rows, []paper.Cell{
			paper.Text(name(x.Key), 6), paper.Number(strconv.Itoa(x.Met), 2), paper.Number(strconv.Itoa(x.Missed), 2),
			paper.Number(percent(x.Met, x.Met+x.Missed), 2),
		})
	}
	return b
}

// satisfaction is how often each score was given, and their mean. G6
func (d Desk) satisfaction(r statistics.Revisits) paper.Block {
	b := d.table("satisfaction", []string{"item", "score1", "score2", "score3", "score4", "score5", "scores", "mean"}, 3, 1, 1, 1, 1, 1, 2, 2)
	for _, x := range []struct {
		name string
		s    statistics.Scores
	}{{"rated_outcome", r.Outcome}, {"rated_handling", r.Handling}} {
		row := []paper.Cell{paper.Text(d.Word(x.name), 3)}
		for _, n := range x.s.Counts {
			row = append(row, paper.Number(strconv.Itoa(n), 1))
		}
		mean := ""
		if x.s.N > 0 {
			mean = strconv.FormatFloat(x.s.Mean, 'f', 2, 64)
		}
		b.Rows = append(b.Rows, append(row, paper.Number(strconv.Itoa(x.s.N), 2), paper.Number(mean, 2)))
	}
	return b
}

// rates is how the revisits went, and who made them. G1-G5
func (d Desk) rates(r statistics.Revisits) paper.Block {
	count := func(name string, n int) []paper.Cell {
		return []paper.Cell{paper.Label(name, 2), paper.Number(strconv.Itoa(n), 2)}
	}
	b := paper.Block{Title: d.Word("revisit_results"), Rows: [][]paper.Cell{
		append(append(count(d.Word("reached"), r.Reached), count(d.Word("unanswered"), r.Unanswered)...), count(d.Word("unsatisfied"), r.Unsatisfied)...),
	}}
	for i := 0; i < len(r.ByRole); i += 3 {
		var row []paper.Cell
		for j := i; j < i+3; j++ {
			if j < len(r.ByRole) {
				row = append(row, count(d.label("role", r.ByRole[j].Key), r.ByRole[j].N)...)
				continue
			}
			row = append(row, paper.Text("", 4))
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

func (d Desk) issues(all []statistics.Issue) paper.Block {
	b := d.table("issues", []string{"category", "count", "before", "change"}, 6, 2, 2, 2)
	for _, x := range all {
		b.Rows = append(b.Rows, []paper.Cell{
			paper.Text(d.orNot(d.category(x.Category)), 6), paper.Number(strconv.Itoa(x.N), 2), paper.Number(strconv.Itoa(x.Before), 2),
			paper.Number(fmt.Sprintf("%+d", x.N-x.Before), 2),
		})
	}
	return b
}

// quotas says who made how many revisits of those that they should. G7
func (d Desk) quotas(all []statistics.Quota) paper.Block {
	b := d.table("quotas", []string{"community", "month", "role", "required", "made_revisits", "short"}, 3, 2, 3, 1, 2, 1)
	b.Empty = d.Word("whole_months")
	for _, q := range all {
		b.Rows = append(b.Rows, []paper.Cell{
			paper.Text(d.Names.Community(q.Community), 3), paper.Text(q.Month, 2), paper.Text(d.label("role", string(q.Role)), 3),
			paper.Number(strconv.Itoa(q.Required), 1), paper.Number(strconv.Itoa(q.Made), 2), paper.Number(strconv.Itoa(q.Short()), 1),
		})
	}
	return b
}
