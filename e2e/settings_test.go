package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/e2e/system"
	"bihuan/procedure/calendar"
)

// setting changes the settings in force as the admin, and gives their version.
func setting(t *testing.T, changes ...M) (version int) {
	t.Helper()
	now, _ := document(t)
	a, err := bihuan.As("admin").Do(t.Context(), http.MethodPatch, "/api/v1/settings/document", M{"changes": changes, "why": "台风"}, "If-Match", fmt.Sprint(now))
	must(t, err)
	var saved struct{ Version int }
	must(t, a.Into(http.StatusOK, &saved))
	return saved.Version
}

// shanghai is where the demo community's clocks are.
var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// document gives the settings in force: their version and the communities' calendar.
func document(t *testing.T) (version int, working calendar.Calendar) {
	t.Helper()
	var now struct {
		Version  int
		Document struct {
			Calendars struct{ CN calendar.Calendar }
		}
	}
	get(t, bihuan.As("admin"), "/api/v1/settings/document", &now)
	return now.Version, now.Document.Calendars.CN
}

// holiday are the changes that close the office on the day of an instant, which may be one made up for a holiday.
func holiday(t *testing.T, at time.Time) []M {
	t.Helper()
	_, working := document(t)
	y, m, d := at.In(shanghai).Date()
	day := calendar.NewDate(y, m, d)
	changes := []M{{"path": fmt.Sprintf("calendars.cn.years[%d].holidays[%s]", y, day), "now": day}}
	if slices.ContainsFunc(working.Years, func(year calendar.Year) bool { return slices.Contains(year.MakeUp, day) }) {
		changes = append(changes, M{"path": fmt.Sprintf("calendars.cn.years[%d].make_up[%s]", y, day)})
	}
	return changes
}

// inWorkingTime gives the instant by which so much working time has passed, by the settings in force.
func inWorkingTime(t *testing.T, start time.Time, d time.Duration) time.Time {
	t.Helper()
	_, working := document(t)
	due, err := working.Add(start, d)
	must(t, err)
	return due
}

// due gives when a complaint's deadline is.
func due(t *testing.T, number, key string) time.Time {
	t.Helper()
	due, _ := deadline(t, number, key)
	return due
}

// deadline gives when a complaint's deadline is, and when the complaint was registered.
func deadline(t *testing.T, number, key string) (due, registered time.Time) {
	t.Helper()
	c, err := bihuan.As("manager").Case(t.Context(), number)
	must(t, err)
	i := slices.IndexFunc(c.Deadlines, func(d system.Deadline) bool { return d.Key == key })
	if i < 0 {
		t.Fatalf("%s has no deadline %s: %+v", number, key, c.Deadlines)
	}
	return c.Deadlines[i].Due, c.RegisteredAt
}

// TestATyphoonDayMovesThoseWhoAreMoved: the settings change for new cases at once; a running one keeps its own until
// it is moved, then its working time jumps over the day and its timer in Temporal rings by the new limits. P1 H6
func TestATyphoonDayMovesThoseWhoAreMoved(t *testing.T) {
	before, _ := document(t)
	moved, left := play(t, system.Complaint(nil)).Number, play(t, system.Complaint(nil)).Number
	was, wasLeft := due(t, moved, "judge"), due(t, left, "judge")
	version := setting(t, append(holiday(t, was), M{"path": "complaint.deadlines.follow_up.within", "now": "2s"})...)
	defer func() { // the other tests know the settings that are shipped
		now, _ := document(t)
		a, err := bihuan.As("admin").Do(t.Context(), http.MethodPost, fmt.Sprintf("/api/v1/settings/versions/%d/restore", before), M{"why": "台风已过"}, "If-Match", fmt.Sprint(now))
		must(t, err)
		wantStatus(t, a, http.StatusOK)
	}()
	if fresh := play(t, system.Complaint(nil)).Number; !due(t, fresh, "judge").After(was) {
		t.Errorf("a new case does not know the day off: %s", due(t, fresh, "judge"))
	}
	path := fmt.Sprintf("/api/v1/settings/versions/%d/move", version)
	a, err := bihuan.As("agent").Do(t.Context(), http.MethodPost, path, M{"reason": "台风", "numbers": []string{moved}})
	must(t, err)
	wantProblem(t, a, http.StatusForbidden, "forbidden")
	for range 2 { // asked for twice, it is one
		a, err = bihuan.As("manager").Do(t.Context(), http.MethodPost, path, M{"reason": "台风停工", "numbers": []string{moved}})
		must(t, err)
		wantStatus(t, a, http.StatusOK)
	}
	var m struct {
		ID                 string
		Asked, Moved, Left int
		Done               bool
	}
	must(t, a.Into(http.StatusOK, &m))
	must(t, system.Poll(t.Context(), func() (bool, error) {
		get(t, bihuan.As("manager"), "/api/v1/settings/moves/"+m.ID, &m)
		return m.Done && m.Moved == 1 && m.Left == 0, nil
	}))
	now, registered := deadline(t, moved, "judge")
	if want := inWorkingTime(t, registered, 2*time.Hour); !now.Equal(want) || !now.After(was) {
		t.Errorf("the moved case is due %s, was %s, want %s", now, was, want)
	}
	if now := due(t, left, "judge"); !now.Equal(wasLeft) {
		t.Errorf("the other one is due %s, was %s", now, wasLeft)
	}
	appears(t, moved, "deadline-breached") // the follow-up, by a timer that was set anew
	wantEvents(t, moved, map[string]int{"settings-adopted": 1, "deadline-breached": 1})
	if rows(t, "SELECT count(*) FROM events WHERE number = $1 AND type IN ('settings-adopted', 'deadline-breached')", left) != 0 {
		t.Error("the other one was touched")
	}
	said := timeline(t, moved, "zh-CN")
	if !slices.ContainsFunc(said, func(e entry) bool { return strings.Contains(e.Text, fmt.Sprintf("第 %d 版设置", version)) }) {
		t.Errorf("the timeline does not tell of the move: %+v", said)
	}
	proved, err := runOn(t, bihuan, "bihuan-audit", "verify", moved, left)
	if err != nil {
		t.Errorf("bihuan-audit: %v\n%s", err, proved)
	}
	// One case by its own command, as its manager.
	wantStatus(t, command(t, bihuan.As("manager"), left, "adopt-settings", M{"version": version, "reason": "台风停工"}), http.StatusOK)
	if now := due(t, left, "judge"); !now.After(wasLeft) {
		t.Errorf("adopted by itself, it is due %s", now)
	}
	wantProblem(t, command(t, bihuan.As("manager"), left, "adopt-settings", M{"version": version, "reason": "再来"}), http.StatusConflict, "settings_adopted_already")
	wantProblem(t, command(t, bihuan.As("manager"), left, "adopt-settings", M{"version": 999, "reason": "没有"}), http.StatusNotFound, "not_found")
}
