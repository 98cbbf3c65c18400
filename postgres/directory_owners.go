package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"bihuan/directory"
)

// selectOwners reads owners whole, their lists in their own order.
const selectOwners = `
SELECT jsonb_build_object('id', o.id, 'community', o.community, 'name', o.name, 'language', o.language, 'version', o.version,
  'contacts', coalesce((SELECT jsonb_agg(jsonb_build_object('kind', c.kind, 'value', c.value, 'preferred', c.preferred) ORDER BY c.place)
    FROM contacts c WHERE c.owner = o.id), '[]'),
  'homes', coalesce((SELECT jsonb_agg(jsonb_build_object('room', h.room, 'building_name', b.name, 'room_name', r.name, 'kind', h.kind,
      'moved_in', coalesce(h.moved_in::text, ''), 'moved_out', coalesce(h.moved_out::text, '')) ORDER BY h.place)
    FROM homes h JOIN rooms r ON r.id = h.room JOIN buildings b ON b.id = r.building WHERE h.owner = o.id), '[]'))
FROM owners o WHERE`

// Owners lists those of a community, or of all that may be seen, whose name begins with prefix.
func (db *DB) Owners(
	ctx context.Context, communities []string, community, prefix, cursor string, limit int,
) (Page[directory.Owner], error) {
	return list[directory.Owner, named]{
		op: "owners", cursor: cursor, limit: limit,
		query: func(after named, rows int) (string, []any) {
			return selectOwners + mine + `
AND ($2 = '' OR community = $2) AND starts_with(name, $3) AND (name, id) > ($4, $5) ORDER BY name, id LIMIT $6`,
				[]any{some(communities), community, prefix, after.Name, after.ID, rows}
		},
		scan: pgx.RowTo[directory.Owner], place: func(o directory.Owner) named { return named{o.Name, o.ID} },
	}.read(ctx, db)
}

// Owner gives one owner.
func (db *DB) Owner(ctx context.Context, communities []string, id string) (o directory.Owner, err error) {
	err = db.row(ctx, "owner", selectOwners+mine+`AND id = $2`, []any{some(communities), id}, &o)
	return o, err
}

// OwnersByPhone finds whose number it is; a normalised one.
func (db *DB) OwnersByPhone(ctx context.Context, communities []string, phone string) ([]directory.Owner, error) {
	return collect(ctx, db, "owners by phone", selectOwners+mine+`
AND id IN (SELECT owner FROM contacts WHERE kind = 'phone' AND value = $2) ORDER BY community, name, id`,
		[]any{some(communities), phone}, pgx.RowTo[directory.Owner])
}

// OwnersByRoom finds whose home a room is on a day, the room as anybody writes it.
func (db *DB) OwnersByRoom(ctx context.Context, communities []string, p Place, day time.Time) ([]directory.Owner, error) {
	return collect(ctx, db, "owners by room", selectOwners+mine+`
AND id IN (SELECT h.owner FROM homes h JOIN rooms r ON r.id = h.room JOIN buildings b ON b.id = r.building
  WHERE b.community = $2 AND b.key = $3 AND r.key = $4 AND (h.moved_out IS NULL OR h.moved_out > $5)) ORDER BY name, id`,
		[]any{some(communities), p.Community, directory.PlaceKey(p.Building), directory.PlaceKey(p.Room), day}, pgx.RowTo[directory.Owner])
}

// AddOwner adds an owner at version 1.
func (db *DB) AddOwner(ctx context.Context, o directory.Owner) error {
	return db.within(ctx, "add owner", callTimeout, func(tx pgx.Tx) error {
		return insertOwners(ctx, tx, []directory.Owner{o})
	})
}

// PutOwner replaces an owner who is at a version; the community stays.
func (db *DB) PutOwner(ctx context.Context, communities []string, o directory.Owner) error {
	return db.within(ctx, "put owner", callTimeout, func(tx pgx.Tx) error {
		if err := atVersion(ctx, tx, communities, o.ID, o.Version); err != nil {
			return err
		}
		there, err := every(ctx, tx, selectOwners+` id = $1`, []any{o.ID}, pgx.RowTo[directory.Owner])
		if err != nil {
			return err
		}
		return replaceOwners(ctx, tx, there, []directory.Owner{o})
	})
}

func atVersion(ctx context.Context, tx pgx.Tx, communities []string, id string, version int) error {
	var now int
	err := tx.QueryRow(ctx, `SELECT version FROM owners WHERE id = $2 AND`+mine+`FOR UPDATE`, some(communities), id).Scan(&now)
	if err == nil && now != version {
		return ErrChanged
	}
	return err
}

// RemoveOwner removes an owner with contacts and homes.
func (db *DB) RemoveOwner(ctx context.Context, communities []string, id string, version int) error {
	return db.versioned(ctx, "remove owner", `DELETE FROM owners WHERE id = $2 AND version = $3 AND`+mine,
		anOwner, communities, id, version)
}

