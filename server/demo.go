package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"bihuan/postgres"
	"bihuan/server/auth"
)

// demoCommunity is the command that adds a demo community's staff.
type demoCommunity struct {
	Tokens  string        `required:"" help:"File that keeps the tokens, so that they stay the same."`
	Timeout time.Duration `default:"1m" help:"How long to wait for Postgres to come up."`
}

// Run adds the staff and prints the tokens of the first community, the same ones each time.
func (d *demoCommunity) Run(ctx context.Context, db *postgres.DB) error {
	ctx, cancel := context.WithTimeout(ctx, d.Timeout)
	defer cancel()
	tokens, err := d.read()
	if err != nil {
		return err
	}
	for _, s := range demoStaff {
		if tokens[s.ID] == "" {
			tokens[s.ID] = auth.NewToken()
		}
	}
	if err := d.write(tokens); err != nil { // before they work, so that none is lost
		return err
	}
	if err := patiently(ctx, "Postgres", func(ctx context.Context) error { return seed(ctx, db, tokens) }); err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "STAFF\tROLE\tCOMMUNITY\tTOKEN")
	for _, s := range demoStaff[:introduced] {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", s.ID, roles(s.Roles), strings.Join(s.Communities, " "), tokens[s.ID])
	}
	fmt.Fprintf(table, "%d more\tin %s\t\t\n", len(demoStaff)-introduced, d.Tokens)
	return table.Flush()
}

func seed(ctx context.Context, db *postgres.DB, tokens map[string]string) error {
	for _, s := range demoStaff {
		if err := db.PutStaff(ctx, s); err != nil {
			return err
		}
		if err := putToken(ctx, db, postgres.Token{ID: uuid.NewString(), StaffID: s.ID, Label: "demo"}, tokens[s.ID]); err != nil {
			return err
		}
	}
	return nil
}

// read gives the tokens kept in the file, one "id token" a line.
func (d *demoCommunity) read() (map[string]string, error) {
	tokens := map[string]string{}
	raw, err := os.ReadFile(d.Tokens)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for line := range strings.Lines(string(raw)) {
		if id, token, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			tokens[id] = token
		}
	}
	return tokens, nil
}

// write replaces the file at once, for its owner alone.
func (d *demoCommunity) write(tokens map[string]string) error {
	var b bytes.Buffer
	for _, s := range demoStaff {
		fmt.Fprintf(&b, "%s %s\n", s.ID, tokens[s.ID])
	}
	if err := os.WriteFile(d.Tokens+".new", b.Bytes(), 0o600); err != nil {
		return err
	}
	return os.Rename(d.Tokens+".new", d.Tokens)
}
