// Package codec decrypts payloads for the Temporal Web UI and command line, for who may read them: a codec server.
// ISO 10002's confidentiality, N2
package codec

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"slices"

	"bihuan/procedure/people"
	"bihuan/temporal/encryption"
)

// Path is where payloads of a namespace are decrypted; nothing is ever encrypted for anybody.
const Path = "/codec/{namespace}/decode"

// ReadingLog remembers who read which cases. Where it cannot, nothing is read.
type ReadingLog interface {
	Read(ctx context.Context, actor people.Actor, numbers []string) error
}

// ErrNotNow is for Options.Who: nobody can be known at the moment.
var ErrNotNow = errors.New("nobody can be known at the moment")

// Options is what the endpoint is made of.
type Options struct {
	Codec     *encryption.Codec
	Namespace string
	// Origin is the Temporal Web UI's, the only page that may ask; empty means none.
	Origin string
	// Who gives the person that asks.
	Who func(*http.Request) (people.Actor, error)
	// Community says where a case is; an error means that nobody knows.
	Community func(ctx context.Context, number string) (string, error)
	// Readings may be nil.
	Readings ReadingLog
	// BodyLimit is the largest request in bytes.
	BodyLimit int64
	Log       *slog.Logger
}

// View is what the table of views calls it: it says who may read a case as Temporal keeps it. N1
const View = "open-payloads"

// New makes the handler of Path.
func New(o Options) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST "+Path, o.crossOrigin(http.HandlerFunc(o.decode)))
	mux.Handle("OPTIONS "+Path, o.crossOrigin(http.HandlerFunc(preflight)))
	return mux
}

// crossOrigin lets no page ask but the Web UI's. Programs that are no browser name no origin.
func (o Options) crossOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Origin")
		switch origin := r.Header.Get("Origin"); {
		case origin == "":
		case origin != o.Origin:
			refuse(w, http.StatusForbidden, "this page may not read cases (BIHUAN_TEMPORAL_UI_ORIGIN)")
			return
		default:
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Allow-Credentials", "true")
		}
		next.ServeHTTP(w, r)
	})
}

func preflight(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Access-Control-Allow-Methods", http.MethodPost)
	w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace, Caller-Type, X-CSRF-Token")
	w.Header().Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}

// refuse answers with a sentence that the Web UI shows.
func refuse(w http.ResponseWriter, status int, why string) {
	if status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", "Bearer")
	}
	http.Error(w, why, status)
}

// decode decrypts what the caller may read and leaves the rest as it is.
func (o Options) decode(w http.ResponseWriter, r *http.Request) {
	actor, ok := o.admit(w, r)
	if !ok {
		return
	}
	asked, ok := o.body(w, r)
	if !ok {
		return
	}
	answer, cases, err := o.Codec.DecryptJSON(asked, o.reader(r.Context(), actor))
	if err != nil {
		refuse(w, http.StatusBadRequest, "not payloads as Temporal writes them")
		return
	}
	if o.Readings != nil && len(cases) > 0 {
		if err := o.Readings.Read(r.Context(), actor, labels(cases)); err != nil {
			o.Log.Warn("reading not remembered, so nothing was read", "cause", err)
			refuse(w, http.StatusServiceUnavailable, "the reading could not be remembered")
			return
		}
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(answer) // a caller that has gone hears nothing
}

// admit says who asks, when they may ask at all.
func (o Options) admit(w http.ResponseWriter, r *http.Request) (people.Actor, bool) {
	actor, err := o.Who(r)
	switch {
	case errors.Is(err, ErrNotNow):
		refuse(w, http.StatusServiceUnavailable, "nobody can sign in at the moment")
	case err != nil:
		refuse(w, http.StatusUnauthorized, "sign in, or send a valid token")
	case !named(r, o.Namespace):
		refuse(w, http.StatusNotFound, "no such namespace")
	default:
		if _, may := people.Permits(View, actor); may {
			return actor, true
		}
		refuse(w, http.StatusForbidden, "your role does not read cases in Temporal")
	}
	return people.Actor{}, false
}

// named says whether a request is about a namespace, by its path and by its header where there is one.
func named(r *http.Request, namespace string) bool {
	header := r.Header.Get("X-Namespace")
	return r.PathValue("namespace") == namespace && (header == "" || header == namespace)
}

func (o Options) body(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		refuse(w, http.StatusUnsupportedMediaType, "send application/json")
		return nil, false
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, o.BodyLimit))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		refuse(w, http.StatusRequestEntityTooLarge, "too much at once")
		return nil, false
	}
	if err != nil {
		refuse(w, http.StatusBadRequest, "the request broke off")
		return nil, false
	}
	return body, true
}

func (o Options) reader(ctx context.Context, actor people.Actor) encryption.Reader {
	return encryption.Reader{
		May: func(number string) bool { return o.sees(ctx, actor, number) },
		Failed: func(number string, err error) {
			o.Log.Warn("a payload cannot be decrypted", "number", number, "cause", err)
		},
	}
}

// labels names cases for the log of readings.
func labels(cases []string) []string {
	named := slices.Clone(cases)
	if i := slices.Index(named, ""); i >= 0 {
		named[i] = "an unknown case"
	}
	return named
}

// sees says whether a case is in the actor's communities. Of a case that nobody knows, who sees all may read.
func (o Options) sees(ctx context.Context, actor people.Actor, number string) bool {
	if actor.In(people.AllCommunities) {
		return true
	}
	if number == "" {
		return false
	}
	community, err := o.Community(ctx, number)
	return err == nil && community != "" && actor.In(community)
}
