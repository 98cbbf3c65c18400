package number

import (
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var day = time.Date(2026, 11, 21, 8, 0, 0, 0, time.UTC)

func anyNumber(t *rapid.T) string {
	date := day.AddDate(0, 0, rapid.IntRange(-4000, 4000).Draw(t, "day"))
	return New(Complaint, date, rapid.Uint32().Draw(t, "random"))
}

// A4: the number that the complainant writes down can be read back.
func TestWrittenNumbersAreRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := anyNumber(t)
		sloppy := strings.ToLower(strings.ReplaceAll(n[2:], "1", rapid.SampledFrom([]string{"1", "I", "l"}).Draw(t, "one")))
		sloppy = "ts" + strings.ReplaceAll(sloppy, "0", rapid.SampledFrom([]string{"0", "o", "O"}).Draw(t, "zero"))
		if got, ok := Parse(sloppy); !ok || got != n {
			t.Fatalf("Parse(%q) = %q, %v; want %q", sloppy, got, ok, n)
		}
	})
}

func TestOneWrongCharacterIsCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := []byte(anyNumber(t))
		i := rapid.SampledFrom([]int{3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16}).Draw(t, "place")
		wrong := alphabet[rapid.IntRange(0, 31).Draw(t, "character")]
		if wrong == n[i] {
			return
		}
		n[i] = wrong
		if got, ok := Parse(string(n)); ok {
			t.Fatalf("%q passed as %q", n, got)
		}
	})
}

func TestSwappedNeighboursAreCaught(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := []byte(anyNumber(t))
		i := rapid.SampledFrom([]int{3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15}).Draw(t, "place")
		if n[i] == n[i+1] {
			return
		}
		n[i], n[i+1] = n[i+1], n[i]
		if _, ok := Parse(string(n)); ok {
			t.Fatalf("%q passed", n)
		}
	})
}

func TestWhatIsNoNumberIsRefused(t *testing.T) {
	good := New(Complaint, day, 12345)
	for _, s := range []string{"", "TS", good[:16], good + "0", "X1" + good[2:], strings.ReplaceAll(good, "-", "_"), "TS-20261321-00000", "TS-2026112é-0000"} {
		if _, ok := Parse(s); ok {
			t.Errorf("%q passed", s)
		}
	}
}

// A10: the same key leads to the same number, and each attempt to another.
func TestKeysLeadToNumbers(t *testing.T) {
	hash, seen := sha256.Sum256([]byte("key")), map[string]bool{}
	for attempt := range Attempts {
		n := New(Complaint, day, Derive(hash, attempt))
		if n != New(Complaint, day, Derive(hash, attempt)) || seen[n] {
			t.Fatalf("attempt %d gives %s", attempt, n)
		}
		seen[n] = true
	}
}
