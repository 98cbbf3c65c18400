package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"bihuan/e2e/system"
)

type told struct {
	Source string
	Items  []struct{ Kind, Text, Code string }
}

func (h told) text() string {
	var b strings.Builder
	for _, step := range h.Items {
		b.WriteString(step.Text + "\n")
	}
	return b.String()
}

// TestAuditorsReadTheWorkflowsOwnHistory in plain words, from the live engine and through the keys, and
// nobody reads it unnoticed. N2
func TestAuditorsReadTheWorkflowsOwnHistory(t *testing.T) {
	r := play(t, system.Complaint(nil), system.Judged...)
	path := "/api/v1/complaints/" + r.Number + "/history?limit=200"
	var h told
	get(t, bihuan.As("auditor"), path, &h)
	for _, want := range []string{"王芳登记", "王芳发出操作“判别”", "已写入数据库：已登记、进入阶段"} {
		if !strings.Contains(h.text(), want) {
			t.Errorf("nothing says %q:\n%s", want, h.text())
		}
	}
	if h.Source != "engine" {
		t.Errorf("it came from %q", h.Source)
	}
	a, err := bihuan.As("agent").Do(t.Context(), http.MethodGet, path, nil)
	must(t, err)
	wantProblem(t, a, http.StatusForbidden, "forbidden")
	var readings struct {
		Items []struct{ Staff, What string }
	}
	get(t, bihuan.As("admin"), "/api/v1/readings?number="+r.Number, &readings)
	if len(readings.Items) != 1 || readings.Items[0].Staff != "auditor" || readings.Items[0].What != "get-history" {
		t.Errorf("remembered %+v", readings.Items)
	}
}

// TestAuditorsSeeContactsForAReason alone. N1 N2
func TestAuditorsSeeContactsForAReason(t *testing.T) {
	r := play(t, system.Complaint(M{"name": "欧阳朔", "phone": "13912345678"}))
	path := "/api/v1/complaints/" + r.Number
	var seen struct{ Record struct{ Name, Phone string } }
	get(t, bihuan.As("auditor"), path, &seen)
	if seen.Record.Name != "欧**" || seen.Record.Phone != "139****5678" {
		t.Errorf("masked: %+v", seen.Record)
	}
	a, err := bihuan.As("auditor").Do(t.Context(), http.MethodPost, path+"/unmask", M{"reason": "抽查回访"})
	must(t, err)
	if a.Status != http.StatusOK || !strings.Contains(string(a.Body), "13912345678") {
		t.Errorf("unmasked: %d %s", a.Status, a.Body)
	}
}
