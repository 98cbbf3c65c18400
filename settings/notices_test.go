package settings

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bihuan/postgres"
	"bihuan/words"
)

// wording is what a file and a change say of a notice.
func wording(subject string) map[string]any {
	return map[string]any{"subject": subject, "body": `Thank you. {{template "tracking" .}}`}
}

const english = "notices.acknowledged.en"

// sayingSo begins settings with a file that has words for a notice.
func sayingSo(t *testing.T, s *shelf, subject string) (*Current, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "settings.yaml")
	text := string(defaultYAML) + "\nnotices:\n  acknowledged:\n    en: { subject: '" + subject + "', body: '{{template \"tracking\" .}}' }\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Open(t.Context(), Source{File: file, Store: s, Seeds: true, Words: words.CheckNotices, Log: slog.New(slog.DiscardHandler)})
}

// subject gives how a notice to a complainant begins.
func subject(c *Current, lang words.Language) string {
	subject, _ := words.Notice(lang, "acknowledged", map[string]string{"number": "TS-1"}, c.Names(lang))
	return subject
}

// Q1, P1: words for a notice count at once, have versions like everything else, and do not make other settings of a
// case; taken away, the shipped ones are back, whatever the file said.
func TestWordsOfNoticesAreSettings_Q1(t *testing.T) {
	s := &shelf{}
	c, err := sayingSo(t, s, "From the file: {{.number}}")
	if err != nil {
		t.Fatal(err)
	}
	before, _ := c.For("yuhu")
	if got := subject(c, words.English); got != "From the file: TS-1" {
		t.Errorf("the file's words: %s", got)
	}
	r, err := edit(t, c, english, wording("Changed: {{.number}}"))
	if err != nil || len(r.Faults) > 0 || len(r.Changes) != 2 || r.Changes[0].Path != english+".body" || r.Changes[1].Was != "From the file: {{.number}}" {
		t.Errorf("changed: %+v, %v", r, err)
	}
	if got, zh := subject(c, words.English), subject(c, words.Chinese); got != "Changed: TS-1" || zh != "您的投诉已受理（TS-1）" {
		t.Errorf("%s, %s", got, zh)
	}
	if after, _ := c.For("yuhu"); after.Version != before.Version {
		t.Error("a case keeps the words of notices")
	}
	for _, away := range []string{"notices.acknowledged", "notices"} {
		if r, err := edit(t, c, away, nil); err != nil || len(r.Faults) > 0 {
			t.Errorf("%s taken away: %v, %v", away, r.Faults, err)
		}
		if got := subject(c, words.English); got != "We have received your complaint (TS-1)" {
			t.Errorf("%s taken away, it says %s", away, got)
		}
	}
}

// Q1, P1: words that cannot stand are refused by their path with everything else that is wrong.
func TestFaultyWordsOfNoticesAreRefused_Q1(t *testing.T) {
	if _, err := sayingSo(t, &shelf{}, "{{.phone}}"); err == nil || !strings.Contains(err.Error(), english+".subject: unknown_argument") {
		t.Errorf("a file with faulty words: %v", err)
	}
	s := &shelf{}
	c, err := sayingSo(t, s, "{{.number}}")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path string
		now  any
		want string
	}{
		{"notices.acknowledged.en.body", "{{range 9}}x{{end}}", "notices.acknowledged.en.body not_for_notices"},
		{"notices.acknowledged.en.subject", nil, "notices.acknowledged.en.subject no_words"},
		{"notices.acknowledged.en.subject", 7.0, "notices.acknowledged.en.subject unreadable"},
		{"notices.acknowledged.en.colour", "red", "notices.acknowledged.en.colour unknown_setting"},
		{"notices.acknowledged.fr", wording("Bonjour"), "notices.acknowledged.fr not_one_of"},
		{"notices.farewell", map[string]any{"en": wording("x")}, "notices.farewell unknown_notice"},
		{"notices.acknowledged", "x", "notices.acknowledged wrong_shape"},
	} {
		r, err := edit(t, c, test.path, test.now)
		if f := r.Faults; err != nil || len(f) != 1 || f[0].Path+" "+f[0].Code != test.want {
			t.Errorf("%v, %v, want %s", f, err, test.want)
		}
	}
	if len(s.versions) != 1 {
		t.Error("a version with faults was saved")
	}
}

// Q2: words that an older program took and this one cannot say keep no settings and no notice from anybody.
func TestOldWordsThatCannotStandAreSurvived_Q2(t *testing.T) {
	doc := with(t, shipped(t), english, wording("{{nothing .of_this}}"))
	s := &shelf{versions: []postgres.SettingsVersion{{Version: 1, Document: doc.JSON()}}}
	c, err := Open(t.Context(), Source{Store: s, Seeds: true, Words: words.CheckNotices, Log: slog.New(slog.DiscardHandler)})
	if err != nil || c.Version().Number != 1 {
		t.Fatalf("version %d: %v", c.Version().Number, err)
	}
	if got := subject(c, words.English); got != "We have received your complaint (TS-1)" {
		t.Errorf("it says %s", got)
	}
	if r, err := edit(t, c, "complaint.warn_percent", 80.0); err != nil || len(r.Faults) != 1 || r.Faults[0].Path != english+".subject" {
		t.Errorf("changed with them: %v, %v", r.Faults, err)
	}
}
