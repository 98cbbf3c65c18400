package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
	"bihuan/procedure/erasure"
	"bihuan/procedure/hashchain"
)

// Why a case is not erased; compare with errors.Is.
var (
	// ErrHeld means that a legal hold keeps the case.
	ErrHeld = &Error{code: "on_hold"}
	// ErrNotDue means that the case is not archived, or its time is not over.
	ErrNotDue = &Error{code: "not_due"}
	// ErrErased means that the case was erased already.
	ErrErased = &Error{code: "erased_already"}
	// ErrBroken means that the case's events do not match their hashes: erasing would destroy the evidence.
	ErrBroken = &Error{code: "chain_broken"}
	// ErrNoHeads means that a workflow history is filed and nobody said what of it stays.
	ErrNoHeads = &Error{code: "history_not_redacted"}
)

const (
	// eraseTimeout is for all statements of one case together.
	eraseTimeout = 30 * time.Second
	// archivedStage is where a case of any procedure ends.
	archivedStage = "archived"
)

// lockErasure makes whoever erases a case and whoever places a hold on it wait for one another.
const lockErasure = `SELECT pg_advisory_xact_lock(hashtextextended('erasure ' || $1, 0))`

// Erase takes the personal data out of everything that the database holds of one case, all of it or
// nothing; what statistics need and the chain's proof stay. An erased case stays as it is. I5
func (db *DB) Erase(ctx context.Context, o erasure.Order) error {
	ctx, cancel := context.WithTimeout(ctx, eraseTimeout)
	defer cancel()
	return failed("erase "+o.Number, pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		x := erasing{Order: o, ctx: ctx, tx: tx}
		switch err := x.permitted(); {
		case errors.Is(err, ErrErased):
			return nil
		case err != nil:
			return err
		}
		for _, step := range []func() error{x.begun, x.events, x.readModel, x.filings, x.history, x.rest} {
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}))
}

// erasing is one case being erased in a transaction.
type erasing struct {
	erasure.Order
	ctx    context.Context
	tx     pgx.Tx
	kind   string
	policy json.RawMessage
	erased []procedure.Event
}

func (x *erasing) exec(sql string, args ...any) error {
	_, err := x.tx.Exec(x.ctx, sql, append([]any{x.Number}, args...)...)
	return err
}

// permitted says why the case may not be erased.
func (x *erasing) permitted() error {
	if err := x.exec(lockErasure); err != nil {
		return err
	}
	var stage string
	var closed *time.Time
	var held, erased bool
	err := x.tx.QueryRow(x.ctx, `
SELECT stage, closed_at, EXISTS (SELECT FROM holds h WHERE h.number = c.number AND h.lifted_at IS NULL),
  EXISTS (SELECT FROM erasures e WHERE e.number = c.number)
FROM cases c WHERE number = $1`, x.Number).Scan(&stage, &closed, &held, &erased)
	switch {
	case err != nil:
		return err
	case erased:
		return ErrErased
	case held:
		return ErrHeld
	case stage != archivedStage, closed == nil, !x.Closed.IsZero() && !closed.Before(x.Closed):
		return ErrNotDue
	}
	return nil
}

func (x *erasing) begun() error {
	return x.exec(`INSERT INTO erasures (number, by, reason) VALUES ($1, $2, $3)`, clean(x.By), clean(x.Reason))
}

// events empties the events' texts and keeps the proofs, once the chain is seen to be unbroken: what
// was altered before must not become unprovable by erasing it.
func (x *erasing) events() error {
	var secret string
	if err := x.tx.QueryRow(x.ctx, `
SELECT e.kind, p.body, coalesce(s.secret, '')
FROM events e LEFT JOIN policies p ON p.id = e.policy LEFT JOIN case_secrets s ON s.number = e.number
WHERE e.number = $1 ORDER BY e.seq LIMIT 1`, x.Number).Scan(&x.kind, &x.policy, &secret); err != nil {
		return err
	}
	rows, err := x.tx.Query(x.ctx, selectEvents, x.Number, 0)
	if err != nil {
		return err
	}
	events, err := pgx.CollectRows(rows, scanEvent)
	if err != nil {
		return err
	}
	var batch pgx.Batch
	before := ""
	for _, e := range events {
		erased, proof, err := erasure.Erase([]byte(secret), e)
		if err != nil {
			return err
		}
		if hash, err := hashchain.Event(before, x.Number, []byte(secret), e); err != nil || hash != e.Hash {
			return &Error{code: ErrBroken.code, cause: errors.Join(err, fmt.Errorf("event %d", e.Seq))}
		}
		before = e.Hash
		x.erased = append(x.erased, erased)
		batch.Queue(`SELECT erase_event($1, $2, $3, $4)`, x.Number, e.Seq, []byte(erased.Data), proof)
	}
	return x.tx.SendBatch(x.ctx, &batch).Close()
}

