package workflows

import (
	"fmt"
	"strings"
	"time"

	"bihuan/procedure"
)

// details says in Markdown where a case stands, without personal data.
func details(number string, s procedure.Summary) string {
	var b strings.Builder
	put(&b, "**%s** · stage `%s`", number, s.Stage)
	if s.Urgency != "" {
		put(&b, " · urgency `%s`", s.Urgency)
	}
	if s.Nature != "" {
		put(&b, " · nature `%s`", s.Nature)
	}
	if s.Round > 0 {
		put(&b, " · rectification round %d", s.Round)
	}
	if s.Drill {
		b.WriteString(" · drill")
	}
	b.WriteString("\n\n| deadline | owner | due (UTC) | |\n|---|---|---|---|\n")
	for _, d := range s.Deadlines {
		put(&b, "| %s | %s | %s | %s |\n", d.Key, d.Owner, d.Due.UTC().Format(time.DateTime), mark(d))
	}
	for _, e := range s.Escalated {
		put(&b, "\n- escalation %s about `%s`: open at `%s`", e.ID, e.Key, e.Level)
	}
	return b.String()
}

// put is for texts alone: nothing is written that could fail.
func put(b *strings.Builder, format string, args ...any) { b.WriteString(fmt.Sprintf(format, args...)) }

func mark(d procedure.DeadlineRow) string {
	switch {
	case d.Paused:
		return "paused"
	case d.Breached:
		return "overdue"
	case d.Warned:
		return "warned"
	}
	return ""
}
