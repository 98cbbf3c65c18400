package stack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

const temporalName = "temporal"

func (s *Stack) startTemporal(ctx context.Context, options Options) error {
	cli, err := findTemporal(ctx, s.say)
	if err != nil {
		return fmt.Errorf("temporal: %w", err)
	}
	home := filepath.Join(s.Dir, "temporal")
	if err := os.MkdirAll(home, 0o755); err != nil {
		return err
	}
	s.TemporalCLI = cli
	s.TemporalAddress = local(options.TemporalPort)
	s.TemporalUIURL = "http://" + local(options.TemporalUIPort)
	s.TemporalMetricsURL = "http://" + local(options.TemporalMetricsPort) + "/metrics"
	if options.UICodec != "" {
		if s.ui, err = webUI(local(options.TemporalUIPort), local(options.behindUI)); err != nil {
			return fmt.Errorf("TEMPORAL_UI_PORT: %w", err)
		}
		options.TemporalUIPort = options.behindUI
		options.TemporalArgs = append([]string{"--ui-codec-endpoint", options.UICodec}, options.TemporalArgs...)
	}
	database := database{filepath.Join(home, "temporal.db")}
	s.Temporal = s.Add(Program{
		Name:   temporalName,
		Path:   cli,
		Args:   temporalArguments(options, database),
		Dir:    home,
		before: database.removeUnfinished,
		Ready: func(ctx context.Context) error {
			return errors.Join(serving(ctx, s.TemporalAddress), database.finished())
		},
	})
	return s.Temporal.Start(ctx)
}

func temporalArguments(options Options, database database) []string {
	return append([]string{
		"server", "start-dev", "--log-level", "error", "--ip", "127.0.0.1",
		"--port", strconv.Itoa(options.TemporalPort),
		"--ui-port", strconv.Itoa(options.TemporalUIPort),
		"--metrics-port", strconv.Itoa(options.TemporalMetricsPort),
		"--db-filename", filepath.Base(database.path), // no path: SQLite would read meaning into some characters
		// With its own journal SQLite waits for the disk several times a transaction. This way
		// a crash of the process still loses nothing.
		"--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL",
	}, options.TemporalArgs...)
}

// database is Temporal's file. Temporal sets up its schema only when the file is missing, so one that a kill left
// without a whole schema would never work; a mark beside it tells the difference.
type database struct{ path string }

func (d database) mark() string { return d.path + ".complete" }

func (d database) finished() error { return os.WriteFile(d.mark(), nil, 0o644) }

func (d database) removeUnfinished() error {
	if _, err := os.Stat(d.mark()); err == nil {
		return nil
	}
	for _, file := range matching(filepath.Dir(d.path), filepath.Base(d.path)+"*") {
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	return nil
}

// findTemporal takes the temporal program on PATH, or builds the version that dev/temporal pins.
func findTemporal(ctx context.Context, say *speaker) (string, error) {
	if path, err := exec.LookPath("temporal"); err == nil {
		return filepath.Abs(path)
	}
	cache, err := cacheDir()
	if err != nil {
		return "", err
	}
	root, err := Root()
	if err != nil {
		return "", err
	}
	module := filepath.Join(root, "dev", "temporal")
	sums, err := os.ReadFile(filepath.Join(module, "go.sum"))
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("temporal-%s-%s-%.6x", runtime.GOOS, runtime.GOARCH, sha256.Sum256(sums))
	path := filepath.Join(cache, name)
	return path, once(ctx, cache, name, path, func() error {
		say.line("temporal: not found on this machine; building it, which takes a few minutes, once")
		return buildTemporal(ctx, module, path)
	})
}

func buildTemporal(ctx context.Context, module, path string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path+".new", "github.com/temporalio/cli/cmd/temporal")
	cmd.Dir = module
	cmd.Env = append(os.Environ(), "GOWORK=off")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build it: %w%s", err, quoted(strings.TrimSpace(string(out))))
	}
	return os.Rename(path+".new", path)
}

// serving asks Temporal's gRPC health check, whose messages are small enough to write by hand.
func serving(ctx context.Context, address string) error {
	const service = "temporal.api.workflowservice.v1.WorkflowService"
	message := append([]byte{0x0a, byte(len(service))}, service...) // field 1: the service
	frame := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost,
		"http://"+address+"/grpc.health.v1.Health/Check", bytes.NewReader(append(frame, message...)))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/grpc")
	request.Header.Set("TE", "trailers")
	transport := &http.Transport{Protocols: new(http.Protocols)}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if serving := []byte{0, 0, 0, 0, 2, 0x08, 1}; !bytes.Equal(answer, serving) { // field 1: SERVING
		return fmt.Errorf("health check: status %s %s", response.Trailer.Get("Grpc-Status"), response.Trailer.Get("Grpc-Message"))
	}
	return nil
}
