//go:build !linux

package stack

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// born identifies a living process by its start time. Empty means there is no such process, or only its remains.
func born(pid int) string {
	ps := exec.Command("ps", "-o", "stat=,lstart=", "-p", strconv.Itoa(pid))
	ps.Env = append(os.Environ(), "LC_ALL=C") // the same text whoever asks
	out, err := ps.Output()
	state, started, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if err != nil || strings.HasPrefix(state, "Z") {
		return ""
	}
	return strings.TrimSpace(started)
}

// commandLine is what a process was started with, empty if that cannot be known.
func commandLine(pid int) string {
	out, _ := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	return strings.TrimSpace(string(out))
}

// portHolder is the process that listens on a TCP port, 0 if that cannot be known.
func portHolder(port int) int {
	out, _ := exec.Command("lsof", "-nPt", fmt.Sprintf("-iTCP:%d", port), "-sTCP:LISTEN").Output()
	first, _, _ := strings.Cut(string(out), "\n")
	pid, _ := strconv.Atoi(strings.TrimSpace(first))
	return pid
}
