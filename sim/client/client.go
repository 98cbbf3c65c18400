// Package client speaks the API as one person. It asks again when the system is away, always with the
// same idempotency key, so that whatever it sends happens once however often it had to be sent.
package client

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Client is one person's access: a member of staff by their token, or a complainant by the secret of
// their tracking link.
type Client struct {
	Server   string // e.g. http://127.0.0.1:8080
	Token    string
	Secret   string
	Language string // of sentences in answers: zh-CN or en
	// Patience is for how long a request is tried again while the system is away; 2 minutes when zero.
	Patience time.Duration
	// Pace is the wait before the second try, growing eightfold; 250 ms when zero.
	Pace time.Duration
	// Trouble hears of every failure that is tried again; may be nil.
	Trouble func(error)
	// HTTP makes the calls; a client with a timeout of 15 s when nil.
	HTTP *http.Client
}

var standard = &http.Client{Timeout: 15 * time.Second}

// maxAnswer bounds an answer in bytes.
const maxAnswer = 16 << 20

// Problem is the API's no: a code for programs and a sentence for people (RFC 9457).
type Problem struct {
	Status   int    `json:"status"`
	Code     string `json:"code"`
	Detail   string `json:"detail"`
	Field    string `json:"field"`
	Instance string `json:"instance"`
}

// NotAProblem is the code of an answer that is no problem document, such as a page.
const NotAProblem = "not_a_problem"

// Error gives the code and the sentence.
func (p *Problem) Error() string {
	text := fmt.Sprintf("%d %s: %s", p.Status, p.Code, p.Detail)
	if p.Field != "" {
		text += " (" + p.Field + ")"
	}
	return text
}

// In gives the same person's access in another language.
func (c *Client) In(language string) *Client {
	other := *c
	other.Language = language
	return &other
}

// Get reads what a path holds.
func (c *Client) Get(ctx context.Context, path string, into any) error {
	return c.settle(ctx, request{method: http.MethodGet, path: path}, into)
}

// Send posts a command under an idempotency key and returns when its outcome is known.
func (c *Client) Send(ctx context.Context, path, key string, body, into any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	return c.settle(ctx, request{method: http.MethodPost, path: path, key: key, body: raw}, into)
}

// Upload posts a file.
func (c *Client) Upload(ctx context.Context, path, key string, file []byte, into any) error {
	return c.settle(ctx, request{method: http.MethodPost, path: path, key: key, body: file, kind: "application/octet-stream"}, into)
}

// Fill posts a page's form, as a browser does.
func (c *Client) Fill(ctx context.Context, path string, form url.Values) error {
	return c.settle(ctx, request{method: http.MethodPost, path: path, body: []byte(form.Encode()), kind: "application/x-www-form-urlencoded"}, &[]byte{})
}

// Outcome waits for a command that was sent some other way.
func (c *Client) Outcome(ctx context.Context, number, command string, into any) error {
	return c.Get(ctx, outcomePath(CasePath(number), command), into)
}

// request is what is asked; it stays the same however often it is.
type request struct {
	method, path, key string
	body              []byte
	kind              string // of the body; JSON where it says nothing
}

// answer is one HTTP answer, read whole.
type answer struct {
	status     int
	retryAfter time.Duration
	body       []byte
}

// settle asks until there is an answer that settles the matter, or patience ends.
func (c *Client) settle(ctx context.Context, r request, into any) error {
	patience, wait := cmp.Or(c.Patience, 2*time.Minute), cmp.Or(c.Pace, 250*time.Millisecond)
	longest := 8 * wait
	for end := time.Now().Add(patience); ; wait = min(2*wait, longest) {
		a, err := c.once(ctx, r)
		if err == nil && a.status < 300 && a.status != http.StatusAccepted {
			return read(a, into)
		}
		if err == nil && a.status >= 300 && !temporary(a.status) {
			return a.problem()
		}
		r, err = c.next(r, a, err)
		if pause := max(wait, a.retryAfter); time.Now().Add(pause).After(end) {
			return fmt.Errorf("%s %s: no outcome after %s: %w", r.method, r.path, patience, err)
		} else if err := sleep(ctx, pause); err != nil {
			return err
		}
	}
}

// next says what to ask after an answer that settled nothing, and why that one did not.
func (c *Client) next(r request, a answer, err error) (request, error) {
	if err == nil && a.status == http.StatusAccepted {
		return c.follow(r, a), errPending
	}
	if err == nil {
		err = a.problem()
	}
	if c.Trouble != nil {
		c.Trouble(err)
	}
	return r, err
}

var errPending = errors.New("taken in, not applied yet")

// follow asks for the outcome of what was taken in. A complainant cannot, and asks the same again,
// which the key makes harmless.
func (c *Client) follow(r request, a answer) request {
	var pending struct {
		Command string `json:"command"`
	}
	if r.method == http.MethodGet || c.Token == "" || json.Unmarshal(a.body, &pending) != nil || pending.Command == "" {
		return r
	}
	number := strings.Split(strings.TrimPrefix(r.path, root), "/")[1]
	return request{method: http.MethodGet, path: outcomePath(CasePath(number), pending.Command)}
}

// once makes one HTTP call.
func (c *Client) once(ctx context.Context, r request) (answer, error) {
	call, err := http.NewRequestWithContext(ctx, r.method, strings.TrimSuffix(c.Server, "/")+r.path, bytes.NewReader(r.body))
	if err != nil {
		return answer{}, err
	}
	for name, value := range map[string]string{
		"Authorization": bearer(c.Token), "Tracking-Secret": c.Secret, "Accept-Language": c.Language, "Idempotency-Key": r.key,
	} {
		if value != "" {
			call.Header.Set(name, value)
		}
	}
	if r.method == http.MethodPost {
		call.Header.Set("Content-Type", cmp.Or(r.kind, "application/json"))
	}
	response, err := cmp.Or(c.HTTP, standard).Do(call)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return answer{}, err
	}
	seconds, _ := strconv.Atoi(response.Header.Get("Retry-After")) // none or a date: our own pace
	return answer{status: response.StatusCode, retryAfter: time.Duration(seconds) * time.Second, body: body}, nil
}

func bearer(token string) string {
	if token == "" {
		return ""
	}
	return "Bearer " + token
}

// temporary says whether the same request may be answered better later.
func temporary(status int) bool {
	switch status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// read keeps an answer: bytes as they are, everything else from JSON.
func read(a answer, into any) error {
	if into == nil || len(a.body) == 0 {
		return nil
	}
	if raw, ok := into.(*[]byte); ok {
		*raw = a.body
		return nil
	}
	return json.Unmarshal(a.body, into)
}

func (a answer) problem() error {
	p := &Problem{}
	if json.Unmarshal(a.body, p) != nil || p.Code == "" {
		p = &Problem{Code: NotAProblem, Detail: http.StatusText(a.status)}
	}
	p.Status = a.status
	return p
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
