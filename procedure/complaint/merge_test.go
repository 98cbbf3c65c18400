package complaint_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	casenumber "bihuan/procedure/number"
	"bihuan/procedure/people"
)

// street is several complaints that hear one another: their effects are done in the order in which they
// came up.
type street struct {
	t     *testing.T
	desks map[string]*desk
	posts []post
}

type post struct {
	from  string
	asked procedure.Effect
}

// neighbours registers so many complaints about one matter, and gives their numbers.
func neighbours(t *testing.T, n int) (*street, []string) {
	t.Helper()
	s := &street{t: t, desks: map[string]*desk{}}
	var numbers []string
	for i := range n {
		number := casenumber.New(casenumber.Complaint, monday, uint32(i+1)*7777)
		d := newDesk(t)
		d.state.Number = number
		s.desks[number] = d
		numbers = append(numbers, number)
		s.do(number, agent, CmdRegister, record(d.now))
	}
	return s, numbers
}

// give gives a command and posts the effects that follow from it.
func (s *street) give(n string, c procedure.Command) error {
	s.t.Helper()
	d := s.desks[n]
	was := len(d.events)
	before := d.state
	err := d.give(c)
	for _, e := range d.events[was:] {
		before = Evolve(before, e)
		for _, effect := range Effects(before, e) {
			s.posts = append(s.posts, post{n, effect})
		}
	}
	return err
}

// do gives a command that must be taken, and lets everybody hear what they have to.
func (s *street) do(n string, a people.Actor, command string, payload any) *street {
	s.t.Helper()
	s.must(n, a, command, payload)
	return s.deliver()
}

func (s *street) must(n string, a people.Actor, command string, payload any) {
	s.t.Helper()
	if a.ID == number {
		a.ID = n
	}
	if err := s.give(n, s.desks[n].command(a, command, payload)); err != nil {
		s.t.Fatalf("%s of %s by %s: %s", command, n, a.ID, sentence(err))
	}
}

// deliver does effects until there are none.
func (s *street) deliver() *street {
	s.t.Helper()
	for range 1000 {
		if len(s.posts) == 0 {
			return s
		}
		p := s.posts[0]
		s.posts = s.posts[1:]
		var m procedure.Message
		decode(s.t, p.asked.Payload, &m)
		var sent procedure.Sent
		for _, to := range m.To {
			if d := s.desks[to]; d == nil || d.state.Stage == StageArchived {
				sent.Unheard = append(sent.Unheard, to)
			} else if err := s.give(to, d.command(people.TheSystem, m.Command, m.Payload)); err != nil && code(err) != "wrong_stage" {
				s.t.Fatalf("%s does not hear %s from %s: %s", to, m.Command, p.from, sentence(err))
			}
		}
		if p.asked.Then != "" {
			answer := procedure.Answer{Effect: "1", Result: json.RawMessage(jsonOf(s.t, sent))}
			err := s.give(p.from, s.desks[p.from].command(people.TheSystem, p.asked.Then, answer))
			if err != nil && code(err) != "wrong_stage" { // it is not merged any more
				s.t.Fatal(sentence(err))
			}
		}
	}
	s.t.Fatal("the complaints never stop talking")
	return s
}

// wait lets time pass for everybody.
func (s *street) wait(t time.Duration) *street {
	s.t.Helper()
	for _, d := range s.desks {
		until := d.now.Add(t)
		for due := Due(d.state); len(due) > 0 && !due[0].At.After(until); due = Due(d.state) {
			d.now = due[0].At
			if err := s.give(d.state.Number, Issue(d.state, due[0])); err != nil {
				s.t.Fatal(sentence(err))
			}
			s.deliver()
		}
		d.now = until
	}
	return s
}

// merged merges the first complaint into the second.
func (s *street) merged(n, into string) *street {
	s.t.Helper()
	return s.do(n, agent, CmdMerge, Merge{Into: into, Reason: "one matter"})
}

