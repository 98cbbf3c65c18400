package postgres

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// Case is a case as lists show it. Lists leave the text and the state out.
type Case struct {
	Number string `json:"number"`
	Kind   string `json:"kind"`
	procedure.Summary
	State json.RawMessage `json:"state,omitempty"`
}

// Filter says which cases a list is about; what is zero does not filter, except Communities.
type Filter struct {
	// Communities whose cases may be seen, people.AllCommunities for every one; none sees nothing. N1
	Communities []string
	// Department sees the cases with a task of its own. N1
	Department string
	Kind       string
	Community  string
	Stage      string
	Nature     string
	Urgency    string
	Category   string
	// Query lists words that must all be somewhere in the case's text.
	Query   string
	Overdue *bool
	Open    *bool
	Drill   *bool // M5
	// Owner has a running deadline to meet.
	Owner people.Role
	// Author gave the feedback that the case is, or began as. M6
	Author string
	Limit  int
	Cursor string
}

// conditions builds a WHERE clause with its parameters.
type conditions struct {
	clauses []string
	args    []any
}

// add takes a condition with one parameter, written as $?.
func (c *conditions) add(sql string, arg any) {
	c.args = append(c.args, arg)
	c.clauses = append(c.clauses, strings.ReplaceAll(sql, "$?", c.last()))
}

// last names the newest parameter.
func (c *conditions) last() string { return fmt.Sprintf("$%d", len(c.args)) }

func (c *conditions) String() string { return strings.Join(c.clauses, "\n  AND ") }

// within keeps what is not the actor's out of sight. N1
func (c *conditions) within(communities []string) {
	for _, community := range communities {
		if community == people.AllCommunities {
			c.clauses = append(c.clauses, "true")
			return
		}
	}
	c.add("c.community = ANY ($?)", communities)
}

func (f Filter) conditions() *conditions {
	var c conditions
	c.within(f.Communities)
	for _, equal := range []struct{ column, value string }{
		{"kind", f.Kind}, {"community", f.Community}, {"stage", f.Stage},
		{"nature", f.Nature}, {"urgency", f.Urgency}, {"category", f.Category},
	} {
		if equal.value != "" {
			c.add("c."+equal.column+" = $?", equal.value)
		}
	}
	if f.Department != "" {
		c.add("$? = ANY (c.departments)", f.Department)
	}
	if f.Owner != "" {
		c.add("EXISTS (SELECT FROM "+deadlineRows+" WHERE d.owner = $?)", f.Owner)
	}
	if f.Author != "" {
		c.add("c.author = $?", f.Author)
	}
	c.flag("open", f.Open)
	c.flag("overdue", f.Overdue)
	c.flag("drill", f.Drill)
	if words := strings.Fields(f.Query); len(words) > 0 {
		c.search(words)
	}
	return &c
}

// flag names the column itself, so that the partial indices serve.
func (c *conditions) flag(column string, want *bool) {
	switch {
	case want == nil:
	case *want:
		c.clauses = append(c.clauses, "c."+column)
	default:
		c.clauses = append(c.clauses, "NOT c."+column)
	}
}

// search finds the words by the index of their pieces and looks again at the text itself, because pieces
// may lie apart.
func (c *conditions) search(words []string) {
	patterns := make([]string, len(words))
	for i, w := range words {
		patterns[i] = "%" + likeEscaper.Replace(w) + "%"
	}
	c.add("c.number IN (SELECT number FROM case_texts WHERE grams @> grams_of_words($?)", words)
	c.add("text ILIKE ALL ($?))", patterns)
}

var likeEscaper = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// Cases lists cases, the newest first.
func (db *DB) Cases(ctx context.Context, f Filter) (Page[Case], error) {
	return list[Case, instant]{
		op: "cases", cursor: f.Cursor, limit: f.Limit, first: newest, query: f.statement, scan: scanCase,
		place: func(c Case) instant { return instant{At: c.RegisteredAt, ID: c.Number} },
	}.read(ctx, db)
}

func (f Filter) statement(after instant, rows int) (string, []any) {
	c := f.conditions()
	c.args = append(c.args, after.At, after.ID)
	n := len(c.args)
	return fmt.Sprintf(`SELECT %s FROM cases c WHERE %s AND (c.registered_at, c.number) < ($%d, $%d)
ORDER BY c.registered_at DESC, c.number DESC LIMIT %d`, caseRow, c, n-1, n, rows), c.args
}

// caseRow is a case as JSON, as Case has it but for the text and the state.
var caseRow = `(SELECT to_jsonb(r) FROM (SELECT c.number, c.kind, c.` + strings.Join(summaryColumns, ", c.") + `) r)`

func scanCase(row pgx.CollectableRow) (c Case, err error) {
	var raw []byte
	if err = row.Scan(&raw); err == nil {
		err = c.read(raw)
	}
	return c, err
}

// read takes a row as JSON: the columns are named as the summary's fields.
func (c *Case) read(raw []byte) error {
	if err := json.Unmarshal(raw, c); err != nil {
		return err
	}
	c.RegisteredAt, c.ClosedAt, c.NextDue = c.RegisteredAt.UTC(), inUTC(c.ClosedAt), inUTC(c.NextDue)
	for i := range c.Deadlines {
		c.Deadlines[i].Due = c.Deadlines[i].Due.UTC()
	}
	for i := range c.Escalated {
		c.Escalated[i].At = c.Escalated[i].At.UTC()
	}
	return nil
}

// Case gives one case with its text and state.
func (db *DB) Case(ctx context.Context, number string) (c Case, err error) {
	var raw []byte
	err = db.row(ctx, "case", selectCase, []any{number}, &raw, &c.State)
	if err == nil {
		err = failed("case", c.read(raw))
	}
	return c, err
}

var selectCase = `
SELECT ` + caseRow + ` || jsonb_build_object('text', coalesce(t.text, '')), c.state
FROM cases c LEFT JOIN case_texts t USING (number) WHERE c.number = $1`

// scanState reads the state of a case, which is opaque to the database, as its procedure wrote it.
func scanState[S any](row pgx.CollectableRow) (s S, err error) {
	var raw []byte
	if err = row.Scan(&raw); err == nil {
		err = json.Unmarshal(raw, &s)
	}
	return s, err
}

// Community says where a case is.
func (db *DB) Community(ctx context.Context, number string) (community string, err error) {
	err = db.row(ctx, "community", `SELECT community FROM cases WHERE number = $1`, []any{number}, &community)
	return community, err
}

// Count is how many open cases stand at a stage, and how many of them have missed a deadline. Drills do
// not count. M5
type Count struct {
	Stage   string `json:"stage"`
	Open    int    `json:"open"`
	Overdue int    `json:"overdue"`
}

// Counts counts the open cases of communities by stage.
func (db *DB) Counts(ctx context.Context, communities []string) ([]Count, error) {
	var c conditions
	c.within(communities)
	return collect(ctx, db, "counts", `
SELECT c.stage, count(*) AS open, count(*) FILTER (WHERE c.overdue) AS overdue
FROM cases c WHERE c.open AND NOT c.drill AND `+c.String()+` GROUP BY c.stage ORDER BY c.stage`, c.args, pgx.RowToStructByPos[Count])
}
