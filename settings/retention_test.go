package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bihuan/procedure/policy"
)

// I5: records are kept for three years unless set otherwise; a time that would erase them at once, or is
// none, is refused and named.
func TestRetentionIsValidated_I5(t *testing.T) {
	const shipped = "records: 1095d"
	with := func(retention string) (Settings, error) {
		text := strings.Replace(string(defaultYAML), shipped, retention, 1)
		if text == string(defaultYAML) && retention != shipped {
			t.Fatal("the setting is called otherwise by now")
		}
		file := filepath.Join(t.TempDir(), "settings.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return Load(file)
	}
	for text, want := range map[string]time.Duration{shipped: 1095 * 24 * time.Hour, "{}": 1095 * 24 * time.Hour, "records: 30d": 30 * 24 * time.Hour} {
		if s, err := with(text); err != nil || s.Retention.Records != policy.Duration(want) {
			t.Errorf("%s: %v, %v", text, s.Retention, err)
		}
	}
	for text, named := range map[string]string{"records: -1d": "retention.records", "records: soon": "retention.records", "record: 30d": "retention.record"} {
		if _, err := with(text); err == nil || !strings.Contains(err.Error(), named) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
