package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// report writes everything measured as Markdown.
func (b *bench) report(r results) string {
	var w strings.Builder
	fmt.Fprintf(&w, "# Benchmarks\n\nMade by `make bench` on %s: %s.\n", time.Now().UTC().Format(time.DateOnly), machine())
	fmt.Fprintf(&w, "%s. Ours and bare Temporal took %d turns each on the same server; %d callers.\n", b.versions(), b.rounds, b.callers)
	fmt.Fprintf(&w, "Bare: a start waits for a signal; a lifecycle takes as many signals as ours takes commands, re-arms one timer at each,\nanswers a query after each, and has no activities. Registered are complaints as the simulated town's people bring them.\n\n")
	w.WriteString("| | ours | bare | ours / bare |\n|---|---:|---:|---:|\n")
	rate := func(what string, ours, bare load) {
		fmt.Fprintf(&w, "| %s | %.0f /s | %.0f /s | %.2f |\n", what, ours.perSecond(), bare.perSecond(), ours.perSecond()/bare.perSecond())
	}
	rate("complaints registered through HTTP, beside starts", r.registered, r.started)
	rate("the same with idempotency keys", r.keyed, r.started)
	rate("whole lifecycles", r.loops, r.signalled)
	number := func(what string, ours, bare int64) {
		fmt.Fprintf(&w, "| %s | %d | %d | %.2f |\n", what, ours, bare, float64(ours)/float64(max(1, bare)))
	}
	number("history events of a lifecycle", r.ourHistory.events, r.bareHistory.events)
	number("history bytes of a lifecycle", r.ourHistory.bytes, r.bareHistory.bytes)
	duration := func(what string, ours, bare time.Duration) {
		fmt.Fprintf(&w, "| %s | %s | %s | %.2f |\n", what, ours.Round(100*time.Microsecond), bare.Round(100*time.Microsecond), float64(ours)/float64(bare))
	}
	duration("a command through HTTP, beside signal and query: p50", r.commands.percentile(50), r.signals.percentile(50))
	duration("p99", r.commands.percentile(99), r.signals.percentile(99))
	duration(fmt.Sprintf("%d deadlines due together, until the last had fired and was recorded (H7)", b.deadlines), r.due.took, r.timed.took)
	number("fired", int64(r.due.fired), int64(r.timed.fired))
	fmt.Fprintf(&w, "| fired twice | %d | - | |\n", r.due.doubled)
	number("memory of the worker before, MB", r.due.memoryBefore>>20, r.timed.memoryBefore>>20)
	number(fmt.Sprintf("memory of the worker with %d more open, MB", b.deadlines), r.due.memory>>20, r.timed.memory>>20)
	w.WriteString(r.proof.String())
	w.WriteString(r.reading.String())
	w.WriteString(r.town.String())
	fmt.Fprintf(&w, "\nRequests that were answered only when sent again, under the same key: %d.\n", b.again.Load())
	w.WriteString("\nProcessor seconds of each process during both sides' turns (ours and bare together, for deadlines ours alone):\n\n")
	writeUsage(&w, r.usage)
	return w.String()
}

func writeUsage(w *strings.Builder, all []usage) {
	processes := slices.Sorted(maps.Keys(all[0].seconds))
	fmt.Fprintf(w, "| | %s |\n|---|%s\n", strings.Join(processes, " | "), strings.Repeat("---:|", len(processes)))
	for _, u := range all {
		fmt.Fprintf(w, "| %s |", u.name)
		for _, p := range processes {
			fmt.Fprintf(w, " %.0f |", u.seconds[p])
		}
		w.WriteString("\n")
	}
}

func machine() string {
	model := runtime.GOARCH
	content, _ := os.ReadFile("/proc/cpuinfo") // elsewhere the architecture has to do
	for line := range strings.Lines(string(content)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			model = strings.TrimSpace(value)
			break
		}
	}
	return fmt.Sprintf("%d cores of %s, %s", runtime.NumCPU(), model, runtime.GOOS)
}

func (b *bench) versions() string {
	engine := "Temporal at " + b.TemporalAddress
	if b.Stack.TemporalCLI != "" {
		out, err := exec.Command(b.Stack.TemporalCLI, "--version").Output()
		if err == nil {
			engine = "Local development server (" + strings.TrimSpace(string(out)) + ", SQLite)"
		}
	}
	sdk := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, d := range info.Deps {
			if d.Path == "go.temporal.io/sdk" {
				sdk = d.Version
			}
		}
	}
	return fmt.Sprintf("%s; Go SDK %s; %s", engine, sdk, runtime.Version())
}
