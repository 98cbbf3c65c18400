package codec_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"bihuan/procedure/people"
	"bihuan/server/codec"
	"bihuan/temporal/encryption"
)

const page = "http://temporal.example"

// readings remembers, or fails to.
type readings struct {
	read []string
	err  error
}

func (r *readings) Read(_ context.Context, actor people.Actor, numbers []string) error {
	r.read = append(r.read, actor.ID+" "+strings.Join(numbers, " "))
	return r.err
}

// office is who may be asked to let in, by their token.
var office = map[string]people.Actor{
	"auditor":      {ID: "auditor", Roles: []people.Role{people.Auditor}, Communities: []string{people.AllCommunities}},
	"manager":      {ID: "manager", Roles: []people.Role{people.Manager}, Communities: []string{"yuhu"}},
	"elsewhere":    {ID: "elsewhere", Roles: []people.Role{people.Manager}, Communities: []string{"other"}},
	"gm":           {ID: "gm", Roles: []people.Role{people.GM}, Communities: []string{"yuhu"}},
	"company":      {ID: "company", Roles: []people.Role{people.Company}, Communities: []string{people.AllCommunities}},
	"admin":        {ID: "admin", Roles: []people.Role{people.Admin}, Communities: []string{"yuhu"}},
	"agent":        {ID: "agent", Roles: []people.Role{people.Agent}, Communities: []string{people.AllCommunities}},
	"assistant":    {ID: "assistant", Roles: []people.Role{people.Assistant}, Communities: []string{"yuhu"}},
	"receptionist": {ID: "receptionist", Roles: []people.Role{people.Receptionist}, Communities: []string{"yuhu"}},
	"handler":      {ID: "handler", Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}},
}

func options(t *testing.T, log codec.ReadingLog) codec.Options {
	t.Helper()
	return codec.Options{
		Codec: payloads(t), Namespace: "default", Origin: page, Readings: log, BodyLimit: 1 << 20, Log: slog.New(slog.DiscardHandler),
		Who: func(r *http.Request) (people.Actor, error) {
			switch token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "); token {
			case "not now":
				return people.Actor{}, codec.ErrNotNow
			default:
				if actor, ok := office[token]; ok {
					return actor, nil
				}
				return people.Actor{}, errors.New("unknown")
			}
		},
		Community: func(_ context.Context, number string) (string, error) {
			if number == "TS-1" {
				return "yuhu", nil
			}
			return "", errors.New("unknown")
		},
	}
}

func payloads(t *testing.T) *encryption.Codec {
	t.Helper()
	keys, err := encryption.Parse("a=" + base64.StdEncoding.EncodeToString(make([]byte, 32)))
	require.NoError(t, err)
	return encryption.New(keys)
}

// encrypted gives the JSON that the Web UI sends for a payload of a case.
func encrypted(t *testing.T, number string) []byte {
	t.Helper()
	c := payloads(t).WithSerializationContext(converter.WorkflowSerializationContext{WorkflowID: number})
	p := &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte("json/plain")}, Data: []byte(`"李女士"`)}
	ps, err := c.Encode([]*commonpb.Payload{p})
	require.NoError(t, err)
	raw, err := protojson.Marshal(&commonpb.Payloads{Payloads: ps})
	require.NoError(t, err)
	return raw
}

func ask(o codec.Options, token string, body []byte, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/codec/default/decode", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+token)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	codec.New(o).ServeHTTP(w, r)
	return w
}

func decrypted(t *testing.T, w *httptest.ResponseRecorder) bool {
	t.Helper()
	require.Equal(t, http.StatusOK, w.Code, w.Body.String())
	var answer commonpb.Payloads
	require.NoError(t, protojson.Unmarshal(w.Body.Bytes(), &answer))
	require.Len(t, answer.Payloads, 1)
	return string(answer.Payloads[0].Data) == `"李女士"`
}

