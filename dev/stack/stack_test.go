package stack_test

import (
	"context"
	"errors"
	"log"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"bihuan/dev/stack"

	"github.com/jackc/pgx/v5"
)

// TestDataOutlivesKillsAndStops covers what make up promises: after kill -9 of the parts, and after a stop, all data is there.
func TestDataOutlivesKillsAndStops(t *testing.T) {
	ctx, dir := t.Context(), sharedDir(t)
	s := start(t, stack.Options{Dir: dir})
	query(t, s, "CREATE TABLE kept AS SELECT '投诉' AS word")
	temporal(t, s, "workflow", "start", "--type", "Kept", "--task-queue", "nobody", "--workflow-id", "kept")

	for _, part := range []*stack.Process{s.Postgres, s.Temporal} {
		if err := errors.Join(part.Kill(), part.Start(ctx)); err != nil {
			t.Fatal(err)
		}
	}
	expectKept(t, s)
	if err := s.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	expectKept(t, start(t, stack.Options{Dir: dir}))
}

func expectKept(t *testing.T, s *stack.Stack) {
	t.Helper()
	if word := query(t, s, "SELECT word FROM kept"); word != "投诉" {
		t.Errorf("the table holds %q", word)
	}
	temporal(t, s, "workflow", "describe", "--workflow-id", "kept") // fails the test if there is none
}

func TestDatabaseIsForChineseText(t *testing.T) {
	s := start(t, stack.Options{WithoutTemporal: true})
	if encoding := query(t, s, "SHOW server_encoding"); encoding != "UTF8" {
		t.Errorf("encoding is %s", encoding)
	}
	wrong := strings.Replace(s.DatabaseURL, "@", "x@", 1)
	if _, err := pgx.Connect(t.Context(), wrong); err == nil {
		t.Error("a wrong password was let in")
	}
}

func TestThrowawayLeavesNothing(t *testing.T) {
	s := start(t, stack.Options{})
	pids := []int{s.Postgres.PID(), s.Temporal.PID()}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", s.Dir, err)
	}
	for _, pid := range pids {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("pid %d still runs", pid)
		}
	}
}

func TestTakenPortsAreNamed(t *testing.T) {
	postgres, server := listen(t), listen(t)
	_, err := stack.Start(t.Context(), stack.Options{
		PostgresPort:    port(postgres),
		WithoutTemporal: true,
		Addresses:       map[string]string{"BIHUAN_LISTEN": server.Addr().String()},
	})
	for _, expected := range []string{
		postgres.Addr().String(), "POSTGRES_PORT", server.Addr().String(), "BIHUAN_LISTEN", "pid " + strconv.Itoa(os.Getpid()),
	} {
		if err == nil || !strings.Contains(err.Error(), expected) {
			t.Errorf("%q is missing in: %v", expected, err)
		}
	}
}

func TestOneStackADirectory(t *testing.T) {
	dir := sharedDir(t)
	options := stack.Options{Dir: dir, WithoutPostgres: true, WithoutTemporal: true}
	s := start(t, options)
	_, err := stack.Start(t.Context(), options)
	if running, ok := errors.AsType[*stack.RunningError](err); !ok || running.PID != os.Getpid() {
		t.Errorf("the second start said: %v", err)
	}
	if err := s.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	start(t, options)
}

func TestSuperviseStartsTheDeadAgain(t *testing.T) {
	said := make(lines, 100)
	s := start(t, stack.Options{WithoutPostgres: true, WithoutTemporal: true, Log: said})
	p := sleeper(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { s.Supervise(ctx); close(done) }()

	first := p.PID()
	if err := syscall.Kill(first, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	said.await(t, "runs again")
	if second := p.PID(); second == 0 || second == first {
		t.Errorf("pid was %d and is %d", first, second)
	}
	cancel()
	<-done
}

// TestOrphansAreStopped plays kill -9 of the supervisor: another process starts a program in the directory and dies.
func TestOrphansAreStopped(t *testing.T) {
	for name, clean := range map[string]func(dir string) error{
		"by the next start": func(dir string) error {
			s, err := stack.Start(t.Context(), stack.Options{Dir: dir, WithoutPostgres: true, WithoutTemporal: true})
			if err != nil {
				return err
			}
			return s.Stop(t.Context())
		},
		"by down": func(dir string) error {
			_, err := stack.Down(t.Context(), dir)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := sharedDir(t)
			supervisor(t, dir, "killed").Wait()
			if orphans := stack.Running(dir); len(orphans) != 1 {
				t.Fatalf("left behind: %v", orphans)
			}
			if err := clean(dir); err != nil {
				t.Fatal(err)
			}
			if left := stack.Running(dir); len(left) != 0 {
				t.Errorf("still runs: %v", left)
			}
		})
	}
}

// The test program itself plays a supervisor of its own when told so.
const (
	superviseDir = "STACK_TEST_SUPERVISE" // the directory
	superviseEnd = "STACK_TEST_END"       // how it ends: "killed" or "asked"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(superviseDir); dir != "" {
		beSupervisor(dir, os.Getenv(superviseEnd))
		return
	}
	os.Exit(m.Run())
}