// within runs a transaction that is all or nothing.
func (db *DB) within(ctx context.Context, op string, timeout time.Duration, do func(pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	return kept(op, pgx.BeginFunc(ctx, db.pool, func(tx pgx.Tx) error {
		if err := attribute(ctx, tx); err != nil {
			return err
		}
		return do(tx)
	}))
}

func insertOwners(ctx context.Context, tx pgx.Tx, owners []directory.Owner) error {
	rows := pgx.CopyFromSlice(len(owners), func(i int) ([]any, error) {
		o := owners[i]
		return []any{o.ID, o.Community, o.Name, o.Language}, nil
	})
	if _, err := tx.CopyFrom(ctx, pgx.Identifier{"owners"}, []string{"id", "community", "name", "language"}, rows); err != nil {
		return err
	}
	return insertLists(ctx, tx, owners)
}

func insertLists(ctx context.Context, tx pgx.Tx, owners []directory.Owner) error {
	var contacts, homes [][]any
	for _, o := range owners {
		for i, c := range o.Contacts {
			contacts = append(contacts, []any{o.ID, i, o.Community, c.Kind, c.Value, c.Preferred})
		}
		for i, h := range o.Homes {
			homes = append(homes, []any{o.ID, i, h.Room, h.Kind, date(h.MovedIn), date(h.MovedOut)})
		}
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"contacts"},
		[]string{"owner", "place", "community", "kind", "value", "preferred"}, pgx.CopyFromRows(contacts))
	if err != nil {
		return err
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"homes"},
		[]string{"owner", "place", "room", "kind", "moved_in", "moved_out"}, pgx.CopyFromRows(homes))
	return err
}

// date reads a checked day; none is NULL.
func date(day string) *time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return nil
	}
	return &t
}

// replaceOwners replaces owners of those that are there.
func replaceOwners(ctx context.Context, tx pgx.Tx, there, owners []directory.Owner) error {
	if len(owners) == 0 {
		return nil
	}
	ids, names, languages := make([]string, len(owners)), make([]string, len(owners)), make([]string, len(owners))
	for i, o := range owners {
		ids[i], names[i], languages[i] = o.ID, o.Name, o.Language
	}
	var b pgx.Batch
	noteLists(&b, there, owners)
	b.Queue(`
UPDATE owners o SET name = u.name, language = u.language, version = o.version + 1
FROM unnest($1::text[], $2::text[], $3::text[]) AS u (id, name, language) WHERE o.id = u.id`, ids, names, languages)
	b.Queue(`DELETE FROM contacts WHERE owner = ANY ($1)`, ids)
	b.Queue(`DELETE FROM homes WHERE owner = ANY ($1)`, ids)
	if err := tx.SendBatch(ctx, &b).Close(); err != nil {
		return err
	}
	return insertLists(ctx, tx, owners)
}

// noteLists notes whose contacts and homes change: those are replaced as a whole, so that their tables do not tell. N2
func noteLists(b *pgx.Batch, there, owners []directory.Owner) {
	before := make(map[string]directory.Owner, len(there))
	for _, o := range there {
		before[o.ID] = o
	}
	noteList(b, "contacts", owners, func(o directory.Owner) bool { return slices.Equal(o.Contacts, before[o.ID].Contacts) })
	noteList(b, "homes", owners, func(o directory.Owner) bool { return slices.EqualFunc(o.Homes, before[o.ID].Homes, sameHome) })
}

func noteList(b *pgx.Batch, list string, owners []directory.Owner, same func(directory.Owner) bool) {
	var ids, communities []string
	for _, o := range owners {
		if !same(o) {
			ids, communities = append(ids, o.ID), append(communities, o.Community)
		}
	}
	b.Queue(`
INSERT INTO access_log (by, via, what, entity, entity_id, fields, communities)
SELECT coalesce(current_setting('bihuan.by', true), ''), current_setting('bihuan.via'), 'change', 'owners', id, ARRAY[$1], ARRAY[community]
FROM unnest($2::text[], $3::text[]) AS o (id, community)`, list, ids, communities)
}

// sameHome compares homes without the names of places, which are not theirs.
func sameHome(a, b directory.Home) bool {
	return a.Room == b.Room && a.Kind == b.Kind && a.MovedIn == b.MovedIn && a.MovedOut == b.MovedOut
}

// RoomsIn says whether all rooms are in a community.
func (db *DB) RoomsIn(ctx context.Context, community string, rooms []string) (all bool, err error) {
	err = db.row(ctx, "rooms in", `
SELECT count(*) = $3 FROM rooms r JOIN buildings b ON b.id = r.building WHERE b.community = $1 AND r.id = ANY ($2)`,
		[]any{community, some(rooms), len(rooms)}, &all)
	return all, err
}
