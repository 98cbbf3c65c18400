package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/server/contract"
	"bihuan/server/failure"
	"bihuan/temporal"
	"bihuan/words"
	"bihuan/workflows"
)

const (
	headerKey    = "Idempotency-Key"
	headerReplay = "Idempotent-Replay"
)

// Registration answers staff who registered a complaint.
type Registration struct {
	Number string `json:"number"`
	// TrackingLink is for the customer alone. A4
	TrackingLink string `json:"tracking_link,omitempty"`
	Case         any    `json:"case"`
}

// Receipt answers a resident who submitted one.
type Receipt struct {
	Number       string `json:"number"`
	TrackingLink string `json:"tracking_link"`
}

// intake is one request to register a complaint. Everything it needs is at hand without the
// database. A10
type intake struct {
	kind     machine.Kind
	actor    people.Actor
	resident bool // registers for themselves: their ID becomes the number. N3
	body     []byte
	key      string    // that makes the request safe to repeat, if it has one
	keyOf    *[32]byte // the hash of key and caller; nil without a key
	bodyHash string
	policy   policy.Policy
	zone     *time.Location
	now      time.Time
}

// taken is a registered complaint as it was taken in.
type taken struct {
	number string
	machine.Instance
	replay bool
}

// register takes a complaint in that staff was told of.
func (s *Server) register(c echo.Context) error {
	in := callOf(c.Request().Context())
	if err := s.asks(c.Request().Context(), in.op, "", in.body); err != nil {
		return err
	}
	t, err := s.taken(c, intake{kind: in.op.Kind, actor: in.Actor, body: in.body}, in.ID)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/"+contract.Segment(in.op.Kind.Name)+"/"+t.number)
	registered := Registration{Number: t.number, Case: kindNamed(in.op.Kind.Name).show(t.Instance, in.Actor)}
	if kindNamed(in.op.Kind.Name).way != nil { // somebody follows it
		registered.TrackingLink = s.Tracking.Link(t.number)
	}
	return c.JSON(http.StatusCreated, registered)
}

// submit takes a complaint in that a resident writes themselves.
func (s *Server) submit(c echo.Context) error {
	in := callOf(c.Request().Context())
	resident := people.Actor{Roles: []people.Role{people.Complainant}}
	t, err := s.taken(c, intake{kind: in.op.Kind, actor: resident, resident: true, body: in.body}, "")
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, Receipt{Number: t.number, TrackingLink: s.Tracking.Link(t.number)})
}

// taken takes a case in with the request's key, and marks an answer that was given before.
func (s *Server) taken(c echo.Context, in intake, owner string) (taken, error) {
	in.key = c.Request().Header.Get(headerKey)
	t, err := s.take(c.Request().Context(), in, owner)
	if t.replay {
		c.Response().Header().Set(headerReplay, "true")
	}
	return t, err
}

// take completes the intake and opens the case.
func (s *Server) take(ctx context.Context, in intake, owner string) (taken, error) {
	var what struct{ Community string }
	if err := json.Unmarshal(in.body, &what); err != nil {
		return taken{}, failure.Invalid("bad_payload").Because(err)
	}
	if !in.resident && !in.actor.In(what.Community) { // N1
		return taken{}, procedure.Forbidden("forbidden", "command", workflows.Registering)
	}
	in.now = s.Now().UTC()
	var ok bool
	if in.policy, ok = s.Settings.ForCase(what.Community, in.now); !ok {
		return taken{}, procedure.Invalid("unknown_community", "community", what.Community, "field", "community")
	}
	in.policy = in.policy.Only(in.kind.Name)
	zone, err := s.zones.of(in.policy.Calendar.Zone)
	if err != nil {
		return taken{}, err
	}
	in.zone = zone
	sum := sha256.Sum256(in.body)
	in.bodyHash = hex.EncodeToString(sum[:])
	if in.key != "" {
		hash := sha256.Sum256([]byte(owner + "\x00" + in.key))
		in.keyOf = &hash
	}
	return s.open(ctx, in)
}

func (in intake) keyHash() string {
	if in.keyOf == nil {
		return ""
	}
	return hex.EncodeToString(in.keyOf[:])
}

// numberOn gives the number for an attempt on a date; with a key it is always the same one.
func (in intake) numberOn(date time.Time, attempt int) string {
	random := rand.Uint32()
	if in.keyOf != nil {
		random = number.Derive(*in.keyOf, attempt)
	}
	return number.New(in.kind.Prefix, date.In(in.zone), random)
}

