// Command worker runs the workflows and activities of Bihuan. Run as many as needed.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/caarlos0/env/v11"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"bihuan/notify"
	"bihuan/temporal"
	"bihuan/temporal/encryption"
	"bihuan/workflows"
)

// configuration comes from the environment.
type configuration struct {
	Database string `env:"DATABASE_URL,required,notEmpty"`
	Listen   string `env:"BIHUAN_WORKER_LISTEN" envDefault:"127.0.0.1:8081"`
	Settings string `env:"BIHUAN_SETTINGS"`
	LogLevel string `env:"LOG_LEVEL" envDefault:"info"`
	// CachedCases is how many open cases the worker keeps in memory; the others are replayed when they wake.
	CachedCases int `env:"BIHUAN_CACHED_CASES" envDefault:"2000"`
	notify.Configuration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		slog.Error("worker stopped", "cause", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	c, err := env.ParseAs[configuration]()
	if err != nil {
		return err
	}
	logger := newLogger(c.LogLevel)
	client, err := temporal.ConnectWorker(logger)
	if err != nil {
		return err
	}
	defer client.Close()
	act, err := newActivities(ctx, c, client, logger)
	if err != nil {
		return err
	}
	defer act.close()
	return serve(ctx, c, logger, newWorker(c, client, act), client)
}

func newLogger(level string) *slog.Logger {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	logger := slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: l}))
	slog.SetDefault(logger)
	return logger
}

// newWorker registers everything. Pollers scale with the backlog: many deadlines can fall due together. H7
func newWorker(c configuration, client *temporal.Client, act *sideEffects) worker.Worker {
	worker.SetStickyWorkflowCacheSize(c.CachedCases)
	w := worker.New(client.SDK, workflows.TaskQueue, worker.Options{
		WorkflowTaskPollerBehavior: worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{}),
		ActivityTaskPollerBehavior: worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{}),
		WorkerStopTimeout:          10 * time.Second,
	})
	workflows.Register(w)
	w.RegisterWorkflowWithOptions(workflows.Erasure, workflow.RegisterOptions{Name: workflows.ErasureType})
	w.RegisterWorkflowWithOptions(workflows.Move, workflow.RegisterOptions{Name: workflows.MoveType})
	w.RegisterWorkflowWithOptions(workflows.Surveys, workflow.RegisterOptions{Name: workflows.SurveysType})
	w.RegisterWorkflowWithOptions(workflows.Statistics, workflow.RegisterOptions{Name: workflows.StatisticsType})
	w.RegisterActivity(act.cases)
	w.RegisterActivity(act.erasure)
	w.RegisterActivity(act.figures)
	w.RegisterActivity(act.surveys)
	w.RegisterActivity(act.move)
	return w
}

// serve runs the worker, trying again until Temporal is there, and its health page until ctx ends.
func serve(ctx context.Context, c configuration, logger *slog.Logger, w worker.Worker, client *temporal.Client) error {
	page := &http.Server{Addr: c.Listen, Handler: healthPage(client), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- page.ListenAndServe() }()
	defer func() { _ = page.Close() }()
	for {
		err := start(ctx, w, client)
		if err == nil {
			break
		}
		if key := (*encryption.KeyError)(nil); errors.As(err, &key) {
			return err
		}
		logger.Warn("Temporal is not there yet; trying again", "cause", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(2 * time.Second):
		}
	}
	defer w.Stop()
	logger.Info("worker is running", "task_queue", workflows.TaskQueue, "health", c.Listen)
	select {
	case <-ctx.Done():
		return nil
	case err := <-failed:
		if errors.Is(err, http.ErrServerClosed) {
			return nil
		}
		return fmt.Errorf("health page on %s (BIHUAN_WORKER_LISTEN): %w", c.Listen, err)
	}
}

// start begins to work, once every key is here that the open cases need.
func start(ctx context.Context, w worker.Worker, client *temporal.Client) error {
	if err := client.VerifyKeys(ctx); err != nil {
		return err
	}
	return w.Start()
}

func healthPage(client *temporal.Client) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
		defer cancel()
		if client.Ping(ctx) != nil {
			http.Error(w, "Temporal cannot be reached", http.StatusServiceUnavailable)
		}
	})
	mux.Handle("GET /metrics", promhttp.Handler())
	return mux
}
