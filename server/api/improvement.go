package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"bihuan/postgres"
	"bihuan/procedure"
	"bihuan/procedure/analysis"
	"bihuan/procedure/improvement"
	"bihuan/procedure/inquiry"
	"bihuan/procedure/machine"
	"bihuan/procedure/number"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/words"
)

// Improvement is a measure, or feedback, as staff see it. M3, M6
type Improvement struct {
	DeskCase
	Feedback    *improvement.Feedback    `json:"feedback,omitempty"`
	Plan        *improvement.Plan        `json:"plan,omitempty"`
	Complaints  []string                 `json:"complaints"`
	Finding     *improvement.Finding     `json:"finding,omitempty"`
	Trainings   []improvement.Training   `json:"trainings"`
	Began       *time.Time               `json:"began,omitempty"`
	Done        *time.Time               `json:"done,omitempty"`
	Round       int                      `json:"round,omitempty"`
	Evaluations []improvement.Evaluation `json:"evaluations"`
	Verdict     analysis.Verdict         `json:"verdict,omitempty"`
}

func improvementOf(s improvement.State, a people.Actor) Improvement {
	return Improvement{
		DeskCase: deskOf("improvement", s.Case, a, machine.Allowed(improvement.Table, &s.Case, a)),
		Feedback: s.Feedback, Plan: s.Plan, Complaints: some(s.Complaints), Finding: s.Finding, Trainings: some(s.Trainings),
		Began: s.Began, Done: s.Done, Round: s.Round, Evaluations: some(s.Evaluated), Verdict: s.Verdict,
	}
}

// GiveFeedback takes what a member of staff says of the procedure: it is a case like any other, so that what
// was answered with 201 is safe. M6
func (s *Server) GiveFeedback(ctx context.Context, r contract.GiveFeedbackRequestObject) (contract.GiveFeedbackResponseObject, error) {
	in, b := callOf(ctx), r.Body
	t, err := s.take(ctx, intake{
		kind: kindNamed("improvement").Kind, actor: in.Actor, key: r.Params.IdempotencyKey,
		body: machine.Encode(improvement.Register{
			Community: b.Community, Feedback: &improvement.Feedback{About: string(b.About), Which: b.Which, Text: b.Text},
		}),
	}, in.ID)
	return contract.GiveFeedback201JSONResponse{Number: t.number}, err
}

// ListFeedback lists what the caller said of the procedure, and what became of it: also for whom the cases of
// others are out of sight. M6
func (s *Server) ListFeedback(ctx context.Context, r contract.ListFeedbackRequestObject) (contract.ListFeedbackResponseObject, error) {
	in := callOf(ctx)
	found, err := s.Reader.Cases(ctx, postgres.Filter{
		Communities: []string{people.AllCommunities}, Author: in.ID, Cursor: r.Params.Cursor, Limit: cmp.Or(r.Params.Limit, defaultLimit),
	})
	answer := contract.ListFeedback200JSONResponse{Items: []contract.FollowedFeedback{}, Next: found.Next}
	for _, row := range found.Items {
		item, err := s.followed(ctx, in.language, row.Number)
		if err != nil {
			return nil, err
		}
		answer.Items = append(answer.Items, item)
	}
	return answer, err
}

// followed is feedback as who gave it follows it.
func (s *Server) followed(ctx context.Context, lang words.Language, n string) (contract.FollowedFeedback, error) {
	c, err := s.stored(ctx, n)
	if err != nil {
		return contract.FollowedFeedback{}, err
	}
	state := c.State().(improvement.State)
	item := contract.FollowedFeedback{
		Number: n, Community: state.Customer.Community, Feedback: *state.Feedback, GivenAt: state.TakenAt,
		Stage: string(state.Stage), StageName: words.Label(lang, "stage", string(state.Stage)), Open: state.Closing == nil,
	}
	if state.Plan != nil {
		item.Measure, item.Due = state.Plan.Measure, state.Plan.Due
	}
	if state.Closing != nil {
		item.Outcome = state.Closing.Outcome
	}
	if item.Outcome == improvement.Declined {
		item.Reason, err = s.whyDeclined(ctx, n)
	}
	return item, err
}

// whyDeclined reads the reason from the record: the state keeps none.
func (s *Server) whyDeclined(ctx context.Context, n string) (reason string, err error) {
	events, err := s.allEvents(ctx, n)
	for _, e := range events {
		if e.Type == improvement.EvDeclined {
			reason = machine.Data[machine.Reasoned](e).Reason
		}
	}
	return reason, err
}

// feedback gives what staff said of the procedure and nobody has answered yet. M6
func (s *Server) feedback(ctx context.Context, communities []string) (open []improvement.State, err error) {
	practice := false
	found, err := s.Reader.Cases(ctx, postgres.Filter{
		Kind: improvement.Definition.Kind, Stage: string(improvement.StageSuggested), Communities: communities, Drill: &practice, Limit: maxFeedback,
	})
	for _, row := range found.Items {
		c, err := s.stored(ctx, row.Number)
		if err != nil {
			return nil, err
		}
		open = append(open, c.State().(improvement.State))
	}
	return open, err
}

// maxFeedback is how much of what staff said a summary lists.
const maxFeedback = 50

// nameable refuses at once complaints that do not exist or are another community's. While nobody can say,
// they are named all the same. M3
func (s *Server) nameable(ctx context.Context, community string, body []byte) error {
	var p struct {
		Community  string   `json:"community"`
		Complaints []string `json:"complaints"`
	}
	if json.Unmarshal(body, &p) != nil {
		return nil // the procedure says what is wrong with it
	}
	if community == "" {
		community = p.Community
	}
	for _, written := range p.Complaints {
		n, ok := number.Parse(written)
		of, err := "", ErrNotFound
		if ok {
			of, err = s.community(ctx, n)
		}
		if errors.Is(err, ErrNotFound) || err == nil && of != community {
			return procedure.Invalid("unknown_complaint", "number", written)
		}
	}
	return nil
}

// namers are the commands that name complaints.
var namers = []string{improvement.CmdAccept, improvement.CmdName}

// asks refuses at once what another case would turn away, or that there is none.
func (s *Server) asks(ctx context.Context, op *contract.Operation, community string, body []byte) error {
	switch {
	case op.Kind.Name == "improvement" && (op.Registers() || slices.Contains(namers, op.Command)):
		return s.nameable(ctx, community, body)
	case op.Kind.Name == "complaint":
		return s.mergeable(ctx, community, body)
	case op.Kind.Name == "inquiry" && op.Command == inquiry.CmdTurn:
		return s.turnable(community, body)
	}
	return nil
}
