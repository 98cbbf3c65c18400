package gate

import (
	"testing"

	"bihuan/server/contract"
)

// N1: nothing is open by omission: the server does not start with an operation that no table has.
func TestNoOperationIsOpenByOmission_N1(t *testing.T) {
	operations, err := contract.Load(t.Context())
	if err == nil {
		err = checkTable(operations)
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(contract.Operations){
		"a new operation":      func(all contract.Operations) { all["GET /api/v1/new"] = &contract.Operation{ID: "new"} },
		"one that is gone":     func(all contract.Operations) { delete(all, "GET /api/v1/readings") },
		"one made public":      func(all contract.Operations) { all["GET /api/v1/complaints"].Public = true },
		"one no longer public": func(all contract.Operations) { all["POST /api/v1/session"].Public = false },
		"a new command": func(all contract.Operations) {
			all["POST /x/dance"] = &contract.Operation{ID: "dance", Command: "dance"}
		},
		"a command made public": func(all contract.Operations) {
			all["POST /x/judge"] = &contract.Operation{ID: "x", Command: "judge", Public: true}
		},
	} {
		all, err := contract.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		spoil(all)
		if checkTable(all) == nil {
			t.Errorf("%s passes", name)
		}
	}
}
