package calendar

import (
	"sync"
	"time"
	_ "time/tzdata" // the same zones on every machine that replays a workflow
)

// zones remembers the locations read so far: reading one takes longer than
// measuring a month.
var zones sync.Map

// Location gives a time zone by its IANA name, the same on every machine.
func Location(name string) (*time.Location, error) {
	if known, ok := zones.Load(name); ok {
		return known.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if name == "" || name == "Local" || err != nil {
		return nil, badZone(name)
	}
	zones.Store(name, zone)
	return zone, nil
}
