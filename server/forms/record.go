package forms

import (
	"strconv"
	"strings"

	"bihuan/procedure/complaint"
	"bihuan/server/paper"
)

// Record fills the complaint record form, 客户投诉记录表. I2, I3
func Record(d Desk, c Case) paper.Document {
	doc := d.begin("forms.record_form", c)
	doc.Blocks = []paper.Block{
		d.registration(c), d.judgements(c), d.plans(c), d.tasks(c), d.verifications(c), d.revisits(c), d.closing(c),
	}
	doc.Signatures = []string{d.T("forms.sign_taker"), d.T("forms.sign_handler"), d.T("forms.sign_manager"), d.T("forms.sign_complainant")}
	return doc
}

func (d Desk) registration(c Case) paper.Block {
	r, s := c.State.Record, c.State
	three := func(fields ...string) (row []paper.Cell) {
		for i := 0; i+1 < len(fields); i += 2 {
			row = append(row, paper.Label(d.T(fields[i]), 2), paper.Text(fields[i+1], 2))
		}
		return row
	}
	home := strings.TrimSpace(r.Building + " " + r.Room)
	b := paper.Block{Title: d.T("forms.registration"), Rows: [][]paper.Cell{
		three("forms.name", r.Name, "forms.home", home, "forms.phone", r.Phone),
		three("forms.channel", d.Label("channel", r.Channel), "forms.taken_at", d.time(s.TakenAt), "forms.taken_by", d.by(s.TakenBy)),
		three("forms.category", d.category(r.Category), "forms.urgency", d.Label("urgency", s.Urgency), "forms.happened_at",
			d.moment(r.HappenedAt)),
		{paper.Label(d.T("forms.place"), 2), paper.Text(r.Place, 4), paper.Label(d.T("forms.involved"), 2), paper.Text(involved(r.Involved), 4)},
		{paper.Label(d.T("forms.what"), 2), paper.Tall(r.What, 10)},
		{paper.Label(d.T("forms.remedy"), 2), paper.Tall(r.Remedy, 10)},
		{paper.Label(d.T("forms.apology"), 2), paper.Text(r.Apology, 10)},
	}}
	if x := r.Relayed; x != nil { // A5
		b.Rows = append(b.Rows, three("forms.relayed", d.department(x.Department), "forms.relayed_by", x.By, "forms.relayed_at", d.moment(x.At)))
	}
	for _, e := range of[complaint.Contain](c, complaint.EvContained) { // A9
		b.Rows = append(b.Rows,
			[]paper.Cell{paper.Label(d.T("forms.contained"), 2), paper.Text(e.data.Measure+"\n"+d.by(e.By)+" "+d.time(e.At), 10)})
	}
	for _, e := range of[complaint.Receive](c, complaint.EvReceived) { // A6
		said := strings.Join([]string{e.data.Said, e.data.Promised, d.by(e.By) + " " + d.time(e.At)}, "\n")
		b.Rows = append(b.Rows, []paper.Cell{paper.Label(d.T("forms.received"), 2), paper.Text(said, 10)})
	}
	return b
}

func (d Desk) category(id string) string {
	if id == "" {
		return ""
	}
	return d.Names.Category(id)
}

func involved(all []complaint.Involved) string {
	names := make([]string, len(all))
	for i, x := range all {
		if names[i] = x.Name; x.Name == "" {
			names[i] = x.Staff
		}
	}
	return strings.Join(names, ", ")
}

// judgements are who judged what, and why. B8
func (d Desk) judgements(c Case) paper.Block {
	b := d.table("forms.judgements", []string{"forms.when", "forms.act", "forms.nature", "forms.grounds", "forms.who"}, 2, 1, 2, 5, 2)
	for _, j := range c.State.Judgement {
		act := "judge"
		if j.Review {
			act = "review"
		}
		b.Rows = append(b.Rows,
			texts([]string{d.time(j.At), d.Label("step", act), d.Label("nature", j.Nature), j.Grounds, d.by(j.By)}, 2, 1, 2, 5, 2))
	}
	for _, e := range of[complaint.Explanation](c, complaint.EvExplained) { // B5
		b.Rows = append(b.Rows, texts([]string{d.time(e.At), d.Label("step", "explain"), d.T("forms.accepted") + " " + d.yes(e.data.Accepted),
			e.data.Said, d.by(e.By)}, 2, 1, 2, 5, 2))
	}
	return b
}

