package town

import (
	"bytes"
	"encoding/csv"
	"fmt"
)

// home is where a household lives, as people write it.
type home struct {
	Building string `json:"building"`
	Room     string `json:"room"`
}

// home gives one by its place in the community.
func (s Scenario) home(block, floor, flat int) home {
	return home{fmt.Sprintf("%d幢", block+1), fmt.Sprintf("%d0%d", floor+1, flat+1)}
}

// Directory lists every household of the town as the directory of homes and people takes it: a CSV file.
func (s Scenario) Directory() []byte {
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	d := newDraw(s.Seed, 0)
	write := func(cells ...string) { _ = w.Write(cells) } // to memory: never fails
	write("community", "building", "room", "name", "kind", "email")
	for _, community := range s.Communities {
		for place := range s.Blocks * s.Floors * s.Flats {
			h := s.home(place/(s.Floors*s.Flats), place/s.Flats%s.Floors, place%s.Flats)
			email := ""
			if d.chance(s.Email) {
				email = fmt.Sprintf("%s-%d@town.example", community, place+1)
			}
			write(community, h.Building, h.Room, surnames[d.IntN(len(surnames))]+"住户", "owner", email)
		}
	}
	w.Flush()
	return file.Bytes()
}
