package postgres

import (
	"cmp"
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"bihuan/directory"
)

// Matter is what two complaints have in common when they are likely the same. A11
type Matter struct {
	Community, Category   string
	Building, Room, Place string
	Drill                 bool
	From, Until           time.Time // when the other was registered
}

// Duplicate is a complaint that is likely about the same matter, and why it looks so. A11
type Duplicate struct {
	Number       string    `json:"number"`
	Stage        string    `json:"stage"`
	Open         bool      `json:"open"`
	Building     string    `json:"building,omitempty"`
	Room         string    `json:"room,omitempty"`
	Place        string    `json:"place,omitempty"`
	What         string    `json:"what"`
	RegisteredAt time.Time `json:"registered_at"`
	// Because lists what it has in common, the strongest first.
	Because []Likeness `json:"because"`
}

// Likeness is something that two complaints have in common.
type Likeness string

// The likenesses, the strongest first.
const (
	SameRoom     Likeness = "same_room"
	SamePlace    Likeness = "same_place"
	NearPlace    Likeness = "near_place"
	SameBuilding Likeness = "same_building"
	SameCategory Likeness = "same_category" // every one has it
)

// likenesses weigh what is in common.
var likenesses = map[Likeness]int{SameRoom: 8, SamePlace: 6, NearPlace: 3, SameBuilding: 2}

// mostDuplicates is how many are offered: more would not be read.
const mostDuplicates = 10

// Duplicates lists the complaints that are likely about a matter, the likeliest first. Where the asker says
// where it happened, others must lie near. A11
func (db *DB) Duplicates(ctx context.Context, m Matter) ([]Duplicate, error) {
	near, err := collect(ctx, db, "duplicates", selectDuplicates,
		[]any{m.Community, m.Category, m.Drill, m.From, m.Until}, pgx.RowToStructByName[row])
	var found []Duplicate
	for _, r := range near {
		if d, ok := m.like(r); ok {
			found = append(found, d)
		}
	}
	slices.SortStableFunc(found, func(a, b Duplicate) int { return cmp.Compare(b.weight(), a.weight()) })
	return found[:min(len(found), mostDuplicates)], err
}

// A merged complaint is not offered: its lead is.
const selectDuplicates = `
SELECT c.number, c.stage, c.open, coalesce(c.building, '') AS building, coalesce(c.room, '') AS room,
  coalesce(c.place, '') AS place, coalesce(c.what, '') AS what, c.registered_at
FROM cases c
WHERE c.community = $1 AND c.kind = 'complaint' AND c.category = $2 AND c.drill = $3
  AND c.registered_at BETWEEN $4 AND $5 AND c.outcome IS DISTINCT FROM 'merged'
ORDER BY c.registered_at DESC, c.number DESC LIMIT 200`

type row struct {
	Number, Stage               string
	Open                        bool
	Building, Room, Place, What string
	RegisteredAt                time.Time
}

// like says what a complaint has in common with the matter, and whether that is enough.
func (m Matter) like(r row) (Duplicate, bool) {
	d := Duplicate{
		Number: r.Number, Stage: r.Stage, Open: r.Open, Building: r.Building, Room: r.Room, Place: r.Place, What: r.What,
		RegisteredAt: r.RegisteredAt.UTC(),
	}
	building := alike(m.Building, r.Building)
	if building && alike(m.Room, r.Room) {
		d.Because = append(d.Because, SameRoom)
	}
	switch {
	case alike(m.Place, r.Place):
		d.Because = append(d.Because, SamePlace)
	case overlap(m.Place, r.Place):
		d.Because = append(d.Because, NearPlace)
	}
	if building {
		d.Because = append(d.Because, SameBuilding)
	}
	somewhere := len(d.Because) > 0 || m.Building == "" && m.Room == "" && m.Place == ""
	d.Because = append(d.Because, SameCategory)
	return d, somewhere
}

// weight ranks duplicates: what is open before what is closed where all else is alike.
func (d Duplicate) weight() int {
	sum := 0
	for _, b := range d.Because {
		sum += 2 * likenesses[b]
	}
	if d.Open {
		sum++
	}
	return sum
}

func alike(a, b string) bool {
	key := directory.PlaceKey(a)
	return key != "" && key == directory.PlaceKey(b)
}

// overlap says whether two places share at least half of the shorter one's pairs of characters.
func overlap(a, b string) bool {
	x, y := pairs(directory.PlaceKey(a)), pairs(directory.PlaceKey(b))
	if len(x) > len(y) {
		x, y = y, x
	}
	shared := 0
	for _, p := range x {
		if slices.Contains(y, p) {
			shared++
		}
	}
	return len(x) > 0 && 2*shared >= len(x)
}

func pairs(s string) []string {
	var all []string
	for i := range s {
		_, first := utf8.DecodeRuneInString(s[i:])
		if _, second := utf8.DecodeRuneInString(s[i+first:]); second > 0 {
			all = append(all, s[i:i+first+second])
		}
	}
	return all
}
