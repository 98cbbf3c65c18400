package words

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"bihuan/procedure/policy"
)

// own are names with one notice's words of one's own.
type own struct {
	Names
	template, language string
	wording            policy.Wording
}

func (o own) Notice(language, template string) (policy.Wording, bool) {
	return o.wording, language == o.language && template == o.template
}

// set gives names with other words for the acknowledgement in English.
func set(subject, body string) own {
	return own{template: "acknowledged", language: English, wording: policy.Wording{Subject: subject, Body: body}}
}

var someone = map[string]string{"number": "TS-1", "stage": "registered", "urgency": "normal", "link": "https://example.org/track/TS-1/x"}

// Q1: a notice is said in the words that are set for it, in the language that they are set for.
func TestOwnWordsReplaceTheShippedOnes_Q1(t *testing.T) {
	names := set("Yuhu has {{.number}}", "Dear owner, {{lower (urgency .urgency)}}{{if eq .urgency \"normal\"}}, in its turn{{end}}.\n\n{{template \"tracking\" .}}")
	for _, n := range []Names{names, In(nil, names)} {
		subject, body := Notice(English, "acknowledged", someone, n)
		want := "Dear owner, normal, in its turn.\n\nComplaint: TS-1\nFollow it any time: https://example.org/track/TS-1/x"
		if subject != "Yuhu has TS-1" || body != want {
			t.Errorf("%q %q", subject, body)
		}
	}
	shipped, _ := Notice(Chinese, "acknowledged", someone, nil)
	if subject, _ := Notice(Chinese, "acknowledged", someone, names); subject != shipped {
		t.Errorf("Chinese became %q", subject)
	}
	drill := maps.Clone(someone)
	drill["drill"] = "true"
	if subject, body := Notice(English, "acknowledged", drill, names); subject != "[Drill] Yuhu has TS-1" || !strings.HasPrefix(body, "[Drill]") { // M5
		t.Errorf("a drill says %q %q", subject, body)
	}
}

// faulty are texts that cannot be a body, by what is wrong with them.
var faulty = map[string][]string{
	"bad_template":     {"{{", "{{if}}x{{end}}", "{{end}}", "{{.number", "{{$x}}", "{{stage}}", "{{stage .number .urgency}}", "{{if false}}{{lower 3 4}}{{end}}", "{{.number .urgency}}"},
	"unknown_argument": {"{{.plan}}", "{{$.reply}}", "{{with .number}}{{$.phone}}{{end}}", "{{if eq .Number \"x\"}}{{end}}", "{{template \"case\" .secret}}"},
	"unknown_function": {"{{printf \"%1000000000d\" 1}}", "{{html .number}}", "{{index . \"phone\"}}", "{{len .number}}", "{{call .number}}", "{{nothing .number}}", "{{print .number}}", "{{list .number}}", "{{yuan .number}}"},
	"unknown_part":     {"{{template \"who\" .}}", "{{template \"own\" .}}", "{{template \"notices.plan.body\" .}}", "{{template \"refusals.wrong_stage\" .}}"},
	"not_for_notices": {"{{range 1000000000}}x{{end}}", "{{range .number}}{{break}}{{end}}", "{{define \"x\"}}{{template \"x\" .}}{{end}}", "{{block \"x\" .}}{{end}}", "{{.}}", "{{$}}",
		"{{.number.len}}", "{{(stage .number).x}}", "{{with .number}}{{.stage}}{{end}}", "{{template \"tracking\"}}", "{{$x := .}}{{$x}}"},
	"no_words":       {"", " \n\t"},
	"too_many_words": {strings.Repeat("闭", longestBody+1)},
	"no_tracking":    {"{{/* nothing */}}", "Thank you. {{.number}}", "{{if eq .urgency \"normal\"}}{{template \"tracking\" .}}{{end}}", "{{with .number}}{{template \"tracking\" $}}{{end}}"},
}

// Q1: words that cannot stand are named with what is wrong, and were they in force, the shipped ones would be said.
func TestFaultyWordsAreNamedAndNeverKeepANotice_Q1(t *testing.T) {
	subject, body := Notice(English, "acknowledged", someone, nil)
	for code, texts := range faulty {
		for _, text := range texts {
			names := set("Received", text)
			faults := CheckNotices(policy.Notices{"acknowledged": {English: names.wording}})
			if len(faults) != 1 || faults[0].Code != code || faults[0].Path != "acknowledged.en.body" {
				t.Errorf("%.60q: %v, want %s", text, faults, code)
				continue
			}
			for _, lang := range Languages {
				if said := Fault(lang, faults[0]); said == "" || strings.Contains(said, "<no value>") {
					t.Errorf("%s %s: %q", lang, code, said)
				}
			}
			if code == "too_many_words" || code == "no_tracking" && !strings.HasPrefix(text, "{{/*") { // it can be said all the same
				continue
			}
			if s, b := Notice(English, "acknowledged", someone, names); s != subject || b != body {
				t.Errorf("%.60q is said as %q %q", text, s, b)
			}
		}
	}
}

