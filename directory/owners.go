package directory

import "strings"

// OwnerRow is a checked row of an owners' file.
type OwnerRow struct {
	reader
	Community, Building, Room, Name, Language, Kind string
	Contacts                                        []Contact
}

// OwnersFile is an owners' file, read and checked as far as it can be without the directory.
type OwnersFile struct {
	table
	Rows []OwnerRow
}

// ReadOwners reads a file of owners. N4
func ReadOwners(file []byte, words Words) *OwnersFile {
	f := &OwnersFile{table: tabled(file, ownerColumns)}
	for _, line := range f.rows {
		f.Rows = append(f.Rows, f.row(reader{&f.table, line}, words))
	}
	return f
}

func (f *OwnersFile) row(r reader, words Words) OwnerRow {
	o := OwnerRow{
		reader:    r,
		Community: r.needed("community", "unknown_community", among(words.Communities)),
		Building:  r.needed("building", "bad_text", NormalText),
		Room:      r.needed("room", "bad_text", NormalText),
		Name:      r.needed("name", "bad_text", NormalText),
		Language:  r.normal("language", "unknown_language", among(languages)),
		Kind:      r.normal("kind", "unknown_kind", among(kinds)),
	}
	for _, c := range []struct{ kind, code string }{{Phone, "bad_phone"}, {Email, "bad_email"}, {WeChat, "bad_text"}} {
		value := r.normal(c.kind, c.code, func(s string) (string, bool) {
			contact, ok := NormalContact(Contact{Kind: c.kind, Value: s})
			return contact.Value, ok
		})
		if value != "" {
			o.Contacts = append(o.Contacts, Contact{Kind: c.kind, Value: value})
		}
	}
	return o
}

// Count is how many rows there are below the header.
func (f *OwnersFile) Count() int { return f.count }

// Faults lists what was found so far.
func (f *OwnersFile) Faults() []Fault { return f.faults }

// Communities lists those that the file is about.
func (f *OwnersFile) Communities() []string {
	var all []string
	seen := map[string]bool{"": true}
	for _, r := range f.Rows {
		if !seen[r.Community] {
			seen[r.Community] = true
			all = append(all, r.Community)
		}
	}
	return all
}

// Residents is what the directory holds of some communities.
type Residents struct {
	Buildings []Building
	Rooms     []Room
	Owners    []Owner
}

// OwnersPlan is what an import changes: what is new, and owners as they become.
type OwnersPlan struct {
	Residents
	Changed []Owner
}

// Plan compares the file with what is there. An owner is known by their phone number, else by name and
// room, so that the same file changes nothing the second time. Faults are added to the file's.
func (f *OwnersFile) Plan(there Residents, newID func() string) OwnersPlan {
	p := newPlanner(there, newID)
	p.file = f
	for _, r := range f.Rows {
		if r.Community != "" && r.Building != "" && r.Room != "" && r.Name != "" {
			p.add(r)
		}
	}
	return p.plan()
}

// planner holds the directory by its natural keys while rows are taken in.
type planner struct {
	file      *OwnersFile
	newID     func() string
	buildings map[string]*Building
	rooms     map[string]*Room
	owners    []*resident
	byPhone   map[string]*resident // by community and number
	byHome    map[string]*resident // by room and name
	lines     map[string]int       // rows by all that they say
	fresh     Residents
}

// resident is an owner while rows are taken in; line is the row that made them, 0 for one who was there.
type resident struct {
	Owner
	line    int
	changed bool
}

func key(parts ...string) string { return strings.Join(parts, "\x00") }

func newPlanner(there Residents, newID func() string) *planner {
	p := &planner{
		newID: newID, buildings: map[string]*Building{}, rooms: map[string]*Room{},
		byPhone: map[string]*resident{}, byHome: map[string]*resident{}, lines: map[string]int{},
	}
	for _, b := range there.Buildings {
		p.buildings[key(b.Community, PlaceKey(b.Name))] = &b
	}
	for _, r := range there.Rooms {
		p.rooms[key(r.Building, PlaceKey(r.Name))] = &r
	}
	for _, o := range there.Owners {
		p.keep(&resident{Owner: o})
	}
	return p
}

