package demo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bihuan/sim/client"
)

// part is who somebody is in the story.
type part string

// The parts: roles of the API, departments, and who knows a tracking link only.
const (
	agent        part = "agent"
	receptionist part = "receptionist"
	assistant    part = "assistant"
	manager      part = "manager"
	gm           part = "gm"
	admin        part = "admin"
	engineer     part = engineering
	guard        part = "security"
	cleaner      part = "environment"
	clerk        part = "service"
	complainant  part = "complainant"
)

// engineering is the department that the complaint of the loop belongs to.
const engineering = "engineering"

// person is somebody who acts, through an access of their own.
type person struct {
	client.Me
	*client.Client
	role string
}

// label says who it is: 客服 王芳.
func (p person) label() text {
	role := name(roleNames, p.role)
	if p.Name == "" {
		return role
	}
	return text{role.zh + p.Name, p.Name + " (" + role.en + ")"}
}

// crew is everybody who acts.
type crew map[part]person

// greeting is how long the system may take to answer at all before the story begins.
const greeting = 10 * time.Second

// gather asks the API whose the tokens are and casts the story with the staff of one community.
func gather(ctx context.Context, o Options, trouble func(error)) (crew, error) {
	tokens, err := client.Tokens(o.Tokens)
	if err != nil {
		return nil, err
	}
	cast := crew{}
	for _, token := range tokens {
		p := person{Client: &client.Client{Server: o.Server, Token: token, Language: o.first(), Trouble: trouble, Patience: greeting}}
		if err := p.Get(ctx, "/api/v1/me", &p.Me); err != nil {
			return nil, fmt.Errorf("asking %s whose the tokens of %s are (is it up?): %w", o.Server, o.Tokens, err)
		}
		p.Patience = 0
		if slices.Contains(p.Communities, o.Community) || slices.Contains(p.Communities, "*") {
			cast.add(p)
		}
	}
	for _, needed := range []part{agent, receptionist, assistant, manager, engineer, guard} {
		if _, ok := cast[needed]; !ok {
			return nil, fmt.Errorf("%s names nobody of %s for the part of %s", o.Tokens, o.Community, needed)
		}
	}
	return cast, nil
}

// add gives somebody the part that their roles allow, unless it is taken.
func (c crew) add(p person) {
	for _, r := range p.Roles {
		as := part(r)
		if r == "handler" {
			as = part(p.Department)
		}
		if _, taken := c[as]; !taken {
			p.role = r
			c[as] = p
			return
		}
	}
}

// find says who has an ID; one that is not of the crew stands for itself.
func (c crew) find(id string) text {
	for _, p := range c {
		if p.ID == id && id != "" {
			return p.label()
		}
	}
	return name(roleNames, id)
}
