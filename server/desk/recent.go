package desk

import "sync"

// recent remembers what was used lately, in bounded memory: what falls out of both generations is
// forgotten.
type recent[V any] struct {
	mu       sync.Mutex
	size     int
	new, old map[string]V
}

func newRecent[V any](size int) *recent[V] {
	return &recent[V]{size: size, new: map[string]V{}}
}

func (r *recent[V]) get(key string) (V, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.find(key)
	if ok {
		r.store(key, v)
	}
	return v, ok
}

func (r *recent[V]) find(key string) (V, bool) {
	if v, ok := r.new[key]; ok {
		return v, true
	}
	v, ok := r.old[key]
	return v, ok
}

func (r *recent[V]) put(key string, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.store(key, v)
}

func (r *recent[V]) store(key string, v V) {
	if _, ok := r.new[key]; !ok && len(r.new) >= r.size {
		r.old, r.new = r.new, make(map[string]V, r.size)
	}
	r.new[key] = v
}
