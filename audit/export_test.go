package audit

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"testing"
)

// N2: an export is verified with nothing but the published key, and any change of it shows.
func TestExportIsVerifiedWithoutTheSystem(t *testing.T) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	file, err := Sign(Export{Record: record(t), MadeAt: monday}, private)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Check(file, public); err != nil {
		t.Errorf("an untouched export: %v", err)
	}
	altered := bytes.Replace(file, []byte("灯坏了"), []byte("灯很好"), 1)
	if _, err := Check(altered, public); !errors.Is(err, ErrBadSignature) {
		t.Errorf("an altered export: %v", err)
	}
	other, forger, _ := ed25519.GenerateKey(nil)
	forged, _ := Sign(Export{Record: record(t)}, forger)
	if _, err := Check(forged, public); !errors.Is(err, ErrOtherKey) {
		t.Errorf("a forged export: %v", err)
	}
	if _, err := Check([]byte("{}"), other); !errors.Is(err, ErrNotAnExport) {
		t.Errorf("something else: %v", err)
	}
	bad := record(t)
	bad.Events[2].By.ID = "somebody-else"
	file, _ = Sign(Export{Record: bad}, private)
	var fault *Fault
	if _, err := Check(file, public); !errors.As(err, &fault) {
		t.Errorf("a signed record that was altered before: %v", err)
	}
}
