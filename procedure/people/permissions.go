package people

import "slices"

// Scope is how far somebody's permission for a view reaches.
type Scope string

// From everybody's to a community's.
const (
	Anybody     Scope = "anybody"     // nobody has to be known: it is public, or opened by a secret of its own
	Own         Scope = "own"         // the caller's own
	OwnTasks    Scope = "own_tasks"   // cases with a task of the caller's department, or in which they are named
	Communities Scope = "communities" // everything in the caller's communities
)

// Contacts is how a view shows the complainant's name, room, phone and e-mail.
type Contacts string

// From nothing to everything.
const (
	NoContacts   Contacts = ""
	Masked       Contacts = "masked"
	WhileWorking Contacts = "while_working" // clear while a task of theirs runs, masked before and after. C1
	Clear        Contacts = "clear"
)

// Logging says whose reading of a view is remembered. N2
type Logging string

// From nobody's to everybody's.
const (
	LogNobody   Logging = ""
	LogAuditors Logging = "auditors"
	LogEvery    Logging = "every"
)

// Grant lets some roles have a view.
type Grant struct {
	Roles    []Role
	Scope    Scope
	Contacts Contacts
}

// View is a line of the table: something that can be asked for and is no command of a case.
type View struct {
	// Name is the operation's in the contract, or that of a page beside it.
	Name string
	// Grants begin with the widest: the first that an actor has a role of counts.
	Grants []Grant
	Logged Logging
	// Posted marks what only reads although it is posted, so that no log keeps what was asked for: a
	// read-only token opens it too.
	Posted bool
}

var (
	// Workers handle complaints; auditors and admins do not.
	Workers = []Role{Agent, Receptionist, Assistant, Handler, Manager, GM, Company}
	// Employed is everybody who logs in.
	Employed = append(slices.Clone(Workers), Auditor, Admin)

	front   = []Role{Agent, Receptionist, Assistant, Manager, GM} // they talk to complainants
	intake  = append(slices.Clone(front), Company)                // they take complaints from anybody
	distant = []Role{Company, Auditor}                            // they see every case and talk to nobody
	sighted = append(slices.Clone(front), distant...)
	readers = []Role{Manager, GM, Company, Auditor}
	moving  = []Grant{{Roles: []Role{Manager, GM, Company}, Scope: Communities}}
	setting = []Grant{{Roles: append(slices.Clone(readers), Admin), Scope: Communities}}

	public   = []Grant{{Scope: Anybody}}
	own      = []Grant{{Roles: Employed, Scope: Own}}
	keepers  = []Grant{{Roles: []Role{Admin}, Scope: Communities}}
	browsing = []Grant{{Roles: append(slices.Clone(intake), Admin), Scope: Communities, Contacts: Clear}}
	listing  = []Grant{{Roles: sighted, Scope: Communities, Contacts: Masked}, {Roles: []Role{Handler}, Scope: OwnTasks, Contacts: Masked}}
	reading  = []Grant{
		{Roles: front, Scope: Communities, Contacts: Clear},
		{Roles: distant, Scope: Communities, Contacts: Masked},
		{Roles: []Role{Handler}, Scope: OwnTasks, Contacts: WhileWorking},
	}
	counting = []Grant{{Roles: []Role{Assistant, Manager, GM, Company, Auditor}, Scope: Communities}}
	// Who plans measures reads what they come from: households by building and masked room. M2
	analysing = []Grant{{Roles: []Role{Assistant, Manager, GM, Company, Auditor}, Scope: Communities, Contacts: Masked}}
	telling   = []Grant{{Roles: sighted, Scope: Communities}, {Roles: []Role{Handler}, Scope: OwnTasks}}
)

// ReadCase is the view that says who sees a case at all, and how.
const ReadCase = "get-complaint"

