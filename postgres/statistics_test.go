package postgres_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
	"bihuan/procedure/registry"
	"bihuan/procedure/statistics"
	"bihuan/settings"
)

// story is one complaint on which anybody does anything that they may, while time passes.
type story struct {
	*sown[complaint.State]
	dice *rand.Rand
}

func (s *story) one(of ...string) string { return of[s.dice.IntN(len(of))] }

func (s *story) yes(percent int) bool { return s.dice.IntN(100) < percent }

// payload makes one that the command may well take.
func (s *story) payload(command string) any {
	later := s.now.Add(time.Duration(1+s.dice.IntN(72)) * time.Hour)
	task := func() string { return fmt.Sprint("T", max(1, len(s.state.Tasks)-s.dice.IntN(2))) }
	order := []complaint.TaskOrder{{Department: s.one("engineering", "security", "service"), Content: "查看", Deadline: &later}}
	switch command {
	case complaint.CmdJudge:
		return complaint.Judge{Nature: complaint.Nature(s.one("valid", "valid", "valid", "invalid", "major", "undetermined")), Grounds: "依据"}
	case complaint.CmdReview:
		return complaint.Review{Nature: complaint.Nature(s.one("valid", "valid", "invalid")), Grounds: "同意"}
	case complaint.CmdExplain:
		return complaint.Explain{Said: "已解释", Accepted: s.yes(60)}
	case complaint.CmdWithdraw, complaint.CmdAppeal, complaint.CmdReopen:
		return complaint.Reasoned{Reason: "原因"}
	case complaint.CmdDispatch:
		return complaint.Dispatch{Tasks: order}
	case complaint.CmdAccept, complaint.CmdResume:
		return complaint.TaskRef{Task: task()}
	case complaint.CmdReturn:
		return complaint.Return{Task: task(), Reason: "不属本部门"}
	case complaint.CmdReroute:
		return complaint.Reroute{Task: task(), Department: s.one("engineering", "security")}
	case complaint.CmdComplete:
		return complaint.Complete{Task: task(), Result: "已修好", Evidence: []string{"photo"}}
	case complaint.CmdPropose:
		return complaint.Propose{Text: "方案"}
	case complaint.CmdAnswer:
		return complaint.AnswerPlan{Answer: complaint.Answer(s.one("agreed", "agreed", "adjust")), Opinion: "意见"}
	case complaint.CmdContact:
		return complaint.Contacted{Channel: complaint.Hotline, Said: "进展"}
	case complaint.CmdClassify:
		return complaint.Classify{Category: s.one("facility.leak", "environment.noise", "other"), Reason: "更正"}
	case complaint.CmdVerify:
		return complaint.Verify{Passed: s.yes(80), Note: "查验", Rectify: order}
	case complaint.CmdRevisit:
		satisfied := s.yes(60)
		score := 1 + s.dice.IntN(2)
		if satisfied {
			score = 3 + s.dice.IntN(3)
		}
		return complaint.Revisit{
			Method: complaint.AtDoor, Reached: satisfied || s.yes(70), Satisfied: satisfied, Outcome: score, Handling: 1 + s.dice.IntN(5), Rectify: order,
		}
	case complaint.CmdDecideUnreached:
		return complaint.DecideUnreached{Decision: s.one("close", "keep_trying"), Reason: "多次未接"}
	case complaint.CmdDecideEscalation:
		return deadline.DecideEscalation{
			Escalation: fmt.Sprint("E", max(1, len(s.state.Escalated)-s.dice.IntN(2))), Decision: s.one("approve", "decline"), Reason: "加急", Deadline: later,
		}
	}
	return nil
}

// onward lists what brings a complaint on, most of all.
var onward = []string{
	complaint.CmdJudge, complaint.CmdReview, complaint.CmdExplain, complaint.CmdDispatch, complaint.CmdAccept, complaint.CmdComplete, complaint.CmdPropose,
	complaint.CmdAnswer, complaint.CmdVerify, complaint.CmdRevisit, complaint.CmdDecideUnreached, complaint.CmdReroute,
}

var seldom = []string{
	complaint.CmdWithdraw, complaint.CmdAppeal, complaint.CmdReopen, complaint.CmdReturn, complaint.CmdContact, complaint.CmdClassify, complaint.CmdDecideEscalation,
}

// step lets time pass, with everything that falls due in it, and then tries one command.
func (s *story) step() {
	until := s.now.Add(time.Duration(s.dice.IntN(20)) * time.Hour)
	for due := s.d.Due(s.state); len(due) > 0 && !due[0].At.After(until); due = s.d.Due(s.state) {
		s.now = later(s.now, due[0].At)
		s.give(s.d.Issue(s.state, due[0]))
	}
	s.now = until
	role := people.Role(s.one("agent", "assistant", "manager", "gm", "complainant"))
	actor := people.Actor{ID: "u-" + string(role), Roles: []people.Role{role}, Communities: []string{people.AllCommunities}}
	if role == people.Complainant {
		actor.ID = s.number
	}
	wanted := onward
	if s.yes(10) {
		wanted = seldom
	}
	may := slices.DeleteFunc(s.d.Allowed(s.state, actor), func(c string) bool { return !slices.Contains(wanted, c) })
	if len(may) == 0 {
		return
	}
	command := s.one(may...)
	s.give(procedure.Command{Name: command, Actor: actor, At: s.now, Payload: encode(s.T, s.payload(command))})
}

