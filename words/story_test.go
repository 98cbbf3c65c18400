package words

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/settings"
)

// story is one complaint that is really driven through the procedure.
type story struct {
	t       *testing.T
	state   complaint.State
	now     time.Time
	events  []procedure.Event
	notices []procedure.Notice
}

var morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) // a Monday, 09:00 in Shanghai

// begin registers a complaint of a category.
func begin(t *testing.T, category string) *story {
	t.Helper()
	all, err := settings.Load("")
	if err != nil {
		t.Fatal(err)
	}
	p, _ := all.ForCase("yuhu", morning)
	s := &story{t: t, state: complaint.New("TS-20261123-7K3F9", p), now: morning}
	happened := morning.Add(-time.Hour)
	s.do(people.Agent, complaint.CmdRegister, complaint.Register{
		Record: complaint.Record{
			Community: "yuhu", Channel: complaint.Relay, Category: category, Name: "Li Lei", Building: "3", Room: "1201",
			Phone: "13800000000", HappenedAt: &happened, Place: "lift 2", What: "The lift stopped between two floors",
			Remedy: "Repair it", Apology: "We are sorry", Relayed: &complaint.Relayed{Department: "security", By: "Zhang San"},
		},
		Vague: []string{"place"},
	})
	s.do(people.Agent, complaint.CmdClarify, complaint.Clarify{Place: "the lift nearest the gate", Remedy: "Repair it today"})
	return s
}

func actor(r people.Role) people.Actor {
	a := people.Actor{ID: "u-" + string(r), Name: "Wang Fang", Roles: []people.Role{r}, Communities: []string{people.AllCommunities}}
	switch r {
	case people.Complainant:
		a.ID, a.Name = "TS-20261123-7K3F9", ""
	case people.System:
		a = people.TheSystem
	case people.Handler:
		a.Department = "lift-vendor"
	}
	return a
}

func (s *story) do(by people.Role, command string, payload any) {
	s.t.Helper()
	raw, err := json.Marshal(payload)
	if err != nil {
		s.t.Fatal(err)
	}
	s.now = s.now.Add(time.Minute)
	s.give(procedure.Command{ID: "c" + strconv.Itoa(len(s.events)), Name: command, Actor: actor(by), At: s.now, Payload: raw})
}

func (s *story) give(c procedure.Command) {
	s.t.Helper()
	events, err := complaint.Decide(s.state, c, s.now)
	if err != nil {
		s.t.Fatalf("%s by %v: %v", c.Name, c.Actor.Roles, err)
	}
	for _, e := range events {
		s.state = complaint.Evolve(s.state, e)
		s.events = append(s.events, e)
		s.notices = append(s.notices, complaint.Notices(s.state, e)...)
	}
}

// adopt moves the complaint to settings with another time to judge.
func (s *story) adopt(version int) {
	s.t.Helper()
	other := s.state.Policy
	other.Version += "x"
	other.Deadlines.Judge.Within *= 2
	s.do(people.Manager, complaint.CmdAdopt, policy.Adoption{Policy: other, Settings: version, Reason: "A typhoon closed the office"})
}

// until lets deadlines pass until an event of a type has happened.
func (s *story) until(event string) {
	s.t.Helper()
	for range 200 {
		due := complaint.Due(s.state)
		if slices.ContainsFunc(s.events, func(e procedure.Event) bool { return e.Type == event }) || len(due) == 0 {
			return
		}
		s.now = due[0].At
		s.give(complaint.Issue(s.state, due[0]))
	}
	s.t.Fatalf("no %s in 200 deadlines", event)
}

func (s *story) tomorrow() *time.Time {
	t := s.now.Add(24 * time.Hour)
	return &t
}

// work takes a task from dispatch to completion.
func (s *story) work(task string) {
	s.t.Helper()
	s.do(people.Agent, complaint.CmdAccept, complaint.TaskRef{Task: task})
	s.do(people.Agent, complaint.CmdComplete, complaint.Complete{Task: task, Result: "The door motor was replaced", Evidence: []string{"photo-1"}})
}

// judged brings a complaint through judgement and review.
func (s *story) judged(n complaint.Nature, special bool) {
	s.t.Helper()
	s.do(people.Agent, complaint.CmdJudge, complaint.Judge{Nature: n, Grounds: "The lift is ours", Special: special})
	s.do(people.Manager, complaint.CmdReview, complaint.Review{Nature: n, Grounds: "The panel confirms it"})
}

func (s *story) rectify() []complaint.TaskOrder {
	return []complaint.TaskOrder{{Department: "lift-vendor", Content: "Replace the cable too", Deadline: s.tomorrow()}}
}

