// Package audit proves that a case's record was not altered: its events follow one another without a
// gap, each chained by hash to the one before it; the workflow's own history holds the same heads of
// that chain; and the procedure makes from the events exactly what the read model shows. N2
package audit

import (
	"encoding/json"
	"fmt"
	"reflect"

	"bihuan/procedure"
	"bihuan/procedure/erasure"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/registry"
)

// Record is everything that is known of one case.
type Record struct {
	Number string            `json:"number"`
	Kind   string            `json:"kind"`
	Events []procedure.Event `json:"events"`
	// Secret salts the chain's commitments.
	Secret string `json:"secret,omitempty"`
	// Proofs stand for the secret, by event, once personal data was erased. I5
	Proofs map[int]hashchain.Proof `json:"proofs,omitempty"`
	Policy json.RawMessage         `json:"policy,omitempty"`
	// Summary and State are the read model.
	Summary *procedure.Summary `json:"summary,omitempty"`
	State   json.RawMessage    `json:"state,omitempty"`
	// Facts are what the statistics count of the case, part of the read model too. I4
	Facts []procedure.Fact `json:"facts,omitempty"`
	// Anchors are the heads of the chain that the workflow's own history holds, the oldest first.
	Anchors []hashchain.Anchor `json:"anchors,omitempty"`
	// Witness says where the anchors come from: "engine", "filed history", or empty for nowhere.
	Witness string `json:"witness,omitempty"`
}

// Fault is the first thing in a record that does not match.
type Fault struct {
	Number string
	// Code names the kind of fault, e.g. "event_altered".
	Code string
	// Seq is the event it shows at; 0 when it is about the whole record.
	Seq int
	// Detail says it in a sentence.
	Detail string
}

func (f *Fault) Error() string { return f.Number + ": " + f.Code + ": " + f.Detail }

// Verify gives the first *Fault of a record, and nil when everything matches.
func Verify(r Record) error {
	for _, check := range []func(Record) *Fault{unbroken, provable, chained, witnessed, sameReadModel} {
		if f := check(r); f != nil {
			f.Number = r.Number
			return f
		}
	}
	return nil
}

// unbroken checks that no event is missing or one too many.
func unbroken(r Record) *Fault {
	if len(r.Events) == 0 {
		return &Fault{Code: "no_events", Detail: "there is no event at all"}
	}
	for i, e := range r.Events {
		switch {
		case e.Seq > i+1:
			return &Fault{Code: "event_removed", Seq: i + 1, Detail: fmt.Sprintf("event %d is missing", i+1)}
		case e.Seq < i+1:
			return &Fault{Code: "event_inserted", Seq: e.Seq, Detail: fmt.Sprintf("there is an event %d that nobody counted", e.Seq)}
		}
	}
	return nil
}

// provable checks that proofs stand for all events or for none, and that nothing was taken out of an
// event under the name of erasure but what is erased: a proof must not hide a changed statistic. I5
func provable(r Record) *Fault {
	if len(r.Proofs) == 0 {
		return nil
	}
	for _, e := range r.Events {
		proof, ok := r.Proofs[e.Seq]
		if !ok {
			return &Fault{Code: "proof_missing", Seq: e.Seq, Detail: fmt.Sprintf("event %d was erased without a proof", e.Seq)}
		}
		for path := range proof.Commitments {
			if !erasure.Personal(e.Type, path) {
				return &Fault{Code: "event_altered", Seq: e.Seq, Detail: fmt.Sprintf("event %d hides %s, which is never erased", e.Seq, path)}
			}
		}
	}
	return nil
}

// hash makes an event's hash anew: from the case's secret, or from the proof that outlived it.
func (r Record) hash(before string, e procedure.Event) (string, error) {
	if proof, erased := r.Proofs[e.Seq]; erased {
		return hashchain.Proven(before, r.Number, e, proof)
	}
	return hashchain.Event(before, r.Number, []byte(r.Secret), e)
}

// chained checks each event against its hash.
func chained(r Record) *Fault {
	before := ""
	for _, e := range r.Events {
		hash, err := r.hash(before, e)
		if err != nil {
			return &Fault{Code: "event_unreadable", Seq: e.Seq, Detail: err.Error()}
		}
		if hash != e.Hash {
			return &Fault{Code: "event_altered", Seq: e.Seq, Detail: fmt.Sprintf("event %d (%s) does not match its hash", e.Seq, e.Type)}
		}
		before = hash
	}
	return nil
}

// witnessed checks the chain against the heads that the workflow's own history holds: whoever makes
// the whole chain anew, or cuts off its end, cannot change those.
func witnessed(r Record) *Fault {
	if r.Witness == "" || len(r.Anchors) == 0 {
		return &Fault{Code: "no_witness", Detail: "neither the engine nor a filed history holds the chain's heads"}
	}
	last := 0
	for _, a := range r.Anchors {
		if a.Seq > len(r.Events) {
			return &Fault{Code: "event_removed", Seq: len(r.Events) + 1, Detail: fmt.Sprintf(
				"the %s knows event %d, the record ends at %d", r.Witness, a.Seq, len(r.Events))}
		}
		if a.Seq < 1 || r.Events[a.Seq-1].Hash != a.Head {
			return &Fault{Code: "chain_rewritten", Seq: a.Seq, Detail: fmt.Sprintf(
				"event %d is not the one that the %s holds", a.Seq, r.Witness)}
		}
		last = max(last, a.Seq)
	}
	if last < len(r.Events) {
		return &Fault{Code: "event_inserted", Seq: last + 1, Detail: fmt.Sprintf(
			"the %s does not know event %d", r.Witness, last+1)}
	}
	return nil
}

// sameReadModel checks that the procedure makes from the events what the read model shows.
func sameReadModel(r Record) *Fault {
	if r.Summary == nil {
		return &Fault{Code: "read_model_missing", Detail: "the case is not among the cases that are shown"}
	}
	summary, state, err := registry.Rebuild(r.Number, r.Events, r.Policy)
	if err != nil {
		return &Fault{Code: "settings_unreadable", Detail: err.Error()}
	}
	if !alike(summary, *r.Summary) || !alike(state, r.State) {
		return &Fault{Code: "read_model_altered", Detail: "what is shown of the case is not what its events say"}
	}
	facts, err := registry.Tell(r.Number, r.Events, r.Policy)
	if err != nil || !alike(facts, r.Facts) {
		return &Fault{Code: "facts_altered", Detail: "what the statistics count of the case is not what its events say"}
	}
	return nil
}

// alike compares two values as JSON, however it is ordered and spaced.
func alike(a, b any) bool {
	x, errX := plain(a)
	y, errY := plain(b)
	return errX == nil && errY == nil && reflect.DeepEqual(x, y)
}

func plain(v any) (out any, err error) {
	raw, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	return out, err
}

// MayBeMoving says whether a fault can come from looking at a case while it is being written: the
// engine, the events and the read model are not read in the same instant.
func (f *Fault) MayBeMoving() bool {
	switch f.Code {
	case "no_events", "event_inserted", "event_removed", "no_witness", "read_model_missing":
		return true
	}
	return false
}
