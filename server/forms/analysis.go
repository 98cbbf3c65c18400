package forms

import (
	"strconv"

	"bihuan/procedure/analysis"
	"bihuan/procedure/statistics"
	"bihuan/server/paper"
	"bihuan/words"
)

// Analysed is an analysis as far as its reader may see it.
type Analysed struct {
	statistics.Period
	Before      statistics.Period
	Communities []string
	// Percent is how many of what stands out may be noise.
	Percent  int
	Findings []analysis.Finding
	// Uncompared are communities whose records begin too late for the comparison.
	Uncompared []string
	// More is how many figures were looked at beside these.
	More int
}

// Analysis fills the analysis of a period, 投诉分析与改进建议. M2
func Analysis(d Desk, a Analysed) paper.Document {
	doc := paper.Document{
		Language: d.Language, Title: d.T("forms.analysis_form"), Sign: d.T("forms.sign"), Date: d.T("forms.date"),
		Under: []string{
			d.T("forms.community") + " " + d.communities(a.Communities), d.T("forms.period") + " " + a.From + " — " + dayBefore(a.To),
			d.T("forms.against") + " " + a.Before.From + " — " + dayBefore(a.Before.To),
		},
		Signatures: []string{d.T("forms.sign_assistant"), d.T("forms.sign_manager")},
		Foot: d.T("forms.made") + " " + d.time(d.Now) + " · " + d.T("forms.noise_foot") + " " + strconv.Itoa(a.Percent) + "% · " +
			d.T("forms.as_known"),
	}
	if len(a.Uncompared) > 0 {
		doc.Notes = append(doc.Notes, d.T("forms.uncompared", "communities", d.communities(a.Uncompared)))
	}
	for _, part := range []struct {
		title string
		of    func(analysis.Finding) bool
	}{
		{"forms.found_worse", func(f analysis.Finding) bool { return f.StandsOut && f.Worse && !f.Repeat }},
		{"forms.found_repeat", func(f analysis.Finding) bool { return f.Repeat }},
		{"forms.found_better", func(f analysis.Finding) bool { return f.StandsOut && f.Better && !f.Repeat }},
		{"forms.found_noise", func(f analysis.Finding) bool { return !f.StandsOut && !f.Repeat }},
	} {
		doc.Blocks = append(doc.Blocks, d.findings(part.title, a, part.of))
	}
	return doc
}

// findings lists some of them: what was found, how far it changed, and how sure that is.
func (d Desk) findings(title string, a Analysed, of func(analysis.Finding) bool) paper.Block {
	b := d.table(title, []string{"forms.finding", "forms.change_interval", "forms.noise_chance"}, 8, 3, 1)
	b.Long, b.Empty = true, d.T("forms.none_found")
	for _, f := range a.Findings {
		if !of(f) {
			continue
		}
		sentence := words.Finding(d.Language, f, d.names())
		if len(a.Communities) > 1 {
			sentence = d.Names.Community(f.Community) + d.Colon() + sentence
		}
		b.Rows = append(b.Rows, []paper.Cell{paper.Text(sentence, 8), paper.Text(interval(f), 3), paper.Number(chanceOf(f.Q), 1)})
	}
	return b
}

// interval writes how far a figure changed, with what the change may really be: times as much, or points of
// a share.
func interval(f analysis.Finding) string {
	if f.Change == nil {
		return "—"
	}
	share := f.Watch.Metric == analysis.Missed || f.Watch.Metric == analysis.Unsatisfied
	write := func(x *float64) string {
		switch {
		case x == nil:
			return "∞"
		case share:
			return strconv.FormatFloat(100**x, 'f', 1, 64)
		}
		return strconv.FormatFloat(*x, 'f', 2, 64)
	}
	text := write(f.Change) + " (" + write(f.Low) + " … " + write(f.High) + ")"
	if share {
		return text + " %"
	}
	return "× " + text
}

func chanceOf(q float64) string {
	if q < 0.001 {
		return "<0.1%"
	}
	return strconv.FormatFloat(100*q, 'f', 1, 64) + "%"
}
