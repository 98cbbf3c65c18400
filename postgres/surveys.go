package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/directory"
	"bihuan/procedure/survey"
)

// Why an answer is not taken; compare with errors.Is.
var (
	ErrAnswered = &Error{code: "already_answered"}
	ErrNotAsked = &Error{code: "not_asked"} // the survey is over, or not begun
)

// livedIn is every home of a community in which somebody lives, by lot.
const livedIn = `
WITH home AS (
  SELECT r.id, b.name AS building, row_number() OVER (ORDER BY md5($3 || r.id), r.id) AS place
  FROM rooms r JOIN buildings b ON b.id = r.building
  WHERE b.community = $2
    AND EXISTS (SELECT FROM homes h WHERE h.room = r.id AND (h.moved_out IS NULL OR h.moved_out > $4::date))
)`

// DrawHouseholds draws a sample of a community's households, or all of them, once: asked again it changes
// nothing. The same seed draws the same from the same directory. M1
func (db *DB) DrawHouseholds(ctx context.Context, number string, d survey.Draw, day time.Time) (drawn survey.Drawn, err error) {
	err = db.within(ctx, "draw households", callTimeout, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, livedIn+`, taken AS (SELECT * FROM home WHERE $5 = 0 OR place <= $5)
INSERT INTO survey_households (number, household, room, building)
SELECT $1, place, id, CASE WHEN count(*) OVER (PARTITION BY building) >= $6 THEN building ELSE '' END FROM taken
WHERE NOT EXISTS (SELECT FROM survey_households WHERE number = $1)`,
			number, d.Community, d.Seed, day, d.Sample, survey.Few); err != nil {
			return err
		}
		return tx.QueryRow(ctx, livedIn+`
SELECT (SELECT count(*) FROM survey_households WHERE number = $1), (SELECT count(*) FROM home)`,
			number, d.Community, d.Seed, day).Scan(&drawn.Households, &drawn.Population)
	})
	return drawn, err
}

// selectHouseholds picks one person of each household: whoever can be written to, an owner first.
const selectHouseholds = `
SELECT s.household, coalesce(b.name, ''), coalesce(r.name, ''), coalesce(p.name, ''), coalesce(p.phone, ''),
  coalesce(p.email, ''), coalesce(p.language, '')
FROM survey_households s
LEFT JOIN rooms r ON r.id = s.room LEFT JOIN buildings b ON b.id = r.building
LEFT JOIN LATERAL (
  SELECT o.name, o.language,
    (SELECT value FROM contacts c WHERE c.owner = o.id AND kind = 'phone' ORDER BY preferred DESC, place LIMIT 1) AS phone,
    (SELECT value FROM contacts c WHERE c.owner = o.id AND kind = 'email' ORDER BY preferred DESC, place LIMIT 1) AS email
  FROM homes h JOIN owners o ON o.id = h.owner
  WHERE h.room = s.room AND (h.moved_out IS NULL OR h.moved_out > now()::date)
  ORDER BY (SELECT count(*) = 0 FROM contacts c WHERE c.owner = o.id AND kind = 'email'), h.kind <> 'owner', o.name, o.id LIMIT 1
) p ON true`

// Households lists those of a survey after a number, in the order of their numbers.
func (db *DB) Households(ctx context.Context, number string, after, limit int) ([]survey.Household, error) {
	return collect(ctx, db, "households", selectHouseholds+`
WHERE s.number = $1 AND s.household > $2 ORDER BY s.household LIMIT $3`,
		[]any{number, after, boundedBy(maxEvents, limit)}, pgx.RowToStructByPos[survey.Household])
}

// HouseholdIn finds by its room the household of a survey, the room as anybody writes it.
func (db *DB) HouseholdIn(ctx context.Context, number string, p Place) (household int, err error) {
	err = db.row(ctx, "household", `
SELECT s.household FROM survey_households s JOIN rooms r ON r.id = s.room JOIN buildings b ON b.id = r.building
WHERE s.number = $1 AND b.community = $2 AND b.key = $3 AND r.key = $4`,
		[]any{number, p.Community, directory.PlaceKey(p.Building), directory.PlaceKey(p.Room)}, &household)
	return household, err
}

// Respondents tells which of some respondents of a survey have answered.
func (db *DB) Respondents(ctx context.Context, number string, of []string) ([]string, error) {
	return collect(ctx, db, "respondents", `
SELECT respondent FROM survey_answers WHERE number = $1 AND respondent = ANY ($2)`, []any{number, some(of)}, pgx.RowTo[string])
}

// Responses counts the answers to a survey.
func (db *DB) Responses(ctx context.Context, number string) (n int, err error) {
	err = db.row(ctx, "responses", `SELECT count(*) FROM survey_answers WHERE number = $1`, []any{number}, &n)
	return n, err
}

