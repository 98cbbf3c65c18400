package postgres_test

import (
	"math"
	"reflect"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/analysis"
	"bihuan/procedure/statistics"
)

// M2, M4: the figures of an analysis are the same whether the database counts them or the events are folded
// anew; a figure that is watched is the one that the analysis has; drills are in neither (M5).
func TestAnalysesAreTheSameBothWays_M2_M4(t *testing.T) {
	db := postgres.Fresh(t)
	cases := told(t, db, lived(t, db, 7))
	first, second := spans(t, statistics.Period{From: "2026-01-01", To: "2026-07-01"}), spans(t, statistics.Period{From: "2026-07-01", To: "2027-01-01"})
	var both []analysis.Spans
	for i := range first {
		both = append(both, analysis.Spans{Now: second[i], Before: first[i]})
	}
	counted, err := db.Observe(t.Context(), both)
	postgres.Must(t, err)
	folded := analysis.Observe(cases, both)
	if len(counted) != len(folded) || len(counted) < 40 {
		t.Fatalf("%d figures counted, %d folded", len(counted), len(folded))
	}
	metrics := map[analysis.Metric]bool{}
	for i, c := range counted {
		f := folded[i]
		metrics[c.Watch.Metric] = true
		if math.Abs(c.Sum-f.Sum) > 1e-6 || math.Abs(c.Squares-f.Squares) > 1e-6 {
			t.Errorf("counted %+v\nfolded  %+v", c, f)
		}
		c.Sum, c.Squares, f.Sum, f.Squares = 0, 0, 0, 0
		if !reflect.DeepEqual(c, f) {
			t.Errorf("counted %+v\nfolded  %+v", c, f)
		}
		watched(t, db, counted[i], both)
	}
	if len(metrics) != len(analysis.Metrics) {
		t.Errorf("only %v were told of", metrics)
	}
}

// watched holds a figure that somebody watches against the one of the analysis.
func watched(t *testing.T, db *postgres.DB, o analysis.Observation, both []analysis.Spans) {
	t.Helper()
	for _, s := range both {
		span := s.Before
		if o.Now {
			span = s.Now
		}
		if span.Community != o.Community {
			continue
		}
		got, err := db.Watched(t.Context(), o.Community, o.Watch, span.From, span.To)
		postgres.Must(t, err)
		want := analysis.SampleOf(o.N, o.Of, o.Sum, o.Squares, span.To.Sub(span.From).Hours()/24)
		if math.Abs(got.Mean-want.Mean) > 0.01 || math.Abs(got.Variance-want.Variance) > 0.01 {
			t.Errorf("%+v is watched as %+v", want, got)
		}
		got.Mean, got.Variance, want.Mean, want.Variance = 0, 0, 0, 0
		if got != want {
			t.Errorf("%+v %+v is watched as %+v", o.Watch, want, got)
		}
	}
}

// M2: an analysis of days that are none says so, one of nothing finds nothing.
func TestAnalysisOfNothing_M2(t *testing.T) {
	db, rules := postgres.Fresh(t), analysis.Rules{Percent: 10, Repeat: 3}
	if _, err := db.Analyse(t.Context(), statistics.Period{From: "2026-02-01", To: "2026-01-01"}, both, rules); err == nil {
		t.Error("a period that ends before it begins is analysed")
	}
	found, err := db.Analyse(t.Context(), statistics.Period{From: "2026-01-01", To: "2026-02-01"}, both, rules)
	if err != nil || len(found) > 0 {
		t.Errorf("%v, %v", found, err)
	}
	s, err := db.Watched(t.Context(), "yuhu", analysis.Watch{Metric: analysis.Missed}, time.Unix(0, 0), time.Unix(86400, 0))
	if err != nil || s.N != 0 || s.Of != 0 || s.Days != 1 {
		t.Errorf("%+v, %v", s, err)
	}
}
