package statistics

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

// Rules are the settings that a summary needs.
type Rules struct {
	// Kinds is the order in which kinds of cases are told; one that it lacks comes last.
	Kinds []string
	// Quotas are the revisits that a role makes a month. G7
	Quotas []Quota
	// Parent gives the category above another; empty at the top. A7
	Parent func(category string) string
}

// Quota is how many revisits a role makes a month in a community, and how many it made. G7
type Quota struct {
	Community string      `json:"community,omitempty"`
	Month     string      `json:"month,omitempty"`
	Role      people.Role `json:"role"`
	Required  int         `json:"required"`
	Made      int         `json:"made"`
}

// Short is how many are missing.
func (q Quota) Short() int { return max(0, q.Required-q.Made) }

// Format numbers the shape of a summary. One that was kept in another shape, by an older program, cannot be held
// against one that is counted now. It is raised whenever a field of a summary is renamed, moved or counted
// differently.
const Format = 1

// Summary is the figures of a period in some communities.
type Summary struct {
	Format int `json:"format"`
	Period
	Communities []string  `json:"communities"`
	Kinds       []Section `json:"kinds"`
	// Quotas are of the whole months of the period.
	Quotas []Quota `json:"quotas"`
}

// Section is the figures of one kind of case. Everything is counted by what happened within the period;
// what registered cases are (nature, category, building, channel, urgency) is as known now.
type Section struct {
	Kind        string  `json:"kind"`
	OpenAtStart int     `json:"open_at_start"`
	Registered  int     `json:"registered"`
	Reopened    int     `json:"reopened"`
	Closed      int     `json:"closed"`
	OpenAtEnd   int     `json:"open_at_end"`
	Communities []Count `json:"by_community"`
	Nature      []Count `json:"by_nature"`
	Category    []Count `json:"by_category"` // leaves and, with all below them, their parents
	Building    []Count `json:"by_building"`
	Channel     []Count `json:"by_channel"`
	Urgency     []Count `json:"by_urgency"`
	Judged      []Count `json:"judged"`   // by nature
	Outcomes    []Count `json:"outcomes"` // of what closed
	// Deadlines by step, and those of tasks by department. H1
	Deadlines   []Deadline `json:"deadlines"`
	Departments []Deadline `json:"departments"`
	Escalations []Count    `json:"escalations"` // by step
	Revisits    Revisits   `json:"revisits"`
	// FirstContact and Closing are how long it took from registration.
	FirstContact Mean `json:"first_contact"`
	Closing      Mean `json:"closing"`
	// Issues are the categories that stand out, against the period before.
	Issues []Issue `json:"issues"`
}

// Count is how many there were of something.
type Count struct {
	Key    string `json:"key"`
	Parent string `json:"parent,omitempty"`
	N      int    `json:"n"`
}

// Deadline is how many deadlines of a step, or of a department, were met and missed.
type Deadline struct {
	Key    string `json:"key"`
	Met    int    `json:"met"`
	Missed int    `json:"missed"`
}

// Revisits is how the revisits went. G1-G6
type Revisits struct {
	Reached     int     `json:"reached"`
	Unanswered  int     `json:"unanswered"`
	Unsatisfied int     `json:"unsatisfied"`
	Rounds      int     `json:"rounds"` // of rectification that began
	ByRole      []Count `json:"by_role"`
	ByMethod    []Count `json:"by_method"`
	Outcome     Scores  `json:"outcome"`
	Handling    Scores  `json:"handling"`
}

// Scores is how often each score from 1 to 5 was given.
type Scores struct {
	Counts [5]int  `json:"counts"`
	N      int     `json:"n"`
	Mean   float64 `json:"mean"` // to two places; 0 without scores
}

// Mean is a mean duration.
type Mean struct {
	N       int `json:"n"`
	Seconds int `json:"seconds"`
}

// Issue is a category with how often it was complained of, now and in the period before.
type Issue struct {
	Category string `json:"category"`
	N        int    `json:"n"`
	Before   int    `json:"before"`
}

// mainIssues is how many categories a summary names.
const mainIssues = 5

// Arrange makes the summary of a period of its tallies and those of the period before.
func Arrange(p Period, places []Place, now, before []Tally, rules Rules) Summary {
	communities := make([]string, len(places))
	for i, place := range places {
		communities[i] = place.Community
	}
	s := Summary{Format: Format, Period: p, Communities: communities, Kinds: []Section{}, Quotas: quotas(p, communities, now, rules.Quotas)}
	for _, kind := range kinds(now, rules.Kinds) {
		of := func(t Tally) bool { return t.Kind == kind }
		s.Kinds = append(s.Kinds, section(kind, ledger(only(now, of)), ledger(only(before, of)), rules))
	}
	return s
}

// kinds lists the kinds of the tallies in the order of the handbook.
func kinds(tallies []Tally, order []string) []string {
	var all []string
	for _, t := range tallies {
		all = append(all, t.Kind)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	place := func(kind string) int {
		if i := slices.Index(order, kind); i >= 0 {
			return i
		}
		return len(order)
	}
	slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(place(a), place(b)) })
	return all
}

func only(tallies []Tally, keep func(Tally) bool) []Tally {
	return slices.DeleteFunc(slices.Clone(tallies), func(t Tally) bool { return !keep(t) })
}

// ledger is the tallies of one kind, to be asked.
type ledger []Tally

