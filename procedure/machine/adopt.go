package machine

import (
	"bihuan/procedure"
	"bihuan/procedure/policy"
	"bihuan/procedure/violation"
)

// Adopt moves a case that keeps some settings to others. P1
func (t *Decision) Adopt(kept policy.Policy, a policy.Adoption) error {
	if Blank(a.Reason) {
		return Missing("reason")
	}
	if faults := unusable(a.Policy); len(faults) > 0 {
		return procedure.Conflict("settings_unusable", "field", "policy."+faults[0].Path)
	}
	if a.Policy.Version == kept.Version {
		return procedure.Conflict("settings_adopted_already")
	}
	t.Emit(policy.EvAdopted, policy.Adopted{
		From: kept.Version, To: a.Policy.Version, Settings: a.Settings, Reason: a.Reason, Policy: string(Encode(a.Policy)),
	})
	return nil
}

func unusable(p policy.Policy) violation.List {
	faults := p.Validate()
	if p.Version == "" {
		faults.Add("version", "bad_id")
	}
	return faults
}
