// Package people says who acts: roles, the levels they stand on, and the person who sends a command.
package people

import "slices"

// Role is what somebody may do in a community.
type Role string

// The roles of the handbook (see the glossary).
const (
	Agent        Role = "agent"        // 值班人员: desk staff on duty
	Receptionist Role = "receptionist" // 前台: receives visitors, revisits
	Assistant    Role = "assistant"    // 客户助理: verifies, revisits, archives
	Handler      Role = "handler"      // 责任部门 / 外包单位: does the work
	Manager      Role = "manager"      // 客服中心经理
	GM           Role = "gm"           // 总物业经理
	Company      Role = "company"      // 公司: head office
	Auditor      Role = "auditor"      // 审计: reads everything, changes nothing
	Admin        Role = "admin"        // keeps people and settings
	Complainant  Role = "complainant"  // 投诉人
	System       Role = "system"       // a deadline that passed, or another procedure
)

// Roles lists every role in a fixed order.
var Roles = []Role{Agent, Receptionist, Assistant, Handler, Manager, GM, Company, Auditor, Admin, Complainant, System}

// Levels is the order in which what is late climbs. H2
var Levels = []Role{Agent, Assistant, Manager, GM, Company}

// Above lists those of some levels (all where none are given) that are above a role, the lowest first; none at the
// top. Who is on no level (a handler, a receptionist) stands below the first.
func Above(levels []Role, r Role) []Role {
	if len(levels) == 0 {
		levels = Levels
	}
	rank := slices.Index(Levels, r)
	for i, level := range levels {
		if slices.Index(Levels, level) > rank {
			return levels[i:]
		}
	}
	return nil
}

// FromLevel lists a level and all above it: who may decide what stands at that level.
func FromLevel(r Role) []Role {
	if i := slices.Index(Levels, r); i >= 0 {
		return Levels[i:]
	}
	return nil
}

// AllCommunities in an actor's communities stands for every community.
const AllCommunities = "*"

// Actor is the person (or the system) that sends a command, with what they may do.
type Actor struct {
	ID          string   `json:"id"`
	Name        string   `json:"name,omitempty"`
	Roles       []Role   `json:"roles"`
	Communities []string `json:"communities,omitempty"`
	Department  string   `json:"department,omitempty"`
}

// By is an actor as an event remembers them: who, and in which role.
type By struct {
	ID   string `json:"id"`
	Name string `json:"name,omitempty"`
	Role Role   `json:"role"`
}

// TheSystem acts when a deadline passes.
var TheSystem = Actor{ID: "system", Roles: []Role{System}, Communities: []string{AllCommunities}}

// As gives the first of the roles in may that the actor has, and false when there is none.
func (a Actor) As(may []Role) (Role, bool) {
	for _, r := range may {
		if slices.Contains(a.Roles, r) {
			return r, true
		}
	}
	return "", false
}

// In says whether the actor belongs to a community.
func (a Actor) In(community string) bool {
	return slices.Contains(a.Communities, AllCommunities) || slices.Contains(a.Communities, community)
}

// Sight is how much of a case somebody may see. N1, N3
type Sight int

// From nothing to everything.
const (
	SeesNothing  Sight = iota
	SeesProgress       // the customer: their own case, its stage, no internal words
	SeesTasks          // a department: the case as far as its tasks need it
	SeesAll
)
