package complaint

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/deadline"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// noticeRule says who is told of an event. Which notice goes where is data. Q1
type noticeRule struct {
	event    string
	template string
	to       func(State, procedure.Event) []procedure.Recipient
	urgent   bool // emergencies are always urgent
}

// noticeRules is the table of notices, in the order of the procedure.
var noticeRules = []noticeRule{
	{EvRegistered, "acknowledged", complainant, false}, // A4
	{EvRegistered, "new-complaint", roles(people.Agent), false},
	{EvRegistered, "emergency", ifEmergency(people.Manager, people.GM), true}, // A8
	{EvClassified, "emergency", ifEmergency(people.Manager, people.GM), true},
	{EvStageEntered, "stage", reached, false}, // E3
	{EvStageEntered, "your-turn", stageOwner, false},
	{EvJudged, "major", ifMajor(people.Manager, people.GM), true}, // B7
	{EvReviewed, "major", ifMajor(people.Manager, people.GM), true},
	{EvExplained, "your-turn", nextToExplain, false}, // B5
	{EvAppealed, "appealed", roles(people.Manager), false},
	{EvHandlerNamed, "handler-named", namedHandler, false}, // B7
	{EvDispatched, "task", departments, false},             // C1
	{EvTaskReleased, "task", taskDepartment, false},
	{EvTaskTurned, "task", taskDepartment, false},
	{EvDispatched, onOffer, offered, false}, // C1
	{EvTaskReleased, onOffer, offered, false},
	{EvTaskAccepted, "task-gone", tooLate, false}, // C1
	{machine.EvLinkFailed, "your-turn", roles(people.Agent), false},
	{EvTaskRerouted, "task", taskDepartment, false},
	{EvTaskReturned, "task-returned", roles(people.Agent), false}, // C2
	{EvPlanProposed, "plan", complainant, false},                  // D1
	{EvPlanAnswered, "plan-answered", roles(people.Agent), false}, // D2
	{EvDeadlineWarned, "warning", deadlineOwner, false},           // H1
	{EvDeadlineBreached, "breach", deadlineOwner, false},          // H1
	{EvEscalationRaised, "escalation", level, false},              // H2
	{EvEscalationPassed, "escalation", level, false},              // H4
	{EvEscalationReminded, "escalation", level, true},
	{EvEscalationDecided, "escalation-decided", subjectOwner, false},
	{EvCalendarMissing, "calendar-missing", roles(people.Manager, people.Admin), false}, // H6
	{EvClosed, "closed", unlessMerged, false},
	{EvClosed, "merged", ifMerged, false}, // A11
	{EvClosed, "closed-major", ifMajor(people.GM), false},
	{EvReopened, "reopened", roles(people.Agent, people.Manager), false}, // G8
	{EvFollowed, "stage", following(OfStage), false},                     // A11, E3
	{EvFollowed, "merged-plan", following(OfPlan), false},
	{EvFollowed, "merged-closed", following(OfClosing), false},
	{EvJoinedIssue, "joined-issue", complainant, false}, // J1
	{EvInformed, "informed", complainant, false},        // J2
	{EvLeftIssue, "left-issue", released, false},        // J1
	{EvMergeUndone, "merge-undone", roles(people.Agent), false},
	{EvMergeUndone, "on-its-own", complainant, false}, // A11
}

// Notices says who is told what about an event. The state is the one after the event.
func Notices(s State, e procedure.Event) []procedure.Notice {
	var notices []procedure.Notice
	for _, rule := range noticeRules {
		if rule.event != e.Type {
			continue
		}
		for _, to := range rule.to(s, e) {
			a := args(s, e)
			if work := s.ordered(e, to.Department, rule.template == onOffer); work != "" {
				a["work"] = work
			}
			notices = append(notices, procedure.Notice{
				To: to, Instead: to.Instead(s.Policy.Levels), Template: rule.template, Urgent: rule.urgent || s.Emergency(), Args: a,
			})
		}
	}
	return notices
}

// Templates lists every notice template once.
func Templates() []string {
	var names []string
	seen := map[string]bool{}
	for _, r := range noticeRules {
		if !seen[r.template] {
			seen[r.template] = true
			names = append(names, r.template)
		}
	}
	return names
}

// Arguments are what every notice comes with.
var Arguments = []string{"number", "urgency", "category"}

