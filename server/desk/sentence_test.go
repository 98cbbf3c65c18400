package desk

import (
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/words"
)

// N2, I5: a sentence that is kept is the one that would be made: of this event, for this reader, with what was
// erased gone.
func TestKeptSentencesAreTheOnesMade_N2_I5(t *testing.T) {
	s := &Desk{sentences: newRecent[string](sentencesKept)}
	e := procedure.Event{Seq: 2, Type: complaint.EvContacted, By: people.By{ID: "a", Name: "王芳", Role: people.Agent}, Data: []byte(`{"channel":"hotline","said":"已说明"}`)}
	erased, other, until := e, e, e
	erased.Data, erased.By.Name = []byte(`{"channel":"hotline","said":""}`), ""
	other.By.Role = people.Manager
	until.Type, until.Data = complaint.EvTaskPaused, []byte(`{"task":"T1","reason":"parts","note":"等件","until":"2026-11-23T01:00:00Z"}`)
	dispatched := procedure.Event{Type: complaint.EvDispatched, By: e.By, Data: []byte(`{"tasks":[{"id":"T1","department":"engineering","content":"修"}]}`)}
	for _, lang := range words.Languages {
		for _, names := range []words.Names{nil, words.In(time.UTC, nil)} {
			for _, event := range []procedure.Event{e, erased, other, until, dispatched} {
				for range 2 {
					if got, want := s.Sentence(lang, names, event), words.Event(lang, event, names); got != want {
						t.Errorf("%s: got %q, want %q", lang, got, want)
					}
				}
			}
		}
	}
	if words.Lasting(words.Chinese, complaint.EvDispatched) || !words.Lasting(words.English, complaint.EvContacted) {
		t.Error("a sentence is kept that names a department, or one is not that could be")
	}
}
