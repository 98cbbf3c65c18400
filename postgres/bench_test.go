package postgres

import (
	"fmt"
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