// table is a block with names above its columns.
func (d Desk) table(title string, names []string, spans ...int) paper.Block {
	worded := make([]string, len(names))
	for i, n := range names {
		worded[i] = d.T(n)
	}
	return paper.Block{Title: d.T(title), Head: paper.Head(worded, spans...), Empty: d.T("forms.none_yet")}
}

func texts(values []string, spans ...int) []paper.Cell {
	cells := make([]paper.Cell, len(values))
	for i, v := range values {
		cells[i] = paper.Text(v, spans[i])
	}
	return cells
}

// plans are what was proposed, and what the complainant said to it. D1, D2
func (d Desk) plans(c Case) paper.Block {
	b := d.table("forms.plans", []string{"forms.when", "forms.plan", "forms.answer", "forms.opinion"}, 2, 5, 2, 3)
	answers := of[complaint.AnswerPlan](c, complaint.EvPlanAnswered)
	plans := of[complaint.Plan](c, complaint.EvPlanProposed)
	for i, p := range plans {
		answer := told[complaint.AnswerPlan]{}
		for _, a := range answers {
			if a.Seq > p.Seq && (i+1 == len(plans) || a.Seq < plans[i+1].Seq) {
				answer = a
			}
		}
		b.Rows = append(b.Rows,
			texts([]string{d.time(p.At), p.data.Text, d.Label("answer", answer.data.Answer), answer.data.Opinion}, 2, 5, 2, 3))
	}
	return b
}

// tasks are who did what by when, with the result. C1, C5
func (d Desk) tasks(c Case) paper.Block {
	b := d.table("forms.tasks", []string{"forms.task", "forms.department", "forms.content", "forms.deadline", "forms.status", "forms.result"},
		1, 2, 3, 2, 1, 3)
	done := of[complaint.Complete](c, complaint.EvTaskCompleted)
	for _, t := range c.State.Tasks {
		result := ""
		for _, e := range done {
			if e.data.Task == t.ID {
				result = strings.TrimSpace(e.data.Result + "\n" + d.time(e.At))
			}
		}
		b.Rows = append(b.Rows, texts([]string{
			t.ID, d.department(t.Department), t.Content, d.moment(t.Deadline), d.Label("task_status", t.Status), result,
		}, 1, 2, 3, 2, 1, 3))
	}
	return b
}

func (d Desk) verifications(c Case) paper.Block { // F1
	b := d.table("forms.verifications", []string{"forms.when", "forms.passed", "forms.note", "forms.who"}, 2, 1, 7, 2)
	for _, e := range of[complaint.Verify](c, complaint.EvVerified) {
		b.Rows = append(b.Rows, texts([]string{d.time(e.At), d.yes(e.data.Passed), e.data.Note, d.by(e.By)}, 2, 1, 7, 2))
	}
	return b
}

// revisits are what the complainant said afterwards, round after round. G1-G6
func (d Desk) revisits(c Case) paper.Block {
	spans := []int{2, 1, 1, 1, 1, 4, 2}
	b := d.table("forms.revisits", []string{
		"forms.when", "forms.method", "forms.satisfied", "forms.rated_outcome",
		"forms.rated_handling", "forms.opinion", "forms.who",
	}, spans...)
	for _, e := range of[complaint.Revisit](c, complaint.EvRevisited) {
		values := []string{d.time(e.At), d.Label("method", e.data.Method), d.T("forms.not_reached"), "", "", e.data.Opinion, d.by(e.By)}
		if e.data.Reached {
			values[2], values[3], values[4] = d.yes(e.data.Satisfied), strconv.Itoa(e.data.Outcome), strconv.Itoa(e.data.Handling)
		}
		b.Rows = append(b.Rows, texts(values, spans...))
	}
	return b
}

func (d Desk) closing(c Case) paper.Block { // I1
	b := paper.Block{Title: d.T("forms.closing")}
	end := last(of[complaint.Closed](c, complaint.EvClosed))
	outcome, at := "", ""
	if c.State.Closing != nil {
		outcome, at = d.Label("outcome", c.State.Closing.Outcome), d.time(c.State.Closing.At)
	} else {
		end.data = complaint.Closed{}
	}
	b.Rows = [][]paper.Cell{
		{paper.Label(d.T("forms.outcome"), 2), paper.Text(outcome, 4), paper.Label(d.T("forms.closed_at"), 2), paper.Text(at, 4)},
		{paper.Label(d.T("forms.reason"), 2), paper.Tall(end.data.Reason, 10)},
	}
	return b
}