// Response is an answer with whose it is.
type Response struct {
	Household  int
	Respondent string // the keyed hash of the household
	Name       string // only if given
	Phone      bool
	Replies    []survey.Reply
}

// AddAnswer keeps one household's answer while the survey asks. The first one counts: a second is
// ErrAnswered, unless it is the same. The case's row is held meanwhile, so that what comes in while it
// closes is either counted or not taken. M1
func (db *DB) AddAnswer(ctx context.Context, number string, r Response) error {
	replies, err := json.Marshal(r.Replies)
	if err != nil {
		return err
	}
	return db.within(ctx, "add answer", callTimeout, func(tx pgx.Tx) error {
		var building string
		err := tx.QueryRow(ctx, `
SELECT h.building FROM cases c JOIN survey_households h USING (number)
WHERE c.number = $1 AND h.household = $2 AND c.stage = '`+string(survey.StageAsking)+`' FOR SHARE OF c`, number, r.Household).Scan(&building)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNotAsked
		}
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `
INSERT INTO survey_answers (number, respondent, building, phone, replies, name) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING`, number, r.Respondent, building, r.Phone, replies, clean(r.Name))
		if err != nil || tag.RowsAffected() > 0 {
			return err
		}
		var same bool
		err = tx.QueryRow(ctx, `SELECT replies = $3 FROM survey_answers WHERE number = $1 AND respondent = $2`, number, r.Respondent, replies).Scan(&same)
		if err == nil && !same {
			return ErrAnswered
		}
		return err
	})
}

// Answers lists what was answered, a page after a respondent, in no order that says anything.
func (db *DB) Answers(ctx context.Context, number, after string, limit int) ([]survey.Answer, string, error) {
	type row struct {
		Respondent string
		survey.Answer
	}
	rows, err := collect(ctx, db, "answers", `
SELECT respondent, building, phone, replies FROM survey_answers WHERE number = $1 AND respondent > $2 ORDER BY respondent LIMIT $3`,
		[]any{number, after, boundedBy(maxEvents, limit)}, func(r pgx.CollectableRow) (x row, err error) {
			err = r.Scan(&x.Respondent, &x.Building, &x.Phone, &x.Replies)
			return x, err
		})
	answers := make([]survey.Answer, len(rows))
	for i, r := range rows {
		answers[i], after = r.Answer, r.Respondent
	}
	return answers, after, err
}

// Texts lists the texts that a survey was answered with, in no order that says anything.
func (db *DB) Texts(ctx context.Context, number string, limit int) ([]survey.Said, error) {
	return collect(ctx, db, "texts", `
SELECT r.question, r.text, name FROM survey_answers, jsonb_to_recordset(replies) AS r `+rowOf[survey.Reply]()+`
WHERE number = $1 AND r.text <> '' ORDER BY 1, md5(respondent || r.question) LIMIT $2`,
		[]any{number, boundedBy(maxEvents, limit)}, pgx.RowToStructByPos[survey.Said])
}

// Series lists the newest counted surveys with a template, drills not, the oldest of them first.
func (db *DB) Series(ctx context.Context, communities []string, template string, limit int) ([]survey.State, error) {
	return collect(ctx, db, "series of surveys", `
SELECT state FROM (
  SELECT state, closed_at, number FROM cases
  WHERE kind = 'survey' AND outcome = '`+survey.Counted+`' AND NOT drill AND template = $2
    AND ($1 && ARRAY['*'] OR community = ANY ($1)) ORDER BY closed_at DESC, number LIMIT $3
) newest ORDER BY closed_at, number`,
		[]any{some(communities), template, bounded(limit)}, scanState[survey.State])
}

// Invite has mails wait for households, each once a wave.
func (db *DB) Invite(ctx context.Context, number string, seq int, i survey.Invite, to []survey.Household) error {
	if len(to) == 0 {
		return nil
	}
	template := survey.HouseholdTemplates[min(i.Wave, 1)]
	return db.exec(ctx, "invite households", `
INSERT INTO notices (id, number, seq, index, template, args, urgent, complainant, channel, address, language, status)
SELECT concat_ws('/', $1::text, $2::int, $3::text, 'household', household, 'mail'), $1, $2, household, $3,
  $4::jsonb || jsonb_build_object('household', household::text), false, false, 'mail', email, coalesce(nullif(language, ''), $6), 'pending'
FROM jsonb_to_recordset($5::jsonb) AS h `+rowOf[survey.Household]()+`
ON CONFLICT DO NOTHING`, number, seq, template, invitation(number, i), to, defaultLanguage)
}

func invitation(number string, i survey.Invite) map[string]string {
	return map[string]string{
		"number": number, "title_zh": i.Title.Zh, "title_en": i.Title.En, "deadline": i.ClosesAt.UTC().Format(time.RFC3339),
	}
}
