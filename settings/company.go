package settings

import (
	"bihuan/procedure/policy"
	"bihuan/procedure/violation"
)

// Company is the property-management company, as papers name it.
type Company struct {
	Name policy.Text `yaml:"name"`
}

// validate lets a company stay unnamed, but not in one language alone.
func (c Company) validate(faults *violation.List) {
	if (c.Name.Zh == "") != (c.Name.En == "") {
		faults.Add("company.name", "each_language")
	}
}

// Company gives the name of the company; nothing where none is set.
func (n Names) Company() string { return n.text(n.settings.Company.Name, "") }
