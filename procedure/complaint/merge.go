package complaint

import (
	"slices"
	"strings"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/policy"
)

// Two complaints about one matter become one loop: the merged complaint closes as merged and follows its
// lead, which tells its complainant of every step and revisits them too. What passes between the two
// passes by effects: take-in asks the lead, which takes it in or turns it away; follow tells how the lead
// stands; part says that the merged complainant wants their own loop back; undo-merge gives it back. A11

// Companion is a complaint about the same matter. Whom to contact stands in its own record. A11
type Companion struct {
	Number   string     `json:"number"`
	Language string     `json:"language,omitempty"`
	Involved []Involved `json:"involved,omitempty"` // whom it names. B9
}

// Joined is a complaint that was merged into this one. A11
type Joined struct {
	Companion
	Asking
}

// Following is how the lead stands that this complaint was merged into, as it last told. A11
type Following struct {
	Number  string     `json:"number"`
	Stage   Stage      `json:"stage"`
	Open    bool       `json:"open,omitempty"`
	Plan    string     `json:"plan,omitempty"`
	Outcome Outcome    `json:"outcome,omitempty"`
	Revisit *Revisited `json:"revisit,omitempty"` // this complaint's own complainant, asked in the lead's revisit
}

// TakeIn asks a complaint to take another in, with those that had been merged into that one before. A11
type TakeIn struct {
	Companion
	Community string      `json:"community"`
	Drill     bool        `json:"drill,omitempty"`
	Others    []Companion `json:"others,omitempty"`
}

// MergedIn lists the complaints that were taken in. A11
type MergedIn struct {
	Joined []Companion `json:"joined"`
}

// What a Follow tells of.
const (
	OfJoining = "joining"
	OfStage   = "stage"
	OfPlan    = "plan"
	OfClosing = "closing"
	OfRevisit = "revisit"
)

// Follow tells a merged complaint how its lead stands. A11
type Follow struct {
	From     string      `json:"from"` // the lead's number
	What     string      `json:"what"` // what it tells of
	Stage    Stage       `json:"stage"`
	Text     string      `json:"text,omitempty"` // the newest plan
	Outcome  Outcome     `json:"outcome,omitempty"`
	Recourse policy.Text `json:"recourse,omitzero"` // B5
	Revisit  *Revisited  `json:"revisit,omitempty"`
}

// Part lets a merged complaint go. A11
type Part struct {
	Number string `json:"number"`
	Code   string `json:"code,omitempty"` // why, when it is the lead who lets go
}

// UndoMerge gives a merged complaint its own loop back, or names the lead that it belongs to instead. A11
type UndoMerge struct {
	From   string `json:"from"` // the complaint it was merged into
	Code   string `json:"code,omitempty"`
	Into   string `json:"into,omitempty"` // where From has been merged itself
	Reason string `json:"reason,omitempty"`
}

// Why a merge ends, or never begins.
const (
	NoSuchLead    = "no_such_lead"   // there is none, or its record is archived
	LeadElsewhere = "lead_elsewhere" // in another community, or a drill where this is none
	LeadClosed    = "lead_closed"
	LeadMerged    = "lead_merged" // follow it to where it is
	LeadWithdrawn = "lead_withdrawn"
	LeadFull      = "lead_full" // so many are merged into it that it takes no more
)

// mostJoined is how large the complaints that were merged into one may be together, in bytes of JSON: some two
// thousand. What a case takes along when it continues as new stays far below the 2 MB that Temporal takes.
const mostJoined = 200 << 10

// complaintNumber reads a number as people write it and refuses what is no complaint's.
func complaintNumber(written string) (string, error) {
	n, ok := number.Parse(written)
	if !ok || !strings.HasPrefix(n, number.Complaint+"-") {
		return "", procedure.Invalid("unknown_complaint", "number", written)
	}
	return n, nil
}

func (d *decision) merge(p Merge) error { // I1, A11
	switch {
	case machine.Blank(p.Into):
		return machine.Missing("into")
	case machine.Blank(p.Reason):
		return machine.Missing("reason")
	}
	return d.mergeInto(p.Into, p.Reason)
}

// mergeInto closes the complaint as merged; the lead is asked once that is on record.
func (d *decision) mergeInto(written, reason string) error {
	if written == d.Number {
		return procedure.Invalid("merge_into_itself")
	}
	into, err := complaintNumber(written)
	switch {
	case err != nil:
		return err
	case d.joined(into) != nil:
		return procedure.Conflict("merge_in_circle", "into", into)
	}
	d.Emit(EvClosed, Closed{Outcome: Merged, Into: into, Reason: reason})
	return nil
}

// joined finds a complaint that was merged into this one.
func (s *State) joined(n string) *Joined {
	i := slices.IndexFunc(s.Joined, func(j Joined) bool { return j.Number == n })
	if i < 0 {
		return nil
	}
	return &s.Joined[i]
}

