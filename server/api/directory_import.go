package api

import (
	"context"
	"io"
	"strconv"

	"github.com/google/uuid"

	"bihuan/directory"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/failure"
	"bihuan/words"
)

// importsAtOnce bounds the memory that imports take together: each may unpack a whole workbook.
const importsAtOnce = 2

var importing = make(chan struct{}, importsAtOnce)

// uploaded reads a file of bounded size, when it is its turn. Call done when the import has ended.
func uploaded(ctx context.Context, body io.Reader) (file []byte, done func(), err error) {
	select {
	case importing <- struct{}{}:
		done = func() { <-importing }
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	file, err = io.ReadAll(io.LimitReader(body, directory.MaxBytes+1))
	switch {
	case err != nil:
		err = failure.Invalid("bad_payload").Because(err)
	case len(file) > directory.MaxBytes:
		err = failure.TooLarge("body_too_large").With("limit", strconv.Itoa(directory.MaxBytes))
	}
	if err != nil {
		done()
	}
	return file, done, err
}

// ImportOwners imports buildings, rooms, owners and contacts. N4
func (s *Server) ImportOwners(ctx context.Context, r contract.ImportOwnersRequestObject) (contract.ImportOwnersResponseObject, error) {
	in := desk.CallOf(ctx)
	if _, err := keeping(in.Actor); err != nil {
		return nil, err
	}
	file, done, err := uploaded(ctx, r.Body)
	if err != nil {
		return nil, err
	}
	defer done()
	owners := directory.ReadOwners(file, s.wordsOf(in.Actor))
	var plan directory.OwnersPlan
	applied := false
	err = s.People.ImportOwners(ctx, owners.Communities(), func(there directory.Residents) (directory.OwnersPlan, bool) {
		plan = owners.Plan(there, uuid.NewString)
		applied = len(owners.Faults()) == 0 && !r.Params.DryRun
		return plan, applied
	})
	if err != nil {
		return nil, kept(err)
	}
	report := directory.NewReport(owners.Count(), owners.Faults(), faultSayer(in.Language))
	report.DryRun, report.Imported = r.Params.DryRun, applied
	if report.FaultCount > 0 {
		return contract.ImportOwners422JSONResponse(report), nil
	}
	report.Created = map[string]int{"buildings": len(plan.Buildings), "rooms": len(plan.Rooms), "owners": len(plan.Owners)}
	report.Changed = map[string]int{"owners": len(plan.Changed)}
	return contract.ImportOwners200JSONResponse(report), nil
}

// ImportStaff imports staff. N4
func (s *Server) ImportStaff(ctx context.Context, r contract.ImportStaffRequestObject) (contract.ImportStaffResponseObject, error) {
	in := desk.CallOf(ctx)
	if _, err := keeping(in.Actor); err != nil {
		return nil, err
	}
	file, done, err := uploaded(ctx, r.Body)
	if err != nil {
		return nil, err
	}
	defer done()
	known := s.wordsOf(in.Actor)
	if in.In(people.AllCommunities) {
		known.Communities[people.AllCommunities] = people.AllCommunities
	}
	staff := directory.ReadStaff(file, known)
	mine := func(one directory.Staff) bool { return covers(in.Actor, one.Communities) }
	var plan directory.StaffPlan
	applied := false
	err = s.People.ImportStaff(ctx, func(there []directory.Staff) (directory.StaffPlan, bool) {
		plan = staff.Plan(there, mine)
		applied = len(staff.Faults()) == 0 && !r.Params.DryRun
		return plan, applied
	})
	if err := s.staffChanged(ctx, err); err != nil {
		return nil, err
	}
	report := directory.NewReport(staff.Count(), staff.Faults(), faultSayer(in.Language))
	report.DryRun, report.Imported = r.Params.DryRun, applied
	if report.FaultCount > 0 {
		return contract.ImportStaff422JSONResponse(report), nil
	}
	report.Created, report.Changed = map[string]int{"staff": len(plan.Added)}, map[string]int{"staff": len(plan.Changed)}
	return contract.ImportStaff200JSONResponse(report), nil
}

// faultSayer says in a language where a fault of a file is, and what is wrong there.
func faultSayer(lang words.Language) func(directory.Fault) string {
	l := words.Localizer{Language: lang}
	return func(f directory.Fault) string {
		said := l.T("import.fault."+f.Code, "limit", directory.MaxRows, "other", f.Other)
		field, _ := l.Find("import.field." + f.Field)
		row := strconv.Itoa(f.Row)
		if f.Row == 0 {
			row = ""
		}
		return l.T("import.at", "row", row, "column", f.Column, "field", field, "said", said)
	}
}

// wordsOf gives the words that an importer's file may use: their own communities, and what people call
// departments and roles in either language.
func (s *Server) wordsOf(importer people.Actor) directory.Words {
	communities, departments, roles := map[string][]string{}, map[string][]string{}, map[string][]string{}
	for _, lang := range words.Languages {
		names := s.Settings.Names(lang)
		for _, c := range s.Settings.Communities() {
			if importer.In(c.ID) {
				communities[c.ID] = append(communities[c.ID], names.Community(c.ID))
			}
		}
		for _, id := range s.departments() {
			departments[id] = append(departments[id], names.Department(id))
		}
		for _, r := range directory.Grantable {
			roles[string(r)] = append(roles[string(r)], words.Label(lang, "role", string(r)))
		}
	}
	return directory.Words{
		Communities: directory.Known(communities), Departments: directory.Known(departments), Roles: directory.Known(roles),
	}
}
