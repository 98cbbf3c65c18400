package clock

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestGoAndLibcTellTheSameOtherTime asks a program that is built at the other time, and one that was long before.
func TestGoAndLibcTellTheSameOtherTime(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "now.go")
	source := "package main\n\nimport \"time\"\n\nfunc main() { println(time.Now().UTC().Format(time.RFC3339)) }\n"
	if err := os.WriteFile(program, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	leap := time.Date(2028, time.February, 29, 2, 0, 0, 0, time.UTC)
	said := filepath.Join(dir, "said")
	err := Run(t.Context(), filepath.Join(dir, "cache"), leap, "sh", "-c",
		"go run "+program+" 2>"+said+" && date -u +%Y-%m-%dT%H:%M:%SZ >>"+said)
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.ReadFile(said)
	if err != nil {
		t.Fatal(err)
	}
	clocks := strings.Fields(string(out))
	if len(clocks) != 2 {
		t.Fatalf("want the times of Go and of libc, got %q", out)
	}
	for _, clock := range clocks {
		if at, err := time.Parse(time.RFC3339, clock); err != nil || at.Sub(leap) < -2*time.Second || at.Sub(leap) > 10*time.Minute {
			t.Errorf("a clock shows %q shortly after %s (%v)", clock, leap, err)
		}
	}
}
