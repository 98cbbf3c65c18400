package system

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// M is a JSON object.
type M = map[string]any

// In is an instant that lies so far ahead when it is sent.
type In time.Duration

// MarshalJSON writes the instant.
func (d In) MarshalJSON() ([]byte, error) {
	return json.Marshal(time.Now().Add(time.Duration(d)).UTC())
}

// Client is one caller of the API.
type Client struct {
	URL string
	// Token is a member of staff's; Secret is that of a tracking link.
	Token, Secret string
	// Language is the caller's; empty means that none is asked for.
	Language string
	HTTP     *http.Client
}

// Answer is what the API answered.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Problem is an RFC 9457 answer.
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Code   string `json:"code"`
	Field  string `json:"field"`
}

// Case is a complaint as far as the tests look at it.
type Case struct {
	Number      string                    `json:"number"`
	Stage       string                    `json:"stage"`
	Nature      string                    `json:"nature"`
	Urgency     string                    `json:"urgency"`
	Round       int                       `json:"round"`
	Open        bool                      `json:"open"`
	Overdue     bool                      `json:"overdue"`
	Tasks       []Task                    `json:"tasks"`
	Escalations []Escalation              `json:"escalations"`
	Deadlines   []Deadline                `json:"deadlines"`
	Closing     *struct{ Outcome string } `json:"closing"`
	Allowed     []string                  `json:"allowed"`

	RegisteredAt time.Time `json:"registered_at"`
}

// Task, Escalation and Deadline are parts of a complaint.
type (
	Task       struct{ ID, Department, Status string }
	Escalation struct{ ID, Deadline, Level, Status string }
	Deadline   struct {
		Key, Step, Owner string
		Due              time.Time
		Warned, Breached bool
	}
)

// Registration is the answer to a registration.
type Registration struct {
	Number       string `json:"number"`
	TrackingLink string `json:"tracking_link"`
	Case         Case   `json:"case"`
}

// Secret is the last part of the tracking link.
func (r Registration) Secret() string {
	return r.TrackingLink[strings.LastIndex(r.TrackingLink, "/")+1:]
}

// In gives the same caller reading another language.
func (c Client) In(language string) Client {
	c.Language = language
	return c
}

// Do sends a request; a body that is not bytes is sent as JSON. Headers are pairs of name and value.
func (c Client) Do(ctx context.Context, method, path string, body any, headers ...string) (Answer, error) {
	request, err := c.request(ctx, method, path, body, headers)
	if err != nil {
		return Answer{}, err
	}
	response, err := c.HTTP.Do(request)
	if err != nil {
		return Answer{}, err
	}
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	return Answer{response.StatusCode, response.Header, content}, err
}

func (c Client) request(ctx context.Context, method, path string, body any, headers []string) (*http.Request, error) {
	content, ok := body.([]byte)
	if !ok && body != nil {
		var err error
		if content, err = json.Marshal(body); err != nil {
			return nil, err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, c.URL+path, bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range map[string]string{
		"Authorization": bearer(c.Token), "Tracking-Secret": c.Secret, "Accept-Language": c.Language,
	} {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return request, nil
}

func bearer(token string) string {
	if token == "" {
		return ""
	}
	return "Bearer " + token
}

// Command sends a command; one about a task is written tasks/T1/accept.
func (c Client) Command(ctx context.Context, number, command string, payload any, headers ...string) (Answer, error) {
	base := "/api/v1/complaints/"
	if c.Secret != "" {
		base = "/api/v1/public/complaints/"
	}
	if payload == nil {
		payload = M{}
	}
	return c.Do(ctx, http.MethodPost, base+number+"/"+command, payload, headers...)
}

// Register takes a complaint in and wants it taken.
func (c Client) Register(ctx context.Context, complaint M, headers ...string) (Registration, error) {
	var r Registration
	a, err := c.Do(ctx, http.MethodPost, "/api/v1/complaints", complaint, headers...)
	if err != nil {
		return r, err
	}
	return r, a.Into(http.StatusCreated, &r)
}

// Case reads a complaint.
func (c Client) Case(ctx context.Context, number string) (Case, error) {
	var found Case
	a, err := c.Do(ctx, http.MethodGet, "/api/v1/complaints/"+number, nil)
	if err != nil {
		return found, err
	}
	return found, a.Into(http.StatusOK, &found)
}

// Into reads the body of an answer that must have a status.
func (a Answer) Into(status int, into any) error {
	if a.Status != status {
		return fmt.Errorf("want %d, got %d: %s", status, a.Status, a.Body)
	}
	return json.Unmarshal(a.Body, into)
}

// Problem reads the answer as a problem; one that is none has no code.
func (a Answer) Problem() Problem {
	var p Problem
	if strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json") {
		_ = json.Unmarshal(a.Body, &p) // what cannot be read has no code
	}
	return p
}
