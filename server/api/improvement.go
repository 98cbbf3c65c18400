package api

import (
	"cmp"
	"context"

	"bihuan/postgres"
	"bihuan/procedure/improvement"
	"bihuan/procedure/machine"
	"bihuan/procedure/people"
	"bihuan/server/contract"
	"bihuan/server/desk"
	"bihuan/server/view"
	"bihuan/words"
)

// GiveFeedback takes what a member of staff says of the procedure: it is a case like any other, so that what
// was answered with 201 is safe. M6
func (s *Server) GiveFeedback(ctx context.Context, r contract.GiveFeedbackRequestObject) (contract.GiveFeedbackResponseObject, error) {
	in, b := desk.CallOf(ctx), r.Body
	t, err := s.Take(ctx, desk.Intake{
		Kind: view.Named("improvement").Kind, Actor: in.Actor, Key: r.Params.IdempotencyKey,
		Body: machine.Encode(improvement.Register{
			Community: b.Community, Feedback: &improvement.Feedback{About: string(b.About), Which: b.Which, Text: b.Text},
		}),
	}, in.ID)
	return contract.GiveFeedback201JSONResponse{Number: t.Number}, err
}

// ListFeedback lists what the caller said of the procedure, and what became of it: also for whom the cases of
// others are out of sight. M6
func (s *Server) ListFeedback(ctx context.Context, r contract.ListFeedbackRequestObject) (contract.ListFeedbackResponseObject, error) {
	in := desk.CallOf(ctx)
	found, err := s.Reader.Cases(ctx, postgres.Filter{
		Communities: []string{people.AllCommunities}, Author: in.ID, Cursor: r.Params.Cursor, Limit: cmp.Or(r.Params.Limit, desk.DefaultLimit),
	})
	answer := contract.ListFeedback200JSONResponse{Items: []contract.FollowedFeedback{}, Next: found.Next}
	for _, row := range found.Items {
		item, err := s.followed(ctx, in.Language, row.Number)
		if err != nil {
			return nil, err
		}
		answer.Items = append(answer.Items, item)
	}
	return answer, err
}

// followed is feedback as who gave it follows it.
func (s *Server) followed(ctx context.Context, lang words.Language, n string) (contract.FollowedFeedback, error) {
	c, err := s.Stored(ctx, n)
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
	events, err := s.AllEvents(ctx, n)
	for _, e := range events {
		if e.Type == improvement.EvDeclined {
			reason = machine.Data[machine.Reasoned](e).Reason
		}
	}
	return reason, err
}
