package words

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/complaint"
	"bihuan/procedure/people"
	"bihuan/procedure/registry"
	"bihuan/settings"
)

// gap finds what a missing value leaves behind.
var gap = regexp.MustCompile(`<no value>|\{\{|\}\}|：[。，；]|： |（）|\(\)|“”|""|、、|。。|\.\.|: [.,;]|: ?$|,,|^[。，.,]|[^\n] {2,}| [.,;]`)

var chinese = regexp.MustCompile(`\p{Han}|[。，：；、]`)

// namesIn gives the names of the default settings.
func namesIn(t *testing.T, lang Language) Names {
	t.Helper()
	s, err := settings.Load("")
	if err != nil {
		t.Fatal(err)
	}
	return s.Names(lang)
}

// readable fails for a text with gaps, or in the wrong language: the stories themselves are in English.
func readable(t *testing.T, lang Language, what, text string) {
	t.Helper()
	switch {
	case strings.TrimSpace(text) == "":
		t.Errorf("%s %s: nothing", lang, what)
	case gap.MatchString(text):
		t.Errorf("%s %s has a gap at %q: %s", lang, what, gap.FindString(text), text)
	case chinese.MatchString(text) != (lang == Chinese):
		t.Errorf("%s %s is in the wrong language: %s", lang, what, text)
	}
}

func TestEveryEventReads(t *testing.T) { // N2
	for _, lang := range Languages {
		names, seen := namesIn(t, lang), map[string]bool{}
		for _, s := range stories(t) {
			for _, e := range s.events {
				seen[e.Type] = true
				text := Event(lang, e, names)
				readable(t, lang, e.Type, text)
				t.Log(text)
			}
		}
		for _, e := range registry.Events() {
			if !seen[e] {
				t.Errorf("no story tells of %s", e)
			}
		}
	}
}

func TestEveryNoticeReads(t *testing.T) { // Q1
	const link = "https://example.org/track/TS-20261123-7K3F9/secret"
	for _, lang := range Languages {
		names, seen := namesIn(t, lang), map[string]bool{}
		for _, s := range stories(t) {
			for _, n := range s.notices {
				args := maps.Clone(n.Args)
				if n.To.Complainant {
					args["link"] = link
				}
				subject, body := Notice(lang, n.Template, args, names)
				readable(t, lang, n.Template, subject)
				readable(t, lang, n.Template, body)
				if !strings.Contains(body, n.Args["number"]) || n.To.Complainant != strings.Contains(body, link) {
					t.Errorf("%s %s lacks number or link: %s", lang, n.Template, body)
				}
				if !seen[n.Template] {
					t.Logf("%s\n%s", subject, body)
				}
				seen[n.Template] = true
			}
		}
		for _, template := range templates() {
			if !seen[template] {
				t.Errorf("no story sends %s", template)
			}
		}
	}
}

// M5: nobody takes a drill for a complaint, in the inbox or in a mail.
func TestADrillSaysSoInEveryNotice(t *testing.T) {
	for lang, mark := range map[Language]string{Chinese: "【演练】", English: "[Drill] "} {
		for _, template := range templates() {
			args := map[string]string{"number": "TS-1", "stage": "registered", "outcome": "satisfied", "answer": "agreed"}
			plain, told := Notice(lang, template, args, nil)
			args["drill"] = "true"
			subject, body := Notice(lang, template, args, nil)
			if subject != mark+plain || !strings.HasPrefix(body, mark) || !strings.HasSuffix(body, told) {
				t.Errorf("%s %s: %q, %q", lang, template, subject, body)
			}
			readable(t, lang, template, strings.SplitN(body, "\n", 2)[0])
		}
	}
}

func TestAcknowledgementHasNumberAndLink(t *testing.T) { // A4
	args := map[string]string{"number": "TS-1", "stage": "registered", "link": "https://example.org/track/TS-1/x"}
	for lang, sorry := range map[Language]string{Chinese: "深表歉意", English: "we are sorry"} {
		subject, body := Notice(lang, "acknowledged", args, nil)
		for _, want := range []string{"TS-1", args["link"], sorry} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %q in %q", lang, want, body)
			}
		}
		if !strings.Contains(subject, "TS-1") {
			t.Errorf("%s: no number in %q", lang, subject)
		}
	}
}

func TestEveryStageTellsTheComplainantWhatComesNext(t *testing.T) { // E3
	for _, lang := range Languages {
		seen := map[string]complaint.Stage{}
		for _, stage := range complaint.Stages {
			_, body := Notice(lang, "stage", map[string]string{"number": "TS-1", "stage": string(stage)}, nil)
			readable(t, lang, "stage "+string(stage), body)
			next := Label(lang, "next", string(stage))
			if !strings.Contains(body, next) || !strings.Contains(strings.ToLower(body), strings.ToLower(Label(lang, "stage", string(stage)))) {
				t.Errorf("%s %s does not say where it stands and what comes next: %s", lang, stage, body)
			}
			if other, twice := seen[next]; twice {
				t.Errorf("%s: %q and %q say the same", lang, stage, other)
			}
			seen[next] = stage
		}
	}
}

