package api_test

import (
	"net/http"
	"testing"

	"bihuan/procedure/registry"
	"bihuan/procedure/registry/toy"
)

// A kind that nobody knows but the registry is served: it is registered, shown with what is allowed, and takes its
// commands, each checked by what its payload's type says; departments and strangers see nothing of it. N1
func TestARegisteredKindIsServed(t *testing.T) {
	t.Cleanup(registry.Register(toy.Definition.Erase()))
	d := newDesk(t)
	d.post("agent", "/api/v1/wishes", `{"community":"yuhu","channel":"desk"}`).is(http.StatusBadRequest, "missing_field")
	n := d.post("agent", "/api/v1/wishes", `{"community":"yuhu","channel":"desk","what":"一棵树"}`).is(http.StatusCreated, "").body["number"].(string)
	wish := "/api/v1/wishes/" + n
	seen := d.ask("agent", http.MethodGet, wish, "").is(http.StatusOK, "").body
	if seen["stage"] != "wished" || seen["number"] != n || seen["allowed"].([]any)[0] != toy.CmdGrant {
		t.Errorf("shown: %v", seen)
	}
	d.ask("plumber", http.MethodGet, wish, "").is(http.StatusNotFound, "not_found")
	d.ask("stranger", http.MethodGet, wish, "").is(http.StatusNotFound, "not_found")
	d.post("agent", wish+"/grant", `{"with":"银杏","worth":101}`).is(http.StatusBadRequest, "bad_value")
	d.post("auditor", wish+"/grant", `{"with":"银杏"}`).is(http.StatusForbidden, "forbidden")
	granted := d.post("agent", wish+"/grant", `{"with":"银杏","worth":30}`).is(http.StatusOK, "").body
	if granted["outcome"] != toy.Granted || granted["open"] != false {
		t.Errorf("granted: %v", granted)
	}
	d.post("agent", wish+"/grant", `{"with":"银杏"}`).is(http.StatusConflict, "wrong_stage")
}