// asking gives how far the revisit is of the complainant, or of one whose complaint was merged into this. G1
func (s *State) asking(of string) *Asking {
	if of == "" {
		return &s.Asking
	}
	if j := s.joined(of); j != nil {
		return &j.Asking
	}
	return nil
}

// unsettled lists who must still be revisited: nothing for the complainant, a number for a merged
// complaint's. A11, G1
func (s State) unsettled() []string {
	var who []string
	if s.Settled == "" {
		who = append(who, "")
	}
	for _, j := range s.Joined {
		if j.Settled == "" {
			who = append(who, j.Number)
		}
	}
	return who
}

// involved lists whom this complaint and those merged into it name. B9
func (s State) involved() []Involved {
	all := slices.Clone(s.Record.Involved)
	for _, j := range s.Joined {
		all = append(all, j.Involved...)
	}
	return all
}

// takeIn takes another complaint in while this one is open, and answers one that asks how things stand.
// One that is itself merged says into which. A11
func (d *decision) takeIn(p TakeIn) error {
	away := TurnedAway{Number: p.Number}
	switch {
	case p.Community != d.Record.Community || p.Drill != d.Record.Drill:
		away.Code = LeadElsewhere
	case d.Closing != nil && d.Closing.Outcome == Merged:
		away.Code, away.Into = LeadMerged, d.Closing.Into
	case d.Open() && d.joined(p.Number) == nil && len(machine.Encode(d.Joined))+len(machine.Encode(p)) > mostJoined:
		away.Code = LeadFull
	case d.Open() || d.joined(p.Number) != nil:
		d.Emit(EvMergedIn, MergedIn{Joined: append([]Companion{p.Companion}, p.Others...)})
		return nil
	default:
		away.Code = LeadClosed
	}
	d.Emit(EvMergeTurnedAway, away)
	return nil
}

// part lets a merged complaint go; nobody may be left to revisit then. A11
func (d *decision) part(p Part) error {
	if d.joined(p.Number) == nil {
		return nil // it was never taken in, or has been let go
	}
	d.Emit(EvParted, p)
	if d.Stage == StageUnreached && !slices.ContainsFunc(d.unsettled(), d.tried) {
		d.enter(StageRevisiting)
	}
	if d.Stage == StageRevisiting {
		d.closeWhenSettled("")
	}
	return nil
}

// follow hears how the lead stands. A complaint that is not merged tells the sender so. A11
func (d *decision) follow(p Follow) error {
	if d.Closing == nil || d.Closing.Outcome != Merged {
		d.Emit(EvNotFollowing, NotFollowing{From: p.From})
		return nil
	}
	d.Emit(EvFollowed, p)
	return nil
}

// hearMerge learns whether the lead was there to be asked. A11
func (d *decision) hearMerge(p procedure.Answer) error {
	var sent procedure.Sent
	if len(p.Result) > 0 {
		if err := machine.Decode(p.Result, &sent); err != nil {
			return err
		}
	}
	if d.Closing.Outcome != Merged || !slices.Contains(sent.Unheard, d.Closing.Into) {
		return nil
	}
	d.unmerge(UndoMerge{From: d.Closing.Into, Code: NoSuchLead})
	return nil
}

// undoMerge goes on alone when the lead cannot be followed, or follows that one's own lead. A11
func (d *decision) undoMerge(p UndoMerge) error {
	switch {
	case d.Closing.Outcome != Merged || d.Closing.Into != p.From:
		return nil // about a merge that is over
	case p.Into != "" && p.Into != d.Number && d.joined(p.Into) == nil && d.Closing.Hops < farthest:
		d.Emit(EvMergeRedirected, Redirected{Into: p.Into})
	default:
		d.unmerge(p)
	}
	return nil
}

// farthest is how many leads a complaint follows on to: more would be a circle that is just being made.
const farthest = 10

// unmerge gives the complaint its own loop back where it stood.
func (d *decision) unmerge(p UndoMerge) {
	from := d.Closing.From
	d.Emit(EvMergeUndone, p)
	d.enter(from)
	d.dispatchByItself()
}

// mergeChecked asks a lead that has been silent for long whether it is there still. A11
func (d *decision) mergeChecked() { d.Emit(EvMergeChecked, Redirected{Into: d.Closing.Into}) }

// letGo gives every merged complaint its own loop back: this one ends without an answer for them. A11
func (d *decision) letGo(code string) {
	for _, j := range slices.Clone(d.Joined) {
		d.Emit(EvParted, Part{Number: j.Number, Code: code})
	}
}

// TurnedAway is a complaint that was not taken in, and why. A11
type TurnedAway struct {
	Number string `json:"number"`
	Code   string `json:"code"`
	Into   string `json:"into,omitempty"`
}

// NotFollowing tells a lead that this complaint is on its own. A11
type NotFollowing struct {
	From string `json:"from"`
}

// Redirected names the complaint that this one belongs to. A11
type Redirected struct {
	Into string `json:"into"`
}
