package api

import (
	"bihuan/procedure"
	"bihuan/server/contract"
	"bihuan/words"
)

func (s *Server) entryOf(lang words.Language, names words.Names, e procedure.Event) contract.TimelineEntry {
	return contract.TimelineEntry{Seq: e.Seq, At: e.At, Type: e.Type, By: e.By, Text: s.Sentence(lang, names, e)}
}

func refusedEntry(lang words.Language, r procedure.Refused) contract.TimelineEntry {
	text := words.Command(lang, r.Name) + ": " + words.Refusal(lang, r.Code, r.Args)
	return contract.TimelineEntry{At: r.At, Type: r.Name, By: r.By, Text: text, Refused: r.Code}
}