// Views is who may see what. Together with complaint.Table, which says who may give which command, it is
// all that anybody may do: what stands in neither does not exist. N1
var Views = []View{
	// Cases. One that is out of the caller's sight does not exist for them.
	{Name: "list-complaints", Grants: listing, Logged: LogAuditors},
	{Name: "list-cases", Grants: listing, Logged: LogAuditors},
	{Name: ReadCase, Grants: reading, Logged: LogAuditors},
	{Name: "find-duplicates", Grants: []Grant{{Roles: front, Scope: Communities, Contacts: Clear}, {Roles: []Role{Company}, Scope: Communities, Contacts: Masked}}, Posted: true}, // A11
	{Name: "get-inquiry", Grants: reading, Logged: LogAuditors},
	{Name: "get-service-request", Grants: reading, Logged: LogAuditors},
	{Name: "get-collective", Grants: []Grant{{Roles: sighted, Scope: Communities}}, Logged: LogAuditors}, // J2
	{Name: "community-announcements", Grants: public},                                                    // J3
	{Name: "community-page", Grants: public},
	{Name: "application-page", Grants: public}, // L1, A1, K1

	// Surveys: the case and its results hold no answer of anybody; who is asked is for those who talk to them. M1
	{Name: "get-survey", Grants: []Grant{{Roles: sighted, Scope: Communities}}, Logged: LogAuditors},
	{Name: "get-survey-results", Grants: []Grant{{Roles: sighted, Scope: Communities}}, Logged: LogAuditors},
	{Name: "get-survey-results-workbook", Grants: []Grant{{Roles: sighted, Scope: Communities}}, Logged: LogAuditors},
	{Name: "get-survey-households", Grants: []Grant{{Roles: []Role{Manager, GM}, Scope: Communities, Contacts: Clear}}, Logged: LogEvery},
	{Name: "list-unanswered", Grants: []Grant{{Roles: front, Scope: Communities, Contacts: Clear}}, Logged: LogEvery},
	{Name: "record-answer", Grants: []Grant{{Roles: front, Scope: Communities}}},
	{Name: "get-improvement", Grants: reading, Logged: LogAuditors},
	{Name: "give-feedback", Grants: []Grant{{Roles: Workers, Scope: Communities}}}, // M6
	{Name: "list-feedback", Grants: []Grant{{Roles: Workers, Scope: Own}}},
	{Name: "get-analysis", Grants: analysing, Logged: LogAuditors},
	{Name: "get-analysis-workbook", Grants: analysing, Logged: LogAuditors},
	{Name: "get-command", Grants: reading, Logged: LogAuditors},
	{Name: "get-timeline", Grants: telling, Logged: LogAuditors},
	{Name: "get-notices", Grants: []Grant{{Roles: sighted, Scope: Communities}}, Logged: LogAuditors},
	{Name: "get-worklist", Grants: listing, Logged: LogAuditors},
	{Name: "get-counts", Grants: []Grant{{Roles: sighted, Scope: Communities}}, Logged: LogAuditors},
	{Name: "get-record-form", Grants: reading, Logged: LogAuditors},
	{Name: "get-follow-up-form", Grants: reading, Logged: LogAuditors},
	{Name: "get-summary", Grants: counting, Logged: LogAuditors},
	{Name: "get-summary-workbook", Grants: counting, Logged: LogAuditors},
	{Name: "list-monthly-summaries", Grants: counting, Logged: LogAuditors},
	{Name: "get-monthly-summary", Grants: counting, Logged: LogAuditors},
	{Name: "make-monthly-summary", Grants: []Grant{{Roles: []Role{Assistant, Manager, GM, Company}, Scope: Communities}}},
	{Name: "unmask", Grants: []Grant{{Roles: sighted, Scope: Communities, Contacts: Clear}}, Logged: LogEvery, Posted: true},
	{Name: "get-history", Grants: []Grant{{Roles: readers, Scope: Communities}}, Logged: LogEvery},
	{Name: "open-payloads", Grants: []Grant{{Roles: append(slices.Clone(readers), Admin), Scope: Communities, Contacts: Clear}}, Logged: LogEvery, Posted: true},
	{Name: "list-readings", Grants: []Grant{{Roles: []Role{Auditor, Admin}, Scope: Communities}}, Logged: LogEvery},
	{Name: "list-access", Grants: []Grant{{Roles: []Role{Auditor, Admin}, Scope: Communities}}, Logged: LogEvery},

	// The directory. N4
	{Name: "look-up", Grants: []Grant{{Roles: intake, Scope: Communities, Contacts: Clear}}, Logged: LogEvery, Posted: true},
	{Name: "list-buildings", Grants: browsing},
	{Name: "list-rooms", Grants: browsing},
	{Name: "list-owners", Grants: browsing},
	{Name: "get-owner", Grants: browsing},
	{Name: "add-building", Grants: keepers},
	{Name: "rename-building", Grants: keepers},
	{Name: "remove-building", Grants: keepers},
	{Name: "add-room", Grants: keepers},
	{Name: "rename-room", Grants: keepers},
	{Name: "remove-room", Grants: keepers},
	{Name: "add-owner", Grants: keepers},
	{Name: "put-owner", Grants: keepers},
	{Name: "remove-owner", Grants: keepers},
	{Name: "list-staff", Grants: keepers},
	{Name: "get-staff", Grants: keepers},
	{Name: "add-staff", Grants: keepers},
	{Name: "put-staff", Grants: keepers},
	{Name: "disable-staff", Grants: keepers},
	{Name: "enable-staff", Grants: keepers},
	{Name: "import-owners", Grants: keepers},
	{Name: "import-staff", Grants: keepers},

	// The settings and their versions. They are for every community, and so changed by who keeps every community. P1
	{Name: "get-settings-document", Grants: setting},
	{Name: "get-settings-notices", Grants: setting},
	{Name: "put-settings", Grants: keepers},
	{Name: "change-settings", Grants: keepers},
	{Name: "restore-settings", Grants: keepers},
	{Name: "validate-settings", Grants: keepers},
	{Name: "list-settings-versions", Grants: setting},
	{Name: "get-settings-version", Grants: setting},
	{Name: "diff-settings", Grants: setting},
	{Name: "move-cases", Grants: moving},
	{Name: "get-move", Grants: moving},

	// What staff work by. P2
	{Name: "get-handbook", Grants: []Grant{{Roles: Employed, Scope: Communities}}},

	// The caller's own.
	{Name: "get-me", Grants: own},
	{Name: "get-settings", Grants: own},
	{Name: "get-inbox", Grants: own},
	{Name: "mark-read", Grants: own},
	{Name: "log-out", Grants: own},
	{Name: "prove-second-factor", Grants: own},
	{Name: "list-sessions", Grants: own},
	{Name: "end-session", Grants: own},
	{Name: "log-out-everywhere", Grants: own},
	{Name: "change-password", Grants: own},
	{Name: "offer-second-factor", Grants: own},
	{Name: "confirm-second-factor", Grants: own},
	{Name: "list-tokens", Grants: own},
	{Name: "create-token", Grants: own},
	{Name: "revoke-token", Grants: own},
	{Name: "account-pages", Grants: own},

	// Others' accounts.
	{Name: "set-one-time-password", Grants: keepers},
	{Name: "drop-second-factor", Grants: keepers},
	{Name: "end-sessions-of", Grants: keepers},

	// What is public, and what a tracking link or a password opens. N3
	{Name: "get-session", Grants: public},
	{Name: "log-in", Grants: public},
	{Name: "login-pages", Grants: public},
	{Name: "track", Grants: public},
	{Name: "tracking-page", Grants: public},
	{Name: "survey-page", Grants: public},
	{Name: "documentation", Grants: public},
	{Name: "list-service-categories", Grants: public},
	{Name: "get-export-key", Grants: public},
	{Name: "health", Grants: public},
}

// Permission is what the table gives one actor for one view.
type Permission struct {
	Role     Role // that permits it
	Scope    Scope
	Contacts Contacts
	Logged   bool
}

// FindView finds a line of the table.
func FindView(name string) (View, bool) {
	i := slices.IndexFunc(Views, func(v View) bool { return v.Name == name })
	if i < 0 {
		return View{}, false
	}
	return Views[i], true
}

// Public says whether a view needs nobody to be known.
func (v View) Public() bool { return v.Grants[0].Scope == Anybody }

// Permits says whether an actor may have a view, and how; what the table lacks nobody may. N1
func Permits(name string, a Actor) (Permission, bool) {
	v, _ := FindView(name)
	for _, g := range v.Grants {
		role, ok := a.As(g.Roles)
		if ok || g.Scope == Anybody {
			return Permission{Role: role, Scope: g.Scope, Contacts: g.Contacts, Logged: v.logged(a)}, true
		}
	}
	return Permission{}, false
}

// logged says whether an actor's reading is remembered; an auditor's is whatever else they are.
func (v View) logged(a Actor) bool {
	return v.Logged == LogEvery || v.Logged == LogAuditors && slices.Contains(a.Roles, Auditor)
}
