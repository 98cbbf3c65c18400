package words

import (
	"time"

	// Times are shown in the community's zone on machines without zone data too.
	_ "time/tzdata"
)

// Names gives what settings call things, in the reader's language. An unknown ID gives "" or itself.
type Names interface {
	Department(id string) string
	Category(id string) string
	Community(id string) string
	Pool(id string) string
	// Field gives the name of a field of a service's form, and an answer as people say it: that of a choice by its name.
	Field(category, id, value string) (name, answer string)
}

// zone is where communities are unless In says otherwise.
var zone = mustLoad("Asia/Shanghai")

func mustLoad(name string) *time.Location {
	l, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // the zone data is part of the program
	}
	return l
}

// In gives names whose times are shown in a zone.
func In(zone *time.Location, n Names) Names {
	p := placedOf(n)
	p.zone = zone
	return p
}

// Of gives names that come with the words of a procedure, such as what it calls its customer.
func Of(kind string, n Names) Names {
	p := placedOf(n)
	p.kind = kind
	return p
}

// placed are names with what else the words about a case depend on.
type placed struct {
	Names
	zone *time.Location
	kind string
}

func placedOf(n Names) placed {
	if p, ok := n.(placed); ok {
		return p
	}
	return placed{Names: n}
}

// Kind gives the procedure whose words the names come with.
func Kind(n Names) string { return placedOf(n).kind }

// Zone gives the zone in which times are shown.
func Zone(n Names) *time.Location {
	if p := placedOf(n); p.zone != nil {
		return p.zone
	}
	return zone
}

// name asks for a display name and falls back to the ID. There may be no names at all.
func name(n Names, of func(Names, string) string, id string) string {
	if n = placedOf(n).Names; n != nil {
		if s := of(n, id); s != "" {
			return s
		}
	}
	return id
}
