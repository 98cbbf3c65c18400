package procedure

// RefusalClass says what stands in the way of a command, so that whoever asked knows whether asking differently helps.
type RefusalClass string

// The classes of refusals.
const (
	ClassInvalid   RefusalClass = "invalid"   // what was said can never be right
	ClassForbidden RefusalClass = "forbidden" // the one who asks may not
	ClassConflict  RefusalClass = "conflict"  // the case does not permit it now
)

// Refusal is the procedure's no: a code for programs, and what it is about for the sentence that a
// person reads. It is an answer, not a failure.
type Refusal struct {
	// Class is the same wherever the code is used.
	Class RefusalClass `json:"class"`
	// Code is stable and part of the API, e.g. "wrong_stage".
	Code string `json:"code"`
	// Args fill the sentence, e.g. the stage the case is in.
	Args map[string]string `json:"args,omitempty"`
}

// Error gives the code, never personal data.
func (r *Refusal) Error() string { return "refused: " + r.Code }

// Invalid refuses what can never be right, whatever the case; args are pairs of name and value.
func Invalid(code string, args ...string) *Refusal { return refusal(ClassInvalid, code, args) }

// Forbidden refuses somebody what they may not do; args are pairs of name and value.
func Forbidden(code string, args ...string) *Refusal { return refusal(ClassForbidden, code, args) }

// Conflict refuses what the case does not permit now; args are pairs of name and value.
func Conflict(code string, args ...string) *Refusal { return refusal(ClassConflict, code, args) }

func refusal(class RefusalClass, code string, args []string) *Refusal {
	r := &Refusal{Class: class, Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if r.Args == nil {
			r.Args = map[string]string{}
		}
		r.Args[args[i]] = args[i+1]
	}
	return r
}
