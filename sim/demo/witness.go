package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"bihuan/sim/client"
	"bihuan/sim/remote"
	"bihuan/sim/town"
	"bihuan/words"
)

// witness is the running system as the town's people act upon it, and tells how they get on.
type witness struct {
	*remote.Office
	*teller
	begun, told time.Time
	stirred     time.Time // when anything happened last
	end         time.Time
	mu          sync.Mutex
	brought     map[string]bool        // the numbers of the cases that people opened
	cases       map[string]client.Case // as they stood when somebody looked last
}

const (
	// often is how long nothing is told of the town at most.
	often = 5 * time.Second
	// asleep is how long nothing has to happen while nobody means to do anything, so that the town is over.
	asleep = 8 * time.Second
)

// Open takes a case in.
func (w *witness) Open(ctx context.Context, o town.Opening) (string, error) {
	number, err := w.Office.Open(ctx, o)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stirred, w.brought[number] = time.Now(), true
	return number, err
}

// Give hands a command to a case.
func (w *witness) Give(ctx context.Context, c town.Command) error {
	err := w.Office.Give(ctx, c)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stirred = time.Now()
	return err
}

// Look reads a case, and remembers it when it is the town's.
func (w *witness) Look(ctx context.Context, number string) (client.Case, error) {
	c, err := w.Office.Look(ctx, number)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil && w.ours(number, c) {
		w.cases[number] = c
	}
	return c, err
}

// ours says whether people opened a case, or another case did.
func (w *witness) ours(number string, c client.Case) bool {
	return w.brought[number] || c.TakenBy.Role == "system"
}

// Wait tells now and then how many cases there are, and has the town end when nothing happens any more.
func (w *witness) Wait(ctx context.Context, until time.Time) (time.Time, []string, error) {
	if time.Since(w.told) >= often {
		w.told = time.Now()
		w.progress()
	}
	next := w.told.Add(often)
	if until.Before(next) {
		next = until
	}
	now, changed, err := w.Office.Wait(ctx, next)
	if len(changed) > 0 {
		w.stirred = now
	}
	if !until.Before(w.end) && now.Sub(w.stirred) > asleep {
		return until, nil, err
	}
	return now, changed, err
}

func (w *witness) progress() {
	closed := 0
	for _, c := range w.cases {
		if !c.Open {
			closed++
		}
	}
	after, all := time.Since(w.begun).Round(time.Second), len(w.cases)
	w.say(fmt.Sprintf("    %4s  ", after), "", said("demo.town.progress", "opened", all, "closed", closed, "open", all-closed))
}

// report tells the figures: what was brought, how it was judged, how it ended, and what is open and why.
func (w *witness) report(r *town.Report) {
	w.progress()
	kinds, natures, endings := map[string]int{}, map[string]int{}, map[string]int{}
	for number, c := range w.cases {
		kind := client.KindOfNumber(number).Name
		kinds[kind]++
		if kind == "complaint" && c.Nature != "" {
			natures[c.Nature]++
		}
		if c.Closing != nil && !c.Open {
			endings[c.Closing.Outcome]++
		}
	}
	w.tally(said("demo.cases"), kinds, "kind")
	w.tally(said("demo.judged"), natures, "nature")
	w.tally(said("demo.closed"), endings, "outcome")
	w.tally(said("demo.commands"), r.Given, "")
	w.tally(said("demo.refused"), r.Refused, "")
	w.unfinished(r.Open)
}

// tally tells counts of codes that have words of some sort, the most frequent first.
func (w *witness) tally(what text, counts map[string]int, sort string) {
	codes, sum := slices.Sorted(maps.Keys(counts)), 0
	slices.SortStableFunc(codes, func(a, b string) int { return counts[b] - counts[a] })
	var zh, en []string
	for _, code := range codes {
		called := label(sort, code)
		zh, en = append(zh, fmt.Sprintf("%s %d", called.zh, counts[code])), append(en, fmt.Sprintf("%s %d", called.en, counts[code]))
		sum += counts[code]
	}
	all := text{words.Localizer{Language: Chinese}.List(zh), words.Localizer{Language: English}.List(en)}
	if sum == 0 {
		all = said("demo.town.none")
	}
	w.say("    Σ ", "", said("demo.town.tally", "what", what, "sum", sum, "counts", all))
}

// unfinished tells what each open case waits for, those together that wait for the same.
func (w *witness) unfinished(open []town.Unfinished) {
	reasons, examples := map[text]int{}, map[text]string{}
	for _, u := range open {
		why := w.why(u)
		reasons[why]++
		examples[why] = u.Number
	}
	for _, why := range slices.SortedFunc(maps.Keys(reasons), func(a, b text) int { return strings.Compare(a.en, b.en) }) {
		n, example := reasons[why], examples[why]
		w.say("    ⋯ ", "", said("demo.town.unfinished", "n", n, "example", example, "why", why))
	}
}

// why says what a case waits for: what somebody means to do about it on a date, work that stands still, or else
// what its next deadline is about.
func (w *witness) why(u town.Unfinished) text {
	c, kind := w.cases[u.Number], client.KindOfNumber(u.Number).Name
	waits := func(key string, args ...any) text {
		return saidOf(kind, key, append(args, "kind", kind, "stage", u.Stage)...)
	}
	for _, act := range u.Waits {
		if act.Command == "contact" || act.Command == "withdraw" { // those never hold a case up
			continue
		}
		command := act.Command
		if command == "miss" { // whoever misses an appointment was to come
			command = "arrive"
		}
		return waits("demo.town.waits_for_act", "role", act.Role, "when", dayOrTime(act.At), "command", command)
	}
	for _, d := range c.Deadlines {
		if d.Paused {
			return waits("demo.town.waits_for_parts")
		}
	}
	if d, ok := nextDeadline(c); ok {
		return waits("demo.town.waits_for_step", "step", d.Step)
	}
	return waits("demo.town.waits_for_customer")
}

// dayOrTime writes the time of something today, and the day of anything else.
func dayOrTime(t time.Time) string {
	at, now := t.In(shanghai), time.Now().In(shanghai)
	if at.YearDay() == now.YearDay() && at.Year() == now.Year() {
		return at.Format("15:04")
	}
	return at.Format("01-02")
}
