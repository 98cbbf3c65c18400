package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// WorklistFilter says which running deadlines are asked for; what is zero does not filter, except Communities.
type WorklistFilter struct {
	Communities []string // as in Filter. N1
	Owners      []people.Role
	Department  string // only deadlines of its tasks, and of what is on offer to it. C1
	Step        string // e.g. follow-up. E1
	DueBefore   *time.Time
	Overdue     *bool
	Cursor      string
	Limit       int
}

// workPlace is the place of a deadline in the worklist.
type workPlace struct {
	Due    time.Time `json:"d"`
	Number string    `json:"n"`
	Key    string    `json:"k"`
}

// Work is a running deadline of an open case.
type Work struct {
	Number    string `json:"number"`
	Community string `json:"community"`
	Building  string `json:"building,omitempty"`
	Room      string `json:"room,omitempty"`
	Category  string `json:"category"`
	Stage     string `json:"stage"`
	Nature    string `json:"nature,omitempty"`
	Urgency   string `json:"urgency"`
	Drill     bool   `json:"drill,omitempty"` // M5
	// Offered says that the work is on offer to the department: the first to accept has it. C1
	Offered  bool                  `json:"offered,omitempty"`
	Deadline procedure.DeadlineRow `json:"deadline"`
}

// deadlineRows are the running deadlines of the case c.
var deadlineRows = `jsonb_to_recordset(c.deadlines) AS d ` + rowOf[procedure.DeadlineRow]()

// Worklist lists the deadlines that run, those due soonest first. What is paused does not run. E1, E2
func (db *DB) Worklist(ctx context.Context, f WorklistFilter) (Page[Work], error) {
	return list[Work, workPlace]{
		op: "worklist", cursor: f.Cursor, limit: f.Limit, query: f.statement, scan: scanWork,
		place: func(w Work) workPlace { return workPlace{w.Deadline.Due, w.Number, w.Deadline.Key} },
	}.read(ctx, db)
}

func (f WorklistFilter) statement(after workPlace, rows int) (string, []any) {
	c := f.conditions()
	c.args = append(c.args, after.Due, after.Number, after.Key)
	n := len(c.args)
	return fmt.Sprintf(`
SELECT c.number, c.community, coalesce(c.building, ''), coalesce(c.room, ''), coalesce(c.category, ''), c.stage,
  coalesce(c.nature, ''), coalesce(c.urgency, ''), c.drill, %s,
  d.key, d.step, d.owner, coalesce(d.department, ''), d.due, coalesce(d.warned, false), coalesce(d.breached, false)
FROM cases c
CROSS JOIN LATERAL %s
WHERE c.open AND d.paused IS NOT TRUE AND %s AND (d.due, c.number, d.key) > ($%d, $%d, $%d)
ORDER BY d.due, c.number, d.key LIMIT %d`, onOffer("$1"), deadlineRows, c, n-2, n-1, n, rows), c.args
}

func (f WorklistFilter) conditions() *conditions {
	c := conditions{args: []any{f.Department}}
	c.within(f.Communities)
	if len(f.Owners) > 0 {
		c.add("(d.owner = ANY ($?::text[]) OR "+onOffer("$1")+")", f.Owners)
	}
	if f.Department != "" {
		c.clauses = append(c.clauses, "(d.department = $1 OR "+onOffer("$1")+")")
	}
	if f.Step != "" {
		c.add("d.step = $?", f.Step)
	}
	if f.DueBefore != nil {
		c.add("d.due < $?", *f.DueBefore)
	}
	if f.Overdue != nil {
		c.add("(d.due <= now()) = $?", *f.Overdue)
	}
	return &c
}

// onOffer is the condition that a deadline is for accepting work that is on offer to a department: nobody has it
// yet, and one of the case's tasks that wait to be accepted is the department's for the taking. C1
func onOffer(department string) string {
	return `(d.step = 'accept' AND d.department IS NULL AND EXISTS (
  SELECT FROM jsonb_to_recordset(c.tasks) AS t ` + rowOf[procedure.TaskRow]() + `
  WHERE t.department = ` + department + ` AND t.status = 'dispatched' AND split_part(d.key, ':', 2) IN ('', t.id)))`
}

func scanWork(row pgx.CollectableRow) (w Work, err error) {
	d := &w.Deadline
	err = row.Scan(&w.Number, &w.Community, &w.Building, &w.Room, &w.Category, &w.Stage, &w.Nature, &w.Urgency, &w.Drill, &w.Offered,
		&d.Key, &d.Step, &d.Owner, &d.Department, &d.Due, &d.Warned, &d.Breached)
	d.Due = d.Due.UTC()
	return w, err
}
