package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"

	"bihuan/dev/stack"
)

// installation is what runs from one checkout on one data directory.
type installation struct {
	root, data  string
	listen      string // where the server listens
	workerAt    string // where the worker answers for its health
	publicURL   string
	stack       *stack.Stack
	environment []string
	// kept are variables for the person, in the file, and for no program that goes on running: who owns the
	// tables, for server migrate, and the key that signs exports.
	kept []string
}

// up starts everything, tells what there is, and watches over it until the context ends.
func up(ctx context.Context, root, data string) (err error) {
	i := &installation{
		root: root, data: data,
		listen:   setting("BIHUAN_LISTEN", "127.0.0.1:8080"),
		workerAt: setting("BIHUAN_WORKER_LISTEN", "127.0.0.1:8081"),
	}
	i.publicURL = cmp.Or(foreign("BIHUAN_PUBLIC_URL"), i.ownURL())
	if err := i.startStack(ctx); err != nil {
		return unlessEnded(ctx, err)
	}
	defer func() {
		fmt.Println("stopping; the data stays in", i.data)
		err = errors.Join(err, i.stack.Stop(context.WithoutCancel(ctx)))
	}()
	tokens, err := i.startOurs(ctx)
	if err != nil {
		return unlessEnded(ctx, err)
	}
	i.introduce(tokens)
	i.stack.Supervise(ctx)
	return nil
}

