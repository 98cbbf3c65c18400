package policy

import (
	"fmt"
	"slices"
	"strings"

	"bihuan/procedure/violation"
)

// How work goes to the departments of a pool. C1
const (
	ByOffer = "offer" // to all of them; the first to accept takes it
	ByTurn  = "turn"  // to each in turn
)

// Pool is departments and vendors that do the same work. C1
type Pool struct {
	ID          string   `json:"id" yaml:"id"`
	Name        Text     `json:"name" yaml:"name"`
	By          string   `json:"by" yaml:"by"`
	Departments []string `json:"departments" yaml:"departments"`
}

// Pool finds a pool by its ID.
func (p Policy) Pool(id string) (Pool, bool) {
	for _, x := range p.Pools {
		if x.ID == id {
			return x, true
		}
	}
	return Pool{}, false
}

func (p Policy) validatePools(v *violation.List) {
	for i, x := range p.Pools {
		if !goodID(x.ID) {
			v.Add(fmt.Sprintf("pools[%d].id", i), "bad_id")
			continue
		}
		path := "pools[" + x.ID + "]"
		if slices.IndexFunc(p.Pools, func(o Pool) bool { return o.ID == x.ID }) < i {
			v.Add(path, "twice")
		}
		if x.By != ByOffer && x.By != ByTurn {
			v.Add(path+".by", "not_one_of", "choices", strings.Join([]string{ByOffer, ByTurn}, ", "))
		}
		if len(x.Departments) == 0 {
			v.Add(path+".departments", "none")
		}
		for j, d := range x.Departments {
			if _, ok := p.Department(d); !ok {
				v.Add(path+".departments["+d+"]", "unknown", "id", d)
			}
			if slices.Index(x.Departments, d) < j {
				v.Add(path+".departments["+d+"]", "twice")
			}
		}
	}
}