// open starts the case under the first number that is free, or finds the one that the same key has
// started before.
func (s *Server) open(ctx context.Context, in intake) (taken, error) {
	for attempt := range number.Attempts {
		t, err := s.draft(in, in.numberOn(in.now, attempt), in.now)
		if err != nil { // bad input starts nothing
			return taken{}, err
		}
		if attempt == 0 && in.keyOf != nil {
			if before, err := s.earlier(ctx, in); before.replay || err != nil {
				return before, err
			}
		}
		err = s.Engine.Start(ctx, in.newCase(t))
		if err == nil {
			s.communities.put(t.number, t.Summary().Community)
			return t, nil
		}
		if !errors.Is(err, temporal.ErrStarted) {
			return taken{}, err
		}
		if before, err := s.sameKey(ctx, in, t.number); before.replay || err != nil {
			return before, err
		}
	}
	return taken{}, failure.Internal("internal").Because(errors.New("no free number"))
}

// draft lets the procedure decide the registration, so that what it refuses is refused before anything
// starts, and what it takes is known without waiting for a worker.
func (s *Server) draft(in intake, n string, at time.Time) (taken, error) {
	c, err := in.kind.Register(n, in.policy, in.command(n, at), at)
	return taken{number: n, Instance: c}, err
}

func (in intake) command(n string, at time.Time) procedure.Command {
	c := procedure.Command{Name: workflows.Registering, Actor: in.actor, At: at, Payload: in.body}
	if in.resident {
		c.Actor.ID = n
	}
	if in.keyOf != nil {
		c.ID = in.keyHash()[:32]
	} else {
		c.ID = uuid.NewString()
	}
	return c
}

func (in intake) newCase(t taken) temporal.NewCase {
	labels := workflows.LabelsOf(t.Summary())
	return temporal.NewCase{
		Kind: in.kind.Name, Title: words.Title(in.kind.Name, labels.Drill), Labels: labels,
		Start: workflows.Start{
			Number: t.number, Policy: in.policy, Register: in.command(t.number, in.now),
			Secret: temporal.NewSecret(), KeyHash: in.keyHash(), BodyHash: in.bodyHash,
		},
	}
}

// sameKey looks at the case that has a number: the same key's is answered again, another key's is not ours.
func (s *Server) sameKey(ctx context.Context, in intake, n string) (taken, error) {
	if in.keyOf == nil {
		return taken{}, nil
	}
	origin, err := s.Engine.Origin(ctx, n)
	if err != nil || origin.Key != in.keyHash() {
		return taken{}, err
	}
	return s.replay(in, n, origin)
}

// replay gives the answer that the first request got.
func (s *Server) replay(in intake, n string, origin temporal.Origin) (taken, error) {
	if origin.Body != in.bodyHash {
		return taken{}, failure.Conflict("idempotency_key_reused").On(headerKey)
	}
	t, err := s.draft(in, n, origin.At)
	t.replay = err == nil
	return t, err
}

// earlier finds the case that the same key started on another day: Postgres knows all of them. While
// it is down, or before it has written the last day's, yesterday's numbers are looked at. A10
func (s *Server) earlier(ctx context.Context, in intake) (taken, error) {
	n, bodyHash, found, err := s.numberByKey(ctx, in.keyHash())
	switch {
	case found:
		origin, err := s.Engine.Origin(ctx, n)
		if errors.Is(err, ErrNotFound) { // the engine has forgotten it after years, the record has not
			origin, err = temporal.Origin{Body: bodyHash, At: in.now}, nil
		}
		if err != nil {
			return taken{}, err
		}
		return s.replay(in, n, origin)
	case err == nil && in.now.In(in.zone).Hour() > 0:
		return taken{}, nil
	case err != nil && !errors.Is(err, postgres.ErrDown):
		return taken{}, err
	}
	return s.yesterday(ctx, in)
}

func (s *Server) yesterday(ctx context.Context, in intake) (taken, error) {
	for attempt := range number.Attempts {
		t, err := s.sameKey(ctx, in, in.numberOn(in.now.AddDate(0, 0, -1), attempt))
		if errors.Is(err, ErrNotFound) {
			return taken{}, nil
		}
		if t.replay || err != nil {
			return t, err
		}
	}
	return taken{}, nil
}
