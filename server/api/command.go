package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/failure"
	"bihuan/temporal"
	"bihuan/workflows"
)

// outcome is the engine's answer about a command, with the state of whatever kind of case.
type outcome = workflows.Outcome

// command serves every command of staff: the path says which, the gate has checked the body and, by the
// table, the role; the rest is the procedure's to decide.
func (s *Server) command(op *contract.Operation) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		in := callOf(ctx)
		community, _ := s.community(ctx, in.number) // the gate has just asked
		if err := s.asks(ctx, op, community, in.body); err != nil {
			return err
		}
		o, id, err := s.give(c, in.number, op.Command, in.Actor, in.body)
		if err != nil {
			return err
		}
		return answered(c, o, id, func() (any, error) { return shown(in.number, o.State, in.Actor) })
	}
}

// unknownCommand answers for the commands that the contract does not have.
func unknownCommand(c echo.Context) error {
	return failure.NotFound("unknown_command").With("command", c.Param("command"))
}

// give signals a command to a case and waits a little for its outcome. The ID says under which name
// the outcome can be asked for later.
func (s *Server) give(c echo.Context, n, name string, actor people.Actor, body []byte) (outcome, string, error) {
	var none outcome
	payload, err := withTask(body, c.Param("task"))
	if err != nil {
		return none, "", err
	}
	ctx := c.Request().Context()
	command := procedure.Command{
		ID: commandID(c.Request().Header.Get(headerKey), n, actor), Name: name, Actor: actor, At: s.Now().UTC(), Payload: payload,
	}
	if err := s.Engine.Signal(ctx, n, command); err != nil {
		return none, "", err
	}
	o := s.outcome(ctx, n, command.ID)
	if o.Known && o.Digest != command.Digest() {
		return none, "", failure.Conflict("idempotency_key_reused").On(headerKey)
	}
	return o, command.ID, nil
}

// withTask puts the task of the path into the payload.
func withTask(body []byte, task string) ([]byte, error) {
	if task == "" {
		return body, nil
	}
	fields := map[string]json.RawMessage{}
	if err := json.Unmarshal(body, &fields); err != nil {
		return nil, failure.Invalid("bad_payload").Because(err)
	}
	fields["task"], _ = json.Marshal(task) // a string always marshals
	return json.Marshal(fields)
}

// commandID names a command. With an idempotency key it is the same for the same caller, case and key,
// so that a retry changes nothing; the case itself knows when the key comes with something else.
func commandID(key, n string, actor people.Actor) string {
	if key == "" {
		return uuid.NewString()
	}
	sum := sha256.Sum256([]byte(n + "\x00" + actor.ID + "\x00" + key))
	return hex.EncodeToString(sum[:16])
}

// outcome asks what became of a command until it is known or the wait is over. That the command is
// safe is certain already, so whatever fails here only means that it is not known yet.
func (s *Server) outcome(ctx context.Context, n, id string) outcome {
	ctx, cancel := context.WithTimeout(ctx, s.Wait)
	defer cancel()
	for delay := 25 * time.Millisecond; ; delay = min(2*delay, 400*time.Millisecond) {
		o, err := s.Engine.Outcome(ctx, n, id)
		if err != nil || o.Known {
			return o
		}
		select {
		case <-ctx.Done():
			return o
		case <-time.After(delay):
		}
	}
}

// Pending answers a command that is safe and not applied yet.
type Pending struct {
	Status  string `json:"status"` // "accepted"
	Command string `json:"command"`
}

// answered writes a command's outcome: applied, refused, or safe and not applied yet.
func answered(c echo.Context, o outcome, id string, view func() (any, error)) error {
	switch {
	case !o.Known:
		return c.JSON(http.StatusAccepted, Pending{Status: "accepted", Command: id})
	case o.Refusal != nil:
		return o.Refusal
	}
	answer, err := view()
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

// admit reads a number and says whether the actor sees that case at all; another community's case, and
// a department's without a task of theirs, do not exist for them. N1
func (s *Server) admit(ctx context.Context, a people.Actor, written string) (string, error) {
	n, ok := number.Parse(written)
	if !ok {
		return "", ErrNotFound
	}
	community, err := s.community(ctx, n)
	if err != nil {
		return "", err
	}
	if !a.In(community) {
		return "", ErrNotFound
	}
	if permission, ok := people.Permits(people.ReadCase, a); ok && permission.Scope == people.Communities {
		return n, nil
	}
	return n, s.admitByTask(ctx, a, n)
}

// admitByTask asks the case itself where the database lags behind or is down.
func (s *Server) admitByTask(ctx context.Context, a people.Actor, n string) error {
	found, err := s.stored(ctx, n)
	if err == nil && found.Sees(a) != people.SeesNothing {
		return nil
	}
	if found, err = s.running(ctx, n); err != nil {
		return err
	}
	if found.Sees(a) == people.SeesNothing {
		return ErrNotFound
	}
	return nil
}

// community of a case: from memory, the database, or what the engine keeps of its start.
func (s *Server) community(ctx context.Context, n string) (string, error) {
	if community, ok := s.communities.get(n); ok {
		return community, nil
	}
	community, err := s.Reader.Community(ctx, n)
	if errors.Is(err, postgres.ErrNotFound) || errors.Is(err, postgres.ErrDown) {
		var origin temporal.Origin
		origin, err = s.Engine.Origin(ctx, n)
		community = origin.Community
	}
	if err == nil {
		s.communities.put(n, community)
	}
	return community, err
}

// tellCommand tells what became of a command.
func (s *Server) tellCommand(c echo.Context) error {
	ctx := c.Request().Context()
	in := callOf(ctx)
	if err := s.note(ctx, in); err != nil {
		return err
	}
	o, err := s.Engine.Outcome(ctx, in.number, c.Param("id"))
	if err != nil {
		return err
	}
	return answered(c, o, c.Param("id"), func() (any, error) { return shown(in.number, o.State, in.Actor) })
}
