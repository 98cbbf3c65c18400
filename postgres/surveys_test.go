package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"bihuan/postgres"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/survey"
)

// homes fills a community with households, fifty to a building but the last, which has one more than three.
func homes(t *testing.T, db *postgres.DB, n int) {
	t.Helper()
	postgres.Must(t, postgres.Exec(t.Context(), db, fmt.Sprintf(`
INSERT INTO buildings (id, community, name, key) SELECT 'b' || i, 'yuhu', i || '栋', i::text FROM generate_series(0, %[1]d / 50) i;
INSERT INTO rooms (id, building, name, key) SELECT 'r' || i, 'b' || (i / 50), i::text, i::text FROM generate_series(0, %[1]d - 1) i;
INSERT INTO owners (id, community, name, language) SELECT 'o' || i, 'yuhu', '住户' || i, 'en' FROM generate_series(0, %[1]d - 1) i;
INSERT INTO contacts (owner, place, community, kind, value, preferred) SELECT 'o' || i, 0, 'yuhu', 'email', 'o' || i || '@example.com', true FROM generate_series(0, %[1]d - 1) i;
INSERT INTO homes (owner, place, room, kind) SELECT 'o' || i, 0, 'r' || i, 'owner' FROM generate_series(0, %[1]d - 1) i;
INSERT INTO rooms (id, building, name, key) VALUES ('empty', 'b0', 'x', 'x')`, n)))
}

func drawn(t *testing.T, db *postgres.DB, number string) (all []survey.Household) {
	t.Helper()
	for after := 0; ; {
		page, err := db.Households(t.Context(), number, after, 1000)
		postgres.Must(t, err)
		if len(page) == 0 {
			return all
		}
		all, after = append(all, page...), page[len(page)-1].Household
	}
}

// M1: ten thousand households are drawn and written to; the same seed draws the same sample, another one another.
func TestM1TenThousandHouseholds(t *testing.T) {
	db, ctx := postgres.Fresh(t), t.Context()
	homes(t, db, 10_004)
	all := survey.Draw{Community: "yuhu", Seed: "a"}
	for range 2 { // twice changes nothing
		if got, err := db.DrawHouseholds(ctx, "DC-1", all, monday); err != nil || got.Households != 10_004 || got.Population != 10_004 {
			t.Fatalf("drawn %+v, %v", got, err)
		}
	}
	households := drawn(t, db, "DC-1")
	if len(households) != 10_004 || households[0].Email == "" || households[0].Room == "" || households[0].Building == "" {
		t.Fatalf("%d households, the first %+v", len(households), households[0])
	}
	sample := func(number, seed string) []survey.Household {
		d := survey.Draw{Community: "yuhu", Seed: seed, Sample: 300}
		if got, err := db.DrawHouseholds(ctx, number, d, monday); err != nil || got.Households != 300 || got.Population != 10_004 {
			t.Fatalf("drawn %+v, %v", got, err)
		}
		return drawn(t, db, number)
	}
	if first, again := sample("DC-2", "b"), sample("DC-3", "b"); !slices.Equal(first, again) || slices.Equal(first, sample("DC-4", "c")) {
		t.Error("the lot does not follow its seed")
	}
	for range 2 {
		for page := range slices.Chunk(households, 500) {
			postgres.Must(t, db.Invite(ctx, "DC-1", 3, survey.Invite{}, page))
		}
	}
	if n, err := db.Pending(ctx, "DC-1"); err != nil || n != 10_004 {
		t.Errorf("%d mails wait, %v", n, err)
	}
	if got, err := db.DrawHouseholds(ctx, "DC-5", survey.Draw{Community: "mars", Seed: "a"}, monday); err != nil || got.Households != 0 {
		t.Errorf("drawn where nobody lives: %+v, %v", got, err)
	}
	if h, err := db.HouseholdIn(ctx, "DC-1", postgres.Place{Community: "yuhu", Building: "3 栋", Room: "160"}); err != nil || h == 0 {
		t.Errorf("household %d, %v", h, err)
	}
	if _, err := db.HouseholdIn(ctx, "DC-1", postgres.Place{Community: "yuhu", Building: "0栋", Room: "x"}); !errors.Is(err, postgres.ErrNotFound) {
		t.Errorf("an empty room: %v", err)
	}
}

