// Package clock runs programs as if the machine's clock had been set to another time.
//
// Go reads the time without libc, out of reach of tools that replace libc's functions: what the go command builds
// here is built with a package time that adds an offset. Programs that ask libc, as Postgres does, get a library
// loaded before it that adds the same. Clocks for measuring, timers and the times of files stay as they are.
package clock

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// offset names the environment variable that the replaced package time reads: seconds ahead of the real clock.
const offset = "BIHUAN_CLOCK_OFFSET"

// Run runs a program, whose clock and whose children's clocks go on from an instant. It needs Linux and a C compiler.
//
// What is built for it is kept in a directory, as are Temporal and Postgres where the machine has none: a Temporal
// built at the real time would keep to that.
func Run(ctx context.Context, dir string, from time.Time, program string, args ...string) error {
	if runtime.GOOS != "linux" {
		return fmt.Errorf("another clock is for Linux, not for %s", runtime.GOOS)
	}
	overlay, err := writeOverlay(ctx, dir)
	if err != nil {
		return fmt.Errorf("overlay of package time: %w", err)
	}
	temp, err := os.MkdirTemp("", "bihuan-clock-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(temp) }() // what is left of it is only waste
	seconds, err := ahead(from)
	if err != nil {
		return err
	}
	library, err := buildLibrary(ctx, temp, seconds)
	if err != nil {
		return fmt.Errorf("library before libc: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Env = append(os.Environ(), offset+"="+seconds, "LD_PRELOAD="+library, "BIHUAN_CACHE="+dir,
		strings.TrimSpace("GOFLAGS="+os.Getenv("GOFLAGS")+" '-overlay="+overlay+"'"))
	return cmd.Run()
}

// ahead is how many seconds an instant is ahead of the machine's clock, which time.Now may no longer show.
func ahead(at time.Time) (string, error) {
	var now syscall.Timeval
	err := syscall.Gettimeofday(&now)
	seconds, _ := now.Unix()
	return strconv.FormatInt(at.Unix()-seconds, 10), err
}

const (
	reading = "sec, nsec, mono := runtimeNow()" // in time.Now
	shifted = reading + "\n\tsec += wallOffset"

	shift = `package time

import "syscall"

// wallOffset is how many seconds Now is ahead of the machine's clock.
var wallOffset = readOffset()

func readOffset() int64 {
	seconds, _ := syscall.Getenv("` + offset + `")
	offset, _ := atoi(seconds)
	return int64(offset)
}
`
)

// writeOverlay writes a package time that adds the offset, for go build's -overlay, and returns the file to hand it.
func writeOverlay(ctx context.Context, dir string) (string, error) {
	root, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return "", err
	}
	source := filepath.Join(strings.TrimSpace(string(root)), "src", "time")
	original, err := os.ReadFile(filepath.Join(source, "time.go"))
	if err != nil {
		return "", err
	}
	if strings.Count(string(original), reading) != 1 {
		return "", fmt.Errorf("time.Now of this Go does not read %q", reading)
	}
	replace := map[string]string{
		filepath.Join(source, "time.go"):   filepath.Join(dir, "time.go"),
		filepath.Join(source, "offset.go"): filepath.Join(dir, "offset.go"),
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	path := filepath.Join(dir, "overlay.json")
	return path, errors.Join(err, os.MkdirAll(dir, 0o755),
		os.WriteFile(filepath.Join(dir, "time.go"), []byte(strings.Replace(string(original), reading, shifted, 1)), 0o644),
		os.WriteFile(filepath.Join(dir, "offset.go"), []byte(shift), 0o644),
		os.WriteFile(path, overlay, 0o644))
}

//go:embed libc/clock.c
var librarySource string

// buildLibrary compiles the library where everybody may read it: Postgres may run as another user.
func buildLibrary(ctx context.Context, dir, seconds string) (string, error) {
	compiler, err := exec.CommandContext(ctx, "go", "env", "CC").Output()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "clock.so")
	cc := exec.CommandContext(ctx, strings.TrimSpace(string(compiler)),
		"-shared", "-fPIC", "-DOFFSET="+seconds, "-o", path, "-x", "c", "-")
	cc.Stdin = strings.NewReader(librarySource)
	if out, err := cc.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, errors.Join(os.Chmod(dir, 0o711), os.Chmod(path, 0o644))
}
