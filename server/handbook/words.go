package handbook

import (
	"strings"
	"time"

	"bihuan/procedure/policy"
)

// needRules and stepRules give the IDs of the rules in docs/requirements.md that stand behind a need and a deadline.
var (
	needRules = map[string]string{
		"clear": "A3", "not_named": "B9", "emergency_early": "A8", "no_emergency": "C6", "other_reviewer": "B4", "explainers_turn": "B5",
		"appealable": "B10", "reopenable": "G8", "major": "B7", "task": "C2", "plan_proposed": "D2",
		"other_side": "L3", "taken": "C2", "unrated": "L4",
	}
	stepRules = map[string]string{
		"judge": "B1", "refer": "B3", "review": "B4", "explain": "B5", "service": "B6", "dispatch": "C1", "accept": "C2", "reroute": "C2",
		"work": "C1", "plan": "D1", "answer": "D3", "follow_up": "E1", "verify": "F1", "revisit": "G1", "unreached": "G5", "decision": "H4",
		"reminder": "H4", "reopen": "G8", "reply": "K2", "forward": "K2", "turn": "K3", "confirm": "L2", "agree": "L3", "arrive": "L3",
		"perform": "L3", "rate": "L4", "rate_again": "L4", "planning": "J2", "minutes": "J2", "conclude": "J2", "tell": "J2",
	}
)

// span writes a length of time as people say it; nothing for one that is not set.
func (b builder) span(d policy.Duration) string {
	left := time.Duration(d)
	if left == 0 {
		return ""
	}
	var parts []string
	for _, unit := range []struct {
		name string
		size time.Duration
	}{{"day", 24 * time.Hour}, {"hour", time.Hour}, {"minute", time.Minute}, {"second", time.Second}} {
		if unit.name == "day" && left%unit.size != 0 { // 36 hours are not a day and a half
			continue
		}
		if n := left / unit.size; n > 0 {
			parts = append(parts, b.t("handbook.span."+unit.name, "n", int(n)))
			left -= n * unit.size
		}
	}
	return strings.Join(parts, " ")
}
