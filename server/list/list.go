package list

// Map turns a list into another, never into null.
func Map[A, B any](items []A, turn func(A) B) []B {
	out := make([]B, len(items))
	for i, item := range items {
		out[i] = turn(item)
	}
	return out
}

// Some writes an empty list as [], not as null.
func Some[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}
