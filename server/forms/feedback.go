package forms

import (
	"bihuan/procedure/improvement"
	"bihuan/procedure/statistics"
	"bihuan/server/paper"
)

// Feedback is what staff said of the procedure in a period, how it was answered, and what still waits for an
// answer now: it is reviewed with the summary. M6
func Feedback(d Desk, s statistics.Summary, open []improvement.State) paper.Block {
	b := d.table("forms.feedback", []string{"forms.number_of", "forms.about", "forms.text", "forms.taken_at"}, 3, 2, 5, 2)
	b.Empty, b.Long = d.T("forms.no_open_feedback"), true
	for _, x := range open {
		about := d.Label("about", x.Feedback.About)
		if x.Feedback.Which != "" {
			about += " " + x.Feedback.Which
		}
		b.Rows = append(b.Rows, []paper.Cell{
			paper.Text(x.Number, 3), paper.Text(about, 2), paper.Text(x.Feedback.Text, 5), paper.Text(d.time(x.TakenAt), 2),
		})
	}
	given, accepted, declined := answered(s)
	b.Title = d.T("forms.feedback", "given", given, "accepted", accepted, "declined", declined, "waiting", len(open))
	return b
}

// answered counts the feedback of a period, and how feedback was answered in it.
func answered(s statistics.Summary) (given, accepted, declined int) {
	for _, k := range s.Kinds {
		if k.Kind != improvement.Definition.Kind {
			continue
		}
		for _, n := range k.Nature {
			if n.Key == improvement.OfFeedback {
				given += n.N
			}
		}
		for _, j := range k.Judged {
			switch j.Key {
			case improvement.Accepted:
				accepted += j.N
			case improvement.Declined:
				declined += j.N
			}
		}
	}
	return given, accepted, declined
}
