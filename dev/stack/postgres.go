package stack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

const (
	postgresName = "postgres"
	postgresUser = "bihuan" // also the database
	// applicationUser is whom the programs connect as; server migrate makes it.
	applicationUser = "bihuan_app"
)

// cluster is a Postgres data directory and who may touch it.
type cluster struct {
	home      string // holds the data, the password and the socket
	binaries  postgresBinaries
	owner     *syscall.Credential
	throwaway bool
}

func (c cluster) data() string     { return filepath.Join(c.home, "data") }
func (c cluster) password() string { return filepath.Join(c.home, "password") }

func (s *Stack) startPostgres(ctx context.Context, options Options) error {
	c, err := s.prepareCluster(ctx)
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	password, err := Secret(c.password(), "PASSWORD")
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	applicationPassword, err := Secret(c.password(), "APPLICATION_PASSWORD")
	if err != nil {
		return fmt.Errorf("postgres: %w", err)
	}
	s.Postgres = s.Add(Program{
		Name:       postgresName,
		Path:       c.binaries.path("postgres"),
		Args:       c.arguments(options.PostgresPort),
		Env:        c.environment(),
		Dir:        c.home,
		StopSignal: syscall.SIGINT, // "fast": does not wait for clients to leave
		before:     c.removeStaleLocks,
		transient:  "shared memory block",
		credential: c.owner,
	})
	s.Postgres.Ready = func(context.Context) error { return c.accepting(s.Postgres.PID()) }
	at := func(user, password string) string {
		return fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", user, password, local(options.PostgresPort), postgresUser)
	}
	s.DatabaseURL, s.ApplicationURL = at(postgresUser, password), at(applicationUser, applicationPassword)
	return s.Postgres.Start(ctx)
}

func (s *Stack) prepareCluster(ctx context.Context) (cluster, error) {
	own := filepath.Join(s.Dir, postgresName)
	owner, err := account(filepath.Join(own, "data"))
	if err != nil {
		return cluster{}, err
	}
	c := cluster{owner: owner, throwaway: s.throwaway}
	if c.home, err = reachable(own, owner); err != nil {
		return c, err
	}
	if c.home != own {
		s.say.line("postgres: runs as uid %d, which may not enter %s; its data is in %s", owner.Uid, s.Dir, c.home)
	}
	if c.binaries, err = findPostgres(ctx, c.major(), owner, s.say); err != nil {
		return c, err
	}
	if c.major() != 0 {
		return c, nil
	}
	return c, c.create(ctx)
}

// major is the version that made the data, 0 where there is none.
func (c cluster) major() int {
	content, _ := os.ReadFile(filepath.Join(c.data(), "PG_VERSION"))
	major, _ := strconv.Atoi(strings.TrimSpace(string(content)))
	return major
}

// create makes the cluster and its database beside its place and moves it there when whole: being
// killed meanwhile leaves nothing half-made.
func (c cluster) create(ctx context.Context) error {
	unfinished := c.data() + ".new"
	if err := c.makeHome(); err != nil {
		return err
	}
	password, err := Secret(c.password(), "PASSWORD")
	if err != nil {
		return err
	}
	if err := c.initialise(ctx, unfinished, password); err != nil {
		return err
	}
	if err := c.createDatabase(ctx, unfinished); err != nil {
		return err
	}
	return os.Rename(unfinished, c.data())
}

func (c cluster) makeHome() error {
	if err := os.MkdirAll(c.home, 0o755); err != nil || c.owner == nil {
		return err
	}
	return os.Chown(c.home, int(c.owner.Uid), int(c.owner.Gid))
}

// locales are tried in turn: not every system has C.UTF-8, and not every Postgres brings its own.
var locales = [][]string{
	{"--locale=C.UTF-8"},
	{"--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"},
	{"--locale=C"},
}

