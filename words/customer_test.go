package words

import (
	"strings"
	"testing"
)

// TestWhoAsksIsACustomer_K1_L1: in inquiries and service requests nobody complains, in no sentence and no notice, in
// neither language; and no ID of a setting is read by anybody.
func TestWhoAsksIsACustomer_K1_L1(t *testing.T) {
	for kind, told := range map[string][]*story{"inquiry": inquiries(t), "service": services(t)} {
		for lang, complainant := range map[Language]string{Chinese: "投诉人", English: "omplainant"} {
			names := Of(kind, namesIn(t, lang))
			check := func(what, text string) {
				for _, wrong := range []string{complainant, "cleaners", `"repairs"`, "area:", "area："} {
					if strings.Contains(text, wrong) {
						t.Errorf("%s %s says %s: %s", lang, what, wrong, text)
					}
				}
			}
			for _, s := range told {
				for _, e := range s.events {
					check(e.Type, Event(lang, e, names))
				}
				for _, n := range s.notices {
					subject, body := Notice(lang, n.Template, n.Args, names)
					check(n.Template, subject+body)
				}
			}
		}
	}
	if got := LabelOf(Chinese, "service", "outcome", "not_reached"); got != "未联系上客户" {
		t.Error(got)
	}
	if got := LabelOf(Chinese, "complaint", "role", "complainant"); got != "投诉人" {
		t.Error(got)
	}
}

// TestAFormIsReadByItsNames_L1: the registration tells what was filled in by the names of fields and choices.
func TestAFormIsReadByItsNames_L1(t *testing.T) {
	for lang, want := range map[Language]string{Chinese: "面积（平方米）：90。", English: "Area in m²: 90."} {
		found := false
		for _, s := range services(t) {
			found = found || strings.Contains(Event(lang, s.events[0], Of("service", namesIn(t, lang))), want)
		}
		if !found {
			t.Errorf("%s: nobody reads %q", lang, want)
		}
	}
}