func TestFaultsOfOwnWordsHaveTheirPath_Q1(t *testing.T) {
	good := policy.Wording{Subject: "新任务 {{.number}}", Body: `{{template "case" .}}`}
	for want, own := range map[string]policy.Notices{
		"unheard-of unknown_notice":      {"unheard-of": {English: good}},
		"task.fr not_one_of":             {"task": {"fr": good}},
		"task.en.subject no_words":       {"task": {English: {Body: good.Body}}},
		"task.en.subject one_line":       {"task": {English: {Subject: "a\nb", Body: good.Body}}},
		"task.en.subject too_many_words": {"task": {English: {Subject: strings.Repeat("x", longestSubject+1), Body: good.Body}}},
		"task.zh-CN.body no_number":      {"task": {Chinese: {Subject: good.Subject, Body: "{{if eq .stage \"working\"}}{{.number}}{{end}}请受理。"}, English: good}},
	} {
		if faults := CheckNotices(own); len(faults) != 1 || faults[0].Path+" "+faults[0].Code != want {
			t.Errorf("%v, want %s", faults, want)
		}
	}
	if faults := CheckNotices(policy.Notices{"task": {Chinese: good, English: {Subject: "{{.number}}", Body: "{{.number}} is yours"}}, "quota-short": {English: {Subject: "{{.month}}", Body: "{{.short}}"}}}); faults != nil {
		t.Errorf("good ones: %v", faults)
	}
}

// Q1: what is shipped is a beginning for words of one's own: each of it could be set as it is.
func TestShippedWordsCanBeSet_Q1(t *testing.T) {
	own := policy.Notices{}
	for _, n := range Templates() {
		own[n.Name] = n.Words
		if len(n.Words) != len(Languages) || len(n.Arguments) == 0 {
			t.Errorf("%+v", n)
		}
	}
	if faults := CheckNotices(own); faults != nil {
		t.Error(faults)
	}
	names := slices.Collect(maps.Keys(own))
	for _, template := range templates() {
		if !slices.Contains(names, template) {
			t.Errorf("%s is not listed", template)
		}
	}
}

// Q1: what the words of a notice may use always is what it comes with.
func TestNoticesBringWhatTheyAllHave_Q1(t *testing.T) {
	for _, s := range stories(t) {
		for _, n := range s.notices {
			for _, a := range shared(n.Template) {
				if n.Args[a] == "" {
					t.Errorf("%s comes without %s: %v", n.Template, a, n.Args)
				}
			}
		}
	}
}

// Q1: what people wrote may make a text as long as it likes only so far.
func TestOwnWordsEndSomewhere_Q1(t *testing.T) {
	names := set("{{.number}}", strings.Repeat("{{.number}}", 300)+`{{template "tracking" .}}`)
	args := map[string]string{"number": strings.Repeat("很长", 500)}
	if _, body := Notice(English, "acknowledged", args, names); !strings.HasPrefix(body, "Thank you") {
		t.Errorf("%d bytes are said", len(body))
	}
}

// Q1, Q2: whatever is set, a notice says something, and neither checking nor saying it fails.
func FuzzOwnWords(f *testing.F) {
	for _, texts := range faulty {
		for _, text := range texts {
			f.Add(text)
		}
	}
	for _, n := range Templates() {
		f.Add(n.Words[English].Body)
	}
	f.Fuzz(func(t *testing.T, text string) {
		names := set(text, text)
		CheckNotices(policy.Notices{"acknowledged": {English: names.wording}})
		if subject, body := Notice(English, "acknowledged", someone, names); subject == "" || body == "" || len(body) > longestResult {
			t.Errorf("%q and %d bytes", subject, len(body))
		}
	})
}

func BenchmarkOwnWords(b *testing.B) {
	names := set("Yuhu has {{.number}}", "Dear owner, {{lower (urgency .urgency)}}.\n\n{{template \"tracking\" .}}")
	for b.Loop() {
		Notice(English, "acknowledged", someone, names)
	}
}
