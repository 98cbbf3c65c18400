package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/google/uuid"

	"bihuan/postgres"
	"bihuan/procedure/people"
	"bihuan/server/auth"
)

// staffAdd is the command that adds somebody.
type staffAdd struct {
	ID         string   `arg:"" help:"A short name that stays, e.g. wangfang."`
	Name       string   `required:"" help:"As people call them."`
	Role       []string `required:"" help:"agent, receptionist, assistant, handler, manager, gm, company, auditor or admin; may repeat."`
	Community  []string `required:"" help:"Community ID, or * for all; may repeat."`
	Department string   `help:"Department ID, for a handler."`
	Email      string   `help:"Where notices go too."`
	Language   string   `default:"zh-CN" enum:"zh-CN,en" help:"zh-CN or en."`
}

// Run puts the person into the database.
func (a *staffAdd) Run(ctx context.Context, db *postgres.DB) error {
	var may []people.Role
	for _, r := range a.Role {
		role := people.Role(r)
		if !slices.Contains(people.Roles, role) || role == people.System || role == people.Complainant {
			return fmt.Errorf("%q is not a role of staff", r)
		}
		may = append(may, role)
	}
	if slices.Contains(may, people.Handler) && a.Department == "" {
		return errors.New("a handler needs --department")
	}
	return keep(ctx, db, postgres.Staff{
		ID: a.ID, Name: a.Name, Email: a.Email, Language: a.Language, Roles: may, Communities: a.Community, Department: a.Department,
	})
}

// staffList is the command that lists everybody.
type staffList struct{}

// Run prints a table.
func (staffList) Run(ctx context.Context, db *postgres.DB) error {
	staff, err := db.Staff(ctx)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tNAME\tROLES\tCOMMUNITIES\tDEPARTMENT\tDISABLED\tTOKENS")
	for _, s := range staff {
		var tokens []string
		for _, t := range s.Tokens {
			tokens = append(tokens, t.ID)
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%v\t%s\n", s.ID, s.Name, roles(s.Roles), strings.Join(s.Communities, " "), s.Department, s.Disabled, strings.Join(tokens, " "))
	}
	return table.Flush()
}

func roles(list []people.Role) string {
	words := make([]string, len(list))
	for i, r := range list {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// staffDisable is the command that lets somebody act no more.
type staffDisable struct {
	ID string `arg:""`
}

// Run marks the person as disabled.
func (d *staffDisable) Run(ctx context.Context, db *postgres.DB) error {
	s, err := find(ctx, db, d.ID)
	if err != nil {
		return err
	}
	s.Disabled = true
	return keep(ctx, db, s)
}

// keep writes somebody unless nobody would be left to keep the directory.
func keep(ctx context.Context, db *postgres.DB, s postgres.Staff) error {
	err := db.KeepStaff(ctx, s)
	if errors.Is(err, postgres.ErrLastAdmin) {
		return fmt.Errorf("%s is the last administrator of all communities; make another one first: %w", s.ID, err)
	}
	return err
}

func find(ctx context.Context, db *postgres.DB, id string) (postgres.Staff, error) {
	staff, err := db.Staff(ctx)
	if err != nil {
		return postgres.Staff{}, err
	}
	i := slices.IndexFunc(staff, func(s postgres.Staff) bool { return s.ID == id })
	if i < 0 {
		return postgres.Staff{}, fmt.Errorf("there is no %q among the staff", id)
	}
	return staff[i], nil
}

// tokenCreate is the command that makes a token.
type tokenCreate struct {
	Staff string        `arg:"" help:"Whose token it is."`
	Label string        `help:"What it is for."`
	Lasts time.Duration `default:"8760h" help:"How long it lasts; 0 for ever."`
}

// Run prints the token; only its hash is kept.
func (c *tokenCreate) Run(ctx context.Context, db *postgres.DB) error {
	if _, err := find(ctx, db, c.Staff); err != nil {
		return err
	}
	var expires *time.Time
	if c.Lasts > 0 {
		at := time.Now().Add(c.Lasts).UTC()
		expires = &at
	}
	token, id := auth.NewToken(), uuid.NewString()
	if err := putToken(ctx, db, postgres.Token{ID: id, StaffID: c.Staff, Label: c.Label, ExpiresAt: expires}, token); err != nil {
		return err
	}
	fmt.Printf("%s\n", token)
	fmt.Fprintf(os.Stderr, "revoke it with: server token revoke %s\n", id)
	return nil
}

func putToken(ctx context.Context, db *postgres.DB, t postgres.Token, token string) error {
	hash := auth.HashOf(token)
	t.Hash = hash[:]
	return db.PutToken(ctx, t)
}

// tokenRevoke is the command that ends a token.
type tokenRevoke struct {
	ID string `arg:""`
}

// Run ends it; servers know within seconds.
func (r *tokenRevoke) Run(ctx context.Context, db *postgres.DB) error {
	return db.RevokeToken(ctx, r.ID)
}