// M1: of many answers of one household at once one is kept; none is taken while nobody asks; answers carry no
// building where too few are asked; what is left when their time is over is nothing.
func TestM1OneAnswerAHousehold(t *testing.T) {
	db, ctx := postgres.Fresh(t), t.Context()
	homes(t, db, 54)
	_, err := db.DrawHouseholds(ctx, "DC-1", survey.Draw{Community: "yuhu", Seed: "a"}, monday)
	postgres.Must(t, err)
	answer := func(household, score int) postgres.Response {
		return postgres.Response{Household: household, Respondent: fmt.Sprint("hash", household), Replies: []survey.Reply{{Question: "q", Score: &score}}}
	}
	if err := db.AddAnswer(ctx, "DC-1", answer(1, 5)); !errors.Is(err, postgres.ErrNotAsked) {
		t.Errorf("before there is a survey: %v", err)
	}
	stand(t, ctx, db, "asking")
	var kept, late atomic.Int64
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			switch err := db.AddAnswer(ctx, "DC-1", answer(1, i)); {
			case err == nil:
				kept.Add(1)
			case errors.Is(err, postgres.ErrAnswered):
				late.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	if wait.Wait(); kept.Load() != 1 || late.Load() != 7 {
		t.Errorf("%d kept, %d told that there is one", kept.Load(), late.Load())
	}
	for _, h := range drawn(t, db, "DC-1") {
		if h.Household > 1 {
			postgres.Must(t, db.AddAnswer(ctx, "DC-1", answer(h.Household, 3)))
		}
	}
	postgres.Must(t, db.AddAnswer(ctx, "DC-1", answer(2, 3))) // the same again
	answers, _, err := db.Answers(ctx, "DC-1", "", 1000)
	few := 0
	for _, a := range answers {
		if a.Building == "" {
			few++
		}
	}
	if err != nil || len(answers) != 54 || few != 4 {
		t.Errorf("%d answers, %d without a building, %v", len(answers), few, err)
	}
	stand(t, ctx, db, "counting")
	if err := db.AddAnswer(ctx, "DC-1", answer(3, 1)); !errors.Is(err, postgres.ErrNotAsked) {
		t.Errorf("when it is over: %v", err)
	}
}

// stand puts a survey into a stage.
func stand(t *testing.T, ctx context.Context, db *postgres.DB, stage string) {
	t.Helper()
	postgres.Must(t, postgres.Exec(ctx, db, fmt.Sprintf(`
INSERT INTO cases (number, kind, state, seq, community, channel, stage, open, overdue, policy_version, registered_at, departments)
VALUES ('DC-1', 'survey', '{}', 1, 'yuhu', '', '%[1]s', true, false, '', now(), '{}') ON CONFLICT (number) DO UPDATE SET stage = '%[1]s'`, stage)))
}

// M1, I5: when a survey is erased, nothing is left of whom it asked and what they said.
func TestM1ErasedSurveys_I5(t *testing.T) {
	db, ctx := postgres.Fresh(t), t.Context()
	plant(afield(t, db), "TS-1").do(people.Agent, complaint.CmdWithdraw, complaint.Reasoned{Reason: "x"}).archived()
	postgres.Must(t, postgres.Exec(ctx, db, `
INSERT INTO survey_households (number, household, room, building) VALUES ('TS-1', 1, 'r', '3栋'), ('TS-other', 1, 'r', '3栋');
INSERT INTO survey_answers (number, respondent, building, phone, replies, name) VALUES ('TS-1', 'h', '', false, '[{"question": "q", "text": "`+mark+`"}]', '`+mark+`')`))
	postgres.Must(t, db.Erase(ctx, order("TS-1")))
	if n, err := db.Responses(ctx, "TS-1"); err != nil || n != 0 || len(drawn(t, db, "TS-1")) != 0 || len(drawn(t, db, "TS-other")) != 1 {
		t.Errorf("%d answers are left, %v", n, err)
	}
}
