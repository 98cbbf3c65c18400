package complaint

import (
	"slices"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
)

// register takes a complaint in. What is missing is flagged, not refused. A2, A3, A5
func (d *decision) register(p Register) error {
	if machine.Blank(p.What) {
		return machine.Missing("what")
	}
	if p.Community == "" {
		return machine.Missing("community")
	}
	if d.By.Role != people.Complainant && !d.Command.Actor.In(p.Community) { // N1
		return procedure.Forbidden("forbidden", "command", CmdRegister)
	}
	if p.Drill && d.By.Role == people.Complainant { // M5
		return procedure.Invalid("drill_by_staff")
	}
	if p.AttachTo != "" && d.By.Role == people.Complainant { // A11: who complains is never shown another's
		return procedure.Conflict("attach_by_staff")
	}
	if p.Source != "" && d.By.Role != people.System {
		return procedure.Conflict("source_by_system")
	}
	if !slices.Contains(Channels, p.Channel) {
		return procedure.Invalid("unknown_channel", "channel", string(p.Channel))
	}
	if p.Channel == Relay && p.Source == "" && (p.Relayed == nil || p.Relayed.Department == "") {
		return machine.Missing("relayed.department")
	}
	if p.HappenedAt != nil && p.HappenedAt.After(d.Now) {
		return procedure.Invalid("in_the_future", "field", "happened_at")
	}
	if !slices.Contains([]string{"", "zh-CN", "en"}, p.Language) {
		return procedure.Invalid("unknown_language", "language", p.Language)
	}
	for _, v := range p.Vague {
		if !slices.Contains(clarifiable, v) {
			return procedure.Invalid("unknown_field", "field", v)
		}
	}
	if err := d.classifiable(p.Category, &p.Urgency); err != nil {
		return err
	}
	d.Emit(EvRegistered, Registered{Register: p, Version: d.Policy.Version, Unclear: unclear(p)})
	d.enter(StageRegistered)
	if p.AttachTo != "" {
		return d.mergeInto(p.AttachTo, "")
	}
	d.dispatchByItself()
	return nil
}

// classifiable checks category and urgency and fills in the category's urgency. A7, A8
func (d *decision) classifiable(category string, urgency *Urgency) error {
	c, ok := d.Policy.Category(category)
	if !ok || !d.Policy.Leaf(category) {
		return procedure.Invalid("unknown_category", "category", category)
	}
	if *urgency == "" {
		*urgency = Urgency(c.Urgency)
	}
	if !slices.Contains([]Urgency{Emergency, Urgent, Normal}, *urgency) {
		return procedure.Invalid("unknown_urgency", "urgency", string(*urgency))
	}
	return nil
}

// unclear lists what the record should hold and does not, and what was marked as vague. A3
func unclear(p Register) []string {
	var fields []string
	for _, f := range []struct {
		name   string
		absent bool
	}{
		{"name", p.Name == ""},
		{"building", p.Building == ""},
		{"room", p.Room == ""},
		{"phone", p.Phone == "" && p.Email == ""},
		{"happened_at", p.HappenedAt == nil},
		{"place", p.Place == ""},
		{"remedy", p.Remedy == ""},
	} {
		if f.absent {
			fields = append(fields, f.name)
		}
	}
	for _, v := range p.Vague {
		if !slices.Contains(fields, v) {
			fields = append(fields, v)
		}
	}
	return fields
}

// clarifiable are the fields that can be marked as vague and clarified later. A3
var clarifiable = []string{"name", "building", "room", "phone", "happened_at", "place", "what", "involved", "remedy"}

// clarify completes the record, or records why that is impossible. A3
func (d *decision) clarify(p Clarify) error {
	if len(p.fields()) == 0 && p.Impossible == "" {
		return procedure.Conflict("nothing_to_do")
	}
	if p.HappenedAt != nil && p.HappenedAt.After(d.Now) {
		return procedure.Invalid("in_the_future", "field", "happened_at")
	}
	d.Emit(EvClarified, p)
	return nil
}

// fields names what a clarification brings.
func (p Clarify) fields() []string {
	var given []string
	for _, f := range []struct {
		name  string
		given bool
	}{
		{"name", p.Name != ""},
		{"building", p.Building != ""},
		{"room", p.Room != ""},
		{"phone", p.Phone != "" || p.Email != ""},
		{"happened_at", p.HappenedAt != nil},
		{"place", p.Place != ""},
		{"what", p.What != ""},
		{"involved", len(p.Involved) > 0},
		{"remedy", p.Remedy != ""},
	} {
		if f.given {
			given = append(given, f.name)
		}
	}
	return given
}

// classify corrects category or urgency; an emergency is dispatched at once. A7, A8
func (d *decision) classify(p Classify) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	if p.Category == "" {
		p.Category = d.Record.Category
	}
	if p.Urgency == "" {
		p.Urgency = d.Urgency
	}
	if err := d.classifiable(p.Category, &p.Urgency); err != nil {
		return err
	}
	if p.Category == d.Record.Category && p.Urgency == d.Urgency {
		return procedure.Conflict("nothing_to_do")
	}
	d.Emit(EvClassified, p)
	d.resumeInEmergency()
	d.dispatchByItself()
	return nil
}

// resumeInEmergency ends every pause: an emergency has none. C6
func (d *decision) resumeInEmergency() {
	if !d.Emergency() {
		return
	}
	for _, t := range d.Tasks {
		if t.Status == TaskPaused {
			d.Emit(EvTaskResumed, TaskRef{Task: t.ID})
		}
	}
}

// dispatchByItself hands the case to the category's department: an emergency at once, before
// judgement (A8); others when the category says so and dispatch is due (C1).
func (d *decision) dispatchByItself() {
	c, ok := d.Policy.Category(d.Record.Category)
	if !ok || len(d.inRound()) > 0 {
		return
	}
	atOnce := d.Emergency() && (slices.Contains(judging, d.Stage) || d.Stage == StageService)
	if due := d.Stage == StageDispatching && (c.Auto || d.Emergency()); !due && !atOnce {
		return
	}
	order := TaskOrder{Department: c.Department, Content: d.Record.What}
	if c.Pool != "" {
		order.Department, order.Pool = "", c.Pool
	}
	d.Emit(EvDispatched, Dispatched{Tasks: d.number([]TaskOrder{order}), Lead: order.Department, Auto: true})
}

func (d *decision) contain(p Contain) error { // A9
	if machine.Blank(p.Measure) {
		return machine.Missing("measure")
	}
	d.Emit(EvContained, p)
	return nil
}

func (d *decision) receive(p Receive) error { // A6
	if machine.Blank(p.Said) {
		return machine.Missing("said")
	}
	d.Emit(EvReceived, p)
	return nil
}

func (d *decision) contact(p Contacted) error { // E2
	if machine.Blank(p.Said) {
		return machine.Missing("said")
	}
	if !slices.Contains(Channels, p.Channel) {
		return procedure.Invalid("unknown_channel", "channel", string(p.Channel))
	}
	d.Emit(EvContacted, p)
	return nil
}

func (d *decision) nameHandler(p NameHandler) error { // B7, B9
	if machine.Blank(p.Staff) {
		return machine.Missing("staff")
	}
	if named(d.involved(), people.Actor{ID: p.Staff, Name: p.Name}) {
		return procedure.Conflict("conflict_of_interest")
	}
	d.Emit(EvHandlerNamed, p)
	return nil
}
