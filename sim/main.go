// Command sim plays people of a community against the running system: it knows the API and nothing else.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"

	"bihuan/sim/demo"
)

type cli struct {
	Demo demoCommand `cmd:"" default:"withargs" help:"Drive a complaint through the whole loop, then a case of every other kind, and tell the story."`
	Town townCommand `cmd:"" help:"Let the people of some communities bring and handle cases for days."`
	Pace paceCommand `cmd:"" help:"Shorten settings for a town that lives faster than the clock on the wall."`
}

type demoCommand struct {
	Server         string        `env:"BIHUAN_PUBLIC_URL" default:"http://127.0.0.1:8080" help:"Where the API is."`
	Tokens         string        `env:"BIHUAN_TOKENS" default:"${tokens}" help:"The file with the demo staff's tokens."`
	Community      string        `default:"yuhu" help:"The community that the story happens in."`
	Only           []string      `help:"Tell only these tales: ${tales}."`
	Lang           string        `enum:"both,zh-CN,en" default:"both" help:"Language of the story: both, zh-CN or en."`
	Pace           float64       `default:"6000" help:"In the tale of the town: how many times sooner than in life its people come and act."`
	Cases          float64       `default:"30" help:"In the tale of the town: how many cases are brought, on average."`
	Seed           uint64        `help:"In the tale of the town: the luck that its people draw with; the scenario's otherwise."`
	Pause          time.Duration `help:"Wait before each chapter, to talk about it."`
	Deadline       time.Duration `default:"20s" help:"How far ahead deadlines are set that will be missed."`
	ApproveWithCLI bool          `name:"approve-with-cli" help:"Send the approval with the temporal program instead of the API."`
	Temporal       string        `env:"TEMPORAL_CLI" default:"temporal" help:"The temporal program."`
	Address        string        `env:"TEMPORAL_ADDRESS" default:"127.0.0.1:7233" help:"Where Temporal is."`
	Namespace      string        `env:"TEMPORAL_NAMESPACE" default:"default" help:"Temporal's namespace."`
	UI             string        `name:"ui" env:"TEMPORAL_UI" default:"${ui}" help:"Where Temporal's Web UI is."`
}

// Run plays the demo until it is told or something is wrong.
func (c demoCommand) Run(ctx context.Context) error {
	return demo.Run(ctx, os.Stdout, demo.Options{
		Server: c.Server, Tokens: c.Tokens, Community: c.Community, Only: c.Only, Language: c.Lang,
		Pace: c.Pace, Cases: c.Cases, Seed: c.Seed, Pause: c.Pause, Deadline: c.Deadline, ApproveWithCLI: c.ApproveWithCLI, UI: c.UI,
		Temporal: demo.Temporal{Program: c.Temporal, Address: c.Address, Namespace: c.Namespace},
	})
}

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer cancel()
	var c cli
	k := kong.Parse(&c, kong.Name("sim"), kong.Description("Plays residents and staff through the API."),
		kong.Vars{
			"tales":  strings.Join(demo.Tales(), ", "),
			"tokens": setting("BIHUAN_DATA", ".data") + "/tokens",
			"ui":     "http://127.0.0.1:" + setting("TEMPORAL_UI_PORT", "8243"),
		},
		kong.BindTo(ctx, (*context.Context)(nil)))
	if err := k.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "sim:", err)
		cancel()
		os.Exit(1)
	}
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
