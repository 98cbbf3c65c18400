// Package demo drives one complaint through the whole loop and one case of every other kind through the
// most of theirs, as the staff of a community and as its customers, and tells what happens. Nothing is
// pretended: deadlines pass on the clock on the wall.
package demo

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"bihuan/sim/client"
	"bihuan/sim/crew"
	"bihuan/sim/remote"
	"bihuan/sim/town"
)

// Options is how a demo is played.
type Options struct {
	Server    string // where the API is
	Tokens    string // the file with the staff's tokens
	Community string
	Only      []string      // the names of the tales that are told; all when empty
	Language  string        // Both, Chinese or English
	Pause     time.Duration // before each chapter
	Deadline  time.Duration // how far ahead the deadlines are set that will be missed
	// ApproveWithCLI sends the approval with the temporal program.
	ApproveWithCLI bool
	Temporal       Temporal
	UI             string // where Temporal's Web UI is

	// Of the tale of the town: how many times sooner than in life its people come and act, how many cases they
	// bring on average, the luck that they draw with (0: the scenario's), and where they live (everywhere else).
	Pace, Cases float64
	Seed        uint64
	Towns       []string
}

// first is the language that answers are asked in where only one is needed.
func (o Options) first() string {
	if o.Language == English {
		return English
	}
	return Chinese
}

// story is one tale being played.
type story struct {
	Options
	*teller
	tale
	*matter // the case that it is about now
	matters map[string]*matter
	office  *remote.Office
	run     string // makes this run's keys its own
	sent    int    // commands so far
	missed  string // the escalation of the missed deadline
	// category is that of the matter that the households complain of, and invited the link of a household that
	// is asked in a survey.
	category, invited string
}

// matter is one case of a tale.
type matter struct {
	number string
	state  client.Case
	told   int             // the last event that was told
	known  map[string]bool // notices that were told
}

// Run plays the demo and checks at the end of each tale that nothing of it was lost or happened twice.
func Run(ctx context.Context, out io.Writer, o Options) error {
	chosen, err := choose(o.Only)
	if err != nil {
		return err
	}
	t, run := newTeller(out, o.Language), strings.ToLower(rand.Text()[:8])
	access := crew.Access{Server: o.Server, Tokens: o.Tokens, Language: o.first(), Trouble: t.trouble}
	office, err := remote.Open(ctx, remote.Options{Access: access, Communities: []string{o.Community}})
	if err != nil {
		return err
	}
	for _, told := range chosen {
		s := &story{Options: o, teller: t, tale: told, matter: &matter{}, matters: map[string]*matter{}, office: office, run: run + "-" + told.name}
		if err := s.tell(ctx); err != nil {
			return fmt.Errorf("%s: %w", told.name, err)
		}
	}
	return nil
}

// tell plays a tale's scenes and has its end.
func (s *story) tell(ctx context.Context) error {
	if err := s.cast(); err != nil {
		return err
	}
	for _, scene := range s.scenes {
		if err := s.play(ctx, scene); err != nil {
			return fmt.Errorf("%s: %w", scene.line.en, err)
		}
	}
	return s.end(ctx, s)
}

// trouble tells of a failure that is tried again.
func (t *teller) trouble(err error) {
	t.say("  … ", dim, said("demo.trouble", "error", err))
}

// play tells what somebody does, does it, and tells what came of it.
func (s *story) play(ctx context.Context, sc scene) error {
	if sc.title != (text{}) {
		if err := wait(ctx, s.Pause); err != nil {
			return err
		}
		s.chapter(sc.title)
	}
	if sc.about != "" {
		s.matter = s.matters[sc.about]
	}
	who := s.label(sc.who)
	s.say("▶ ", bold, said("demo.act", "who", who, "line", sc.line))
	if err := s.act(ctx, sc); err != nil {
		return err
	}
	if s.number == "" {
		return nil
	}
	return s.report(ctx)
}

// act does what a scene is about.
func (s *story) act(ctx context.Context, sc scene) error {
	switch {
	case sc.do != nil:
		return sc.do(ctx, s)
	case sc.opens != "":
		return s.open(ctx, sc)
	case sc.refused != "":
		return s.refusal(ctx, sc)
	}
	return s.command(ctx, sc)
}

// open takes a case in, whose customer gets the link that they are told.
func (s *story) open(ctx context.Context, sc scene) error {
	number, err := s.office.Open(ctx, town.Opening{Key: s.key("register"), Kind: sc.opens, Who: s.who(sc.who), Body: sc.body(s)})
	if err != nil {
		return err
	}
	s.begin(cmp.Or(sc.as, sc.opens), number)
	return nil
}

// begin turns to a new case and tells its number.
func (s *story) begin(as, number string) {
	s.matter = &matter{number: number, known: map[string]bool{}}
	s.matters[as] = s.matter
	s.say("    # ", bold, said("demo.number", "number", number))
}

// command sends a scene's command as its person.
func (s *story) command(ctx context.Context, sc scene) error {
	return s.office.Give(ctx, town.Command{
		Key: s.key(sc.command), Number: s.number, Who: s.who(sc.who), Name: sc.command, Task: sc.task, Body: sc.body(s),
	})
}

// refusal sends a command that has to be refused, and tells why it was.
func (s *story) refusal(ctx context.Context, sc scene) error {
	err := s.command(ctx, sc)
	var no *town.Refusal
	switch {
	case err == nil:
		return fmt.Errorf("wanted the refusal %s, and it was done", sc.refused)
	case !errors.As(err, &no) || no.Code != sc.refused:
		return err
	}
	s.say("    ✗ ", red, said("demo.refusal", "detail", no.Detail))
	return nil
}

// key names a command of this run: repeated on every retry, never used for another command.
func (s *story) key(command string) string {
	s.sent++
	return fmt.Sprintf("demo-%s-%02d-%s", s.run, s.sent, command)
}

// look reads the case as it stands.
func (s *story) look(ctx context.Context) (err error) {
	s.state, err = s.office.Look(ctx, s.number)
	return err
}

// report tells what happened since the last report, where the case stands and what the complainant heard.
func (s *story) report(ctx context.Context) error {
	if err := s.look(ctx); err != nil {
		return err
	}
	if err := s.tellEvents(ctx); err != nil {
		return err
	}
	if s.detailed {
		s.tellState()
	}
	return s.tellNotices(ctx)
}

// tellEvents tells the timeline's new lines.
func (s *story) tellEvents(ctx context.Context) error {
	events, err := s.events(ctx, s.told)
	if err != nil {
		return err
	}
	for _, e := range events {
		if e.Refused != "" { // told where it was refused
			continue
		}
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
	line := said("demo.state", "stage", s.state.Stage)
	if d, ok := nextDeadline(s.state); ok {
		line = saidOf(s.kind(), "demo.state_due", "stage", s.state.Stage, "step", d.Step, "due", clock(d.Due), "owner", d.Owner)
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
		s.say("    ✉ ", "", saidOf(s.kind(), "demo.notice", "subject", n.subject))
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
