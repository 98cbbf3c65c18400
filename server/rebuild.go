package main

import (
	"context"
	"encoding/json"
	"fmt"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/policy"
)

// rebuild is the command that makes the read model anew from the events.
type rebuild struct{}

// Run folds every case; it is safe while others write.
func (*rebuild) Run(ctx context.Context, db *postgres.DB) error { return db.Rebuild(ctx, fold) }

// fold makes a case's row from its events and the settings that it keeps.
func fold(number string, events []procedure.Event, settings json.RawMessage) (procedure.Summary, json.RawMessage, error) {
	var p policy.Policy
	if err := json.Unmarshal(settings, &p); err != nil {
		return procedure.Summary{}, nil, fmt.Errorf("settings of %s: %w", number, err)
	}
	s := complaint.Fold(number, p, events)
	state, err := json.Marshal(s.WithoutPolicy())
	return complaint.Summarize(s), state, err
}