func (c cluster) initialise(ctx context.Context, data, password string) error {
	file, err := c.passwordFile(password)
	if err != nil {
		return err
	}
	defer os.Remove(file)
	args := []string{"-D", data, "-U", postgresUser, "-E", "UTF8", "--auth=scram-sha-256", "--pwfile=" + file, "--no-instructions"}
	if c.throwaway {
		args = append(args, "--no-sync")
	}
	var failures []error
	for _, locale := range locales {
		if err := os.RemoveAll(data); err != nil {
			return err
		}
		err := c.run(ctx, "", "initdb", append(args, locale...)...)
		if err == nil || ctx.Err() != nil {
			return err
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}

// passwordFile holds the password for initdb, which may run as somebody else and must be able to read it.
func (c cluster) passwordFile(password string) (string, error) {
	path := filepath.Join(c.home, "initdb-password")
	err := os.WriteFile(path, []byte(password+"\n"), 0o600)
	if err == nil && c.owner != nil {
		err = os.Chown(path, int(c.owner.Uid), int(c.owner.Gid))
	}
	return path, err
}

// createDatabase speaks to the single-user server, which needs no running one and no client.
func (c cluster) createDatabase(ctx context.Context, data string) error {
	return c.run(ctx, "CREATE DATABASE "+postgresUser+"\n", "postgres", "--single", "-D", data, "postgres")
}

func (c cluster) run(ctx context.Context, input, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, c.binaries.path(program), args...)
	cmd.Dir, cmd.Env, cmd.Stdin = c.home, c.environment(), strings.NewReader(input)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: c.owner}
	out, err := cmd.CombinedOutput()
	if err == nil && bytes.Contains(out, []byte("ERROR:")) { // the single-user server ends with 0 all the same
		err = errors.New("refused")
	}
	if err != nil {
		return fmt.Errorf("%s: %w%s", program, err, quoted(strings.TrimSpace(string(out))))
	}
	return nil
}

// environment leaves out the PG variables, which would change what the programs do.
func (c cluster) environment() []string {
	kept := []string{"LC_ALL=C", "HOME=" + c.home}
	for _, name := range []string{"PATH", "TZ", "TMPDIR", "LD_PRELOAD", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"} {
		if value, ok := os.LookupEnv(name); ok {
			kept = append(kept, name+"="+value)
		}
	}
	return kept
}

func (c cluster) arguments(port int) []string {
	args := []string{
		"-D", c.data(), "-p", strconv.Itoa(port),
		"-c", "listen_addresses=127.0.0.1",
		"-c", "unix_socket_directories=" + c.socketDir(port),
	}
	if c.throwaway {
		args = append(args, "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off")
	}
	return args
}

// socketDir is quoted for Postgres's list of them, and empty, meaning none, where the path would be too long for a socket.
func (c cluster) socketDir(port int) string {
	const longest = 103 // bytes, on macOS
	if len(fmt.Sprintf("%s/.s.PGSQL.%d", c.home, port)) > longest {
		return ""
	}
	return `"` + strings.ReplaceAll(c.home, `"`, `""`) + `"`
}

// accepting reads what Postgres itself keeps up to date for pg_ctl: its pid on line 1, its state on line 8.
func (c cluster) accepting(pid int) error {
	content, err := os.ReadFile(c.lockFile())
	if err != nil {
		return err
	}
	lines := strings.Split(string(content), "\n")
	if len(lines) < 8 || lines[0] != strconv.Itoa(pid) || strings.TrimSpace(lines[7]) != "ready" {
		return errors.New("does not accept connections yet")
	}
	return nil
}

func (c cluster) lockFile() string { return filepath.Join(c.data(), "postmaster.pid") }

// removeStaleLocks removes the lock files of a server that was killed: Postgres would take one whose pid somebody else
// has by now, or that nobody has buried yet, for a living server. Its shared memory still keeps it
// from starting beside a real one.
func (c cluster) removeStaleLocks() error {
	for _, path := range append(matching(c.home, ".s.PGSQL.*.lock"), c.lockFile()) {
		content, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		first, _, _ := strings.Cut(string(content), "\n")
		pid, _ := strconv.Atoi(first)
		if born(pid) != "" && strings.Contains(commandLine(pid), c.data()) {
			continue
		}
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return nil
}
