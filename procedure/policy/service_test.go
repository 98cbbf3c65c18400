package policy

import (
	"slices"
	"testing"
)

// L1, C1: what cannot stand is named by its path: trees with loops, forms without choices, work for nobody.
func TestServiceSettingsThatCannotStand_L1_C1(t *testing.T) {
	name := Text{Zh: "名", En: "name"}
	p := Policy{
		Departments: []Department{{ID: "engineering"}},
		Categories:  []Category{{ID: "quality"}, {ID: "taken"}, {ID: "special", Service: "nowhere"}},
		Pools: []Pool{
			{ID: "empty", By: ByOffer}, {ID: "odd", By: "lot", Departments: []string{"engineering", "engineering", "nobody"}}, {ID: "odd", By: ByTurn, Departments: []string{"engineering"}},
		},
		Service: Service{NoShows: 0, LowRating: 9, Complaint: "nothing", Special: "tree", Categories: []ServiceCategory{
			{ID: "tree"}, {ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}, {ID: "orphan", Parent: "nowhere"},
			{ID: "taken", Parent: "tree", Charge: "barter", Pool: "nopool", Urgency: "soon", Fields: []Field{
				{ID: "x", Name: name, Type: ChoiceField}, {ID: "x", Type: "essay"},
			}},
		}},
	}
	var paths []string
	for _, f := range append(p.ValidateService(), p.Validate()...) {
		paths = append(paths, f.Path+" "+f.Code)
	}
	for _, want := range []string{
		"service.no_shows out_of_range", "service.low_rating out_of_range", "service.complaint unknown", "service.special unknown",
		"service.categories[a].parent loop", "service.categories[orphan].parent unknown", "service.categories[taken].id twice",
		"service.categories[taken].charge not_one_of", "service.categories[taken].urgency not_one_of", "service.categories[taken].work nothing",
		"service.categories[taken].pool unknown", "service.categories[taken].fields[x].choices none", "service.categories[taken].fields[x] twice",
		"service.categories[taken].fields[x].name each_language", "service.categories[taken].fields[x].type not_one_of",
		"complaint.categories[special].service unknown",
		"pools[empty].departments none", "pools[odd].by not_one_of", "pools[odd].departments[engineering] twice",
		"pools[odd].departments[nobody] unknown", "pools[odd] twice",
	} {
		if !slices.Contains(paths, want) {
			t.Errorf("no fault %q among %v", want, paths)
		}
	}
}
