package forms

import (
	"strconv"
	"strings"
	"time"

	"bihuan/procedure/analysis"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/policy"
	"bihuan/procedure/service"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
	"bihuan/server/paper"
)

// Beside is what a summary tells beside its figures, as it stands now.
type Beside struct {
	// Findings are what stands out in the period by more than noise. M2
	Findings []analysis.Finding
	// Uncompared are communities whose records begin too late for a comparison with the period before.
	Uncompared []string
	// Measures were under way in the period, Feedback waits for an answer. M3, M6
	Measures, Feedback []improvement.State
	// Surveys ended in the period. M1
	Surveys []survey.State
}

// demands are the kinds that customers bring; they add up to all that was brought.
var demands = []string{complaint.Definition.Kind, inquiry.Definition.Kind, service.Definition.Kind}

// Summary fills the summary of a period, 客户服务信息统计分析汇总表. I4
func Summary(d Desk, s statistics.Summary, b Beside) paper.Document {
	doc := paper.Document{
		Language: d.Language, Title: d.T("forms.summary_form"), Sign: d.T("forms.sign"), Date: d.T("forms.date"),
		Under: []string{
			d.T("forms.community") + " " + d.communities(s.Communities), d.T("forms.period") + " " + s.From + " — " +
				dayBefore(s.To), d.T("forms.unit"),
		},
		Signatures: []string{d.T("forms.sign_maker"), d.T("forms.sign_check"), d.T("forms.sign_gm")},
		Foot:       strings.TrimSpace(d.T("forms.made")+" "+d.time(d.Now)+" "+d.Maker) + " · " + d.T("forms.as_known"),
	}
	if d.Company != "" {
		doc.Under = append([]string{d.T("forms.company") + " " + d.Company}, doc.Under...)
	}
	if len(s.Kinds) == 0 {
		doc.Notes = append(doc.Notes, d.T("forms.nothing"))
	}
	doc.Blocks = append(d.figures(s), d.quotas(s.Quotas), d.issues(s), d.stands(b, len(s.Communities) > 1), d.measures(b.Measures))
	if len(b.Surveys) > 0 {
		doc.Blocks = append(doc.Blocks, d.surveys(b.Surveys))
	}
	doc.Blocks = append(doc.Blocks, Feedback(d, s, b.Feedback), d.opinions())
	for i := range doc.Blocks {
		doc.Blocks[i].Title = d.T("forms.part", "ordinal", d.ordinal(i), "title", doc.Blocks[i].Title)
	}
	return doc
}

// figures are what is counted, each in one table for all kinds; what no kind has anything of is left out.
func (d Desk) figures(s statistics.Summary) []paper.Block {
	blocks := []paper.Block{d.overall(s), d.natures(s)}
	if len(s.Communities) > 1 {
		blocks = append(blocks, d.matrix("forms.by_community", s, s.Communities,
			func(k statistics.Section) []statistics.Count { return k.Communities }, d.Names.Community))
	}
	for _, kind := range demands {
		if k := section(s, kind); said(k.Category) {
			blocks = append(blocks, d.categories(k))
		}
	}
	blocks = append(blocks,
		d.matrix("forms.by_building", s, nil, func(k statistics.Section) []statistics.Count { return k.Building }, d.orNot),
		d.matrix("forms.by_channel", s, channels, func(k statistics.Section) []statistics.Count { return k.Channel }, d.coder("channel")),
		d.matrix("forms.by_urgency", s, policy.Urgencies, func(k statistics.Section) []statistics.Count { return k.Urgency }, d.coder("urgency")),
		d.outcomes(s))
	for _, k := range s.Kinds {
		if len(k.Deadlines) > 0 {
			blocks = append(blocks, d.steps(k))
		}
	}
	return append(blocks, d.departments(s), d.satisfaction(s), d.revisited(s))
}

// opinions are left to those who sign.
func (d Desk) opinions() paper.Block {
	row := func(name string) []paper.Cell {
		return []paper.Cell{paper.Label(d.T(name), 2), paper.Tall("", 10)}
	}
	return paper.Block{Title: d.T("forms.opinions"), Rows: [][]paper.Cell{row("forms.causes"), row("forms.proposals"),
		row("forms.gm_opinion")}}
}

// ordinal numbers the parts of a paper as its language does.
func (d Desk) ordinal(i int) string {
	if ordinals := strings.Fields(d.T("forms.ordinals")); i < len(ordinals) {
		return ordinals[i]
	}
	return strconv.Itoa(i + 1)
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

// channels are the channels in the order of the handbook. A1
var channels = func() (codes []string) {
	for _, c := range complaint.Channels {
		codes = append(codes, string(c))
	}
	return codes
}()

// orNot names what nobody said.
func (d Desk) orNot(name string) string {
	if name == "" {
		return d.T("forms.unsaid")
	}
	return name
}

// coder puts codes of a sort into words.
func (d Desk) coder(sort string) func(string) string {
	return func(code string) string {
		if code == "" {
			return d.T("forms.unsaid")
		}
		return d.Label(sort, code)
	}
}

// nature names what a case was judged, or classed, to be.
func (d Desk) nature(code string) string {
	if code == "" {
		return d.T("forms.unsaid")
	}
	if name := d.Label("nature", code); name != code {
		return name
	}
	return d.Label("class", code)
}

func (d Desk) kind(kind string) string { return d.Label("kind", kind) }
