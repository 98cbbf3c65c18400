package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/directory"
)

// importTimeout bounds an import, which is one transaction.
const importTimeout = 25 * time.Second

// ImportOwners reads what communities hold, lets plan say what changes, and changes it, all of it or
// nothing. Nobody else changes owners meanwhile. When plan says no, nothing is changed. N4
func (db *DB) ImportOwners(ctx context.Context, communities []string, plan func(directory.Residents) (directory.OwnersPlan, bool)) error {
	return db.within(ctx, "import owners", importTimeout, func(tx pgx.Tx) error {
		if err := alone(ctx, tx, "buildings, rooms, owners, contacts, homes"); err != nil {
			return err
		}
		there, err := residents(ctx, tx, communities)
		if err != nil {
			return err
		}
		p, ok := plan(there)
		if !ok {
			return nil
		}
		if err := insertPlaces(ctx, tx, p.Residents); err != nil {
			return err
		}
		if err := insertOwners(ctx, tx, p.Owners); err != nil {
			return err
		}
		if err := replaceOwners(ctx, tx, there.Owners, p.Changed); err != nil {
			return err
		}
		return counted(ctx, tx, len(p.Owners)+len(p.Changed))
	})
}

// many is how many new rows make what Postgres believes about its tables wrong.
const many = 1000

// counted lets Postgres count what it holds after a large import, so that it finds it quickly at once.
func counted(ctx context.Context, tx pgx.Tx, written int) error {
	if written < many {
		return nil
	}
	_, err := tx.Exec(ctx, "ANALYZE buildings, rooms, owners, contacts, homes")
	return err
}

// alone keeps others from changing tables until the transaction ends; they may read.
func alone(ctx context.Context, tx pgx.Tx, tables string) error {
	_, err := tx.Exec(ctx, "SET LOCAL statement_timeout = '20s'")
	if err == nil {
		_, err = tx.Exec(ctx, "LOCK TABLE "+tables+" IN SHARE ROW EXCLUSIVE MODE")
	}
	return err
}

func residents(ctx context.Context, tx pgx.Tx, communities []string) (r directory.Residents, err error) {
	all := []any{some(communities)}
	r.Buildings, err = every(ctx, tx, `SELECT id, community, name, version FROM buildings WHERE`+mine, all,
		pgx.RowToStructByPos[directory.Building])
	if err != nil {
		return r, err
	}
	r.Rooms, err = every(ctx, tx, selectRooms+mine, all, pgx.RowToStructByPos[directory.Room])
	if err != nil {
		return r, err
	}
	r.Owners, err = ownersAlone(ctx, tx, all)
	return r, err
}

// ownersAlone reads all owners in three plain passes: many small look-ups would be slow.
func ownersAlone(ctx context.Context, tx pgx.Tx, communities []any) ([]directory.Owner, error) {
	owners, err := every(ctx, tx, `SELECT id, community, name, language, version FROM owners WHERE`+mine+`ORDER BY id`, communities,
		func(row pgx.CollectableRow) (o directory.Owner, err error) {
			err = row.Scan(&o.ID, &o.Community, &o.Name, &o.Language, &o.Version)
			return o, err
		})
	if err != nil {
		return nil, err
	}
	of := make(map[string]*directory.Owner, len(owners))
	for i := range owners {
		of[owners[i].ID] = &owners[i]
	}
	var id string
	var c directory.Contact
	err = each(ctx, tx, `SELECT owner, kind, value, preferred FROM contacts WHERE`+mine+`ORDER BY owner, place`, communities,
		[]any{&id, &c.Kind, &c.Value, &c.Preferred}, func() { of[id].Contacts = append(of[id].Contacts, c) })
	if err != nil {
		return nil, err
	}
	var h directory.Home
	err = each(ctx, tx, `
SELECT h.owner, h.room, h.kind, coalesce(h.moved_in::text, ''), coalesce(h.moved_out::text, '')
FROM homes h JOIN owners o ON o.id = h.owner WHERE`+mine+`ORDER BY h.owner, h.place`, communities,
		[]any{&id, &h.Room, &h.Kind, &h.MovedIn, &h.MovedOut}, func() { of[id].Homes = append(of[id].Homes, h) })
	return owners, err
}

func each(ctx context.Context, tx pgx.Tx, sql string, args, into []any, do func()) error {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	_, err = pgx.ForEachRow(rows, into, func() error { do(); return nil })
	return err
}

func every[T any](ctx context.Context, tx pgx.Tx, sql string, args []any, scan pgx.RowToFunc[T]) ([]T, error) {
	rows, err := tx.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, scan)
}

func insertPlaces(ctx context.Context, tx pgx.Tx, r directory.Residents) error {
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"buildings"}, []string{"id", "community", "name", "key"},
		pgx.CopyFromSlice(len(r.Buildings), func(i int) ([]any, error) {
			b := r.Buildings[i]
			return []any{b.ID, b.Community, b.Name, directory.PlaceKey(b.Name)}, nil
		}))
	if err != nil {
		return err
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"rooms"}, []string{"id", "building", "name", "key"},
		pgx.CopyFromSlice(len(r.Rooms), func(i int) ([]any, error) {
			room := r.Rooms[i]
			return []any{room.ID, room.Building, room.Name, directory.PlaceKey(room.Name)}, nil
		}))
	return err
}

// ImportStaff does for staff what ImportOwners does for owners.
func (db *DB) ImportStaff(ctx context.Context, plan func([]directory.Staff) (directory.StaffPlan, bool)) error {
	return db.changingStaff(ctx, "import staff", importTimeout, func(tx pgx.Tx) error {
		there, err := every(ctx, tx, selectStaff+`true ORDER BY id`, nil, pgx.RowToStructByPos[directory.Staff])
		if err != nil {
			return err
		}
		p, ok := plan(there)
		if !ok {
			return nil
		}
		if err := writeStaff(ctx, tx, insertStaff, p.Added); err != nil {
			return err
		}
		return writeStaff(ctx, tx, updateStaff, p.Changed)
	})
}

func writeStaff(ctx context.Context, tx pgx.Tx, sql string, staff []directory.Staff) error {
	var b pgx.Batch
	for _, s := range staff {
		b.Queue(sql, staffArgs(s)...)
	}
	return tx.SendBatch(ctx, &b).Close()
}
