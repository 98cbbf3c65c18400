package forms

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"bihuan/procedure/collective"
	"bihuan/procedure/statistics"
	"bihuan/server/paper"
)

// overall is what came, what was closed and what stayed, of each kind of demand, and of all of them together;
// collective issues stand apart, because their complaints are counted already.
func (d Desk) overall(s statistics.Summary) paper.Block {
	b := d.table("forms.overall", []string{
		"forms.kind", "forms.at_start", "forms.came", "forms.again", "forms.ended", "forms.at_end",
		"forms.closed_share", "forms.first_contact", "forms.to_close", "forms.escalated", "forms.rounds",
	}, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	total := statistics.Section{}
	for _, kind := range demands {
		k := section(s, kind)
		b.Rows = append(b.Rows, d.line(d.kind(kind), k))
		total.OpenAtStart += k.OpenAtStart
		total.Registered += k.Registered
		total.Reopened += k.Reopened
		total.Closed += k.Closed
		total.OpenAtEnd += k.OpenAtEnd
		total.FirstContact = together(total.FirstContact, k.FirstContact)
		total.Closing = together(total.Closing, k.Closing)
		total.Escalations = append(total.Escalations, k.Escalations...)
		total.Revisits.Rounds += k.Revisits.Rounds
	}
	sums := d.line(d.T("forms.total"), total)
	sums[0].Label = true
	b.Rows = append(b.Rows, sums)
	if k := section(s, collective.Definition.Kind); k.OpenAtStart+k.Registered+k.Reopened > 0 {
		b.Rows = append(b.Rows, d.line(d.kind(k.Kind), k))
	}
	return b
}

// section gives a kind's figures; zeros for one of which there was nothing.
func section(s statistics.Summary, kind string) statistics.Section {
	for _, k := range s.Kinds {
		if k.Kind == kind {
			return k
		}
	}
	return statistics.Section{Kind: kind}
}

func together(a, b statistics.Mean) statistics.Mean {
	m := statistics.Mean{N: a.N + b.N}
	if m.N > 0 {
		m.Seconds = (a.N*a.Seconds + b.N*b.Seconds) / m.N
	}
	return m
}

func (d Desk) line(name string, k statistics.Section) []paper.Cell {
	cells := []paper.Cell{paper.Text(name, 2)}
	for _, value := range []string{
		strconv.Itoa(k.OpenAtStart), strconv.Itoa(k.Registered), strconv.Itoa(k.Reopened), strconv.Itoa(k.Closed), strconv.Itoa(k.OpenAtEnd),
		percent(k.Closed, k.OpenAtStart+k.Registered+k.Reopened), hours(k.FirstContact), hours(k.Closing),
		strconv.Itoa(sum(k.Escalations)), strconv.Itoa(k.Revisits.Rounds),
	} {
		cells = append(cells, paper.Number(value, 1))
	}
	return cells
}

func sum(counts []statistics.Count) (n int) {
	for _, c := range counts {
		n += c.N
	}
	return n
}

// hours writes a mean duration to a tenth of an hour; nothing for none.
func hours(m statistics.Mean) string {
	if m.N == 0 {
		return ""
	}
	return strconv.FormatFloat(float64(m.Seconds)/3600, 'f', 1, 64)
}

func percent(n, of int) string {
	if of == 0 {
		return ""
	}
	return strconv.FormatFloat(100*float64(n)/float64(of), 'f', 1, 64) + "%"
}

// said says whether anything is known of what is counted, and not only that it is not.
func said(counts []statistics.Count) bool {
	return slices.ContainsFunc(counts, func(c statistics.Count) bool { return c.Key != "" && c.N > 0 })
}

// paired sets short rows two to a line: the first half goes down on the left, the second on the right.
func paired(rows [][]paper.Cell) (lines [][]paper.Cell) {
	half := (len(rows) + 1) / 2
	for i, left := range rows[:half] {
		line := slices.Clone(left)
		if half+i < len(rows) {
			line = append(line, rows[half+i]...)
		} else {
			for _, c := range left {
				line = append(line, paper.Text("", c.Span))
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// twice is a table whose rows stand two to a line.
func (d Desk) twice(title string, names []string, spans []int, rows [][]paper.Cell) paper.Block {
	b := d.table(title, slices.Concat(names, names), slices.Concat(spans, spans)...)
	b.Rows = paired(rows)
	return b
}

// natures says what the cases of each kind were judged, or classed, to be.
func (d Desk) natures(s statistics.Summary) paper.Block {
	return d.perKind("forms.by_nature", "forms.nature", s,
		func(k statistics.Section) ([]statistics.Count, int) { return k.Nature, k.Registered }, d.nature)
}

// outcomes says how the cases of each kind ended.
func (d Desk) outcomes(s statistics.Summary) paper.Block {
	return d.perKind("forms.by_outcome", "forms.outcome", s,
		func(k statistics.Section) ([]statistics.Count, int) { return k.Outcomes, k.Closed }, d.coder("outcome"))
}

func (d Desk) perKind(title, what string, s statistics.Summary, of func(statistics.Section) ([]statistics.Count, int),
	name func(string) string) paper.Block {
	var rows [][]paper.Cell
	for _, k := range s.Kinds {
		counts, total := of(k)
		if !said(counts) {
			continue
		}
		for _, c := range counts {
			rows = append(rows, []paper.Cell{
				paper.Text(d.kind(k.Kind), 2), paper.Text(name(c.Key), 2), paper.Number(strconv.Itoa(c.N), 1), paper.Number(percent(c.N, total), 1),
			})
		}
	}
	return d.twice(title, []string{"forms.kind", what, "forms.count", "forms.share"}, []int{2, 2, 1, 1}, rows)
}

// categories counts one kind's cases by their category, each below its parent.
func (d Desk) categories(k statistics.Section) paper.Block {
	var rows [][]paper.Cell
	for _, c := range inTree(k.Category) {
		name := d.orNot(d.category(c.Key))
		if c.Parent != "" {
			name = "　" + name
		}
		rows = append(rows, []paper.Cell{paper.Text(name, 4), paper.Number(strconv.Itoa(c.N), 1), paper.Number(percent(c.N, k.Registered), 1)})
	}
	b := d.twice("forms.by_category", []string{"forms.item", "forms.count", "forms.share"}, []int{4, 1, 1}, rows)
	b.Title += d.Colon() + d.kind(k.Kind)
	return b
}

// inTree puts each category below its parent.
func inTree(counts []statistics.Count) (ordered []statistics.Count) {
	var below func(parent string)
	below = func(parent string) {
		for _, c := range counts {
			if c.Parent == parent {
				ordered = append(ordered, c)
				if c.Key != "" { // cases without a category
					below(c.Key)
				}
			}
		}
	}
	below("")
	return ordered
}

// matrix counts by something in rows and by kind in columns; kinds of which it is not known are left out. Rows
// stand in the order given, the others as people order names.
func (d Desk) matrix(title string, s statistics.Summary, order []string, of func(statistics.Section) []statistics.Count,
	name func(string) string) paper.Block {
	var kinds []statistics.Section
	var keys []string
	for _, kind := range demands {
		if k := section(s, kind); said(of(k)) {
			kinds = append(kinds, k)
			for _, c := range of(k) {
				keys = append(keys, c.Key)
			}
		}
	}
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(place(order, a), place(order, b)), naturally(a, b)) })
	keys = slices.Compact(keys)
	b := paper.Block{Title: d.T(title), Empty: d.T("forms.none_yet"),
		Head: []paper.Cell{paper.Label(d.T("forms.item"), paper.Width-2*len(kinds)-3)}}
	for _, k := range kinds {
		b.Head = append(b.Head, paper.Label(d.kind(k.Kind), 2))
	}
	b.Head = append(b.Head, paper.Label(d.T("forms.total"), 1), paper.Label(d.T("forms.share"), 2))
	all := 0
	for _, k := range kinds {
		all += sum(of(k))
	}
	for _, key := range keys {
		row, total := []paper.Cell{paper.Text(name(key), paper.Width-2*len(kinds)-3)}, 0
		for _, k := range kinds {
			n := counted(of(k), key)
			row, total = append(row, paper.Number(strconv.Itoa(n), 2)), total+n
		}
		b.Rows = append(b.Rows, append(row, paper.Number(strconv.Itoa(total), 1), paper.Number(percent(total, all), 2)))
	}
	return b
}

func counted(counts []statistics.Count, key string) int {
	for _, c := range counts {
		if c.Key == key {
			return c.N
		}
	}
	return 0
}

// place is where something stands in an order; what it lacks comes last.
func place[T comparable](order []T, x T) int {
	if i := slices.Index(order, x); i >= 0 {
		return i
	}
	return len(order)
}

// naturally orders names as people do: building 2 comes before building 10, and what nobody said last.
func naturally(a, b string) int {
	if a == "" || b == "" {
		return cmp.Compare(b, a)
	}
	for a != "" && b != "" {
		digitsA, digitsB := leading(a), leading(b)
		if digitsA > 0 && digitsB > 0 {
			x, y := strings.TrimLeft(a[:digitsA], "0"), strings.TrimLeft(b[:digitsB], "0")
			if order := cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y)); order != 0 {
				return order
			}
			a, b = a[digitsA:], b[digitsB:]
			continue
		}
		if a[0] != b[0] {
			return cmp.Compare(a[0], b[0])
		}
		a, b = a[1:], b[1:]
	}
	return cmp.Compare(len(a), len(b))
}

// leading counts the digits that a name begins with.
func leading(s string) int {
	n := strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII || !unicode.IsDigit(r) })
	if n < 0 {
		return len(s)
	}
	return n
}
