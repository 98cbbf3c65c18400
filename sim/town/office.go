package town

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"bihuan/sim/client"
)

// Office is the system that people act upon: the running one, or its procedures on a clock of their own.
type Office interface {
	// Open takes a new case in.
	Open(ctx context.Context, o Opening) (number string, err error)
	// Look reads a case as it stands.
	Look(ctx context.Context, number string) (client.Case, error)
	// Give hands a command to a case. A *Refusal is an answer.
	Give(ctx context.Context, c Command) error
	// Read asks what its command names, and changes nothing; see the readings.
	Read(ctx context.Context, c Command, into any) error
	// Wait lets time pass until an instant, or until a case changes by itself, whichever is earlier. It
	// gives the time and the numbers of those that may have changed.
	Wait(ctx context.Context, until time.Time) (now time.Time, changed []string, err error)
}

// Fields is a JSON object.
type Fields map[string]any

// Who does something: somebody of a role in the case's community, of a department where it is a
// handler, or the customer. In a body it stands for the member of staff, as {id, name}.
type Who struct{ Role, Community, Department string }

// Day stands for the date of a moment in a body.
type Day time.Time

// String gives the date, and MarshalJSON writes it.
func (d Day) String() string               { return time.Time(d).Format(time.DateOnly) }
func (d Day) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// Turned gives the fields with every moment, day and person in them turned into what an office knows.
func (f Fields) Turned(turn func(value any) any) Fields {
	turned := make(Fields, len(f))
	for name, value := range f {
		turned[name] = turn(value)
		switch v := value.(type) {
		case Fields:
			turned[name] = v.Turned(turn)
		case []Fields:
			list := make([]Fields, len(v))
			for i := range v {
				list[i] = v[i].Turned(turn)
			}
			turned[name] = list
		case []Who:
			list := make([]any, len(v))
			for i := range v {
				list[i] = turn(v[i])
			}
			turned[name] = list
		}
	}
	return turned
}

// Opening is a new case.
type Opening struct {
	Key  string // makes opening it twice harmless
	Kind string
	Who  Who
	Body Fields
}

// Command is what somebody tells a case to do.
type Command struct {
	Key    string // makes giving it twice harmless
	Number string
	Who    Who
	Name   string
	Task   string // when it is about one
	Body   Fields
}

// Refusal is the procedure's no: a code, and where there is one a sentence.
type Refusal struct{ Code, Detail string }

func (r *Refusal) Error() string { return strings.TrimSpace("refused: " + r.Code + " " + r.Detail) }

// Act is something that there is to be done about a case.
type Act struct {
	// Key names it: while it is to be done, it is planned once.
	Key     string
	Who     Who
	When    func(d Draw, now time.Time) time.Time
	Command string
	Task    string
	Body    func(d Draw, now time.Time) Fields
	// Into takes what is read, where the command is a reading.
	Into any
}

// Matter is one case as its people live it.
type Matter interface {
	// Opening says who takes it in and what they write down; nothing where there is no need of a case. Asked
	// again, because they were refused, they write it down otherwise.
	Opening(now time.Time) (Who, Fields)
	// Next lists what is to be done as the case stands.
	Next(c client.Case) []Act
}

// attentive people look something up before they open a case.
type attentive interface {
	// LookUp says who reads what; into is nil where nobody reads anything.
	LookUp(now time.Time) (question Command, into any)
}

// kinds says how people deal with each procedure of the handbook.
var kinds = map[string]func(Scenario, Customer, Draw) Matter{
	"complaint":   newComplaint,
	"inquiry":     newInquiry,
	"service":     newService,
	"collective":  newIssue,
	"survey":      newSurvey,
	"improvement": newMeasure,
}

// Bring gives what a customer comes with.
func (s Scenario) Bring(c Customer) Matter { return kinds[c.Kind](s, c, newDraw(s.Seed, c.Place)) }

// after gives a moment that comes an average time from now.
func after(mean time.Duration) func(Draw, time.Time) time.Time {
	return func(d Draw, now time.Time) time.Time { return now.Add(d.about(mean)) }
}

// is gives a body that needs no luck and no time.
func is(f Fields) func(Draw, time.Time) Fields {
	return func(Draw, time.Time) Fields { return f }
}
