package settings

import (
	"strings"
	"testing"
	"time"

	"bihuan/procedure/people"
	"bihuan/procedure/violation"
)

// N1: how people log in is set, has sound defaults, and a bad setting is named.
func TestLoginIsSet(t *testing.T) {
	shipped, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	bare := Login{}.withDefaults()
	for name, l := range map[string]Login{"shipped": shipped.Login, "bare": bare} {
		if time.Duration(l.Idle) != 30*time.Minute || time.Duration(l.Absolute) != 12*time.Hour || len(l.SecondFactor) != 4 || l.OIDC.Unknown != "mapped" || l.OIDC.Match != "email" || l.OIDC.TrustSecondFactor {
			t.Errorf("%s: %+v", name, l)
		}
	}
	for want, change := range map[string]func(*Login){
		"login.absolute":      func(l *Login) { l.Absolute = l.Idle - 1 },
		"login.oidc.unknown":  func(l *Login) { l.OIDC.Unknown = "everybody" },
		"login.second_factor": func(l *Login) { l.SecondFactor = []people.Role{"boss"} },
		"login.oidc.map.desk": func(l *Login) { l.OIDC.Map = map[string][]people.Role{"desk": {people.System}} },
	} {
		l := bare
		change(&l)
		var faults violation.List
		if l.validate(&faults); len(faults) != 1 || !strings.HasPrefix(faults[0].Path, want) {
			t.Errorf("%s: %v", want, faults)
		}
	}
}
