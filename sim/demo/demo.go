// Package demo drives one complaint through the whole loop, as the staff of a community and as the
// complainant, and tells what happens. Nothing is pretended: deadlines pass on the clock on the wall.
package demo

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"
	"time"

	"bihuan/sim/client"
)

// Options is how a demo is played.
type Options struct {
	Server    string // where the API is
	Tokens    string // the file with the staff's tokens
	Community string
	Language  string        // Both, Chinese or English
	Pause     time.Duration // before each chapter
	Deadline  time.Duration // how far ahead the deadline is set that will be missed
	// ApproveWithCLI sends the approval with the temporal program.
	ApproveWithCLI bool
	Temporal       Temporal
	UI             string // where Temporal's Web UI is
}

// first is the language that answers are asked in where only one is needed.
func (o Options) first() string {
	if o.Language == English {
		return English
	}
	return Chinese
}

// story is one complaint being played.
type story struct {
	Options
	*teller
	crew   crew
	run    string // makes this run's keys its own
	sent   int    // commands so far
	number string
	link   string // the complainant's tracking link
	state  client.Case
	told   int             // the last event that was told
	known  map[string]bool // notices that were told
	missed string          // the escalation of the missed deadline
}

// Run plays the demo and then checks that nothing of it was lost or happened twice.
func Run(ctx context.Context, out io.Writer, o Options) error {
	s := &story{Options: o, teller: newTeller(out, o.Language), run: strings.ToLower(rand.Text()[:8]), known: map[string]bool{}}
	var err error
	if s.crew, err = gather(ctx, o, s.trouble); err != nil {
		return err
	}
	for _, scene := range scenes {
		if err := s.play(ctx, scene); err != nil {
			return fmt.Errorf("%s: %w", scene.line.en, err)
		}
	}
	if err := s.lookBack(ctx); err != nil {
		return err
	}
	return s.check(ctx)
}

// trouble tells of a failure that is tried again.
func (s *story) trouble(err error) {
	s.say("  … ", dim, text{"系统暂时没有回应，重试（同一幂等键）：" + err.Error(), "no answer for now, trying again with the same key: " + err.Error()})
}

// play tells what somebody does, does it, and tells what came of it.
func (s *story) play(ctx context.Context, sc scene) error {
	if sc.title != (text{}) {
		if err := wait(ctx, s.Pause); err != nil {
			return err
		}
		s.chapter(sc.title)
	}
	who := s.crew[sc.who].label()
	s.say("▶ ", bold, text{who.zh + "：" + sc.line.zh, who.en + ": " + sc.line.en})
	do := sc.do
	if do == nil {
		do = func(ctx context.Context, s *story) error { return s.command(ctx, sc) }
	}
	if err := do(ctx, s); err != nil {
		return err
	}
	return s.report(ctx)
}

// command sends a scene's command as its person.
func (s *story) command(ctx context.Context, sc scene) error {
	path := client.CommandPath(s.number, sc.task, sc.command)
	if sc.who == complainant {
		path = client.PublicPath(s.number) + "/" + sc.command
	}
	return s.crew[sc.who].Send(ctx, path, s.key(sc.command), sc.body(s), nil)
}

// key names a command of this run: repeated on every retry, never used for another command.
func (s *story) key(command string) string {
	s.sent++
	return fmt.Sprintf("demo-%s-%02d-%s", s.run, s.sent, command)
}

// reader reads what the story tells: the manager may see everything.
func (s *story) reader() person { return s.crew[manager] }

// report tells what happened since the last report, where the case stands and what the complainant heard.
func (s *story) report(ctx context.Context) error {
	if err := s.reader().Get(ctx, client.CasePath(s.number), &s.state); err != nil {
		return err
	}
	if err := s.tellEvents(ctx); err != nil {
		return err
	}
	s.tellState()
	return s.tellNotices(ctx)
}

// tellEvents tells the timeline's new lines.
func (s *story) tellEvents(ctx context.Context) error {
	events, err := s.events(ctx, s.told)
	if err != nil {
		return err
	}
	for _, e := range events {
		s.told = max(s.told, e.Seq)
		s.say("    "+clock(e.At)[6:]+"  ", styleOf(e.Type), e.text)
	}
	return nil
}

// styleOf lets what went wrong stand out.
func styleOf(event string) string {
	if event == "deadline-breached" || event == "escalation-raised" {
		return red
	}
	return ""
}

// tellState tells the stage and the next deadline.
func (s *story) tellState() {
	stage := name(stageNames, s.state.Stage)
	line := text{"阶段：" + stage.zh, "stage: " + stage.en}
	if d, ok := nextDeadline(s.state); ok {
		step, owner := name(stepNames, d.Step), name(roleNames, d.Owner)
		line.zh += fmt.Sprintf("；下一期限：%s，%s前（%s）", step.zh, clock(d.Due), owner.zh)
		line.en += fmt.Sprintf("; next deadline: %s by %s (%s)", step.en, clock(d.Due), owner.en)
	}
	s.say("    → ", "", line)
}

// tellNotices tells what the complainant has newly been told.
func (s *story) tellNotices(ctx context.Context) error {
	notices, err := s.notices(ctx)
	if err != nil {
		return err
	}
	for _, n := range notices {
		if n.To != string(complainant) || s.known[n.ID] {
			continue
		}
		s.known[n.ID] = true
		s.say("    ✉ ", "", text{"告知投诉人：" + n.subject.zh, "told the complainant: " + n.subject.en})
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
