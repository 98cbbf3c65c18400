package client_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"bihuan/sim/client"
)

const number = "TS-20261121-7K3F9"

// seen is what a server got.
type seen struct{ method, path, key, body string }

// api answers one request after another with the given answers, the last one again and again.
type api struct {
	*httptest.Server
	requests []seen
	headers  http.Header
}

func serve(t *testing.T, answers ...http.HandlerFunc) *api {
	t.Helper()
	a := &api{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.requests = append(a.requests, seen{r.Method, r.URL.Path, r.Header.Get("Idempotency-Key"), string(body)})
		a.headers = r.Header
		answers[min(len(a.requests), len(answers))-1](w, r)
	}))
	t.Cleanup(a.Close)
	return a
}

func answer(status int, body any) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(body)
	}
}

// drop ends the connection without an answer, as a server does that is killed.
func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

var (
	applied  = answer(http.StatusOK, client.Case{Number: number, Stage: "review"})
	accepted = answer(http.StatusAccepted, map[string]string{"status": "accepted", "command": "c-1"})
	away     = answer(http.StatusServiceUnavailable, map[string]string{"code": "engine_down", "detail": "down"})
	refused  = answer(http.StatusConflict, map[string]string{"code": "wrong_stage", "detail": "not now", "field": "stage"})
)

func (a *api) staff() *client.Client {
	return &client.Client{Server: a.URL, Token: "bh_token", Language: "en", Pace: time.Millisecond, Patience: 5 * time.Second}
}

var judge = map[string]string{"nature": "valid"}

func send(c *client.Client) (client.Case, error) {
	var got client.Case
	err := c.Send(context.Background(), client.CommandPath(number, "", "judge"), "key-1", judge, &got)
	return got, err
}

// A10: whatever gets lost on the way, the same key and the same body are sent again.
func TestRetriesKeepKeyAndBody(t *testing.T) {
	a := serve(t, drop, away, drop, applied)
	var troubles []error
	c := a.staff()
	c.Trouble = func(err error) { troubles = append(troubles, err) }
	got, err := send(c)
	require.NoError(t, err)
	require.Equal(t, "review", got.Stage)
	require.Len(t, a.requests, 4)
	require.Len(t, slices.Compact(slices.Clone(a.requests)), 1)
	require.Equal(t, seen{http.MethodPost, "/api/v1/complaints/" + number + "/judge", "key-1", `{"nature":"valid"}`}, a.requests[0])
	require.NotEmpty(t, troubles)
	require.Equal(t, "Bearer bh_token", a.headers.Get("Authorization"))
	require.Equal(t, "en", a.headers.Get("Accept-Language"))
}

// A 202 is followed until the outcome is known, without sending the command again.
func TestFollowsWhatWasTakenIn(t *testing.T) {
	a := serve(t, accepted, accepted, away, applied)
	got, err := send(a.staff())
	require.NoError(t, err)
	require.Equal(t, "review", got.Stage)
	outcome := seen{http.MethodGet, "/api/v1/complaints/" + number + "/commands/c-1", "", ""}
	require.Equal(t, []seen{outcome, outcome, outcome}, a.requests[1:])
}

// A command on a task is followed at its complaint.
func TestFollowsTaskCommands(t *testing.T) {
	a := serve(t, accepted, applied)
	err := a.staff().Send(context.Background(), client.CommandPath(number, "T1", "accept"), "key-1", struct{}{}, nil)
	require.NoError(t, err)
	require.Equal(t, "/api/v1/complaints/"+number+"/tasks/T1/accept", a.requests[0].path)
	require.Equal(t, "/api/v1/complaints/"+number+"/commands/c-1", a.requests[1].path)
}

func TestFollowedCommandMayBeRefused(t *testing.T) {
	a := serve(t, accepted, accepted, refused)
	_, err := send(a.staff())
	var p *client.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, client.Problem{Status: http.StatusConflict, Code: "wrong_stage", Detail: "not now", Field: "stage"}, *p)
}

// A complainant has no token to ask for outcomes with, and sends the same again under the same key.
func TestComplainantRepeatsInstead(t *testing.T) {
	a := serve(t, accepted, accepted, applied)
	c := &client.Client{Server: a.URL, Secret: "s3cret", Pace: time.Millisecond}
	require.NoError(t, c.Send(context.Background(), client.PublicPath(number)+"/answer", "key-1", judge, nil))
	require.Len(t, a.requests, 3)
	require.Len(t, slices.Compact(slices.Clone(a.requests)), 1)
	require.Equal(t, "s3cret", a.headers.Get("Tracking-Secret"))
	require.Empty(t, a.headers.Get("Authorization"))
}

func TestRefusalIsFinal(t *testing.T) {
	a := serve(t, refused, applied)
	_, err := send(a.staff())
	require.EqualError(t, err, "409 wrong_stage: not now (stage)")
	require.Len(t, a.requests, 1)
}

// What is no problem document is an error all the same.
func TestUnreadableAnswerIsAnError(t *testing.T) {
	a := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	_, err := send(a.staff())
	require.EqualError(t, err, "500 not_a_problem: Internal Server Error")
	require.Len(t, a.requests, 1)
}

func TestPatienceEnds(t *testing.T) {
	a := serve(t, away)
	c := a.staff()
	c.Patience = 20 * time.Millisecond
	_, err := send(c)
	require.ErrorContains(t, err, "no outcome after 20ms")
	var p *client.Problem
	require.ErrorAs(t, err, &p)
	require.Equal(t, "engine_down", p.Code)
}

func TestCancelledWaitEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	a := serve(t, func(w http.ResponseWriter, r *http.Request) { cancel(); away(w, r) })
	c := a.staff()
	c.Pace = time.Minute
	c.Patience = time.Hour
	require.ErrorIs(t, c.Get(ctx, client.CasePath(number), nil), context.Canceled)
}

// The server's Retry-After is heeded when it is longer than our own pace.
func TestRetryAfterIsHeeded(t *testing.T) {
	a := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Retry-After", "3600")
		away(w, r)
	})
	_, err := send(a.staff())
	require.ErrorContains(t, err, "no outcome")
	require.Len(t, a.requests, 1)
}
