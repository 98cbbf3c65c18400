package api_test

import (
	"crypto/ed25519"
	"encoding/hex"
	"net/http"
	"testing"

	"bihuan/server/contract"
)

// N2: the key that exports are verified with is there for everybody; where there is none, that is said.
func TestTheExportKeyIsPublished_N2(t *testing.T) {
	newDesk(t).ask("", http.MethodGet, "/api/v1/export-key", "").is(http.StatusNotFound, "no_export_key")
	public, _, err := ed25519.GenerateKey(nil)
	check(t, err)
	a := newOffice(t, public).ask("", http.MethodGet, "/api/v1/export-key", "").is(http.StatusOK, "")
	if a.body["algorithm"] != string(contract.Ed25519) || a.body["key"] != hex.EncodeToString(public) {
		t.Errorf("got %v", a.body)
	}
}
