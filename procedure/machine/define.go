package machine

import (
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// Define completes the definition of a procedure whose state has a file. What every such procedure has alike is the
// desk's; Due, Facts, Sees and Allowed are where the procedure has none of its own.
func Define[S any](d Definition[S], b *Book, file func(*S) *Case) Definition[S] {
	d.New = func(n string, p policy.Policy) (s S) {
		*file(&s) = Case{Number: n, Policy: p}
		return s
	}
	d.Issue = func(_ S, due procedure.Deadline) procedure.Command { return deadline.Issue(due, nil) }
	d.ShowsContacts = func(s S, a people.Actor) bool { return file(&s).ShowsContacts(a) }
	d.Number = func(s S) string { return file(&s).Number }
	d.Last = func(s S) time.Time { return file(&s).Last }
	d.Ended = func(s S) bool { return file(&s).Stage == StageArchived }
	d.Policy = func(s S) policy.Policy { return file(&s).Policy }
	d.Slim = func(s S) S {
		f := file(&s)
		*f = f.Slim()
		return s
	}
	if d.Due == nil {
		d.Due = func(s S) []procedure.Deadline { return file(&s).Due() }
	}
	if d.Facts == nil {
		d.Facts = func(before S, e procedure.Event, after S) []procedure.Fact {
			return b.Facts(*file(&before), e, *file(&after))
		}
	}
	if d.Sees == nil {
		d.Sees = func(s S, a people.Actor) people.Sight { return file(&s).Sees(a) }
	}
	if d.Allowed == nil {
		lines := d.Table
		d.Allowed = func(s S, a people.Actor) []string { return Allowed(lines, file(&s), a) }
	}
	return d
}
