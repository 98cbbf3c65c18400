package erasure

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/people"
	"bihuan/procedure/registry"
)

// I5: no field of any event is forgotten: each is said to be personal, or to stay; and the table names
// nothing that is not there.
func TestEveryFieldIsClassified(t *testing.T) {
	for _, event := range registry.Events() {
		payload, ok := registry.DataOf(event)
		if !ok {
			t.Errorf("%s: no data is named for it", event)
			continue
		}
		there := map[string]bool{"recourse": event == complaint.EvClosed} // an empty one is a value of its own
		for _, path := range fields(reflect.TypeOf(payload), "") {
			there[path] = true
			if _, known := Classified(event, "data/"+path); !known {
				t.Errorf("%s: nobody has said whether %s is personal", event, path)
			}
		}
		of, listed := leaves[event]
		if !listed {
			continue
		}
		for _, path := range strings.Fields(of.personal + " " + of.kept) {
			if !there[path] {
				t.Errorf("%s: there is no %s", event, path)
			}
			delete(there, path)
		}
	}
	for event := range leaves {
		if !slices.Contains(registry.Events(), event) {
			t.Errorf("there is no event %s", event)
		}
	}
}

// fields lists the paths of the single values that a type has in JSON.
func fields(t reflect.Type, path string) []string {
	switch {
	case t.Kind() == reflect.Pointer:
		return fields(t.Elem(), path)
	case t.Kind() == reflect.Slice:
		return fields(t.Elem(), path+"/*")
	case t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]():
		return []string{strings.TrimPrefix(path, "/")}
	}
	var paths []string
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous {
			paths = append(paths, fields(f.Type, path)...)
			continue
		}
		paths = append(paths, fields(f.Type, path+"/"+name)...)
	}
	return paths
}

// I5, N2: what is personal is gone, what statistics need is not, and the hash is the same.
func TestErasedEventKeepsItsHash(t *testing.T) {
	secret := []byte("a case's secret")
	e := procedure.Event{
		Seq: 1, Type: complaint.EvRegistered, By: people.By{ID: "wang", Name: "王芳", Role: people.Agent},
		Data: json.RawMessage(`{"name":"李明","phone":"13800001111","room":"1202","building":"3栋","category":"other",
			"what":"漏水","involved":[{"staff":"z","name":"张"}],"unheard_of":"谁","n":5,"happened_at":"2026-11-23T01:00:00Z","remedy":""}`),
	}
	hash, err := hashchain.Event("", "TS-1", secret, e)
	if err != nil {
		t.Fatal(err)
	}
	erased, proof, err := Erase(secret, e)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"building":"3栋","category":"other","happened_at":"2026-11-23T01:00:00Z","involved":[{"name":"","staff":""}],` +
		`"n":5,"name":"","phone":"","remedy":"","room":"","unheard_of":"","what":""}`
	if string(erased.Data) != want || erased.By.Name != "" || erased.By.ID != "wang" {
		t.Errorf("erased: %s by %+v", erased.Data, erased.By)
	}
	if got, err := hashchain.Proven("", "TS-1", erased, proof); err != nil || got != hash {
		t.Errorf("hash %s, %v; want %s", got, err, hash)
	}
	erased.Data = json.RawMessage(strings.Replace(want, `"what":""`, `"what":"别的"`, 1))
	if _, err := hashchain.Proven("", "TS-1", erased, proof); err == nil {
		t.Error("something was written where a value was erased, and it passes")
	}
}
