package survey

import (
	"slices"

	"bihuan/procedure/policy"
)

// Few is how many households a group must have before it is shown by itself: fewer could be recognised.
const Few = 5

// Tally is how the answers add up: all that stays of them.
type Tally struct {
	Population int       `json:"population"` // households of the community
	Households int       `json:"households"` // that were asked
	Responses  int       `json:"responses"`
	Phone      int       `json:"phone,omitempty"` // of the responses, told to an agent
	Questions  []Figures `json:"questions"`
	Buildings  []Part    `json:"buildings,omitempty"`
}

// Part is the answers from one building, where they are enough.
type Part struct {
	Building  string    `json:"building"`
	Responses int       `json:"responses"`
	Questions []Figures `json:"questions"`
}

// Figures are the answers to one question: how often each score from the lowest, or each choice in its order.
type Figures struct {
	Question string `json:"question"`
	Answered int    `json:"answered"`
	Counts   []int  `json:"counts,omitempty"`
}

// CountAnswers adds up answers to a questionnaire.
func CountAnswers(c Count, answers []Answer) Tally {
	t := Tally{
		Population: c.Population, Households: c.Households, Responses: len(answers),
		Questions: figures(c.Questionnaire, answers),
	}
	groups := slices.Clone(answers)
	slices.SortStableFunc(groups, func(a, b Answer) int { return compare(a.Building, b.Building) })
	for len(groups) > 0 {
		n := len(groups)
		if i := slices.IndexFunc(groups, func(a Answer) bool { return a.Building != groups[0].Building }); i > 0 {
			n = i
		}
		if name := groups[0].Building; name != "" && n >= Few {
			t.Buildings = append(t.Buildings, Part{Building: name, Responses: n, Questions: figures(c.Questionnaire, groups[:n])})
		}
		groups = groups[n:]
	}
	t.hideTheRest()
	for _, a := range answers {
		if a.Phone {
			t.Phone++
		}
	}
	return t
}

// hideTheRest leaves out one more building where what is left over could be told from the others by
// subtraction.
func (t *Tally) hideTheRest() {
	shown := 0
	for _, p := range t.Buildings {
		shown += p.Responses
	}
	if rest := t.Responses - shown; rest == 0 || rest >= Few || len(t.Buildings) == 0 {
		return
	}
	least := 0
	for i, p := range t.Buildings {
		if p.Responses < t.Buildings[least].Responses {
			least = i
		}
	}
	t.Buildings = slices.Delete(t.Buildings, least, least+1)
}

func compare(a, b string) int {
	switch {
	case len(a) != len(b) && a != "" && b != "": // 2栋 before 10栋
		return len(a) - len(b)
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func figures(q policy.Questionnaire, answers []Answer) []Figures {
	all := make([]Figures, len(q.Questions))
	for i, x := range q.Questions {
		f := Figures{Question: x.ID}
		low, high, scored := x.Scores()
		switch {
		case scored:
			f.Counts = make([]int, high-low+1)
		case x.Chosen():
			f.Counts = make([]int, len(x.Choices))
		}
		for _, a := range answers {
			f.add(x, low, a)
		}
		all[i] = f
	}
	return all
}

func (f *Figures) add(x policy.Question, low int, a Answer) {
	for _, r := range a.Replies {
		if r.Question != x.ID || r.Blank() {
			continue
		}
		f.Answered++
		if r.Score != nil {
			f.Counts[*r.Score-low]++
		}
		for i, c := range x.Choices {
			if slices.Contains(r.Choices, c.ID) {
				f.Counts[i]++
			}
		}
	}
}
