package handbook

import (
	"html"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	registry "bihuan/procedure/registry"
	"bihuan/settings"
	"bihuan/words"
)

var now = time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)

// version gives the shipped settings with some changes.
func version(t *testing.T, changes ...settings.Change) settings.Version {
	t.Helper()
	c, err := settings.Open(t.Context(), settings.Source{Store: none{}, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	doc, faults := c.Version().Document.With(changes)
	s, more := doc.Build()
	if faults = append(faults, more...); len(faults) > 0 {
		t.Fatal(faults)
	}
	return settings.Version{Number: 7, Document: doc, Settings: s}
}

func drawn(t *testing.T, v settings.Version, lang words.Language) (Page, string) {
	t.Helper()
	h, ok := Build(v, "yuhu", lang, now)
	if !ok {
		t.Fatal("no handbook of yuhu")
	}
	p := Page{Handbook: h, Communities: []Choice{{"yuhu", "Yuhu"}}}
	body, err := p.HTML()
	if err != nil {
		t.Fatal(err)
	}
	return p, html.UnescapeString(string(body))
}

// P2: every stage, command, need and deadline of every procedure's table stands on the page, in both languages.
func TestEverythingStandsInTheHandbook_P2(t *testing.T) {
	for _, lang := range words.Languages {
		page, body := drawn(t, version(t), lang)
		procedure := ""
		has := func(kind, code string) {
			t.Helper()
			label := words.LabelOf(lang, procedure, kind, code)
			if label == code && code != "" {
				t.Errorf("%s: %s %s has no words", lang, kind, code)
			}
			if !strings.Contains(body, label) {
				t.Errorf("%s: no %s %s (%s)", lang, kind, code, label)
			}
		}
		for i, entry := range registry.Kinds() {
			procedure = entry.Name
			has("kind", entry.Name)
			for _, s := range entry.Stages {
				has("stage", string(s))
			}
			for _, line := range entry.Table {
				has("command", line.Command)
				for _, n := range line.Needs {
					has("need", string(n))
				}
				for _, r := range line.May {
					has("role", string(r))
				}
			}
			for j, step := range entry.Steps {
				has("step", string(step))
				if d := page.Chapters[i].Deadlines[j]; d.Within == "" || d.Warning == "" || !strings.Contains(body, d.Within) {
					t.Errorf("%s: deadline %s is %+v", lang, step, d)
				}
			}
		}
		if page.Chapters[0].Stages[1].Deadline == nil || page.Chapters[0].Stages[1].Deadline.Step != "judge" {
			t.Errorf("the first stage has %+v", page.Chapters[0].Stages[1].Deadline)
		}
		for _, want := range []string{page.CommunityName, "0571-88000001", "2026-10-01", "08:30-12:00", "B9", "H4", "K2", "L4", `id="services"`, `id="complaint-flow"`, "<svg"} {
			if !strings.Contains(body, want) {
				t.Errorf("%s: no %s", lang, want)
			}
		}
		if found := regexp.MustCompile(`>(handbook\.[a-z_.]+|categories|deadlines|title|[a-z]+_[a-z]+)<|%!`).FindString(strings.ReplaceAll(body, "<code>", "<code> ")); found != "" {
			t.Errorf("%s: a word is missing: %s", lang, found)
		}
	}
	for sentence := range sentences[words.Chinese] {
		if _, ok := sentences[words.English][sentence]; !ok {
			t.Errorf("no English for the rule %s", sentence)
		}
	}
}

// P2: a changed setting changes the page, by itself.
func TestAChangedSettingChangesTheHandbook_P2(t *testing.T) {
	for _, test := range []struct {
		path, shows, hides string
		now                any
	}{
		{"complaint.deadlines.explain.within", "37 hours", "", "37h"},
		{"complaint.deadlines.verify.owner", "", "", "manager"},
		{"complaint.warn_percent", "when 61% of the time", "when 75% of the time", 61.0},
		{"service.categories[repair.burst].name.en", "Burst main", "Burst pipe", "Burst main"},
		{"inquiry.deadlines.reply.within", "39 hours", "", "39h"},
		{"complaint.categories[facility.leak].name.en", "Dripping water", "Water leak", "Dripping water"},
		{"complaint.categories[environment.noise].department", "", "", "finance"},
		{"complaint.departments[engineering].phone", "0571-99", "0571-88000001", "0571-99"},
		{"calendars.cn.years[2026].holidays[2026-11-24]", "2026-11-24", "", "2026-11-24"},
		{"quotas.revisits.manager", "Service-centre manager: 9", "Service-centre manager: 3", 9.0},
		{"complaint.revisit_attempts", "After 5 revisits", "After 3 revisits", 5.0},
		{"service.low_rating", "rated 1 or less", "rated 2 or less", 1.0},
		{"duplicates.within", "within 9 days", "within 14 days", "9d"},
		{"collective.households", "complaints of 6 households", "complaints of 3 households", 6.0},
		{"survey.schedule.months", "On the 1st of May", "On the 1st of March", []any{5.0}},
		{"quotas.remind_on", "reminded: 11.", "reminded: 20, 25.", []any{11.0}},
		{"improvement.noise_percent", "below 7%", "below 10%", 7.0},
		{"retention.records", "erased 40 days after", "", "40d"},
		{"communities[yuhu].name.en", "Jade Lake", "Yuhu Gardens", "Jade Lake"},
	} {
		_, before := drawn(t, version(t), words.English)
		_, after := drawn(t, version(t, settings.Change{Path: test.path, Now: test.now}), words.English)
		if before == after || !strings.Contains(after, test.shows) || test.hides != "" && strings.Contains(after, test.hides) || test.shows != "" && strings.Contains(before, test.shows) {
			t.Errorf("%s: the page does not show it", test.path)
		}
	}
}

// Lengths of time are written as people say them.
func TestSpans(t *testing.T) {
	h, _ := Build(version(t), "yuhu", words.Chinese, now)
	got := map[string]string{}
	for _, d := range h.Chapters[0].Deadlines {
		got[d.Step] = d.Within + " / " + d.Warning
	}
	for step, want := range map[string]string{"judge": "2 小时 / 1 小时 30 分钟", "accept": "30 分钟 / 23 分钟", "reopen": "7 天 / 126 小时", "answer": "4 天 / 3 天"} {
		if got[step] != want {
			t.Errorf("%s: %s, want %s", step, got[step], want)
		}
	}
}
