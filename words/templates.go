package words

import (
	"maps"
	"slices"

	"bihuan/procedure/policy"
)

// Template is a notice as it is shipped: what words of one's own begin from.
type Template struct {
	Name string
	// Kinds names the procedures that send it; none for the reports.
	Kinds []string
	// Complainant says that it is for the complainant, who follows the case by it.
	Complainant bool
	// Arguments are what its words may use.
	Arguments []string
	Words     map[Language]policy.Wording
}

// Templates lists every notice, by name.
func Templates() []Template {
	var all []Template
	for _, name := range slices.Sorted(maps.Keys(in(Chinese).Notices)) {
		t := Template{
			Name: name, Arguments: used.arguments[name], Words: map[Language]policy.Wording{},
			Complainant: always(in(Chinese).shipped(name, "body").Root).tracking,
		}
		for _, lang := range Languages {
			t.Words[lang] = in(lang).Notices[name]
		}
		for _, p := range senders(name) {
			t.Kinds = append(t.Kinds, p.Name)
		}
		all = append(all, t)
	}
	return all
}

// Functions lists what the words of notices may call.
func Functions() []string {
	all := slices.Clone(operators)
	for name, function := range in(Chinese).functions {
		if ofText(function) {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// Parts lists the parts that the words of notices may use.
func Parts() []string { return used.parts }
