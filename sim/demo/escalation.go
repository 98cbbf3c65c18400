package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"time"

	"bihuan/sim/client"
	"bihuan/sim/town"
)

// missedKey names the deadline that is missed: the work on the first task.
const missedKey = "work:T1"

// slack is how long after its time a deadline may take to be acted on: a worker that was killed has to
// come back first.
const slack = 90 * time.Second

// poll is how often the case is looked at while a deadline runs.
const poll = 500 * time.Millisecond

// missDeadline watches the deadline pass and keeps the escalation that it raises. H1, H2
func missDeadline(ctx context.Context, s *story) error {
	if err := escalated(missedKey)(ctx, s); err != nil {
		return err
	}
	e, _ := openEscalation(s.state, missedKey)
	s.missed = e.ID
	return nil
}

func openEscalation(c client.Case, key string) (client.Escalation, bool) {
	for _, e := range c.Escalations {
		if e.Deadline == key && e.Status == "open" {
			return e, true
		}
	}
	return client.Escalation{}, false
}

// signal is a command as the case takes it, from whoever sends it.
type signal struct {
	ID      string    `json:"id"`
	Name    string    `json:"name"`
	Actor   client.Me `json:"actor"`
	At      time.Time `json:"at"`
	Payload fields    `json:"payload"`
}

const decide = "decide-escalation"

// approve decides the escalation, by the API or by a signal from the command line, and shows the
// command line either way.
func approve(ctx context.Context, s *story) error {
	boss, err := s.plays(manager)
	if err != nil {
		return err
	}
	to := s.person(engineer)
	id, now := s.key(decide), time.Now().UTC().Truncate(time.Second)
	payload := fields{ // H4
		"escalation": s.missed, "decision": "approve", "reason": "同意从邻近小区调配接头，由工程部继续处理。",
		"deadline": now.Add(4 * time.Hour), "handler": to["id"], "handler_name": to["name"],
	}
	arguments, err := s.Temporal.signal(s.number, signal{ID: id, Name: decide, Actor: boss.Me, At: now, Payload: payload})
	if err != nil {
		return err
	}
	s.tellCommand(arguments)
	if !s.ApproveWithCLI {
		return s.office.Give(ctx, town.Command{Key: id, Number: s.number, Who: s.who(manager), Name: decide, Body: payload})
	}
	if out, err := exec.CommandContext(ctx, arguments[0], arguments[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", arguments[0], err, out)
	}
	return boss.Outcome(ctx, s.number, id, nil)
}

func (s *story) tellCommand(arguments []string) {
	line := said("demo.approval_by_signal")
	if s.ApproveWithCLI {
		line = said("demo.approved_by_signal")
	}
	s.say("    $ ", "", line)
	fmt.Fprintln(s.out, "      "+shell(arguments))
}

// Temporal is how the temporal program reaches the cases.
type Temporal struct{ Program, Address, Namespace string }

// signal gives the command line that hands a command to a case.
func (t Temporal) signal(number string, c signal) ([]string, error) {
	input, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return []string{
		t.Program, "workflow", "signal", "--address", t.Address, "--namespace", t.Namespace,
		"--workflow-id", number, "--name", c.Name, "--input", string(input),
	}, nil
}

// shell writes a command line so that it can be pasted into a shell.
func shell(arguments []string) string {
	quoted := make([]string, len(arguments))
	for i, a := range arguments {
		if strings.ContainsAny(a, " \"'{}[]$&;|<>()*?\\`!#~") {
			a = "'" + strings.ReplaceAll(a, "'", `'\''`) + "'"
		}
		quoted[i] = a
	}
	return strings.Join(quoted, " ")
}
