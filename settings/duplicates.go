package settings

import (
	"time"

	"bihuan/procedure/policy"
	"bihuan/procedure/violation"
)

// Duplicates says which complaints are offered to the agent as likely the same. A11
type Duplicates struct {
	Within policy.Duration `yaml:"within"` // registered before or after one another
}

func (d Duplicates) withDefaults() Duplicates {
	if d.Within == 0 {
		d.Within = policy.Duration(14 * 24 * time.Hour)
	}
	return d
}

func (d Duplicates) validate(faults *violation.List) {
	switch {
	case d.Within < 0:
		faults.Add("duplicates.within", "negative")
	case d.Within > policy.Longest:
		faults.Add("duplicates.within", "too_long", "longest", policy.Longest.String())
	}
}
