// Package temporal is the one way to Temporal: it starts cases, gives them commands, asks them and reads their histories.
// What Temporal keeps is encrypted, and nothing is done without the keys. Temporal's errors have names here (see
// ErrNotFound); no other part of the product need know Temporal's own.
package temporal

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

	"bihuan/temporal/encryption"
)

// Client is a connection to Temporal.
type Client struct {
	// SDK is Temporal's own client, for workers and tests.
	SDK client.Client
	// Data reads and writes values as this connection does.
	Data converter.DataConverter
	// Codec decrypts what this connection's namespace holds.
	Codec     *encryption.Codec
	Namespace string
	check     *keyCheck
}

// Connect gives a client that dials when it is first used, so that it may be made while Temporal is
// down. Address, namespace, TLS and credentials come from Temporal's own variables
// (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS_…, TEMPORAL_API_KEY), the keys from BIHUAN_KEYS
// or BIHUAN_KEYS_FILE.
func Connect(logger *slog.Logger) (*Client, error) {
	return connect(logger, func(keys *encryption.Keys, _ *Client) converter.DataConverter { return Converter(keys) })
}

// ConnectWorker is Connect for a process that runs workflows; see WorkerConverter.
func ConnectWorker(logger *slog.Logger) (*Client, error) {
	return connect(logger, func(keys *encryption.Keys, c *Client) converter.DataConverter {
		used := func(id string) bool { return c.check.used(c.SDK.WorkflowService(), id) }
		return WorkerConverter(keys, used, logger)
	})
}

func connect(logger *slog.Logger, data func(*encryption.Keys, *Client) converter.DataConverter) (*Client, error) {
	keys, err := encryption.FromEnvironment()
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
	c := &Client{
		Codec: encryption.New(keys), Namespace: options.Namespace, check: &keyCheck{keys: keys, namespace: options.Namespace},
	}
	options.Logger = log.NewStructuredLogger(logger)
	c.Data = data(keys, c)
	options.DataConverter = c.Data
	options.FailureConverter = Failures(Converter(keys))
	options.ConnectionOptions.DialOptions = append(options.ConnectionOptions.DialOptions, grpc.WithChainUnaryInterceptor(c.check.intercept))
	if c.SDK, err = client.NewLazyClient(options); err != nil {
		return nil, err
	}
	return c, nil
}

// Close ends the connection.
func (c *Client) Close() { c.SDK.Close() }

// Ping says whether Temporal answers.
func (c *Client) Ping(ctx context.Context) error {
	_, err := c.SDK.CheckHealth(ctx, &client.CheckHealthRequest{})
	return mapped(err)
}

// VerifyKeys checks once that every key which the namespace's histories need is here. Its error is an
// *encryption.KeyError when one is not; any other may pass by itself.
func (c *Client) VerifyKeys(ctx context.Context) error {
	return c.check.verify(ctx, c.SDK.WorkflowService())
}

// AwaitKeys checks the keys again and again until Temporal could be asked; its error is an *encryption.KeyError.
func (c *Client) AwaitKeys(ctx context.Context, every time.Duration) error {
	for {
		err := c.VerifyKeys(ctx)
		var key *encryption.KeyError
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
