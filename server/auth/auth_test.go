package auth

import (
	"context"
	"errors"
	"testing"
	"time"

	"bihuan/procedure/people"
)

var now = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

// N1: a token says who calls, until it is revoked or runs out.
func TestTokensSayWhoCalls(t *testing.T) {
	token, short := NewToken(), NewToken()
	wang := Person{Actor: people.Actor{ID: "wang", Roles: []people.Role{people.Agent}}, Tokens: []Token{
		{Hash: HashOf(token)}, {Hash: HashOf(short), Expires: now.Add(time.Hour)},
	}}
	staff, down := []Person{wang}, error(nil)
	d := NewDirectory(func(context.Context) ([]Person, error) { return staff, down })

	expect := func(header string, at time.Time, want error) {
		t.Helper()
		p, err := d.Who(header, at)
		if !errors.Is(err, want) || (want == nil && p.ID != "wang") {
			t.Errorf("got %q, %v; want %v", p.ID, err, want)
		}
	}
	expect("Bearer "+token, now, ErrNotLoaded)
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect("Bearer "+token, now, nil)
	expect("bearer "+short, now, nil)
	expect("Bearer "+short, now.Add(time.Hour), ErrUnknown)
	for _, header := range []string{"", "Bearer", "Bearer ", "Basic " + token, "Bearer " + NewToken(), token} {
		expect(header, now, ErrUnknown)
	}

	down = errors.New("database down")
	if d.Refresh(t.Context()) == nil {
		t.Error("a failed refresh is not told")
	}
	expect("Bearer "+token, now, nil) // A10: what is known stays

	staff, down = nil, nil
	if err := d.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	expect("Bearer "+token, now, ErrUnknown)
}
