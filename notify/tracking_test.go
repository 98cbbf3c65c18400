package notify

import (
	"strings"
	"testing"
)

// N3: a tracking link opens its own complaint and no other.
func TestN3TrackingLink(t *testing.T) {
	tracking, err := NewTracking(Configuration{TrackingSecret: strings.Repeat("0a", 32), PublicURL: "https://example.com/"})
	if err != nil {
		t.Fatal(err)
	}
	link := tracking.Link("TS-20261121-7K3F9")
	secret, ok := strings.CutPrefix(link, "https://example.com/track/TS-20261121-7K3F9/")
	if !ok || len(secret) != 22 {
		t.Fatalf("link %s", link)
	}
	if !tracking.Valid("TS-20261121-7K3F9", secret) {
		t.Error("its own secret does not open the case")
	}
	for _, wrong := range []string{"", secret[:21], secret + "A", strings.ToLower(secret), strings.Repeat("A", 22)} {
		if tracking.Valid("TS-20261121-7K3F9", wrong) {
			t.Errorf("%q opens the case", wrong)
		}
	}
	if tracking.Valid("TS-20261121-7K3F8", secret) {
		t.Error("the secret opens another case")
	}
	other := Tracking{Secret: []byte("another key, long enough")}
	if other.Valid("TS-20261121-7K3F9", secret) || (Tracking{}).Valid("TS-1", (Tracking{}).secret("TS-1")) {
		t.Error("another key, or none, opens the case")
	}
}

func TestTrackingSettingsAreChecked(t *testing.T) {
	key := strings.Repeat("0a", 32)
	for _, c := range []Configuration{
		{TrackingSecret: "", PublicURL: "https://example.com"},
		{TrackingSecret: "0a0a", PublicURL: "https://example.com"},
		{TrackingSecret: strings.Repeat("xy", 32), PublicURL: "https://example.com"},
		{TrackingSecret: key, PublicURL: "example.com"},
	} {
		if _, err := NewTracking(c); err == nil {
			t.Errorf("taken: %+v", c)
		} else if c.TrackingSecret != "" && strings.Contains(err.Error(), c.TrackingSecret) {
			t.Error("the error shows the secret")
		}
	}
}
