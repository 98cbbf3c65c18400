package forms

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/improvement"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
	"bihuan/server/paper"
	"bihuan/words"
)

// steps are the deadlines of one kind of case, in the order of its procedure. H1
func (d Desk) steps(k statistics.Section) paper.Block {
	p, _ := registry.Of(k.Kind)
	all := slices.Clone(k.Deadlines)
	slices.SortStableFunc(all, func(a, b statistics.Deadline) int {
		return cmp.Compare(place(p.Steps, deadline.Step(a.Key)), place(p.Steps, deadline.Step(b.Key)))
	})
	b := d.kept("forms.deadlines", "forms.step", all, d.coder("step"))
	b.Title += d.Colon() + d.kind(k.Kind)
	return b
}

// departments are the deadlines of each department, of all kinds together.
func (d Desk) departments(s statistics.Summary) paper.Block {
	var all []statistics.Deadline
	for _, k := range s.Kinds {
		for _, x := range k.Departments {
			i := slices.IndexFunc(all, func(a statistics.Deadline) bool { return a.Key == x.Key })
			if i < 0 {
				all = append(all, x)
				continue
			}
			all[i].Met, all[i].Missed = all[i].Met+x.Met, all[i].Missed+x.Missed
		}
	}
	return d.kept("forms.by_department", "forms.department", all, d.department)
}

func (d Desk) kept(title, what string, all []statistics.Deadline, name func(string) string) paper.Block {
	var rows [][]paper.Cell
	for _, x := range all {
		rows = append(rows, []paper.Cell{
			paper.Text(name(x.Key), 3), paper.Number(strconv.Itoa(x.Met), 1), paper.Number(strconv.Itoa(x.Missed),
				1), paper.Number(percent(x.Met, x.Met+x.Missed), 1),
		})
	}
	return d.twice(title, []string{what, "forms.met", "forms.missed", "forms.met_share"}, []int{3, 1, 1, 1}, rows)
}

// satisfaction is how often each score was given, their mean, and how many were satisfied: gave four or five. G6, L4
func (d Desk) satisfaction(s statistics.Summary) paper.Block {
	b := d.table("forms.satisfaction", []string{
		"forms.item", "forms.score1", "forms.score2", "forms.score3", "forms.score4",
		"forms.score5", "forms.scores", "forms.mean", "forms.satisfied_share",
	}, 4, 1, 1, 1, 1, 1, 1, 1, 1)
	for _, k := range s.Kinds {
		for _, x := range []struct {
			name string
			s    statistics.Scores
		}{{"forms.rated_outcome", k.Revisits.Outcome}, {"forms.rated_handling", k.Revisits.Handling}} {
			if x.s.N == 0 {
				continue
			}
			row := []paper.Cell{paper.Text(d.kind(k.Kind)+" · "+d.T(x.name), 4)}
			for _, n := range x.s.Counts {
				row = append(row, paper.Number(strconv.Itoa(n), 1))
			}
			b.Rows = append(b.Rows, append(row, paper.Number(strconv.Itoa(x.s.N), 1), paper.Number(strconv.FormatFloat(x.s.Mean, 'f', 2, 64), 1),
				paper.Number(percent(x.s.Counts[3]+x.s.Counts[4], x.s.N), 1)))
		}
	}
	return b
}

// revisited is how the revisits of complaints went, and who made them. G1-G5
func (d Desk) revisited(s statistics.Summary) paper.Block {
	r := section(s, complaint.Definition.Kind).Revisits
	b := paper.Block{Title: d.T("forms.revisit_results")}
	row := func(values ...string) {
		var cells []paper.Cell
		for i := 0; i < len(values); i += 2 {
			cells = append(cells, paper.Label(values[i], 2), paper.Number(values[i+1], 1))
		}
		for i := len(values) / 2; i < 4; i++ {
			cells = append(cells, paper.Text("", 3))
		}
		b.Rows = append(b.Rows, cells)
	}
	row(d.T("forms.reached"), strconv.Itoa(r.Reached), d.T("forms.unanswered"), strconv.Itoa(r.Unanswered), d.T("forms.unsatisfied"),
		strconv.Itoa(r.Unsatisfied),
		d.T("forms.satisfied_revisits"), percent(r.Reached-r.Unsatisfied, r.Reached))
	for part := range slices.Chunk(r.ByRole, 4) {
		var values []string
		for _, c := range part {
			values = append(values, d.Label("role", c.Key), strconv.Itoa(c.N))
		}
		row(values...)
	}
	return b
}

// quotas says who made how many revisits of those that they should, and in which months they fell short. G7
func (d Desk) quotas(all []statistics.Quota) paper.Block {
	b := d.table("forms.quotas", []string{
		"forms.community_of", "forms.role", "forms.required",
		"forms.made_revisits", "forms.short", "forms.short_months",
	}, 3, 3, 1, 1, 1, 3)
	b.Empty = d.T("forms.whole_months")
	for _, q := range roleQuotas(all) {
		b.Rows = append(b.Rows, []paper.Cell{
			paper.Text(d.Names.Community(q.Community), 3), paper.Text(d.Label("role", q.Role), 3), paper.Number(strconv.Itoa(q.Required), 1),
			paper.Number(strconv.Itoa(q.Made), 1), paper.Number(strconv.Itoa(q.short), 1), paper.Text(strings.Join(q.months, d.T("forms.comma")), 3),
		})
	}
	return b
}

