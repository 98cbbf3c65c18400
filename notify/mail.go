// Package notify carries notices to people outside the console.
package notify

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// mailTimeout bounds the whole of sending one mail.
const mailTimeout = 10 * time.Second

// portOfTLS speaks TLS from the first byte; on every other port STARTTLS is used when offered.
const portOfTLS = 465

// Mail sends notices as plain text through an SMTP server.
type Mail struct {
	from    string
	domain  string
	host    string
	options []gomail.Option
	timeout time.Duration
}

// NewMail prepares the channel; no server is asked yet.
func NewMail(c Configuration) (*Mail, error) {
	host, port, err := net.SplitHostPort(c.SMTPAddress)
	if err != nil {
		return nil, fmt.Errorf("SMTP_ADDRESS: %w", err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("SMTP_ADDRESS: %w", err)
	}
	from, err := mail.ParseAddress(c.MailFrom)
	if err != nil {
		return nil, fmt.Errorf("MAIL_FROM: %w", err)
	}
	m := &Mail{from: c.MailFrom, host: host, timeout: mailTimeout}
	_, m.domain, _ = strings.Cut(from.Address, "@")
	m.options = []gomail.Option{gomail.WithPort(number), gomail.WithTLSPolicy(gomail.TLSOpportunistic)}
	if number == portOfTLS {
		m.options = append(m.options, gomail.WithSSL())
	}
	if c.SMTPUsername != "" {
		// Discovery sends no password in the clear: without TLS a server has to offer a challenge.
		m.options = append(m.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover),
			gomail.WithUsername(c.SMTPUsername), gomail.WithPassword(c.SMTPPassword))
	}
	_, err = gomail.NewClient(host, m.options...)
	return m, err
}

// Send sends one notice. The same id gives the same Message-ID, so that a mail program shows a notice
// once even when the server took it and we did not hear so.
func (m *Mail) Send(ctx context.Context, id, to, subject, body string) error {
	msg, err := m.message(id, to, subject, body)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	client, err := gomail.NewClient(m.host, append([]gomail.Option{gomail.WithTimeout(m.timeout)}, m.options...)...)
	if err != nil {
		return &Error{code: "mail_settings", cause: err}
	}
	err = client.DialAndSendWithContext(ctx, msg)
	if err == nil || msg.IsDelivered() { // taken, whatever went wrong in saying goodbye
		return nil
	}
	return smtpError(err)
}

func (m *Mail) message(id, to, subject, body string) (*gomail.Msg, error) {
	msg := gomail.NewMsg(gomail.WithCharset(gomail.CharsetUTF8), gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	if err := msg.From(m.from); err != nil {
		return nil, &Error{code: "mail_settings", cause: err}
	}
	if err := msg.To(to); err != nil {
		return nil, &Error{code: "bad_address", permanent: true, cause: err}
	}
	msg.SetMessageIDWithValue(fmt.Sprintf("%.32x@%s", sha256.Sum256([]byte(id)), m.domain))
	msg.SetDate()
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.Subject(strings.Join(strings.Fields(subject), " "))
	msg.SetBodyString(gomail.TypeTextPlain, body)
	return msg, nil
}

// smtpError tells a server that refuses this mail for good from trouble that passes. A login or a sender
// that is refused is a matter of settings, and passes too.
func smtpError(err error) error {
	var refused *gomail.SendError
	if errors.As(err, &refused) && refused.ErrorCode() != 0 {
		n := refused.ErrorCode()
		return &Error{code: fmt.Sprintf("smtp_%d", n), permanent: n >= 500 && refused.Reason != gomail.ErrSMTPMailFrom, cause: err}
	}
	var reply *textproto.Error
	var network net.Error
	switch {
	case errors.As(err, &reply):
		return &Error{code: fmt.Sprintf("smtp_%d", reply.Code), cause: err}
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, context.DeadlineExceeded):
		return &Error{code: "smtp_unreachable", cause: err}
	}
	return &Error{code: "smtp_failed", cause: err}
}

// Error says why a notice could not be delivered. Its text has no personal data; the cause may.
type Error struct {
	code      string
	permanent bool
	cause     error
}

func (e *Error) Error() string { return "mail: " + e.code }
func (e *Error) Unwrap() error { return e.cause }

// Code names the error.
func (e *Error) Code() string { return e.code }

// Permanent says that trying again is pointless.
func (e *Error) Permanent() bool { return e.permanent }
