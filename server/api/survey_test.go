package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"bihuan/server/gate"
)

// M1: a questionnaire that cannot stand is refused whole; each fault is named with its path, and a sentence in the
// person's language.
func TestEveryFaultOfAQuestionnaireIsNamed_M1(t *testing.T) {
	const body = `{"community":"yuhu","title":{"zh":"","en":"Survey"},"questions":[
		{"id":"a","kind":"single","ask":{"zh":"一","en":"one"}},{"id":"a","kind":"score5","ask":{"zh":"二","en":"two"}}]}`
	d := newDesk(t)
	sentences := map[string][]string{}
	for _, lang := range []string{"zh-CN", "en"} {
		a := d.post("assistant", "/api/v1/surveys", body, "Accept-Language", lang).is(http.StatusBadRequest, "bad_questionnaire")
		var paths []string
		for _, f := range a.body["faults"].([]any) {
			fault := f.(map[string]any)
			paths = append(paths, fault["path"].(string))
			if fault["message"] == fault["code"] {
				t.Errorf("%s: %v has no sentence", lang, f)
			}
			sentences[lang] = append(sentences[lang], fault["message"].(string))
		}
		if want := []string{"title", "questions[a].choices", "questions[a]"}; !slices.Equal(paths, want) {
			t.Errorf("%s: %v, want %v", lang, paths, want)
		}
	}
	if slices.Equal(sentences["zh-CN"], sentences["en"]) {
		t.Errorf("both languages say %v", sentences["en"])
	}
}

// M6: who may choose is told what from.
func TestABadChoiceIsToldWhatThereIs_M6(t *testing.T) {
	d := newDesk(t)
	const body = `{"community":"yuhu","about":"deadline","text":"太短"}`
	for lang, want := range map[string]string{"zh-CN": "意见针对的事项填写不正确，可选：stage, command, rule, other。", "en": "it may be: stage, command, rule, other."} {
		a := d.post("assistant", "/api/v1/feedback", body, "Accept-Language", lang, gate.HeaderKey, "f").is(http.StatusBadRequest, "bad_value")
		if got := a.body["detail"].(string); !strings.Contains(got, want) {
			t.Errorf("%s: %s", lang, got)
		}
	}
}

// A4 is for customers: nobody outside follows a survey or a measure, so there is no link to follow it by. M1, M3
func TestWhatNobodyFollowsHasNoTrackingLink_A4(t *testing.T) {
	d := newDesk(t)
	for path, body := range map[string]string{
		"/api/v1/surveys":      `{"community":"yuhu","template":"satisfaction"}`,
		"/api/v1/improvements": `{"community":"yuhu","feedback":{"about":"rule","which":"C2","text":"接单时限太短"}}`,
	} {
		a := d.post("assistant", path, body, gate.HeaderKey, path).is(http.StatusCreated, "")
		n := a.body["number"].(string)
		if link, ok := a.body["tracking_link"]; ok {
			t.Errorf("%s: tracking link %v", path, link)
		}
		d.ask("", http.MethodGet, "/track/"+n+"/"+secretOf(n), "").is(http.StatusNotFound, "")
	}
}
