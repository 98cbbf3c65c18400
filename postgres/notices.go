package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
)

// defaultLanguage is the complainant's when nobody asked.
const defaultLanguage = "zh-CN"

// notices writes each notice for everybody it is for. A recipient where nobody is stands for who is told instead; with
// nobody there either, the notice is kept as failed. Q2
func (r *recording) notices(mail bool) {
	if len(r.Notices) == 0 {
		return
	}
	aims := []aim{}
	for _, n := range r.Notices {
		if n.To.Complainant {
			continue
		}
		for place, to := range withInstead(n.Notice) {
			aims = append(aims, aim{n.Seq, n.Index, place, to})
		}
	}
	r.queue(insertNotices, r.Number, r.json(r.Notices), clean(r.Summary.Community), mail,
		clean(r.Summary.Email), clean(r.Summary.Language), defaultLanguage, r.json(aims))
}

// aim is somebody whom a notice is for, or is for where nobody stands in a place before them.
type aim struct {
	Seq   int `json:"seq"`
	Index int `json:"index"`
	Place int `json:"place"`
	procedure.Recipient
}

// withInstead lists a notice's recipient and who is told instead, in order.
func withInstead(n procedure.Notice) []procedure.Recipient {
	all := []procedure.Recipient{n.To}
	for _, role := range n.Instead {
		all = append(all, procedure.Recipient{Role: role})
	}
	return all
}

// insertNotices tells nobody twice: a notice that is there stays as it was resolved the first time, and
// who is meant in two ways (as the department and by name) is told once.
var insertNotices = `
WITH notice AS MATERIALIZED (
  SELECT n.*
  FROM jsonb_to_recordset($2::jsonb) AS n ` + rowOf[procedure.NumberedNotice]() + `
  WHERE NOT EXISTS (SELECT FROM notices o WHERE o.number = $1 AND o.seq = n.seq AND o.index = n.index)
), aim AS MATERIALIZED (
  SELECT a.* FROM jsonb_to_recordset($8::jsonb) AS a ` + rowOf[aim]() + ` JOIN notice USING (seq, index)
), here AS MATERIALIZED (
  SELECT *, communities && ARRAY[$3, '*'] AS local
  FROM staff
  WHERE NOT disabled AND (communities && ARRAY[$3, '*'] OR id IN (SELECT staff FROM aim))
), reachable AS (
  SELECT a.seq, a.index, s.id, s.email, s.language, a.place, min(a.place) OVER (PARTITION BY a.seq, a.index) AS nearest
  FROM aim a JOIN here s ON s.id = a.staff OR s.local AND (s.department = a.department OR a.role = ANY (s.roles))
), person AS (
  SELECT seq, index, id AS staff_id, id AS recipient, email, language, false AS complainant FROM reachable WHERE place = nearest
  UNION ALL
  SELECT seq, index, NULL, 'nobody', '', '', false FROM aim a
  WHERE place = 0 AND NOT EXISTS (SELECT FROM reachable r WHERE r.seq = a.seq AND r.index = a.index)
  UNION ALL
  SELECT seq, index, NULL, 'complainant', $5, $6, true FROM notice n
  WHERE NOT EXISTS (SELECT FROM aim a WHERE a.seq = n.seq AND a.index = n.index)
)
INSERT INTO notices (id, number, seq, index, template, args, urgent, staff_id, complainant,
  channel, address, language, status, error, sent_at)
SELECT DISTINCT ON (n.seq, n.template, p.recipient, channel)
  concat_ws('/', $1, n.seq, n.template, p.recipient, channel), $1, n.seq, n.index, n.template,
  coalesce(n.args, '{}'), coalesce(n.urgent, false), p.staff_id, p.complainant,
  channel, CASE channel WHEN 'mail' THEN p.email ELSE '' END, coalesce(nullif(p.language, ''), $7),
  CASE WHEN p.recipient = 'nobody' THEN 'failed' WHEN channel = 'mail' THEN 'pending' ELSE 'sent' END,
  CASE WHEN p.recipient = 'nobody' THEN 'nobody_there' ELSE '' END,
  CASE WHEN p.recipient <> 'nobody' AND channel = 'console' THEN now() END
FROM person p
JOIN notice n USING (seq, index)
CROSS JOIN (VALUES ('console'), ('mail')) AS c (channel)
WHERE channel = 'console' OR ($4 AND p.email <> '')
ORDER BY n.seq, n.template, p.recipient, channel, n.index
ON CONFLICT DO NOTHING`