// args are what every template may use. Values that are codes (stage, step, role, outcome) are put
// into words where the notice is rendered; times are RFC 3339 in UTC.
func args(s State, e procedure.Event) map[string]string {
	a := map[string]string{"number": s.Number, "stage": string(s.Stage), "urgency": string(s.Urgency), "category": s.Record.Category}
	var data struct {
		Key        string      `json:"key"`
		Step       Step        `json:"step"`
		Subject    string      `json:"subject"`
		Task       string      `json:"task"`
		Due        *time.Time  `json:"due"`
		Escalation string      `json:"escalation"`
		Level      people.Role `json:"level"`
		Decision   string      `json:"decision"`
		Answer     Answer      `json:"answer"`
		Reason     string      `json:"reason"`
		Outcome    Outcome     `json:"outcome"`
		Text       string      `json:"text"`
		Deadline   *time.Time  `json:"deadline"`
		Recourse   policy.Text `json:"recourse"`
		Year       int         `json:"year"`
		Stage      Stage       `json:"stage"`
	}
	// Fields of another type under the same name belong to events that no template reads.
	_ = json.Unmarshal(e.Data, &data)
	for _, v := range []struct{ name, value string }{
		{"step", string(data.Step)}, {"task", data.Task}, {"escalation", data.Escalation}, {"level", string(data.Level)},
		{"decision", data.Decision}, {"answer", string(data.Answer)}, {"reason", data.Reason}, {"outcome", string(data.Outcome)}, {"plan", data.Text},
		{"due", stamp(data.Due)}, {"deadline", stamp(data.Deadline)}, {"recourse_zh", data.Recourse.Zh}, {"recourse_en", data.Recourse.En},
	} {
		if v.value != "" {
			a[v.name] = v.value
		}
	}
	if x, ok := s.Escalation(data.Escalation); ok && data.Key == "" {
		data.Key = x.Deadline
	}
	if c, ok := s.Deadline(data.Key); ok && data.Step == "" {
		a["step"] = string(c.Step)
	}
	if e.Type == EvInformed { // J2
		informing(e, a)
	}
	if s.Open() {
		a["open"] = "true"
	}
	if data.Stage != "" {
		a["stage"] = string(data.Stage)
	}
	if slices.Contains(movingOn, e.Type) {
		delete(a, "stage")
	}
	if data.Year != 0 {
		a["year"] = strconv.Itoa(data.Year)
	}
	if s.Record.Drill {
		a["drill"] = "true"
	}
	return a
}

// movingOn are events that another stage comes with: theirs is none to tell of any more.
var movingOn = []string{EvReopened, EvMergeUndone, EvDispatched}

// informing adds what a collective issue tells; without an English text the Chinese one stands, and whoever reads
// English is told so. What was said at a forum is for the record, not for all who complain. J2
func informing(e procedure.Event, a map[string]string) {
	var p Inform
	_ = json.Unmarshal(e.Data, &p)
	a["of"], a["place"], a["at"] = p.What, p.Place, stamp(p.At)
	if p.What == OfMinutes {
		a["present"] = strconv.Itoa(p.Present)
		return
	}
	a["said_zh"], a["said_en"] = p.Text.Zh, cmp.Or(p.Text.En, p.Text.Zh)
	if p.Text.En == "" {
		a["chinese_en"] = "true"
	}
}

