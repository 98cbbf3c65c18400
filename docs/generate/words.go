package main

import "bihuan/words"

// The documents say everything in both languages.
var chinese, english = words.Localizer{Language: words.Chinese}, words.Localizer{Language: words.English}

// said gives the words at a key, one language after the other.
func said(key string) string { return chinese.T(key) + " " + english.T(key) }

// told gives whole sentences, one language after the other.
func told(key string, args ...any) string { return chinese.T(key, args...) + english.T(key, args...) }

// label gives a code's words.
func label(kind, code string) string { return labelOf("", kind, code) }

// labelOf gives a code's words as a procedure says them.
func labelOf(procedure, kind, code string) string {
	return words.LabelOf(words.Chinese, procedure, kind, code) + " " + words.LabelOf(words.English, procedure, kind, code)
}

func labels[T ~string](kind string, codes []T) []string {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = label(kind, string(c))
	}
	return all
}
