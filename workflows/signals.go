package workflows

import (
	"errors"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// undecodable stands before the name of a command whose signal could not be read.
const undecodable = "undecodable signal "

// unread lists the names of signals that wait, in a fixed order.
func unread(ctx workflow.Context) []string {
	names := workflow.GetUnhandledSignalNames(ctx)
	slices.Sort(names)
	return names
}

func waiting(ctx workflow.Context) bool { return len(workflow.GetUnhandledSignalNames(ctx)) > 0 }

// receive empties one signal's channel. The signal's name is the command's, whatever its payload says;
// a payload that cannot be read becomes a command that is refused, so that it is not lost in silence.
func receive(ctx workflow.Context, name string) []procedure.Command {
	var commands []procedure.Command
	channel := workflow.GetSignalChannel(ctx, name)
	for {
		var raw converter.RawValue
		if !channel.ReceiveAsync(&raw) {
			return commands
		}
		commands = append(commands, read(raw, name))
	}
}

func read(raw converter.RawValue, name string) procedure.Command {
	var c procedure.Command
	if raw.Payload() == nil || converter.GetDefaultDataConverter().FromPayload(raw.Payload(), &c) != nil {
		return procedure.Command{Name: undecodable + name}
	}
	c.Name = name
	return c
}

// refused describes a command that was not taken, without its payload.
func refused(c procedure.Command, at time.Time, r *procedure.Refusal) procedure.Refused {
	by := people.By{ID: c.Actor.ID, Name: c.Actor.Name}
	if len(c.Actor.Roles) > 0 {
		by.Role = c.Actor.Roles[0]
	}
	return procedure.Refused{Command: c.ID, Name: strings.TrimPrefix(c.Name, undecodable), By: by, At: at, Code: r.Code, Args: r.Args}
}

// refusalOf gives the procedure's no. Any other error is a fault of ours: the turn fails, is shown in
// the Web UI, and is taken again once it is mended; nothing is lost.
func refusalOf(err error) *procedure.Refusal {
	var r *procedure.Refusal
	if errors.As(err, &r) {
		return r
	}
	panic(err)
}
