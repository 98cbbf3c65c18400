package words

import (
	"strings"

	"bihuan/procedure/people"
)

// History gives one plain sentence for a step of the workflow's own history: who signalled what, which
// timer fired and what it waited for, what was recorded, what was tried again and why. N2
func History(lang, kind string, by people.By, args map[string]string, n Names) string {
	c := in(lang).about(Kind(n))
	worded := c.worded(args, n)
	worded["who"] = c.render("somebody", nil)
	if by.Role != "" || by.ID != "" {
		worded["who"] = view{catalog: c, By: by}.Who()
	}
	if set, ok := args["set"]; ok {
		worded["set"] = c.worded(map[string]string{"at": set}, n)["at"]
	}
	if events, ok := args["events"]; ok {
		worded["events"] = c.story(events)
	}
	if s := c.render("history."+kind, worded); s != "" {
		return s
	}
	return kind
}

// story puts the summary of what a turn recorded into words: the names of events, and the commands
// that were refused with their codes. A long one is cut in the middle of a name.
func (c *catalog) story(events string) string {
	items := strings.Split(events, ", ")
	for i, item := range items {
		command, refused := strings.CutPrefix(item, "refused ")
		if !refused {
			items[i] = c.label("event", item)
			continue
		}
		name, code, _ := strings.Cut(strings.TrimSuffix(command, ")"), " (")
		items[i] = c.render("refused", map[string]string{"command": name, "code": code})
	}
	return c.list(items)
}
