package machine

import (
	"cmp"
	"encoding/json"
	"slices"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/people"
)

// Arg is an argument of a notice's words.
type Arg struct{ Name, Value string }

// NoticeRule says who is told of an event. Which notice goes where is data. Q1
type NoticeRule struct {
	Event    string
	Template string
	To       func(*Case, procedure.Event) []procedure.Recipient
	Urgent   bool
	// Next is the stage that comes with the event, where the notice is to tell that one.
	Next Stage
}

// EscalationNotices tell of deadlines and escalations, in every procedure whose cases are one department's. H1, H2
var EscalationNotices = escalationNotices((*Case).departmentOf)

// escalationNotices are the rules of every procedure, given which department has to meet a deadline.
func escalationNotices(of func(*Case, deadline.Deadline) string) []NoticeRule {
	owner := func(f *Case, e procedure.Event) []procedure.Recipient {
		return f.owner(Data[deadline.DeadlineEvent](e).Key, of)
	}
	return []NoticeRule{
		{Event: deadline.EvDeadlineWarned, Template: "warning", To: owner},
		{Event: deadline.EvDeadlineBreached, Template: "breach", To: owner},
		{Event: deadline.EvEscalationRaised, Template: "escalation", To: level},
		{Event: deadline.EvEscalationPassed, Template: "escalation", To: level},
		{Event: deadline.EvEscalationReminded, Template: "escalation", To: level, Urgent: true},
		{Event: deadline.EvEscalationDecided, Template: "escalation-decided", To: decidedFor(of)},
		{Event: deadline.EvCalendarMissing, Template: "calendar-missing", To: To[Case](people.Manager, people.Admin)},
	}
}

// Templates lists every template of some rules once.
func Templates(rules []NoticeRule) []string {
	var names []string
	for _, r := range rules {
		if !slices.Contains(names, r.Template) {
			names = append(names, r.Template)
		}
	}
	return names
}

// Notices says who is told what about an event; args are the procedure's own, beside those of every case.
func (f *Case) Notices(rules []NoticeRule, e procedure.Event, args ...Arg) []procedure.Notice {
	var notices []procedure.Notice
	for _, rule := range rules {
		if rule.Event != e.Type {
			continue
		}
		for _, to := range rule.To(f, e) {
			notices = append(notices, procedure.Notice{
				To: to, Instead: to.Instead(f.Policy.Levels), Template: rule.Template, Urgent: rule.Urgent || f.Emergency(), Args: f.args(rule, e, args),
			})
		}
	}
	return notices
}

// Arguments are what every notice comes with.
var Arguments = []string{"number"}

// args are what every template may use. Codes are put into words where the notice is rendered; times are
// RFC 3339 in UTC.
func (f *Case) args(rule NoticeRule, e procedure.Event, own []Arg) map[string]string {
	a := map[string]string{"number": f.Number, "stage": string(cmp.Or(rule.Next, f.Stage))}
	var data struct {
		Key        string        `json:"key"`
		Step       deadline.Step `json:"step"`
		Due        *time.Time    `json:"due"`
		Escalation string        `json:"escalation"`
		Level      people.Role   `json:"level"`
		Decision   string        `json:"decision"`
		Reason     string        `json:"reason"`
		Outcome    string        `json:"outcome"`
		Deadline   *time.Time    `json:"deadline"`
		Year       json.Number   `json:"year"`
	}
	// Fields of another type under the same name belong to events that no template reads.
	_ = json.Unmarshal(e.Data, &data)
	if x, ok := f.Escalation(data.Escalation); ok && data.Key == "" {
		data.Key = x.Deadline
	}
	if c, ok := f.Deadline(data.Key); ok && data.Step == "" {
		data.Step = c.Step
	}
	for _, v := range []struct{ name, value string }{
		{"step", string(data.Step)}, {"escalation", data.Escalation}, {"level", string(data.Level)}, {"decision", data.Decision},
		{"reason", data.Reason}, {"outcome", data.Outcome}, {"due", stamp(data.Due)}, {"deadline", stamp(data.Deadline)},
		{"year", data.Year.String()},
	} {
		if v.value != "" {
			a[v.name] = v.value
		}
	}
	if f.Customer.Drill {
		a["drill"] = "true"
	}
	for _, v := range own {
		a[v.Name] = v.Value
	}
	return a
}

// stepOf gives the step of the deadline, or of the one that an escalation is about, which a notice tells of by its key.
func (f Case) stepOf(args map[string]string) (string, bool) {
	key := args["key"]
	if x, ok := f.Escalation(args["escalation"]); ok && key == "" {
		key = x.Deadline
	}
	d, ok := f.Deadline(key)
	return string(d.Step), ok && args["step"] == ""
}

func stamp(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// ToCustomer tells the customer.
func ToCustomer[S any](*S, procedure.Event) []procedure.Recipient {
	return []procedure.Recipient{{Complainant: true}}
}

// To tells everybody of some roles.
func To[S any](roles ...people.Role) func(*S, procedure.Event) []procedure.Recipient {
	to := make([]procedure.Recipient, len(roles))
	for i, r := range roles {
		to[i].Role = r
	}
	return func(*S, procedure.Event) []procedure.Recipient { return to }
}

// ToDepartment tells the department that has the case.
func ToDepartment(f *Case, _ procedure.Event) []procedure.Recipient {
	if f.Department == "" {
		return nil
	}
	return []procedure.Recipient{{Department: f.Department}}
}

// owner gives who must act in time where a deadline runs: the department that has to meet it, else a role.
func (f *Case) owner(key string, of func(*Case, deadline.Deadline) string) []procedure.Recipient {
	d, ok := f.Deadline(key)
	switch department := of(f, d); {
	case !ok || d.Owner == "":
		return nil
	case d.Owner == people.Handler && department != "":
		return []procedure.Recipient{{Department: department}}
	}
	return []procedure.Recipient{{Role: d.Owner}}
}

func level(_ *Case, e procedure.Event) []procedure.Recipient {
	return []procedure.Recipient{{Role: Data[deadline.EscalationMoved](e).Level}}
}

// decidedFor tells those whose deadline was decided on, whoever asked, and whom the decision names. H4
func decidedFor(of func(*Case, deadline.Deadline) string) func(*Case, procedure.Event) []procedure.Recipient {
	return func(f *Case, e procedure.Event) []procedure.Recipient {
		p := Data[deadline.EscalationDecided](e)
		to := f.owner(p.Key, of)
		if x, ok := f.Escalation(p.Escalation); ok && x.By.Role != people.System {
			to = append(to, procedure.Recipient{Staff: x.By.ID})
		}
		if p.Handler != "" && !p.ToCompany { // head office owns the deadline by now
			to = append(to, procedure.Recipient{Staff: p.Handler})
		}
		return to
	}
}
