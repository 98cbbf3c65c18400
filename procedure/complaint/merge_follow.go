package complaint

import (
	"encoding/json"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/machine"
)

// Asking is how far asking one complainant afterwards is. G1, A11
type Asking struct {
	Attempts []time.Time `json:"attempts,omitempty"` // revisits that reached nobody. G5
	Revisit  *Revisited  `json:"revisit,omitempty"`  // the newest revisit. G6
	Settled  Outcome     `json:"settled,omitempty"`  // satisfied or not reached; empty while they are to be asked
}

// mergedIn takes complaints in; of those that are here nothing changes.
func mergedIn(s *State, _ procedure.Event, p MergedIn) {
	for _, j := range p.Joined {
		if s.joined(j.Number) == nil && j.Number != s.Number {
			s.Joined = append(s.Joined, Joined{Companion: j})
		}
	}
}

func parted(s *State, _ procedure.Event, p Part) {
	s.Joined = slices.DeleteFunc(s.Joined, func(j Joined) bool { return j.Number == p.Number })
}

// followed keeps what the lead told; the time after which this complaint asks, or is archived, begins
// anew. Whoever was merged into this one follows the lead themselves by now.
func followed(s *State, e procedure.Event, p Follow) {
	f := Following{}
	if s.Following != nil {
		f = *s.Following
	}
	f.Number, f.Stage, f.Outcome = p.From, p.Stage, p.Outcome
	f.Open = p.Stage != StageClosed && p.Stage != StageArchived
	if p.Text != "" {
		f.Plan = p.Text
	}
	if p.Revisit != nil {
		f.Revisit = p.Revisit
	}
	s.Following, s.Joined = &f, nil
	s.Closing.Into = p.From
	s.startOwned(StepReopen, e.At)
}

func mergeRedirected(s *State, _ procedure.Event, p Redirected) {
	s.Closing.Into = p.Into
	s.Closing.Hops++
}

func mergeChecked(s *State, e procedure.Event, _ Redirected) { s.startOwned(StepReopen, e.At) }

func mergeUndone(s *State, e procedure.Event, p UndoMerge) {
	s.Following = nil
	reopened(s, e, Reasoned{Reason: p.Reason})
}

// merging lists what an event needs of other complaints. A11
func (s State) merging(e procedure.Event) []procedure.Effect {
	switch e.Type {
	case EvClosed, EvMergeRedirected, EvMergeChecked:
		if s.Closing.Outcome == Merged {
			return []procedure.Effect{s.askLead()}
		}
	case EvMergedIn:
		var p MergedIn
		_ = json.Unmarshal(e.Data, &p)
		var to []string
		for _, j := range p.Joined {
			to = append(to, j.Number)
		}
		return send(to, CmdFollow, s.standing(OfJoining))
	case EvMergeTurnedAway:
		var p TurnedAway
		_ = json.Unmarshal(e.Data, &p)
		return send([]string{p.Number}, CmdUndoMerge, UndoMerge{From: s.Number, Code: p.Code, Into: p.Into})
	case EvParted:
		var p Part
		if _ = json.Unmarshal(e.Data, &p); p.Code != "" {
			return send([]string{p.Number}, CmdUndoMerge, UndoMerge{From: s.Number, Code: p.Code})
		}
	case EvNotFollowing:
		var p NotFollowing
		_ = json.Unmarshal(e.Data, &p)
		return send([]string{p.From}, CmdPart, Part{Number: s.Number})
	case EvMergeUndone:
		var p UndoMerge
		if _ = json.Unmarshal(e.Data, &p); p.Code == "" {
			return send([]string{p.From}, CmdPart, Part{Number: s.Number})
		}
	}
	return s.tellJoined(e)
}

// tellJoined tells the merged complaints of a step of their lead's.
func (s State) tellJoined(e procedure.Event) []procedure.Effect {
	switch e.Type {
	case EvStageEntered:
		return send(s.joinedNumbers(), CmdFollow, s.standing(OfStage))
	case EvPlanProposed:
		return send(s.joinedNumbers(), CmdFollow, s.standing(OfPlan))
	case EvClosed:
		var p Closed
		_ = json.Unmarshal(e.Data, &p)
		f := s.standing(OfClosing)
		f.Recourse = p.Recourse
		return send(s.joinedNumbers(), CmdFollow, f)
	case EvRevisited:
		var p Revisit
		_ = json.Unmarshal(e.Data, &p)
		if j := s.joined(p.Of); j != nil && p.Reached {
			f := s.standing(OfRevisit)
			f.Revisit = j.Revisit
			return send([]string{j.Number}, CmdFollow, f)
		}
	}
	return nil
}

// standing says how this complaint stands, to those merged into it: nothing of its own complainant's.
func (s State) standing(what string) Follow {
	f := Follow{From: s.Number, What: what, Stage: s.Stage}
	if s.Plan != nil {
		f.Text = s.Plan.Text
	}
	if s.Closing != nil {
		f.Outcome = s.Closing.Outcome
	}
	return f
}

// askLead asks the complaint that this one is merged into to take it in, or how it stands.
func (s State) askLead() procedure.Effect {
	asking := TakeIn{
		Companion: Companion{Number: s.Number, Language: s.Record.Language, Involved: s.Record.Involved},
		Community: s.Record.Community, Drill: s.Record.Drill,
	}
	for _, j := range s.Joined {
		asking.Others = append(asking.Others, j.Companion)
	}
	ask := send([]string{s.Closing.Into}, CmdTakeIn, asking)[0]
	ask.Then = CmdHearMerge
	return ask
}

func (s State) joinedNumbers() []string {
	var all []string
	for _, j := range s.Joined {
		all = append(all, j.Number)
	}
	return all
}

// send makes the effect that gives a command to other complaints; none to nobody.
func send(to []string, command string, payload any) []procedure.Effect {
	if len(to) == 0 {
		return nil
	}
	m := procedure.Message{To: to, Command: command, Payload: machine.Encode(payload)}
	return []procedure.Effect{{Name: procedure.EffectSend, Payload: machine.Encode(m)}}
}
