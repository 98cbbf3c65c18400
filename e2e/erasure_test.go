package e2e_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"bihuan/e2e/system"
	"bihuan/workflows"
)

// soonArchived is a system of its own in which a closed case is archived after two seconds.
func soonArchived(t *testing.T) *system.System {
	t.Helper()
	dir, err := system.TempDir()
	must(t, err)
	text, err := os.ReadFile("../settings/default.yaml")
	must(t, err)
	quick := strings.Replace(string(text), "reopen: { within: 7d,", "reopen: { within: 2s,", 1)
	if quick == string(text) {
		t.Fatal("the setting is called otherwise by now")
	}
	s, err := system.Start(t.Context(), system.Options{Dir: dir, Programs: programs, Settings: []byte(quick)})
	must(t, err)
	t.Cleanup(func() {
		if t.Failed() {
			s.ShowLogs(os.Stderr)
		}
		must(t, errors.Join(s.Stop(context.WithoutCancel(t.Context())), os.RemoveAll(dir)))
	})
	return s
}

// runOn runs one of the programs on a system and gives what it said.
func runOn(t *testing.T, s *system.System, program string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(programs, program), args...)
	cmd.Env = append(os.Environ(), "DATABASE_URL="+s.ApplicationURL, "TEMPORAL_ADDRESS="+s.TemporalAddress, "BIHUAN_KEYS="+system.Keys)
	said, err := cmd.CombinedOutput()
	return string(said), err
}

// eventually waits for what comes by itself.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(system.Within); !is(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

// I5, N2: an archived case is erased, from Temporal too, and bihuan-audit verifies it before and after, its
// export offline too; its time and a hold stop that. The schedule runs through.
func TestErasureOnARealSystem(t *testing.T) {
	s := soonArchived(t)
	r, err := s.Play(t.Context(), system.Complaint(nil), system.Step{Who: "agent", Command: "withdraw", With: M{"reason": "自行解决"}})
	must(t, err)
	eventually(t, "the case does not end", func() bool {
		e, err := s.Temporal.DescribeWorkflowExecution(t.Context(), r.Number, "")
		return err == nil && e.GetWorkflowExecutionInfo().GetCloseTime() != nil
	})
	steps := []struct {
		program string
		args    []string
		says    string
	}{
		{"bihuan-audit", []string{"verify", r.Number}, "0 with a fault"},
		{"server", []string{"erase", r.Number}, r.Number + " not_due"},
		{"server", []string{"hold", "place", r.Number, "--by", "gm", "--reason", "court"}, ""},
		{"server", []string{"erase", r.Number, "--reason", "request"}, r.Number + " on_hold"},
		{"server", []string{"hold", "list"}, "court"},
		{"server", []string{"hold", "lift", r.Number, "--by", "gm", "--reason", "settled"}, ""},
		{"server", []string{"person", "export", "--phone", "138 0000 0000"}, "李雷"},
		{"server", []string{"person", "erase", "--phone", "138 0000 0000", "--reason", "request"}, r.Number + " erased"},
		{"server", []string{"erase", r.Number, "--reason", "request"}, r.Number + " erased"},
	}
	for _, step := range steps {
		if said, err := runOn(t, s, step.program, step.args...); err != nil || !strings.Contains(said, step.says) {
			t.Fatalf("%s %v: %v\n%s", step.program, step.args, err, said)
		}
	}
	nightly(t, s)
	eventually(t, "Temporal keeps the case", func() bool {
		_, err := s.Temporal.DescribeWorkflowExecution(t.Context(), r.Number, "")
		gone := (*serviceerror.NotFound)(nil)
		return errors.As(err, &gone)
	})
	if said, err := runOn(t, s, "bihuan-audit", "verify", r.Number); err != nil {
		t.Errorf("after: %v\n%s", err, said)
	}
	checkedOffline(t, s, r.Number)
}

// checkedOffline has an erased case exported, and checked with nothing but the file and the published key.
func checkedOffline(t *testing.T, s *system.System, number string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "export.json")
	if said, err := runOn(t, s, "bihuan-audit", "export", number, "--key", system.ExportKey, "--out", file); err != nil {
		t.Fatalf("export: %v\n%s", err, said)
	}
	exported, err := os.ReadFile(file)
	must(t, err)
	for _, personal := range []string{"李雷", "13800000000", "大堂吊顶"} {
		if strings.Contains(string(exported), personal) {
			t.Errorf("the export holds %s, which was erased", personal)
		}
	}
	var published struct{ Key string }
	get(t, s.Anybody(), "/api/v1/export-key", &published)
	check := exec.CommandContext(t.Context(), filepath.Join(programs, "bihuan-audit"), "check", file, "--key", published.Key)
	check.Env = []string{}
	if said, err := check.CombinedOutput(); err != nil || !strings.Contains(string(said), "signed and unaltered") {
		t.Errorf("check: %v\n%s", err, said)
	}
}

// nightly has the schedule run at once.
func nightly(t *testing.T, s *system.System) {
	t.Helper()
	handle := s.Temporal.ScheduleClient().GetHandle(t.Context(), workflows.ErasureID)
	must(t, handle.Trigger(t.Context(), client.ScheduleTriggerOptions{}))
	eventually(t, "the nightly erasure does not end", func() bool {
		d, err := handle.Describe(t.Context())
		if err != nil || len(d.Info.RecentActions) == 0 {
			return false
		}
		started := d.Info.RecentActions[0].StartWorkflowResult
		e, err := s.Temporal.DescribeWorkflowExecution(t.Context(), started.WorkflowID, "")
		return err == nil && e.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_COMPLETED
	})
}
