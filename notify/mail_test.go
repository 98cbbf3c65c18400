package notify

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"math/big"
	"mime"
	"net"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	gomail "github.com/wneessen/go-mail"
)

// office is an SMTP server in this process.
type office struct {
	mu    sync.Mutex
	mails []received
	// refuse answers RCPT and sender MAIL; nil takes everything.
	refuse, sender error
	// hangUp ends the connection once the mail was taken.
	hangUp bool
	// password is asked of user "bihuan" when set.
	password string
}

type received struct {
	from, to, raw string
	authenticated bool
}

func (o *office) NewSession(c *smtp.Conn) (smtp.Session, error) {
	return &session{office: o, conn: c}, nil
}

type session struct {
	office *office
	conn   *smtp.Conn
	mail   received
}

func (s *session) AuthMechanisms() []string {
	if s.office.password == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "bihuan" || password != s.office.password {
			return smtp.ErrAuthFailed
		}
		s.mail.authenticated = true
		return nil
	}), nil
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.mail.from = from
	return s.office.sender
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to = to
	return s.office.refuse
}

func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	s.mail.raw = string(raw)
	s.office.mu.Lock()
	s.office.mails = append(s.office.mails, s.mail)
	s.office.mu.Unlock()
	return nil
}

func (s *session) Reset() {
	if s.office.hangUp && s.mail.raw != "" {
		_ = s.conn.Conn().Close()
	}
}

func (s *session) Logout() error { return nil }

// open starts the office and gives the channel to it.
func open(t *testing.T, o *office, change ...func(*Configuration)) *Mail {
	t.Helper()
	server := smtp.NewServer(o)
	server.Domain = "office.test"
	if o.password != "" {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{certificate(t)}}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return channel(t, listener.Addr().String(), change...)
}

func channel(t *testing.T, address string, change ...func(*Configuration)) *Mail {
	t.Helper()
	c := Configuration{SMTPAddress: address, MailFrom: "御湖花园客服 <desk@example.com>"}
	for _, f := range change {
		f(&c)
	}
	m, err := NewMail(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const body = "李明先生，您好：\n您的投诉已受理。\n查询进度：https://example.com/track/TS-1/abc\n"

// Q2: one mail for a notice, readable in Chinese, with the same Message-ID whenever it is sent.
func TestQ2MailIsReadableAndItsIDStays(t *testing.T) {
	o := &office{}
	m := open(t, o)
	for _, id := range []string{"TS-1/1/0/complainant/mail", "TS-1/1/0/complainant/mail", "TS-1/2/0/complainant/mail"} {
		if err := m.Send(t.Context(), id, "li@example.com", "投诉已受理 TS-1\r\nBcc: x@example.com", body); err != nil {
			t.Fatal(err)
		}
	}
	if len(o.mails) != 3 {
		t.Fatalf("%d mails", len(o.mails))
	}
	var ids []string
	for _, taken := range o.mails {
		msg, err := mail.ReadMessage(strings.NewReader(taken.raw))
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, msg.Header.Get("Message-ID"))
		check(t, taken, msg)
	}
	if ids[0] != ids[1] || ids[0] == ids[2] || !strings.HasSuffix(ids[0], "@example.com>") || strings.Contains(ids[0], "TS-1") {
		t.Errorf("message IDs: %v", ids)
	}
}

func check(t *testing.T, taken received, msg *mail.Message) {
	t.Helper()
	if taken.from != "desk@example.com" || taken.to != "li@example.com" || msg.Header.Get("Bcc") != "" {
		t.Errorf("envelope: %+v, Bcc %q", taken, msg.Header.Get("Bcc"))
	}
	var words mime.WordDecoder
	subject, err := words.DecodeHeader(msg.Header.Get("Subject"))
	if err != nil || subject != "投诉已受理 TS-1 Bcc: x@example.com" {
		t.Errorf("subject %q, %v", subject, err)
	}
	from, err := msg.Header.AddressList("From")
	if err != nil || from[0].Name != "御湖花园客服" {
		t.Errorf("from %v, %v", from, err)
	}
	if kind := msg.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/plain") || !strings.Contains(kind, "UTF-8") {
		t.Errorf("content type %q", kind)
	}
	text, err := io.ReadAll(base64.NewDecoder(base64.StdEncoding, msg.Body))
	if err != nil || strings.ReplaceAll(string(text), "\r\n", "\n") != body {
		t.Errorf("body %q, %v", text, err)
	}
}

