package postgres

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"bihuan/directory"
	"bihuan/procedure"
	"bihuan/procedure/people"
)

var (
	yuhu     = []string{"yuhu"}
	linjiang = []string{"linjiang"}
)

var vocabulary = directory.Words{Communities: directory.Known(map[string][]string{"yuhu": nil, "linjiang": nil})}

// home puts a building with a room into the directory.
func home(t testing.TB, db *DB, community string) (building, room string) {
	t.Helper()
	building, room = uuid.NewString(), uuid.NewString()
	must(t, db.AddBuilding(t.Context(), directory.Building{ID: building, Community: community, Name: "3栋"}))
	must(t, db.AddRoom(t.Context(), all, directory.Room{ID: room, Building: building, Name: "502"}))
	return building, room
}

func is(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// N4: two people who change the same thing do not overwrite each other; what is in use stays.
func TestDirectoryVersions(t *testing.T) {
	db, ctx := fresh(t), t.Context()
	building, room := home(t, db, "yuhu")
	must(t, db.RenameBuilding(ctx, yuhu, building, 1, "三号楼"))
	is(t, "an old version", db.RenameBuilding(ctx, yuhu, building, 1, "4"), ErrChanged)
	is(t, "another community", db.RenameBuilding(ctx, linjiang, building, 2, "4"), ErrNotFound)
	is(t, "no community", db.RenameBuilding(ctx, nil, building, 2, "4"), ErrNotFound)
	is(t, "with rooms", db.RemoveBuilding(ctx, yuhu, building, 2), ErrInUse)
	is(t, "the same room", db.AddRoom(ctx, yuhu, directory.Room{ID: "x", Building: building, Name: "502室"}), ErrTaken)
	is(t, "another's building", db.AddRoom(ctx, linjiang, directory.Room{ID: "x", Building: building, Name: "1"}), ErrNotFound)
	is(t, "an old room", db.RenameRoom(ctx, yuhu, room, 9, "503"), ErrChanged)
	must(t, db.RenameRoom(ctx, yuhu, room, 1, "503"))
	is(t, "another's room", db.RemoveRoom(ctx, linjiang, room, 2), ErrNotFound)
	must(t, db.RemoveRoom(ctx, yuhu, room, 2))
	must(t, db.RemoveBuilding(ctx, yuhu, building, 2))
}

func zhang(room string) directory.Owner {
	return directory.Owner{
		ID: uuid.NewString(), Community: "yuhu", Name: "张三", Language: "zh-CN", Version: 1,
		Contacts: []directory.Contact{{Kind: directory.Phone, Value: "+8613800000000", Preferred: true}, {Kind: directory.WeChat, Value: "zhang_3"}},
		Homes:    []directory.Home{{Room: room, Kind: directory.Owned, MovedIn: "2020-05-01"}},
	}
}

// N1, N4: an owner is kept whole, found in their community alone, and a number is one person's.
func TestOwnersAreKept(t *testing.T) {
	db, ctx := fresh(t), t.Context()
	_, room := home(t, db, "yuhu")
	z := zhang(room)
	must(t, db.AddOwner(ctx, z))
	z.Homes[0].BuildingName, z.Homes[0].RoomName = "3栋", "502"
	got, err := db.Owner(ctx, yuhu, z.ID)
	must(t, err)
	same(t, "owner", got, z)
	_, err = db.Owner(ctx, linjiang, z.ID)
	is(t, "elsewhere", err, ErrNotFound)
	twin := zhang(room)
	is(t, "the same number", db.AddOwner(ctx, twin), ErrTaken)
	twin.Contacts[0].Value = "+8613900000000"
	must(t, db.AddOwner(ctx, twin)) // two owners of a room
	z.Contacts, z.Homes[0].MovedOut = z.Contacts[:1], "2026-01-31"
	must(t, db.PutOwner(ctx, yuhu, z))
	is(t, "an old version", db.PutOwner(ctx, yuhu, z), ErrChanged)
	z.Version = 2
	is(t, "elsewhere", db.PutOwner(ctx, linjiang, z), ErrNotFound)
	here := Place{Community: "yuhu", Building: "3 号楼", Room: "502室"}
	for day, want := range map[string]int{"2026-01-30": 2, "2026-02-01": 1} {
		at, _ := time.Parse(time.DateOnly, day)
		found, err := db.OwnersByRoom(ctx, yuhu, here, at)
		if must(t, err); len(found) != want {
			t.Errorf("%s: %d owners", day, len(found))
		}
	}
	found, err := db.OwnersByPhone(ctx, linjiang, "+8613800000000")
	if must(t, err); len(found) != 0 {
		t.Error("another community's owner was found")
	}
	is(t, "somebody's home", db.RemoveRoom(ctx, yuhu, room, 1), ErrInUse)
	must(t, db.RemoveOwner(ctx, yuhu, z.ID, 2))
}

// N4: pages of owners leave nobody out and name nobody twice.
func TestOwnersArePaged(t *testing.T) {
	db := fresh(t)
	for i := range 7 {
		must(t, db.AddOwner(t.Context(), directory.Owner{ID: uuid.NewString(), Community: "yuhu", Name: fmt.Sprint("张", i/2), Language: "en"}))
	}
	seen := map[string]bool{}
	for cursor := ""; ; {
		p, err := db.Owners(t.Context(), yuhu, "", "张", cursor, 3)
		must(t, err)
		for _, o := range p.Items {
			seen[o.ID] = true
		}
		if cursor = p.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d of 7", len(seen))
	}
}

// N1, N4: an incoming number finds complaints however it was written down, open or lately closed, in
// one's own communities alone.
func TestCasesNearANumberOrARoom(t *testing.T) {
	db, now := fresh(t), time.Now().UTC().Truncate(time.Second)
	long := now.AddDate(0, -6, 0)
	for number, c := range map[string]procedure.Summary{
		"TS-1": {Community: "yuhu", Phone: "138-0000-0000", Open: true},
		"TS-2": {Community: "yuhu", Phone: "+86 １３８ 0000 0000", ClosedAt: &now},
		"TS-3": {Community: "yuhu", Phone: "13800000000", ClosedAt: &long},
		"TS-4": {Community: "linjiang", Phone: "13800000000", Open: true},
		"TS-5": {Community: "yuhu", Phone: "15800000000", Building: "3号楼", Room: "502室", Open: true}, // ends alike
		"TS-6": {Community: "yuhu", Building: "13", Room: "502", Open: true},
	} {
		c.Seq, c.Stage, c.RegisteredAt = 1, "registered", now
		_, err := db.Record(t.Context(), procedure.Batch{Number: number, Kind: "complaint", Summary: c, State: []byte("{}")})
		must(t, err)
	}
	phone, room := []string{"+8613800000000"}, []Place{{Community: "yuhu", Building: "3栋", Room: "502"}}
	for name, c := range map[string]struct {
		communities, phones []string
		places              []Place
		want                string
	}{
		"number":         {yuhu, phone, nil, "TS-2 TS-1"},
		"room":           {yuhu, nil, room, "TS-5"},
		"both":           {yuhu, phone, room, "TS-5 TS-2 TS-1"},
		"elsewhere":      {linjiang, phone, room, "TS-4"},
		"everywhere":     {all, phone, nil, "TS-4 TS-2 TS-1"},
		"no communities": {nil, phone, room, ""},
	} {
		found, err := db.CasesNear(t.Context(), c.communities, c.phones, c.places, now.AddDate(0, 0, -30))
		must(t, err)
		var numbers []string
		for _, f := range found {
			numbers = append(numbers, f.Number)
		}
		if got := strings.Join(numbers, " "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// N1: staff are seen by who keeps one of their communities; the last keeper of all stays.
func TestStaffOfCommunities(t *testing.T) {
	db, ctx := fresh(t), t.Context()
	admin := directory.Staff{ID: "admin", Name: "管", Language: "zh-CN", Roles: []people.Role{people.Admin}, Communities: all}
	wang := directory.Staff{ID: "wang", Name: "王", Language: "zh-CN", Roles: []people.Role{people.Agent}, Communities: yuhu, Phone: "+8613800000001"}
	must(t, db.AddStaff(ctx, admin))
	must(t, db.AddStaff(ctx, wang))
	is(t, "twice", db.AddStaff(ctx, wang), ErrTaken)
	_, err := db.StaffMember(ctx, linjiang, "wang")
	is(t, "elsewhere", err, ErrNotFound)
	page, err := db.StaffOf(ctx, linjiang, "", 10)
	if must(t, err); len(page.Items) != 1 || page.Items[0].ID != "admin" {
		t.Errorf("%+v", page)
	}
	is(t, "last admin", db.Disable(ctx, "admin", true), ErrLastAdmin)
	admin.Version, admin.Communities = 1, yuhu
	is(t, "last admin of all", db.ChangeStaff(ctx, admin), ErrLastAdmin)
	must(t, db.Disable(ctx, "wang", true))
	wang.Version = 1
	is(t, "an old version", db.ChangeStaff(ctx, wang), ErrChanged)
	wang.Version = 2
	must(t, db.ChangeStaff(ctx, wang)) // the same again
	got, err := db.StaffMember(ctx, yuhu, "wang")
	must(t, err)
	if got.Version != 2 || !got.Disabled || got.Phone != wang.Phone {
		t.Errorf("%+v", got)
	}
}

// importOwners imports a file as the server does.
func importOwners(t testing.TB, db *DB, file string) (directory.OwnersPlan, []directory.Fault) {
	t.Helper()
	f := directory.ReadOwners([]byte(file), vocabulary)
	var p directory.OwnersPlan
	must(t, db.ImportOwners(t.Context(), f.Communities(), func(there directory.Residents) (directory.OwnersPlan, bool) {
		p = f.Plan(there, uuid.NewString)
		return p, len(f.Faults()) == 0
	}))
	return p, f.Faults()
}

// N4: 20,000 rows are imported in less than ten seconds, all of them or none, and the same file again
// changes nothing.
func TestALargeImportIsQuickAndWhole(t *testing.T) {
	db := fresh(t)
	var file strings.Builder
	file.WriteString("community,building,room,name,phone,email\n")
	for i := range directory.MaxRows {
		fmt.Fprintf(&file, "yuhu,%d栋,%d,住户%d,%d,o%d@example.com\n", i/500, i, i, 13000000000+i, i)
	}
	bad := strings.Replace(file.String(), "13000019999", "13000000000", 1)
	if _, faults := importOwners(t, db, bad); len(faults) != 1 || faults[0].Row != 20001 {
		t.Errorf("%+v", faults)
	}
	for i, want := range []int{directory.MaxRows, 0} {
		start := time.Now()
		p, faults := importOwners(t, db, file.String())
		took := time.Since(start)
		if len(p.Owners) != want || len(p.Changed) != 0 || len(faults) != 0 {
			t.Errorf("import %d: %d new, %d changed, %v in %v", i, len(p.Owners), len(p.Changed), faults, took)
		}
		t.Logf("import %d of %d rows: %v", i, directory.MaxRows, took)
	}
	changed := strings.ReplaceAll(file.String(), "@example.com", "@example.org")
	start := time.Now()
	if p, faults := importOwners(t, db, changed); len(p.Changed) != directory.MaxRows || len(faults) != 0 {
		t.Errorf("%d changed, %v", len(p.Changed), faults)
	}
	t.Logf("all changed: %v", time.Since(start))
}

// A write that fails in the middle of an import leaves nothing of it.
func TestAnImportIsAllOrNothing(t *testing.T) {
	db := fresh(t)
	twins := directory.Residents{
		Buildings: []directory.Building{{ID: "b", Community: "yuhu", Name: "1"}},
		Owners:    []directory.Owner{zhang("nowhere")},
	}
	err := db.ImportOwners(t.Context(), yuhu, func(directory.Residents) (directory.OwnersPlan, bool) {
		return directory.OwnersPlan{Residents: twins}, true
	})
	is(t, "no such room", err, ErrInUse)
	page, err := db.Buildings(t.Context(), all, "", "", 10)
	if must(t, err); len(page.Items) != 0 {
		t.Errorf("%+v", page.Items)
	}
}
