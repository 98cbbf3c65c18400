package complaint_test

import (
	"encoding/json"
	"testing"

	. "bihuan/procedure/complaint"
)

// Whatever bytes a command carries, Decide answers: it never panics, never half-does anything.
func FuzzDecide(f *testing.F) {
	for i, raw := range []string{
		`{}`, ``, `null`, `[]`, `{"reason":"r"}`, `{"task":"T1"}`, `{"nature":"valid","grounds":"g"}`, `{"task":"T1","reason":"parts","until":"2026-03-09T00:00:00Z"}`,
		`{"tasks":[{"department":"security","content":"c","after":["T1"],"deadline":"9999-12-31T23:59:59-12:00"}]}`, `{"reason":"\u0000"}`, `{"reason":"\ud800"}`,
		`{"method":"door","reached":true,"satisfied":true,"outcome":5,"handling":5}`, `{"answer":"agreed"}`, `{"task":"T1","result":"r","evidence":["e"]}`,
		`{"key":"judge","at":"2026-03-02T03:00:00Z"}`, `{"community":"yuhu","channel":"desk","category":"noise","what":"w","happened_at":"0000-01-01T00:00:00+14:00"}`,
	} {
		f.Add(uint8(i), uint8(i), uint8(i), []byte(raw))
	}
	stages := oneOfEach(f)
	commands := Commands()
	f.Fuzz(func(t *testing.T, stage, command, actor uint8, payload []byte) {
		d := *stages[Stages[int(stage)%len(Stages)]]
		d.t, d.fired = t, map[string]bool{}
		c := d.command(everyone[int(actor)%len(everyone)], commands[int(command)%len(commands)], json.RawMessage(payload))
		if err := d.give(c); err != nil && code(err) == "" {
			t.Fatalf("not a refusal: %v", err)
		}
		d.wait(3 * day)
	})
}