func section(kind string, l, before ledger, rules Rules) Section {
	s := Section{
		Kind: kind, OpenAtStart: l.n(OpenBefore), Registered: l.n(procedure.FactRegistered), Reopened: l.n(procedure.FactReopened),
		Closed:      l.n(procedure.FactClosed),
		Communities: l.by(procedure.FactRegistered, func(t Tally) string { return t.Community }),
		Nature:      l.by(ByPrefix+"nature", byKey), Building: l.by(ByPrefix+"building", byKey),
		Channel: l.by(ByPrefix+"channel", byKey), Urgency: l.by(ByPrefix+"urgency", byKey),
		Judged: l.by(procedure.FactJudged, byKey), Outcomes: l.by(procedure.FactClosed, byKey),
		Deadlines: l.deadlines(byKey), Departments: l.deadlines(func(t Tally) string { return t.Department }),
		Escalations: l.by(procedure.FactEscalated, byKey), Revisits: l.revisits(),
		FirstContact: l.mean(procedure.FactFirstContact), Closing: l.mean(procedure.FactClosed),
	}
	s.OpenAtEnd = s.OpenAtStart + s.Registered + s.Reopened - s.Closed
	leaves := l.by(ByPrefix+"category", byKey)
	s.Category = withParents(leaves, rules.Parent)
	s.Issues = issues(leaves, before.by(ByPrefix+"category", byKey))
	return s
}

func byKey(t Tally) string { return t.Key }

// n counts the facts of a name.
func (l ledger) n(name string) (n int) {
	for _, t := range l {
		if t.Name == name {
			n += t.N
		}
	}
	return n
}

// by counts the facts of a name by something about them, in the order of that.
func (l ledger) by(name string, key func(Tally) string) []Count {
	counts := []Count{}
	for _, t := range l {
		if t.Name == name {
			counts = add(counts, key(t), t.N)
		}
	}
	return counts
}

// add counts on, and keeps the counts in the order of their keys.
func add(counts []Count, key string, n int) []Count {
	i, there := slices.BinarySearchFunc(counts, key, func(c Count, key string) int { return cmp.Compare(c.Key, key) })
	if !there {
		counts = slices.Insert(counts, i, Count{Key: key})
	}
	counts[i].N += n
	return counts
}

// deadlines counts the met and the missed; what has no such key is left out.
func (l ledger) deadlines(key func(Tally) string) []Deadline {
	met, missed := l.by(procedure.FactMet, key), l.by(procedure.FactMissed, key)
	all := []Deadline{}
	for _, k := range keys(met, missed) {
		if k != "" {
			all = append(all, Deadline{Key: k, Met: of(met, k), Missed: of(missed, k)})
		}
	}
	return all
}

func keys(lists ...[]Count) []string {
	var all []string
	for _, list := range lists {
		for _, c := range list {
			all = append(all, c.Key)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func of(counts []Count, key string) int {
	for _, c := range counts {
		if c.Key == key {
			return c.N
		}
	}
	return 0
}

func (l ledger) revisits() Revisits {
	return Revisits{
		Reached: l.n(procedure.FactRevisited), Unanswered: l.n(procedure.FactUnanswered), Unsatisfied: l.n(procedure.FactUnsatisfied),
		Rounds:   l.n(procedure.FactAnotherRound),
		ByRole:   l.by(procedure.FactRevisited, func(t Tally) string { return t.Role }),
		ByMethod: l.by(procedure.FactRevisited, byKey),
		Outcome:  l.scores(procedure.FactRatedOutcome), Handling: l.scores(procedure.FactRatedHandling),
	}
}

func (l ledger) scores(name string) Scores {
	var s Scores
	sum := 0
	for _, c := range l.by(name, byKey) {
		if score, err := strconv.Atoi(c.Key); err == nil && score >= 1 && score <= len(s.Counts) {
			s.Counts[score-1] += c.N
			s.N += c.N
			sum += score * c.N
		}
	}
	if s.N > 0 {
		s.Mean = math.Round(100*float64(sum)/float64(s.N)) / 100
	}
	return s
}

func (l ledger) mean(name string) Mean {
	var m Mean
	for _, t := range l {
		if t.Name == name {
			m.N += t.N
			m.Seconds += t.Sum
		}
	}
	if m.N > 0 {
		m.Seconds /= m.N
	}
	return m
}

// withParents counts what is below each category with it. A7
func withParents(leaves []Count, parent func(string) string) []Count {
	if parent == nil {
		return leaves
	}
	all := slices.Clone(leaves)
	for _, leaf := range leaves {
		for up := parent(leaf.Key); up != ""; up = parent(up) {
			all = add(all, up, leaf.N)
		}
	}
	for i := range all {
		all[i].Parent = parent(all[i].Key)
	}
	return all
}

// issues names the most frequent categories, the most frequent first.
func issues(now, before []Count) []Issue {
	all := []Issue{}
	for _, c := range now {
		all = append(all, Issue{Category: c.Key, N: c.N, Before: of(before, c.Key)})
	}
	slices.SortStableFunc(all, func(a, b Issue) int { return cmp.Compare(b.N, a.N) })
	return all[:min(mainIssues, len(all))]
}

// quotas says of each community, month and role how many revisits were made. G7
func quotas(p Period, communities []string, tallies []Tally, required []Quota) []Quota {
	all := []Quota{}
	for _, community := range communities {
		for _, month := range p.Months() {
			for _, q := range required {
				q.Community, q.Month = community, month
				for _, t := range tallies {
					if t.Name == RevisitedIn && t.Community == community && t.Key == month && t.Role == string(q.Role) {
						q.Made += t.N
					}
				}
				all = append(all, q)
			}
		}
	}
	return all
}
