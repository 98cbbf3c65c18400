package stack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// note remembers a process beyond the life of the one that started it.
type note struct {
	name   string
	PID    int            `json:"pid"`
	Born   string         `json:"born"` // tells the process from a later one with the same pid
	Signal syscall.Signal `json:"signal"`
}

func notePath(dir, name string) string { return filepath.Join(dir, "run", name+".pid") }

func record(dir, name string, pid int, signal syscall.Signal) error {
	content, err := json.Marshal(note{PID: pid, Born: born(pid), Signal: signal})
	if err != nil {
		return err
	}
	path := notePath(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(content, '\n'), 0o644)
}

func forget(dir, name string, pid int) {
	if n, err := readNote(dir, name); err == nil && n.PID == pid {
		os.Remove(notePath(dir, name))
	}
}

func readNote(dir, name string) (note, error) {
	n := note{name: name}
	content, err := os.ReadFile(notePath(dir, name))
	if err != nil {
		return n, err
	}
	return n, json.Unmarshal(content, &n)
}

func (n note) alive() bool { return n.Born != "" && born(n.PID) == n.Born }

// recorded lists the processes of a stack that live, whoever started them, in the order to stop them.
func recorded(dir string) []note {
	var living []note
	for _, path := range matching(filepath.Join(dir, "run"), "*.pid") {
		n, err := readNote(dir, strings.TrimSuffix(filepath.Base(path), ".pid"))
		if err == nil && n.alive() {
			living = append(living, n)
		}
	}
	slices.SortStableFunc(living, func(a, b note) int { return rank(b.name) - rank(a.name) })
	return living
}

// matching lists the files of a directory, whose own name may hold anything.
func matching(dir, pattern string) []string {
	names, _ := fs.Glob(os.DirFS(dir), pattern)
	for i := range names {
		names[i] = filepath.Join(dir, names[i])
	}
	return names
}

// Status is one living process of a stack.
type Status struct {
	Name    string
	PID     int
	LogPath string
}

// Running lists the living processes of the stack in a directory, whoever started them.
func Running(dir string) []Status {
	var running []Status
	for _, n := range recorded(dir) {
		running = append(running, Status{Name: n.name, PID: n.PID, LogPath: logPath(dir, n.name)})
	}
	return running
}

// stopStrays ends what a stack that died without stopping left running.
func stopStrays(dir string, say *speaker) error {
	for _, n := range recorded(dir) {
		say.line("%s: still ran from last time (pid %d); stopping it", n.name, n.PID)
		if err := n.stop(); err != nil {
			return fmt.Errorf("stop %s, pid %d, left from last time: %w", n.name, n.PID, err)
		}
	}
	return os.RemoveAll(filepath.Join(dir, "run"))
}

func (n note) stop() error {
	signal, target := n.Signal, n.PID
	for begin := time.Now(); n.alive(); time.Sleep(poll) {
		if time.Since(begin) > stopWithin {
			signal, target = syscall.SIGKILL, -n.PID
		}
		if signal != 0 {
			if err := syscall.Kill(target, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return err
			}
		}
		signal = 0 // asking once is enough
	}
	return nil
}
