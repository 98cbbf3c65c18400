package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"time"

	"bihuan/postgres"
	"bihuan/procedure/analysis"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
)

// promises are what the handbook promises of a kind beside deadlines and closings.
var promises = map[string]func(*findings, string, postgres.Evidence) error{
	"survey": (*findings).countedOnce, "improvement": (*findings).evaluatedInTime, "complaint": (*findings).noteMerge,
}

// kept is what was seen of them.
type kept struct {
	surveys, answers, phoned int
	found                    int                        // measures out of what stood out
	feedback                 map[string]int             // by what became of it
	verdicts                 map[analysis.Verdict]int   // of evaluations
	evaluations              map[string][]evaluation    // by measure
	merged                   map[string]complaint.State // at the end
	asked                    map[string]bool            // merged complaints whose household was revisited
}

type evaluation = improvement.Evaluation

func newKept() kept {
	return kept{
		feedback: map[string]int{}, verdicts: map[analysis.Verdict]int{}, evaluations: map[string][]evaluation{},
		merged: map[string]complaint.State{}, asked: map[string]bool{},
	}
}

// countedOnce wants the results of a survey to be what households answered, each once. M1
func (f *findings) countedOnce(number string, e postgres.Evidence) error {
	var s survey.State
	if err := json.Unmarshal(e.Case.State, &s); err != nil || s.Tally == nil {
		return err
	}
	answered, counted := map[string]int{}, map[string]int{}
	for _, r := range f.office.answered[number] {
		answered["all"]++
		if r.phone {
			answered["phone"]++
		}
		for _, reply := range r.replies {
			if reply.Score != nil {
				answered[reply.Question+" "+strconv.Itoa(*reply.Score)]++
			}
			for _, c := range reply.Choices {
				answered[reply.Question+" "+c]++
			}
		}
	}
	counted["all"], counted["phone"] = s.Tally.Responses, s.Tally.Phone
	for i, q := range s.Questions {
		low, _, scored := q.Scores()
		for j, n := range s.Tally.Questions[i].Counts {
			option := strconv.Itoa(low + j)
			if !scored {
				option = q.Choices[j].ID
			}
			counted[q.ID+" "+option] = n
		}
	}
	none := func(_ string, n int) bool { return n == 0 }
	maps.DeleteFunc(counted, none)
	if !maps.Equal(answered, counted) {
		f.fault(number, "households answered %v, and it counted %v", answered, counted)
	}
	f.kept.surveys, f.kept.answers, f.kept.phoned = f.kept.surveys+1, f.kept.answers+s.Tally.Responses, f.kept.phoned+s.Tally.Phone
	return nil
}

// evaluatedInTime wants every measure that was carried out to be evaluated, after its time and not before; and
// what staff said to be answered. The figures are looked at once all is told. M4, M6
func (f *findings) evaluatedInTime(number string, e postgres.Evidence) error {
	var s improvement.State
	if err := json.Unmarshal(e.Case.State, &s); err != nil {
		return err
	}
	after := time.Duration(s.Policy.Improvement.Deadlines[string(improvement.StepEffect)].Within)
	var done time.Time
	for _, event := range e.Events {
		switch event.Type {
		case improvement.EvFinished:
			done = event.At
		case improvement.EvEvaluated:
			if event.At.Before(done.Add(after)) {
				f.fault(number, "event %d: evaluated on %s, done on %s", event.Seq, event.At, done)
			}
			done = time.Time{}
		}
	}
	if !done.IsZero() && s.Stage != improvement.StageObserving {
		f.fault(number, "was done on %s and never evaluated", done)
	}
	if s.Finding != nil {
		f.kept.found++
	}
	f.kept.evaluations[number] = s.Evaluated
	for _, x := range s.Evaluated {
		f.kept.verdicts[x.Verdict]++
	}
	switch {
	case s.Feedback == nil:
	case s.Stage == improvement.StageSuggested:
		f.fault(number, "what staff said is not answered")
	case s.Plan == nil:
		f.kept.feedback[improvement.Declined]++
	default:
		f.kept.feedback[improvement.Accepted]++
	}
	return nil
}

// noteMerge keeps what is needed to say who was revisited of those whose complaint was merged. A11
func (f *findings) noteMerge(number string, e postgres.Evidence) error {
	for _, event := range e.Events {
		var r complaint.Revisit
		if event.Type != complaint.EvRevisited {
			continue
		}
		if err := json.Unmarshal(event.Data, &r); err != nil {
			return err
		}
		if r.Of != "" {
			f.kept.asked[r.Of] = true
		}
	}
	var s complaint.State
	err := json.Unmarshal(e.Case.State, &s)
	if s.Closing != nil && s.Closing.Outcome == complaint.Merged {
		f.kept.merged[number] = s
	}
	return err
}

// promisesKept looks at what can be said once everything is told.
func (f *findings) promisesKept() {
	for number, all := range f.kept.evaluations {
		for _, x := range all {
			f.sameFigures(number, x)
		}
	}
	for number, s := range f.kept.merged {
		explained := s.Following != nil && s.Following.Outcome == complaint.Explained // they were told why, and where else to turn
		if !f.kept.asked[number] && !explained {
			f.fault(number, "was merged into %s, and its household was not revisited", s.Closing.Into)
		}
	}
}

// sameFigures counts what an evaluation compared from the events of all cases. M4
func (f *findings) sameFigures(number string, x evaluation) {
	span := func(from, to time.Time) statistics.Span {
		return statistics.Span{Community: x.Community, From: from, To: to}
	}
	spans := analysis.Spans{Now: span(x.From, x.To), Before: span(x.BeforeFrom, x.BeforeTo)}
	for _, side := range []struct {
		now    bool
		sample analysis.Sample
	}{{true, x.Now}, {false, x.Before}} {
		var told analysis.Observation
		for _, o := range analysis.Observe(f.told, []analysis.Spans{spans}) {
			if o.Now == side.now && o.Watch == x.Watch {
				told = o
			}
		}
		if told.N != side.sample.N || told.Of != side.sample.Of {
			f.fault(number, "its evaluation has %d of %d of %v, the events tell %d of %d", side.sample.N, side.sample.Of, x.Watch, told.N, told.Of)
		}
	}
}

func (k kept) print(w io.Writer) {
	fmt.Fprintf(w, "surveys: %d counted, as answered: %d answers, %d of them on the phone\n", k.surveys, k.answers, k.phoned)
	fmt.Fprintf(w, "feedback of staff:%s\n", listed(k.feedback))
	measures := len(k.evaluations) - k.feedback[improvement.Declined]
	fmt.Fprintf(w, "measures: %d, %d of them out of an analysis, evaluations as counted from the events:%s\n", measures, k.found, listed(k.verdicts))
	fmt.Fprintf(w, "duplicates: %d complaints merged, %d of their households revisited, the others explained to\n", len(k.merged), len(k.asked))
}

func listed[K ~string](counts map[K]int) (text string) {
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		text += fmt.Sprintf(" %d %s", counts[name], name)
	}
	return text
}
