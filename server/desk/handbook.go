package desk

import (
	"slices"

	"bihuan/server/failure"
	"bihuan/server/handbook"
	"bihuan/words"
)

// Handbook renders the handbook of one of the caller's communities, the first without a name.
func (d *Desk) Handbook(in *Call, community string, lang words.Language) (handbook.Handbook, error) {
	mine := d.HandbookCommunities(in)
	if community == "" && len(mine) > 0 {
		community = mine[0]
	}
	if !slices.Contains(mine, community) {
		return handbook.Handbook{}, failure.NotFound("not_found")
	}
	h, _ := handbook.Build(d.Settings.Version(), community, lang, d.Now())
	return h, nil
}

// HandbookCommunities lists the communities that the caller may read the handbook of.
func (d *Desk) HandbookCommunities(in *Call) (ids []string) {
	for _, c := range d.Settings.Communities() {
		if in.In(c.ID) {
			ids = append(ids, c.ID)
		}
	}
	return ids
}