// readModel makes the case's row and text anew from the erased events.
func (x *erasing) readModel() (err error) {
	r := recording{Batch: procedure.Batch{Number: x.Number, Kind: x.kind}}
	if r.Summary, r.State, err = x.Fold(x.Number, x.erased, x.policy); err != nil {
		return err
	}
	if r.summary(); r.err != nil {
		return r.err
	}
	if err := x.exec(`DELETE FROM cases WHERE number = $1`); err != nil {
		return err
	}
	return x.tx.SendBatch(x.ctx, &r.statements).Close()
}

// filings makes each filed record anew, as it was when the case closed, from the erased events.
func (x *erasing) filings() error {
	rows, err := x.tx.Query(x.ctx, `SELECT seq FROM filings WHERE number = $1 AND kind = 'record'`, x.Number)
	if err != nil {
		return err
	}
	ends, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return err
	}
	for _, end := range ends {
		summary, state, err := x.Fold(x.Number, x.erased[:min(end, len(x.erased))], x.policy)
		if err != nil {
			return err
		}
		body, err := encode(summary)
		if err != nil {
			return err
		}
		if err := x.exec(`
UPDATE filings SET body = json_build_object('summary', $3::json, 'state', $4::json, 'events', `+eventsUpTo+`$2))
WHERE number = $1 AND kind = 'record' AND seq = $2`, end, body, []byte(state)); err != nil {
			return err
		}
	}
	return nil
}

// history keeps what stays of the workflow's own history. Without that the heads of the chain would be
// lost, and with them the witness.
func (x *erasing) history() error {
	if len(x.History) > 0 {
		return x.exec(fileHistory, storable(x.History))
	}
	var filed bool
	err := x.tx.QueryRow(x.ctx, `SELECT EXISTS (SELECT FROM filings WHERE number = $1 AND kind = 'history')`, x.Number).Scan(&filed)
	if err == nil && filed {
		return ErrNoHeads
	}
	return err
}

// rest empties what stands beside the events, and destroys the secret.
func (x *erasing) rest() error {
	for _, table := range []string{"survey_households", "survey_answers"} { // what they add up to stays with the case
		if err := x.exec(`DELETE FROM ` + table + ` WHERE number = $1`); err != nil {
			return err
		}
	}
	if err := x.exec(`UPDATE notices SET address = '', args = `+blankArgs+` WHERE number = $1`, erasure.NoticeArgs); err != nil {
		return err
	}
	return x.exec(`SELECT erase_beside_events($1)`)
}

// blankArgs empties all arguments but those in $2.
const blankArgs = `coalesce((
  SELECT jsonb_object_agg(key, CASE WHEN key = ANY ($2::text[]) THEN value ELSE '""' END) FROM jsonb_each(args)), args)`

// Erased says that nothing of an erased case is left outside the database either.
func (db *DB) Erased(ctx context.Context, number string) error {
	return db.change(ctx, "erased", `UPDATE erasures SET finished_at = coalesce(finished_at, now()) WHERE number = $1`, number)
}

// DueErasures lists, a page after a number, the archived cases that closed before a moment and those
// whose erasure was begun and not finished. What is on hold is listed as held.
func (db *DB) DueErasures(ctx context.Context, closed time.Time, after string, limit int) ([]erasure.Due, error) {
	return collect(ctx, db, "due erasures", `
SELECT number, closed_at, EXISTS (SELECT FROM holds h WHERE h.number = c.number AND h.lifted_at IS NULL)
FROM cases c LEFT JOIN erasures e USING (number)
WHERE stage = '`+archivedStage+`' AND (closed_at < $1 OR e.number IS NOT NULL) AND e.finished_at IS NULL AND number > $2
ORDER BY number LIMIT $3`, []any{closed, after, bounded(limit)}, pgx.RowToStructByPos[erasure.Due])
}

// EraseOwners takes out of the directory who has moved out of every home before a day, and whose number
// no case has that is not erased. It says how many they were. I5
func (db *DB) EraseOwners(ctx context.Context, before time.Time) (n int, err error) {
	err = db.row(ctx, "erase owners", `
WITH gone AS (
  DELETE FROM owners o
  WHERE EXISTS (SELECT FROM homes h WHERE h.owner = o.id)
    AND NOT EXISTS (SELECT FROM homes h WHERE h.owner = o.id AND (h.moved_out IS NULL OR h.moved_out >= $1::date))
    AND NOT EXISTS (SELECT FROM contacts k JOIN cases c ON c.phone IS NOT NULL AND phone_end(c.phone) = phone_end(k.value)
      WHERE k.owner = o.id AND k.kind = 'phone')
  RETURNING 1
) SELECT count(*) FROM gone`, []any{before}, &n)
	return n, err
}
