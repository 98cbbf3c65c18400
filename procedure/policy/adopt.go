package policy

import (
	"encoding/json"
	"strings"

	"bihuan/procedure/fault"
)

// CmdAdopt is the command by which a case of any procedure is moved to other settings; EvAdopted is the event. P1
const (
	CmdAdopt  = "adopt-settings"
	EvAdopted = "settings-adopted"
)

// Adoption is the command's payload: the settings as a new case would carry them, and why.
type Adoption struct {
	Policy Policy `json:"policy"`
	// Settings is the number of the version of all settings that they are of; zero where there is none.
	Settings int    `json:"settings,omitempty"`
	Reason   string `json:"reason"`
}

// Adopted is the event's data. The event holds the settings themselves, so that the events alone still tell all of
// the case; as one text, so that they are one link of the chain and not hundreds. N2
type Adopted struct {
	From     string `json:"from"`
	To       string `json:"to"`
	Settings int    `json:"settings,omitempty"`
	Reason   string `json:"reason"`
	Policy   string `json:"policy"` // as JSON
}

// Adopt gives the event of a case with these settings that adopts others. The code says why it cannot.
func (p Policy) Adopt(a Adoption) (event Adopted, code string, faults fault.List) {
	if strings.TrimSpace(a.Reason) == "" {
		return event, "missing_field", nil
	}
	if faults = a.Policy.Validate(); len(faults) > 0 || a.Policy.Version == "" {
		return event, "settings_unusable", faults
	}
	if a.Policy.Version == p.Version {
		return event, "settings_adopted_already", nil
	}
	body, err := json.Marshal(a.Policy)
	if err != nil {
		panic(err) // a plain value always marshals
	}
	return Adopted{From: p.Version, To: a.Policy.Version, Settings: a.Settings, Reason: a.Reason, Policy: string(body)}, "", nil
}

// Read gives the settings that the event holds.
func (a Adopted) Read() Policy {
	var p Policy
	if err := json.Unmarshal([]byte(a.Policy), &p); err != nil {
		panic(err) // it was written by Adopt
	}
	return p
}
