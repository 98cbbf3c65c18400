// Package engine connects to Temporal.
package engine

import (
	"fmt"
	"log/slog"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
)

// Connect gives a client that dials when it is first used, so that it may be made while Temporal is
// down. Address, namespace, TLS and credentials come from Temporal's own variables
// (TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_TLS_…, TEMPORAL_API_KEY).
func Connect(logger *slog.Logger) (client.Client, error) {
	options, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, fmt.Errorf("temporal settings: %w", err)
	}
	options.Logger = log.NewStructuredLogger(logger)
	return client.NewLazyClient(options)
}
