package e2e_test

import (
	"bytes"
	"testing"
	"time"

	"bihuan/sim/demo"
)

// TestTheDemoTellsEveryTale plays what `make demo` shows, deadlines that pass included: every tale checks by itself
// that all of it was recorded, each once. A11 H1 H2 I4 J1 J2 J3 K1 K2 K3 L1 L2 L3 L4 M1 M3 M5 M6
func TestTheDemoTellsEveryTale(t *testing.T) {
	var told bytes.Buffer
	err := demo.Run(t.Context(), &told, demo.Options{
		Server: bihuan.URL, Tokens: bihuan.TokensFile(), Community: "cuihu", Language: demo.Both, Deadline: 8 * time.Second,
		Pace: 20000, Cases: 12, Towns: []string{"cuihu"},
	})
	if err != nil {
		t.Errorf("%v\n%s", err, told.String())
	}
}
