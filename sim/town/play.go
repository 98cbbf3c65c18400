package town

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
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

	now   time.Time
	queue queue
	added int
	lives map[string]*life
}

// life is one case and what its people have in mind.
type life struct {
	Customer
	draw    Draw
	matter  Matter
	number  string
	last    client.Case
	planned map[string]*item
	given   int
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
		l := &life{Customer: c, draw: newDraw(p.Seed, c.Place), planned: map[string]*item{}, refused: map[string]int{}}
		l.matter = kinds[c.Kind](p.Scenario, c, l.draw)
		p.add(&item{at: c.At, life: l})
	}
	end := p.From.AddDate(0, 0, p.Days).Add(p.Tail)
	for {
		next, ok := p.next(end)
		now, changed, err := p.Office.Wait(ctx, next)
		if err != nil {
			return err
		}
		p.now = now
		for _, number := range changed {
			if err := p.look(ctx, number); err != nil {
				return err
			}
		}
		switch {
		case len(changed) > 0 || now.Before(next):
		case !ok:
			return p.finish(ctx)
		default:
			if err := p.do(ctx, heap.Pop(&p.queue).(*item)); err != nil {
				return err
			}
		}
	}
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

func (p *Play) add(i *item) {
	p.added++
	i.place = p.added
	heap.Push(&p.queue, i)
}

// do opens a case or does an act, and plans what is to be done then.
func (p *Play) do(ctx context.Context, i *item) error {
	if i.act == nil {
		return p.open(ctx, i.life)
	}
	l := i.life
	delete(l.planned, i.act.Key)
	err := p.Office.Give(ctx, Command{
		Key: p.key(l), Kind: l.Kind, Number: l.number, Who: i.act.Who, Name: i.act.Command, Task: i.act.Task, Body: i.act.Body(l.draw, p.now),
	})
	if err := p.note(l, i.act, err); err != nil {
		return err
	}
	return p.look(ctx, l.number)
}

// tolerated is how often one thing may be refused before the people are not worth their wages.
const tolerated = 5

// note keeps what became of a command. Somebody may be late by a moment; who is refused again and again
// does not know the procedure.
func (p *Play) note(l *life, a *Act, err error) error {
	var refusal *Refusal
	switch {
	case err == nil:
		p.Report.Given[a.Command]++
		return nil
	case !errors.As(err, &refusal):
		return fmt.Errorf("%s: %s: %w", l.number, a.Command, err)
	}
	p.Report.Refused[a.Command+" "+refusal.Code]++
	if l.refused[a.Key]++; l.refused[a.Key] > tolerated {
		return fmt.Errorf("%s: %s as %s, again and again: %w", l.number, a.Command, a.Who.Role, err)
	}
	return nil
}

func (p *Play) open(ctx context.Context, l *life) error {
	who, body := l.matter.Opening(p.now)
	number, err := p.Office.Open(ctx, Opening{Key: p.key(l), Kind: l.Kind, Who: who, Body: body})
	if err != nil {
		return fmt.Errorf("opening case %d: %w", l.Place, err)
	}
	l.number, p.lives[number] = number, l
	p.Report.Opened[l.Kind]++
	return p.look(ctx, number)
}

func (p *Play) key(l *life) string {
	l.given++
	return fmt.Sprintf("%s-%d-%d", p.Run, l.Place, l.given)
}

// look reads a case and plans what its people do about it. A case that others opened has no people of
// its own.
func (p *Play) look(ctx context.Context, number string) error {
	l, ok := p.lives[number]
	if !ok {
		return nil
	}
	c, err := p.Office.Look(ctx, l.Kind, number)
	if err != nil {
		return fmt.Errorf("%s: %w", number, err)
	}
	l.last = c
	wanted := map[string]bool{}
	for _, a := range l.matter.Next(c) {
		wanted[a.Key] = true
		if l.planned[a.Key] == nil {
			p.plan(l, a)
		}
	}
	for key, i := range l.planned {
		if !wanted[key] {
			i.gone = true
			delete(l.planned, key)
		}
	}
	return nil
}

func (p *Play) plan(l *life, a Act) {
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
		c, err := p.Office.Look(ctx, l.Kind, l.number)
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
