package desk

import (
	"fmt"
	"testing"
)

func TestRecentForgetsWhatIsNotUsed(t *testing.T) {
	r := newRecent[int](10)
	r.put("used", 1)
	for i := range 1000 {
		r.put(fmt.Sprint(i), i)
		if v, ok := r.get("used"); !ok || v != 1 {
			t.Fatalf("forgot what is used, after %d", i)
		}
	}
	if _, ok := r.get("0"); ok || len(r.new)+len(r.old) > 20 {
		t.Errorf("keeps %d", len(r.new)+len(r.old))
	}
}
