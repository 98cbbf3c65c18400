// Package system runs the whole of Bihuan on this machine, the real programs as processes of their
// own, for the end-to-end tests, the stored histories and the benchmarks.
package system

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"bihuan/dev/stack"
)

// TrackingSecret is the key of the tracking links here.
const TrackingSecret = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

// Keys encrypt what Temporal keeps here; the first is the current one.
const Keys = "2026-11=ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="

// ExportKey signs exports here, and ExportPublicKey is what the server publishes for verifying them.
const (
	ExportKey       = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a"
	ExportPublicKey = "0d7550754e0800a5d237eef5826035766b9b3e5a15868a940ab289958788e3b0"
)

// Options say where a system keeps its data and what it stands on.
type Options struct {
	// Dir holds data and logs, and the staff's tokens unless Tokens names another file.
	Dir, Tokens string
	// Programs holds worker, server and bihuan-audit, as Build leaves them there.
	Programs string
	// DatabaseURL and TemporalAddress replace the parts that would be started here.
	DatabaseURL, TemporalAddress string
	// ApplicationURL goes with DatabaseURL; without it both are one role.
	ApplicationURL string
	TemporalArgs   []string
	// Settings (YAML) are those that the system begins with; without them it is the shipped ones.
	Settings []byte
	// Env is added to the environment of worker and server.
	Env []string
	Log io.Writer
}

// System is Bihuan running: Postgres, Temporal, worker and server.
type System struct {
	Stack          *stack.Stack
	Worker, Server *stack.Process
	URL            string
	// DatabaseURL is the owner's; ApplicationURL is what the programs have.
	DatabaseURL     string
	ApplicationURL  string
	TemporalAddress string
	Temporal        client.Client

	options Options
	env     []string
	tokens  map[string]string // of the staff, by their ID
	http    *http.Client
}

// Build compiles worker, server and bihuan-audit into a directory.
func Build(ctx context.Context, dir string) error {
	root, err := stack.Root()
	if err != nil {
		return err
	}
	build := exec.CommandContext(ctx, "go", "build", "-o", dir+string(filepath.Separator), "./worker", "./server", "./audit/bihuan-audit")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// TempDir makes a directory through which Postgres may pass, whoever it runs as.
func TempDir() (string, error) {
	dir, err := os.MkdirTemp("", "bihuan-e2e-")
	if err != nil {
		return "", err
	}
	return dir, os.Chmod(dir, 0o711)
}

// Start brings everything up, with the demo community's staff, and returns when it answers.
func Start(ctx context.Context, options Options) (*System, error) {
	parts, err := stack.Start(ctx, stack.Options{
		Dir: options.Dir, Log: options.Log, TemporalArgs: options.TemporalArgs,
		WithoutPostgres: options.DatabaseURL != "", WithoutTemporal: options.TemporalAddress != "",
	})
	if err != nil {
		return nil, err
	}
	s := &System{
		Stack: parts, options: options, http: httpClient(),
		DatabaseURL:     cmp.Or(options.DatabaseURL, parts.DatabaseURL),
		ApplicationURL:  cmp.Or(options.ApplicationURL, options.DatabaseURL, parts.ApplicationURL),
		TemporalAddress: cmp.Or(options.TemporalAddress, parts.TemporalAddress),
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Stop(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func (s *System) start(ctx context.Context) error {
	settings, err := writeSettings(s.options.Dir, s.options.Settings)
	if err != nil {
		return err
	}
	server, worker := address(), address()
	s.URL = "http://" + server
	s.env = append([]string{
		"DATABASE_URL=" + s.ApplicationURL, "TEMPORAL_ADDRESS=" + s.TemporalAddress, "TEMPORAL_NAMESPACE=default",
		"BIHUAN_LISTEN=" + server, "BIHUAN_WORKER_LISTEN=" + worker, "BIHUAN_PUBLIC_URL=" + s.URL, "BIHUAN_SETTINGS=" + settings,
		"BIHUAN_TRACKING_SECRET=" + TrackingSecret, "BIHUAN_KEYS=" + Keys, "BIHUAN_EXPORT_PUBLIC_KEY=" + ExportPublicKey, "LOG_LEVEL=warn",
	}, s.options.Env...)
	if s.Temporal, err = client.NewLazyClient(client.Options{HostPort: s.TemporalAddress, Logger: silent{}}); err != nil {
		return err
	}
	if _, err := s.run(ctx, "migrate", "--owner-database", s.DatabaseURL); err != nil {
		return err
	}
	if err := s.meet(ctx); err != nil {
		return err
	}
	s.Worker = s.add("worker", "http://"+worker)
	s.Server = s.add("server", s.URL, "serve")
	return errors.Join(s.Worker.Start(ctx), s.Server.Start(ctx))
}

func address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(stack.FreePort())) }

func (s *System) add(name, url string, args ...string) *stack.Process {
	return s.Stack.Add(stack.Program{
		Name: name, Path: filepath.Join(s.options.Programs, name), Args: args, Env: append(os.Environ(), s.env...),
		Ready: func(ctx context.Context) error { return s.answers(ctx, url+"/readyz") },
	})
}

func (s *System) answers(ctx context.Context, url string) error {
	a, err := Client{HTTP: s.http}.Do(ctx, http.MethodGet, url, nil)
	if err == nil && a.Status != http.StatusOK {
		return fmt.Errorf("%s answers %d", url, a.Status)
	}
	return err
}

// run runs the server's program for a subcommand and gives what it printed.
func (s *System) run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, filepath.Join(s.options.Programs, "server"), args...)
	cmd.Env = append(os.Environ(), s.env...)
	said, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("server %s: %w\n%s", strings.Join(args, " "), err, said)
	}
	return string(said), nil
}

// Stop ends everything.
func (s *System) Stop(ctx context.Context) error {
	if s.Temporal != nil {
		s.Temporal.Close()
	}
	return s.Stack.Stop(ctx)
}

// KillAll ends every process with SIGKILL, as a power cut would.
func (s *System) KillAll() error {
	var failed []error
	for _, p := range s.Stack.Processes() {
		failed = append(failed, p.Kill())
	}
	return errors.Join(failed...)
}

// StartAll starts every process again, in order.
func (s *System) StartAll(ctx context.Context) error {
	for _, p := range s.Stack.Processes() {
		if err := p.Start(ctx); err != nil {
			return err
		}
	}
	return nil
}

// httpClient keeps enough connections for many callers at once.
func httpClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256
	return &http.Client{Transport: transport, Timeout: 30 * time.Second}
}

// silent keeps the Temporal client from writing into the output of tests and benchmarks.
type silent struct{}

func (silent) Debug(string, ...any) {}
func (silent) Info(string, ...any)  {}
func (silent) Warn(string, ...any)  {}
func (silent) Error(string, ...any) {}

var _ log.Logger = silent{}