// toRevisiting brings a complaint to its revisit.
func (s *street) toRevisiting(n string) *street {
	s.t.Helper()
	s.do(n, agent, CmdJudge, Judge{Nature: Valid, Grounds: "g"}).do(n, manager, CmdReview, Review{Nature: Valid, Grounds: "g"})
	s.do(n, agent, CmdDispatch, Dispatch{Tasks: []TaskOrder{{Department: "security", Content: "c"}}})
	s.do(n, agent, CmdPropose, Propose{Text: "a new pump"}).do(n, agent, CmdAnswer, AnswerPlan{Answer: Agreed})
	return s.workedAndVerified(n, "T1")
}

func (s *street) workedAndVerified(n, task string) *street {
	s.t.Helper()
	s.do(n, agent, CmdAccept, AcceptTask{Task: task}).do(n, agent, CmdComplete, Complete{Task: task, Result: "r", Evidence: []string{"e"}})
	return s.do(n, assistant, CmdVerify, Verify{Passed: true, Note: "n"})
}

var content = Revisit{Method: AtDoor, Reached: true, Satisfied: true, Outcome: 5, Handling: 4}

func asked(r Revisit, of string) Revisit {
	r.Of = of
	return r
}

// A11: the merged complainant hears every step of the lead, is revisited before it closes, and their record
// says how that went; the lead's record names them by number alone.
func TestTheMergedComplainantIsToldAndRevisited_A11(t *testing.T) {
	s, n := neighbours(t, 2)
	lead, mine := s.desks[n[0]], s.desks[n[1]]
	s.merged(n[1], n[0])
	mine.in(StageClosed).happened(EvFollowed, 1).told(procedure.Recipient{Complainant: true}, "merged")
	if slices.ContainsFunc(mine.notices, func(n procedure.Notice) bool { return n.Template == "closed" }) {
		t.Error("whose matter goes on is told that it is closed")
	}
	if got := jsonOf(t, lead.state.Joined); got != fmt.Sprintf(`[{"number":%q}]`, n[1]) {
		t.Fatalf("the lead holds %s", got)
	}
	mine.hush()
	s.toRevisiting(n[0])
	mine.told(procedure.Recipient{Complainant: true}, "stage").told(procedure.Recipient{Complainant: true}, "merged-plan")
	if f := mine.state.Following; f.Stage != StageRevisiting || f.Plan != "a new pump" || !f.Open {
		t.Fatalf("it follows %+v", f)
	}
	s.do(n[0], assistant, CmdRevisit, content)
	lead.in(StageRevisiting).refused("revisited_already", assistant, CmdRevisit, content).
		refused("unknown_complaint", assistant, CmdRevisit, asked(content, "TS-1"))
	s.do(n[0], assistant, CmdRevisit, asked(content, n[1]))
	lead.in(StageClosed)
	mine.told(procedure.Recipient{Complainant: true}, "merged-closed")
	if f := mine.state.Following; f.Open || f.Outcome != Satisfied || f.Revisit == nil || f.Revisit.Outcome != 5 {
		t.Fatalf("it follows %+v", f)
	}
	s.wait(8 * day)
	lead.in(StageArchived)
	mine.in(StageArchived).folds()
}

// A11, G4: an unsatisfied merged complainant makes another round, and whoever was satisfied is not asked again.
func TestAMergedComplainantMakesAnotherRound_A11(t *testing.T) {
	s, n := neighbours(t, 2)
	lead := s.desks[n[0]]
	s.merged(n[1], n[0]).toRevisiting(n[0]).do(n[0], assistant, CmdRevisit, content)
	s.do(n[0], assistant, CmdRevisit, Revisit{Method: ByPhone, Reached: true, Outcome: 1, Handling: 2, Of: n[1], Rectify: lead.rectification("security")})
	lead.in(StageWorking)
	s.workedAndVerified(n[0], "T2")
	lead.in(StageRevisiting).refused("revisited_already", assistant, CmdRevisit, content)
	s.do(n[0], assistant, CmdRevisit, asked(content, n[1]))
	if lead.in(StageClosed); lead.state.Round != 1 || lead.state.Closing.Outcome != Satisfied {
		t.Fatalf("round %d, %+v", lead.state.Round, lead.state.Closing)
	}
}

