package postgres

import (
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"bihuan/procedure/people"
)

func TestStaffAndTheirTokens(t *testing.T) {
	db := fresh(t)
	wang := Staff{ID: "wang", Name: "王芳", Email: "w@example.com", Language: "zh-CN", Roles: []people.Role{people.Agent, people.Manager}, Communities: []string{"yuhu"}, Department: "desk"}
	must(t, db.PutStaff(t.Context(), Staff{ID: "wang", Name: "旧名"}))
	must(t, db.PutStaff(t.Context(), wang))
	past, future := time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	for id, expires := range map[string]*time.Time{"gone": &past, "live": &future, "endless": nil, "revoked": nil} {
		hash := sha256.Sum256([]byte(id))
		token := Token{ID: id, StaffID: "wang", Hash: hash[:], Label: id, ExpiresAt: expires}
		must(t, db.PutToken(t.Context(), token))
		must(t, db.PutToken(t.Context(), token))
	}
	must(t, db.RevokeToken(t.Context(), "revoked"))
	if err := db.RevokeToken(t.Context(), "unknown"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	staff, err := db.Staff(t.Context())
	must(t, err)
	live := map[string]bool{}
	for _, token := range staff[0].Tokens {
		if hash := sha256.Sum256([]byte(token.ID)); string(token.Hash) == string(hash[:]) {
			live[token.ID] = true
		}
	}
	same(t, "live tokens", live, map[string]bool{"live": true, "endless": true})
	staff[0].Tokens = nil
	same(t, "staff", staff, []Staff{wang})
	if err := db.PutToken(t.Context(), Token{ID: "x", StaffID: "wang", Hash: []byte("short")}); err == nil {
		t.Error("a token that is no SHA-256 was taken")
	}
}
