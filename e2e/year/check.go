package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"time"

	"bihuan/audit"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/collective"
	"bihuan/procedure/complaint"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/service"
	"bihuan/procedure/statistics"
	"bihuan/procedure/survey"
)

// findings are what a look through everything that is on record shows.
type findings struct {
	office        *office
	cases, events int
	told          []statistics.Case // what the events of each tell
	months        int               // summaries that were made
	counts        map[string]int    // events by type
	kept          kept
	faults        []string
}

// check goes through every case on record. What the town's people saw must be there, and nothing else.
func check(ctx context.Context, db *postgres.DB, o *office, from time.Time) (*findings, error) {
	f := &findings{office: o, counts: map[string]int{}, kept: newKept()}
	for after := ""; ; {
		numbers, err := db.Numbers(ctx, after, 1000)
		if err != nil {
			return nil, err
		}
		if len(numbers) == 0 {
			break
		}
		for _, n := range numbers {
			if err := f.look(ctx, db, n); err != nil {
				return nil, err
			}
		}
		after = numbers[len(numbers)-1]
	}
	if f.cases != len(o.cases) {
		f.fault("", "%d cases were opened and %d are on record", len(o.cases), f.cases)
	}
	f.promisesKept()
	return f, f.addUp(ctx, db, from)
}

// look checks one case: its chain and its read model by the audit, and then what the handbook promises.
func (f *findings) look(ctx context.Context, db *postgres.DB, number string) error {
	e, err := db.Evidence(ctx, number)
	if err != nil {
		return err
	}
	f.cases++
	f.events += len(e.Events)
	if e.Case == nil {
		f.fault(number, "there is no read model")
		return nil
	}
	for _, event := range e.Events {
		f.counts[event.Type]++
	}
	err = audit.Verify(audit.Record{
		Number: number, Kind: e.Case.Kind, Events: e.Events, Secret: e.Secret, Policy: e.Policy, Facts: e.Facts, Summary: &e.Case.Summary, State: e.Case.State,
		Anchors: f.office.heads(number), Witness: "office",
	})
	if err != nil {
		f.fault(number, "%v", err)
	}
	f.told = append(f.told, statistics.Case{Kind: e.Case.Kind, Summary: e.Case.Summary, Facts: e.Facts}) // as the audit has just made them anew
	f.neverLateInSilence(number, e)
	f.closedAsTheHandbookSays(number, e)
	if look, ok := promises[e.Case.Kind]; ok {
		return look(f, number, e)
	}
	return nil
}

// neverLateInSilence wants an escalation with every missed deadline, in the same turn, and none that was
// missed without anybody noticing. H1, H2
func (f *findings) neverLateInSilence(number string, e postgres.Evidence) {
	escalated := map[string]bool{} // by the key of the deadline
	for i, event := range e.Events {
		var p struct{ Key, Escalation string }
		_ = json.Unmarshal(event.Data, &p) // other events have other data
		switch event.Type {
		case complaint.EvEscalationRaised:
			escalated[p.Key] = true
		case complaint.EvEscalationDecided:
			escalated[p.Key] = false
		case complaint.EvDeadlineBreached:
			raised := slices.ContainsFunc(e.Events[i:], func(o procedure.Event) bool {
				var q struct{ Key string }
				return o.Command == event.Command && o.Type == complaint.EvEscalationRaised && json.Unmarshal(o.Data, &q) == nil && q.Key == p.Key
			})
			if !raised && !escalated[p.Key] {
				f.fault(number, "event %d: %s was missed and nobody was asked", event.Seq, p.Key)
			}
		}
	}
	last := e.Events[len(e.Events)-1].At
	for _, d := range e.Case.Deadlines {
		if !d.Breached && !d.Paused && d.Due.Before(last) {
			f.fault(number, "%s was due on %s and nobody noticed", d.Key, d.Due.Format(time.DateTime))
		}
	}
}

// ends says, by kind, what must have happened before each way of closing. I1
var ends = map[string]map[string]string{
	"complaint": {
		"satisfied":   complaint.EvRevisited,
		"explained":   complaint.EvExplained,
		"not_reached": complaint.EvUnreachedDecided,
		"withdrawn":   complaint.EvRegistered,
		"merged":      complaint.EvRegistered,
	},
	"service": {
		"served": service.EvFinished, "unrated": service.EvRatingAsked, "not_reached": service.EvMissed, "quote_declined": service.EvQuoteDeclined,
		"rejected": service.EvRegistered, "withdrawn": service.EvRegistered,
	},
	"collective": {
		collective.Concluded: collective.EvInformed, collective.Dropped: collective.EvRegistered, collective.Superseded: collective.EvSuperseded,
	},
	"inquiry": {
		"answered": inquiry.EvReplied, "adopted": inquiry.EvReplied, "turned": inquiry.EvTurned, "withdrawn": inquiry.EvRegistered,
	},
	"survey": {survey.Counted: survey.EvCounted, "withdrawn": survey.EvRegistered},
	"improvement": {
		improvement.Effective: improvement.EvEvaluated, improvement.Declined: improvement.EvDeclined, improvement.Abandoned: improvement.EvPlanned,
	},
}

// closedAsTheHandbookSays wants every closing to be one that the handbook knows, with what leads there. I1
func (f *findings) closedAsTheHandbookSays(number string, e postgres.Evidence) {
	for _, fact := range e.Facts {
		if fact.Name != procedure.FactClosed {
			continue
		}
		before, known := ends[e.Case.Kind][fact.Key]
		if !known || !slices.ContainsFunc(e.Events[:fact.Seq], func(o procedure.Event) bool { return o.Type == before }) {
			f.fault(number, "event %d: a %s closed as %q without %q", fact.Seq, e.Case.Kind, fact.Key, before)
		}
	}
}

func (f *findings) fault(number, format string, args ...any) {
	f.faults = append(f.faults, number+": "+fmt.Sprintf(format, args...))
}

func (f *findings) err() error {
	if len(f.faults) == 0 {
		return nil
	}
	return errors.New(f.faults[0])
}

func (f *findings) print(w io.Writer) {
	fmt.Fprintf(w, "on record: %d cases, %d events, each chained and told by the read model\n", f.cases, f.events)
	for _, name := range slices.Sorted(maps.Keys(f.counts)) {
		fmt.Fprintf(w, "  %6d  %s\n", f.counts[name], name)
	}
	f.kept.print(w)
	fmt.Fprintf(w, "%d monthly summaries, which add up\n", f.months)
	fmt.Fprintf(w, "faults: %d\n", len(f.faults))
	for _, fault := range f.faults[:min(len(f.faults), 20)] {
		fmt.Fprintln(w, "  "+fault)
	}
}
