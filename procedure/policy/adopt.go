package policy

import (
	"encoding/json"
	"fmt"
)

// CmdAdopt is the command by which a case of any procedure is moved to other settings; EvAdopted says that it was. P1
const (
	CmdAdopt  = "adopt-settings"
	EvAdopted = "settings-adopted"
)

// Adoption is the command's payload: the settings as a new case would carry them, and why.
type Adoption struct {
	Policy Policy `json:"policy"`
	// Settings is the number of the version of all settings that they are of; zero where it is not known.
	Settings int    `json:"settings,omitempty"`
	Reason   string `json:"reason"`
}

// Adopted is the event's data. The event holds the settings themselves, so that the events alone still tell all of
// the case; as one text, so that they are one link of the chain and not hundreds. N2
type Adopted struct {
	From     string `json:"from" keep:"true"`
	To       string `json:"to" keep:"true"`
	Settings int    `json:"settings,omitempty"`
	Reason   string `json:"reason"`
	Policy   string `json:"policy" keep:"true"` // as JSON
}

// Read gives the settings that the event holds. What cannot be read was not written by a procedure.
func (a Adopted) Read() Policy {
	var p Policy
	if err := json.Unmarshal([]byte(a.Policy), &p); err != nil {
		panic(fmt.Errorf("settings %s: %w", a.To, err))
	}
	return p
}
