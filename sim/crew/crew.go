// Package crew says who of the staff can act, by the tokens that a file holds: whoever simulates people
// finds them here by what they are.
package crew

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bihuan/sim/client"
)

// everywhere stands for every community.
const everywhere = "*"

// Person is a member of staff with their access.
type Person struct {
	client.Me
	*client.Client
}

// WorksIn says whether somebody works in a community.
func (p Person) WorksIn(community string) bool {
	return slices.Contains(p.Communities, community) || slices.Contains(p.Communities, everywhere)
}

// Crew is everybody who can act, in the order of their tokens.
type Crew []Person

// Access is where the system is and who may use it.
type Access struct {
	Server   string
	Tokens   string // the file with the staff's tokens
	Language string // of sentences in answers
	// Trouble hears of every failure that is tried again; may be nil.
	Trouble func(error)
}

// Anybody is somebody without a token.
func (a Access) Anybody() *client.Client {
	return &client.Client{Server: a.Server, Language: a.Language, Trouble: a.Trouble}
}

// greeting is how long the system may take to answer at all.
const greeting = 10 * time.Second

// Gather asks the API whose the tokens are.
func Gather(ctx context.Context, a Access) (Crew, error) {
	tokens, err := Tokens(a.Tokens)
	if err != nil {
		return nil, err
	}
	var all Crew
	for _, token := range tokens {
		p := Person{Client: a.Anybody()}
		p.Token, p.Patience = token.Secret, greeting
		if err := p.Get(ctx, "/api/v1/me", &p.Me); err != nil {
			return nil, fmt.Errorf("asking %s whose the tokens of %s are (is it up?): %w", a.Server, a.Tokens, err)
		}
		p.Patience = 0
		all = append(all, p)
	}
	if _, err := all.HeadOffice(); err != nil {
		return nil, fmt.Errorf("%s: %w", a.Tokens, err)
	}
	return all, nil
}

// Find gives the first who holds a role in a community, and works in a department where one is named.
func (c Crew) Find(role, community, department string) (Person, error) {
	for _, p := range c {
		if p.WorksIn(community) && slices.Contains(p.Roles, role) && (department == "" || p.Department == department) {
			return p, nil
		}
	}
	return Person{}, fmt.Errorf("nobody is %s of %s %s", role, community, department)
}

// HeadOffice gives somebody who sees every case of every community.
func (c Crew) HeadOffice() (Person, error) { return c.Find("company", everywhere, "") }

// Named gives the person of an ID.
func (c Crew) Named(id string) (Person, bool) {
	i := slices.IndexFunc(c, func(p Person) bool { return p.ID == id })
	if i < 0 {
		return Person{}, false
	}
	return c[i], true
}

// Communities lists where anybody works, in the order of the tokens.
func (c Crew) Communities() []string {
	var all []string
	for _, p := range c {
		for _, community := range p.Communities {
			if community != everywhere && !slices.Contains(all, community) {
				all = append(all, community)
			}
		}
	}
	return all
}
