package town

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"bihuan/sim/client"
)

// Play is a scenario being played.
type Play struct {
	Scenario
	Office Office
	Report *Report
	// Run makes the keys of this play its own.
	Run string
	// UntilClosed ends the play once everybody has come and every case is closed, not with the tail.
	UntilClosed bool
	// Callers is how many may call the office at once; one when zero.
	Callers int

	now   time.Time
	queue queue
	added int
	place uint64 // of the last customer
	lives map[string]*life
}

// life is one case and what its people have in mind.
type life struct {
	Customer
	draw    Draw
	matter  Matter
	number  string
	planned map[string]*item
	given   int
	open    bool
	refused map[string]int // how often, by the key of the act
}

// item is something that will be done at a time: an act, or without one the opening of the case.
type item struct {
	at    time.Time
	place int // orders what happens at the same time
	life  *life
	act   *Act
	gone  bool // there is no need any more
}

// Play plays the scenario to its end: everybody has come, and every case is archived or the tail is over.
func (p *Play) Play(ctx context.Context) error {
	p.lives = map[string]*life{}
	for _, c := range p.Arrivals() {
		l := p.newLife(c)
		l.matter, p.place = kinds[c.Kind](p.Scenario, c, l.draw), c.Place
		p.add(&item{at: c.At, life: l})
	}
	end := p.From.AddDate(0, 0, p.Days).Add(p.Tail)
	for {
		next, ok := p.next(end)
		if !ok && p.UntilClosed && p.allClosed() {
			return p.finish(ctx)
		}
		now, changed, err := p.Office.Wait(ctx, next)
		if err != nil {
			return err
		}
		p.now = now
		if err := p.look(ctx, changed); err != nil {
			return err
		}
		switch {
		case len(changed) > 0 || now.Before(next):
		case !ok:
			return p.finish(ctx)
		default:
			if err := p.do(ctx); err != nil {
				return err
			}
		}
	}
}

func (p *Play) newLife(c Customer) *life {
	return &life{Customer: c, draw: newDraw(p.Seed, c.Place), planned: map[string]*item{}, refused: map[string]int{}}
}

// next gives when the next thing is to be done; false when nothing is before the end.
func (p *Play) next(end time.Time) (time.Time, bool) {
	for len(p.queue) > 0 && p.queue[0].gone {
		heap.Pop(&p.queue)
	}
	if len(p.queue) == 0 || p.queue[0].at.After(end) {
		return end, false
	}
	return p.queue[0].at, true
}

func (p *Play) allClosed() bool {
	for _, l := range p.lives {
		if l.open {
			return false
		}
	}
	return true
}

func (p *Play) add(i *item) {
	p.added++
	i.place = p.added
	heap.Push(&p.queue, i)
}

// deed is something that was done about a case, and how it stood after.
type deed struct {
	item *item
	err  error // of the command; a *Refusal is an answer
	seen client.Case
	lost error // the office cannot be reached
}

// do does what is due, of several cases at once where more than one caller may call.
func (p *Play) do(ctx context.Context) error {
	deeds := p.together(p.due(), func(i *item) deed { return p.perform(ctx, i) })
	for _, d := range deeds {
		if d.lost != nil {
			return d.lost
		}
		if d.item.life.number == "" {
			continue
		}
		if err := p.note(d); err != nil {
			return err
		}
		p.plan(d.item.life, d.seen)
	}
	return nil
}

// due takes what is to be done by now, no two things about one case.
func (p *Play) due() []*item {
	var due, later []*item
	busy := map[*life]bool{}
	for len(p.queue) > 0 && !p.queue[0].at.After(p.now) && len(due) < max(1, p.Callers) {
		i := heap.Pop(&p.queue).(*item)
		switch {
		case i.gone:
		case busy[i.life]:
			later = append(later, i)
		default:
			busy[i.life] = true
			due = append(due, i)
		}
	}
	for _, i := range later {
		heap.Push(&p.queue, i)
	}
	return due
}

func (p *Play) together(items []*item, do func(*item) deed) []deed {
	deeds := make([]deed, len(items))
	if len(items) == 1 {
		deeds[0] = do(items[0])
		return deeds
	}
	var all sync.WaitGroup
	for n, i := range items {
		all.Go(func() { deeds[n] = do(i) })
	}
	all.Wait()
	return deeds
}

// perform opens a case, or does an act, or only looks where there is none; then it looks at the case.
func (p *Play) perform(ctx context.Context, i *item) (d deed) {
	l := i.life
	d.item = i
	switch {
	case l.number == "":
		if d.lost = p.open(ctx, l); d.lost != nil {
			d.lost = fmt.Errorf("opening case %d: %w", l.Place, d.lost)
		}
		if l.number == "" {
			return d
		}
	case i.act != nil:
		d.err = p.act(ctx, l, *i.act)
	}
	if d.seen, d.lost = p.Office.Look(ctx, l.number); d.lost != nil {
		d.lost = fmt.Errorf("%s: %w", l.number, d.lost)
	}
	return d
}

