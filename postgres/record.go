package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
)

// Record writes what one turn of a case left, all of it or nothing, in one round trip. Written again,
// or later than the turn after it, it changes nothing that is newer. It says how many notices of the
// case wait for a channel outside the console. H7
func (db *DB) Record(ctx context.Context, batch procedure.Batch) (pending int, err error) {
	r := recording{Batch: batch}
	r.policy()
	r.events()
	r.summary()
	r.refusals()
	r.key()
	r.secret()
	r.notices(db.Mail)
	r.facts()
	r.filing()
	if r.err != nil {
		return 0, &Error{code: "bad_batch", op: "record", cause: r.err}
	}
	if len(batch.Notices) > 0 {
		r.queue(countPending, batch.Number).QueryRow(func(row pgx.Row) error { return row.Scan(&pending) })
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return pending, failed("record", db.pool.SendBatch(ctx, &r.statements).Close())
}

// recording collects a batch's statements; Postgres runs them as one transaction.
type recording struct {
	procedure.Batch
	statements pgx.Batch
	err        error
}

func (r *recording) queue(sql string, args ...any) *pgx.QueuedQuery {
	return r.statements.Queue(sql, args...)
}

// json encodes a parameter; the first failure is kept.
func (r *recording) json(v any) []byte {
	raw, err := encode(v)
	if err != nil && r.err == nil {
		r.err = err
	}
	return raw
}

func (r *recording) policy() {
	if len(r.Policy) > 0 {
		r.queue(insertPolicy, policyID(r.Policy), clean(r.Summary.PolicyVersion), r.json(r.Policy))
	}
}

func policyID(policy json.RawMessage) string {
	sum := sha256.Sum256(policy)
	return hex.EncodeToString(sum[:])
}

const insertPolicy = `
INSERT INTO policies (id, version, body) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`

func (r *recording) events() {
	if len(r.Events) == 0 {
		return
	}
	var policy *string
	if len(r.Policy) > 0 {
		id := policyID(r.Policy)
		policy = &id
	}
	r.queue(insertEvents, r.Number, r.Kind, r.json(r.Events), policy)
}

// insertEvents leaves an event that is there alone, and refuses one that differs.
const insertEvents = `SELECT record_events($1, $2, $3, $4)`

// summary moves the case's row forward, never back. A command refused before there is a case leaves none.
func (r *recording) summary() {
	if r.Summary.Seq == 0 {
		return
	}
	r.queue(upsertCase, r.Number, r.Kind, r.json(r.Summary), r.json(r.State))
	r.queue(upsertText, r.Number, r.Summary.Seq, clean(r.Summary.Text))
}

// summaryColumns are the columns of cases that are fields of the summary: all of them but the text, which stands apart.
var summaryColumns = slices.DeleteFunc(columns[procedure.Summary](), func(name string) bool { return name == "text" })

var upsertCase = `
INSERT INTO cases AS c (number, kind, state, departments, ` + strings.Join(summaryColumns, ", ") + `)
SELECT $1, $2, $4, ARRAY(SELECT DISTINCT department FROM jsonb_to_recordset(tasks) AS t ` + rowOf[procedure.TaskRow]() + `),
  ` + strings.Join(summaryColumns, ", ") + `
FROM jsonb_to_record($3::jsonb) AS s ` + rowOf[procedure.Summary]() + `
ON CONFLICT (number) DO UPDATE SET (state, departments, ` + strings.Join(summaryColumns, ", ") + `)
  = (excluded.state, excluded.departments, excluded.` + strings.Join(summaryColumns, ", excluded.") + `)
WHERE c.seq < excluded.seq`

// upsertText touches the text only when this batch is the newest and the text is another.
const upsertText = `
INSERT INTO case_texts AS t (number, text)
SELECT $1, $3
WHERE EXISTS (SELECT FROM cases WHERE number = $1 AND seq = $2)
  AND NOT EXISTS (SELECT FROM case_texts WHERE number = $1 AND text = $3)
ON CONFLICT (number) DO UPDATE SET text = excluded.text`

func (r *recording) refusals() {
	if len(r.Refused) > 0 {
		r.queue(insertRefusals, r.Number, r.json(r.Refused))
	}
}

var insertRefusals = `
INSERT INTO refusals (number, command, name, by, at, code, args)
SELECT $1, command, name, by, at, code, args FROM jsonb_to_recordset($2::jsonb) AS r ` + rowOf[procedure.Refused]() + `
ON CONFLICT DO NOTHING`

// secret keeps what the case's commitments are salted with. N2
func (r *recording) secret() {
	if r.Secret != "" {
		r.queue(insertSecret, r.Number, r.Secret)
	}
}

const insertSecret = `INSERT INTO case_secrets (number, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING`

// key remembers which request made the case. A10
func (r *recording) key() {
	if r.KeyHash != "" {
		r.queue(insertKey, r.KeyHash, r.Number, r.BodyHash)
	}
}

const insertKey = `
INSERT INTO idempotency_keys (key_hash, number, body_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`
