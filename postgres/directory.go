package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"bihuan/directory"
)

// The errors of the directory that a caller can do something about.
var (
	// ErrChanged means that somebody else has changed it since it was read.
	ErrChanged = &Error{code: "changed_meanwhile"}
	// ErrTaken means that another one has this name, number or ID.
	ErrTaken = &Error{code: "taken"}
	// ErrInUse means that something else still needs it.
	ErrInUse = &Error{code: "in_use"}
	// ErrLastAdmin means that nobody would be left who keeps all of the directory.
	ErrLastAdmin = &Error{code: "last_admin"}
)

// SQLSTATEs of constraints.
const (
	uniqueViolation     = "23505"
	foreignKeyViolation = "23503"
)

// kept gives a failed change of the directory its code.
func kept(op string, err error) error {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		switch refused.Code {
		case uniqueViolation:
			return &Error{code: ErrTaken.code, op: op, cause: err}
		case foreignKeyViolation:
			return &Error{code: ErrInUse.code, op: op, cause: err}
		}
	}
	return failed(op, err)
}

// mine limits a query to the communities in its first parameter. N1
const mine = ` ($1::text[] @> '{*}' OR community = ANY ($1::text[])) `

// versioned runs a change of one row at a version: $1 are the communities, $2 the ID, $3 the version. No
// row changed means that it is not there, or is at another version; exists tells which.
func (db *DB) versioned(ctx context.Context, op, change, exists string, communities []string, id string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	tag, err := db.run(ctx, change, append([]any{some(communities), id}, args...)...)
	if err != nil || tag.RowsAffected() > 0 {
		return kept(op, err)
	}
	var there bool
	if err := db.row(ctx, op, "SELECT EXISTS ("+exists+")", []any{some(communities), id}, &there); err != nil {
		return err
	}
	if there {
		return &Error{code: ErrChanged.code, op: op}
	}
	return &Error{code: ErrNotFound.code, op: op}
}

// some makes no communities a list of none, which sees nothing.
func some(communities []string) []string {
	if communities == nil {
		return []string{}
	}
	return communities
}

// named is the place of a row in a list ordered by name.
type named struct {
	Name string `json:"n"`
	ID   string `json:"i"`
}

// Buildings lists the buildings of a community, or of all that may be seen.
func (db *DB) Buildings(ctx context.Context, communities []string, community, cursor string, limit int) (Page[directory.Building], error) {
	return list[directory.Building, named]{
		op: "buildings", cursor: cursor, limit: limit,
		query: func(after named, rows int) (string, []any) {
			return `
SELECT id, community, name, version FROM buildings
WHERE` + mine + `AND ($2 = '' OR community = $2) AND (name, id) > ($3, $4) ORDER BY name, id LIMIT $5`,
				[]any{some(communities), community, after.Name, after.ID, rows}
		},
		scan: pgx.RowToStructByPos[directory.Building], place: func(b directory.Building) named { return named{b.Name, b.ID} },
	}.read(ctx, db)
}

// AddBuilding adds a building at version 1.
func (db *DB) AddBuilding(ctx context.Context, b directory.Building) error {
	return kept("add building", db.exec(ctx, "add building", `
INSERT INTO buildings (id, community, name, key) VALUES ($1, $2, $3, $4)`, b.ID, b.Community, b.Name, directory.PlaceKey(b.Name)))
}

const (
	aBuilding = `SELECT FROM buildings WHERE id = $2 AND` + mine
	aRoom     = `SELECT FROM rooms JOIN buildings b ON b.id = building WHERE rooms.id = $2 AND` + mine
	anOwner   = `SELECT FROM owners WHERE id = $2 AND` + mine
)

// RenameBuilding renames a building that is at a version.
func (db *DB) RenameBuilding(ctx context.Context, communities []string, id string, version int, name string) error {
	return db.versioned(ctx, "rename building", `
UPDATE buildings SET name = $4, key = $5, version = version + 1 WHERE id = $2 AND version = $3 AND`+mine,
		aBuilding, communities, id, version, name, directory.PlaceKey(name))
}

// RemoveBuilding removes a building without rooms.
func (db *DB) RemoveBuilding(ctx context.Context, communities []string, id string, version int) error {
	return db.versioned(ctx, "remove building", `DELETE FROM buildings WHERE id = $2 AND version = $3 AND`+mine,
		aBuilding, communities, id, version)
}

// Rooms lists the rooms of a building.
func (db *DB) Rooms(ctx context.Context, communities []string, building, cursor string, limit int) (Page[directory.Room], error) {
	return list[directory.Room, named]{
		op: "rooms", cursor: cursor, limit: limit,
		query: func(after named, rows int) (string, []any) {
			return selectRooms + mine + `AND b.id = $2 AND (r.name, r.id) > ($3, $4) ORDER BY r.name, r.id LIMIT $5`,
				[]any{some(communities), building, after.Name, after.ID, rows}
		},
		scan: pgx.RowToStructByPos[directory.Room], place: func(r directory.Room) named { return named{r.Name, r.ID} },
	}.read(ctx, db)
}

const selectRooms = `
SELECT r.id, b.community, b.id, b.name, r.name, r.version FROM rooms r JOIN buildings b ON b.id = r.building WHERE`

// AddRoom adds a room to a building that may be seen, at version 1.
func (db *DB) AddRoom(ctx context.Context, communities []string, r directory.Room) error {
	return kept("add room", db.change(ctx, "add room", `
INSERT INTO rooms (id, building, name, key) SELECT $3, id, $4, $5 FROM buildings WHERE id = $2 AND`+mine,
		some(communities), r.Building, r.ID, r.Name, directory.PlaceKey(r.Name)))
}

// RenameRoom renames a room that is at a version.
func (db *DB) RenameRoom(ctx context.Context, communities []string, id string, version int, name string) error {
	return db.versioned(ctx, "rename room", `
UPDATE rooms r SET name = $4, key = $5, version = r.version + 1 FROM buildings b
WHERE r.id = $2 AND r.version = $3 AND b.id = r.building AND`+mine, aRoom, communities, id, version, name, directory.PlaceKey(name))
}

// RemoveRoom removes a room that is nobody's home.
func (db *DB) RemoveRoom(ctx context.Context, communities []string, id string, version int) error {
	return db.versioned(ctx, "remove room", `
DELETE FROM rooms r USING buildings b WHERE r.id = $2 AND r.version = $3 AND b.id = r.building AND`+mine, aRoom, communities, id, version)
}
