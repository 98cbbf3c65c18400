package settings

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
)

// P1: the default settings are valid, and the policy that a case carries stays small.
func TestDefaultSettingsAreValid(t *testing.T) {
	s, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	p, ok := s.ForCase("yuhu", time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC))
	if !ok || p.Version == "" {
		t.Fatalf("no policy for yuhu: %+v", p)
	}
	for _, kind := range []string{"complaint", "inquiry", "service"} {
		raw, _ := json.Marshal(p.Only(kind))
		if len(raw) > 8<<10 {
			t.Errorf("a case of %s would carry %d bytes of settings", kind, len(raw))
		}
	}
	if got := s.Names("en").Category("facility.lift"); got != "Lift out of order" {
		t.Errorf("name is %q", got)
	}
	if got := s.Names("zh-CN").Department("engineering"); got != "工程部" {
		t.Errorf("name is %q", got)
	}
}

// P1: a case of any kind can be moved to the settings in force: what it is given to adopt can stand.
func TestEveryKindCanAdoptTheSettings_P1(t *testing.T) {
	s, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := s.ForCase("yuhu", time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC))
	for _, kind := range registry.Taking(policy.CmdAdopt) {
		if faults := p.Adoptable(kind).Validate(); len(faults) > 0 {
			t.Errorf("%s: %v", kind, faults)
		}
	}
}

// P1: a file with faults is refused as a whole, each fault named by its path.
func TestBadSettingsAreNamed(t *testing.T) {
	cases := []struct{ from, to, want string }{
		{"warn_percent: 75", "warn_percent: 0", "warn_percent"},
		{"judge: { within: 2h", "judge: { within: 0s", "deadlines.judge.within"},
		{"owner: agent } # B1", "owner: boss } # B1", "deadlines.judge.owner"},
		{"id: facility.leak, parent: facility", "id: facility.leak, parent: gone", "complaint.categories[facility.leak].parent"},
		{"calendar: cn", "calendar: mars", "communities[yuhu].calendar"},
		{"review: [valid", "review: [valied", "complaint.review[valied]"},
		{"revisit_attempts", "revisit_atempts", "revisit_atempts"},
	}
	for _, c := range cases {
		path := filepath.Join(t.TempDir(), "settings.yaml")
		text := strings.Replace(string(defaultYAML), c.from, c.to, 1)
		if text == string(defaultYAML) {
			t.Fatalf("%q is not in the default settings", c.from)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Load(path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v does not name %s", c.to, err, c.want)
		}
	}
}
