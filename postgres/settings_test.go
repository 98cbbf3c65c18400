package postgres

import (
	"errors"
	"sync"
	"testing"
	"time"

	"bihuan/procedure/people"
)

func settingsVersion(n int, document string) SettingsVersion {
	return SettingsVersion{
		Version: n, At: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC), Staff: "zhou", Role: people.Admin, Why: "台风\x00",
		Changes: []byte(`[{"path":"complaint.warn_percent","was":75,"now":80}]`), Document: []byte(document),
	}
}

// P1: versions follow one another without a gap; of many who add the same one, one does.
func TestSettingsVersionsFollowOneAnother_P1(t *testing.T) {
	db := fresh(t)
	newest := func(want int) {
		t.Helper()
		if got, err := db.NewestSettings(t.Context()); err != nil || got != want {
			t.Errorf("newest is %d, %v; want %d", got, err, want)
		}
	}
	newest(0)
	for _, n := range []int{0, 2, -1} {
		if err := db.AddSettings(t.Context(), settingsVersion(n, "{}")); err == nil {
			t.Errorf("version %d was taken first", n)
		}
	}
	must(t, db.AddSettings(t.Context(), settingsVersion(1, `{"a":1}`)))
	const racers = 8
	var wait sync.WaitGroup
	results := make([]error, racers)
	for i := range racers {
		wait.Go(func() { results[i] = db.AddSettings(t.Context(), settingsVersion(2, `{"a":2}`)) })
	}
	wait.Wait()
	added := 0
	for _, err := range results {
		if err == nil {
			added++
		} else if !errors.Is(err, ErrSettingsChanged) {
			t.Error(err)
		}
	}
	if newest(2); added != 1 {
		t.Errorf("%d added version 2", added)
	}
	v, err := db.SettingsVersion(t.Context(), 2)
	must(t, err)
	if string(v.Document) != `{"a":2}` || v.Staff != "zhou" || v.Role != people.Admin || v.Why != "台风�" || len(v.Changes) == 0 {
		t.Errorf("%+v", v)
	}
	if _, err := db.SettingsVersion(t.Context(), 3); !errors.Is(err, ErrNotFound) {
		t.Errorf("version 3: %v", err)
	}
}

// P1: who changed what is listed, the newest first, page by page, and stays as it is.
func TestSettingsVersionsAreListedAndStay_P1(t *testing.T) {
	db := fresh(t)
	for n := range 5 {
		must(t, db.AddSettings(t.Context(), settingsVersion(n+1, "{}")))
	}
	var seen []int
	for cursor := ""; ; {
		page, err := db.SettingsVersions(t.Context(), cursor, 2)
		must(t, err)
		for _, v := range page.Items {
			seen = append(seen, v.Version)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	same(t, "versions", seen, []int{5, 4, 3, 2, 1})
	for _, sql := range []string{"DELETE FROM settings_versions", "TRUNCATE settings_versions", "UPDATE settings_versions SET why = ''"} {
		if _, err := owned(t, db).pool.Exec(t.Context(), sql); code(err) != ErrConflict.code {
			t.Errorf("%s: %v", sql, err)
		}
	}
}

// P1: open cases are listed and counted by the settings that they keep, within communities and, where asked, numbers.
func TestHoldings_P1(t *testing.T) {
	db := fresh(t)
	for number, of := range map[string][2]string{"TS-1": {"yuhu", "v1"}, "TS-2": {"yuhu", "v2"}, "TS-3": {"linjiang", "v1"}, "TS-4": {"yuhu", "v1"}} {
		b := sample(number)
		b.Summary.Community, b.Summary.PolicyVersion, b.Summary.Open = of[0], of[1], number != "TS-4"
		_, err := db.Record(t.Context(), b)
		must(t, err)
	}
	list := func(communities, numbers []string, after string) (found []string) {
		t.Helper()
		held, err := db.Holdings(t.Context(), HoldingFilter{Communities: communities, Kinds: []string{"complaint"}, Numbers: numbers}, after, 10)
		must(t, err)
		for _, h := range held {
			found = append(found, h.Number+" "+h.Policy)
		}
		return found
	}
	same(t, "of a community", list([]string{"yuhu"}, nil, ""), []string{"TS-1 v1", "TS-2 v2"})
	same(t, "of all", list([]string{"*"}, nil, "TS-1"), []string{"TS-2 v2", "TS-3 v1"})
	same(t, "by number", list([]string{"yuhu"}, []string{"TS-2", "TS-3", "TS-4"}, ""), []string{"TS-2 v2"})
	same(t, "of nobody", list(nil, nil, ""), nil)
	counts, err := db.CountHolding(t.Context(), HoldingFilter{Communities: []string{"*"}, Kinds: []string{"complaint", "inquiry"}})
	must(t, err)
	if none, err := db.CountHolding(t.Context(), HoldingFilter{Communities: []string{"*"}, Kinds: []string{"inquiry"}}); err != nil || len(none) != 0 {
		t.Errorf("of another kind: %v, %v", none, err)
	}
	unlike, err := db.Holdings(t.Context(), HoldingFilter{Communities: []string{"yuhu"}, Kinds: []string{"complaint"}, Unlike: []string{"v2"}}, "", 10)
	must(t, err)
	if len(unlike) != 1 || unlike[0].Policy != "v1" {
		t.Errorf("unlike v2: %+v", unlike)
	}
	same(t, "counts", counts, []HoldingCount{{"linjiang", "v1", 1}, {"yuhu", "v1", 1}, {"yuhu", "v2", 1}})
}
