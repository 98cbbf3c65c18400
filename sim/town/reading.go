package town

import "bihuan/sim/client"

// What people read that is no case by itself, by the names that a command gives it.
const (
	// ReadLikely asks for complaints that are likely the same as what the body says; into a likely.
	ReadLikely = "duplicates"
	// ReadAnalysis asks what stands out in a community from a day up to another; into an analysis.
	ReadAnalysis = "analysis"
	// ReadCases asks for the newest cases that the body describes; into a listed.
	ReadCases = "cases"
	// ReadUnanswered asks which households have not answered a survey, after one; into a silent.
	ReadUnanswered = "unanswered"
)

// Answers is the command with which a household's answer to a survey is kept: the household's own by its
// link, or what an agent was told on the phone. The body names its home.
const Answers = "answers"

type likely struct {
	Items []client.Likely `json:"items"`
}

type analysis struct {
	Findings []client.Finding `json:"findings"`
}

type listed struct {
	Items []client.Member `json:"items"`
}

// silent is a page of households; Next is where the one after it begins, if there is one.
type silent struct {
	Items []home `json:"items"`
	Next  int    `json:"next"`
}