// A11, G5: a merged complainant who cannot be reached is the manager's to give up, like any other.
func TestAMergedComplainantWhoIsNotReached_A11(t *testing.T) {
	s, n := neighbours(t, 2)
	lead := s.desks[n[0]]
	s.merged(n[1], n[0]).toRevisiting(n[0]).do(n[0], assistant, CmdRevisit, content)
	for range 3 {
		lead.in(StageRevisiting)
		s.do(n[0], assistant, CmdRevisit, Revisit{Method: ByPhone, Of: n[1]}).wait(day)
	}
	lead.in(StageUnreached)
	s.do(n[0], manager, CmdDecideUnreached, DecideUnreached{Decision: "keep_trying", Reason: "on holiday"})
	for range 3 {
		lead.in(StageRevisiting)
		s.do(n[0], assistant, CmdRevisit, Revisit{Method: ByPhone, Of: n[1]}).wait(day)
	}
	s.do(n[0], manager, CmdDecideUnreached, DecideUnreached{Decision: "close", Reason: "moved away"})
	if p := last[UnreachedDecided](lead, EvUnreachedDecided); p.Of != n[1] || lead.in(StageClosed).state.Closing.Outcome != Satisfied {
		t.Fatalf("decided about %q, closed as %+v", p.Of, lead.state.Closing)
	}
}

// A11: a merged complainant can object, and gets their own loop back where it stood; the lead goes on without them.
func TestAMergedComplainantCanObject_A11(t *testing.T) {
	s, n := neighbours(t, 2)
	lead, mine := s.desks[n[0]], s.desks[n[1]]
	s.merged(n[1], n[0]).toRevisiting(n[0]).do(n[0], assistant, CmdRevisit, content)
	s.do(n[1], resident, CmdReopen, Reasoned{Reason: "mine is another leak"})
	mine.in(StageRegistered).told(procedure.Recipient{Role: people.Agent}, "merge-undone").told(procedure.Recipient{Complainant: true}, "on-its-own")
	if lead.in(StageClosed); len(lead.state.Joined) > 0 {
		t.Fatalf("the lead still holds %v", lead.state.Joined)
	}
	s.toRevisiting(n[1]).do(n[1], assistant, CmdRevisit, content)
	mine.in(StageClosed).folds()
	lead.folds()
}

// A11: who was merged before follows on to the lead's own lead, and nobody is forgotten.
func TestMergesAreFollowed_A11(t *testing.T) {
	s, n := neighbours(t, 4)
	s.merged(n[0], n[1]).merged(n[1], n[2])
	s.merged(n[3], n[0]) // which is merged into one that is merged
	for _, i := range []int{0, 1, 3} {
		if f := s.desks[n[i]].in(StageClosed).state.Following; f == nil || f.Number != n[2] {
			t.Errorf("%s follows %+v, want %s", n[i], f, n[2])
		}
	}
	if got := s.desks[n[2]].state.Joined; len(got) != 3 {
		t.Errorf("the lead holds %+v", got)
	}
	if err := s.give(n[2], s.desks[n[2]].command(agent, CmdMerge, Merge{Into: n[0], Reason: "r"})); code(err) != "merge_in_circle" {
		t.Errorf("a circle: %s", sentence(err))
	}
}

// A11: two that are merged into one another at the same moment both go on.
func TestACircleMadeAtOnceComesUndone_A11(t *testing.T) {
	s, n := neighbours(t, 3)
	for i := range n {
		s.must(n[i], agent, CmdMerge, Merge{Into: n[(i+1)%3], Reason: "r"})
	}
	s.deliver()
	if !slices.ContainsFunc(n, func(x string) bool { return s.desks[x].state.Open() }) {
		t.Fatal("nobody is left to be handled")
	}
	for _, x := range n {
		if d := s.desks[x]; !d.state.Open() && !s.desks[d.state.Following.Number].state.Open() {
			t.Errorf("%s follows %s, which is closed", x, d.state.Following.Number)
		}
	}
}

