package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"

	"bihuan/procedure"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/view"
)

// leads has every role of staff.
var leads = people.Actor{ID: "leader", Roles: people.Workers, Communities: []string{people.AllCommunities}, Department: "engineering"}

// answers are what effects might bring, and what deadlines might say.
func (g *generator) answers() string {
	inner := string(pick(g, strange))
	number := pick(g, []string{`"TS-20260302-2BYHS"`, `"FW-20260302-4QX22"`, `""`, `"\u202e"`, inner})
	return pick(g, []string{
		inner, `{"result":` + inner + `}`, `{"result":{"number":` + number + `}}`, `{"refused":{"code":"x"}}`, `{"refused":` + inner + `}`, `{"effect":"x","result":null}`,
		`{"key":"judge","at":"2026-11-23T02:00:00Z"}`, `{"key":` + inner + `,"at":"9999-12-31T23:59:59Z"}`,
		`{"result":{"department":"engineering","task":"T1"}}`, `{"result":{"department":` + inner + `}}`, `{"result":{"households":-5,"population":-1}}`, `{"result":{"households":9007199254740993}}`,
		`{"result":{"wave":1,"mails":-3}}`, `{"result":{"unheard":[` + number + `]}}`, `{"result":{"now":{"n":-1,"of":0},"before":{"n":1,"of":-1,"variance":-4}}}`,
		`{"issue":` + number + `,"community":"yuhu","what":"forum"}`, `{"number":` + number + `}`, `{"from":` + number + `,"what":"plan","stage":"nowhere"}`, `{"into":` + number + `}`,
		`{"complaint":` + number + `,"code":"x"}`, `{"complaints":[` + number + `,` + number + `]}`, `{"request":` + number + `,"outcome":"served","done":true}`, `{"reason":"x"}`,
	})
}

// Whatever somebody signals past the API, in whosever name, no case breaks: the command is taken or refused, and the
// case can be shown afterwards.
func TestGarbagePastTheAPIBreaksNoCase(t *testing.T) {
	h, g := lively(t), &generator{Rand: rand.New(rand.NewPCG(3, 4)), now: monday, known: meant}
	bodies := contract.Operations{}
	for _, op := range operationsOf(t) {
		if op.Command != "" && !op.Public {
			bodies[op.Kind.Name+" "+op.CommandName()] = op
		}
	}
	sent := map[bool]int{}
	for _, k := range view.Kinds() {
		for depth := range len(further[k.Name]) + 1 {
			n := h.ofKind(k.Name)
			for _, step := range further[k.Name][:depth] {
				h.post(step[0], "/api/v1/"+contract.Segment(k.Name)+"/"+n+"/"+step[1], step[2]).is(http.StatusOK, "")
			}
			commands := machine.Commands(k.Table)
			for i := range 4 * len(commands) {
				name := commands[i%len(commands)]
				c := procedure.Command{ID: fmt.Sprint(n, i), Name: name, Actor: leads, At: h.now, Payload: json.RawMessage(g.answers())}
				if op := bodies[k.Name+" "+name]; op == nil || g.IntN(4) == 0 {
					c.Actor = people.TheSystem
				} else if op.Body != nil && g.IntN(4) > 0 {
					c.Payload = json.RawMessage(pick(g, []string{g.spoilt(op.Body), written(g.object(op.Body))}))
				}
				sent[h.survives(n, c)]++
			}
			if a := h.ask("leader", http.MethodGet, "/api/v1/"+contract.Segment(k.Name)+"/"+n, ""); a.Code != http.StatusOK {
				t.Errorf("a %s cannot be shown any more: %d %s", k.Name, a.Code, a.Body)
			}
		}
	}
	t.Logf("%d taken, %d refused", sent[true], sent[false])
}

// survives gives a command past the API and says whether it was taken.
func (h *house) survives(n string, c procedure.Command) (taken bool) {
	h.Helper()
	defer func() {
		if r := recover(); r != nil {
			h.Errorf("%s of %s by %s breaks the case: %v\n%.300s", c.Name, n, c.Actor.ID, r, c.Payload)
		}
	}()
	if err := h.engine.Signal(h.Context(), n, c); err != nil {
		return false
	}
	o, err := h.engine.Outcome(h.Context(), n, c.ID)
	if err != nil || !o.Known || o.Applied == (o.Refusal != nil) {
		h.Errorf("%s of %s: %+v %v", c.Name, n, o, err)
	}
	return o.Applied
}
