package temporal_test

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"bihuan/temporal"
	"bihuan/temporal/encryption"
)

// temporalServer is as much of Temporal as the check of the keys meets.
type temporalServer struct {
	workflowservice.UnimplementedWorkflowServiceServer
	sync.Mutex
	data    map[string]string
	down    bool
	signals int
}

func (s *temporalServer) GetSystemInfo(context.Context, *workflowservice.GetSystemInfoRequest) (*workflowservice.GetSystemInfoResponse, error) {
	return &workflowservice.GetSystemInfoResponse{}, nil
}

func (s *temporalServer) DescribeNamespace(context.Context, *workflowservice.DescribeNamespaceRequest) (*workflowservice.DescribeNamespaceResponse, error) {
	s.Lock()
	defer s.Unlock()
	if s.down {
		return nil, status.Error(codes.NotFound, "no such namespace yet")
	}
	return &workflowservice.DescribeNamespaceResponse{NamespaceInfo: &namespace.NamespaceInfo{Data: maps.Clone(s.data)}}, nil
}

func (s *temporalServer) UpdateNamespace(_ context.Context, r *workflowservice.UpdateNamespaceRequest) (*workflowservice.UpdateNamespaceResponse, error) {
	s.Lock()
	defer s.Unlock()
	maps.Copy(s.data, r.UpdateInfo.Data)
	return &workflowservice.UpdateNamespaceResponse{}, nil
}

func (s *temporalServer) SignalWorkflowExecution(context.Context, *workflowservice.SignalWorkflowExecutionRequest) (*workflowservice.SignalWorkflowExecutionResponse, error) {
	s.Lock()
	defer s.Unlock()
	s.signals++
	return &workflowservice.SignalWorkflowExecutionResponse{}, nil
}

func serve(t *testing.T) *temporalServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s, server := &temporalServer{data: map[string]string{"somebody's": "own"}}, grpc.NewServer()
	workflowservice.RegisterWorkflowServiceServer(server, s)
	go func() { _ = server.Serve(listener) }() // ends when stopped
	t.Cleanup(server.Stop)
	t.Setenv("TEMPORAL_ADDRESS", listener.Addr().String())
	t.Setenv("TEMPORAL_NAMESPACE", "cases")
	return s
}

const (
	oldKey = "old=b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w="
	newKey = "new=bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU="
	falseO = "old=ZmFsc2VmYWxzZWZhbHNlZmFsc2VmYWxzZWZhbHNlZmE="
)

func connected(t *testing.T, keys string) *temporal.Client {
	t.Helper()
	t.Setenv(encryption.KeysVariable, keys)
	c, err := temporal.Connect(slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// A namespace remembers each key that was ever current, and lets nobody in who has not got them all.
func TestNobodyStartsWithoutTheKeys(t *testing.T) {
	s := serve(t)
	first := connected(t, oldKey)
	require.NoError(t, first.VerifyKeys(t.Context()))
	require.Contains(t, s.data, "bihuan-key-old")
	require.Equal(t, "own", s.data["somebody's"])
	check := s.data["bihuan-key-old"]

	var key *encryption.KeyError
	require.ErrorAs(t, connected(t, newKey).VerifyKeys(t.Context()), &key)
	require.Equal(t, "old", key.ID)
	require.ErrorContains(t, connected(t, newKey).AwaitKeys(t.Context(), 0), `namespace cases: payload key "old" is missing`)
	require.ErrorContains(t, connected(t, falseO).VerifyKeys(t.Context()), `"old" is another key`)
	require.NotContains(t, s.data, "bihuan-key-new")

	require.NoError(t, connected(t, newKey+","+oldKey).VerifyKeys(t.Context()))
	require.Contains(t, s.data, "bihuan-key-new")
	require.Equal(t, check, s.data["bihuan-key-old"])
	require.NoError(t, connected(t, oldKey+","+newKey).VerifyKeys(t.Context()), "back again")

	s.data["bihuan-key-old"] = "" // given up
	require.NoError(t, connected(t, newKey).VerifyKeys(t.Context()))
}

// Nothing leaves before the keys were checked, whether anybody asked for the check or not.
func TestNothingIsSentBeforeTheCheck(t *testing.T) {
	s := serve(t)
	require.NoError(t, connected(t, oldKey).SDK.SignalWorkflow(t.Context(), "TS-1", "", "judge", "x"))
	require.Equal(t, 1, s.signals)
	require.Contains(t, s.data, "bihuan-key-old")

	err := connected(t, newKey).SDK.SignalWorkflow(t.Context(), "TS-1", "", "judge", "x")
	var refused *serviceerror.FailedPrecondition
	require.ErrorAs(t, err, &refused)
	require.ErrorContains(t, err, `"old" is missing`)

	s.down = true
	late := connected(t, oldKey)
	require.Error(t, late.SDK.SignalWorkflow(t.Context(), "TS-1", "", "judge", "x"))
	require.Equal(t, 1, s.signals)
	s.down = false
	require.NoError(t, late.SDK.SignalWorkflow(t.Context(), "TS-1", "", "judge", "x"))
	require.Equal(t, 2, s.signals)
}

func TestNoKeysNoConnection(t *testing.T) {
	t.Setenv(encryption.KeysVariable, "")
	_, err := temporal.Connect(slog.Default())
	require.ErrorContains(t, err, encryption.KeysVariable)
}
