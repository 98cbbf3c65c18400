package pace_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"bihuan/procedure/policy"
	"bihuan/settings"
	"bihuan/sim/pace"
)

// The shipped settings, shortened, are settings still, and only the procedure's times are shorter.
func TestShippedSettingsCanBeShortened(t *testing.T) {
	text, err := os.ReadFile("../../settings/default.yaml")
	if err != nil {
		t.Fatal(err)
	}
	short, err := pace.Settings(text, 1000)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "short.yaml")
	if err := os.WriteFile(file, short, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := settings.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	whole, err := settings.Load("")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := s.For("yuhu")
	judge := p.Deadlines.Judge
	if time.Duration(judge.Within) != 7200*time.Millisecond || judge.Clock != policy.Wall || p.RevisitAttempts != 1 || p.WarnPercent != 75 {
		t.Errorf("judge %v on the %s clock, %d attempts, warned at %d %%", time.Duration(judge.Within), judge.Clock, p.RevisitAttempts, p.WarnPercent)
	}
	if lift, _ := p.Category("facility.lift-trapped"); time.Duration(lift.Work) != 14400*time.Millisecond {
		t.Errorf("a lift is freed within %v", time.Duration(lift.Work))
	}
	if s.Retention != whole.Retention || s.Login.Idle != whole.Login.Idle {
		t.Error("times that are not the procedure's were changed")
	}
}

func TestWhatIsNoSettingsIsRefused(t *testing.T) {
	for _, text := range []string{"", "- a", "a: [", "a: 1"} {
		if _, err := pace.Settings([]byte(text), 0.5); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
