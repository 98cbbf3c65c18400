package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"math"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
	"bihuan/procedure/hashchain"
)

// Evidence is everything that the database holds of one case, for an audit. N2
type Evidence struct {
	Events []procedure.Event
	// Secret salts the commitments of the chain; empty when it was destroyed or never was.
	Secret string
	// Proofs stand for it, by event, once personal data was erased. I5
	Proofs map[int]hashchain.Proof
	// Policy is the settings that the case keeps.
	Policy json.RawMessage
	// Case is the read model; nil when there is none.
	Case *Case
	// Facts are what the statistics count of the case.
	Facts []procedure.Fact
}

// Evidence gathers what the database holds of a case, as of one moment and in one round trip.
func (db *DB) Evidence(ctx context.Context, number string) (e Evidence, err error) {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, db.pool, options, func(tx pgx.Tx) error {
		var b pgx.Batch
		b.Queue(selectEvents, number, math.MinInt32).Query(into(&e.Events, scanEvent)) // also those that nobody counts
		b.Queue(`SELECT secret FROM case_secrets WHERE number = $1`, number).QueryRow(unlessNone(&e.Secret))
		b.Queue(`SELECT p.body FROM events e JOIN policies p ON p.id = e.policy WHERE e.number = $1 ORDER BY e.seq LIMIT 1`, number).
			QueryRow(unlessNone(&e.Policy))
		b.Queue(`SELECT seq, proof FROM event_proofs WHERE number = $1`, number).Query(e.proofs)
		b.Queue(selectCase, number).QueryRow(e.readModel)
		b.Queue(selectFacts, number).Query(into(&e.Facts, scanFact))
		return tx.SendBatch(ctx, &b).Close()
	})
	return e, failed("evidence", err)
}

// into collects the rows of a query.
func into[T any](all *[]T, scan pgx.RowToFunc[T]) func(pgx.Rows) error {
	return func(rows pgx.Rows) (err error) {
		*all, err = pgx.CollectRows(rows, scan)
		return err
	}
}

// unlessNone reads the one value of a row that need not be there.
func unlessNone(value any) func(pgx.Row) error {
	return func(row pgx.Row) error {
		if err := row.Scan(value); !errors.Is(err, pgx.ErrNoRows) {
			return err
		}
		return nil
	}
}

// proofs reads what the erased events of a case are verified with.
func (e *Evidence) proofs(rows pgx.Rows) error {
	var seq int
	var proof hashchain.Proof
	_, err := pgx.ForEachRow(rows, []any{&seq, &proof}, func() error {
		if e.Proofs == nil {
			e.Proofs = map[int]hashchain.Proof{}
		}
		e.Proofs[seq], proof = proof, hashchain.Proof{}
		return nil
	})
	return err
}

func (e *Evidence) readModel(row pgx.Row) error {
	var c Case
	var raw []byte
	err := row.Scan(&raw, &c.State)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err == nil {
		e.Case, err = &c, c.read(raw)
	}
	return err
}

// Numbers lists the numbers of all cases of which the database holds anything, a page after a number.
func (db *DB) Numbers(ctx context.Context, after string, limit int) ([]string, error) {
	return collect(ctx, db, "numbers", `
SELECT number FROM (SELECT number FROM events UNION SELECT number FROM cases) n
WHERE number > $1 ORDER BY number LIMIT $2`, []any{after, bounded(limit)}, pgx.RowTo[string])
}
