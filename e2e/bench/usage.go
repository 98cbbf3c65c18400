package main

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
)

// usage is the processor time that each process took for a measurement.
type usage struct {
	name    string
	seconds map[string]float64
}

// cpu gives the processor seconds that each process has used so far, with Postgres's children.
func (b *bench) cpu() map[string]float64 {
	used := map[string]float64{"this program": processorTime("-p", strconv.Itoa(os.Getpid()))}
	for _, p := range b.Stack.Processes() {
		id := strconv.Itoa(p.PID())
		used[p.Name] = processorTime("-p", id, "--ppid", id) + buried(id)
	}
	return used
}

func (b *bench) used(name string, before map[string]float64) usage {
	u := usage{name, b.cpu()}
	for process := range u.seconds {
		u.seconds[process] -= before[process]
	}
	return u
}

// processorTime adds up what ps says of the processes that it is told to select; nothing where there is no such ps.
func processorTime(selected ...string) float64 {
	out, err := exec.Command("ps", append([]string{"-o", "cputimes="}, selected...)...).Output()
	if err != nil {
		return 0
	}
	var sum float64
	for field := range strings.FieldsSeq(string(out)) {
		seconds, _ := strconv.ParseFloat(field, 64) // ps prints numbers
		sum += seconds
	}
	return sum
}

// buried gives the processor time of a process's children that have ended, such as Postgres's connections;
// nothing where there is no /proc.
func buried(pid string) float64 {
	const ticksPerSecond = 100
	content, _ := os.ReadFile("/proc/" + pid + "/stat")
	_, after, _ := strings.Cut(string(content), ") ") // the name before may hold spaces
	fields := strings.Fields(after)
	if len(fields) < 15 {
		return 0
	}
	user, _ := strconv.ParseFloat(fields[13], 64) // the kernel prints numbers
	system, _ := strconv.ParseFloat(fields[14], 64)
	return (user + system) / ticksPerSecond
}

// memory gives a process's resident memory in bytes, 0 where ps cannot tell.
func memory(pid int) int64 {
	out, err := exec.Command("ps", "-o", "rss=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return 0
	}
	kilobytes, _ := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64) // ps prints a number
	return kilobytes << 10
}
