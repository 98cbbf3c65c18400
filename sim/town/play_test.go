package town

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"bihuan/sim/client"
)

// stubborn is an office in which a complaint stays as it is, whatever is done.
type stubborn struct {
	begin  time.Time
	answer func(Command) error
	given  []Command
}

func (o *stubborn) Open(_ context.Context, in Opening) (string, error) { return "TS-" + in.Key, nil }

func (o *stubborn) Look(_ context.Context, number string) (client.Case, error) {
	return client.Case{Number: number, Stage: "registered", Open: true, Since: o.begin}, nil
}

func (o *stubborn) Give(_ context.Context, c Command) error {
	o.given = append(o.given, c)
	return o.answer(c)
}

func (o *stubborn) Read(context.Context, Command, any) error { return nil }

func (o *stubborn) Wait(ctx context.Context, until time.Time) (time.Time, []string, error) {
	return until, nil, ctx.Err()
}

func play(t *testing.T, answer func(Command) error) (*stubborn, *Report, error) {
	t.Helper()
	s := scenario(t)
	s.Days, s.ADay, s.Tail = 1, 8, 48*time.Hour
	o := &stubborn{begin: s.From, answer: answer}
	p := Play{Scenario: s, Office: o, Report: NewReport(), Run: "test"}
	err := p.Play(t.Context())
	return o, p.Report, err
}

// Whoever is refused the same thing again and again does not know the procedure: the play says so.
func TestRefusedAgainAndAgain(t *testing.T) {
	o, report, err := play(t, func(Command) error { return &Refusal{Code: "forbidden"} })
	var no *Refusal
	if !errors.As(err, &no) || !strings.Contains(err.Error(), "again and again") {
		t.Fatalf("got %v after %d commands", err, len(o.given))
	}
	if report.Refused["judge forbidden"] <= tolerated {
		t.Errorf("refused: %v", report.Refused)
	}
}

// A command that fails is no refusal: the play ends.
func TestAnOfficeThatFailsEndsThePlay(t *testing.T) {
	if _, _, err := play(t, func(Command) error { return errors.New("on fire") }); err == nil || !strings.Contains(err.Error(), "on fire") {
		t.Errorf("got %v", err)
	}
}

// Every command has a key of its own, and what is open at the end says what it waits for.
func TestKeysAreNeverUsedTwice(t *testing.T) {
	o, report, err := play(t, func(Command) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, c := range o.given {
		if seen[c.Key] {
			t.Errorf("the key %s is used twice", c.Key)
		}
		seen[c.Key] = true
	}
	if len(report.Open) == 0 || len(report.Open[0].Waits) == 0 {
		t.Errorf("open at the end: %+v", report.Open)
	}
}
