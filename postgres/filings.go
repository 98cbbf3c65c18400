package postgres

import (
	"context"
	"encoding/json"
	"slices"

	"bihuan/procedure"
)

// The kinds of filing. I2
const (
	FilingRecord  = "record"  // the case as it closed: summary, state and every event
	FilingHistory = "history" // the workflow's own history
)

// closedEvent is the type of the event with which a case of any procedure closes.
const closedEvent = "closed"

// filing files the whole record together with the event that closes the case; a case that was reopened
// and closes again is filed again. Events that come late complete the record. I2
func (r *recording) filing() {
	if len(r.Events) == 0 {
		return
	}
	if slices.ContainsFunc(r.Events, func(e procedure.Event) bool { return e.Type == closedEvent }) {
		r.queue(insertFiling, r.Number, r.Summary.Seq, r.json(r.Summary), r.json(r.State))
		return
	}
	r.queue(completeFiling, r.Number, r.Events[len(r.Events)-1].Seq)
}

// eventsUpTo gives a case's events as procedure.Event writes them.
const eventsUpTo = `(
  SELECT json_agg(json_build_object('seq', e.seq, 'type', e.type, 'at', e.at, 'by', e.by,
    'command', e.command, 'data', e.data, 'hash', e.hash) ORDER BY e.seq)
  FROM events e WHERE e.number = $1 AND e.seq <= `

const insertFiling = `
INSERT INTO filings (number, kind, seq, body)
VALUES ($1, 'record', $2, json_build_object('summary', $3::json, 'state', $4::json, 'events', ` + eventsUpTo + `$2)))
ON CONFLICT DO NOTHING`

const completeFiling = `
UPDATE filings f SET body = json_build_object('summary', f.body -> 'summary', 'state', f.body -> 'state',
  'events', ` + eventsUpTo + `f.seq))
WHERE f.number = $1 AND f.kind = 'record' AND f.seq > $2 AND json_array_length(f.body -> 'events') < f.seq`

// Filing gives the newest filing of a kind.
func (db *DB) Filing(ctx context.Context, number, kind string) (json.RawMessage, error) {
	var body json.RawMessage
	err := db.row(ctx, "filing",
		`SELECT body FROM filings WHERE number = $1 AND kind = $2 ORDER BY seq DESC LIMIT 1`, []any{number, kind}, &body)
	return body, err
}

// FileHistory keeps the workflow's own history; the newest replaces what was filed before, but never what
// is left of it once the case was erased. I2, I5
func (db *DB) FileHistory(ctx context.Context, number string, history json.RawMessage) error {
	return db.exec(ctx, "file history", fileHistory+` WHERE NOT EXISTS (SELECT FROM erasures WHERE number = $1)`,
		number, storable(history))
}

const fileHistory = `
INSERT INTO filings (number, kind, seq, body) VALUES ($1, 'history', 0, $2)
ON CONFLICT (number, kind, seq) DO UPDATE SET body = excluded.body, at = now()`
