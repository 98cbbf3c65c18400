package procedure

// Delivery is a notice on its way to one person through a channel outside the console.
type Delivery struct {
	// ID is the notice's, the same at every attempt.
	ID          string
	Number      string
	Template    string
	Args        map[string]string
	Channel     string // e.g. "mail"
	Address     string
	Language    string
	Complainant bool
	// Attempts counts this attempt too.
	Attempts int
}
