package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// BenchmarkRegister measures what registering costs the server beside the engine.
func BenchmarkRegister(b *testing.B) {
	d := newDesk(b)
	body := d.leak()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/api/v1/complaints", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+d.tokens["agent"])
		w := httptest.NewRecorder()
		d.server.ServeHTTP(w, r)
		if w.Code != http.StatusCreated {
			b.Fatal(w.Body)
		}
	}
}
