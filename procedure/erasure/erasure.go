// Package erasure says which values of a complaint's events are personal or somebody's own words, and
// takes them out of an event in such a way that the chain of hashes can still be verified. I5
package erasure

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/hashchain"
	"bihuan/procedure/machine"
	"bihuan/procedure/registry"
)

// Fold makes a case's summary and state from its events and the settings that it keeps.
type Fold func(number string, events []procedure.Event, policy json.RawMessage) (procedure.Summary, json.RawMessage, error)

// Order asks for one case to be erased.
type Order struct {
	Number string
	// By and Reason say who wanted it and why; they are kept, so they must name nobody whom the case is about.
	By, Reason string
	// Closed is when the case must have been closed at the latest; zero asks for no more than archived.
	Closed time.Time
	// History is what stays of the workflow's own history: the chain's heads and the events' types.
	History json.RawMessage
	Fold    Fold
}

// Due is a case whose time is over.
type Due struct {
	Number   string    `json:"number"`
	ClosedAt time.Time `json:"closed_at"`
	// Held means that a legal hold keeps it.
	Held bool `json:"held"`
}

// ByName is the path of the name of who made an event happen.
const ByName = "by/name"

// Personal says whether a value of an event is erased: everything that is personal, or that nobody has
// said of that it may stay. The path is a hashchain.Leaf's.
func Personal(event, path string) bool {
	personal, known := Classified(event, path)
	return personal || !known
}

// Classified says what is known of a value: whether it is personal, and whether anybody has decided.
func Classified(event, path string) (personal, known bool) {
	if path == ByName {
		return true, true
	}
	wanted := pattern(strings.TrimPrefix(path, "data/"))
	of, ok := leaves[event]
	if !ok {
		return tagged(event, wanted)
	}
	for _, p := range strings.Fields(of.personal) {
		if p == wanted {
			return true, true
		}
	}
	for _, p := range strings.Fields(of.kept) {
		if p == wanted {
			return false, true
		}
	}
	return false, false
}

// tagged gives what the type of an event's data says of a value.
func tagged(event, wanted string) (personal, known bool) {
	data, ok := registry.DataOf(event)
	if !ok {
		return false, false
	}
	for _, l := range machine.Leaves(data) {
		if l.Path == wanted {
			return l.Personal, true
		}
	}
	return false, false
}

// pattern writes every place in a list as *.
func pattern(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if _, err := strconv.Atoi(p); err == nil {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
}

// Erase gives the event without its personal values, and the proof that chains it all the same: the
// commitments of what is gone, the salts of what stays. Numbers, truth values and times always stay.
func Erase(secret []byte, e procedure.Event) (procedure.Event, hashchain.Proof, error) {
	proof := hashchain.Proof{Commitments: map[string]string{}, Salts: map[string]string{}}
	all, err := hashchain.Leaves(e)
	if err != nil {
		return e, proof, err
	}
	for _, l := range all {
		salt := hashchain.Salt(secret, e.Seq, l.Path)
		if gone(e.Type, l) {
			proof.Commitments[l.Path] = hashchain.Commit(salt, l.Value)
			continue
		}
		proof.Salts[l.Path] = hex.EncodeToString(salt)
	}
	e.By.Name = ""
	e.Data, err = blanked(e, proof.Commitments)
	return e, proof, err
}

// gone says whether a value is erased; a text that is empty already has nothing to hide.
func gone(event string, l hashchain.Leaf) bool {
	return strings.HasPrefix(l.Value, "s:") && l.Value != hashchain.Erased && Personal(event, l.Path)
}

// blanked writes an event's data anew with empty texts where values are erased.
func blanked(e procedure.Event, erased map[string]string) (json.RawMessage, error) {
	if len(bytes.TrimSpace(e.Data)) == 0 {
		return e.Data, nil
	}
	r := json.NewDecoder(bytes.NewReader(e.Data))
	r.UseNumber()
	var data any
	if err := r.Decode(&data); err != nil {
		return nil, fmt.Errorf("event %d: data: %w", e.Seq, err)
	}
	return json.Marshal(blank(data, "data", erased))
}

func blank(value any, path string, erased map[string]string) any {
	switch v := value.(type) {
	case map[string]any:
		for name, member := range v {
			v[name] = blank(member, path+"/"+name, erased)
		}
	case []any:
		for i, member := range v {
			v[i] = blank(member, path+"/"+strconv.Itoa(i), erased)
		}
	case string:
		if _, ok := erased[path]; ok {
			return ""
		}
	}
	return value
}
