package survey

import (
	"math"
	"time"

	"bihuan/procedure/machine"
	"bihuan/procedure/policy"
)

// Report is what a survey found. Before it is counted it says no more than how many have answered: nobody is to
// be led by what others said.
type Report struct {
	Number     string        `json:"number"`
	Community  string        `json:"community"`
	Template   string        `json:"template,omitempty"`
	Stage      machine.Stage `json:"stage"`
	Drill      bool          `json:"drill,omitempty"`
	Title      policy.Text   `json:"title"`
	ClosesAt   *time.Time    `json:"closes_at,omitempty"`
	Final      bool          `json:"final"`
	Population int           `json:"population"`
	Households int           `json:"households"`
	Responses  int           `json:"responses"`
	Phone      int           `json:"phone,omitempty"`
	Rate       float64       `json:"rate"`
	Questions  []Result      `json:"questions"`
	Buildings  []PartResults `json:"buildings"`
	Texts      []Said        `json:"texts"`
	Series     []Point       `json:"series"`
}

// PartResults are the results of one building.
type PartResults struct {
	Building  string   `json:"building"`
	Responses int      `json:"responses"`
	Questions []Result `json:"questions"`
}

// Said is a text that somebody answered with; their name only if they gave it.
type Said struct {
	Question string `json:"question"`
	Text     string `json:"text"`
	Name     string `json:"name,omitempty"`
}

// Point is one survey in the series of those with the same template.
type Point struct {
	Number    string    `json:"number"`
	Community string    `json:"community"`
	ClosedAt  time.Time `json:"closed_at"`
	Responses int       `json:"responses"`
	Rate      float64   `json:"rate"`
	Questions []Result  `json:"questions"`
}

// endless stands for a population that is not known, as that of one building: its intervals are not narrowed.
const endless = math.MaxInt32

// ReportOf makes the report of a survey that so many have answered, as far as the case itself knows it.
func ReportOf(s State, responses int) Report {
	r := Report{
		Number: s.Number, Community: s.Customer.Community, Template: s.Template, Stage: s.Stage, Drill: s.Customer.Drill,
		Title: s.Title, ClosesAt: s.ClosesAt, Population: s.Population, Households: s.Households, Responses: responses,
		Questions: []Result{}, Buildings: []PartResults{}, Texts: []Said{}, Series: []Point{},
	}
	if t := s.Tally; t != nil {
		r.Final, r.Responses, r.Phone = true, t.Responses, t.Phone
		r.Questions = Results(s.Questionnaire, t.Questions, t.Population)
		for _, p := range t.Buildings {
			r.Buildings = append(r.Buildings, PartResults{
				Building: p.Building, Responses: p.Responses, Questions: Results(s.Questionnaire, p.Questions, endless),
			})
		}
	}
	r.Rate = rate(r.Responses, r.Households)
	return r
}

// PointOf gives a counted survey as a point of the series.
func PointOf(s State) Point {
	return Point{
		Number: s.Number, Community: s.Customer.Community, ClosedAt: s.Closing.At, Responses: s.Tally.Responses,
		Rate: rate(s.Tally.Responses, s.Tally.Households), Questions: Results(s.Questionnaire, s.Tally.Questions, s.Tally.Population),
	}
}

func rate(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(n) / float64(of)
}
