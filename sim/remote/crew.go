package remote

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bihuan/sim/client"
	"bihuan/sim/town"
)

// everywhere stands for every community.
const everywhere = "*"

// person is a member of staff with their access.
type person struct {
	client.Me
	*client.Client
}

type crew []person

// greeting is how long the system may take to answer at all before the town wakes up.
const greeting = 10 * time.Second

// gather asks the API whose the tokens are.
func gather(ctx context.Context, o Options) (crew, error) {
	tokens, err := client.Tokens(o.Tokens)
	if err != nil {
		return nil, err
	}
	var all crew
	for _, token := range tokens {
		p := person{Client: &client.Client{Server: o.Server, Token: token, Trouble: o.Trouble, Patience: greeting}}
		if err := p.Get(ctx, "/api/v1/me", &p.Me); err != nil {
			return nil, fmt.Errorf("asking %s whose the tokens of %s are (is it up?): %w", o.Server, o.Tokens, err)
		}
		p.Patience = 0
		all = append(all, p)
	}
	if all.reader() == nil {
		return nil, fmt.Errorf("%s holds no token of head office, who sees every community", o.Tokens)
	}
	return all, nil
}

// find gives the first who holds a role in a community and a department.
func (c crew) find(w town.Who) (*client.Client, error) {
	for _, p := range c {
		here := slices.Contains(p.Communities, w.Community) || slices.Contains(p.Communities, everywhere)
		if here && slices.Contains(p.Roles, w.Role) && (w.Department == "" || p.Department == w.Department) {
			return p.Client, nil
		}
	}
	return nil, fmt.Errorf("nobody is %s of %s %s", w.Role, w.Community, w.Department)
}

// reader is somebody who sees every case of every community.
func (c crew) reader() *client.Client {
	for _, p := range c {
		if slices.Contains(p.Roles, "company") && slices.Contains(p.Communities, everywhere) {
			return p.Client
		}
	}
	return nil
}