// open opens a case, after a look at what its people want to know first. Where that shows that there is no
// need, none is opened.
func (p *Play) open(ctx context.Context, l *life) (err error) {
	if m, ok := l.matter.(attentive); ok {
		if question, into := m.LookUp(p.now); into != nil {
			question.Key, question.Who.Community = p.key(l), l.Community
			if err := p.Office.Read(ctx, question, into); err != nil {
				return err
			}
		}
	}
	for range 2 {
		who, body := l.matter.Opening(p.now)
		if body == nil {
			return nil
		}
		l.number, err = p.Office.Open(ctx, Opening{Key: p.key(l), Kind: l.Kind, Who: who, Body: body})
		if refusal := (*Refusal)(nil); !errors.As(err, &refusal) {
			return err
		}
	}
	return err
}

// act gives a command, or reads what it names.
func (p *Play) act(ctx context.Context, l *life, a Act) error {
	delete(l.planned, a.Key)
	c := Command{Key: p.key(l), Number: l.number, Who: a.Who, Name: a.Command, Task: a.Task, Body: a.Body(l.draw, p.now)}
	if a.Into != nil {
		return p.Office.Read(ctx, c, a.Into)
	}
	return p.Office.Give(ctx, c)
}

// tolerated is how often one thing may be refused before the people are not worth their wages.
const tolerated = 5

// note keeps what became of a deed. Somebody may be late by a moment; who is refused again and again
// does not know the procedure.
func (p *Play) note(d deed) error {
	l, a := d.item.life, d.item.act
	var refusal *Refusal
	switch {
	case a == nil && p.lives[l.number] == nil:
		p.lives[l.number] = l
		p.Report.Opened[l.Kind]++
		return nil
	case a == nil:
		return nil
	case d.err == nil:
		p.Report.Given[a.Command]++
		return nil
	case !errors.As(d.err, &refusal):
		return fmt.Errorf("%s: %s: %w", l.number, a.Command, d.err)
	}
	p.Report.Refused[a.Command+" "+refusal.Code]++
	if l.refused[a.Key]++; l.refused[a.Key] > tolerated {
		return fmt.Errorf("%s: %s as %s, again and again: %w", l.number, a.Command, a.Who.Role, d.err)
	}
	return nil
}

func (p *Play) key(l *life) string {
	l.given++
	return fmt.Sprintf("%s-%d-%d", p.Run, l.Place, l.given)
}

// look reads cases that may have changed by themselves.
func (p *Play) look(ctx context.Context, numbers []string) error {
	for len(numbers) > 0 {
		n := min(len(numbers), max(1, p.Callers))
		var items []*item
		for _, number := range numbers[:n] {
			items = append(items, &item{life: p.life(number)})
		}
		numbers = numbers[n:]
		for _, d := range p.together(items, func(i *item) deed { return p.perform(ctx, i) }) {
			if d.lost != nil {
				return d.lost
			}
			p.meet(d.item.life, d.seen)
		}
	}
	return nil
}

// life gives a case's, or a new one for a case that the town has not seen before.
func (p *Play) life(number string) *life {
	if l, ok := p.lives[number]; ok {
		return l
	}
	l := p.newLife(Customer{Kind: client.KindOfNumber(number).Name, Place: p.place + 1})
	l.number = number
	return l
}

// meet plans what is done about a case. One that another case opened gets people of its own; the rest
// that is not the town's is left alone.
func (p *Play) meet(l *life, c client.Case) {
	if l.matter == nil {
		if c.TakenBy.Role != "system" || kinds[l.Kind] == nil || p.lives[l.number] != nil {
			return
		}
		p.place++
		l.Community, l.Category, l.At = cmp.Or(c.Record.Community, c.Customer.Community, c.Community), c.Record.Category, p.now
		l.matter = kinds[l.Kind](p.Scenario, l.Customer, l.draw)
		p.lives[l.number] = l
		p.Report.Opened[l.Kind+" by another case"]++
	}
	p.plan(l, c)
}

// plan has the people of a case mean to do what there is to be done, and forget what there is not.
func (p *Play) plan(l *life, c client.Case) {
	l.open = c.Open
	wanted := map[string]bool{}
	for _, a := range l.matter.Next(c) {
		wanted[a.Key] = true
		if l.planned[a.Key] == nil {
			p.mean(l, a)
		}
	}
	for key, i := range l.planned {
		if !wanted[key] {
			i.gone = true
			delete(l.planned, key)
		}
	}
}

// mean puts an act on the list for when somebody will get to it.
func (p *Play) mean(l *life, a Act) {
	a.Who.Community = l.Community
	at := a.When(l.draw, p.now)
	if at.Before(p.now) {
		at = p.now
	}
	i := &item{at: p.onShift(a.Who.Role, at, l.draw), life: l, act: &a}
	l.planned[a.Key] = i
	p.add(i)
}

// finish looks at every case for the last time.
func (p *Play) finish(ctx context.Context) error {
	for _, l := range p.lives {
		c, err := p.Office.Look(ctx, l.number)
		if err != nil {
			return fmt.Errorf("%s: %w", l.number, err)
		}
		p.Report.end(l, c)
	}
	return ctx.Err()
}

// queue is a heap of what will be done, the earliest first.
type queue []*item

func (q queue) Len() int { return len(q) }
func (q queue) Less(a, b int) bool {
	if !q[a].at.Equal(q[b].at) {
		return q[a].at.Before(q[b].at)
	}
	return q[a].place < q[b].place
}
func (q queue) Swap(a, b int) { q[a], q[b] = q[b], q[a] }
func (q *queue) Push(x any)   { *q = append(*q, x.(*item)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
