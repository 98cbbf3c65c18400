package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bihuan/audit"
	"bihuan/procedure/erasure"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/machine"
	"bihuan/procedure/policy"
	"bihuan/procedure/registry"
	"bihuan/procedure/registry/toy"
	"bihuan/workflows"
)

// A kind that nobody knows but the registry runs as a durable workflow: commands, deadlines and refusals as for any other.
// What it left is proved by the audit, is erased, and is proved again. N2, I5
func TestARegisteredKindRunsIsAuditedAndErased(t *testing.T) {
	t.Cleanup(registry.Register(toy.Definition.Erase()))
	const wish = "YW-20261123-00001"
	d := newDesk(t)
	p := policy.Policy{WarnPercent: 75}
	register := toy.Register{Customer: machine.Customer{Community: "yuhu", Channel: machine.Desk, Name: "王女士", Phone: "13800000000"}, What: "一棵树"}
	d.at(time.Minute, resident, toy.CmdGrant, toy.Grant{With: "银杏"}) // not theirs to grant
	d.at(110*time.Minute, agent, toy.CmdGrant, toy.Grant{With: "银杏", Worth: 30})
	d.ExecuteWorkflow(workflows.TypeOf("wish"), workflows.Start{
		Number: wish, Policy: p, Secret: secret, Register: d.command("c0", agent, machine.CmdRegister, register),
	}, (*workflows.Carried)(nil))
	require.NoError(t, d.GetWorkflowError())

	types := make([]string, len(d.ledger.events))
	for i, e := range d.ledger.events {
		types[i] = e.Type
	}
	require.Equal(t, []string{
		toy.EvWished, machine.EvStageEntered, "deadline-warned", "deadline-breached", "escalation-raised", "deadline-warned",
		toy.EvGranted, machine.EvEnded, "escalation-settled", machine.EvArchived,
	}, types)
	require.Equal(t, "forbidden", d.ledger.refused[0].Code)

	last := d.ledger.events[len(d.ledger.events)-1]
	record := audit.Record{
		Number: wish, Kind: "wish", Events: d.ledger.events, Secret: secret, Policy: machine.Encode(p),
		Anchors: []hashchain.Anchor{{Seq: last.Seq, Head: last.Hash}}, Witness: "filed history",
	}
	proved(t, record)
	erased := record
	erased.Secret, erased.Proofs, erased.Events = "", map[int]hashchain.Proof{}, nil
	for _, e := range record.Events {
		bare, proof, err := erasure.Erase([]byte(secret), e)
		require.NoError(t, err)
		bare.Hash = e.Hash
		erased.Events, erased.Proofs[e.Seq] = append(erased.Events, bare), proof
	}
	text := string(machine.Encode(erased.Events))
	for _, personal := range []string{"王女士", "13800000000", "一棵树", "银杏"} {
		require.NotContains(t, text, personal)
	}
	proved(t, erased)
}

// proved holds a record, with the read model that follows from it, against the audit.
func proved(t *testing.T, r audit.Record) {
	t.Helper()
	summary, state, err := registry.Rebuild(r.Number, r.Events, r.Policy)
	require.NoError(t, err)
	r.Summary, r.State = &summary, state
	r.Facts, err = registry.Tell(r.Number, r.Events, r.Policy)
	require.NoError(t, err)
	require.NoError(t, audit.Verify(r))
}
