package api_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/jackc/pgx/v5"
	"github.com/labstack/echo/v4"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"bihuan/dev/stack"
	"bihuan/directory"
	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/people"
	"bihuan/server/api"
	"bihuan/server/auth"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/gate"
	"bihuan/server/web"
	"bihuan/settings"
	"bihuan/words"
)

// house is a server on a real Postgres, with a directory of its own.
type house struct {
	*office
	db *postgres.DB
}

// database makes an empty, migrated database that lasts as long as the test.
func database(t *testing.T) *postgres.DB {
	t.Helper()
	ctx := context.Background()
	at := os.Getenv("TEST_DATABASE_URL")
	if at == "" {
		s, err := stack.Start(ctx, stack.Options{WithoutTemporal: true, Log: os.Stderr})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Stop(ctx) })
		at = s.DatabaseURL
	}
	conn, err := pgx.Connect(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(ctx) })
	name := fmt.Sprintf("bihuan_directory_%d_%d", os.Getpid(), time.Now().UnixNano())
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	u, _ := url.Parse(at)
	u.Path = "/" + name
	db, err := postgres.Open(ctx, u.String())
	if err == nil {
		err = db.Migrate(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		db.Close()
		_, _ = conn.Exec(ctx, "DROP DATABASE "+name+" WITH (FORCE)")
	})
	return db
}

func newHouse(t *testing.T) *house {
	t.Helper()
	return inhabited(t, &fakeEngine{}, 20, map[string]postgres.Staff{
		"admin":     {Roles: []people.Role{people.Admin}, Communities: []string{people.AllCommunities}},
		"keeper":    {Roles: []people.Role{people.Admin}, Communities: []string{"yuhu"}},
		"agent":     {Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}},
		"stranger":  {Roles: []people.Role{people.Agent}, Communities: []string{"linjiang"}},
		"plumber":   {Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: "engineering"},
		"auditor":   {Roles: []people.Role{people.Auditor}, Communities: []string{people.AllCommunities}},
		"assistant": {Roles: []people.Role{people.Assistant}, Communities: []string{"yuhu"}},
	})
}