// keep makes a resident known by their numbers and homes.
func (p *planner) keep(o *resident) {
	p.owners = append(p.owners, o)
	for _, c := range o.Contacts {
		p.reachable(o, c)
	}
	for _, h := range o.Homes {
		p.byHome[key(h.Room, o.Name)] = o
	}
}

func (p *planner) reachable(o *resident, c Contact) {
	if c.Kind == Phone {
		p.byPhone[key(o.Community, c.Value)] = o
	}
}

// add takes a row in.
func (p *planner) add(r OwnerRow) {
	said := key(r.Community, PlaceKey(r.Building), PlaceKey(r.Room), r.Name, phoneOf(r.Contacts))
	if line, twice := p.lines[said]; twice {
		r.wrong("", "repeated_row", line)
		return
	}
	p.lines[said] = r.number
	room := p.room(r, p.building(r))
	o, ok := p.known(r, room)
	if !ok {
		return
	}
	if o == nil {
		o = &resident{line: r.number, Owner: Owner{ID: p.newID(), Community: r.Community, Name: r.Name, Language: DefaultLanguage}}
		p.owners = append(p.owners, o)
	}
	p.merge(o, r, room)
}

func phoneOf(contacts []Contact) string {
	for _, c := range contacts {
		if c.Kind == Phone {
			return c.Value
		}
	}
	return ""
}

func (p *planner) building(r OwnerRow) *Building {
	k := key(r.Community, PlaceKey(r.Building))
	b, ok := p.buildings[k]
	if !ok {
		b = &Building{ID: p.newID(), Community: r.Community, Name: r.Building}
		p.buildings[k] = b
		p.fresh.Buildings = append(p.fresh.Buildings, *b)
	}
	return b
}

func (p *planner) room(r OwnerRow, b *Building) *Room {
	k := key(b.ID, PlaceKey(r.Room))
	room, ok := p.rooms[k]
	if !ok {
		room = &Room{ID: p.newID(), Community: r.Community, Building: b.ID, BuildingName: b.Name, Name: r.Room}
		p.rooms[k] = room
		p.fresh.Rooms = append(p.fresh.Rooms, *room)
	}
	return room
}

// known finds the person whom a row is about: nil for somebody new, false when the number is another's.
func (p *planner) known(r OwnerRow, room *Room) (*resident, bool) {
	phone := phoneOf(r.Contacts)
	o := p.byPhone[key(r.Community, phone)]
	switch {
	case phone == "" || o == nil:
		return p.byHome[key(room.ID, r.Name)], true
	case o.Name == r.Name:
		return o, true
	case o.line > 0:
		r.wrong(Phone, "repeated_phone", o.line)
	default:
		r.wrong(Phone, "phone_of_another", 0)
	}
	return nil, false
}

// merge adds what a row says to what is known; an empty cell takes nothing away.
func (p *planner) merge(o *resident, r OwnerRow, room *Room) {
	if r.Language != "" && r.Language != o.Language {
		o.Language, o.changed = r.Language, true
	}
	for _, c := range r.Contacts {
		if o.has(c) {
			continue
		}
		c.Preferred = len(o.Contacts) == 0
		o.Contacts, o.changed = append(o.Contacts, c), true
		p.reachable(o, c)
	}
	p.byHome[key(room.ID, o.Name)] = o
	for i, h := range o.Homes {
		if h.Room != room.ID {
			continue
		}
		if r.Kind != "" && h.Kind != r.Kind {
			o.Homes[i].Kind, o.changed = r.Kind, true
		}
		return
	}
	kind := r.Kind
	if kind == "" {
		kind = Owned
	}
	o.Homes, o.changed = append(o.Homes, Home{Room: room.ID, Kind: kind}), true
}

func (o *resident) has(c Contact) bool {
	for _, e := range o.Contacts {
		if e.Kind == c.Kind && e.Value == c.Value {
			return true
		}
	}
	return false
}

func (p *planner) plan() OwnersPlan {
	out := OwnersPlan{Residents: p.fresh}
	for _, o := range p.owners {
		switch {
		case o.line > 0:
			out.Owners = append(out.Owners, o.Owner)
		case o.changed:
			out.Changed = append(out.Changed, o.Owner)
		}
	}
	return out
}
