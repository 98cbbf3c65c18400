package complaint_test

import (
	"encoding/json"
	"slices"

	"bihuan/procedure"
	. "bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
)

// invariants must hold after every command that was taken, whatever it was.
func invariants(t tester, was, is State, c procedure.Command, events []procedure.Event) {
	t.Helper()
	gapless(t, was, is, events)
	if len(events) == 0 && !slices.Contains([]string{CmdPart, CmdHearMerge, CmdUndoMerge}, c.Name) {
		t.Fatalf("%s was taken and nothing happened", c.Name)
	}
	roundTrips(t, is)
	neverSilent(t, is)
	if was.Stage == StageArchived {
		t.Fatalf("an archived complaint took %s", c.Name)
	}
	for _, e := range events {
		switch e.Type {
		case EvClosed:
			closesProperly(t, was, c, e)
		case EvJudged, EvReviewed, EvTaskAccepted, EvTaskCompleted, EvVerified, EvRevisited:
			nobodyNamed(t, was, e)
		}
	}
	if c.Name == CmdRevisit && was.Major() { // G3
		var p Revisit
		decode(t, c.Payload, &p)
		if p.Method != AtDoor {
			t.Fatalf("a major complaint was revisited by %s", p.Method)
		}
	}
	asTheTableSays(t, was, is, c, events)
}

// asTheTableSays wants every stage that a command enters to stand in its line of the table.
func asTheTableSays(t tester, was, is State, c procedure.Command, events []procedure.Event) {
	t.Helper()
	line, ok := lineOf(c.Name, was.Stage)
	if !ok {
		t.Fatalf("no line of the table lets %s in stage %q", c.Name, was.Stage)
	}
	for _, e := range events {
		var p StageEntered
		if e.Type != EvStageEntered {
			continue
		}
		decode(t, e.Data, &p)
		if !slices.Contains(line.To, p.Stage) {
			t.Fatalf("%s leads from %q to %q, which its line does not say", c.Name, was.Stage, p.Stage)
		}
	}
	if is.Stage != was.Stage && !slices.Contains(line.To, is.Stage) {
		t.Fatalf("%s leads from %q to %q, which its line does not say", c.Name, was.Stage, is.Stage)
	}
}

func lineOf(command string, stage Stage) (Transition, bool) {
	i := slices.IndexFunc(Table, func(t Transition) bool { return t.Command == command && slices.Contains(t.From, stage) })
	if i < 0 {
		return Transition{}, false
	}
	return Table[i], true
}

// gapless wants the events to be counted without a gap and never to go back in time.
func gapless(t tester, was, is State, events []procedure.Event) {
	t.Helper()
	for i, e := range events {
		if e.Seq != was.Seq+i+1 {
			t.Fatalf("event %d of seq %d follows seq %d", i, e.Seq, was.Seq)
		}
		if !slices.Contains(Events, e.Type) {
			t.Fatalf("unknown event %s", e.Type)
		}
	}
	if is.Seq != was.Seq+len(events) {
		t.Fatalf("%d events brought seq %d to %d", len(events), was.Seq, is.Seq)
	}
}

// roundTrips wants the state to survive JSON: that is how a workflow carries it.
func roundTrips(t tester, s State) {
	t.Helper()
	raw := jsonOf(t, s.WithoutPolicy())
	var again State
	decode(t, json.RawMessage(raw), &again)
	if jsonOf(t, again) != raw {
		t.Fatalf("the state changes by JSON:\n%s\n%s", raw, jsonOf(t, again))
	}
	if jsonOf(t, Due(again)) != jsonOf(t, Due(s)) {
		t.Fatal("the deadlines change by JSON")
	}
}

// neverSilent wants something to fall due as long as a complaint is not archived, and every missed
// deadline to stand before somebody. E1, H1, H2
func neverSilent(t tester, s State) {
	t.Helper()
	due := Due(s)
	if s.Stage == StageArchived {
		if len(due) > 0 {
			t.Fatalf("an archived complaint waits for %v", due)
		}
		return
	}
	if len(due) == 0 {
		t.Fatalf("in stage %s nothing falls due", s.Stage)
	}
	if !s.Open() {
		return
	}
	if _, ok := s.Deadline(string(StepFollowUp)); !ok {
		t.Fatalf("in stage %s nobody has to tell the complainant anything", s.Stage)
	}
	if !HasDeadline(s.Stage) && !workDeadlines(s) {
		t.Fatalf("stage %s has no deadline: %+v", s.Stage, s.Deadlines)
	}
	everyTask(t, s)
	for _, c := range s.Deadlines {
		if c.Breached && !slices.ContainsFunc(s.Escalated, func(e deadline.Escalation) bool { return e.Deadline == c.Key && e.Status == deadline.EscalationOpen }) {
			t.Fatalf("%s was missed and is before nobody", c.Key)
		}
	}
}

