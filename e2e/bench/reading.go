package main

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"bihuan/e2e/system"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/sim/client"
)

// reading is one long case being read: all of it through the API, beside the rows that it stands in.
type reading struct {
	events    int
	api, rows load
}

const (
	// longCase is how many events the case has, at least.
	longCase = 500
	// page is the longest that the timeline gives at once.
	page = 1000
	// looks is how often each side reads the case in a round.
	looks = 200
)

// readings has the API and bare SQL read a long case by turns: the case as it stands, then its events to the
// last page, one request or query after the other.
func (b *bench) readings(ctx context.Context, r *results) error {
	number, err := b.longCase(ctx)
	if err != nil {
		return err
	}
	db, err := pgxpool.New(ctx, b.DatabaseURL)
	if err != nil {
		return err
	}
	defer db.Close()
	if r.reading.events, err = selectCase(ctx, db, number); err != nil {
		return err
	}
	byAPI := func(ctx context.Context, _, _ int) error { return b.readCase(ctx, number) }
	bySQL := func(ctx context.Context, _, _ int) error {
		_, err := selectCase(ctx, db, number)
		return err
	}
	return b.turns(ctx,
		b.into(&r.reading.api, looks, 1, byAPI, b.recorded),
		b.into(&r.reading.rows, looks, 1, bySQL, b.recorded),
	)
}

// longCase makes a complaint about which there was a lot of talk.
func (b *bench) longCase(ctx context.Context) (string, error) {
	number, err := b.play(ctx, b.name("long", 0, 0), system.Judged...)
	if err != nil {
		return "", err
	}
	agent := b.as("agent")
	_, err = hammer(ctx, longCase, 1, func(ctx context.Context, i int) error { // a case remembers the outcomes of its last few hundred commands alone
		said := system.M{"channel": "hotline", "said": fmt.Sprintf("第 %d 次联系，已说明进展", i+1)}
		return agent.Send(ctx, client.CommandPath(number, "", "contact"), b.name("talk", 0, i), said, nil)
	})
	if err != nil {
		return "", err
	}
	return number, until(ctx, func() (bool, error) {
		n, err := b.count(ctx, "SELECT count(*) FROM events WHERE number = $1", number)
		return n >= longCase, err
	})
}

// nextPage is where a page says what comes after it. Only that is read of the answer: what a client makes of
// the rest is its own affair.
var nextPage = regexp.MustCompile(`"next":(\d+)`)

func wanted(a system.Answer, err error, status int) error {
	if err == nil && a.Status != status {
		err = fmt.Errorf("%d %s", a.Status, a.Body)
	}
	return err
}

// readCase reads a case and its whole timeline as its agent.
func (b *bench) readCase(ctx context.Context, number string) error {
	agent, path := b.As("agent"), "/api/v1/complaints/"+number
	if a, err := agent.Do(ctx, http.MethodGet, path, nil); err != nil || a.Status != http.StatusOK {
		return wanted(a, err, http.StatusOK)
	}
	for after := 0; ; {
		a, err := agent.Do(ctx, http.MethodGet, fmt.Sprintf("%s/timeline?limit=%d&after=%d", path, page, after), nil)
		if err != nil {
			return err
		}
		if a.Status != http.StatusOK {
			return wanted(a, nil, http.StatusOK)
		}
		next := nextPage.FindSubmatch(a.Body)
		if next == nil {
			return nil
		}
		if after, err = strconv.Atoi(string(next[1])); err != nil {
			return err
		}
	}
}

// selectCase reads the same rows in the same pages with bare SQL, into the same values as the server does, and
// says how many events there are.
func selectCase(ctx context.Context, db *pgxpool.Pool, number string) (int, error) {
	var row struct{ procedure.Summary }
	var state complaint.State
	err := db.QueryRow(ctx, `
SELECT to_jsonb(c) - 'state' || jsonb_build_object('text', t.text), c.state::json FROM cases c JOIN case_texts t USING (number) WHERE number = $1`,
		number).Scan(&row, &state)
	if err != nil {
		return 0, err
	}
	for events := 0; ; {
		rows, err := db.Query(ctx, `SELECT seq, type, at, by, command, data, hash FROM events WHERE number = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
			number, events, page)
		if err != nil {
			return 0, err
		}
		found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (e procedure.Event, err error) {
			err = row.Scan(&e.Seq, &e.Type, &e.At, &e.By, &e.Command, &e.Data, &e.Hash)
			return e, err
		})
		if err != nil {
			return 0, err
		}
		events += len(found)
		if len(found) < page {
			return events, nil
		}
	}
}

// String tells how long both sides took.
func (r reading) String() string {
	line := func(p int) string {
		api, rows := r.api.percentile(p), r.rows.percentile(p)
		return fmt.Sprintf("%s | %s | %.2f |", api.Round(10*time.Microsecond), rows.Round(10*time.Microsecond), float64(api)/float64(rows))
	}
	return fmt.Sprintf(`
| a case with %d events, as it stands and its whole timeline, one reader | API | SQL | API / SQL |
|---|---:|---:|---:|
| p50 | %s
| p99 | %s
`, r.events, line(50), line(99))
}