func beSupervisor(dir, end string) {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	s, err := stack.Start(ctx, stack.Options{Dir: dir, WithoutPostgres: true, WithoutTemporal: true})
	if err == nil {
		err = s.Add(stack.Program{Name: "sleeper", Path: "/bin/sleep", Args: []string{"600"}}).Start(ctx)
	}
	if err != nil {
		log.Fatal(err)
	}
	if end == "killed" {
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	os.Stdout.WriteString("up\n")
	<-ctx.Done()
	if err := s.Stop(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func supervisor(t *testing.T, dir, end string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), superviseDir+"="+dir, superviseEnd+"="+end)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	out.Read(make([]byte, 1)) // until it is up, or dead
	return cmd
}

func TestDownStopsALivingSupervisor(t *testing.T) {
	dir := sharedDir(t)
	supervisor := supervisor(t, dir, "asked")
	if wasRunning, err := stack.Down(t.Context(), dir); err != nil || !wasRunning {
		t.Errorf("down: %t, %v", wasRunning, err)
	}
	if err := supervisor.Wait(); err != nil {
		t.Errorf("the supervisor did not stop in order: %v", err)
	}
	if wasRunning, err := stack.Down(t.Context(), dir); err != nil || wasRunning {
		t.Errorf("down again: %t, %v", wasRunning, err)
	}
}

func TestAFailedStartShowsTheLog(t *testing.T) {
	s := start(t, stack.Options{WithoutPostgres: true, WithoutTemporal: true})
	p := s.Add(stack.Program{
		Name: "broken", Path: "/bin/sh", Args: []string{"-c", "echo the cause; exit 3"},
		Ready: func(context.Context) error { return errors.New("never") },
	})
	err := p.Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "the cause") || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("the error says: %v", err)
	}
}

func TestSecretIsMadeOnceAndPrivate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets.env")
	first, err := stack.Secret(path, "A")
	if err != nil {
		t.Fatal(err)
	}
	other, err := stack.Secret(path, "B")
	if err != nil || other == first {
		t.Fatalf("another secret: %v", err)
	}
	kept, err := stack.Keep(path, "C", func(random []byte) string { return "id=" + strconv.Itoa(len(random)) })
	if err != nil || kept != "id=32" {
		t.Errorf("a secret written in another way is %q: %v", kept, err)
	}
	if again, err := stack.Keep(path, "C", nil); err != nil || again != kept {
		t.Errorf("it became %q: %v", again, err)
	}
	if again, err := stack.Secret(path, "A"); err != nil || again != first {
		t.Errorf("%q became %q: %v", first, again, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func start(t *testing.T, options stack.Options) *stack.Stack {
	t.Helper()
	s, err := stack.Start(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Stop(context.Background()) })
	return s
}

// sharedDir is a directory that other users may pass through, as root's Postgres has to. t.TempDir's are not.
func sharedDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "stack test ")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o711); err != nil {
		t.Fatal(err)
	}
	return dir
}

func query(t *testing.T, s *stack.Stack, sql string) (value string) {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), s.DatabaseURL)
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close(t.Context())
	if err := connection.QueryRow(t.Context(), sql).Scan(&value); err != nil && !errors.Is(err, pgx.ErrNoRows) {
		t.Fatal(err)
	}
	return value
}

func temporal(t *testing.T, s *stack.Stack, args ...string) {
	t.Helper()
	out, err := exec.Command(s.TemporalCLI, append(args, "--address", s.TemporalAddress)...).CombinedOutput()
	if err != nil {
		t.Fatalf("temporal %v: %v\n%s", args, err, out)
	}
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener
}

func port(listener net.Listener) int { return listener.Addr().(*net.TCPAddr).Port }

func sleeper(t *testing.T, s *stack.Stack) *stack.Process {
	t.Helper()
	p := s.Add(stack.Program{Name: "sleeper", Path: "/bin/sleep", Args: []string{"600"}})
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

// lines lets a test wait for something that the stack says.
type lines chan string

func (l lines) Write(line []byte) (int, error) {
	l <- string(line)
	return len(line), nil
}

func (l lines) await(t *testing.T, words string) {
	t.Helper()
	for timeout := time.After(time.Minute); ; {
		select {
		case line := <-l:
			if strings.Contains(line, words) {
				return
			}
		case <-timeout:
			t.Fatalf("nothing was said of %q", words)
		}
	}
}