// unlessEnded drops what was interrupted because the person ended it: that is no news.
func unlessEnded(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (i *installation) startStack(ctx context.Context) (err error) {
	options := stack.Options{
		Dir: i.data, Log: os.Stdout,
		WithoutPostgres: foreign("DATABASE_URL") != "",
		WithoutTemporal: foreign("TEMPORAL_ADDRESS") != "",
		Addresses:       map[string]string{"BIHUAN_LISTEN": i.listen, "BIHUAN_WORKER_LISTEN": i.workerAt},
	}
	for _, port := range []struct {
		setting   string
		otherwise int
		to        *int
	}{
		{"POSTGRES_PORT", 54329, &options.PostgresPort},
		{"TEMPORAL_PORT", 7243, &options.TemporalPort},
		{"TEMPORAL_UI_PORT", 8243, &options.TemporalUIPort},
		{"TEMPORAL_METRICS_PORT", 9243, &options.TemporalMetricsPort},
	} {
		text := setting(port.setting, strconv.Itoa(port.otherwise))
		if *port.to, err = strconv.Atoi(text); err != nil || *port.to < 1 || *port.to > 65535 {
			return fmt.Errorf("%s=%s is not a port: a number from 1 to 65535", port.setting, text)
		}
	}
	fmt.Println("starting Postgres and Temporal")
	options.UICodec = i.publicURL + "/codec/" + setting("TEMPORAL_NAMESPACE", "default")
	i.stack, err = stack.Start(ctx, options)
	return err
}

// startOurs builds our programs, brings the database up to date, and starts them. It returns
// the demo community's tokens as the server prints them.
func (i *installation) startOurs(ctx context.Context) (tokens string, err error) {
	if err := i.settle(); err != nil {
		return "", err
	}
	fmt.Println("building server, worker and sim")
	build := i.command(ctx, "go", "build", "-o", i.bin("")+"/", "./server", "./worker", "./sim")
	if _, err := output(build); err != nil {
		return "", err
	}
	fmt.Println("bringing the database up to date")
	migrate := i.command(ctx, i.bin("server"), "migrate")
	migrate.Env = append(migrate.Env, i.kept...)
	if _, err := output(migrate); err != nil {
		return "", err
	}
	seed := i.command(ctx, i.bin("server"), "demo-community", "--tokens", i.tokens())
	if tokens, err = output(seed); err != nil {
		return "", err
	}
	worker := i.add("worker", i.workerAt)
	server := i.add("server", i.listen, "serve")
	return tokens, errors.Join(worker.Start(ctx), server.Start(ctx))
}

// settle decides the environment of our programs and leaves it in a file for others to use, such as make demo.
func (i *installation) settle() error {
	secret := os.Getenv("BIHUAN_TRACKING_SECRET")
	if secret == "" {
		var err error
		if secret, err = stack.Secret(filepath.Join(i.data, "secrets.env"), "BIHUAN_TRACKING_SECRET"); err != nil {
			return err
		}
	}
	keys, err := i.keys()
	if err != nil {
		return err
	}
	published, err := i.exportKey()
	if err != nil {
		return err
	}
	i.environment = []string{
		"DATABASE_URL=" + cmp.Or(foreign("DATABASE_URL"), i.stack.ApplicationURL),
		"TEMPORAL_ADDRESS=" + cmp.Or(foreign("TEMPORAL_ADDRESS"), i.stack.TemporalAddress),
		localPrefix + "DATABASE_URL=" + i.stack.ApplicationURL,
		localPrefix + "TEMPORAL_ADDRESS=" + i.stack.TemporalAddress,
		localPrefix + "BIHUAN_PUBLIC_URL=" + i.ownURL(),
		"TEMPORAL_NAMESPACE=" + setting("TEMPORAL_NAMESPACE", "default"),
		"BIHUAN_LISTEN=" + i.listen,
		"BIHUAN_WORKER_LISTEN=" + i.workerAt,
		"BIHUAN_PUBLIC_URL=" + i.publicURL,
		"BIHUAN_PUBLIC_PER_MINUTE=" + setting("BIHUAN_PUBLIC_PER_MINUTE", "600"), // simulated residents have one address
		"BIHUAN_TRACKING_SECRET=" + secret,
		keys,
		published,
		"BIHUAN_TEMPORAL_UI_ORIGIN=" + setting("BIHUAN_TEMPORAL_UI_ORIGIN", i.stack.TemporalUIURL),
		"BIHUAN_SETTINGS_CACHE=" + filepath.Join(i.data, "settings.json"),
		"BIHUAN_TOKENS=" + i.tokens(),
		"TEMPORAL_CLI=" + cmp.Or(i.stack.TemporalCLI, "temporal"),
		"TEMPORAL_UI=" + i.stack.TemporalUIURL,
	}
	i.kept = append(i.kept, ownerURL+"="+cmp.Or(foreign(ownerURL), i.stack.DatabaseURL), localPrefix+ownerURL+"="+i.stack.DatabaseURL)
	var file bytes.Buffer
	for _, variable := range slices.Concat(i.environment, i.kept) {
		name, value, _ := strings.Cut(variable, "=")
		fmt.Fprintf(&file, "export %s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
	}
	return os.WriteFile(i.environmentFile(), file.Bytes(), 0o600)
}

// keys gives the variable that holds the keys which encrypt what Temporal keeps, or where they are.
func (i *installation) keys() (string, error) {
	for _, name := range []string{"BIHUAN_KEYS", "BIHUAN_KEYS_FILE"} {
		if value := os.Getenv(name); value != "" {
			return name + "=" + value, nil
		}
	}
	value, err := stack.Keep(filepath.Join(i.data, "secrets.env"), "BIHUAN_KEYS", func(random []byte) string {
		return time.Now().UTC().Format("2006-01") + "=" + base64.StdEncoding.EncodeToString(random)
	})
	return "BIHUAN_KEYS=" + value, err
}

// exportKey makes the key that signs exports, and gives the variable with its public half.
func (i *installation) exportKey() (string, error) {
	const private, public = "BIHUAN_EXPORT_KEY", "BIHUAN_EXPORT_PUBLIC_KEY"
	text := os.Getenv(private)
	if text == "" {
		var err error
		if text, err = stack.Secret(filepath.Join(i.data, "secrets.env"), private); err != nil {
			return "", err
		}
	}
	seed, err := hex.DecodeString(text)
	if err != nil || len(seed) != ed25519.SeedSize {
		return "", fmt.Errorf("%s: want 64 hex digits, as bihuan-audit keygen prints", private)
	}
	i.kept = append(i.kept, private+"="+text)
	key := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
	return public + "=" + cmp.Or(os.Getenv(public), hex.EncodeToString(key)), nil
}

// foreign is an address set by the person. One that merely comes from our own environment file, read into the shell
// that starts us again, is none.
func foreign(name string) string {
	if value := os.Getenv(name); value != os.Getenv(localPrefix+name) {
		return value
	}
	return ""
}

const (
	localPrefix = "BIHUAN_LOCAL_"
	ownerURL    = "BIHUAN_MIGRATE_DATABASE_URL"
)

func (i *installation) ownURL() string { return "http://" + dialable(i.listen) }

func (i *installation) environmentFile() string { return filepath.Join(i.data, "stack.env") }

func (i *installation) tokens() string { return filepath.Join(i.data, "tokens") }

func (i *installation) bin(name string) string { return filepath.Join(i.data, "bin", name) }

func (i *installation) add(name, address string, args ...string) *stack.Process {
	return i.stack.Add(stack.Program{
		Name: name, Path: i.bin(name), Args: args, Dir: i.root,
		Env:   append(os.Environ(), i.environment...),
		Ready: func(ctx context.Context) error { return answering(ctx, "http://"+dialable(address)+"/readyz") },
	})
}

func (i *installation) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = i.root, append(os.Environ(), i.environment...)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	return cmd
}

// output runs a command and returns what it printed; an error shows everything it said.
func output(cmd *exec.Cmd) (string, error) {
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w\n%s%s", strings.Join(cmd.Args, " "), err, log.Bytes(), out.Bytes())
	}
	return out.String(), nil
}

func answering(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

// dialable turns an address to listen on into one to call: 0.0.0.0 and none mean this machine.
func dialable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

func (i *installation) introduce(tokens string) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintf(table, "\nBihuan is up.\n\nAPI and its documents\t%s/api/v1/docs\n", i.publicURL)
	if i.stack.Temporal != nil {
		fmt.Fprintf(table, "Temporal Web UI\t%s\n", i.stack.TemporalUIURL)
		fmt.Fprintf(table, "temporal program\t%s\n", i.stack.TemporalCLI)
	}
	fmt.Fprintf(table, "its environment\t. %s\n\n", i.environmentFile())
	for _, process := range i.stack.Processes() {
		fmt.Fprintf(table, "%s\tpid %d\t%s\n", process.Name, process.PID(), process.LogPath())
	}
	table.Flush()
	fmt.Printf("\n%s\nCtrl-C or `make down` stops it.\n", tokens)
}