// N2, N3, ISO 10002: each role, in sight of the case's community, out of it, and of a case that nobody knows.
func TestWhoReads(t *testing.T) {
	for role, sees := range map[string]struct{ here, unknown, nameless bool }{
		"auditor": {true, true, true}, "company": {true, true, true},
		"manager": {here: true}, "gm": {here: true}, "admin": {here: true}, "elsewhere": {},
	} {
		log := &readings{}
		require.Equal(t, sees.here, decrypted(t, ask(options(t, log), role, encrypted(t, "TS-1"))), role)
		require.Equal(t, sees.here, len(log.read) == 1, "a reading is remembered when something was read: %v", log.read)
		require.Equal(t, sees.unknown, decrypted(t, ask(options(t, nil), role, encrypted(t, "TS-9"))), role)
		require.Equal(t, sees.nameless, decrypted(t, ask(options(t, nil), role, encrypted(t, ""))), role)
	}
	for _, role := range []string{"agent", "assistant", "receptionist", "handler"} {
		require.Equal(t, http.StatusForbidden, ask(options(t, nil), role, encrypted(t, "TS-1")).Code, role)
	}
	require.Equal(t, http.StatusUnauthorized, ask(options(t, nil), "forged", encrypted(t, "TS-1")).Code)
	require.Equal(t, http.StatusServiceUnavailable, ask(options(t, nil), "not now", encrypted(t, "TS-1")).Code)
}

// N2: what cannot be remembered is not read.
func TestReadingsAreRemembered(t *testing.T) {
	log := &readings{}
	decrypted(t, ask(options(t, log), "auditor", encrypted(t, "TS-1")))
	require.Equal(t, []string{"auditor TS-1"}, log.read)
	log.err = errors.New("down")
	w := ask(options(t, log), "auditor", encrypted(t, "TS-1"))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.NotContains(t, w.Body.String(), "payloads") // nothing but the refusal
}

// Another case's number on a payload decrypts nothing.
func TestAPayloadCannotBeRelabelled(t *testing.T) {
	var ps commonpb.Payloads
	require.NoError(t, protojson.Unmarshal(encrypted(t, "TS-9"), &ps))
	ps.Payloads[0].Metadata[encryption.Workflow] = []byte("TS-1")
	raw, err := protojson.Marshal(&ps)
	require.NoError(t, err)
	require.False(t, decrypted(t, ask(options(t, nil), "manager", raw)))
}

// Only the configured page may ask from a browser.
func TestOrigins(t *testing.T) {
	for origin, status := range map[string]int{page: 200, "": 200, "http://evil.example": 403, "null": 403, page + ".evil.example": 403} {
		w := ask(options(t, nil), "auditor", encrypted(t, "TS-1"), "Origin", origin)
		require.Equal(t, status, w.Code, origin)
		require.Equal(t, origin == page, w.Header().Get("Access-Control-Allow-Origin") == page && origin != "", origin)
	}
	none := options(t, nil)
	none.Origin = ""
	require.Equal(t, http.StatusForbidden, ask(none, "auditor", nil, "Origin", page).Code)

	r := httptest.NewRequest(http.MethodOptions, "/codec/default/decode", nil)
	r.Header.Set("Origin", page)
	w := httptest.NewRecorder()
	codec.New(options(t, nil)).ServeHTTP(w, r)
	require.Equal(t, http.StatusNoContent, w.Code)
	require.Contains(t, w.Header().Get("Access-Control-Allow-Headers"), "X-Namespace")
}

func TestBadRequests(t *testing.T) {
	small := options(t, nil)
	small.BodyLimit = 10
	for name, c := range map[string]struct {
		w      *httptest.ResponseRecorder
		status int
	}{
		"not JSON":          {ask(options(t, nil), "auditor", []byte("{")), 400},
		"another shape":     {ask(options(t, nil), "auditor", []byte(`{"a":1}`)), 400},
		"too long":          {ask(small, "auditor", encrypted(t, "TS-1")), 413},
		"another type":      {ask(options(t, nil), "auditor", encrypted(t, "TS-1"), "Content-Type", "text/plain"), 415},
		"another namespace": {ask(options(t, nil), "auditor", encrypted(t, "TS-1"), "X-Namespace", "other"), 404},
	} {
		require.Equal(t, c.status, c.w.Code, name)
	}
	encode := httptest.NewRecorder()
	codec.New(options(t, nil)).ServeHTTP(encode, httptest.NewRequest(http.MethodPost, "/codec/default/encode", nil))
	require.Equal(t, http.StatusNotFound, encode.Code)
}
