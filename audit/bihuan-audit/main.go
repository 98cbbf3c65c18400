// Command bihuan-audit verifies that records of cases were not altered, from the database, the filed
// histories and the live engine; and makes and checks exports for auditors outside. N2
package main

import (
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"bihuan/audit"
)

// commands is the command line; every setting can come from the environment.
type commands struct {
	Verify verify `cmd:"" help:"Verify cases by their numbers, or all of them."`
	Export export `cmd:"" help:"Write a case's record, signed, for auditors outside."`
	Check  check  `cmd:"" help:"Check an export with the published key; needs no access to the system."`
	Keygen keygen `cmd:"" help:"Make a key that exports are signed with."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	cli := kong.Parse(&c, kong.Name("bihuan-audit"), kong.Description("Proof that nothing was altered."),
		kong.UsageOnError(), kong.BindTo(ctx, (*context.Context)(nil)))
	if err := cli.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "bihuan-audit:", err)
		os.Exit(1)
	}
}

// verify checks cases and prints each fault.
type verify struct {
	source
	Numbers []string `arg:"" optional:"" help:"Case numbers."`
	All     bool     `help:"Every case that the database or the engine knows."`
}

// Run verifies; it fails when anything does not match.
func (v *verify) Run(ctx context.Context) error {
	if v.All == (len(v.Numbers) > 0) {
		return errors.New("name cases, or say --all")
	}
	s, err := v.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	began, checked, faults := time.Now(), 0, 0
	verify := func(number string) error { return s.verify(ctx, number) }
	err = s.each(ctx, v.Numbers, verify, func(_ string, err error) error {
		checked++
		var fault *audit.Fault
		if errors.As(err, &fault) {
			faults++
			fmt.Println("✘", fault)
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("%d cases verified in %s, %d with a fault\n", checked, time.Since(began).Round(time.Millisecond), faults)
	if faults > 0 {
		return errors.New("not everything matches")
	}
	return nil
}

// export writes one case's record.
type export struct {
	source
	Number string `arg:"" help:"Case number."`
	Key    string `env:"BIHUAN_EXPORT_KEY" required:"" help:"Ed25519 seed in hex, as keygen makes it."`
	Out    string `default:"-" help:"File to write; - is standard output."`
}

// Run verifies the case first: an altered record is not given out as a good one.
func (x *export) Run(ctx context.Context) error {
	seed, err := hex.DecodeString(x.Key)
	if err != nil || len(seed) != ed25519.SeedSize {
		return errors.New("BIHUAN_EXPORT_KEY: want 64 hex digits, as keygen prints")
	}
	s, err := x.open(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	gathered, err := s.export(ctx, x.Number)
	if err == nil {
		err = audit.Verify(gathered.Record)
	}
	if err != nil {
		return err
	}
	file, err := audit.Sign(gathered, ed25519.NewKeyFromSeed(seed))
	if err != nil {
		return err
	}
	if x.Out == "-" {
		_, err = os.Stdout.Write(file)
		return err
	}
	return os.WriteFile(x.Out, file, 0o600)
}

// check verifies an export.
type check struct {
	File string `arg:"" type:"existingfile" help:"The export."`
	Key  string `required:"" help:"The published public key in hex."`
}

// Run says whether the export is what the company signed, and whether its record matches.
func (c *check) Run() error {
	key, err := hex.DecodeString(c.Key)
	if err != nil || len(key) != ed25519.PublicKeySize {
		return errors.New("--key: want 64 hex digits")
	}
	file, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	e, err := audit.Check(file, key)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d events match, signed and unaltered, exported at %s\n", e.Number, len(e.Events), e.MadeAt.UTC().Format(time.RFC3339))
	return nil
}

// keygen makes a signing key.
type keygen struct{}

// Run prints the private seed, to be kept by who exports, and the public key, which the server publishes.
func (*keygen) Run() error {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	fmt.Printf("BIHUAN_EXPORT_KEY=%x\nBIHUAN_EXPORT_PUBLIC_KEY=%x\n", private.Seed(), []byte(public))
	return nil
}
