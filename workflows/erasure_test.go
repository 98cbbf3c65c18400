package workflows

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"bihuan/activities"
	"bihuan/procedure/erasure"
)

// I5: everything due is erased page by page; a held one is counted, and one that fails does not hold up
// the others.
func TestErasureGoesThroughAllThatIsDue(t *testing.T) {
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	pages := map[string]activities.DuePage{
		"":  {Closed: time.Unix(1, 0), Cases: []erasure.Due{{Number: "A"}, {Number: "B", Held: true}}},
		"B": {Cases: []erasure.Due{{Number: "C"}, {Number: "D"}, {Number: "E"}}},
	}
	env.OnActivity(erase.ListDueErasures, mock.Anything, mock.Anything).Return(
		func(_ context.Context, after string) (activities.DuePage, error) { return pages[after], nil })
	env.OnActivity(erase.EraseDirectory, mock.Anything).Return(7, nil)
	var asked []string
	env.OnActivity(erase.EraseCase, mock.Anything, mock.Anything).Return(
		func(_ context.Context, r activities.EraseRequest) (string, error) {
			asked = append(asked, r.Number)
			switch r.Number {
			case "C":
				return "", temporal.NewNonRetryableApplicationError("broken", "chain_broken", errors.New("chain"))
			case "D":
				return activities.CaseRunning, nil
			}
			return activities.CaseErased, nil
		})
	env.ExecuteWorkflow(Erasure, Erasing{})
	var done Erasing
	if err := env.GetWorkflowResult(&done); err != nil {
		t.Fatal(err)
	}
	if want := (Erasing{After: "E", Erased: 2, Held: 1, Left: 1, Failed: 1, Owners: 7}); done != want || fmt.Sprint(asked) != "[A C D E]" {
		t.Errorf("%+v, asked %v", done, asked)
	}
}