// majorStory goes through everything that a major complaint can meet on its way to satisfaction.
func majorStory(t *testing.T) *story {
	s := begin(t, "facility.lift")
	s.do(people.Agent, complaint.CmdClassify, complaint.Classify{Urgency: complaint.Normal, Reason: "Nobody is inside"})
	s.do(people.Receptionist, complaint.CmdContain, complaint.Contain{Measure: "The lift was shut down"})
	s.do(people.Manager, complaint.CmdReceive, complaint.Receive{Said: "They came to the office", Promised: "An answer today"})
	s.do(people.Agent, complaint.CmdContact, complaint.Contacted{Channel: complaint.WeChat, Said: "We are on it"})
	s.do(people.Agent, complaint.CmdJudge, complaint.Judge{Nature: complaint.Undetermined, Grounds: "I cannot tell"})
	s.do(people.Manager, complaint.CmdJudge, complaint.Judge{Nature: complaint.Major, Grounds: "It went to the authority"})
	s.do(people.GM, complaint.CmdReview, complaint.Review{Nature: complaint.Major, Grounds: "The panel confirms it"})
	s.do(people.GM, complaint.CmdNameHandler, complaint.NameHandler{Staff: "u-manager", Name: "Zhao Min"})
	s.do(people.Manager, complaint.CmdDispatch, complaint.Dispatch{Lead: "lift-vendor", Tasks: []complaint.TaskOrder{
		{Department: "engineering", Content: "Survey the lift"},
		{Department: "lift-vendor", Content: "Repair the lift", After: []string{"T1"}, Deadline: s.tomorrow()},
	}})
	s.do(people.Agent, complaint.CmdReturn, complaint.Return{Task: "T1", Reason: "Not ours"})
	s.do(people.Manager, complaint.CmdReroute, complaint.Reroute{Task: "T1", Department: "security", Content: "Survey it from the cameras", Deadline: s.tomorrow()})
	s.work("T1")
	s.do(people.Handler, complaint.CmdAccept, complaint.TaskRef{Task: "T2"})
	s.do(people.Handler, complaint.CmdProgress, complaint.Progress{Task: "T2", Note: "Half done"})
	s.do(people.Handler, complaint.CmdPause, complaint.PauseTask{Task: "T2", Reason: "parts", Note: "The motor is ordered", Until: *s.tomorrow()})
	s.do(people.Handler, complaint.CmdResume, complaint.TaskRef{Task: "T2"})
	s.do(people.Handler, complaint.CmdComplete, complaint.Complete{Task: "T2", Result: "Repaired", Evidence: []string{"photo-2"}})
	s.do(people.Agent, complaint.CmdPropose, complaint.Propose{Text: "Repair the lift and check it weekly"})
	s.do(people.Complainant, complaint.CmdAnswer, complaint.AnswerPlan{Answer: complaint.Adjust, Opinion: "Check it daily"})
	s.do(people.Agent, complaint.CmdPropose, complaint.Propose{Text: "Repair the lift and check it daily"})
	s.do(people.Agent, complaint.CmdAnswer, complaint.AnswerPlan{Answer: complaint.Agreed})
	s.do(people.Manager, complaint.CmdVerify, complaint.Verify{Note: "It still rattles", Rectify: s.rectify()})
	s.work("T3")
	s.do(people.Manager, complaint.CmdVerify, complaint.Verify{Passed: true, Note: "It runs smoothly"})
	s.do(people.Manager, complaint.CmdRevisit, complaint.Revisit{Method: complaint.AtDoor, Reached: true, Outcome: 2, Handling: 4, Opinion: "Too slow", Rectify: s.rectify()})
	s.work("T4")
	s.do(people.Manager, complaint.CmdVerify, complaint.Verify{Passed: true, Note: "It runs smoothly"})
	s.do(people.Manager, complaint.CmdRevisit, complaint.Revisit{Method: complaint.AtDoor, Reached: true, Satisfied: true, Outcome: 5, Handling: 4})
	s.do(people.Complainant, complaint.CmdReopen, complaint.Reasoned{Reason: "It stopped again"})
	s.do(people.Complainant, complaint.CmdWithdraw, complaint.Reasoned{Reason: "It was a power cut"})
	s.until(complaint.EvArchived)
	return s
}

// invalidStory is explained, appealed, explained again by everybody, and closed.
func invalidStory(t *testing.T) *story {
	s := begin(t, "environment.noise")
	s.adopt(0)
	s.adopt(7)
	s.judged(complaint.Invalid, false)
	s.do(people.Agent, complaint.CmdExplain, complaint.Explain{Said: "The street is not ours"})
	s.do(people.Complainant, complaint.CmdAppeal, complaint.Reasoned{Reason: "It comes from your garage"})
	s.do(people.Manager, complaint.CmdJudge, complaint.Judge{Nature: complaint.Invalid, Grounds: "The garage is closed at night"})
	s.do(people.GM, complaint.CmdReview, complaint.Review{Nature: complaint.Invalid, Grounds: "The panel confirms it"})
	for _, r := range []people.Role{people.Agent, people.Manager, people.GM} {
		s.do(r, complaint.CmdExplain, complaint.Explain{Said: "The street is not ours"})
	}
	return s
}

