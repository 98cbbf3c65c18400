package contract

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/oasdiff/yaml"

	"bihuan/procedure/registry"
	"bihuan/words"
)

// The document that is served is what base.yaml and the registry say today.
func TestDocumentIsNotStale(t *testing.T) {
	doc, err := Document()
	if err != nil {
		t.Fatal(err)
	}
	text, err := yaml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	written, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, rest, _ := strings.Cut(string(written), "\n"); rest != string(text) {
		t.Error("openapi.yaml is stale: go generate ./server/contract")
	}
}

// refs are what a field can name.
var refs = []string{"community", "building", "room", "category", "department", "pool", "staff", "task", "escalation", "case", "template"}

// A form can be drawn from every payload: each field has its label in Chinese, what it refers to is something that can be
// looked up, and what it waits for is a field beside it.
func TestEveryPayloadCanBeDrawn(t *testing.T) {
	for _, k := range registry.Kinds() {
		for command := range k.Payloads {
			if len(givers(k, command)) == 0 {
				continue
			}
			s, err := form{}.schema(payloadOf(k, command))
			if err != nil {
				t.Fatal(err)
			}
			drawn(t, k.Name+" "+command, s)
		}
	}
}

func drawn(t *testing.T, of string, s *openapi3.Schema) {
	t.Helper()
	if s.Type.Is(openapi3.TypeArray) {
		drawn(t, of+"[]", s.Items.Value)
	}
	for name, p := range s.Properties {
		if words.Label(words.Chinese, "field", name) == name {
			t.Errorf("%s: %s has no label", of, name)
		}
		if ref, ok := p.Value.Extensions["x-ref"].(string); ok && !slices.Contains(refs, ref) {
			t.Errorf("%s: %s refers to %q", of, name, ref)
		}
		if when, ok := p.Value.Extensions["x-when"].(string); ok {
			if other, _, _ := strings.Cut(when, "="); s.Properties[other] == nil {
				t.Errorf("%s: %s waits for %q, which is not there", of, name, other)
			}
		}
		drawn(t, of+"."+name, p.Value)
	}
}
