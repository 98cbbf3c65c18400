package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/policy"
)

// Complaint runs one complaint from its registration until it is archived. carried is nil at first.
func Complaint(ctx workflow.Context, start Start, carried *Carried[complaint.State]) (Result, error) {
	return Run(ctx, theComplaint, start, carried)
}

// theComplaint is the complaint procedure as the runner needs it.
var theComplaint = Procedure[complaint.State]{
	Kind:      "complaint",
	New:       func(s Start) complaint.State { return complaint.New(s.Number, s.Policy) },
	Decide:    complaint.Decide,
	Evolve:    complaint.Evolve,
	Due:       complaint.Due,
	Issue:     complaint.Issue,
	Notices:   complaint.Notices,
	Facts:     complaint.Facts,
	Summarize: complaint.Summarize,
	Last:      func(s complaint.State) time.Time { return s.Last },
	Ended:     func(s complaint.State) bool { return s.Stage == complaint.StageArchived },
	Slim:      complaint.State.WithoutPolicy,
	Policy:    func(s complaint.State) policy.Policy { return s.Policy },
	Labels:    ComplaintLabels,
	Details:   complaintDetails,
	Waits:     complaintWaits,
}

// ComplaintLabels gives the search attributes of a complaint.
func ComplaintLabels(s complaint.State) Labels {
	return Labels{
		Stage: string(s.Stage), Nature: string(s.Nature), Urgency: string(s.Urgency),
		Community: s.Record.Community, Overdue: s.Overdue(), Drill: s.Record.Drill,
	}
}

// complaintDetails says in Markdown where a complaint stands, without personal data.
func complaintDetails(s complaint.State) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s** · stage `%s` · urgency `%s`", s.Number, s.Stage, s.Urgency)
	if s.Nature != "" {
		fmt.Fprintf(&b, " · nature `%s`", s.Nature)
	}
	if s.Record.Drill {
		b.WriteString(" · drill")
	}
	if s.Round > 0 {
		fmt.Fprintf(&b, " · rectification round %d", s.Round)
	}
	b.WriteString("\n\n| deadline | owner | due (UTC) | |\n|---|---|---|---|\n")
	for _, c := range s.Clocks {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.Key, c.Owner, c.Due.UTC().Format(time.DateTime), clockMark(c))
	}
	for _, e := range s.Escalated {
		fmt.Fprintf(&b, "\n- escalation %s about `%s`: %s at `%s`", e.ID, e.Clock, e.Status, e.Rung)
	}
	return b.String()
}

func clockMark(c complaint.Clock) string {
	switch {
	case c.Paused != nil:
		return "paused"
	case c.Breached:
		return "overdue"
	case c.Warned:
		return "warned"
	}
	return ""
}

// complaintWaits says what the timer waits for.
func complaintWaits(s complaint.State, d procedure.Deadline) string {
	return fmt.Sprintf("%s: %s at %s", s.Stage, deadlineWords(d), d.At.UTC().Format(time.RFC3339))
}

func deadlineWords(d procedure.Deadline) string {
	switch d.Command {
	case complaint.CmdWarn:
		return "warn of deadline " + d.Key
	case complaint.CmdBreach:
		return "deadline " + d.Key
	case complaint.CmdResume:
		return "end of the pause of " + d.Key
	}
	return d.Command
}
