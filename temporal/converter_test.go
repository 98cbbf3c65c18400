package temporal_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"google.golang.org/protobuf/proto"

	"bihuan/activities"
	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/settings"
	"bihuan/temporal"
	"bihuan/temporal/encryption"
	"bihuan/workflows"
)

const number = "TS-20261123-0000X"

func keys(t *testing.T, ids ...string) *encryption.Keys {
	t.Helper()
	var text string
	for _, id := range ids {
		text += id + "=" + base64.StdEncoding.EncodeToString(bytes.Repeat([]byte(id), 32)[:32]) + "\n"
	}
	k, err := encryption.Parse(text)
	require.NoError(t, err)
	return k
}

func ofCase(data converter.DataConverter) converter.DataConverter {
	return converter.WithDataConverterSerializationContext(data, converter.WorkflowSerializationContext{WorkflowID: number})
}

// Everything is encrypted with the case's number beside it, failures too: their messages and stack traces. N3
func TestValuesAndFailuresAreEncrypted(t *testing.T) {
	data := temporal.Converter(keys(t, "a"))
	p, err := ofCase(data).ToPayload("李女士")
	require.NoError(t, err)
	require.NotContains(t, p.String(), "李女士")
	caseOf, _, encrypted := encryption.Encrypted(p)
	require.True(t, encrypted)
	require.Equal(t, number, caseOf)

	fails := converter.WithFailureConverterSerializationContext(temporal.Failures(data), converter.WorkflowSerializationContext{WorkflowID: number})
	failure := fails.ErrorToFailure(sdk.NewApplicationErrorWithCause("李女士 rang", "timeout", errors.New("李女士 again"), "李女士"))
	raw, err := proto.Marshal(failure)
	require.NoError(t, err)
	require.NotContains(t, string(raw), "李女士")
	caseOf, _, _ = encryption.Encrypted(failure.EncodedAttributes)
	require.Equal(t, number, caseOf)
	var known *sdk.ApplicationError
	require.ErrorAs(t, fails.FailureToError(failure), &known)
	require.Equal(t, "李女士 rang", known.Message())
	require.Equal(t, "timeout", known.Type())
}

// spoilt changes what is encrypted.
func spoilt(p *commonpb.Payload) *commonpb.Payload {
	p = proto.CloneOf(p)
	p.Data[len(p.Data)/2] ^= 1
	return p
}

// A worker loses nothing for want of a key: it stops at what it cannot decrypt. Only a signal that no key of ours ever
// encrypted is handed on, to be refused.
func TestWorkersStopAtWhatTheyCannotDecrypt(t *testing.T) {
	old := temporal.Converter(keys(t, "old"))
	encrypted, err := old.ToPayloads("value")
	require.NoError(t, err)
	var log bytes.Buffer
	worker := func(used bool) converter.DataConverter {
		return temporal.WorkerConverter(keys(t, "new"), func(id string) bool { return used && id == "old" }, slog.New(slog.NewTextHandler(&log, nil)))
	}
	var text string
	var raw converter.RawValue
	require.Panics(t, func() { _ = worker(false).FromPayloads(encrypted, &text) })
	require.Panics(t, func() { _ = worker(false).FromPayload(encrypted.Payloads[0], &text) })
	require.Panics(t, func() { _ = worker(true).FromPayloads(encrypted, &raw) }, "the key is on its way")
	require.Empty(t, log.String())
	require.NoError(t, worker(false).FromPayloads(encrypted, &raw))
	require.True(t, proto.Equal(encrypted.Payloads[0], raw.Payload()))
	require.Contains(t, log.String(), "cannot be decrypted")

	both := temporal.WorkerConverter(keys(t, "new", "old"), nil, slog.Default())
	require.NoError(t, both.FromPayloads(encrypted, &raw))
	require.Equal(t, `"value"`, string(raw.Payload().Data))
	require.NoError(t, both.FromPayload(spoilt(encrypted.Payloads[0]), &raw), "a spoilt signal")
	require.Panics(t, func() { _ = both.FromPayload(spoilt(encrypted.Payloads[0]), &text) }, "a spoilt history")
	require.Error(t, both.FromPayloads(encrypted, new(int)), "a value of another type is an error as ever")
	require.NoError(t, both.FromPayloads(nil, &text))
}

// sent lets a test send payloads just as they are.
type sent struct{ converter.DataConverter }

