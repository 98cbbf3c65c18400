package notify

import (
	"strings"
	"testing"
)

// M1: a link opens one household of one survey, cannot be forged, and does not tell under which name the answer is kept.
func TestHouseholdLinks_M1(t *testing.T) {
	a := Tracking{Secret: []byte("0123456789abcdef"), PublicURL: "https://example.com/"}
	link := a.HouseholdLink("DC-20261201-7K3F9", 17)
	token, ours := strings.CutPrefix(link, "https://example.com/survey/DC-20261201-7K3F9/")
	if household, ok := a.Household("DC-20261201-7K3F9", token); !ours || !ok || household != 17 {
		t.Fatalf("%s opens %d, %v", link, household, ok)
	}
	other := Tracking{Secret: []byte("fedcba9876543210")}
	for name, opens := range map[string]bool{
		"another household": opened(a, "DC-20261201-7K3F9", "18"+token[2:]), "another survey": opened(a, "DC-20261201-7K3F8", token),
		"another key": opened(other, "DC-20261201-7K3F9", token), "a leading zero": opened(a, "DC-20261201-7K3F9", "0"+token),
		"nothing": opened(a, "DC-20261201-7K3F9", ""), "no key": opened(Tracking{}, "DC-20261201-7K3F9", Tracking{}.householdToken("DC-20261201-7K3F9", 17)),
	} {
		if opens {
			t.Errorf("%s opens it", name)
		}
	}
	if r := a.Respondent("DC-20261201-7K3F9", 17); strings.Contains(token, r) || r == a.Respondent("DC-20261201-7K3F9", 18) || r == other.Respondent("DC-20261201-7K3F9", 17) {
		t.Errorf("respondent %s", r)
	}
}

func opened(t Tracking, number, token string) bool {
	_, ok := t.Household(number, token)
	return ok
}
