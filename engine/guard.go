package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/api/namespace/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"bihuan/engine/codec"
)

// keyPrefix begins the names under which a namespace's own data keeps a check value for each key that was
// ever current: so the histories, and what they need, stay in one place.
const keyPrefix = "bihuan-key-"

// guard lets a process do nothing in a namespace before it has been seen to have every key that the
// namespace's histories were sealed with.
type guard struct {
	keys      *codec.Keys
	namespace string
	passed    atomic.Bool
	checking  sync.Mutex
	asked     sync.Map // key ID -> answer
}

// answer is what was last known of a key that is not here.
type answer struct {
	used bool
	till time.Time
}

// exempt calls carry no payloads; the check itself is made of them.
var exempt = []string{"GetSystemInfo", "GetClusterInfo", "DescribeNamespace", "UpdateNamespace"}

const workflowService = "/temporal.api.workflowservice.v1.WorkflowService/"

// intercept checks the keys before the first call that could carry a payload.
func (g *guard) intercept(ctx context.Context, method string, request, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	name, ours := strings.CutPrefix(method, workflowService)
	if ours && !g.passed.Load() && !slices.Contains(exempt, name) {
		if err := g.verify(ctx, workflowservice.NewWorkflowServiceClient(cc)); err != nil {
			return statusOf(err)
		}
	}
	return invoke(ctx, method, request, reply, cc, options...)
}

func statusOf(err error) error {
	var key *codec.KeyError
	if errors.As(err, &key) {
		return status.Error(codes.FailedPrecondition, err.Error())
	}
	return serviceerror.ToStatus(err).Err()
}

// verify proves every key that the namespace knows, and makes the current one known.
func (g *guard) verify(ctx context.Context, service workflowservice.WorkflowServiceClient) error {
	g.checking.Lock()
	defer g.checking.Unlock()
	if g.passed.Load() {
		return nil
	}
	known, err := g.known(ctx, service)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if err := g.keys.Prove(id, known[id]); err != nil {
			return fmt.Errorf("namespace %s: %w", g.namespace, err)
		}
	}
	if _, ok := known[g.keys.Current()]; !ok {
		if err := g.register(ctx, service); err != nil {
			return err
		}
	}
	g.passed.Store(true)
	return nil
}

// known gives the check values of the keys that were ever current. An empty one is a key given up.
func (g *guard) known(ctx context.Context, service workflowservice.WorkflowServiceClient) (map[string]string, error) {
	described, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: g.namespace})
	if err != nil {
		return nil, err
	}
	checks := map[string]string{}
	for name, check := range described.GetNamespaceInfo().GetData() {
		if id, ok := strings.CutPrefix(name, keyPrefix); ok && check != "" {
			checks[id] = check
		}
	}
	return checks, nil
}

func (g *guard) register(ctx context.Context, service workflowservice.WorkflowServiceClient) error {
	id := g.keys.Current()
	check, err := g.keys.Check(id)
	if err != nil {
		return err
	}
	_, err = service.UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace:  g.namespace,
		UpdateInfo: &namespace.UpdateNamespaceInfo{Data: map[string]string{keyPrefix + id: check}},
	})
	return err
}

const (
	// askFor is short: a workflow task that waits a second counts as stuck.
	askFor   = 500 * time.Millisecond
	remember = time.Minute
)

// used says whether a key that is not here was ever current in the namespace; when in doubt it was.
func (g *guard) used(service workflowservice.WorkflowServiceClient, id string) bool {
	if a, ok := g.asked.Load(id); ok && time.Now().Before(a.(answer).till) {
		return a.(answer).used
	}
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	known, err := g.known(ctx, service)
	if err != nil {
		return true
	}
	_, used := known[id]
	g.asked.Store(id, answer{used, time.Now().Add(remember)})
	return used
}
