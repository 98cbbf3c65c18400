package service

import (
	"strconv"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/pool"
)

// noticeRules is the table of notices, in the order of the procedure.
var noticeRules = append([]machine.NoticeRule{
	{Event: EvRegistered, Template: "service-acknowledged", To: machine.ToCustomer[machine.Case]}, // A4
	{Event: EvRegistered, Template: "service-new", To: machine.To[machine.Case](people.Agent)},
	{Event: EvQuoted, Template: "quote", To: machine.ToCustomer[machine.Case]},
	{Event: EvQuoteAccepted, Template: "quote-answered", To: machine.ToDepartment},
	{Event: EvQuoteDeclined, Template: "quote-answered", To: machine.ToDepartment},
	{Event: EvArrived, Template: "service-arrived", To: machine.ToCustomer[machine.Case]},
	{Event: EvRatingAsked, Template: "rate-us", To: machine.ToCustomer[machine.Case]}, // L4
	{Event: machine.EvReopened, Template: "reopened", To: machine.To[machine.Case](people.Agent), Next: book.Again},
	{Event: machine.EvEnded, Template: "service-ended", To: machine.ToCustomer[machine.Case]},
}, machine.EscalationNotices...)

// Notices says who is told what about an event. The state is the one after the event.
func Notices(s State, e procedure.Event) []procedure.Notice {
	return s.Case.Notices(append(s.depending(e), noticeRules...), e, s.args()...)
}

// depending are the rules whose recipients only the whole state knows.
func (s State) depending(e procedure.Event) []machine.NoticeRule {
	tell := func(template string, to ...procedure.Recipient) machine.NoticeRule {
		return machine.NoticeRule{Event: e.Type, Template: template, To: func(*machine.Case, procedure.Event) []procedure.Recipient { return to }}
	}
	customer, agents := procedure.Recipient{Complainant: true}, procedure.Recipient{Role: people.Agent}
	switch e.Type {
	case EvProposed: // the other side is asked
		switch p := machine.Data[Proposed](e); {
		case p.Agreed:
			return nil
		case p.By == Office:
			return []machine.NoticeRule{tell("appointment-proposed", customer)}
		}
		return []machine.NoticeRule{tell("appointment-asked", append(departments(s.doers()), agents)...)}
	case EvAgreed:
		return []machine.NoticeRule{tell("appointment-agreed", append(departments(s.doers()), customer)...)}
	case EvMissed:
		if s.Stage != machine.StageClosed && machine.Data[Miss](e).By == Customer {
			return []machine.NoticeRule{tell("no-show", agents, customer)}
		}
	case deadline.EvDeadlineBreached: // missed by us: the customer hears it from us. L3
		if machine.Data[deadline.DeadlineEvent](e).Step == StepArrive {
			return []machine.NoticeRule{tell("appointment-missed", customer)}
		}
	case EvAssigned, EvTurned: // C1
		if s.Job.Status == JobDispatched {
			return []machine.NoticeRule{tell(offering(s), departments(s.doers())...)}
		}
	case EvTaken: // the others hear that it is gone. C1
		return []machine.NoticeRule{tell("job-gone", departments(s.Job.Others(s.Department))...)}
	case EvJobReturned: // C2
		if s.Job.Status == JobReturned {
			return []machine.NoticeRule{tell("job-returned", agents)}
		}
	case deadline.EvDeadlineWarned:
		if template := s.reminder(machine.Data[deadline.DeadlineEvent](e).Step); template != "" {
			return []machine.NoticeRule{tell(template, customer)}
		}
	case machine.EvStageEntered:
		if s.Stage == StageRating {
			return []machine.NoticeRule{tell("rate-us", customer)}
		}
	}
	return nil
}

// reminder is what the customer is told before a deadline that is theirs too: that somebody comes, or that a time or
// a quote waits for their answer. L3
func (s State) reminder(step deadline.Step) string {
	switch {
	case step == StepArrive:
		return "appointment-soon"
	case step == StepAgree && s.Visit != nil && s.Visit.By == Office && !s.Visit.Agreed:
		return "appointment-proposed"
	case step == StepQuote && s.Quote != nil && s.Quote.Answer == "":
		return "quote"
	}
	return ""
}

func offering(s State) string {
	if s.Department == "" {
		return "job-offered"
	}
	return "job"
}

func departments(ids []string) []procedure.Recipient {
	to := make([]procedure.Recipient, 0, len(ids)+1)
	for _, id := range ids {
		to = append(to, procedure.Recipient{Department: id})
	}
	return to
}

// args are what the templates may use beside those of every case.
func (s State) args() []machine.Arg {
	args := []machine.Arg{{Name: "category", Value: s.Category}, {Name: "urgency", Value: string(s.Urgency)}}
	if s.Visit != nil {
		args = append(args, machine.Arg{Name: "from", Value: s.Visit.From.UTC().Format(time.RFC3339)}, machine.Arg{Name: "to", Value: s.Visit.To.UTC().Format(time.RFC3339)})
	}
	if s.Quote != nil {
		args = append(args, machine.Arg{Name: "total", Value: yuan(s.Quote.Total)}, machine.Arg{Name: "quote_answer", Value: s.Quote.Answer})
	}
	return args
}

// Effects asks whose turn it is, opens the complaint that a low rating is, and brings a complaint that
// waits the outcome. C1, L4, B6
func Effects(s State, e procedure.Event) []procedure.Effect {
	switch e.Type {
	case EvAssigned:
		if s.Job.Status == JobQueued {
			return []procedure.Effect{pool.Ask(s.Customer.Community, s.Job.Offer, "")}
		}
	case EvRated:
		if p := machine.Data[Rate](e); s.low(p.Score) {
			return []procedure.Effect{complain(s, p)}
		}
	case machine.EvEnded:
		if s.fromComplaint() && e.By.Role != people.System { // else it was the complaint that ended it
			return []procedure.Effect{machine.Send("settle-service", settled{
				Request: s.Number, Outcome: s.Closing.Outcome, Done: s.Done,
			}, s.Customer.Source)}
		}
	}
	return nil
}

// settled is what a complaint is told of the request that it waits for.
type settled struct {
	Request string `json:"request"`
	Outcome string `json:"outcome"`
	Done    bool   `json:"done"`
}

// complain makes a complaint of a low rating. L4
func complain(s State, p Rate) procedure.Effect {
	customer := s.Customer
	customer.Source = s.Number
	said := p.Opinion
	if said == "" {
		said = s.What
	}
	return machine.OpenFor("complaint", customer.Community, struct {
		machine.Customer
		Category string `json:"category"`
		What     string `json:"what"`
	}{customer, s.Settings().Complaint, strconv.Itoa(p.Score) + "/5: " + said})
}

// Facts lists what an event adds to the statistics. I4
func Facts(before State, e procedure.Event, after State) []procedure.Fact {
	facts := book.Facts(before.Case, e, after.Case)
	if e.Type == EvRated {
		score := machine.Data[Rate](e).Score
		facts = append(facts, procedure.Fact{
			Seq: e.Seq, Index: len(facts), At: e.At, Name: procedure.FactRatedOutcome, Key: strconv.Itoa(score), Role: e.By.Role, Value: score,
		})
	}
	return facts
}