func TestJudgementSaysWhoAndWhy(t *testing.T) { // B8
	e := procedure.Event{
		Type: complaint.EvJudged, By: people.By{ID: "u1", Name: "王芳", Role: people.Agent},
		Data: json.RawMessage(`{"nature":"valid","grounds":"电梯困人属我方责任"}`),
	}
	if got, want := Event(Chinese, e, nil), "客服王芳判别为有效投诉：电梯困人属我方责任。"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := Event(English, e, nil), "王芳 (agent) judged the complaint valid: 电梯困人属我方责任."; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTimesAreInTheCommunitysZone(t *testing.T) {
	args := map[string]string{"number": "TS-1", "step": "judge", "due": "2026-11-21T12:15:00Z"}
	for _, c := range []struct {
		lang  Language
		names Names
		want  string
	}{
		{Chinese, nil, "11月21日 20:15"},
		{English, nil, "21 Nov 2026, 20:15"},
		{English, In(time.UTC, nil), "21 Nov 2026, 12:15"},
		{Chinese, In(time.FixedZone("", 9*3600), namesIn(t, Chinese)), "11月21日 21:15"},
	} {
		if _, body := Notice(c.lang, "warning", args, c.names); !strings.Contains(body, c.want) {
			t.Errorf("no %s in %s", c.want, body)
		}
	}
}

func TestRecourseIsInTheReadersLanguage(t *testing.T) { // B5
	args := map[string]string{"number": "TS-1", "outcome": "explained", "recourse_zh": "请拨打12345", "recourse_en": "Call 12345"}
	for lang, want := range map[Language]string{Chinese: "请拨打12345。", English: "Call 12345."} {
		if _, body := Notice(lang, "closed", args, nil); !strings.Contains(body, want) {
			t.Errorf("no %q in %q", want, body)
		}
	}
}

func TestPick(t *testing.T) {
	for header, want := range map[string]Language{
		"": Chinese, "zh": Chinese, "zh-TW,zh;q=0.9": Chinese, "en-GB,en;q=0.9,zh;q=0.2": English, "en;q=0.3, zh-CN": Chinese,
		"fr": Chinese, "fr, en;q=0.5": English, "%%%": Chinese,
	} {
		if got := Pick(header); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
}

// Words never fail: what is unknown or missing is shown as well as may be.
func TestUnknownAndMissing(t *testing.T) {
	if got := Label(Chinese, "stage", "elsewhere"); got != "elsewhere" {
		t.Error(got)
	}
	if got := Refusal("de", "no_such_code", nil); !strings.Contains(got, "no_such_code") {
		t.Error(got)
	}
	for _, e := range complaint.Events {
		for _, raw := range []string{"", "{}", "null", "[]", "{"} {
			if got := Event(English, procedure.Event{Type: e, Data: json.RawMessage(raw)}, nil); got == "" {
				t.Errorf("%s with %q says nothing", e, raw)
			}
		}
	}
	if got := Event(Chinese, procedure.Event{Type: "unheard-of"}, nil); got != "unheard-of" {
		t.Error(got)
	}
	for _, template := range append(complaint.Templates(), "unheard-of") {
		if subject, body := Notice(Chinese, template, nil, nil); subject == "" || strings.Contains(body, "<no value>") {
			t.Errorf("%s: %q %q", template, subject, body)
		}
	}
}

func TestPeoplesWordsAreNotTemplates(t *testing.T) {
	e := procedure.Event{Type: complaint.EvContained, By: people.By{Role: people.Agent, Name: "{{.Data}}"}, Data: json.RawMessage(`{"measure":"{{.By}} <b>"}`)}
	if got, want := Event(Chinese, e, nil), "客服{{.Data}}采取控制措施：{{.By}} <b>。"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	zh, en := catalogs[Chinese], catalogs[English]
	same := func(what string, a, b []string) {
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s differ:\n%v\n%v", what, a, b)
		}
	}
	same("refusals", slices.Collect(maps.Keys(zh.Refusals)), slices.Collect(maps.Keys(en.Refusals)))
	same("events", slices.Collect(maps.Keys(zh.Events)), slices.Collect(maps.Keys(en.Events)))
	same("faults", slices.Collect(maps.Keys(zh.Faults)), slices.Collect(maps.Keys(en.Faults)))
	same("findings", slices.Collect(maps.Keys(zh.Findings)), slices.Collect(maps.Keys(en.Findings)))
	same("history", slices.Collect(maps.Keys(zh.History)), slices.Collect(maps.Keys(en.History)))
	same("notices", slices.Collect(maps.Keys(zh.Notices)), slices.Collect(maps.Keys(en.Notices)))
	same("kinds", slices.Collect(maps.Keys(zh.Labels)), slices.Collect(maps.Keys(en.Labels)))
	same("procedures with words of their own", slices.Collect(maps.Keys(zh.ofKind)), slices.Collect(maps.Keys(en.ofKind)))
	for procedure := range zh.ofKind {
		for kind, labels := range zh.ofKind[procedure].Labels {
			same(procedure+" "+kind, slices.Collect(maps.Keys(labels)), slices.Collect(maps.Keys(en.ofKind[procedure].Labels[kind])))
		}
	}
	for kind := range zh.Labels {
		same(kind, slices.Collect(maps.Keys(zh.Labels[kind])), slices.Collect(maps.Keys(en.Labels[kind])))
	}
}

// templates lists the notices of every procedure.
func templates() []string {
	var all []string
	for _, p := range registry.Kinds() {
		all = append(all, p.Templates...)
	}
	return all
}
