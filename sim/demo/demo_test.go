package demo_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/sim/demo"
)

func play(t *testing.T, s *system, language string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out bytes.Buffer
	err := demo.Run(ctx, &out, demo.Options{
		Server: s.URL, Tokens: tokens(t), Community: "yuhu", Only: []string{"complaint"}, Language: language, Deadline: 2 * time.Second,
		UI: "http://127.0.0.1:8243", Temporal: demo.Temporal{Program: "temporal", Address: "127.0.0.1:7243", Namespace: "default"},
	})
	return out.String(), err
}

// I1, H1, H2, H4: the story runs through the real procedure, with a deadline that really passes.
func TestStoryRunsThroughTheProcedure(t *testing.T) {
	t.Parallel()
	s := newSystem(t, func(int) fault { return none })
	out, err := play(t, s, demo.Both)
	require.NoError(t, err, out)
	require.Equal(t, complaint.Satisfied, s.state.Closing.Outcome)
	require.Equal(t, deadline.EscalationApproved, s.state.Escalated[0].Status)
	require.Equal(t, "manager-1", s.events[indexOf(s, complaint.EvEscalationDecided)].By.ID)
	for _, words := range []string{number, "待补充：发生时间、解决要求", "核对无误", "checked: ", "--workflow-id " + number + " --name decide-escalation", "/track/" + number + "/" + secret, "http://127.0.0.1:8243/namespaces/default/workflows/" + number} {
		require.Contains(t, out, words)
	}
}

func indexOf(s *system, eventType string) int {
	for i, e := range s.events {
		if e.Type == eventType {
			return i
		}
	}
	return -1
}

// A10: commands that get lost, answers that get lost, and commands that are applied late change nothing.
func TestStorySurvivesFaults(t *testing.T) {
	t.Parallel()
	s := newSystem(t, func(call int) fault { return []fault{lost, unheard, pending, none}[call%4] })
	out, err := play(t, s, demo.English)
	require.NoError(t, err, out)
	require.NotContains(t, out, "登记")
	require.Contains(t, out, "no answer for now")
}

// Without idempotency a repeated command is noticed: the story does not add up, or something is refused.
func TestStoryNoticesRepetition(t *testing.T) {
	t.Parallel()
	s := newSystem(t, func(int) fault { return forgetit })
	_, err := play(t, s, demo.Chinese)
	require.Error(t, err)
}

// What happened behind the story's back is noticed at its end.
func TestStoryNoticesWhatDoesNotBelong(t *testing.T) {
	t.Parallel()
	var s *system
	s = newSystem(t, func(call int) fault {
		if call == 5 {
			raw := []byte(`{"channel":"hotline","said":"x"}`)
			_ = s.apply(procedure.Command{ID: "stray", Name: complaint.CmdContact, Actor: office["bh_agent"], At: time.Now(), Payload: raw})
		}
		return none
	})
	_, err := play(t, s, demo.Chinese)
	require.ErrorContains(t, err, "the story does not add up: contacted happened 1 times, which is not in the story")
}

func TestUnexpectedRefusalEndsTheStory(t *testing.T) {
	t.Parallel()
	var s *system
	s = newSystem(t, func(call int) fault {
		if call == 4 { // the review, after somebody else's withdrawal
			_ = s.apply(procedure.Command{ID: "stray", Name: complaint.CmdWithdraw, Actor: office["bh_agent"], At: time.Now(), Payload: []byte(`{"reason":"x"}`)})
		}
		return none
	})
	_, err := play(t, s, demo.English)
	require.ErrorContains(t, err, "confirms it for the review panel")
	require.ErrorContains(t, err, "refused: wrong_stage")
}

// The approval sent by the temporal program reaches the case as the signal that the API would send. H4
func TestApprovalByCommandLine(t *testing.T) {
	t.Parallel()
	s := newSystem(t, func(int) fault { return none })
	dir := t.TempDir()
	program, taken := filepath.Join(dir, "temporal"), filepath.Join(dir, "taken")
	script := "#!/bin/sh\nprintf '%s\\n' \"$@\" >" + taken + "\n"
	require.NoError(t, os.WriteFile(program, []byte(script), 0o700))
	s.onOutcome = func() { s.deliver(t, taken) }
	var out bytes.Buffer
	err := demo.Run(t.Context(), &out, demo.Options{
		Server: s.URL, Tokens: tokens(t), Community: "yuhu", Only: []string{"complaint"}, Language: demo.Both, Deadline: 2 * time.Second, ApproveWithCLI: true,
		Temporal: demo.Temporal{Program: program, Address: "127.0.0.1:7243", Namespace: "default"},
	})
	require.NoError(t, err, out.String())
	require.Equal(t, deadline.EscalationApproved, s.state.Escalated[0].Status)

	line := out.String()[strings.Index(out.String(), program+" workflow signal"):]
	line, _, _ = strings.Cut(line, "\n")
	before, err := os.ReadFile(taken)
	require.NoError(t, err)
	require.NoError(t, exec.Command("sh", "-c", line).Run(), "the printed command can be pasted")
	after, err := os.ReadFile(taken)
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
}

func TestTokensAreNeeded(t *testing.T) {
	for name, content := range map[string]string{"empty": "", "nobody": "staff: []\n"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "tokens")
			require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
			err := demo.Run(t.Context(), &bytes.Buffer{}, demo.Options{Tokens: path})
			require.ErrorContains(t, err, "holds no tokens")
		})
	}
	err := demo.Run(t.Context(), &bytes.Buffer{}, demo.Options{Tokens: filepath.Join(t.TempDir(), "none")})
	require.ErrorContains(t, err, "make up")
}
