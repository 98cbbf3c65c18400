package desk

import (
	"strings"

	"bihuan/procedure"
	"bihuan/words"
)

// sentencesKept is how many events' sentences are kept at hand, in each of two generations.
const sentencesKept = 20_000

// Sentence puts an event into words. Making a sentence takes longer than reading the event, and events stay
// what they are, so those are kept that nothing else can change. The key is all that a sentence is made of:
// an erased event has another.
func (d *Desk) Sentence(lang words.Language, names words.Names, e procedure.Event) string {
	if !words.Lasting(lang, e.Type) {
		return words.Event(lang, e, names)
	}
	key := strings.Join([]string{lang, words.Kind(names), words.Zone(names).String(), e.Type, e.By.ID, e.By.Name, string(e.By.Role), string(e.Data)}, "\x00")
	if text, ok := d.sentences.get(key); ok {
		return text
	}
	text := words.Event(lang, e, names)
	d.sentences.put(key, text)
	return text
}
