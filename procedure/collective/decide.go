package collective

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
)

// decision is one command being decided over a copy of the state.
type decision struct {
	State
	*machine.Decision
}

// How many complaints may be named at once, and belong to an issue at all: what a case takes along when it continues
// as new, and what it tells its members, stay far below the 2 MB that Temporal takes.
const (
	mostNamed   = 500
	mostMembers = 5000
)

// register opens an issue. J1, N1
func (d *decision) register(p Register) error {
	switch {
	case p.Community == "":
		return machine.Missing("community")
	case !d.Actor().In(p.Community):
		return machine.Forbidden(machine.CmdRegister)
	case machine.Blank(p.Subject) && d.Role() != people.System:
		return machine.Missing("subject")
	}
	if _, ok := d.Policy.Category(p.Category); !ok || !d.Policy.Leaf(p.Category) {
		return procedure.Invalid("unknown_category", "category", p.Category)
	}
	numbers, err := d.named(p.Complaints)
	if err != nil {
		return err
	}
	p.Complaints = numbers
	d.Emit(EvRegistered, p)
	machine.Enter(d, StagePlanning)
	return nil
}

// named reads the numbers of complaints, and leaves out those that belong to the issue.
func (d *decision) named(written []string) ([]string, error) {
	if len(written) > mostNamed {
		return nil, procedure.Conflict("too_many", "most", fmt.Sprint(mostNamed))
	}
	var numbers []string
	for _, w := range written {
		n, ok := number.Parse(w)
		if !ok || !strings.HasPrefix(n, number.Complaint+"-") {
			return nil, procedure.Invalid("unknown_complaint", "number", w)
		}
		if !d.member(n) && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	if len(d.Members)+len(numbers) > mostMembers {
		return nil, procedure.Conflict("issue_full", "most", fmt.Sprint(mostMembers))
	}
	return numbers, nil
}

func (d *decision) join(p Join) error { // J1
	numbers, err := d.named(p.Complaints)
	switch {
	case err != nil:
		return err
	case len(numbers) > 0:
		d.Emit(EvJoined, Join{Complaints: numbers})
	case d.Role() != people.System:
		return procedure.Conflict("nothing_to_do")
	}
	return nil
}

func (d *decision) leave(p Leave) error { // J1
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	n, _ := number.Parse(p.Complaint)
	if !d.member(n) {
		return procedure.Conflict("no_member", "number", p.Complaint)
	}
	d.Emit(EvLeft, Left{Complaint: n, Reason: p.Reason})
	return nil
}

// decline takes out a complaint that does not join. J1
func (d *decision) decline(p complaint.Declining) error {
	if d.member(p.Complaint) {
		d.Emit(EvLeft, Left{Complaint: p.Complaint, Code: p.Code})
	}
	return nil
}

// convene calls a forum, or moves it. J2
func (d *decision) convene(p Convene) error {
	switch {
	case p.At.IsZero():
		return machine.Missing("at")
	case machine.Blank(p.Place):
		return machine.Missing("place")
	case machine.Blank(p.Agenda.Zh):
		return machine.Missing("agenda.zh")
	}
	if err := d.ahead(p.At, "at"); err != nil {
		return err
	}
	moved := d.Stage == StageConvened
	if moved && (p.Moves == nil || !p.Moves.Equal(d.Forum.At)) {
		return procedure.Conflict("forum_convened", "place", d.Forum.Place)
	}
	p.At, p.Moves = p.At.UTC().Truncate(deadline.Tick), nil
	machine.Enter(d, StageConvened)
	d.Emit(EvConvened, Convened{Convene: p, Moved: moved})
	return nil
}

// ahead refuses a time that has passed, or is out of sight.
func (d *decision) ahead(t time.Time, field string) error {
	if !t.After(d.Now) {
		return procedure.Conflict("in_the_past", "field", field)
	}
	return deadline.Ahead(&t, d.Now)
}

func (d *decision) minutes(p Minutes) error { // J2
	switch {
	case machine.Blank(p.Text):
		return machine.Missing("text")
	case p.HeldAt.IsZero():
		return machine.Missing("held_at")
	case p.HeldAt.After(d.Now):
		return procedure.Invalid("in_the_future", "field", "held_at")
	case p.Present < 0 || p.Present > 100_000, p.Present == 0 && len(p.Attended) > 0:
		return procedure.Conflict("out_of_range", "field", "present")
	}
	p.HeldAt = p.HeldAt.UTC().Truncate(deadline.Tick)
	d.Emit(EvMinutes, p)
	machine.Enter(d, StageDeciding)
	return nil
}

// announce puts a text on the community's public page. J3
func (d *decision) announce(p Announce) error {
	switch {
	case machine.Blank(p.Title.Zh):
		return machine.Missing("title.zh")
	case machine.Blank(p.Text.Zh):
		return machine.Missing("text.zh")
	case p.lacking() != "":
		return machine.Missing(p.lacking())
	}
	if p.From.IsZero() || p.From.Before(d.Now) {
		p.From = d.Now
	}
	if err := d.ahead(p.Until, "until"); err != nil {
		return err
	}
	if !p.Until.After(p.From) {
		return procedure.Conflict("ends_before_it_begins")
	}
	p.From, p.Until = p.From.UTC().Truncate(deadline.Tick), p.Until.UTC().Truncate(deadline.Tick)
	d.Emit(EvAnnounced, Announcement{ID: fmt.Sprintf("A%d", len(d.Announcements)+1), Announce: p})
	if d.Stage == StagePlanning {
		machine.Enter(d, StageDeciding)
	}
	return nil
}

// lacking gives the half that an English announcement lacks; one in Chinese alone lacks none.
func (p Announce) lacking() string {
	title, text := !machine.Blank(p.Title.En), !machine.Blank(p.Text.En)
	switch {
	case text && !title:
		return "title.en"
	case title && !text:
		return "text.en"
	}
	return ""
}

func (d *decision) takeDown(p TakeDown) error { // J3
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	i := slices.IndexFunc(d.Announcements, func(a Announcement) bool { return a.ID == p.Announcement })
	switch {
	case i < 0:
		return procedure.Invalid("unknown_announcement", "announcement", p.Announcement)
	case d.Announcements[i].Ended != nil:
		return procedure.Conflict("nothing_to_do")
	}
	d.Emit(EvTakenDown, p)
	return nil
}

// conclude says what was decided; the issue ends once the members have been told. J2
func (d *decision) conclude(p Conclude) error {
	if machine.Blank(p.Decision.Zh) {
		return machine.Missing("decision.zh")
	}
	d.Emit(EvConcluded, p)
	machine.Enter(d, StageInforming)
	if len(d.Members) == 0 { // nobody is left to be told
		d.Emit(EvInformed, Informed{})
		machine.End(d, Concluded, "")
	}
	return nil
}

// drop ends what was no collective issue. J1
func (d *decision) drop(p Reasoned) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	machine.End(d, Dropped, p.Reason)
	return nil
}

