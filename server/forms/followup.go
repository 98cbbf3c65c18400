package forms

import (
	"strconv"

	"bihuan/server/paper"
	"bihuan/words"
)

// FollowUp fills the follow-up record form, 客户投诉跟进记录表: everything that happened, in order and in
// plain words. B8, I2, I3
func FollowUp(d Desk, c Case) paper.Document {
	doc := d.begin("forms.follow_up_form", c)
	r := c.State.Record
	about := paper.Block{Rows: [][]paper.Cell{
		{
			paper.Label(d.T("forms.name"), 2), paper.Text(r.Name, 2), paper.Label(d.T("forms.phone"), 2), paper.Text(r.Phone, 2),
			paper.Label(d.T("forms.category"), 2), paper.Text(d.category(r.Category), 2),
		},
		{paper.Label(d.T("forms.what"), 2), paper.Text(r.What, 10)},
	}}
	spans := []int{1, 2, 2, 2, 5}
	steps := d.table("forms.follow_up", []string{"forms.line", "forms.when", "forms.act", "forms.who", "forms.what_happened"}, spans...)
	steps.Long = true
	for i, e := range c.Events {
		steps.Rows = append(steps.Rows, texts([]string{
			strconv.Itoa(i + 1), d.time(e.At), d.Label("event", e.Type), d.by(e.By), words.Event(d.Language, e, d.names()),
		}, spans...))
	}
	doc.Blocks = []paper.Block{about, steps}
	doc.Signatures = []string{d.T("forms.sign_assistant"), d.T("forms.sign_manager")}
	return doc
}
