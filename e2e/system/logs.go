package system

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// ShowLogs writes the last lines of what worker and server said.
func (s *System) ShowLogs(w io.Writer) {
	for _, p := range s.Stack.Processes() {
		content, err := os.ReadFile(p.LogPath())
		if err != nil {
			continue
		}
		lines := strings.Split(strings.TrimSpace(string(content)), "\n")
		fmt.Fprintf(w, "--- %s\n%s\n", p.Name, strings.Join(lines[max(0, len(lines)-30):], "\n"))
	}
}