const countPending = `SELECT count(*) FROM notices WHERE number = $1 AND status = 'pending'`

// Notice is one notice to one person through one channel.
type Notice struct {
	ID          string            `json:"id"`
	Number      string            `json:"number"`
	Seq         int               `json:"seq"`
	Template    string            `json:"template"`
	Args        map[string]string `json:"args"`
	Urgent      bool              `json:"urgent"`
	StaffID     string            `json:"staff_id,omitempty"`
	Complainant bool              `json:"complainant,omitempty"`
	Channel     string            `json:"channel"`
	Language    string            `json:"language"`
	Status      string            `json:"status"`
	Attempts    int               `json:"attempts"`
	Error       string            `json:"error,omitempty"`
	CreatedAt   time.Time         `json:"created_at"`
	SentAt      *time.Time        `json:"sent_at,omitempty"`
	ReadAt      *time.Time        `json:"read_at,omitempty"`
}

const noticeColumns = `id, number, seq, template, args, urgent, coalesce(staff_id, ''), complainant, channel,
  language, status, attempts, error, created_at, sent_at, read_at`

func scanNotice(row pgx.CollectableRow) (n Notice, err error) {
	err = row.Scan(&n.ID, &n.Number, &n.Seq, &n.Template, &n.Args, &n.Urgent, &n.StaffID, &n.Complainant, &n.Channel,
		&n.Language, &n.Status, &n.Attempts, &n.Error, &n.CreatedAt, &n.SentAt, &n.ReadAt)
	n.CreatedAt, n.SentAt, n.ReadAt = n.CreatedAt.UTC(), inUTC(n.SentAt), inUTC(n.ReadAt)
	return n, err
}

// inUTC keeps times the way the procedure writes them, whatever zone this process runs in.
func inUTC(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	utc := t.UTC()
	return &utc
}

// Notices lists a case's notices to everybody through every channel, the oldest first, after a place in
// that order given by a cursor.
func (db *DB) Notices(ctx context.Context, number, cursor string, limit int) (Page[Notice], error) {
	return list[Notice, noticePlace]{
		op: "notices", cursor: cursor, limit: limit,
		query: func(after noticePlace, rows int) (string, []any) {
			return `SELECT ` + noticeColumns + ` FROM notices WHERE number = $1 AND (seq, id) > ($2, $3) ORDER BY seq, id LIMIT $4`,
				[]any{number, after.Seq, after.ID, rows}
		},
		scan: scanNotice, place: func(n Notice) noticePlace { return noticePlace{int32(n.Seq), n.ID} },
	}.read(ctx, db)
}

// noticePlace is the place of a notice among those of its case.
type noticePlace struct {
	Seq int32
	ID  string
}

// ComplainantNotices lists what the complainant of a case was told, the newest first. N3
func (db *DB) ComplainantNotices(ctx context.Context, number string, limit int) ([]Notice, error) {
	return collect(ctx, db, "complainant notices", `
SELECT `+noticeColumns+` FROM notices
WHERE number = $1 AND complainant AND channel = 'console' ORDER BY seq DESC, index DESC LIMIT $2`,
		[]any{number, bounded(limit)}, scanNotice)
}

// Inbox lists the notices of a member of staff, the newest first.
func (db *DB) Inbox(ctx context.Context, staffID string, unreadOnly bool, cursor string, limit int) (Page[Notice], error) {
	unread := ""
	if unreadOnly {
		unread = ` AND read_at IS NULL`
	}
	return list[Notice, instant]{
		op: "inbox", cursor: cursor, limit: limit, first: newest,
		query: func(after instant, rows int) (string, []any) {
			return `SELECT ` + noticeColumns + ` FROM notices
WHERE channel = 'console' AND staff_id = $1 AND (created_at, id) < ($2, $3)` + unread + ` ORDER BY created_at DESC, id DESC LIMIT $4`,
				[]any{staffID, after.At, after.ID, rows}
		},
		scan: scanNotice, place: func(n Notice) instant { return instant{At: n.CreatedAt, ID: n.ID} },
	}.read(ctx, db)
}

// MarkRead notes that a member of staff has read a notice in their inbox; the first time counts.
func (db *DB) MarkRead(ctx context.Context, staffID, id string) error {
	return db.change(ctx, "mark read", `
UPDATE notices SET read_at = coalesce(read_at, now()) WHERE id = $1 AND staff_id = $2 AND channel = 'console'`, id, staffID)
}
