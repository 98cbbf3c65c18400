package stack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Program says how to run something.
type Program struct {
	Name string
	Path string
	Args []string
	Env  []string // the whole environment; nil means this process's
	Dir  string   // where it runs; empty means here

	// Ready answers nil once the program does its work. Nil means running is enough.
	Ready func(context.Context) error
	// StopSignal asks it to end in order. 0 means SIGTERM.
	StopSignal syscall.Signal

	before     func() error        // done ahead of each start
	transient  string              // words in the log of a failed start that mean: once more, soon
	credential *syscall.Credential // whom it runs as; nil means ourselves
}

// Process is a program of a stack that can be started, stopped, killed and started again.
type Process struct {
	Program
	dir string

	mu      sync.Mutex
	cmd     *exec.Cmd
	logFrom int64 // where the log of the latest run begins
	exited  chan struct{}
}

const (
	readyWithin = 2 * time.Minute
	stopWithin  = 30 * time.Second
	poll        = 50 * time.Millisecond
	logLimit    = 16 << 20 // bytes
)

// Start runs the program and returns when it is ready. What does not become ready is killed.
func (p *Process) Start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	for {
		err := p.startOnce(ctx)
		if err == nil || p.transient == "" || !strings.Contains(p.tail(10), p.transient) {
			return err
		}
		if pause(ctx, 4*poll) != nil {
			return err
		}
	}
}

func (p *Process) startOnce(ctx context.Context) error {
	if p.PID() != 0 {
		return fmt.Errorf("%s: already runs, pid %d", p.Name, p.PID())
	}
	if p.before != nil {
		if err := p.before(); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	if err := p.spawn(); err != nil {
		return errors.Join(fmt.Errorf("%s: %w", p.Name, err), p.Kill())
	}
	if err := p.awaitReady(ctx); err != nil {
		return errors.Join(fmt.Errorf("%s: %w%s", p.Name, err, quoted(p.tail(10))), p.Kill())
	}
	return nil
}

func (p *Process) spawn() error {
	log, from, err := p.openLog()
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(p.Path, p.Args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.Env, p.Dir, log, log
	// A group of its own: Ctrl-C in the terminal reaches us alone, and we end the parts in order.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: p.credential}
	if err := cmd.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	p.mu.Lock()
	p.cmd, p.logFrom, p.exited = cmd, from, exited
	p.mu.Unlock()
	err = record(p.dir, p.Name, cmd.Process.Pid, p.stopSignal())
	go func() {
		cmd.Wait()
		forget(p.dir, p.Name, cmd.Process.Pid)
		close(exited)
	}()
	return err
}

func (p *Process) awaitReady(ctx context.Context) error {
	exited := p.Exited()
	for {
		select {
		case <-exited:
			return fmt.Errorf("ended while starting (%s)", p.Reason())
		default:
		}
		err := p.askReady(ctx)
		if err == nil {
			return nil
		}
		if ended := pause(ctx, poll); ended != nil {
			return fmt.Errorf("not ready: %w (%w)", err, ended)
		}
	}
}

func (p *Process) askReady(ctx context.Context) error {
	if p.Ready == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return p.Ready(ctx)
}

// Stop asks the program to end and waits; past its time, or once the context is done, it is killed.
func (p *Process) Stop(ctx context.Context) error {
	pid := p.PID()
	if pid == 0 {
		return nil
	}
	if err := syscall.Kill(pid, p.stopSignal()); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop %s: %w", p.Name, err)
	}
	ctx, cancel := context.WithTimeout(ctx, stopWithin)
	defer cancel()
	select {
	case <-p.Exited():
		return nil
	case <-ctx.Done():
		return p.Kill()
	}
}

// Kill ends the program with SIGKILL, as a crash would.
func (p *Process) Kill() error {
	pid := p.PID()
	if pid == 0 {
		return nil
	}
	if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("kill %s: %w", p.Name, err)
	}
	<-p.Exited()
	return nil
}

func (p *Process) stopSignal() syscall.Signal {
	if p.StopSignal == 0 {
		return syscall.SIGTERM
	}
	return p.StopSignal
}

// PID is the running program's process id, 0 when it does not run.
func (p *Process) PID() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return 0
	}
	select {
	case <-p.exited:
		return 0
	default:
		return p.cmd.Process.Pid
	}
}

// Exited is closed when the latest run has ended; it is nil before the first.
func (p *Process) Exited() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exited
}

// Reason says how the latest run ended, such as "exit status 1" or "signal: killed".
func (p *Process) Reason() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.cmd.ProcessState.String()
}

// LogPath is the file with everything the program printed.
func (p *Process) LogPath() string { return logPath(p.dir, p.Name) }

func logPath(dir, name string) string { return filepath.Join(dir, "log", name+".log") }

func (p *Process) openLog() (file *os.File, size int64, err error) {
	path := p.LogPath()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, 0, err
	}
	if info, err := os.Stat(path); err == nil && info.Size() > logLimit {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, 0, err
		}
	} else if err == nil {
		size = info.Size()
	}
	file, err = os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	return file, size, err
}

// tail returns the last lines that the latest run printed.
func (p *Process) tail(lines int) string {
	file, err := os.Open(p.LogPath())
	if err != nil {
		return ""
	}
	defer file.Close()
	p.mu.Lock()
	from := p.logFrom
	p.mu.Unlock()
	if end, err := file.Seek(0, io.SeekEnd); err == nil {
		file.Seek(max(from, end-8<<10), io.SeekStart)
	}
	content, _ := io.ReadAll(file)
	all := bytes.Split(bytes.TrimSpace(content), []byte("\n"))
	return string(bytes.Join(all[max(0, len(all)-lines):], []byte("\n")))
}

// quoted sets the lines of another program apart from ours.
func quoted(text string) string {
	if text == "" {
		return ""
	}
	return "\n    | " + strings.ReplaceAll(text, "\n", "\n    | ")
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}
