package policy

// Wording is what a notice says, in the template language of the words that are shipped.
type Wording struct {
	Subject string `json:"subject" yaml:"subject"`
	Body    string `json:"body" yaml:"body"`
}

// Notices are words in place of those that are shipped, by template and language ("zh-CN", "en"). No case keeps
// them: they count for whatever is read or sent from now on. Q1
type Notices map[string]map[string]Wording
