package words

import (
	"bihuan/procedure/metadata"
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

// story puts what a turn recorded into words: the names of events, and the commands that were refused with their codes.
func (c *catalog) story(line string) string {
	recorded, ok := metadata.ParseRecorded(line)
	if !ok {
		return line
	}
	var items []string
	for _, e := range recorded.Events {
		items = append(items, c.label("event", e))
	}
	for _, r := range recorded.Refused {
		items = append(items, c.render("refused", map[string]string{"command": r.Command, "code": r.Code}))
	}
	if recorded.More > 0 {
		items = append(items, c.render("more", recorded.More))
	}
	return c.list(items)
}