// A11: a lead that is closed, in another community or not there at all gives the complaint back; one that is
// withdrawn gives back whatever was merged into it.
func TestALeadThatCannotLead_A11(t *testing.T) {
	s, n := neighbours(t, 3)
	s.do(n[0], resident, CmdWithdraw, Reasoned{Reason: "r"}).merged(n[1], n[0])
	s.desks[n[1]].in(StageRegistered)
	if p := last[UndoMerge](s.desks[n[1]], EvMergeUndone); p.Code != LeadClosed {
		t.Errorf("undone because of %q", p.Code)
	}
	s.merged(n[1], other)
	if p := last[UndoMerge](s.desks[n[1]].in(StageRegistered), EvMergeUndone); p.Code != NoSuchLead {
		t.Errorf("undone because of %q", p.Code)
	}
	s.desks[n[1]].hush()
	s.merged(n[1], n[2]).do(n[2], resident, CmdWithdraw, Reasoned{Reason: "r"})
	s.desks[n[1]].told(procedure.Recipient{Complainant: true}, "on-its-own")
	if p := last[UndoMerge](s.desks[n[1]].in(StageRegistered), EvMergeUndone); p.Code != LeadWithdrawn {
		t.Errorf("undone because of %q", p.Code)
	}
	elsewhere := newDesk(t)
	elsewhere.state.Number = other
	s.desks[other] = elsewhere
	s.do(other, agent, CmdRegister, func() Register { p := record(elsewhere.now); p.Drill = true; return p }())
	s.merged(n[1], other)
	if p := last[UndoMerge](s.desks[n[1]].in(StageRegistered), EvMergeUndone); p.Code != LeadElsewhere {
		t.Errorf("a drill: undone because of %q", p.Code)
	}
}

// A11: an agent may attach at intake; who complains may not, and a merged complaint asks after a silent lead.
func TestAttachingAtIntake_A11(t *testing.T) {
	s, n := neighbours(t, 1)
	attached := newDesk(t)
	attached.state.Number = other
	s.desks[other] = attached
	p := record(attached.now)
	p.AttachTo = n[0]
	attached.refused("attach_by_staff", people.Actor{ID: other, Roles: []people.Role{people.Complainant}}, CmdRegister, p)
	s.do(other, agent, CmdRegister, p)
	attached.in(StageClosed).happened(EvRegistered, 1).told(procedure.Recipient{Complainant: true}, "acknowledged")
	if attached.state.Following == nil || attached.state.Following.Number != n[0] {
		t.Fatalf("it follows %+v", attached.state.Following)
	}
	s.wait(8 * day)
	attached.in(StageClosed).happened(EvMergeChecked, 1)
	delete(s.desks, n[0]) // it has ended without a word
	s.wait(8 * day)
	attached.in(StageRegistered)
}

// A complaint takes in so many and no more, and says so: it has to fit into what Temporal takes. A11
func TestALeadIsFullOnce_A11(t *testing.T) {
	d := registered(t)
	ask := func(n string, others ...Companion) {
		d.do(people.TheSystem, CmdTakeIn, TakeIn{Companion: Companion{Number: n}, Community: d.state.Record.Community, Others: others})
	}
	crowd := make([]Companion, 5000)
	for i := range crowd {
		crowd[i] = Companion{Number: fmt.Sprintf("TS-20261122-%05d", i), Language: "en"}
	}
	ask(other, crowd...)
	if p := last[TurnedAway](d, EvMergeTurnedAway); p.Code != LeadFull || p.Number != other {
		t.Errorf("turned away: %+v", p)
	}
	ask(other, crowd[:1000]...)
	if n := len(d.state.Joined); n != 1001 {
		t.Errorf("%d were taken in", n)
	}
}

// A11: an answer that nobody can read is refused, and breaks no case.
func TestAnAnswerThatCannotBeReadIsRefused_A11(t *testing.T) {
	d := registered(t).do(agent, CmdMerge, Merge{Into: "TS-20260302-2BYHS", Reason: "the same"})
	for _, result := range []string{`[]`, `"x"`, `{"unheard":[1]}`, `{"heard":true}`} {
		d.refused("bad_payload", people.TheSystem, CmdHearMerge, procedure.Answer{Result: json.RawMessage(result)})
	}
}
