package postgres

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/directory"
	"bihuan/procedure"
	"bihuan/procedure/policy"
)

// household is who complains, as far as it tells one from another. J1
type household struct {
	Number, Building, Room, Phone, Name string
}

// key tells one household from another: by its room, else by who they are.
func (h household) key() string {
	if h.Building != "" && h.Room != "" {
		return directory.PlaceKey(h.Building) + "\x00" + directory.PlaceKey(h.Room)
	}
	if phone, ok := directory.NormalPhone(h.Phone); ok {
		return phone
	}
	if h.Name != "" {
		return h.Name
	}
	return h.Number
}

// mostComplaints is how many are named to an issue at once.
const mostComplaints = 500

// ComplaintsOf lists the complaints of a matter since an instant that never belonged to an issue, and counts their
// households: first the one that asks, then the oldest, which asked before they were enough and do not ask again.
// Drills, what was withdrawn and what was found invalid do not count. J1, M5
func (db *DB) ComplaintsOf(ctx context.Context, asking, community, category string, since time.Time) (numbers []string, households int, err error) {
	found, err := collect(ctx, db, "complaints of a matter", `
SELECT c.number, coalesce(c.building, ''), coalesce(c.room, ''), coalesce(c.phone, ''), coalesce(c.name, '')
FROM cases c
WHERE c.community = $1 AND c.kind = 'complaint' AND c.category = $2 AND c.registered_at >= $3 AND NOT c.drill
  AND c.nature IS DISTINCT FROM 'invalid' AND c.outcome IS DISTINCT FROM 'withdrawn' AND c.issue IS NULL
ORDER BY c.number = $4 DESC, c.registered_at, c.number LIMIT $5`,
		[]any{community, category, since, asking, mostComplaints}, pgx.RowToStructByPos[household])
	keys := make([]string, len(found))
	for i, h := range found {
		keys[i] = h.key()
		numbers = append(numbers, h.Number)
	}
	slices.Sort(keys)
	return numbers, len(slices.Compact(keys)), err
}

// HolderOf gives the issue of a matter that is open, and since when; none is an empty number. One that has ended
// holds nothing, though it has not given the matter back yet: it would turn away who joins. J1
func (db *DB) HolderOf(ctx context.Context, community, category string) (number string, since time.Time, err error) {
	err = db.row(ctx, "holder of a matter", `
SELECT m.number, m.at FROM matters m LEFT JOIN cases c USING (number)
WHERE m.community = $1 AND m.category = $2 AND c.open IS NOT FALSE`,
		[]any{community, category}, &number, &since)
	if errors.Is(err, ErrNotFound) {
		err = nil
	}
	return number, since, err
}

// ClaimMatter makes an issue the one of its matter, unless one is open, and gives the one that there is. J1
func (db *DB) ClaimMatter(ctx context.Context, community, category, number string) (holder string, err error) {
	err = db.row(ctx, "claim a matter", `
INSERT INTO matters AS m (community, category, number) VALUES ($1, $2, $3)
ON CONFLICT (community, category) DO UPDATE SET (number, at) = (
  SELECT CASE WHEN ended THEN excluded.number ELSE m.number END, CASE WHEN ended THEN excluded.at ELSE m.at END
  FROM (SELECT EXISTS (SELECT FROM cases c WHERE c.number = m.number AND NOT c.open) AS ended) AS holder)
RETURNING number`,
		[]any{community, category, number}, &holder)
	return holder, err
}

// ReleaseMatter lets another issue be opened once this one has ended. J1
func (db *DB) ReleaseMatter(ctx context.Context, number string) error {
	return db.exec(ctx, "release a matter", `DELETE FROM matters WHERE number = $1`, number)
}

// Announcement stands on the public page of a community. J3
type Announcement struct {
	Title policy.Text `json:"title"`
	Text  policy.Text `json:"text"`
	From  time.Time   `json:"from"`
	Until time.Time   `json:"until"`
}

// mostAnnouncements is how many a page shows, the newest.
const mostAnnouncements = 50

// Announcements lists what stands in a community at an instant, the newest first. Drills announce nothing. J3, M5
func (db *DB) Announcements(ctx context.Context, community string, now time.Time) ([]Announcement, error) {
	return collect(ctx, db, "announcements", `
SELECT a.title_zh, coalesce(a.title_en, ''), a.text_zh, coalesce(a.text_en, ''), a."from", a.until
FROM cases c CROSS JOIN LATERAL jsonb_to_recordset(c.announcements) AS a `+rowOf[procedure.AnnouncementRow]()+`
WHERE c.community = $1 AND c.announcements IS NOT NULL AND NOT c.drill AND a."from" <= $2 AND a.until > $2
ORDER BY a."from" DESC, c.number, a.id LIMIT $3`,
		[]any{community, now, mostAnnouncements}, func(row pgx.CollectableRow) (a Announcement, err error) {
			err = row.Scan(&a.Title.Zh, &a.Title.En, &a.Text.Zh, &a.Text.En, &a.From, &a.Until)
			a.From, a.Until = a.From.UTC(), a.Until.UTC()
			return a, err
		})
}