// inhabited is a house with an engine and some staff, where strangers may change so much a minute.
func inhabited(t *testing.T, e *fakeEngine, perMinute int, staffed map[string]postgres.Staff) *house {
	t.Helper()
	h := &house{office: &office{TB: t, engine: e, tokens: map[string]string{}, now: time.Now().UTC(), log: &strings.Builder{}}, db: database(t)}
	for id, s := range staffed {
		s.ID, s.Name, h.tokens[id] = id, id, auth.NewToken()
		hash := sha256.Sum256([]byte(h.tokens[id]))
		if err := h.db.PutStaff(t.Context(), s); err != nil {
			t.Fatal(err)
		}
		if err := h.db.PutToken(t.Context(), postgres.Token{ID: id, StaffID: id, Hash: hash[:]}); err != nil {
			t.Fatal(err)
		}
	}
	staff := auth.NewDirectory(h.everybody)
	log := slog.New(slog.NewJSONHandler(h.log, nil))
	current, err := settings.Open(t.Context(), settings.Source{Store: h.db, Seeds: true, Words: words.CheckNotices, Log: log})
	if err == nil {
		err = staff.Refresh(t.Context())
	}
	if err == nil {
		h.server, err = web.New(t.Context(), web.Options{
			Desk: desk.Options{
				Engine: h.engine, Reader: h.db, Polls: h.db, Readings: h.db, Settings: current, Tracking: fakeTracking{},
				Now: func() time.Time { return h.now }, Wait: time.Millisecond,
			},
			Gate: gate.Options{
				Staff: staff, Log: log, BodyLimit: gate.DefaultBodyLimit, PublicPerMinute: perMinute, IPExtractor: echo.ExtractIPDirect(),
			},
			API: api.Options{People: h.db, Access: h.db}, Figures: h.db,
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// everybody is who may act, as the server's command reads it.
func (h *house) everybody(ctx context.Context) ([]auth.Person, error) {
	staff, err := h.db.Staff(ctx)
	var persons []auth.Person
	for _, s := range staff {
		p := auth.Person{Actor: people.Actor{ID: s.ID, Roles: s.Roles, Communities: s.Communities, Department: s.Department}}
		for _, t := range s.Tokens {
			p.Tokens = append(p.Tokens, auth.Token{Hash: auth.Hash(t.Hash)})
		}
		if !s.Disabled {
			persons = append(persons, p)
		}
	}
	return persons, err
}

// upload sends a file.
func (h *house) upload(who, path string, file []byte, headers ...string) answer {
	h.Helper()
	return h.ask(who, http.MethodPost, path, string(file), append([]string{"Content-Type", "application/octet-stream"}, headers...)...)
}

func list(a answer, name string) []map[string]any {
	var all []map[string]any
	for _, item := range a.body[name].([]any) {
		all = append(all, item.(map[string]any))
	}
	return all
}

const (
	keptAt    = "/api/v1/directory"
	residents = "小区,楼栋,房号,姓名,手机,邮箱,身份\n御湖花园,3栋,502,张三,138-0000-0000,z@example.com,业主\n御湖花园,3栋,502,李四,13900000000,,租户\n临江苑,1,101,赵六,13700000000,,业主\n"
)

// N1, N4: import, look-up, corrections and staff on a real database; another community's data is as if
// it were not there.
func TestDirectory(t *testing.T) {
	h := newHouse(t)
	t.Run("import", h.imports)
	t.Run("look-up", h.looksUp)
	t.Run("owners", h.keepsOwners)
	t.Run("places", h.keepsPlaces)
	t.Run("staff", h.keepsStaff)
	t.Run("staff import", h.importsStaff)
	t.Run("roles", h.roles)
	t.Run("at once", h.concurrently)
	t.Run("large import", h.importsMany)
}

// in gives the house to a subtest.
func (h *house) in(t *testing.T) *house {
	d := *h.office
	d.TB = t
	return &house{office: &d, db: h.db}
}

func (h *house) imports(t *testing.T) {
	h = h.in(t)
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(residents)
	if err != nil {
		t.Fatal(err)
	}
	dry := h.upload("admin", keptAt+"/import/owners?dry_run=true", []byte(gbk)).is(http.StatusOK, "")
	if dry.body["imported"] != false || dry.body["created"].(map[string]any)["owners"] != 3.0 {
		t.Errorf("dry run: %s", dry.Body)
	}
	first := h.upload("admin", keptAt+"/import/owners", []byte(gbk)).is(http.StatusOK, "")
	if first.body["imported"] != true || fmt.Sprint(first.body["created"]) != "map[buildings:2 owners:3 rooms:2]" {
		t.Errorf("first: %s", first.Body)
	}
	again := h.upload("admin", keptAt+"/import/owners", []byte(residents)).is(http.StatusOK, "")
	if fmt.Sprint(again.body["created"], again.body["changed"]) != "map[buildings:0 owners:0 rooms:0] map[owners:0]" {
		t.Errorf("again: %s", again.Body)
	}
	bad := "小区,楼栋,房号,姓名,手机\n御湖花园,9,1,新人,13600000000\n御湖花园,9,2,冒名,138 0000 0000\n"
	for lang, want := range map[string]string{"zh-CN": "第 3 行，E（电话）：这个电话号码已登记在另一个人名下。", "en": "Row 3, E (phone): This phone number is somebody else's already."} {
		a := h.upload("keeper", keptAt+"/import/owners", []byte(bad), "Accept-Language", lang)
		if f := list(a, "faults"); a.Code != 422 || len(f) != 1 || f[0]["message"] != want || strings.Contains(a.Body.String(), "13800000000") {
			t.Errorf("%d %s", a.Code, a.Body)
		}
	}
	if left := h.ask("keeper", http.MethodGet, keptAt+"/owners?name=新人", ""); len(list(left, "items")) != 0 {
		t.Errorf("something was imported: %s", left.Body)
	}
	// a keeper of one community does not hear that the other exists
	a := h.upload("keeper", keptAt+"/import/owners", []byte(residents))
	if f := list(a, "faults"); a.Code != 422 || len(f) != 1 || f[0]["code"] != "unknown_community" || f[0]["row"] != 4.0 {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	h.upload("keeper", keptAt+"/import/owners", bytes.Repeat([]byte("x"), directory.MaxBytes+1)).is(http.StatusRequestEntityTooLarge, "body_too_large")
}

func (h *house) looksUp(t *testing.T) {
	h = h.in(t)
	for number, c := range map[string]procedure.Summary{
		"TS-1": {Community: "yuhu", Building: "3", Room: "502", Phone: "1380000 0000", Open: true},
		"TS-2": {Community: "yuhu", Building: "3号楼", Room: "502室", Phone: "15000000000", Open: true},
		"TS-3": {Community: "linjiang", Building: "1", Room: "101", Phone: "13800000000", Open: true},
	} {
		c.Seq, c.Stage, c.RegisteredAt = 1, "registered", h.now
		if _, err := h.db.Record(t.Context(), procedure.Batch{Number: number, Kind: "complaint", Summary: c, State: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct{ who, body, owners, complaints string }{
		"a number":            {"agent", `{"phone":"+86 138-0000-0000"}`, "张三", "TS-2 TS-1"},
		"a room":              {"assistant", `{"community":"yuhu","building":"3号楼","room":"502室"}`, "张三 李四", "TS-2 TS-1"},
		"nobody's number":     {"agent", `{"phone":"15100000000"}`, "", ""},
		"another's number":    {"agent", `{"phone":"13700000000"}`, "", ""},
		"number of elsewhere": {"stranger", `{"phone":"13800000000"}`, "", "TS-3"},
		"another's room":      {"stranger", `{"community":"yuhu","building":"3","room":"502"}`, "", ""},
	} {
		a := h.post(c.who, keptAt+"/lookup", c.body).is(http.StatusOK, "")
		var owners, complaints []string
		for _, o := range list(a, "owners") {
			owners = append(owners, o["name"].(string))
		}
		for _, o := range list(a, "complaints") {
			complaints = append(complaints, o["number"].(string))
		}
		if strings.Join(owners, " ") != c.owners || strings.Join(complaints, " ") != c.complaints {
			t.Errorf("%s: %v %v", name, owners, complaints)
		}
	}
	h.post("agent", keptAt+"/lookup", `{"phone":"8800"}`).is(http.StatusBadRequest, "bad_value")
	h.post("agent", keptAt+"/lookup", `{"phone":"13800000000","room":"1"}`).is(http.StatusBadRequest, "bad_value")
	if strings.Contains(h.log.String(), "13800000000") || strings.Contains(h.log.String(), "0000-0000") {
		t.Error("the log has a number")
	}
}

func (h *house) keepsOwners(t *testing.T) {
	h = h.in(t)
	zhang := list(h.ask("agent", http.MethodGet, keptAt+"/owners?name=张", ""), "items")[0]
	path := keptAt + "/owners/" + zhang["id"].(string)
	room := zhang["homes"].([]any)[0].(map[string]any)["room"]
	body := func(version int, phone string) string {
		return fmt.Sprintf(`{"name":"张三丰","version":%d,"contacts":[{"kind":"email","value":"Z@Example.com"},{"kind":"phone","value":%q,"preferred":true}],"homes":[{"room":%q,"kind":"owner","moved_in":"2020-01-01"}]}`, version, phone, room)
	}
	changed := h.ask("keeper", http.MethodPut, path, body(1, "0571 8800 0001")).is(http.StatusOK, "")
	if c := changed.body["contacts"].([]any)[1].(map[string]any); changed.body["version"] != 2.0 || c["value"] != "+8657188000001" || c["preferred"] != true {
		t.Errorf("%s", changed.Body)
	}
	h.ask("keeper", http.MethodPut, path, body(1, "13800000000")).is(http.StatusConflict, "changed_meanwhile")
	h.ask("keeper", http.MethodPut, path, body(2, "13900000000")).is(http.StatusConflict, "taken")
	h.ask("keeper", http.MethodPut, path, body(2, "nonsense")).is(http.StatusBadRequest, "bad_value")
	h.ask("keeper", http.MethodPut, path, strings.Replace(body(2, "13800000000"), "2020-01-01", "2020-02-30", 1)).is(http.StatusBadRequest, "bad_value")
	h.ask("keeper", http.MethodPut, path, strings.Replace(body(2, "13800000000"), "张三丰", "=1+1", 1)).is(http.StatusBadRequest, "bad_value")
	h.ask("stranger", http.MethodGet, path, "").is(http.StatusNotFound, "not_found")
	other := list(h.ask("admin", http.MethodGet, keptAt+"/owners?community=linjiang", ""), "items")[0]
	far := other["homes"].([]any)[0].(map[string]any)["room"]
	h.ask("keeper", http.MethodPut, path, strings.Replace(body(2, "13800000000"), room.(string), far.(string), 1)).is(http.StatusBadRequest, "bad_value")
	h.ask("keeper", http.MethodDelete, keptAt+"/owners/"+other["id"].(string)+"?version=1", "").is(http.StatusNotFound, "not_found")
	h.ask("keeper", http.MethodPut, path, body(2, "13800000000")).is(http.StatusOK, "")
	added := h.post("keeper", keptAt+"/owners", `{"community":"yuhu","name":"钱七","language":"en"}`).is(http.StatusCreated, "")
	h.post("keeper", keptAt+"/owners", `{"community":"linjiang","name":"钱七"}`).is(http.StatusBadRequest, "unknown_community")
	h.ask("keeper", http.MethodDelete, keptAt+"/owners/"+added.body["id"].(string)+"?version=1", "").is(http.StatusNoContent, "")
	h.ask("keeper", http.MethodGet, keptAt+"/owners/"+added.body["id"].(string), "").is(http.StatusNotFound, "not_found")
}

func (h *house) keepsPlaces(t *testing.T) {
	h = h.in(t)
	b := h.post("keeper", keptAt+"/buildings", `{"community":"yuhu","name":"8栋"}`).is(http.StatusCreated, "").body["id"].(string)
	h.post("keeper", keptAt+"/buildings", `{"community":"yuhu","name":"8 号楼"}`).is(http.StatusConflict, "taken")
	h.post("keeper", keptAt+"/buildings", `{"community":"linjiang","name":"8"}`).is(http.StatusBadRequest, "unknown_community")
	room := h.post("keeper", keptAt+"/rooms", fmt.Sprintf(`{"building":%q,"name":"101"}`, b)).is(http.StatusCreated, "").body["id"].(string)
	if items := list(h.ask("agent", http.MethodGet, keptAt+"/rooms?building="+b, ""), "items"); len(items) != 1 || items[0]["building_name"] != "8栋" {
		t.Errorf("%v", items)
	}
	if a := h.ask("stranger", http.MethodGet, keptAt+"/rooms?building="+b, ""); len(list(a, "items")) != 0 {
		t.Errorf("%s", a.Body)
	}
	if a := h.ask("stranger", http.MethodGet, keptAt+"/buildings?community=yuhu", ""); len(list(a, "items")) != 0 {
		t.Errorf("%s", a.Body)
	}
	h.ask("keeper", http.MethodPut, keptAt+"/rooms/"+room, `{"name":"102","version":1}`).is(http.StatusNoContent, "")
	h.ask("keeper", http.MethodPut, keptAt+"/rooms/"+room, `{"name":"103","version":1}`).is(http.StatusConflict, "changed_meanwhile")
	h.ask("keeper", http.MethodPut, keptAt+"/buildings/"+b, `{"name":"八栋","version":1}`).is(http.StatusNoContent, "")
	h.ask("keeper", http.MethodDelete, keptAt+"/buildings/"+b+"?version=2", "").is(http.StatusConflict, "in_use")
	h.ask("keeper", http.MethodDelete, keptAt+"/rooms/"+room+"?version=2", "").is(http.StatusNoContent, "")
	h.ask("keeper", http.MethodDelete, keptAt+"/buildings/"+b+"?version=2", "").is(http.StatusNoContent, "")
}

// What changes about staff takes effect with the next request. N1
func (h *house) keepsStaff(t *testing.T) {
	h = h.in(t)
	h.ask("agent", http.MethodGet, "/api/v1/me", "").is(http.StatusOK, "")
	h.post("keeper", keptAt+"/staff/agent/disable", "").is(http.StatusNoContent, "")
	h.ask("agent", http.MethodGet, "/api/v1/me", "").is(http.StatusUnauthorized, "unauthorized")
	h.post("keeper", keptAt+"/staff/agent/enable", "").is(http.StatusNoContent, "")
	h.ask("agent", http.MethodGet, "/api/v1/me", "").is(http.StatusOK, "")
	one := h.ask("keeper", http.MethodGet, keptAt+"/staff/agent", "").is(http.StatusOK, "")
	put := fmt.Sprintf(`{"name":"王芳","email":"W@example.com","roles":["receptionist"],"communities":["yuhu"],"language":"en","version":%v}`, one.body["version"])
	h.ask("keeper", http.MethodPut, keptAt+"/staff/agent", put).is(http.StatusOK, "")
	h.ask("keeper", http.MethodPut, keptAt+"/staff/agent", put).is(http.StatusConflict, "changed_meanwhile")
	if me := h.ask("agent", http.MethodGet, "/api/v1/me", ""); fmt.Sprint(me.body["roles"]) != "[receptionist]" {
		t.Errorf("%s", me.Body)
	}
	h.ask("keeper", http.MethodPut, keptAt+"/staff/agent", strings.Replace(put, `["yuhu"]`, `["*"]`, 1)).is(http.StatusBadRequest, "unknown_community")
	h.ask("keeper", http.MethodPut, keptAt+"/staff/agent", strings.Replace(put, "receptionist", "handler", 1)).is(http.StatusBadRequest, "bad_value")
	h.ask("keeper", http.MethodPut, keptAt+"/staff/agent", strings.Replace(put, "receptionist", "system", 1)).is(http.StatusBadRequest, "bad_value")
	h.ask("keeper", http.MethodGet, keptAt+"/staff/stranger", "").is(http.StatusNotFound, "not_found")
	h.post("keeper", keptAt+"/staff/stranger/disable", "").is(http.StatusNotFound, "not_found")
	h.post("keeper", keptAt+"/staff/admin/disable", "").is(http.StatusForbidden, "forbidden")
	h.post("admin", keptAt+"/staff/admin/disable", "").is(http.StatusConflict, "last_admin")
	h.post("keeper", keptAt+"/staff", `{"id":"new","name":"新人","roles":["agent"],"communities":["yuhu"]}`).is(http.StatusCreated, "")
	h.post("keeper", keptAt+"/staff", `{"id":"new","name":"新人","roles":["agent"],"communities":["yuhu"]}`).is(http.StatusConflict, "taken")
	h.post("keeper", keptAt+"/staff", `{"id":"n2","name":"x","roles":["handler"],"communities":["yuhu"],"department":"ghosts"}`).is(http.StatusBadRequest, "unknown_department")
	all := h.ask("keeper", http.MethodGet, keptAt+"/staff", "")
	if strings.Contains(all.Body.String(), "stranger") || !strings.Contains(all.Body.String(), `"new"`) || strings.Contains(all.Body.String(), "hash") {
		t.Errorf("%s", all.Body)
	}
}

func (h *house) importsStaff(t *testing.T) {
	h = h.in(t)
	f := excelize.NewFile()
	for i, row := range [][]any{{"账号", "姓名", "角色", "小区", "部门", "电话"}, {"plumber", "赵强", "责任部门", "御湖花园", "工程部", 13500000000}, {"fresh", "小新", "前台、客户助理", "yuhu"}} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	a := h.upload("keeper", keptAt+"/import/staff", b.Bytes()).is(http.StatusOK, "")
	if fmt.Sprint(a.body["created"], a.body["changed"]) != "map[staff:1] map[staff:1]" {
		t.Errorf("%s", a.Body)
	}
	again := h.upload("keeper", keptAt+"/import/staff", b.Bytes()).is(http.StatusOK, "")
	if fmt.Sprint(again.body["created"], again.body["changed"]) != "map[staff:0] map[staff:0]" {
		t.Errorf("%s", again.Body)
	}
	grab := h.upload("keeper", keptAt+"/import/staff", []byte("id,name,roles,communities\nstranger,x,agent,yuhu\nboss,x,admin,*\n"))
	if codes := list(grab, "faults"); grab.Code != 422 || len(codes) != 2 || codes[0]["code"] != "not_yours" || codes[1]["code"] != "unknown_community" {
		t.Errorf("%s", grab.Body)
	}
	last := h.upload("admin", keptAt+"/import/staff", []byte("id,name,roles,communities\nadmin,x,agent,yuhu\n"))
	last.is(http.StatusConflict, "last_admin")
}

// roles: N1: who may read, keep and look up, for every operation of the directory.
func (h *house) roles(t *testing.T) {
	h = h.in(t)
	look := []string{"agent", "assistant", "stranger"}
	keep := []string{"admin", "keeper"}
	may := map[string][]string{
		"list-buildings": slices.Concat(look, keep), "list-rooms": slices.Concat(look, keep), "list-owners": slices.Concat(look, keep),
		"get-owner": slices.Concat(look, keep), "look-up": look,
	}
	bodies := map[string]string{
		"add-building": `{"community":"atlantis","name":"1"}`, "add-room": `{"building":"none","name":"1"}`, "add-owner": `{"community":"atlantis","name":"1"}`,
		"rename-building": `{"name":"1","version":1}`, "rename-room": `{"name":"1","version":1}`, "put-owner": `{"name":"1","version":1,"contacts":[],"homes":[]}`,
		"add-staff": `{"id":"x","name":"x","roles":["agent"],"communities":["atlantis"]}`, "put-staff": `{"name":"x","roles":["agent"],"communities":["yuhu"],"version":1}`,
		"look-up": `{"phone":"13800000000"}`, "import-owners": "x", "import-staff": "x",
	}
	seen := 0
	for _, op := range operationsOf(t) {
		if !strings.HasPrefix(op.Path, keptAt) {
			continue
		}
		seen++
		query := url.Values{}
		for _, name := range op.Query {
			if name == "version" || name == "building" {
				query.Set(name, "1")
			}
		}
		path := strings.ReplaceAll(op.Path, ":id", "none") + "?" + query.Encode()
		allowed, ok := may[op.ID]
		if !ok {
			allowed = keep
		}
		for who := range h.tokens {
			a := h.ask(who, op.Method, path, bodies[op.ID])
			if forbidden := a.Code == http.StatusForbidden; forbidden == slices.Contains(allowed, who) || a.Code >= 500 {
				t.Errorf("%s %s: %d %s", who, op.ID, a.Code, a.Body)
			}
		}
		h.ask("", op.Method, path, bodies[op.ID]).is(http.StatusUnauthorized, "unauthorized")
	}
	if seen != 22 {
		t.Errorf("%d operations", seen)
	}
}

// importsMany: 20,000 rows from an upload to the report, and a look-up among them. N4
func (h *house) importsMany(t *testing.T) {
	h = h.in(t)
	var file strings.Builder
	file.WriteString("小区,楼栋,房号,姓名,手机\n")
	for i := range directory.MaxRows {
		fmt.Fprintf(&file, "yuhu,%d座,%d,住户%d,%d\n", 100+i/500, i, i, 18000000000+i)
	}
	start := time.Now()
	h.upload("admin", keptAt+"/import/owners", []byte(file.String())).is(http.StatusOK, "")
	took := time.Since(start)
	start = time.Now()
	found := h.post("agent", keptAt+"/lookup", `{"phone":"180 0001 2345"}`).is(http.StatusOK, "")
	if owners := list(found, "owners"); len(owners) != 1 || owners[0]["name"] != "住户12345" {
		t.Errorf("%v", owners)
	}
	t.Logf("import %v, look-up %v", took, time.Since(start))
}

// concurrently: of many who change the same owner at once, one does, and the others hear of it.
func (h *house) concurrently(t *testing.T) {
	h = h.in(t)
	id := h.post("keeper", keptAt+"/owners", `{"community":"yuhu","name":"孙八"}`).is(http.StatusCreated, "").body["id"].(string)
	var done sync.WaitGroup
	codes := make(chan int, 16)
	for range cap(codes) {
		done.Go(func() {
			r := httptest.NewRequest(http.MethodPut, keptAt+"/owners/"+id, strings.NewReader(`{"name":"孙九","version":1,"contacts":[],"homes":[]}`))
			r.Header.Set("Content-Type", "application/json")
			r.Header.Set("Authorization", "Bearer "+h.tokens["keeper"])
			w := httptest.NewRecorder()
			h.server.ServeHTTP(w, r)
			codes <- w.Code
		})
	}
	done.Wait()
	close(codes)
	count := map[int]int{}
	for c := range codes {
		count[c]++
	}
	if count[http.StatusOK] != 1 || count[http.StatusConflict] != cap(codes)-1 {
		t.Errorf("%v", count)
	}
}

// What the directory answers is documented field by field.
func TestDirectoryAnswersAreDocumented(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(contract.YAML)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{
		"Building": directory.Building{}, "Room": directory.Room{}, "Owner": directory.Owner{}, "Contact": directory.Contact{},
		"Home": directory.Home{}, "Staff": directory.Staff{}, "ImportFault": directory.Fault{}, "ImportReport": directory.Report{},
	} {
		if got, want := properties(doc.Components.Schemas[name].Value), fields(reflect.TypeOf(v)); !slices.Equal(got, want) {
			t.Errorf("%s: contract %v, Go %v", name, got, want)
		}
	}
}