func (s sent) ToPayloads(values ...any) (*commonpb.Payloads, error) {
	if raw, ok := values[0].(converter.RawValue); ok {
		return &commonpb.Payloads{Payloads: []*commonpb.Payload{raw.Payload()}}, nil
	}
	return s.DataConverter.ToPayloads(values...)
}

// A case takes encrypted signals and plain ones, and refuses in sight of everybody what cannot be decrypted. H7, N2
func TestACaseTakesEncryptedSignals(t *testing.T) {
	ring := keys(t, "new", "old")
	data := temporal.WorkerConverter(ring, func(string) bool { return false }, slog.New(slog.DiscardHandler))
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetDataConverter(sent{data})
	env.SetFailureConverter(temporal.Failures(temporal.Converter(ring)))
	env.SetStartTime(time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC))
	workflows.Register(env)
	var recorded []procedure.Event
	var refused []procedure.Refused
	var act *activities.Activities
	env.OnActivity(act.Record, mock.Anything, mock.Anything).Return(func(_ context.Context, b procedure.Batch) (activities.Recorded, error) {
		recorded, refused = append(recorded, b.Events...), append(refused, b.Refused...)
		return activities.Recorded{}, nil
	})
	env.OnActivity(act.Effect, mock.Anything, mock.Anything).Return(procedure.Answer{}, nil).Maybe()
	contact := func(id string) procedure.Command {
		return command(t, id, env.Now(), complaint.CmdContact, complaint.Contacted{Channel: complaint.Hotline, Said: "您好"})
	}
	encrypt := func(by *encryption.Keys, id string) *commonpb.Payload {
		p, err := temporal.Converter(by).ToPayload(contact(id))
		require.NoError(t, err)
		return p
	}
	env.RegisterDelayedCallback(func() {
		plain, err := converter.GetDefaultDataConverter().ToPayload(contact("plain"))
		require.NoError(t, err)
		for _, p := range []*commonpb.Payload{encrypt(ring, "encrypted"), encrypt(keys(t, "old"), "old key"), plain, spoilt(encrypt(ring, "spoilt"))} {
			env.SignalWorkflow(complaint.CmdContact, converter.NewRawValue(p))
		}
		env.SignalWorkflow(complaint.CmdClarify, converter.NewRawValue(encrypt(keys(t, "strange"), "strange")))
	}, time.Minute)
	env.RegisterDelayedCallback(func() {
		for _, id := range []string{"encrypted", "old key", "plain"} {
			value, err := env.QueryWorkflow(workflows.QueryOutcome, id)
			require.NoError(t, err)
			var o workflows.Outcome
			require.NoError(t, value.Get(&o))
			require.True(t, o.Applied, id)
		}
		env.CancelWorkflow()
	}, 2*time.Minute)
	env.ExecuteWorkflow(workflows.TypeOf("complaint"), start(t, env.Now()), (*workflows.Carried)(nil))
	require.Len(t, recorded, 5, "registered, stage-entered and three contacts")
	require.Len(t, refused, 2)
	for i, name := range []string{complaint.CmdContact, complaint.CmdClarify} {
		require.Equal(t, "undecodable", refused[i].Code)
		require.Equal(t, name, refused[i].Name)
	}
}

func command(t *testing.T, id string, at time.Time, name string, payload any) procedure.Command {
	t.Helper()
	raw, err := json.Marshal(payload)
	require.NoError(t, err)
	agent := people.Actor{ID: "agent-1", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}}
	return procedure.Command{ID: id, Name: name, Actor: agent, At: at, Payload: raw}
}

func start(t *testing.T, at time.Time) workflows.Start {
	t.Helper()
	s, err := settings.Load("")
	require.NoError(t, err)
	p, ok := s.ForCase("yuhu", at)
	require.True(t, ok)
	happened := at.Add(-time.Hour)
	register := complaint.Register{Record: complaint.Record{
		Community: "yuhu", Channel: complaint.Hotline, Category: "facility.repair-quality", Name: "李女士", Building: "3", Room: "1201",
		Phone: "13800000000", HappenedAt: &happened, Place: "厨房", What: "维修后仍漏水", Remedy: "重新维修",
	}}
	return workflows.Start{Number: number, Policy: p, Secret: "s", Register: command(t, "c0", at, complaint.CmdRegister, register)}
}
