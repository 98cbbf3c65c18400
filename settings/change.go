package settings

import (
	"reflect"
	"slices"
	"strings"

	"bihuan/procedure/violation"
)

// Change is one setting that became another. A path names what it goes through, an item of a list by its ID, its
// year or what it says: complaint.deadlines.judge.within, complaint.categories[facility.leak].work,
// calendars.cn.years[2026].holidays[2026-11-23]. P1
type Change struct {
	Path string `json:"path"`
	// Was and Now are nothing where there was, or is, nothing.
	Was any `json:"was,omitempty"`
	Now any `json:"now,omitempty"`
}

// Diff lists what makes one document another, by path.
func Diff(was, now Document) []Change {
	changes := []Change{}
	diffMap("", was, now, &changes)
	return changes
}

func diff(path string, was, now any, changes *[]Change) {
	wasMap, a := was.(map[string]any)
	nowMap, b := now.(map[string]any)
	if a && b {
		diffMap(path, wasMap, nowMap, changes)
		return
	}
	wasList, a := was.([]any)
	nowList, b := now.([]any)
	if a && b && addressable(wasList) && addressable(nowList) && sameOrder(wasList, nowList) {
		diffList(path, wasList, nowList, changes)
		return
	}
	if !reflect.DeepEqual(was, now) {
		*changes = append(*changes, Change{path, was, now})
	}
}

func diffMap(path string, was, now map[string]any, changes *[]Change) {
	names := append(sorted(was), sorted(now)...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		diff(below(path, name), was[name], now[name], changes)
	}
}

func diffList(path string, was, now []any, changes *[]Change) {
	for i, item := range was {
		name := nameOf(item, i)
		other, _ := find(now, name)
		diff(path+"["+name+"]", item, other, changes)
	}
	for i, item := range now {
		name := nameOf(item, i)
		if _, ok := find(was, name); !ok {
			diff(path+"["+name+"]", nil, item, changes)
		}
	}
}

// addressable says whether every item has a name of its own that does not hang on its place.
func addressable(list []any) bool {
	names := map[string]bool{}
	for i, item := range list {
		name := nameOf(item, i)
		if _, isList := item.([]any); isList || names[name] || item == nil {
			return false
		}
		if m, isMap := item.(map[string]any); isMap && m["id"] == nil && m["year"] == nil {
			return false
		}
		names[name] = true
	}
	return true
}

// sameOrder says whether what two lists share comes in the same order, and what is new at the end, as a change
// by path would put it.
func sameOrder(was, now []any) bool {
	var kept, shared []string
	for i, item := range was {
		if _, ok := find(now, nameOf(item, i)); ok {
			kept = append(kept, nameOf(item, i))
		}
	}
	added := false
	for i, item := range now {
		_, old := find(was, nameOf(item, i))
		if old && added {
			return false
		}
		if added = !old; old {
			shared = append(shared, nameOf(item, i))
		}
	}
	return slices.Equal(kept, shared)
}

func find(list []any, name string) (any, bool) {
	for i, item := range list {
		if nameOf(item, i) == name {
			return item, true
		}
	}
	return nil, false
}

// With gives the document with some changes made: each sets its path to Now, or takes it away. A path that leads
// nowhere is a fault. What was there before is not looked at.
func (d Document) With(changes []Change) (Document, violation.List) {
	next, faults := d.clone(), violation.List(nil)
	for _, c := range changes {
		steps, ok := steps(c.Path)
		if !ok {
			faults.Add(c.Path, "no_path")
			continue
		}
		if changed, ok := set(map[string]any(next), steps, c.Now); ok {
			next, _ = changed.(map[string]any)
			continue
		}
		faults.Add(c.Path, "no_path")
	}
	return next, faults
}

// step is one part of a path: a name, or an item of a list.
type step struct {
	name string
	item bool
}

// steps takes a path apart. Names of items may hold dots, so brackets are read first.
func steps(path string) (all []step, ok bool) {
	for rest := path; rest != ""; {
		if inside, isItem := strings.CutPrefix(rest, "["); isItem {
			name, after, closed := strings.Cut(inside, "]")
			if !closed || name == "" || len(all) == 0 {
				return nil, false
			}
			all, rest = append(all, step{name, true}), strings.TrimPrefix(after, ".")
			continue
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			return nil, false
		}
		all, rest = append(all, step{rest[:end], false}), strings.TrimPrefix(rest[end:], ".")
	}
	return all, len(all) > 0
}

// set puts a value at the end of the steps and gives the changed thing; false where they lead nowhere.
func set(into any, path []step, value any) (any, bool) {
	if len(path) == 0 {
		return value, true
	}
	at := path[0]
	if at.item {
		list, ok := into.([]any)
		if into == nil {
			ok = true
		}
		if !ok {
			return nil, false
		}
		return setItem(list, path, value)
	}
	m, ok := into.(map[string]any)
	if into == nil {
		m, ok = map[string]any{}, true
	}
	if !ok {
		return nil, false
	}
	inner, ok := set(m[at.name], path[1:], value)
	if !ok {
		return nil, false
	}
	if inner == nil {
		delete(m, at.name)
	} else {
		m[at.name] = inner
	}
	return m, true
}

func setItem(list []any, path []step, value any) (any, bool) {
	i := slices.IndexFunc(list, func(item any) bool { return nameOf(item, -1) == path[0].name })
	if i < 0 {
		if len(path) > 1 || value == nil || nameOf(value, -1) != path[0].name {
			return nil, false
		}
		return append(list, value), true
	}
	inner, ok := set(list[i], path[1:], value)
	if !ok {
		return nil, false
	}
	if inner == nil {
		return slices.Delete(list, i, i+1), true
	}
	list[i] = inner
	return list, true
}
