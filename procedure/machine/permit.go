package machine

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
)

// Permit gives the role in which the actor may give a line's command, or refuses: by the table, only about
// a case that they may see, and for a department only while the case is with it. N1, N3
func Permit(f *Case, t Transition, a people.Actor) (people.Role, error) {
	may := t.Roles(f.Major)
	role, ok := a.As(may)
	if ok && role == people.Handler && f.Department != a.Department && f.Stage != StageNew {
		role, ok = a.As(slices.DeleteFunc(slices.Clone(may), func(r people.Role) bool { return r == people.Handler }))
	}
	if !ok && t.Named && deadline.Handles(f.Handler, a) {
		role, ok = a.As(people.Workers)
	}
	if !ok || role != people.System && f.Stage != StageNew && f.Sees(a) == people.SeesNothing {
		return "", Forbidden(t.Command)
	}
	return role, nil
}

// Allowed lists the commands that an actor may give now, in the order of the table, as far as can be
// known before the payload is.
func Allowed(lines []Transition, f *Case, a people.Actor) []string {
	if f.Sees(a) == people.SeesNothing {
		return nil
	}
	var names []string
	for _, t := range lines {
		role, err := Permit(f, t, a)
		switch {
		case err != nil, role == people.System, !slices.Contains(t.From, f.Stage), slices.Contains(names, t.Command):
		case t.Command == deadline.CmdDecideEscalation && !f.MayDecide(a):
		default:
			names = append(names, t.Command)
		}
	}
	return names
}

// OpenFor asks for another case, whose number comes back as a link.
func OpenFor(kind, community string, register any) procedure.Effect {
	return procedure.Effect{
		Name: procedure.EffectOpen, Then: CmdLink,
		Payload: Encode(procedure.Opening{Kind: kind, Community: community, Register: Encode(register)}),
	}
}

// Send gives a command to other cases.
func Send(command string, payload any, to ...string) procedure.Effect {
	return procedure.Effect{
		Name:    procedure.EffectSend,
		Payload: Encode(procedure.Message{To: to, Command: command, Payload: Encode(payload)}),
	}
}
