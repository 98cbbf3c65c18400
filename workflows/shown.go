package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"bihuan/procedure"
	"bihuan/procedure/metadata"
)

// The search attributes that a case carries. They are not encrypted and hold no personal data.
var (
	StageAttribute     = temporal.NewSearchAttributeKeyKeyword("BihuanStage")
	NatureAttribute    = temporal.NewSearchAttributeKeyKeyword("BihuanNature")
	UrgencyAttribute   = temporal.NewSearchAttributeKeyKeyword("BihuanUrgency")
	CommunityAttribute = temporal.NewSearchAttributeKeyKeyword("BihuanCommunity")
	OverdueAttribute   = temporal.NewSearchAttributeKeyBool("BihuanOverdue")
	DrillAttribute     = temporal.NewSearchAttributeKeyBool("BihuanDrill") // M5
)

// Attributes lists them.
var Attributes = []temporal.SearchAttributeKey{
	StageAttribute, NatureAttribute, UrgencyAttribute, CommunityAttribute, OverdueAttribute, DrillAttribute,
}

// Labels are the values of the search attributes.
type Labels struct {
	Stage, Nature, Urgency, Community string
	Overdue, Drill                    bool
}

// LabelsOf gives the search attributes of a case.
func LabelsOf(s procedure.Summary) Labels {
	return Labels{Stage: s.Stage, Nature: s.Nature, Urgency: s.Urgency, Community: s.Community, Overdue: s.Overdue, Drill: s.Drill}
}

// Attributes gives the labels as search attributes, for the start of a workflow.
func (l Labels) Attributes() temporal.SearchAttributes {
	return temporal.NewSearchAttributes(l.since(Labels{})...)
}

// since lists what differs from earlier labels.
func (l Labels) since(earlier Labels) []temporal.SearchAttributeUpdate {
	var changed []temporal.SearchAttributeUpdate
	for _, k := range []struct {
		key      temporal.SearchAttributeKeyKeyword
		was, now string
	}{
		{StageAttribute, earlier.Stage, l.Stage},
		{NatureAttribute, earlier.Nature, l.Nature},
		{UrgencyAttribute, earlier.Urgency, l.Urgency},
		{CommunityAttribute, earlier.Community, l.Community},
	} {
		switch {
		case k.now == k.was:
		case k.now == "":
			changed = append(changed, k.key.ValueUnset())
		default:
			changed = append(changed, k.key.ValueSet(k.now))
		}
	}
	if l.Overdue != earlier.Overdue {
		changed = append(changed, OverdueAttribute.ValueSet(l.Overdue))
	}
	if l.Drill != earlier.Drill {
		changed = append(changed, DrillAttribute.ValueSet(l.Drill))
	}
	return changed
}

// labelsOf reads the labels that the workflow has already.
func labelsOf(ctx workflow.Context) Labels {
	var l Labels
	attributes := workflow.GetTypedSearchAttributes(ctx)
	l.Stage, _ = attributes.GetKeyword(StageAttribute)
	l.Nature, _ = attributes.GetKeyword(NatureAttribute)
	l.Urgency, _ = attributes.GetKeyword(UrgencyAttribute)
	l.Community, _ = attributes.GetKeyword(CommunityAttribute)
	l.Overdue, _ = attributes.GetBool(OverdueAttribute)
	l.Drill, _ = attributes.GetBool(DrillAttribute)
	return l
}

// show lets a person who reads the Temporal Web UI see where the case stands.
func (r *run) show(ctx workflow.Context) error {
	sum := r.summary()
	workflow.SetCurrentDetails(ctx, details(r.start.Number, sum))
	now := LabelsOf(sum)
	changed := now.since(r.shown)
	if len(changed) == 0 {
		return nil
	}
	r.shown = now
	return workflow.UpsertTypedSearchAttributes(ctx, changed...)
}

// alarm is the one timer of a case: it waits for the earliest deadline.
type alarm struct {
	at     time.Time
	timer  workflow.Future
	cancel workflow.CancelFunc
}

// rang says whether the deadline has come.
func (a *alarm) rang() bool { return a.timer != nil && a.timer.IsReady() }

// set arms the alarm for the earliest deadline. One that is armed for that moment already stays.
func (a *alarm) set(ctx workflow.Context, due []procedure.Deadline, stage string) {
	if a.timer != nil && !a.rang() && len(due) > 0 && due[0].At.Equal(a.at) {
		return
	}
	if a.timer != nil && !a.rang() {
		a.cancel()
	}
	*a = alarm{}
	if len(due) == 0 {
		return
	}
	timerCtx, cancel := workflow.WithCancel(ctx)
	wait := due[0].At.Sub(workflow.Now(ctx))
	a.at, a.cancel = due[0].At, cancel
	waitsFor := metadata.Timer{Stage: stage, Deadline: due[0]}.String()
	a.timer = workflow.NewTimerWithOptions(timerCtx, wait, workflow.TimerOptions{Summary: waitsFor})
}
