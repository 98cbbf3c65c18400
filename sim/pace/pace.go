// Package pace shortens the procedure's settings, so that weeks of a simulated town fit into minutes.
package pace

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// untouched are the parts of the settings whose times are not the procedure's.
var untouched = map[string]bool{"communities": true, "calendars": true, "login": true, "retention": true}

// duration is how settings write one.
var duration = regexp.MustCompile(`^(\d+d|(\d+h)?(\d+m)?(\d+s)?)$`)

// always is a calendar of offices that never close: a day passes too quickly to wait for Monday.
const always = "always"

const theCalendar = `zone: Asia/Shanghai
weekdays: [mon, tue, wed, thu, fri, sat, sun]
hours: ["00:00-24:00"]
years: [{year: %d}, {year: %d}, {year: %d}]
`

// Settings gives settings (YAML) in which every deadline is so many times shorter. All of them run on the
// clock on the wall, offices never close, and one vain revisit is enough: a day passes too quickly for
// offices and calendars.
func Settings(text []byte, speed float64) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if speed < 1 || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, fmt.Errorf("want settings and a speed of at least 1, not %g", speed)
	}
	for i, top := 0, doc.Content[0].Content; i+1 < len(top); i += 2 {
		switch {
		case top[i].Value == "communities":
			for _, community := range top[i+1].Content {
				neverClosed(community)
			}
		case !untouched[top[i].Value]:
			shorten("", top[i+1], speed)
		}
	}
	if err := addCalendar(doc.Content[0]); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := yaml.NewEncoder(&out)
	if err := e.Encode(&doc); err != nil {
		return nil, err
	}
	return out.Bytes(), e.Close()
}

// neverClosed gives a community the calendar of offices that never close.
func neverClosed(community *yaml.Node) {
	for i := 0; i+1 < len(community.Content); i += 2 {
		if community.Content[i].Value == "calendar" {
			community.Content[i+1].Value = always
		}
	}
}

// addCalendar writes that calendar out, for this year and those beside it.
func addCalendar(root *yaml.Node) error {
	year := time.Now().Year()
	var calendar yaml.Node
	if err := yaml.Unmarshal(fmt.Appendf(nil, theCalendar, year-1, year, year+1), &calendar); err != nil {
		return err
	}
	entry := []*yaml.Node{{Kind: yaml.ScalarNode, Value: always}, calendar.Content[0]}
	for i, top := 0, root.Content; i+1 < len(top); i += 2 {
		if top[i].Value == "calendars" && top[i+1].Kind == yaml.MappingNode {
			top[i+1].Content = append(top[i+1].Content, entry...)
			return nil
		}
	}
	root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "calendars"}, &yaml.Node{Kind: yaml.MappingNode, Content: entry})
	return nil
}

func shorten(key string, n *yaml.Node, speed float64) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			shorten(n.Content[i].Value, n.Content[i+1], speed)
		}
	case yaml.SequenceNode:
		for _, item := range n.Content {
			shorten(key, item, speed)
		}
	case yaml.ScalarNode:
		switch {
		case key == "clock":
			n.Value = "wall"
		case key == "revisit_attempts":
			n.Value = "1"
		case n.Value != "" && duration.MatchString(n.Value):
			n.Value = shorter(n.Value, speed)
		}
	}
}

// shorter divides a duration; a millisecond is the finest time that cases know.
func shorter(text string, speed float64) string {
	var d time.Duration
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, _ := strconv.Atoi(days) // digits, as the pattern says
		d = time.Duration(n) * 24 * time.Hour
	} else {
		d, _ = time.ParseDuration(text)
	}
	return max(time.Millisecond, time.Duration(float64(d)/speed).Truncate(time.Millisecond)).String()
}
