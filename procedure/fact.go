package procedure

import (
	"time"

	"bihuan/procedure/people"
)

// Fact is something countable that an event means. It is never personal, so it stays when a case is
// erased: every figure of the statistics is a count or a sum of facts. I4, I5
type Fact struct {
	// Seq and Index place it: of the event it comes from, and among that event's facts.
	Seq   int       `json:"seq"`
	Index int       `json:"index"`
	At    time.Time `json:"at"`
	Name  string    `json:"name"`
	// Key says which of its kind: a nature, an outcome, a step, a method, a score.
	Key string `json:"key,omitempty"`
	// Role is whose it was: of who did it, or of who had to.
	Role people.Role `json:"role,omitempty"`
	// Department had to do it, where it was a task.
	Department string `json:"department,omitempty"`
	// Value is a score, or how long it took in seconds.
	Value int `json:"value,omitempty"`
}

// The facts, the same for every procedure. Each says what its key and its value are.
const (
	FactRegistered    = "registered"
	FactClosed        = "closed"          // key: outcome; value: seconds since registration
	FactReopened      = "reopened"        //
	FactJudged        = "judged"          // key: nature
	FactReviewed      = "reviewed"        // key: nature
	FactMet           = "deadline-met"    // key: step; value: seconds it took
	FactMissed        = "deadline-missed" // key: step
	FactLate          = "done-late"       // key: step; value: seconds it took, after its deadline was missed
	FactEscalated     = "escalated"       // key: the step it is about; role: the level
	FactContacted     = "contacted"       // key: channel
	FactFirstContact  = "first-contact"   // value: seconds since registration
	FactRevisited     = "revisited"       // key: method; the customer was reached
	FactUnanswered    = "unanswered"      // key: method; a revisit that reached nobody
	FactUnsatisfied   = "unsatisfied"     // key: method
	FactRatedOutcome  = "rated-outcome"   // key and value: 1-5
	FactRatedHandling = "rated-handling"  // key and value: 1-5
	FactAnotherRound  = "another-round"   // value: which
)

// Facts lists them.
var Facts = []string{
	FactRegistered, FactClosed, FactReopened, FactJudged, FactReviewed, FactMet, FactMissed, FactLate, FactEscalated, FactContacted, FactFirstContact,
	FactRevisited, FactUnanswered, FactUnsatisfied, FactRatedOutcome, FactRatedHandling, FactAnotherRound,
}
