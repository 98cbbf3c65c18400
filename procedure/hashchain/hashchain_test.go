package hashchain

import (
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

var secret = []byte("0123456789abcdef0123456789abcdef")

func event(seq int, data string) procedure.Event {
	return procedure.Event{
		Seq: seq, Type: "judged", At: time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC),
		By: people.By{ID: "wang", Name: "王芳", Role: people.Agent}, Command: "c1", Data: json.RawMessage(data),
	}
}

func sealed(t interface{ Fatal(...any) }, e procedure.Event) string {
	hash, err := Event("before", "TS-1", secret, e)
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// N2: whatever is changed in an event, its hash is another.
func TestEveryChangeShows(t *testing.T) {
	e := event(3, `{"grounds":"漏水","nature":"valid","n":[1,{"a":true}],"e":[]}`)
	hash := sealed(t, e)
	changes := map[string]func(*procedure.Event){
		"sequence": func(e *procedure.Event) { e.Seq = 4 },
		"type":     func(e *procedure.Event) { e.Type = "reviewed" },
		"time":     func(e *procedure.Event) { e.At = e.At.Add(time.Millisecond) },
		"actor":    func(e *procedure.Event) { e.By.ID = "li" },
		"name":     func(e *procedure.Event) { e.By.Name = "李明" },
		"role":     func(e *procedure.Event) { e.By.Role = people.GM },
		"command":  func(e *procedure.Event) { e.Command = "c2" },
		"text": func(e *procedure.Event) {
			e.Data = []byte(`{"grounds":"没漏水","nature":"valid","n":[1,{"a":true}],"e":[]}`)
		},
		"kind": func(e *procedure.Event) {
			e.Data = []byte(`{"grounds":"漏水","nature":"valid","n":["1",{"a":true}],"e":[]}`)
		},
		"shape": func(e *procedure.Event) {
			e.Data = []byte(`{"grounds":"漏水","nature":"valid","n":[1,{"a":true}],"e":{}}`)
		},
		"removed": func(e *procedure.Event) { e.Data = []byte(`{"grounds":"漏水","nature":"valid","n":[1,{"a":true}]}`) },
	}
	for name, change := range changes {
		other := e
		change(&other)
		if sealed(t, other) == hash {
			t.Errorf("a changed %s does not show", name)
		}
	}
	if other, _ := Event("another before", "TS-1", secret, e); other == hash {
		t.Error("another event before it does not show")
	}
	if other, _ := Event("before", "TS-2", secret, e); other == hash {
		t.Error("another case does not show")
	}
}

// N2: the database may order and space an event's JSON as it likes.
func TestOrderAndSpacingDoNotMatter(t *testing.T) {
	a := sealed(t, event(1, `{"a":1,"b":{"c":"x","d":[true,null]}}`))
	b := sealed(t, event(1, ` {"b": {"d": [true, null], "c": "x"}, "a": 1} `))
	if a != b {
		t.Error("the same data has two hashes")
	}
}

// N2: a very small or large number is the same however it is written; the database writes it out.
func TestNumbersAreTheSameHoweverTheyAreWritten(t *testing.T) {
	for short, long := range map[string]string{"1.234e-07": "0.0000001234", "-2.5E-9": "-0.0000000025", "1e+21": "1000000000000000000000"} {
		if sealed(t, event(1, `{"p":`+short+`}`)) != sealed(t, event(1, `{"p":`+long+`}`)) {
			t.Errorf("%s and %s differ", short, long)
		}
	}
}

// I5: an erased value's commitment keeps the chain; the values that stay are still bound.
func TestErasedValuesKeepTheChain(t *testing.T) {
	e := event(2, `{"what":"漏水","category":"facility.leak"}`)
	hash := sealed(t, e)
	leaves, err := Leaves(e)
	if err != nil {
		t.Fatal(err)
	}
	proof := Proof{Commitments: map[string]string{}, Salts: map[string]string{}}
	for _, l := range leaves {
		salt := Salt(secret, e.Seq, l.Path)
		if l.Path == "data/category" {
			proof.Salts[l.Path] = hex.EncodeToString(salt)
			continue
		}
		proof.Commitments[l.Path] = Commit(salt, l.Value)
	}
	erased := e
	erased.By.Name, erased.Data = "", []byte(`{"what":"","category":"facility.leak"}`)
	if got, err := Proven("before", "TS-1", erased, proof); err != nil || got != hash {
		t.Errorf("the erased event gives %s, %v; want %s", got, err, hash)
	}
	erased.Data = []byte(`{"what":"","category":"other"}`)
	if got, _ := Proven("before", "TS-1", erased, proof); got == hash {
		t.Error("a changed value that was not erased does not show")
	}
	delete(proof.Salts, "data/category")
	if _, err := Proven("before", "TS-1", erased, proof); err == nil {
		t.Error("a value without a salt is taken")
	}
}

// N2: two different values never look alike, wherever their borders lie.
func TestNoTwoTextsLookAlike(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		one, _ := json.Marshal(map[string]string{"x": a, "y": b})
		two, _ := json.Marshal(map[string]string{"x": a + b, "y": ""})
		if b != "" && sealed(t, event(1, string(one))) == sealed(t, event(1, string(two))) {
			t.Fatal("two events look alike")
		}
	})
}
