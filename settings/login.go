package settings

import (
	"maps"
	"slices"
	"time"

	"bihuan/procedure/people"
	"bihuan/procedure/policy"
	"bihuan/procedure/violation"
)

// Login is how people log in. What is secret about it comes from the environment.
type Login struct {
	Idle     policy.Duration `yaml:"idle"`     // a session unused for so long ends
	Absolute policy.Duration `yaml:"absolute"` // a session ends, used or not
	// SecondFactor lists the roles that need one.
	SecondFactor []people.Role `yaml:"second_factor"`
	OIDC         OIDC          `yaml:"oidc"`
}

// OIDC says what is taken from an OpenID Connect provider's claims.
type OIDC struct {
	// Unknown says what becomes of a person that the directory does not know: "mapped" creates them when the
	// provider gives them a role, "refuse" never does.
	Unknown string `yaml:"unknown"`
	// Match is the claim that finds a person of the directory at their first login: "email" (verified) or the
	// name of a claim that holds the staff ID.
	Match string `yaml:"match"`
	// TrustSecondFactor says that the provider asks leaders and admins for a second factor itself.
	TrustSecondFactor bool   `yaml:"trust_second_factor"`
	Claims            Claims `yaml:"claims"`
	// Map gives the roles for each value of the roles claim.
	Map map[string][]people.Role `yaml:"map"`
}

// Claims names the claims; an empty name takes nothing from the provider.
type Claims struct {
	ID          string   `yaml:"id"` // of a person to create
	Scopes      []string `yaml:"scopes"`
	Roles       string   `yaml:"roles"`
	Communities string   `yaml:"communities"`
	Department  string   `yaml:"department"`
}

// withDefaults fills in what is not set.
func (l Login) withDefaults() Login {
	if l.Idle == 0 {
		l.Idle = policy.Duration(30 * time.Minute)
	}
	if l.Absolute == 0 {
		l.Absolute = policy.Duration(12 * time.Hour)
	}
	if l.SecondFactor == nil {
		l.SecondFactor = []people.Role{people.Manager, people.GM, people.Company, people.Admin}
	}
	o := &l.OIDC
	for text, otherwise := range map[*string]string{&o.Unknown: "mapped", &o.Match: "email", &o.Claims.ID: "preferred_username"} {
		if *text == "" {
			*text = otherwise
		}
	}
	if o.Claims.Scopes == nil {
		o.Claims.Scopes = []string{"profile", "email", "groups"}
	}
	return l
}

// validate names every bad setting by its path.
func (l Login) validate(faults *violation.List) {
	if l.Idle <= 0 {
		faults.Add("login.idle", "nothing")
	}
	if l.Absolute < l.Idle {
		faults.Add("login.absolute", "shorter_than", "other", "login.idle")
	}
	if l.OIDC.Unknown != "mapped" && l.OIDC.Unknown != "refuse" {
		faults.Add("login.oidc.unknown", "not_one_of", "choices", "mapped, refuse")
	}
	staffRoles(faults, "login.second_factor", l.SecondFactor)
	for _, value := range slices.Sorted(maps.Keys(l.OIDC.Map)) {
		staffRoles(faults, "login.oidc.map."+value, l.OIDC.Map[value])
	}
}

func staffRoles(faults *violation.List, path string, roles []people.Role) {
	for _, r := range roles {
		if !slices.Contains(people.Employed, r) {
			faults.Add(path+"["+string(r)+"]", "no_role")
		}
	}
}