// hearMatter learns which issue of the matter is open; when it is another, the members go there. J1
func (d *decision) hearMatter(p procedure.Answer) error {
	var h Holder
	if p.Refused != nil || json.Unmarshal(p.Result, &h) != nil || h.Number == "" || h.Number == d.Number {
		return nil
	}
	d.Emit(EvSuperseded, Superseding{By: h.Number})
	machine.End(d, Superseded, "")
	return nil
}

// hearMembers takes out the complaints that were not there to join. J1
func (d *decision) hearMembers(p procedure.Answer) error {
	for _, n := range unheard(p) {
		if d.member(n) {
			d.Emit(EvLeft, Left{Complaint: n, Code: NoSuchComplaint})
		}
	}
	return nil
}

// NoSuchComplaint is why a complaint leaves that is not there, or whose record is archived.
const NoSuchComplaint = "no_such_complaint"

// hearInformed ends the issue: every member that is there has been told. J2
func (d *decision) hearInformed(p procedure.Answer) error {
	d.Emit(EvInformed, Informed{Unheard: unheard(p)})
	machine.End(d, Concluded, "")
	return nil
}

func unheard(p procedure.Answer) []string {
	var sent procedure.Sent
	_ = json.Unmarshal(p.Result, &sent) // ours
	return sent.Unheard
}

// Standing lists the announcements that stand at a moment, the newest first. J3
func (s State) Standing(now time.Time) []Announcement {
	var all []Announcement
	for _, a := range slices.Backward(s.Announcements) {
		if a.Ended == nil && !a.From.After(now) && a.Until.After(now) {
			all = append(all, a)
		}
	}
	return all
}
