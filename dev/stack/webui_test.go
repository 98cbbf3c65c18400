package stack_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"bihuan/dev/stack"
)

// The Web UI is told to open payloads at the codec endpoint with the person's own session there.
func TestTheWebUIAsksTheCodecEndpointAsThePerson(t *testing.T) {
	s := start(t, stack.Options{WithoutPostgres: true, UICodec: "http://127.0.0.1:1/codec/default"})
	response, err := http.Get(s.TemporalUIURL + "/api/v1/settings")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var settings struct {
		Codec struct {
			Endpoint           string
			IncludeCredentials bool
		}
	}
	if err := json.NewDecoder(response.Body).Decode(&settings); err != nil {
		t.Fatal(err)
	}
	if settings.Codec.Endpoint != "http://127.0.0.1:1/codec/default" || !settings.Codec.IncludeCredentials {
		t.Errorf("settings %+v", settings)
	}
	page, err := http.Get(s.TemporalUIURL + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer page.Body.Close()
	if page.StatusCode != http.StatusOK {
		t.Errorf("the page itself: %s", page.Status)
	}
}
