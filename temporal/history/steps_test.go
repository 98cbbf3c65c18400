package history_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	failurepb "go.temporal.io/api/failure/v1"
	"go.temporal.io/sdk/converter"

	"bihuan/e2e/recorded"
	"bihuan/temporal"
	"bihuan/temporal/encryption"
	"bihuan/temporal/history"
)

const number = "TS-20261123-0000X"

// told writes steps as lines.
func told(t *testing.T, h history.History) []string {
	t.Helper()
	steps, err := h.Steps(recorded.Converter())
	require.NoError(t, err)
	lines := make([]string, len(steps))
	for i, s := range steps {
		require.NotZero(t, s.Event)
		require.NotZero(t, s.At)
		args, err := json.Marshal(s.Args)
		require.NoError(t, err)
		lines[i] = strings.TrimSpace(s.Kind + " " + string(s.By.Role) + " " + string(args))
	}
	return lines
}

func contains(t *testing.T, lines []string, parts ...string) {
	t.Helper()
	for _, line := range lines {
		all := true
		for _, part := range parts {
			all = all && strings.Contains(line, part)
		}
		if all {
			return
		}
	}
	t.Errorf("nothing tells of %v:\n%s", parts, strings.Join(lines, "\n"))
}

// N2: who signalled what, which timer fired and what it waited for, and what was recorded.
func TestStepsTellWhoAndWhy_N2(t *testing.T) {
	lines := told(t, recorded.History(t, number, "escalated-1"))
	require.True(t, strings.HasPrefix(lines[0], "started agent"), lines[0])
	contains(t, lines, "signalled", `"command":"judge"`)
	contains(t, lines, "timer_fired", `"command":"breach"`, `"key":`, `"due":`, `"set":`, `"stage":`)
	contains(t, lines, "recorded", "registered, stage-entered")
	for _, line := range lines {
		require.NotContains(t, line, "other")
		require.NotContains(t, line, "unreadable")
	}
}

// N2: an activity that was retried is told with how often and why; so is a database that was down.
func TestStepsTellRetries_N2(t *testing.T) {
	lines := told(t, recorded.History(t, number, "database-down-1"))
	contains(t, lines, "record_failed", `"code":"database_down"`)
	contains(t, lines, "activity_done", `"activity":"Record"`, `"attempts":`, `"code":"database_down"`)
}

// N2, I5: of an erased case nothing is told that is not known any more, and nobody is named.
func TestStepsOfARedactedHistory_N2_I5(t *testing.T) {
	redacted, err := recorded.History(t, number, "database-down-1").Redacted(recorded.Converter())
	require.NoError(t, err)
	require.Equal(t, []string{"started  {}", "unreadable  {}", "unreadable  {}", "activity_done  {}"}, told(t, redacted))
}

// N2: what is still being tried is told with how often and why, from the engine's word; histories have it only at the end.
func TestStepsTellWhatIsStillTried_N2(t *testing.T) {
	h := history.History{Runs: []history.Run{{History: json.RawMessage(`{"events":[
{"eventId":"5","eventTime":"2026-11-21T21:45:59Z","eventType":"EVENT_TYPE_ACTIVITY_TASK_SCHEDULED",
"activityTaskScheduledEventAttributes":{"activityId":"5","activityType":{"name":"Record"}}}]}`)}}}
	require.Equal(t, []string{`activity_open  {"activity":"Record"}`}, told(t, h))
	h.Pending = []history.Pending{{Activity: "5", Attempt: 4, Failure: &failurepb.Failure{FailureInfo: &failurepb.Failure_ApplicationFailureInfo{
		ApplicationFailureInfo: &failurepb.ApplicationFailureInfo{Type: "database_down"}}}}}
	require.Equal(t, []string{`activity_open  {"activity":"Record","attempts":"4","code":"database_down"}`}, told(t, h))
}

// N2: a case that continued as new is told whole, from its first run on.
func TestStepsGoThroughEveryRun_N2(t *testing.T) {
	lines := told(t, recorded.History(t, number, "continued-1", "continued-2", "continued-3"))
	text := strings.Join(lines, "\n")
	require.Equal(t, 1, strings.Count(text, "started "))
	require.Equal(t, 2, strings.Count(text, "continued "))
	require.Equal(t, 2, strings.Count(text, "continues "))
}

// stranger encrypts with a key that is not ours.
func stranger(t *testing.T) converter.DataConverter {
	t.Helper()
	keys, err := encryption.Parse("strange=" + base64.StdEncoding.EncodeToString(make([]byte, 32)))
	require.NoError(t, err)
	return temporal.Converter(keys)
}

// N2: what cannot be decrypted is still told of, without what it says.
func TestStepsWithoutTheKey_N2(t *testing.T) {
	encrypted, err := stranger(t).ToPayload(map[string]string{"name": "李女士"})
	require.NoError(t, err)
	signal := `{"events":[{"eventId":"7","eventTime":"2026-11-21T21:45:59Z","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED",
"workflowExecutionSignaledEventAttributes":{"signalName":"judge","input":{"payloads":[{"metadata":{"encoding":"` +
		base64.StdEncoding.EncodeToString(encrypted.Metadata["encoding"]) + `"},"data":"` + base64.StdEncoding.EncodeToString(encrypted.Data) + `"}]}}},
{"eventId":"8","eventTime":"2026-11-21T21:45:59Z","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED",
"workflowExecutionTerminatedEventAttributes":{"reason":"by hand","identity":"somebody"}},
{"eventId":"9","eventTime":"2026-11-21T21:45:59Z","eventType":"EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED"}]}`
	lines := told(t, history.History{Runs: []history.Run{{History: json.RawMessage(signal)}}})
	require.Equal(t, []string{
		`unreadable  {"command":"judge"}`, `terminated  {"identity":"somebody","reason":"by hand"}`, `other  {"type":"WorkflowExecutionPaused"}`,
	}, lines)
}
