package desk

import (
	"encoding/base64"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/words"
)

// Notice puts a notice into words; only the complainant's own carry the link. A4
func (d *Desk) Notice(lang words.Language, n postgres.Notice, link bool) contract.Notice {
	args := n.Args
	if link {
		args = map[string]string{"link": d.Tracking.Link(n.Number)}
		for name, value := range n.Args {
			args[name] = value
		}
	}
	subject, body := words.Notice(lang, n.Template, args, d.Names(lang, n.Number))
	out := contract.Notice{
		ID: base64.RawURLEncoding.EncodeToString([]byte(n.ID)), Number: n.Number, At: n.CreatedAt, To: n.StaffID, Subject: subject, Body: body, Urgent: n.Urgent,
		Channel: n.Channel, Status: n.Status,
	}
	if n.Complainant {
		out.To = string(people.Complainant)
	}
	if n.ReadAt != nil {
		out.ReadAt = *n.ReadAt
	}
	return out
}
