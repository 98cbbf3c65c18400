package activities

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/calendar"
	"bihuan/procedure/people"
	"bihuan/procedure/statistics"
)

// Figures is what the database does for the statistics.
type Figures interface {
	Summary(ctx context.Context, p statistics.Period, places []statistics.Place, rules statistics.Rules) (statistics.Summary, error)
	// KeepSummary keeps a month's summary; KeptSummary gives the newest, and false for none.
	KeepSummary(ctx context.Context, community, month string, at time.Time, s statistics.Summary) error
	KeptSummary(ctx context.Context, community, month string) (statistics.Summary, bool, error)
	// Notify tells of a subject that is no case, each once, and says how many notices wait for a channel.
	Notify(ctx context.Context, subject, community string, notices []procedure.NumberedNotice) (pending int, err error)
}

// Reporting is what the settings say of the reports.
type Reporting struct {
	Places   []statistics.Place
	Rules    statistics.Rules
	RemindOn []int // days of the month, in order
}

// Statistics holds the activities that make the monthly summary and remind of quotas. G7, I4
type Statistics struct {
	Figures  Figures
	Settings func() Reporting
	// Link gives the page of a summary.
	Link func(community string, p statistics.Period) string
	Now  func() time.Time
	Log  *slog.Logger
}

// Report is one that is due: a month's summary of a community, or on a day the reminder of its quotas.
type Report struct {
	Community string `json:"community"`
	Month     string `json:"month"`
	Day       int    `json:"day,omitempty"` // of the reminder; 0 for a summary
}

// Subject names what a report's notices are about.
func (r Report) Subject() string {
	if r.Day > 0 {
		return "quotas/" + r.Community + "/" + r.Month
	}
	return "summary/" + r.Community + "/" + r.Month
}

// morning is the hour, in a community's zone, before which nobody is told.
const morning = 8

// ListDueReports lists what is due at a time; zero is now. What was missed, because nothing ran on its
// day, stays due: reminders for the rest of the month, the last month's summary until it is made.
func (s *Statistics) ListDueReports(_ context.Context, at time.Time) ([]Report, error) {
	if at.IsZero() {
		at = s.Now()
	}
	settings := s.Settings()
	var due []Report
	for _, place := range settings.Places {
		zone, err := calendar.Location(place.Zone)
		if err != nil {
			return nil, s.failure("list due reports", err)
		}
		local := at.In(zone)
		if local.Hour() < morning {
			local = local.AddDate(0, 0, -1) // yesterday's are due until the morning
		}
		lastMonth := time.Date(local.Year(), local.Month()-1, 1, 0, 0, 0, 0, time.UTC)
		due = append(due, Report{Community: place.Community, Month: lastMonth.Format("2006-01")})
		if day := latest(settings.RemindOn, local.Day()); day > 0 {
			due = append(due, Report{Community: place.Community, Month: local.Format("2006-01"), Day: day})
		}
	}
	return due, nil
}

// latest gives the last of the days up to one; 0 when none has come.
func latest(days []int, upTo int) (last int) {
	for _, d := range days {
		if d <= upTo {
			last = d
		}
	}
	return last
}

// MakeReport makes one and tells whom it is for. Made again it changes nothing and tells nobody twice. It
// says how many notices wait to be delivered.
func (s *Statistics) MakeReport(ctx context.Context, r Report) (pending int, err error) {
	if r.Day > 0 {
		pending, err = s.remind(ctx, r)
	} else {
		pending, err = s.summarize(ctx, r)
	}
	return pending, s.failure("make report", err)
}

func (s *Statistics) figures(ctx context.Context, r Report) (statistics.Summary, error) {
	period, err := statistics.Month(r.Month)
	if err != nil {
		return statistics.Summary{}, err
	}
	settings := s.Settings()
	for _, place := range settings.Places {
		if place.Community == r.Community {
			return s.Figures.Summary(ctx, period, []statistics.Place{place}, settings.Rules)
		}
	}
	return statistics.Summary{}, fmt.Errorf("community %q is not in the settings", r.Community)
}

// remind tells every role that is short of its quota. G7
func (s *Statistics) remind(ctx context.Context, r Report) (pending int, err error) {
	figures, err := s.figures(ctx, r)
	if err != nil {
		return 0, err
	}
	var notices []procedure.NumberedNotice
	for i, q := range figures.Quotas {
		if q.Short() > 0 {
			notices = append(notices, procedure.NumberedNotice{Seq: r.Day, Index: i, Notice: procedure.Notice{
				To: procedure.Recipient{Role: q.Role}, Instead: people.Above(nil, q.Role), Template: "quota-short", Args: map[string]string{
					"community": r.Community, "month": r.Month, "role": string(q.Role),
					"required": strconv.Itoa(q.Required), "made": strconv.Itoa(q.Made), "short": strconv.Itoa(q.Short()),
				},
			}})
		}
	}
	return s.Figures.Notify(ctx, r.Subject(), r.Community, notices)
}

// summarize makes a month's summary, keeps it and tells the GM. A community where nothing has ever
// happened has none. I4
func (s *Statistics) summarize(ctx context.Context, r Report) (pending int, err error) {
	figures, kept, err := s.Figures.KeptSummary(ctx, r.Community, r.Month)
	if err == nil && !kept {
		figures, err = s.figures(ctx, r)
		if err == nil && len(figures.Kinds) > 0 {
			err = s.Figures.KeepSummary(ctx, r.Community, r.Month, s.Now().UTC(), figures)
		}
	}
	if err != nil || len(figures.Kinds) == 0 {
		return 0, err
	}
	return s.Figures.Notify(ctx, r.Subject(), r.Community, []procedure.NumberedNotice{{Notice: procedure.Notice{
		To: procedure.Recipient{Role: people.GM}, Instead: people.Above(nil, people.GM), Template: "summary-made", Args: s.args(r, figures),
	}}})
}

func (s *Statistics) args(r Report, f statistics.Summary) map[string]string {
	var registered, closed, open, missed, short int
	for _, k := range f.Kinds {
		registered, closed, open = registered+k.Registered, closed+k.Closed, open+k.OpenAtEnd
		for _, d := range k.Deadlines {
			missed += d.Missed
		}
	}
	for _, q := range f.Quotas {
		short += q.Short()
	}
	args := map[string]string{"community": r.Community, "month": r.Month}
	for name, n := range map[string]int{"registered": registered, "closed": closed, "open": open, "missed": missed, "short": short} {
		args[name] = strconv.Itoa(n)
	}
	if s.Link != nil {
		args["link"] = s.Link(r.Community, f.Period)
	}
	return args
}

func (s *Statistics) failure(activity string, err error) error {
	return (&Activities{Log: s.Log}).failure(activity, "", err)
}
