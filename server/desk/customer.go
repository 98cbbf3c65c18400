package desk

import (
	"context"
	"slices"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/list"
	"bihuan/server/view"
	"bihuan/words"
)

// Announcements lists what stands in a community now, in a language.
func (d *Desk) Announcements(ctx context.Context, lang words.Language, community string) ([]contract.PublicAnnouncement, error) {
	standing, err := d.Reader.Announcements(ctx, community, d.Now())
	return list.Map(standing, func(a postgres.Announcement) contract.PublicAnnouncement {
		if lang == words.English && a.Title.En != "" && a.Text.En != "" { // whole, or in Chinese
			return contract.PublicAnnouncement{Title: a.Title.En, Text: a.Text.En, Language: words.English, From: a.From, Until: a.Until}
		}
		return contract.PublicAnnouncement{Title: a.Title.Zh, Text: a.Text.Zh, Language: words.Chinese, From: a.From, Until: a.Until}
	}), err
}

// Customer opens one complaint to whoever holds the secret of its tracking link. N3
func (d *Desk) Customer(written, secret string) (people.Actor, error) {
	n, ok := number.Parse(written)
	if !ok || view.Of(n).Way == nil || !d.Tracking.Valid(n, secret) {
		return people.Actor{}, ErrNotFound
	}
	return people.Actor{ID: n, Roles: []people.Role{people.Complainant}}, nil
}

// Progress shows a case without the words that are for staff. Notices are missing while the database
// is down.
func (d *Desk) Progress(ctx context.Context, lang words.Language, c machine.Instance, customer people.Actor) contract.PublicCase {
	k, sum := view.Of(customer.ID), c.Summary()
	p := contract.PublicCase{
		Number: customer.ID, Kind: k.Name, Stage: sum.Stage, StageName: words.Label(lang, "stage", sum.Stage),
		Open: sum.Open, Drill: sum.Drill, RegisteredAt: sum.RegisteredAt, Community: d.Settings.Names(lang).Community(sum.Community),
		Allowed: list.Some(c.Allowed(customer)), Tasks: d.publicTasks(lang, sum), Notices: []contract.PublicNotice{},
	}
	k.Progress(c, lang, &p)
	if k.Related != nil {
		p.Related = d.related(ctx, lang, customer.ID, k.Related(c))
	}
	told, _ := d.Reader.ComplainantNotices(ctx, customer.ID, DefaultLimit)
	for _, n := range told {
		worded := d.Notice(lang, n, false)
		p.Notices = append(p.Notices, contract.PublicNotice{At: worded.At, Subject: worded.Subject, Body: worded.Body})
	}
	return p
}

// related leads a customer to their other cases that have to do with one: to those that name it as well. A number
// that somebody typed may be another's case. B6, K3, N3
func (d *Desk) related(ctx context.Context, lang words.Language, of string, numbers []string) []contract.PublicRelated {
	var all []contract.PublicRelated
	for _, n := range numbers {
		k := view.Of(n)
		if k.Related == nil {
			continue
		}
		if other, err := d.Fresh(ctx, n); err == nil && slices.Contains(k.Related(other), of) {
			all = append(all, contract.PublicRelated{Number: n, Name: words.Label(lang, "matters", k.Name), TrackingLink: d.Tracking.Link(n)})
		}
	}
	return all
}

func (d *Desk) publicTasks(lang words.Language, sum procedure.Summary) []contract.PublicTask {
	names := d.Settings.Names(lang)
	return list.Map(sum.Tasks, func(t procedure.TaskRow) contract.PublicTask {
		return contract.PublicTask{Department: names.Department(t.Department), Status: t.Status}
	})
}
