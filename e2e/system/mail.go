package system

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"

	"github.com/emersion/go-smtp"
)

// Mailbox is a mail server that keeps what it is given.
type Mailbox struct {
	Address string
	server  *smtp.Server
	mu      sync.Mutex
	mails   []Mail
}

// Mail is one message.
type Mail struct{ ID, To, Subject, Body string }

// OpenMailbox starts a mail server on a free port.
func OpenMailbox() (*Mailbox, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &Mailbox{Address: listener.Addr().String()}
	m.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{box: m}, nil }))
	m.server.Domain = "localhost"
	go func() { _ = m.server.Serve(listener) }() // ends when closed
	return m, nil
}

// Close stops the server.
func (m *Mailbox) Close() error { return m.server.Close() }

// To lists what was sent to an address.
func (m *Mailbox) To(address string) []Mail {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(m.mails), func(x Mail) bool { return x.To != address })
}

// delivery is one connection.
type delivery struct {
	box *Mailbox
	to  string
}

func (*delivery) Mail(string, *smtp.MailOptions) error { return nil }

func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = to
	return nil
}

func (d *delivery) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	message, err := mail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject"))
	if err != nil {
		return err
	}
	body := message.Body
	switch strings.ToLower(message.Header.Get("Content-Transfer-Encoding")) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return err
	}
	d.box.mu.Lock()
	defer d.box.mu.Unlock()
	d.box.mails = append(d.box.mails, Mail{ID: message.Header.Get("Message-Id"), To: d.to, Subject: subject, Body: string(text)})
	return nil
}

func (*delivery) Reset()        {}
func (*delivery) Logout() error { return nil }
