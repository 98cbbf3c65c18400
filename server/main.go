// Command server is the API of Bihuan, and what keeps it: migrations, staff and their tokens.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"bihuan/postgres"
)

// commands is the command line; every flag can come from the environment.
type commands struct {
	Database string `name:"database" env:"DATABASE_URL" required:"" help:"Postgres connection URL."`
	LogLevel string `env:"LOG_LEVEL" default:"info" help:"debug, info, warn or error."`

	Serve   serve         `cmd:"" default:"withargs" help:"Serve the API."`
	Migrate migrate       `cmd:"" help:"Bring Postgres and Temporal's search attributes up to date; safe to repeat."`
	Rebuild rebuild       `cmd:"" help:"Make the read model anew from the events; safe while others write."`
	Demo    demoCommunity `cmd:"" name:"demo-community" help:"Add a demo community's staff and print their tokens; safe to repeat."`
	Staff   struct {
		Add     staffAdd     `cmd:"" help:"Add somebody, or replace what is known of them."`
		List    staffList    `cmd:"" help:"List everybody."`
		Disable staffDisable `cmd:"" help:"Let somebody act no more."`
	} `cmd:"" help:"Keep the staff."`
	Admin struct {
		Create adminCreate `cmd:"" help:"Make an administrator and print their one-time password."`
	} `cmd:"" help:"Make the first administrator."`
	Account struct {
		Password accountPassword `cmd:"" help:"Give somebody a password that they must change, and print it once."`
		Second   accountSecond   `cmd:"" name:"drop-second-factor" help:"Take away a second factor that was lost."`
	} `cmd:"" help:"Keep how people log in."`
	Erase eraseCases `cmd:"" help:"Erase the personal data of records past their time now, or of one case."`
	Hold  struct {
		Place holdPlace `cmd:"" help:"Keep a case from being erased."`
		Lift  holdLift  `cmd:"" help:"End a hold."`
		List  holdList  `cmd:"" help:"List the holds there are and were."`
	} `cmd:"" help:"Keep legal holds."`
	Settings struct {
		Put settingsPut `cmd:"" help:"Put a settings file in force as the next version."`
	} `cmd:"" help:"Keep the settings."`
	Person struct {
		Export personExport `cmd:"" help:"Write everything that is held of a person as JSON."`
		Erase  personErase  `cmd:"" help:"Erase a person's archived cases."`
	} `cmd:"" help:"Answer a person about their own data."`
	Token struct {
		Create tokenCreate `cmd:"" help:"Make a token and print it once."`
		Revoke tokenRevoke `cmd:"" help:"End a token."`
	} `cmd:"" help:"Keep personal API tokens."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c commands
	cli := kong.Parse(&c, kong.Name("server"), kong.Description("The API of Bihuan."), kong.UsageOnError(),
		kong.BindTo(postgres.By(ctx, postgres.Doer{Via: postgres.ViaCommandLine}), (*context.Context)(nil)))
	logger := newLogger(c.LogLevel)
	db, err := postgres.Open(ctx, c.Database)
	cli.FatalIfErrorf(err)
	defer db.Close()
	if err := cli.Run(db, logger); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

func newLogger(level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	logger := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: l}))
	slog.SetDefault(logger)
	return logger
}
