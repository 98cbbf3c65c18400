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
func In(zone *time.Location, n Names) Names { return placed{Names: n, zone: zone} }

type placed struct {
	Names
	zone *time.Location
}

// Zone gives the zone in which times are shown.
func Zone(n Names) *time.Location {
	if p, ok := n.(placed); ok && p.zone != nil {
		return p.zone
	}
	return zone
}

// name asks for a display name and falls back to the ID. There may be no names at all.
func name(n Names, of func(Names, string) string, id string) string {
	if p, ok := n.(placed); ok {
		n = p.Names
	}
	if n != nil {
		if s := of(n, id); s != "" {
			return s
		}
	}
	return id
}
