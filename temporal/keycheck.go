package temporal

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

	"bihuan/temporal/encryption"
)

// keyPrefix begins the names under which a namespace's own data keeps a check value for each key that was
// ever current: so the histories, and what they need, stay in one place.
const keyPrefix = "bihuan-key-"

// keyCheck lets a process do nothing in a namespace before it has been seen to have every key that the
// namespace's histories were encrypted with.
type keyCheck struct {
	keys      *encryption.Keys
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
func (k *keyCheck) intercept(ctx context.Context, method string, request, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, options ...grpc.CallOption) error {
	name, ours := strings.CutPrefix(method, workflowService)
	if ours && !k.passed.Load() && !slices.Contains(exempt, name) {
		if err := k.verify(ctx, workflowservice.NewWorkflowServiceClient(cc)); err != nil {
			return statusOf(err)
		}
	}
	return invoke(ctx, method, request, reply, cc, options...)
}

func statusOf(err error) error {
	var key *encryption.KeyError
	if errors.As(err, &key) {
		return status.Error(codes.FailedPrecondition, err.Error())
	}
	return serviceerror.ToStatus(err).Err()
}

// verify proves every key that the namespace knows, and makes the current one known.
func (k *keyCheck) verify(ctx context.Context, service workflowservice.WorkflowServiceClient) error {
	k.checking.Lock()
	defer k.checking.Unlock()
	if k.passed.Load() {
		return nil
	}
	known, err := k.known(ctx, service)
	if err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(known)) {
		if err := k.keys.Prove(id, known[id]); err != nil {
			return fmt.Errorf("namespace %s: %w", k.namespace, err)
		}
	}
	if _, ok := known[k.keys.Current()]; !ok {
		if err := k.register(ctx, service); err != nil {
			return err
		}
	}
	k.passed.Store(true)
	return nil
}

// known gives the check values of the keys that were ever current. An empty one is a key given up.
func (k *keyCheck) known(ctx context.Context, service workflowservice.WorkflowServiceClient) (map[string]string, error) {
	described, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: k.namespace})
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

func (k *keyCheck) register(ctx context.Context, service workflowservice.WorkflowServiceClient) error {
	id := k.keys.Current()
	check, err := k.keys.Check(id)
	if err != nil {
		return err
	}
	_, err = service.UpdateNamespace(ctx, &workflowservice.UpdateNamespaceRequest{
		Namespace:  k.namespace,
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
func (k *keyCheck) used(service workflowservice.WorkflowServiceClient, id string) bool {
	if a, ok := k.asked.Load(id); ok && time.Now().Before(a.(answer).till) {
		return a.(answer).used
	}
	ctx, cancel := context.WithTimeout(context.Background(), askFor)
	defer cancel()
	known, err := k.known(ctx, service)
	if err != nil {
		return true
	}
	_, used := known[id]
	k.asked.Store(id, answer{used, time.Now().Add(remember)})
	return used
}