// roleQuota is what a role of a community should have done in some months. What was done too much in one month
// makes up for none.
type roleQuota struct {
	statistics.Quota
	short  int
	months []string // that it fell short in
}

func roleQuotas(all []statistics.Quota) (roles []roleQuota) {
	for _, q := range all {
		i := slices.IndexFunc(roles, func(r roleQuota) bool { return r.Community == q.Community && r.Role == q.Role })
		if i < 0 {
			i, roles = len(roles), append(roles, roleQuota{Quota: statistics.Quota{Community: q.Community, Role: q.Role}})
		}
		r := &roles[i]
		r.Required, r.Made, r.short = r.Required+q.Required, r.Made+q.Made, r.short+q.Short()
		if q.Short() > 0 {
			r.months = append(r.months, q.Month)
		}
	}
	return roles
}

// issues are what was complained of most, against the period before.
func (d Desk) issues(s statistics.Summary) paper.Block {
	b := d.table("forms.issues", []string{"forms.category", "forms.count", "forms.share", "forms.before", "forms.change"}, 4, 2, 2, 2, 2)
	k := section(s, complaint.Definition.Kind)
	for _, x := range k.Issues {
		change := strconv.Itoa(x.N - x.Before)
		if x.N > x.Before {
			change = "+" + change
		}
		b.Rows = append(b.Rows, []paper.Cell{
			paper.Text(d.orNot(d.category(x.Category)), 4), paper.Number(strconv.Itoa(x.N), 2), paper.Number(percent(x.N, k.Registered), 2),
			paper.Number(strconv.Itoa(x.Before), 2), paper.Number(change, 2),
		})
	}
	return b
}

// mostStanding is how many findings a summary names.
const mostStanding = 10

// stands tells what stands out by more than noise, and who complains again and again; the rest is in the
// analysis. M2
func (d Desk) stands(beside Beside, named bool) paper.Block {
	b := paper.Block{Title: d.T("forms.stands_out"), Empty: d.T("forms.nothing_stands_out"), Long: true}
	left := 0
	for _, f := range beside.Findings {
		changed := f.StandsOut && !slices.Contains(beside.Uncompared, f.Community)
		if !changed && !f.Repeat {
			continue
		}
		if len(b.Rows) == mostStanding {
			left++
			continue
		}
		sentence := words.Finding(d.Language, f, d.names())
		if named {
			sentence = d.Names.Community(f.Community) + d.Colon() + sentence
		}
		b.Rows = append(b.Rows, []paper.Cell{paper.Text(sentence, paper.Width)})
	}
	note := func(text string) { b.Rows = append(b.Rows, []paper.Cell{paper.Text(text, paper.Width)}) }
	if left > 0 {
		note(d.T("forms.in_analysis", "n", left))
	}
	if len(beside.Uncompared) > 0 {
		note(d.T("forms.uncompared", "communities", d.communities(beside.Uncompared)))
	}
	return b
}

// measures are those that were under way in the period, and how they stand now. M3, M4
func (d Desk) measures(all []improvement.State) paper.Block {
	b := d.table("forms.measures", []string{"forms.number_of", "forms.problem", "forms.measure", "forms.owner", "forms.due", "forms.state"},
		2, 3, 3, 1, 1, 2)
	b.Empty, b.Long = d.T("forms.no_measures"), true
	for _, m := range all {
		p := m.Plan
		state := d.Label("stage", m.Stage)
		if m.Verdict != "" {
			state += d.T("forms.comma") + d.Label("verdict", m.Verdict)
		}
		b.Rows = append(b.Rows, []paper.Cell{
			paper.Text(m.Number, 2), paper.Text(p.Problem, 3), paper.Text(p.Measure, 3), paper.Text(cmp.Or(p.Owner.Name, p.Owner.ID), 1),
			paper.Text(p.Due.In(d.Zone).Format("01-02"), 1), paper.Text(state, 2),
		})
	}
	return b
}

// surveys are those that ended in the period: who answered, and the mean of the first question with scores. M1
func (d Desk) surveys(all []survey.State) paper.Block {
	b := d.table("forms.surveys", []string{"forms.number_of", "forms.survey", "forms.asked", "forms.answered", "forms.rate", "forms.mean"},
		3, 4, 1, 1, 1, 2)
	for _, s := range all {
		r := survey.PointOf(s)
		mean := ""
		for _, q := range r.Questions {
			if _, high, ok := (policy.Question{Kind: q.Kind}).Scores(); ok && q.Mean != nil {
				mean = fmt.Sprintf("%.2f / %d", q.Mean.Value, high)
				break
			}
		}
		b.Rows = append(b.Rows, []paper.Cell{
			paper.Text(s.Number, 3), paper.Text(d.Text(s.Title), 4), paper.Number(strconv.Itoa(s.Households),
				1), paper.Number(strconv.Itoa(r.Responses), 1),
			paper.Number(percent(r.Responses, s.Households), 1), paper.Number(mean, 2),
		})
	}
	return b
}