func workDeadlines(s State) bool {
	return slices.ContainsFunc(s.Deadlines, func(c deadline.Deadline) bool {
		return slices.Contains([]Step{StepAccept, StepReroute, StepWork, StepPlan, StepAnswer}, c.Step)
	})
}

// everyTask wants the one deadline that fits a task's status, and none for one that is over or waits.
func everyTask(t tester, s State) {
	t.Helper()
	want := map[TaskStatus]Step{TaskQueued: StepAccept, TaskDispatched: StepAccept, TaskReturned: StepReroute, TaskAccepted: StepWork, TaskPaused: StepWork}
	for _, task := range s.Tasks {
		for _, step := range []Step{StepAccept, StepReroute, StepWork} {
			c, runs := s.Deadline(string(step) + ":" + task.ID)
			if runs != (want[task.Status] == step) || runs && (c.Paused != nil) != (task.Status == TaskPaused) {
				t.Fatalf("task %s is %s, its clock %s runs: %v %+v", task.ID, task.Status, step, runs, c)
			}
		}
	}
}

// closesProperly allows the five ends and no other. I1
func closesProperly(t tester, was State, c procedure.Command, e procedure.Event) {
	t.Helper()
	var p Closed
	decode(t, e.Data, &p)
	last := []string{CmdRevisit, CmdDecideUnreached, CmdPart} // settles the last of those who complain. A11
	by := map[Outcome][]string{Satisfied: last, Explained: {CmdExplain}, NotReached: last, Withdrawn: {CmdWithdraw}, Merged: {CmdMerge, CmdRegister}}
	if !slices.Contains(by[p.Outcome], c.Name) {
		t.Fatalf("%s closed the complaint as %q", c.Name, p.Outcome)
	}
	switch p.Outcome {
	case Satisfied:
		everybodyAsked(t, was, c)
	case Explained:
		if was.Nature != Invalid || p.Recourse.Zh == "" {
			t.Fatalf("closed as explained: %s %+v", was.Nature, p)
		}
	}
}

// everybodyAsked wants the complainant to be satisfied, and every merged one too, unless the manager has
// given them up. A11, G4
func everybodyAsked(t tester, was State, c procedure.Command) {
	t.Helper()
	var r Revisit
	if c.Name == CmdRevisit {
		decode(t, c.Payload, &r)
		if !r.Reached || !r.Satisfied || was.Stage != StageRevisiting {
			t.Fatalf("closed as satisfied by %+v in stage %s", r, was.Stage)
		}
		if r.Of == "" {
			was.Settled = Satisfied
		}
	}
	if was.Settled != Satisfied {
		t.Fatalf("closed as satisfied, and the complainant is %q", was.Settled)
	}
	for _, j := range was.Joined {
		if j.Settled == "" && c.Name == CmdRevisit && j.Number != r.Of {
			t.Fatalf("closed, and nobody asked %s", j.Number)
		}
	}
}

// nobodyNamed wants the one who judges, handles, verifies or revisits not to be in the complaint. B9
func nobodyNamed(t tester, was State, e procedure.Event) {
	t.Helper()
	for _, i := range was.Record.Involved {
		if i.Staff != "" && i.Staff == e.By.ID || i.Name != "" && i.Name == e.By.Name {
			t.Fatalf("%s by %s, whom the complaint names", e.Type, e.By.ID)
		}
	}
}

func decode(t tester, raw json.RawMessage, into any) {
	t.Helper()
	if len(raw) == 0 {
		return
	}
	if err := json.Unmarshal(raw, into); err != nil {
		t.Fatal(err)
	}
}

// folds wants the fold of the events, as they are stored, to be the state.
func (d *desk) folds() {
	d.t.Helper()
	s := New(d.state.Number, d.state.Policy)
	for _, e := range d.events {
		var stored procedure.Event
		decode(d.t, json.RawMessage(jsonOf(d.t, e)), &stored)
		s = Evolve(s, stored)
	}
	if got, want := jsonOf(d.t, s.WithoutPolicy()), jsonOf(d.t, d.state.WithoutPolicy()); got != want {
		d.t.Fatalf("the fold of the events is not the state:\n%s\n%s", got, want)
	}
}
