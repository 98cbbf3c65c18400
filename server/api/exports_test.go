package api

import (
	"crypto/ed25519"
	"encoding/hex"
	"net/http"
	"testing"

	"bihuan/server/contract"
)

// N2: the key that exports are verified with is there for everybody; where there is none, that is said.
func TestTheExportKeyIsPublished_N2(t *testing.T) {
	d := newDesk(t)
	d.ask("", http.MethodGet, "/api/v1/export-key", "").is(http.StatusNotFound, "no_export_key")
	public, _, err := ed25519.GenerateKey(nil)
	check(t, err)
	answer, err := (&Server{Options: Options{ExportKey: public}}).GetExportKey(t.Context(), contract.GetExportKeyRequestObject{})
	if got, _ := answer.(contract.GetExportKey200JSONResponse); err != nil || got.Algorithm != contract.Ed25519 || got.Key != hex.EncodeToString(public) {
		t.Errorf("got %+v, %v", answer, err)
	}
}