// stamp writes a moment that may be missing.
func stamp(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

func complainant(State, procedure.Event) []procedure.Recipient {
	return []procedure.Recipient{{Complainant: true}}
}

// unlessMerged and ifMerged tell the end of a complaint from its going on together with another. A11
func unlessMerged(s State, e procedure.Event) []procedure.Recipient {
	if s.Closing.Outcome == Merged {
		return nil
	}
	return complainant(s, e)
}

func ifMerged(s State, e procedure.Event) []procedure.Recipient {
	if s.Closing.Outcome != Merged {
		return nil
	}
	return complainant(s, e)
}

// released tells the complainant that what an issue told them holds no more; not when another issue goes on with
// it, nor of an issue that their complaint has never belonged to. J1
func released(s State, e procedure.Event) []procedure.Recipient {
	var p LeaveIssue
	if json.Unmarshal(e.Data, &p) != nil || p.Code != "" || p.Into != "" {
		return nil
	}
	return complainant(s, e)
}

func roles(rs ...people.Role) func(State, procedure.Event) []procedure.Recipient {
	to := make([]procedure.Recipient, len(rs))
	for i, r := range rs {
		to[i].Role = r
	}
	return func(State, procedure.Event) []procedure.Recipient { return to }
}

func ifEmergency(rs ...people.Role) func(State, procedure.Event) []procedure.Recipient {
	return func(s State, e procedure.Event) []procedure.Recipient {
		if !s.Emergency() {
			return nil
		}
		return roles(rs...)(s, e)
	}
}

func ifMajor(rs ...people.Role) func(State, procedure.Event) []procedure.Recipient {
	return func(s State, e procedure.Event) []procedure.Recipient {
		if !s.Major() {
			return nil
		}
		return roles(rs...)(s, e)
	}
}

// reached tells the complainant of a stage; the acknowledgement has told of the first. E3
func reached(s State, e procedure.Event) []procedure.Recipient {
	if s.Stage == StageRegistered {
		return nil
	}
	return complainant(s, e)
}

// following tells the complainant of a merged complaint how its lead goes on. A11
func following(what string) func(State, procedure.Event) []procedure.Recipient {
	return func(s State, e procedure.Event) []procedure.Recipient {
		var p Follow
		if json.Unmarshal(e.Data, &p) != nil || p.What != what {
			return nil
		}
		return complainant(s, e)
	}
}

// stageOwner tells whoever must act next.
func stageOwner(s State, e procedure.Event) []procedure.Recipient {
	step, ok := stageStep(s.Stage)
	if !ok || s.Stage == StageRegistered {
		return nil
	}
	c, _ := s.Deadline(deadline.Key(step, ""))
	return s.ownerOf(c)
}

func nextToExplain(s State, e procedure.Event) []procedure.Recipient {
	var p Explanation
	if json.Unmarshal(e.Data, &p) != nil || p.Next == "" {
		return nil
	}
	return []procedure.Recipient{{Role: p.Next}}
}

func namedHandler(s State, _ procedure.Event) []procedure.Recipient {
	return []procedure.Recipient{{Staff: s.Handler.ID}}
}

// departments tells those whose tasks can begin. C1
func departments(s State, e procedure.Event) []procedure.Recipient {
	var p Dispatched
	if json.Unmarshal(e.Data, &p) != nil {
		return nil
	}
	var to []procedure.Recipient
	for _, t := range p.Tasks {
		if who := (procedure.Recipient{Department: t.Department}); t.Status == TaskDispatched && t.Department != "" && !slices.Contains(to, who) {
			to = append(to, who)
		}
	}
	return to
}

// onOffer is the notice of work that goes to the first who takes it. C1
const onOffer = "task-offered"

// ordered says what a department is asked, or offered, to do by an event, a line for each task. C1
func (s State) ordered(e procedure.Event, department string, offer bool) string {
	if department == "" || !slices.Contains([]string{EvDispatched, EvTaskReleased, EvTaskTurned, EvTaskRerouted}, e.Type) {
		return ""
	}
	var p struct {
		Task  string
		Tasks []Task
	}
	_ = json.Unmarshal(e.Data, &p)
	if t, ok := s.Task(p.Task); ok {
		p.Tasks = append(p.Tasks, t)
	}
	var lines []string
	for _, t := range p.Tasks {
		if t.Status == TaskDispatched && slices.Contains(t.departments(), department) && offer == (t.Department == "") {
			lines = append(lines, t.ID+" "+t.Content)
		}
	}
	return strings.Join(lines, "\n")
}

func taskDepartment(s State, e procedure.Event) []procedure.Recipient {
	var p TaskRef
	if json.Unmarshal(e.Data, &p) != nil {
		return nil
	}
	t, ok := s.Task(p.Task)
	if !ok || t.Department == "" {
		return nil
	}
	return []procedure.Recipient{{Department: t.Department}}
}

// offered tells those to whom a task is on offer. C1
func offered(s State, e procedure.Event) []procedure.Recipient {
	var p struct {
		Task  string
		Tasks []Task
	}
	if json.Unmarshal(e.Data, &p) != nil {
		return nil
	}
	if t, ok := s.Task(p.Task); ok {
		p.Tasks = append(p.Tasks, t)
	}
	var to []procedure.Recipient
	for _, t := range p.Tasks {
		if t.Status == TaskDispatched && t.Department == "" {
			to = append(to, departmentsOf(t.Offered)...)
		}
	}
	return to
}

// tooLate tells those to whom a task was on offer that another has it. C1
func tooLate(s State, e procedure.Event) []procedure.Recipient {
	var p AcceptTask
	if json.Unmarshal(e.Data, &p) != nil || p.Department == "" {
		return nil
	}
	t, _ := s.Task(p.Task)
	return departmentsOf(t.Others(p.Department))
}

func departmentsOf(ids []string) []procedure.Recipient {
	to := make([]procedure.Recipient, len(ids))
	for i, id := range ids {
		to[i].Department = id
	}
	return to
}

func deadlineOwner(s State, e procedure.Event) []procedure.Recipient {
	var p deadline.DeadlineEvent
	if json.Unmarshal(e.Data, &p) != nil {
		return nil
	}
	c, ok := s.Deadline(p.Key)
	if !ok {
		return nil
	}
	return s.ownerOf(c)
}

// ownerOf gives who must act on a clock: a department for its task, else a role.
func (s State) ownerOf(c deadline.Deadline) []procedure.Recipient {
	if t, ok := s.Task(c.Subject); ok && c.Owner == people.Handler {
		return []procedure.Recipient{{Department: t.Department}}
	}
	if c.Owner == "" {
		return nil
	}
	return []procedure.Recipient{{Role: c.Owner}}
}

func level(s State, e procedure.Event) []procedure.Recipient {
	var p deadline.EscalationMoved
	if json.Unmarshal(e.Data, &p) != nil {
		return nil
	}
	return []procedure.Recipient{{Role: p.Level}}
}

// subjectOwner tells those whose deadline was decided on, whoever asked, and whom the decision names. H4
func subjectOwner(s State, e procedure.Event) []procedure.Recipient {
	var p deadline.EscalationDecided
	if json.Unmarshal(e.Data, &p) != nil {
		return nil
	}
	var to []procedure.Recipient
	if c, ok := s.Deadline(p.Key); ok {
		to = s.ownerOf(c)
	}
	if x, ok := s.Escalation(p.Escalation); ok && x.By.Role != people.System {
		to = append(to, procedure.Recipient{Staff: x.By.ID})
	}
	if p.Handler != "" && !p.ToCompany { // head office owns the deadline by now
		to = append(to, procedure.Recipient{Staff: p.Handler})
	}
	return to
}
