// Package directory knows who lives where and who works for whom: buildings, rooms, owners and their
// contacts, staff. It is pure: it reads spreadsheets, checks what is written and plans what an import
// changes; keeping it is another package's. N4
package directory

import "bihuan/procedure/people"

// Building stands in a community.
type Building struct {
	ID        string `json:"id"`
	Community string `json:"community"`
	Name      string `json:"name"`
	// Version grows with every change, so that two people do not overwrite each other.
	Version int `json:"version"`
}

// Room is a home, a shop or an office in a building.
type Room struct {
	ID        string `json:"id"`
	Community string `json:"community"`
	// Building is the building's ID.
	Building     string `json:"building"`
	BuildingName string `json:"building_name"`
	Name         string `json:"name"`
	Version      int    `json:"version"`
}

// Owner is a person with a home in one community: an owner or a tenant. Somebody with homes in two
// communities is known to each of them by itself, so that neither learns of the other. N1
type Owner struct {
	ID        string    `json:"id"`
	Community string    `json:"community"`
	Name      string    `json:"name"`
	Language  string    `json:"language"`
	Contacts  []Contact `json:"contacts"`
	Homes     []Home    `json:"homes"`
	Version   int       `json:"version"`
}

// Contact is one way to reach somebody.
type Contact struct {
	Kind string `json:"kind"`
	// Value is normalised: a phone number is +, country code and digits.
	Value     string `json:"value"`
	Preferred bool   `json:"preferred,omitempty"`
}

// The kinds of contacts.
const (
	Phone  = "phone"
	Email  = "email"
	WeChat = "wechat"
)

// Home ties a person to a room.
type Home struct {
	// Room is the room's ID.
	Room         string `json:"room"`
	BuildingName string `json:"building_name,omitempty"`
	RoomName     string `json:"room_name,omitempty"`
	Kind         string `json:"kind"`
	// MovedIn and MovedOut are days, e.g. 2026-11-21; empty is not known, or not yet.
	MovedIn  string `json:"moved_in,omitempty"`
	MovedOut string `json:"moved_out,omitempty"`
}

// The kinds of homes.
const (
	Owned  = "owner"
	Rented = "tenant"
)

// Current says whether somebody lives there on a day, e.g. 2026-11-21.
func (h Home) Current(day string) bool { return h.MovedOut == "" || h.MovedOut > day }

// Staff is somebody who works with cases.
type Staff struct {
	ID          string        `json:"id"`
	Name        string        `json:"name"`
	Email       string        `json:"email,omitempty"`
	Phone       string        `json:"phone,omitempty"`
	Language    string        `json:"language"`
	Roles       []people.Role `json:"roles"`
	Communities []string      `json:"communities"`
	Department  string        `json:"department,omitempty"`
	Disabled    bool          `json:"disabled"`
	Version     int           `json:"version"`
}

// DefaultLanguage is what is spoken where nothing else is known.
const DefaultLanguage = "zh-CN"

// Languages are those that people may be written to in.
var Languages = []string{DefaultLanguage, "en"}
