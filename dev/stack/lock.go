package stack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// RunningError says that a living stack already uses the directory.
type RunningError struct {
	Dir string
	PID int
}

func (e *RunningError) Error() string {
	return fmt.Sprintf("a stack already runs in %s (pid %d); `make down` stops it", e.Dir, e.PID)
}

// acquire takes the directory for this process. The system gives it free when the process dies, however it dies.
func acquire(dir string) (*os.File, error) {
	file, err := os.OpenFile(lockPath(dir), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, &RunningError{Dir: dir, PID: lockHolder(dir)}
		}
		return nil, fmt.Errorf("lock %s: %w", file.Name(), err)
	}
	_, err = file.WriteAt(fmt.Appendf(nil, "%-10d\n", os.Getpid()), 0) // as wide as any pid: nothing of a longer one is left
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func lockPath(dir string) string { return filepath.Join(dir, "lock") }

func lockHolder(dir string) int {
	content, _ := os.ReadFile(lockPath(dir))
	pid, _ := strconv.Atoi(strings.TrimSpace(string(content)))
	return pid
}

// Down ends the stack that runs in a directory, started by whatever process, and what a dead one left behind.
// It returns when nothing of it runs any more, and says whether anything did.
func Down(ctx context.Context, dir string) (wasRunning bool, err error) {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	lock, err := acquire(dir)
	for signal := syscall.SIGTERM; err != nil; lock, err = acquire(dir) {
		running, ok := errors.AsType[*RunningError](err)
		if !ok {
			return wasRunning, err
		}
		if ctx.Err() != nil {
			signal = syscall.SIGKILL
		}
		if !wasRunning || signal == syscall.SIGKILL {
			if err := syscall.Kill(running.PID, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
				return true, fmt.Errorf("stop pid %d: %w", running.PID, err)
			}
		}
		wasRunning = true
		time.Sleep(100 * time.Millisecond)
	}
	strays := len(recorded(dir)) > 0
	return wasRunning || strays, errors.Join(stopStrays(dir, &speaker{}), lock.Close())
}

const throwawayPrefix = "bihuan-stack-"

// sweep removes throwaway stacks whose process died without stopping them.
func sweep(say *speaker) {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), throwawayPrefix+"*"))
	for _, dir := range dirs {
		made, err := os.Stat(lockPath(dir))
		if err != nil || time.Since(made.ModTime()) < time.Minute { // it may be about to be locked
			continue
		}
		if lock, err := acquire(dir); err == nil {
			stopStrays(dir, say)
			removeDir(dir)
			lock.Close()
		}
	}
}

func removeDir(dir string) error {
	if outside, err := os.Readlink(filepath.Join(dir, postgresName)); err == nil {
		if err := os.RemoveAll(outside); err != nil {
			return err
		}
	}
	return os.RemoveAll(dir)
}
