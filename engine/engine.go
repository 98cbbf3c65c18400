// Package engine connects to Temporal: what Temporal keeps is sealed, and nothing is done without the keys.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/log"
	"google.golang.org/grpc"

	"bihuan/engine/codec"
)

// Connection is a way to Temporal.
type Connection struct {
	client.Client
	// Data reads and writes values as this connection does.
	Data converter.DataConverter
	// Codec opens what this connection's namespace holds.
	Codec     *codec.Codec
	Namespace string
	guard     *guard
}

// Connect gives a client that dials when it is first used, so that it may be made while Temporal is
// down. Address, namespace, TLS and credentials come from Temporal's own variables
// (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS_…, TEMPORAL_API_KEY), the keys from BIHUAN_KEYS
// or BIHUAN_KEYS_FILE.
func Connect(logger *slog.Logger) (*Connection, error) {
	return connect(logger, func(keys *codec.Keys, _ *Connection) converter.DataConverter { return Converter(keys) })
}

// ConnectWorker is Connect for a process that runs workflows; see WorkerConverter.
func ConnectWorker(logger *slog.Logger) (*Connection, error) {
	return connect(logger, func(keys *codec.Keys, c *Connection) converter.DataConverter {
		used := func(id string) bool { return c.guard.used(c.WorkflowService(), id) }
		return WorkerConverter(keys, used, logger)
	})
}

func connect(logger *slog.Logger, data func(*codec.Keys, *Connection) converter.DataConverter) (*Connection, error) {
	keys, err := codec.FromEnvironment()
	if err != nil {
		return nil, err
	}
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, fmt.Errorf("temporal settings: %w", err)
	}
	if options.Namespace == "" {
		options.Namespace = client.DefaultNamespace
	}
	c := &Connection{Codec: codec.New(keys), Namespace: options.Namespace, guard: &guard{keys: keys, namespace: options.Namespace}}
	options.Logger = log.NewStructuredLogger(logger)
	c.Data = data(keys, c)
	options.DataConverter = c.Data
	options.FailureConverter = Failures(Converter(keys))
	options.ConnectionOptions.DialOptions = append(options.ConnectionOptions.DialOptions, grpc.WithChainUnaryInterceptor(c.guard.intercept))
	if c.Client, err = client.NewLazyClient(options); err != nil {
		return nil, err
	}
	return c, nil
}

// Verify checks once that every key which the namespace's histories need is here. Its error is a
// *codec.KeyError when one is not; any other may pass by itself.
func (c *Connection) Verify(ctx context.Context) error {
	return c.guard.verify(ctx, c.WorkflowService())
}

// Await checks the keys again and again until Temporal could be asked; its error is a *codec.KeyError.
func (c *Connection) Await(ctx context.Context, every time.Duration) error {
	for {
		err := c.Verify(ctx)
		var key *codec.KeyError
		if err == nil || errors.As(err, &key) {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(every):
		}
	}
}
