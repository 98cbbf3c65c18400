package system

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// Step is one command of a story, or a wait for what comes by itself.
type Step struct {
	Who, Command string
	With         any
	// Until is what is waited for; then there is no command.
	Until func(Case) bool
}

// Within is how long anything that comes by itself may take.
const Within = time.Minute

// Complaint is one that needs no clarifying; overrides replaces fields, nil removes one.
func Complaint(overrides M) M {
	c := M{
		"community": "yuhu", "channel": "hotline", "category": "facility.repair-quality",
		"name": "李雷", "building": "3", "room": "1201", "phone": "13800000000", "place": "3 幢大堂",
		"happened_at": time.Now().Add(-time.Hour).UTC().Truncate(time.Second),
		"what":        "大堂吊顶修了三次仍在滴水", "remedy": "彻底修好并说明原因", "apology": "给您添麻烦了，非常抱歉",
	}
	for field, value := range overrides {
		c[field] = value
		if value == nil {
			delete(c, field)
		}
	}
	return c
}

// The parts of the stories.
var (
	Judged = []Step{
		{Who: "agent", Command: "judge", With: M{"nature": "valid", "grounds": "维修属我方责任"}},
		{Who: "assistant", Command: "review", With: M{"nature": "valid", "grounds": "情况属实"}},
	}
	Planned = []Step{
		{Who: "agent", Command: "propose", With: M{"text": "更换整段吊顶水管，三天内完成"}},
		{Who: "agent", Command: "answer", With: M{"answer": "agreed"}},
	}
	Satisfied = []Step{
		{Who: "assistant", Command: "revisit", With: M{"method": "phone", "reached": true, "satisfied": true, "outcome": 5, "handling": 4, "opinion": "满意"}},
	}
	Verified = []Step{{Who: "assistant", Command: "verify", With: M{"passed": true, "note": "现场查看已不滴水"}}}
)

// Dispatched hands one task to engineering; within 0 sets no deadline.
func Dispatched(within time.Duration) Step {
	return Step{Who: "agent", Command: "dispatch", With: M{"tasks": []M{order(within)}}}
}

func order(within time.Duration) M {
	o := M{"department": "engineering", "content": "检修吊顶水管"}
	if within > 0 {
		o["deadline"] = In(within)
	}
	return o
}

// Accepted and Completed are the department's steps on a task.
func Accepted(task string) Step { return Step{Who: "engineer", Command: "tasks/" + task + "/accept"} }

// Completed ends a task with its evidence.
func Completed(task string) Step {
	return Step{Who: "engineer", Command: "tasks/" + task + "/complete", With: M{"result": "已更换水管", "evidence": []string{"photo-1.jpg"}}}
}

// Unsatisfied is a revisit that arranges another round.
var Unsatisfied = Step{Who: "assistant", Command: "revisit", With: M{
	"method": "phone", "reached": true, "satisfied": false, "outcome": 2, "handling": 3, "opinion": "又滴水了",
	"rectify": []M{order(48 * time.Hour)},
}}

// Loop is the whole procedure with a number of rounds of rectification.
func Loop(rounds int) []Step {
	steps := slices.Concat(Judged, []Step{Dispatched(0), Accepted("T1")}, Planned, []Step{Completed("T1")}, Verified)
	for round := range rounds {
		task := fmt.Sprintf("T%d", round+2)
		steps = slices.Concat(steps, []Step{Unsatisfied, Accepted(task), Completed(task)}, Verified)
	}
	return append(steps, Satisfied...)
}

// Missed is a task whose short deadline passes, up to the escalation that it raises.
func Missed(within time.Duration) []Step {
	return slices.Concat(Judged, []Step{Dispatched(within), Accepted("T1"), {Until: Case.Escalated}})
}

// Escalated says whether an escalation waits for a decision.
func (c Case) Escalated() bool {
	for _, e := range c.Escalations {
		if e.Status == "open" {
			return true
		}
	}
	return false
}

// Approval is a decision that gives an escalation a new deadline. H4
func Approval(escalation string) M {
	return M{"escalation": escalation, "decision": "approve", "reason": "增派人手", "deadline": In(72 * time.Hour)}
}

// Play registers a complaint and takes its steps, each applied before the next.
func (s *System) Play(ctx context.Context, complaint M, steps ...Step) (Registration, error) {
	r, err := s.As("agent").Register(ctx, complaint)
	if err != nil {
		return r, fmt.Errorf("register: %w", err)
	}
	return r, s.Continue(ctx, r.Number, steps...)
}

// Continue takes more steps of a complaint.
func (s *System) Continue(ctx context.Context, number string, steps ...Step) error {
	for i, step := range steps {
		if err := s.take(ctx, number, step); err != nil {
			return fmt.Errorf("%s: step %d, %s %s: %w", number, i+1, step.Who, step.Command, err)
		}
	}
	return nil
}

func (s *System) take(ctx context.Context, number string, step Step) error {
	if step.Until != nil {
		_, err := s.Await(ctx, number, step.Until)
		return err
	}
	caller := s.As(step.Who)
	a, err := caller.Command(ctx, number, step.Command, step.With)
	if err != nil {
		return err
	}
	if a, err = caller.Settle(ctx, number, a); err == nil && a.Status != http.StatusOK {
		err = fmt.Errorf("%d %s", a.Status, a.Body)
	}
	return err
}

// Await polls a complaint until it looks as wanted.
func (s *System) Await(ctx context.Context, number string, wanted func(Case) bool) (Case, error) {
	var found Case
	err := Poll(ctx, func() (bool, error) {
		var err error
		found, err = s.As("manager").Case(ctx, number)
		return err == nil && wanted(found), err
	})
	return found, err
}

// Settle waits for the outcome of a command that was answered with 202.
func (c Client) Settle(ctx context.Context, number string, a Answer) (Answer, error) {
	if a.Status != http.StatusAccepted {
		return a, nil
	}
	var pending struct{ Command string }
	if err := json.Unmarshal(a.Body, &pending); err != nil {
		return a, err
	}
	err := Poll(ctx, func() (bool, error) {
		var err error
		a, err = c.Do(ctx, http.MethodGet, "/api/v1/complaints/"+number+"/commands/"+pending.Command, nil)
		return a.Status != http.StatusAccepted && a.Status != http.StatusServiceUnavailable, err
	})
	return a, err
}

// Poll asks again and again until done; past its time it gives the last error.
func Poll(ctx context.Context, done func() (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, Within)
	defer cancel()
	for {
		ok, err := done()
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waited in vain: %w (%w)", ctx.Err(), err)
		case <-time.After(100 * time.Millisecond):
		}
	}
}
