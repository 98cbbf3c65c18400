package settings

import (
	"time"

	"bihuan/procedure/policy"
	"bihuan/procedure/violation"
)

// Retention is how long what is personal is kept. I5
type Retention struct {
	Records policy.Duration `yaml:"records"` // of a case, after it closed
}

// withDefaults keeps records for three years.
func (r Retention) withDefaults() Retention {
	if r.Records == 0 {
		r.Records = policy.Duration(1095 * 24 * time.Hour)
	}
	return r
}

func (r Retention) validate(faults *violation.List) {
	if r.Records <= 0 {
		faults.Add("retention.records", "nothing")
	}
}
