package words

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/clock"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/policy"
)

// data names the type of each event's data, so that a sentence can only speak of what is there.
var data = map[string]reflect.Type{
	complaint.EvRegistered:         reflect.TypeFor[complaint.Registered](),
	complaint.EvStageEntered:       reflect.TypeFor[complaint.StageEntered](),
	complaint.EvClarified:          reflect.TypeFor[complaint.Clarify](),
	complaint.EvClassified:         reflect.TypeFor[complaint.Classify](),
	complaint.EvContained:          reflect.TypeFor[complaint.Contain](),
	complaint.EvReceived:           reflect.TypeFor[complaint.Receive](),
	complaint.EvContacted:          reflect.TypeFor[complaint.Contacted](),
	complaint.EvHandlerNamed:       reflect.TypeFor[complaint.NameHandler](),
	complaint.EvJudged:             reflect.TypeFor[complaint.Judge](),
	complaint.EvReviewed:           reflect.TypeFor[complaint.Review](),
	complaint.EvExplained:          reflect.TypeFor[complaint.Explanation](),
	complaint.EvAppealed:           reflect.TypeFor[complaint.Reasoned](),
	complaint.EvServiceSettled:     reflect.TypeFor[complaint.SettleService](),
	complaint.EvDispatched:         reflect.TypeFor[complaint.Dispatched](),
	complaint.EvTaskReleased:       reflect.TypeFor[complaint.TaskRef](),
	complaint.EvTaskAccepted:       reflect.TypeFor[complaint.TaskRef](),
	complaint.EvTaskReturned:       reflect.TypeFor[complaint.Return](),
	complaint.EvTaskRerouted:       reflect.TypeFor[complaint.Reroute](),
	complaint.EvTaskProgressed:     reflect.TypeFor[complaint.Progress](),
	complaint.EvTaskCompleted:      reflect.TypeFor[complaint.Complete](),
	complaint.EvTaskPaused:         reflect.TypeFor[complaint.PauseTask](),
	complaint.EvTaskResumed:        reflect.TypeFor[complaint.TaskRef](),
	complaint.EvPlanProposed:       reflect.TypeFor[complaint.Plan](),
	complaint.EvPlanAnswered:       reflect.TypeFor[complaint.AnswerPlan](),
	complaint.EvVerified:           reflect.TypeFor[complaint.Verify](),
	complaint.EvRevisited:          reflect.TypeFor[complaint.Revisit](),
	complaint.EvUnreachedDecided:   reflect.TypeFor[complaint.UnreachedDecided](),
	complaint.EvMergedIn:           reflect.TypeFor[complaint.MergedIn](),
	complaint.EvMergeTurnedAway:    reflect.TypeFor[complaint.TurnedAway](),
	complaint.EvParted:             reflect.TypeFor[complaint.Part](),
	complaint.EvFollowed:           reflect.TypeFor[complaint.Follow](),
	complaint.EvNotFollowing:       reflect.TypeFor[complaint.NotFollowing](),
	complaint.EvMergeRedirected:    reflect.TypeFor[complaint.Redirected](),
	complaint.EvMergeChecked:       reflect.TypeFor[complaint.Redirected](),
	complaint.EvMergeUndone:        reflect.TypeFor[complaint.UndoMerge](),
	complaint.EvDeadlineWarned:     reflect.TypeFor[clock.DeadlineEvent](),
	complaint.EvDeadlineBreached:   reflect.TypeFor[clock.DeadlineEvent](),
	complaint.EvEscalationRaised:   reflect.TypeFor[clock.EscalationRaised](),
	complaint.EvEscalationPassed:   reflect.TypeFor[clock.EscalationMoved](),
	complaint.EvEscalationReminded: reflect.TypeFor[clock.EscalationMoved](),
	complaint.EvEscalationDecided:  reflect.TypeFor[clock.EscalationDecided](),
	complaint.EvEscalationSettled:  reflect.TypeFor[clock.EscalationMoved](),
	complaint.EvCalendarMissing:    reflect.TypeFor[clock.CalendarMissing](),
	complaint.EvClosed:             reflect.TypeFor[complaint.Closed](),
	complaint.EvReopened:           reflect.TypeFor[complaint.Reasoned](),
	complaint.EvArchived:           reflect.TypeFor[struct{}](),
	complaint.EvAdopted:            reflect.TypeFor[policy.Adopted](),
}

// Event gives one plain sentence for the timeline: who did what, and why.
func Event(lang string, e procedure.Event, names Names) string {
	c := in(lang)
	v := view{catalog: c, names: names, By: e.By}
	if t, ok := data[e.Type]; ok {
		p := reflect.New(t)
		if len(e.Data) > 0 && json.Unmarshal(e.Data, p.Interface()) != nil {
			return c.label("event", e.Type)
		}
		v.Data = p.Elem().Interface()
	}
	if s := c.render("events."+e.Type, v); s != "" {
		return s
	}
	return c.label("event", e.Type)
}

// Lasting says that the sentence of an event's type depends on nothing but the event, the language and the
// zone: it speaks of nothing that settings give a name. Such a sentence can be kept.
func Lasting(lang Language, event string) bool { return in(lang).lasting[event] }

// view is what the sentence of an event may use.
type view struct {
	catalog *catalog
	names   Names
	By      people.By
	Data    any
}

// Who gives the person with their role. Somebody without a name is known by their ID; the complainant
// and the system need none.
func (v view) Who() string {
	by := v.By
	if by.Name == "" && by.Role != people.Complainant && by.Role != people.System {
		by.Name = by.ID
	}
	return v.catalog.render("who", by)
}

// Given names the fields that a clarification brought, in their order.
func (v view) Given() []string {
	var given []string
	data := reflect.ValueOf(v.Data)
	for i := range data.NumField() {
		field, _, _ := strings.Cut(data.Type().Field(i).Tag.Get("json"), ",")
		if !data.Field(i).IsZero() && field != "impossible" {
			given = append(given, field)
		}
	}
	return given
}

// Time shows an instant in the community's zone.
func (v view) Time(t any) string {
	switch t := t.(type) {
	case time.Time:
		return v.catalog.time(t, v.names)
	case *time.Time:
		if t != nil {
			return v.catalog.time(*t, v.names)
		}
	}
	return ""
}

// Department gives a department's name.
func (v view) Department(id string) string { return name(v.names, Names.Department, id) }

// Category gives a category's name.
func (v view) Category(id string) string { return name(v.names, Names.Category, id) }

// Community gives a community's name.
func (v view) Community(id string) string { return name(v.names, Names.Community, id) }

// Text picks the reader's language.
func (v view) Text(t policy.Text) string {
	if v.catalog.language == English && t.En != "" {
		return t.En
	}
	return t.Zh
}
