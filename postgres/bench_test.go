package postgres

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
)

// BenchmarkRecord writes the second turn of ever new cases and the first with it, by 8 writers. Against a
// server that waits for its disk, set TEST_DATABASE_URL: the one the tests start does not.
func BenchmarkRecord(b *testing.B) {
	db := fresh(b)
	seedStaff(b, db)
	var number atomic.Int64
	b.SetParallelism(4) // of 2 processors
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		var second bool
		batch := sample("")
		for pb.Next() {
			if second {
				batch = next(batch, "judged", `{"nature":"valid"}`)
			} else {
				batch = sample(fmt.Sprintf("TS-%d", number.Add(1)))
			}
			second = !second
			if _, err := db.Record(b.Context(), batch); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "batches/s")
}

// BenchmarkCases reads a page of a list of 5,000 cases, whose states are as long as those of real ones, and one case whole.
func BenchmarkCases(b *testing.B) {
	db := fresh(b)
	state, err := json.Marshal(map[string]string{"record": strings.Repeat("厨房漏水 kitchen ", 200)})
	must(b, err)
	for i := range 5000 {
		batch := sample(fmt.Sprintf("TS-%04d", i))
		batch.State = state
		record(b, db, batch)
	}
	b.Run("page", func(b *testing.B) {
		for b.Loop() {
			if page, err := db.Cases(b.Context(), Filter{Communities: all}); err != nil || len(page.Items) != defaultLimit {
				b.Fatal(len(page.Items), err)
			}
		}
	})
	b.Run("case", func(b *testing.B) {
		for b.Loop() {
			if _, err := db.Case(b.Context(), "TS-2500"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
