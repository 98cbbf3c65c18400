package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"math"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
	"bihuan/procedure/seal"
)

// Evidence is everything that the database holds of one case, for an audit. N2
type Evidence struct {
	Events []procedure.Event
	// Secret salts the commitments of the chain; empty when it was destroyed or never was.
	Secret string
	// Proofs stand for it, by event, once personal data was erased. I5
	Proofs map[int]seal.Proof
	// Policy is the settings that the case keeps.
	Policy json.RawMessage
	// Case is the read model; nil when there is none.
	Case *Case
	// Facts are what the statistics count of the case.
	Facts []procedure.Fact
	// History is the workflow's own history as it was filed; nil until then.
	History json.RawMessage
}

// Evidence gathers what the database holds of a case, as of one moment.
func (db *DB) Evidence(ctx context.Context, number string) (e Evidence, err error) {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err = pgx.BeginTxFunc(ctx, db.pool, options, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, selectEvents, number, math.MinInt32) // also those that nobody counts
		if err != nil {
			return err
		}
		if e.Events, err = pgx.CollectRows(rows, scanEvent); err != nil {
			return err
		}
		for _, part := range []struct {
			sql  string
			into any
		}{
			{`SELECT secret FROM case_secrets WHERE number = $1`, &e.Secret},
			{`SELECT p.body FROM events e JOIN policies p ON p.id = e.policy WHERE e.number = $1 ORDER BY e.seq LIMIT 1`, &e.Policy},
			{`SELECT body FROM filings WHERE number = $1 AND kind = '` + FilingHistory + `' ORDER BY seq DESC LIMIT 1`, &e.History},
		} {
			if err := tx.QueryRow(ctx, part.sql, number).Scan(part.into); err != nil && !errors.Is(err, pgx.ErrNoRows) {
				return err
			}
		}
		if e.Proofs, err = proofs(ctx, tx, number); err != nil {
			return err
		}
		if e.Case, err = evidentCase(ctx, tx, number); err != nil {
			return err
		}
		if rows, err = tx.Query(ctx, selectFacts, number); err != nil {
			return err
		}
		e.Facts, err = pgx.CollectRows(rows, scanFact)
		return err
	})
	return e, failed("evidence", err)
}

// proofs reads what the erased events of a case are verified with.
func proofs(ctx context.Context, tx pgx.Tx, number string) (map[int]seal.Proof, error) {
	rows, err := tx.Query(ctx, `SELECT seq, proof FROM event_proofs WHERE number = $1`, number)
	if err != nil {
		return nil, err
	}
	var found map[int]seal.Proof
	var seq int
	var proof seal.Proof
	_, err = pgx.ForEachRow(rows, []any{&seq, &proof}, func() error {
		if found == nil {
			found = map[int]seal.Proof{}
		}
		found[seq], proof = proof, seal.Proof{}
		return nil
	})
	return found, err
}

func evidentCase(ctx context.Context, tx pgx.Tx, number string) (*Case, error) {
	var c Case
	var raw []byte
	err := tx.QueryRow(ctx, selectCase, number).Scan(&raw, &c.State)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	if err == nil {
		err = c.read(raw)
	}
	return &c, err
}

// Numbers lists the numbers of all cases of which the database holds anything, a page after a number.
func (db *DB) Numbers(ctx context.Context, after string, limit int) ([]string, error) {
	return collect(ctx, db, "numbers", `
SELECT number FROM (SELECT number FROM events UNION SELECT number FROM cases) n
WHERE number > $1 ORDER BY number LIMIT $2`, []any{after, bounded(limit)}, pgx.RowTo[string])
}
