package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"bihuan/sim/crew"
	"bihuan/sim/pace"
	"bihuan/sim/remote"
	"bihuan/sim/town"
)

type townCommand struct {
	Server   string  `env:"BIHUAN_PUBLIC_URL" default:"http://127.0.0.1:8080" help:"Where the API is."`
	Tokens   string  `env:"BIHUAN_TOKENS" default:"${tokens}" help:"The file with the demo staff's tokens."`
	Scenario string  `help:"File of the scenario; the one that is shipped otherwise."`
	Seed     uint64  `help:"Replaces the scenario's seed."`
	Days     int     `help:"Replaces the scenario's days."`
	ADay     float64 `name:"a-day" help:"Replaces the scenario's cases a day."`
	Speed    float64 `default:"1" help:"How many seconds of the town pass in one; the system's settings must be as much shorter (sim pace)."`
	Callers  int     `default:"8" help:"How many call at once."`
	Drill    bool    `help:"Every case is a drill: marked, and outside every figure."`
	MoveIn   bool    `name:"move-in" negatable:"" default:"true" help:"Enter the town's households in the directory first, where surveys find them; never for drills."`
}

// Run plays the scenario on the running system and tells what was done.
func (c townCommand) Run(ctx context.Context) error {
	s, err := town.Load(c.Scenario)
	if err != nil {
		return err
	}
	s = c.changed(s)
	office, err := remote.Open(ctx, remote.Options{
		Access: crew.Access{Server: c.Server, Tokens: c.Tokens, Trouble: func(err error) { fmt.Fprintln(os.Stderr, "trying again:", err) }},
		From:   s.From, Speed: c.Speed, Communities: s.Communities,
	})
	if err != nil {
		return err
	}
	if c.MoveIn && !s.Drill {
		if err := office.MoveIn(ctx, s.Directory()); err != nil {
			return err
		}
	}
	p := town.Play{Scenario: s, Office: office, Report: town.NewReport(), Run: "town-" + strings.ToLower(rand.Text()[:8]), Callers: c.Callers, UntilClosed: true}
	began := time.Now()
	err = p.Play(ctx)
	p.Report.Print(os.Stdout)
	fmt.Printf("%s\n", time.Since(began).Round(time.Second))
	if errors.Is(err, context.Canceled) { // ended by the person: the report is what they want
		return nil
	}
	return err
}

// changed puts the command line's figures over the scenario's. At its own pace the town lives now.
func (c townCommand) changed(s town.Scenario) town.Scenario {
	if c.Seed > 0 {
		s.Seed = c.Seed
	}
	if c.Days > 0 {
		s.Days = c.Days
	}
	if c.ADay > 0 {
		s.ADay = c.ADay
	}
	if c.Speed == 1 {
		s.From = time.Now().In(s.From.Location())
	}
	s.Drill = s.Drill || c.Drill
	return s
}

type paceCommand struct {
	Settings string  `arg:"" type:"existingfile" help:"File of settings to shorten, e.g. settings/default.yaml."`
	Speed    float64 `required:"" help:"How many times shorter."`
}

// Run prints the shortened settings.
func (c paceCommand) Run() error {
	text, err := os.ReadFile(c.Settings)
	if err != nil {
		return err
	}
	short, err := pace.Settings(text, c.Speed)
	if err != nil {
		return err
	}
	_, err = os.Stdout.Write(short)
	return err
}
