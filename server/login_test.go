package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"bihuan/dev/stack"
	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/auth"
)

// said runs a command with an input and gives what it prints.
func said(t *testing.T, input string, run func() error) string {
	t.Helper()
	in, out := os.Stdin, os.Stdout
	defer func() { os.Stdin, os.Stdout = in, out }()
	reader, writer, err := os.Pipe()
	if err == nil {
		_, err = writer.WriteString(input)
		_ = writer.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	os.Stdin = reader
	printed, printing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout = printing
	err = run()
	_ = printing.Close()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(printed)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// N1: the first administrator is made by a command, with a one-time password that is drawn or read, never a default.
func TestTheFirstAdminIsMadeByACommand(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	s, err := stack.Start(ctx, stack.Options{WithoutTemporal: true, Log: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	db, err := postgres.Open(ctx, s.DatabaseURL)
	if err == nil {
		t.Cleanup(db.Close)
		err = db.Migrate(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	if staff, err := db.Staff(ctx); err != nil || len(staff) != 0 {
		t.Fatalf("there is somebody by default: %v %v", staff, err)
	}
	drawn := said(t, "", func() error { return (&adminCreate{ID: "wang", Name: "王芳"}).Run(ctx, db) })
	read := said(t, "korrekte-Pferde\n", func() error { return (&adminCreate{ID: "li", Name: "李", Stdin: true}).Run(ctx, db) })
	if read != "" {
		t.Errorf("a password that was read is printed: %s", read)
	}
	passwords, err := auth.NewHasher(auth.Cost)
	if err != nil {
		t.Fatal(err)
	}
	for id, password := range map[string]string{"wang": drawn, "li": "korrekte-Pferde"} {
		account, err := db.Account(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		right, err := passwords.Matches(ctx, password, account.Password)
		if err != nil || !right || !account.MustChange || account.PasswordExpires == nil {
			t.Errorf("%s: %v %v, %+v", id, right, err, account)
		}
		p, err := find(ctx, db, id)
		if err != nil || len(p.Roles) != 1 || p.Roles[0] != people.Admin {
			t.Errorf("%+v, %v", p, err)
		}
	}
	if (&adminCreate{ID: "wang", Name: "x"}).Run(ctx, db) == nil {
		t.Error("somebody who is there was replaced")
	}
	if another := said(t, "", func() error { return (&accountPassword{ID: "wang"}).Run(ctx, db) }); another == drawn {
		t.Error("the same password twice")
	}
	if err := (&accountSecond{ID: "wang"}).Run(ctx, db); err != nil {
		t.Error(err)
	}
	keepsTheLast(ctx, t, db)
}

// keepsTheLast disables both administrators, of whom the second has to stay. It is on record where it came from. N2
func keepsTheLast(ctx context.Context, t *testing.T, db *postgres.DB) {
	ctx = postgres.By(ctx, postgres.Doer{Via: postgres.ViaCommandLine})
	if err := (&staffDisable{ID: "wang"}).Run(ctx, db); err != nil {
		t.Error(err)
	}
	if err := (&staffDisable{ID: "li"}).Run(ctx, db); !errors.Is(err, postgres.ErrLastAdmin) {
		t.Errorf("the last administrator: %v", err)
	}
	agent := staffAdd{ID: "li", Name: "李", Role: []string{"agent"}, Community: []string{"yuhu"}}
	if err := agent.Run(ctx, db); !errors.Is(err, postgres.ErrLastAdmin) {
		t.Errorf("the last administrator, as an agent: %v", err)
	}
	log, err := db.AccessLog(ctx, postgres.AccessFilter{Communities: []string{people.AllCommunities}, What: "change", Entity: "staff"})
	if err != nil || len(log.Items) != 1 || log.Items[0].Staff != "wang" || log.Items[0].Via != postgres.ViaCommandLine {
		t.Errorf("noted %+v, %v", log.Items, err)
	}
}