// The password goes to a server whose certificate is good, by STARTTLS, and to no other.
func TestMailLogsInByTLS(t *testing.T) {
	o := &office{password: "geheim"}
	login := func(password string, trusted bool) error {
		m := open(t, o, func(c *Configuration) { c.SMTPUsername, c.SMTPPassword = "bihuan", password })
		if trusted {
			roots := x509.NewCertPool()
			roots.AddCert(certificate(t).Leaf)
			m.options = append(m.options, gomail.WithTLSConfig(&tls.Config{RootCAs: roots, ServerName: "127.0.0.1"}))
		}
		return m.Send(t.Context(), "1", "li@example.com", "s", "b")
	}
	if err := login("geheim", true); err != nil || !o.mails[0].authenticated {
		t.Errorf("error %v, mails %+v", err, o.mails)
	}
	for _, test := range []struct {
		password string
		trusted  bool
		code     string
	}{
		{"wrong", true, "smtp_535"}, // for whoever runs this to mend, so not for good
		{"geheim", false, "smtp_failed"},
	} {
		failure := failureOf(t, login(test.password, test.trusted))
		if failure.Code() != test.code || failure.Permanent() {
			t.Errorf("%s, permanent %v, want %s", failure.Code(), failure.Permanent(), test.code)
		}
	}
}

// certificate is the office's own, made once.
func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	made, err := makeCertificate()
	if err != nil {
		t.Fatal(err)
	}
	return made
}

var makeCertificate = sync.OnceValues(func() (tls.Certificate, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, public, private)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(raw)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: private, Leaf: leaf}, err
})

func failureOf(t *testing.T, err error) *Error {
	t.Helper()
	var failure *Error
	if !errors.As(err, &failure) {
		t.Fatalf("got %v", err)
	}
	if strings.Contains(failure.Error(), "@") {
		t.Errorf("the text has an address: %v", failure)
	}
	return failure
}

// Q2: what the server refuses for good is not tried again, what it defers is.
func TestQ2RefusedMail(t *testing.T) {
	refusal := func(code int) error { return &smtp.SMTPError{Code: code, Message: "no li@example.com here"} }
	for name, test := range map[string]struct {
		office    *office
		code      string
		permanent bool
	}{
		"unknown recipient":  {&office{refuse: refusal(550)}, "smtp_550", true},
		"deferred":           {&office{refuse: refusal(450)}, "smtp_450", false},
		"sender not allowed": {&office{sender: refusal(553)}, "smtp_553", false},
	} {
		m := open(t, test.office)
		failure := failureOf(t, m.Send(t.Context(), "1", "li@example.com", "s", "b"))
		if failure.Code() != test.code || failure.Permanent() != test.permanent {
			t.Errorf("%s: %s, permanent %v", name, failure.Code(), failure.Permanent())
		}
	}
	failure := failureOf(t, channel(t, "127.0.0.1:1").Send(t.Context(), "1", "not an address", "s", "b"))
	if failure.Code() != "bad_address" || !failure.Permanent() {
		t.Errorf("%s, permanent %v", failure.Code(), failure.Permanent())
	}
}

// Q2: a mail that was taken is sent, however the conversation ended.
func TestQ2TakenIsSent(t *testing.T) {
	o := &office{hangUp: true}
	if err := open(t, o).Send(t.Context(), "1", "li@example.com", "s", "b"); err != nil || len(o.mails) != 1 {
		t.Errorf("error %v, %d mails", err, len(o.mails))
	}
}

// Q2: a dead server is an error within the timeout, whether it refuses or says nothing.
func TestQ2DeadServer(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	refusing, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusing.Close()
	for _, address := range []string{silent.Addr().String(), refusing.Addr().String()} {
		m := channel(t, address)
		m.timeout = 300 * time.Millisecond
		began := time.Now()
		failure := failureOf(t, m.Send(context.Background(), "1", "li@example.com", "s", "b"))
		if failure.Code() != "smtp_unreachable" || failure.Permanent() || time.Since(began) > 5*time.Second {
			t.Errorf("%s after %v", failure.Code(), time.Since(began))
		}
	}
}

func TestMailSettingsAreChecked(t *testing.T) {
	for _, c := range []Configuration{
		{SMTPAddress: "localhost", MailFrom: "a@example.com"},
		{SMTPAddress: "localhost:smtp", MailFrom: "a@example.com"},
		{SMTPAddress: "localhost:25", MailFrom: ""},
	} {
		if _, err := NewMail(c); err == nil {
			t.Errorf("taken: %+v", c)
		}
	}
}
