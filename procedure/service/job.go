package service

import (
	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/pool"
)

// assign gives the work to a department or a pool, by hand. C1
func (d *decision) assign(p Assign) error {
	if err := d.assignable(p); err != nil {
		return err
	}
	if d.Job != nil && d.Job.Status == JobAccepted && d.Department == p.Department {
		return procedure.Conflict("nothing_to_do")
	}
	return d.give(p, false)
}

// assignable wants either a department or a pool that is there.
func (d *decision) assignable(p Assign) error {
	switch {
	case p.Pool != "" && p.Department != "":
		return procedure.Invalid("department_or_pool", "field", "pool")
	case p.Pool != "":
		_, err := pool.Of(d.Policy, p.Pool)
		return err
	case p.Department == "":
		return machine.Missing("department")
	}
	if _, ok := d.Policy.Department(p.Department); !ok {
		return procedure.Invalid("unknown_department", "department", p.Department)
	}
	return nil
}

// give records who shall do the work.
func (d *decision) give(p Assign, auto bool) error {
	if err := d.assignable(p); err != nil {
		return err
	}
	given := Assigned{Department: p.Department, Auto: auto}
	if p.Pool != "" {
		given.Department = ""
		given.Offer, _ = pool.Of(d.Policy, p.Pool)
	}
	d.Emit(EvAssigned, given)
	return nil
}

// takeTurn gives the work to the department whose turn it is. C1
func (d *decision) takeTurn(p procedure.Answer) error {
	if d.Job == nil || d.Job.Status != JobQueued {
		return procedure.Conflict("nothing_to_do")
	}
	t, err := pool.Answered(p)
	if err != nil {
		return err
	}
	d.Emit(EvTurned, t)
	return nil
}

// take accepts the work; of several to whom it is on offer the first has it. C1, C2
func (d *decision) take(p Take) error {
	if d.Job == nil || d.Job.Status != JobDispatched {
		return d.wrongJob()
	}
	p.Department = d.actsFor(p.Department)
	switch {
	case d.Department == "" && p.Department == "":
		return machine.Missing("department")
	case d.Department == "" && !d.Job.Has(p.Department), d.Department != "" && p.Department != d.Department:
		return procedure.Invalid("unknown_department", "department", p.Department)
	}
	d.Emit(EvTaken, p)
	return nil
}

func (d *decision) wrongJob() error {
	status := ""
	if d.Job != nil {
		status = string(d.Job.Status)
	}
	if status == string(JobAccepted) {
		return procedure.Conflict("taken_already")
	}
	return procedure.Conflict("wrong_job_status", "status", status)
}

// handBack returns the work to the desk; a department that declines an offer leaves it to the others. C2
func (d *decision) handBack(p HandBack) error {
	if machine.Blank(p.Reason) {
		return machine.Missing("reason")
	}
	if d.Job == nil || d.Job.Status != JobDispatched && d.Job.Status != JobAccepted {
		return d.wrongJob()
	}
	p.Department = d.actsFor(p.Department)
	if p.Department == "" {
		return machine.Missing("department")
	}
	if d.Department == "" && !d.Job.Has(p.Department) {
		return procedure.Invalid("unknown_department", "department", p.Department)
	}
	d.Emit(EvJobReturned, p)
	return nil
}
