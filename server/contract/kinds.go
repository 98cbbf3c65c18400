package contract

import (
	"cmp"
	"strings"

	"bihuan/procedure/machine"
	"bihuan/procedure/registry"
)

// segments are the first parts of the paths of the kinds that do not name theirs themselves.
var segments = map[string]string{
	"complaint": "complaints", "service": "service-requests", "collective": "collective-issues", "survey": "surveys", "improvement": "improvements",
}

// Segment is the first part of the paths of a kind of case, e.g. "complaints"; empty for one that is not served.
func Segment(kind string) string {
	k, _ := registry.Of(kind)
	return cmp.Or(k.Path, segments[kind])
}

// KindOf gives the procedure of a segment; the zero one for none.
func KindOf(segment string) machine.Kind {
	for _, k := range registry.Kinds() {
		if Segment(k.Name) == segment {
			return k
		}
	}
	return machine.Kind{}
}

// KindAt gives the procedure that a path belongs to; the zero one for none.
func KindAt(path string) machine.Kind {
	segment, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, "/api/v1/"), "public/"), "/")
	return KindOf(segment)
}
