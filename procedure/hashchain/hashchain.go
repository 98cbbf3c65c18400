// Package hashchain chains a case's events by hash, so that one which is changed, removed, inserted,
// swapped or given to another actor shows. N2
//
// A hash covers salted commitments to the values in an event, not the values: when personal data is
// erased later (I5), its commitments stay and the chain can still be verified.
package hashchain

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"bihuan/procedure"
)

// Leaf is one value of an event: a string, number, truth value or null, or an empty list or object.
type Leaf struct {
	// Path says where it is, e.g. "data/tasks/0/content" or "by/name".
	Path string
	// Value is the value with its kind in front, e.g. "s:漏水" or "n:5".
	Value string
}

// Proof is what remains of values that were erased, and what the others are verified with once the
// case's secret is gone: commitments and salts in hex, by path.
type Proof struct {
	Commitments map[string]string `json:"commitments,omitempty"`
	Salts       map[string]string `json:"salts,omitempty"`
}

// Erased is what an erased value has become: an empty text.
const Erased = "s:"

// Event gives the hash that chains an event to the one before it, whose hash is before (empty for the
// first). The secret belongs to the case; salts are made from it.
func Event(before, number string, secret []byte, e procedure.Event) (string, error) {
	leaves, err := Leaves(e)
	if err != nil {
		return "", err
	}
	return chain(before, number, e, leaves, func(l Leaf) string { return Commit(Salt(secret, e.Seq, l.Path), l.Value) }), nil
}

// Proven gives the same hash for an event of which values were erased: an erased value's commitment
// comes from the proof, any other is made anew with the salt in the proof.
func Proven(before, number string, e procedure.Event, proof Proof) (string, error) {
	leaves, err := Leaves(e)
	if err != nil {
		return "", err
	}
	var missing, written string
	hash := chain(before, number, e, leaves, func(l Leaf) string {
		if c, erased := proof.Commitments[l.Path]; erased {
			if l.Value != Erased { // a commitment says nothing of what was put there since
				written = l.Path
			}
			return c
		}
		salt, err := hex.DecodeString(proof.Salts[l.Path])
		if err != nil || len(salt) == 0 {
			missing = l.Path
		}
		return Commit(salt, l.Value)
	})
	if written != "" {
		return "", fmt.Errorf("event %d: %s was erased and holds something", e.Seq, written)
	}
	if missing != "" {
		return "", fmt.Errorf("event %d: no salt for %s", e.Seq, missing)
	}
	return hash, nil
}

// chain hashes what is public of an event, in lengths and bytes so that no two events look alike.
func chain(before, number string, e procedure.Event, leaves []Leaf, commitment func(Leaf) string) string {
	h := sha256.New()
	write := func(s string) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(s)))
		h.Write(n[:])
		io.WriteString(h, s)
	}
	for _, s := range []string{
		"bihuan/1", before, number, strconv.Itoa(e.Seq), e.Type, e.At.UTC().Format(time.RFC3339Nano),
		e.By.ID, string(e.By.Role), e.Command,
	} {
		write(s)
	}
	for _, l := range leaves {
		write(l.Path)
		write(commitment(l))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Salt gives the salt of one value: only who holds the case's secret can guess at an erased one.
func Salt(secret []byte, seq int, path string) []byte {
	m := hmac.New(sha256.New, secret)
	io.WriteString(m, strconv.Itoa(seq)+"\x00"+path)
	return m.Sum(nil)
}

// Commit hides a value that can be shown later to have been this one.
func Commit(salt []byte, value string) string {
	m := hmac.New(sha256.New, salt)
	io.WriteString(m, value)
	return hex.EncodeToString(m.Sum(nil))
}

// Leaves lists the values of an event in the order of their paths, however its JSON is spaced or ordered.
func Leaves(e procedure.Event) ([]Leaf, error) {
	leaves := []Leaf{{Path: "by/name", Value: "s:" + e.By.Name}}
	if len(bytes.TrimSpace(e.Data)) > 0 {
		r := json.NewDecoder(bytes.NewReader(e.Data))
		r.UseNumber()
		if err := walk(r, "data", &leaves); err != nil {
			return nil, fmt.Errorf("event %d: data: %w", e.Seq, err)
		}
	}
	slices.SortFunc(leaves, func(a, b Leaf) int { return cmp.Compare(a.Path, b.Path) })
	return leaves, nil
}

// plain writes a number without an exponent, as the database gives it back: 1e-7 is 0.0000001.
func plain(n json.Number) string {
	x, err := n.Float64()
	if err != nil || !strings.ContainsAny(n.String(), "eE") {
		return n.String()
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// walk reads one JSON value and adds its leaves.
func walk(r *json.Decoder, path string, leaves *[]Leaf) error {
	token, err := r.Token()
	if err != nil {
		return err
	}
	value := ""
	switch t := token.(type) {
	case json.Delim:
		return walkInto(r, t, path, leaves)
	case string:
		value = "s:" + t
	case json.Number:
		value = "n:" + plain(t)
	case bool:
		value = "b:" + strconv.FormatBool(t)
	case nil:
		value = "null"
	}
	*leaves = append(*leaves, Leaf{Path: path, Value: value})
	return nil
}

// walkInto reads the members of an object or a list up to its end.
func walkInto(r *json.Decoder, open json.Delim, path string, leaves *[]Leaf) error {
	count := 0
	for ; r.More(); count++ {
		name := strconv.Itoa(count)
		if open == '{' {
			token, err := r.Token()
			if err != nil {
				return err
			}
			name, _ = token.(string)
		}
		if err := walk(r, path+"/"+name, leaves); err != nil {
			return err
		}
	}
	if count == 0 {
		*leaves = append(*leaves, Leaf{Path: path, Value: string(open)})
	}
	_, err := r.Token()
	return err
}

// Anchor is the head of a chain as another place remembers it.
type Anchor struct {
	Seq  int    `json:"seq"`
	Head string `json:"head"`
}
