package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bihuan/e2e/system"
)

// duplicates asks for what is likely the same, until a number is offered.
func duplicates(t *testing.T, number string, matter M) (because []string) {
	t.Helper()
	must(t, system.Poll(t.Context(), func() (bool, error) {
		a, err := bihuan.As("agent").Do(t.Context(), http.MethodPost, "/api/v1/complaints/duplicates", matter)
		must(t, err)
		var found struct {
			Items []struct {
				Number  string
				Because []string
			}
		}
		must(t, a.Into(http.StatusOK, &found))
		for _, d := range found.Items {
			if d.Number == number {
				because = d.Because
				return true, nil
			}
		}
		return false, fmt.Errorf("%s is not offered: %s", number, a.Body)
	}))
	return because
}

// TestNeighboursAreHandledAsOne has a second caller's complaint offered, attached, told of every step, and
// revisited before the first one's closes; their page names nobody else. A11 G1 N3
func TestNeighboursAreHandledAsOne(t *testing.T) {
	place := "9 幢水泵房"
	lead := play(t, system.Complaint(M{"building": "9", "room": "101", "place": place}))
	matter := M{"community": "yuhu", "category": "facility.repair-quality", "building": "9", "room": "202", "place": place}
	if because := duplicates(t, lead.Number, matter); !slices.Equal(because, []string{"same_place", "same_building", "same_category"}) {
		t.Errorf("offered because of %v", because)
	}
	mine := play(t, system.Complaint(M{"building": "9", "room": "202", "place": place, "name": "韩梅", "attach_to": lead.Number}))
	appears(t, mine.Number, "followed")
	must(t, bihuan.Continue(t.Context(), lead.Number, slices.Concat(system.Judged, []system.Step{system.Dispatched(0), system.Accepted("T1")},
		system.Planned, []system.Step{system.Completed("T1")}, system.Verified, system.Satisfied)...))

	var standing struct {
		Stage  string
		Joined []struct{ Number, Settled string }
	}
	get(t, bihuan.As("manager"), "/api/v1/complaints/"+lead.Number, &standing)
	if standing.Stage != "revisiting" || len(standing.Joined) != 1 || standing.Joined[0].Number != mine.Number {
		t.Fatalf("the first is satisfied, the second was not asked, and it stands as %+v", standing)
	}
	must(t, bihuan.Continue(t.Context(), lead.Number, system.Step{Who: "assistant", Command: "revisit", With: M{
		"method": "phone", "reached": true, "satisfied": true, "outcome": 4, "handling": 4, "of": mine.Number,
	}}))
	var own struct {
		Joined  struct{ Stage, Plan, Outcome string }
		Notices []struct{ Subject, Body string }
	}
	must(t, system.Poll(t.Context(), func() (bool, error) {
		get(t, bihuan.Resident(mine.Secret()), "/api/v1/public/complaints/"+mine.Number, &own)
		return own.Joined.Outcome == "satisfied", fmt.Errorf("my page reads %+v", own)
	}))
	if !strings.Contains(own.Joined.Plan, "更换整段吊顶水管") || len(own.Notices) < 4 {
		t.Errorf("my page reads %+v", own)
	}
	page, err := bihuan.Anybody().Do(t.Context(), http.MethodGet, strings.TrimPrefix(mine.TrackingLink, bihuan.URL), nil)
	must(t, err)
	for _, theirs := range []string{lead.Number, "李雷", "13800000000"} {
		if strings.Contains(string(page.Body), theirs) {
			t.Errorf("my page names %s", theirs)
		}
	}
}

// TestAMergeThatCannotBeComesUndone merges into a complaint that closes at the same moment: the complaint goes on. A11
func TestAMergeThatCannotBeComesUndone(t *testing.T) {
	lead, mine := play(t, system.Complaint(nil)), play(t, system.Complaint(nil))
	wantProblem(t, command(t, bihuan.As("agent"), mine.Number, "merge", M{"into": "TS-20260302-4QX22", "reason": "同一件事"}), http.StatusBadRequest, "unknown_complaint")
	wantStatus(t, command(t, bihuan.As("agent"), mine.Number, "merge", M{"into": lead.Number, "reason": "同一件事"}), http.StatusOK)
	appears(t, mine.Number, "followed")
	wantStatus(t, command(t, bihuan.Resident(lead.Secret()), lead.Number, "withdraw", M{"reason": "不投诉了"}), http.StatusOK)
	appears(t, mine.Number, "merge-undone")
	end, err := bihuan.Await(t.Context(), mine.Number, func(c system.Case) bool { return c.Open })
	must(t, err)
	if end.Stage != "registered" {
		t.Errorf("it goes on in stage %s", end.Stage)
	}
}