// lateStory is an emergency that nobody deals with until head office has been reminded.
func lateStory(t *testing.T) *story {
	s := begin(t, "facility.lift-trapped")
	s.until(complaint.EvEscalationReminded)
	s.do(people.Company, complaint.CmdDecideEscalation, deadline.DecideEscalation{
		Escalation: "E1", Decision: "approve", Deadline: *s.tomorrow(), Handler: "u-gm", HandlerName: "Zhao Min",
	})
	s.do(people.Agent, complaint.CmdRequestEscalation, deadline.RequestEscalation{Reason: "Nobody answers", Task: "T1"})
	s.do(people.Agent, complaint.CmdAccept, complaint.TaskRef{Task: "T1"})
	return s
}

// unreachedStory reaches nobody at the revisit; its calendar ends with the year.
func unreachedStory(t *testing.T) *story {
	s := begin(t, "facility.lift")
	s.state.Policy.Calendar.Years = nil
	s.judged(complaint.Valid, false)
	s.do(people.Agent, complaint.CmdDispatch, complaint.Dispatch{Tasks: []complaint.TaskOrder{{Department: "lift-vendor", Content: "Repair the lift."}}})
	s.work("T1")
	s.do(people.Agent, complaint.CmdPropose, complaint.Propose{Text: "Repair the lift"})
	s.until(complaint.EvDeadlineWarned)
	s.do(people.Complainant, complaint.CmdAnswer, complaint.AnswerPlan{Answer: complaint.Agreed, Opinion: "Soon, please"})
	s.do(people.Assistant, complaint.CmdVerify, complaint.Verify{Passed: true, Note: "It runs"})
	for range 3 {
		s.do(people.Assistant, complaint.CmdRevisit, complaint.Revisit{Method: complaint.ByPhone})
		s.now = s.now.Add(24 * time.Hour)
	}
	s.do(people.Manager, complaint.CmdDecideUnreached, complaint.DecideUnreached{Decision: "close", Reason: "Moved away"})
	return s
}

// The numbers of others' complaints about the same matter.
const neighbour, third = "TS-20260302-2BYHS", "TS-20260302-4QX22"

// together takes a neighbour's complaint in and lets it go, and turns away one from elsewhere. A11
func (s *story) together() {
	s.t.Helper()
	s.do(people.System, complaint.CmdTakeIn, complaint.TakeIn{Companion: complaint.Companion{Number: neighbour}, Community: "yuhu"})
	s.do(people.System, complaint.CmdPart, complaint.Part{Number: neighbour})
	s.do(people.System, complaint.CmdTakeIn, complaint.TakeIn{Companion: complaint.Companion{Number: neighbour}, Community: "elsewhere"})
	s.do(people.System, complaint.CmdFollow, complaint.Follow{From: neighbour, What: complaint.OfStage, Stage: complaint.StageWorking})
}

// serviceStory passes into a special service and is merged in the end.
func serviceStory(t *testing.T) *story {
	s := begin(t, "facility.lift")
	s.judged(complaint.Valid, true)
	s.do(people.Agent, complaint.CmdSettleService, complaint.SettleService{Request: "FW-1", Outcome: "The customer cancelled"})
	s.together()
	s.joined()
	s.do(people.System, complaint.CmdNoteMeasure, complaint.NoteMeasure{Number: "GJ-20261123-7K3F9"})
	s.do(people.Agent, complaint.CmdMerge, complaint.Merge{Into: neighbour, Reason: "The same lift"})
	s.do(people.System, complaint.CmdUndoMerge, complaint.UndoMerge{From: neighbour, Into: third})
	s.do(people.System, complaint.CmdUndoMerge, complaint.UndoMerge{From: third, Code: complaint.LeadClosed})
	s.do(people.Agent, complaint.CmdMerge, complaint.Merge{Into: neighbour, Reason: "The same lift"})
	for _, what := range []string{complaint.OfJoining, complaint.OfStage, complaint.OfPlan, complaint.OfRevisit} {
		s.do(people.System, complaint.CmdFollow, complaint.Follow{
			From: neighbour, What: what, Stage: complaint.StageWorking, Text: "A new cable",
			Revisit: &complaint.Revisited{Method: complaint.ByPhone, Outcome: 4, Handling: 5},
		})
	}
	s.until(complaint.EvMergeChecked)
	s.do(people.System, complaint.CmdFollow, complaint.Follow{From: neighbour, What: complaint.OfClosing, Stage: complaint.StageClosed, Outcome: complaint.Satisfied})
	s.do(people.Complainant, complaint.CmdReopen, complaint.Reasoned{Reason: "Mine is another lift"})
	return s
}

func stories(t *testing.T) []*story {
	t.Helper()
	return slices.Concat(
		[]*story{majorStory(t), invalidStory(t), lateStory(t), unreachedStory(t), serviceStory(t)},
		inquiries(t), services(t), []*story{pools(t)}, issues(t), surveys(t), improvements(t),
	)
}
