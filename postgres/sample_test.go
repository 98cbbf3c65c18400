package postgres

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"bihuan/procedure"
	"bihuan/procedure/people"
)

var (
	noon = time.Date(2026, 11, 21, 4, 0, 0, 123456000, time.UTC)
	wang = people.By{ID: "wang", Name: "王芳", Role: people.Agent}
)

// sample is the first turn of a case: registered, acknowledged.
func sample(number string) procedure.Batch {
	due := noon.Add(2 * time.Hour)
	return procedure.Batch{
		Number: number, Kind: "complaint",
		Events: []procedure.Event{
			event(1, "registered", `{"what":"电梯困人 30 分钟","version":"v1"}`),
			event(2, "stage-entered", `{"stage":"registered"}`),
		},
		Notices: []procedure.NumberedNotice{
			notice(1, 0, "acknowledged", procedure.Recipient{Complainant: true}),
			notice(1, 1, "new-complaint", procedure.Recipient{Role: people.Agent}),
		},
		Summary: procedure.Summary{
			Seq: 2, Community: "yuhu", Building: "3栋", Room: "1202", Category: "lift", Channel: "hotline", Stage: "registered",
			Urgency: "normal", Open: true, PolicyVersion: "v1", RegisteredAt: noon, NextDue: &due,
			Name: "李明", Phone: "13800001111", Email: "li@example.com", Language: "zh-CN",
			Text: number + "\n李明\n13800001111\n3栋\n1202\n电梯困人 30 分钟 Lift B",
			Deadlines: []procedure.DeadlineRow{
				{Key: "judge", Step: "judge", Owner: people.Agent, Due: due},
				{Key: "follow-up", Step: "follow-up", Owner: people.Agent, Due: noon.Add(24 * time.Hour)},
			},
		},
		State:   json.RawMessage(`{"number":"` + number + `","seq":2}`),
		Policy:  json.RawMessage(`{"version":"v1"}`),
		KeyHash: "key-" + number, BodyHash: "body-" + number,
	}
}

// next is a later turn of the same case with one event.
func next(b procedure.Batch, eventType, data string) procedure.Batch {
	n := procedure.Batch{Number: b.Number, Kind: b.Kind, Summary: b.Summary}
	n.Summary.Seq++
	n.Events = []procedure.Event{event(n.Summary.Seq, eventType, data)}
	n.State = json.RawMessage(fmt.Sprintf(`{"number":%q,"seq":%d}`, b.Number, n.Summary.Seq))
	return n
}

func event(seq int, eventType, data string) procedure.Event {
	return procedure.Event{
		Seq: seq, Type: eventType, At: noon.Add(time.Duration(seq) * time.Minute), By: wang,
		Command: fmt.Sprintf("c%d", seq), Data: json.RawMessage(data), Hash: fmt.Sprintf("h%d", seq),
	}
}

func notice(seq, index int, template string, to procedure.Recipient) procedure.NumberedNotice {
	return procedure.NumberedNotice{Seq: seq, Index: index, Notice: procedure.Notice{
		To: to, Instead: to.Instead(nil), Template: template, Args: map[string]string{"stage": "registered"},
	}}
}

// people of the community yuhu, one for every community, and one elsewhere.
func seedStaff(t testing.TB, db *DB) {
	t.Helper()
	for _, s := range []Staff{
		{ID: "wang", Name: "王芳", Email: "wang@example.com", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}},
		{ID: "zhao", Name: "赵刚", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}, Language: "en"},
		{ID: "qian", Name: "钱进", Roles: []people.Role{people.Agent}, Communities: []string{"binjiang"}},
		{ID: "sun", Name: "孙立", Roles: []people.Role{people.Agent}, Communities: []string{"yuhu"}, Disabled: true},
		{ID: "gm", Name: "周总", Email: "gm@example.com", Roles: []people.Role{people.GM}, Communities: []string{people.AllCommunities}},
		{ID: "wu", Name: "吴工", Roles: []people.Role{people.Handler}, Communities: []string{"yuhu"}, Department: "engineering"},
	} {
		must(t, db.PutStaff(t.Context(), s))
	}
}
