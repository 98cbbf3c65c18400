package handbook

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"bihuan/procedure/machine"
)

// arrow leads from a stage to another, by their places.
type arrow struct{ from, to int }

// arrowsOf reads the ways from the table. A command that leads to the next open stage leads there from the stage
// before it; what leads to any open stage is left out: its arrows would hide the others.
func arrowsOf(entry machine.Kind, open []machine.Stage) []arrow {
	var all []arrow
	place := func(s machine.Stage) int { return slices.Index(entry.Stages, s) }
	for _, line := range entry.Table {
		if len(line.To) >= len(open)-1 {
			continue
		}
		for _, to := range line.To {
			from := line.From
			if before := place(to) - 1; everywhere(line, open) {
				if from = nil; before >= 0 && slices.Contains(line.From, entry.Stages[before]) {
					from = entry.Stages[before : before+1]
				}
			}
			for _, f := range from {
				if a := (arrow{place(f), place(to)}); a.from != a.to && !slices.Contains(all, a) {
					all = append(all, a)
				}
			}
		}
	}
	return all
}

// The measures of the picture.
const (
	boxWidth, boxHeight = 250, 34
	rowHeight           = 56
	margin              = 150 // on each side, for the arrows that skip stages
)

// Flow draws the chapter's stages from top to bottom and the ways between them: on the right those that go on, on
// the left those that go back.
func (c Chapter) Flow() template.HTML {
	var b strings.Builder
	width, height := boxWidth+2*margin, rowHeight*len(c.Stages)
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-label="%s" class="flow">`, width, height, template.HTMLEscapeString(c.Name))
	b.WriteString(`<defs><marker id="tip-` + c.Kind + `" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z"/></marker></defs>`)
	for _, a := range c.arrows {
		fmt.Fprintf(&b, `<path class="way" d="%s" marker-end="url(#tip-%s)"/>`, a.path(), c.Kind)
	}
	for i, s := range c.Stages {
		fmt.Fprintf(&b, `<rect x="%d" y="%d" width="%d" height="%d" rx="6"/><text x="%d" y="%d">%s</text>`,
			margin, top(i), boxWidth, boxHeight, margin+boxWidth/2, top(i)+boxHeight/2+5, template.HTMLEscapeString(s.Name))
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) // every name is escaped
}

func top(i int) int { return i*rowHeight + (rowHeight-boxHeight)/2 }

// path goes straight down to the next stage, else around the boxes between: the farther, the wider.
func (a arrow) path() string {
	middle := margin + boxWidth/2
	if a.to == a.from+1 {
		return fmt.Sprintf("M%d %dV%d", middle, top(a.from)+boxHeight, top(a.to)-2)
	}
	side, bend := margin+boxWidth, 1
	if a.to < a.from {
		side, bend = margin, -1
	}
	far := min(margin-12, 22+13*abs(a.to-a.from)) * bend
	from, to := top(a.from)+boxHeight/2+5, top(a.to)+boxHeight/2-5
	return fmt.Sprintf("M%d %dC%d %d %d %d %d %d", side, from, side+far*4/3, from, side+far*4/3, to, side+2*bend, to)
}

func abs(n int) int { return max(n, -n) }
