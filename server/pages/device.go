package pages

import "strings"

// marks finds names in what browsers say of themselves; each also says what came before it in these lists, so the
// first that is found counts.
type marks []struct{ mark, name string }

var (
	browsers = marks{{"MicroMessenger/", "WeChat"}, {"Edg", "Edge"}, {"Firefox/", "Firefox"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}}
	systems  = marks{
		{"HarmonyOS", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"Linux", "Linux"},
	}
)

func (m marks) in(agent string) string {
	for _, known := range m {
		if strings.Contains(agent, known.mark) {
			return known.name
		}
	}
	return ""
}

// browser names a device as its owner would; empty where it is none that people use.
func browser(agent string) string {
	return strings.Trim(browsers.in(agent)+" · "+systems.in(agent), " ·")
}
