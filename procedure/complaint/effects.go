package complaint

import (
	"slices"

	"encoding/json"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/pool"
)

// Effects asks whose turn it is for tasks that departments have by turn, opens the service request that a
// special service is, withdraws it when the complaint ends first, tells other complaints what merging means
// for them, and asks whether others complain of the same. A11, B6, C1, J1
func Effects(s State, e procedure.Event) []procedure.Effect {
	return slices.Concat(s.merging(e), s.serving(e), s.aboutIssues(e))
}

// serving are the effects for pools and for a special service.
func (s State) serving(e procedure.Event) []procedure.Effect {
	switch e.Type {
	case EvDispatched, EvTaskReleased:
		return s.turns(e)
	case EvStageEntered:
		if s.Stage == StageService {
			return []procedure.Effect{s.openService()}
		}
	case EvClosed:
		if s.Closing.From == StageService && s.Service != "" {
			return []procedure.Effect{s.withdrawService()}
		}
	case machine.EvLinked:
		if s.Stage != StageService { // nobody has waited for it
			return []procedure.Effect{s.withdrawService()}
		}
	}
	return nil
}

// withdrawService ends the service request that the complaint waited for; why is the complaint's number. B6
func (s State) withdrawService() procedure.Effect {
	return machine.Send(machine.CmdWithdraw, Reasoned{Reason: s.Number}, s.Service)
}

// turns asks whose turn it is, for each task of the event that waits for that.
func (s State) turns(e procedure.Event) []procedure.Effect {
	var p struct {
		Task  string
		Tasks []Task
	}
	_ = json.Unmarshal(e.Data, &p)
	if t, ok := s.Task(p.Task); ok {
		p.Tasks = append(p.Tasks, t)
	}
	var effects []procedure.Effect
	for _, t := range p.Tasks {
		if t.Status == TaskQueued {
			effects = append(effects, pool.Ask(s.Record.Community, t.Offer, t.ID))
		}
	}
	return effects
}

// openService hands the record over to a service request, of the kind that the complaint's category
// names. B6
func (s State) openService() procedure.Effect {
	r := s.Record
	c, _ := s.Policy.Category(r.Category)
	return machine.OpenFor("service", r.Community, struct {
		machine.Customer
		Category string  `json:"category,omitempty"`
		Urgency  Urgency `json:"urgency,omitempty"`
		What     string  `json:"what"`
	}{machine.Customer{
		Community: r.Community, Channel: machine.Channel(r.Channel), Name: r.Name, Building: r.Building, Room: r.Room, Phone: r.Phone,
		Email: r.Email, Language: r.Language, Drill: r.Drill, Source: s.Number,
	}, c.Service, s.Urgency, r.What})
}