// give gives a command that may well be refused.
func (s *story) give(c procedure.Command) { _ = s.try(c) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// newYear is the beginning of the year in Shanghai.
var newYear = time.Date(2025, 12, 31, 16, 0, 0, 0, time.UTC)

// lived records the stories of a year, some of them drills, and gives their numbers.
func lived(t *testing.T, db *postgres.DB, seed uint64) []string {
	all, err := settings.Load("")
	postgres.Must(t, err)
	dice := rand.New(rand.NewPCG(seed, 1))
	var numbers []string
	for i := range 40 {
		community := []string{"yuhu", "linjiang"}[dice.IntN(2)]
		now := newYear.Add(time.Duration(dice.IntN(360*24)) * time.Hour)
		p, _ := all.ForCase(community, now)
		f := &field{T: t, db: db, now: now, policy: p, seen: map[string]bool{}}
		s := &story{numbered(f, complaint.Definition, fmt.Sprintf("TS-%03d", i)), dice}
		s.give(procedure.Command{Name: complaint.CmdRegister, At: now,
			Actor: people.Actor{ID: "wang", Roles: []people.Role{people.Agent}, Communities: []string{"*"}},
			Payload: encode(t, complaint.Register{Record: complaint.Record{
				Community: community, Channel: complaint.Channels[dice.IntN(4)], Category: s.one("facility.leak", "facility.lift", "environment.noise", "order.parking"),
				Name: "李明", Phone: "13800001111", Building: s.one("1栋", "2栋", ""), Room: "101", HappenedAt: &now, Place: "厨房", What: "漏水", Remedy: "修好", Drill: i%10 == 9,
			}})})
		for range 10 + dice.IntN(60) {
			s.step()
		}
		numbers = append(numbers, s.number)
	}
	return numbers
}

// told makes the cases of the events alone.
func told(t *testing.T, db *postgres.DB, numbers []string) []statistics.Case {
	var cases []statistics.Case
	for _, n := range numbers {
		evidence, err := db.Evidence(t.Context(), n)
		postgres.Must(t, err)
		summary, _, err := registry.Rebuild(n, evidence.Events, evidence.Policy)
		postgres.Must(t, err)
		facts, err := registry.Tell(n, evidence.Events, evidence.Policy)
		postgres.Must(t, err)
		cases = append(cases, statistics.Case{Number: n, Kind: "complaint", Summary: summary, Facts: facts})
	}
	return cases
}

var both = []statistics.Place{{Community: "linjiang", Zone: "Asia/Shanghai"}, {Community: "yuhu", Zone: "Asia/Shanghai"}}

func spans(t *testing.T, p statistics.Period) []statistics.Span {
	all, err := p.Spans(both)
	postgres.Must(t, err)
	return all
}

// I4: the figures of any period are the same whether the database counts what was recorded or the
// events are folded anew; the twelve months add up to the year; drills count for nothing (M5).
func TestI4FiguresAreTheSameBothWays(t *testing.T) {
	db := postgres.Fresh(t)
	numbers := lived(t, db, 7)
	cases := told(t, db, numbers)
	year := statistics.Period{From: "2026-01-01", To: "2027-01-01"}
	var months []statistics.Tally
	for _, m := range year.Months() {
		p, err := statistics.Month(m)
		postgres.Must(t, err)
		months = append(months, sameBothWays(t, db, cases, p)...)
	}
	whole := sameBothWays(t, db, cases, year)
	sameBothWays(t, db, cases, statistics.Period{From: "2026-03-07", To: "2026-03-08"})
	sameBothWays(t, db, cases, statistics.Period{From: "2020-01-01", To: "2030-01-01"})
	if added, want := statistics.Add(flows(months)), statistics.Add(flows(whole)); !reflect.DeepEqual(added, want) {
		t.Errorf("twelve months: %v\nthe year: %v", added, want)
	}
	coverage(t, whole)
	open := 0
	for _, c := range cases {
		if c.Summary.Open && !c.Summary.Drill {
			open++
		}
	}
	s, err := db.Summary(t.Context(), statistics.Period{From: "2026-01-01", To: "2030-01-01"}, both, statistics.Rules{})
	postgres.Must(t, err)
	if c := s.Kinds[0]; c.Registered != 36 || c.OpenAtEnd != open || open == 0 || c.OpenAtStart != 0 {
		t.Errorf("registered %d, open at the end %d, want 36 and %d", c.Registered, c.OpenAtEnd, open)
	}
}

func sameBothWays(t *testing.T, db *postgres.DB, cases []statistics.Case, p statistics.Period) []statistics.Tally {
	t.Helper()
	counted, err := db.Tallies(t.Context(), spans(t, p))
	postgres.Must(t, err)
	folded := statistics.Tallies(cases, spans(t, p))
	if !slices.Equal(counted, folded) {
		t.Errorf("%v:\ncounted %v\nfolded  %v", p, counted, folded)
	}
	return counted
}

// flows leaves what adds up: not what stood at a moment.
func flows(tallies []statistics.Tally) []statistics.Tally {
	return slices.DeleteFunc(slices.Clone(tallies), func(t statistics.Tally) bool { return t.Name == statistics.OpenBefore })
}

// coverage sees to it that the stories told every fact there is.
func coverage(t *testing.T, tallies []statistics.Tally) {
	t.Helper()
	for _, name := range procedure.Facts {
		if !slices.ContainsFunc(tallies, func(x statistics.Tally) bool { return x.Name == name }) {
			t.Errorf("no story told of %s", name)
		}
	}
}
