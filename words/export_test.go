package words

// What the tests outside of the package need of those inside: they read histories, whose folder knows this one.
var (
	Readable = readable
	NamesIn  = namesIn
)

// Histories gives a language's sentences for the steps of histories.
func Histories(lang Language) map[string]string { return in(lang).History }
