// Package recorded gives tests the histories that cases really had, as e2e/histories recorded them for each release.
package recorded

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"go.temporal.io/sdk/converter"

	"bihuan/e2e/system"
	"bihuan/temporal"
	"bihuan/temporal/encryption"
	"bihuan/temporal/history"
)

// Files lists them, by release and name.
func Files(t testing.TB) []string {
	t.Helper()
	return files(t, "*")
}

func files(t testing.TB, name string) []string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	all, err := filepath.Glob(filepath.Join(filepath.Dir(here), "../../workflows/testdata/histories/*", name+".json"))
	if err != nil || len(all) == 0 {
		t.Fatalf("no history %s is stored (%v); record them: make histories LABEL=…", name, err)
	}
	slices.Sort(all)
	return all
}

// History gives those of the newest release, by their names, as if they were the runs of one case.
func History(t testing.TB, number string, runs ...string) history.History {
	t.Helper()
	h := history.History{WorkflowID: number}
	for _, run := range runs {
		all := files(t, run)
		raw, err := os.ReadFile(all[len(all)-1])
		if err != nil {
			t.Fatal(err)
		}
		h.Runs = append(h.Runs, history.Run{RunID: run, History: raw})
	}
	return h
}

// Converter reads what is in them.
func Converter() converter.DataConverter {
	keys, err := encryption.Parse(system.Keys)
	if err != nil {
		panic(err) // they are written down
	}
	return temporal.Converter(keys)
}
