package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/httpsend"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A Clock tells the time. A *clock.Mock of benbjohnson/clock is one.
type Clock interface{ Now() time.Time }

// An Endpoint announces incidents to one HTTPS endpoint. It is an [incident.Announcer].
//
// Make one with [New]; the zero Endpoint says what it lacks. Its fields must not change while it is in use.
// An Endpoint is safe for concurrent use by multiple goroutines.
type Endpoint struct {
	// Label tells it from other endpoints of one desk, and is part of its name. Empty is fine for one.
	Label string

	// Source is the events' source, a URI reference that names the sender, such as "/data-infra/alwaysp1". Empty: "alwaysp1".
	// Receivers tell events apart by source and ID together.
	Source string

	// Clock dates the signatures. Nil: the machine's.
	Clock Clock `json:"-"`

	// Client sends the requests. Redirects are not followed, whatever its policy; the client itself stays as it is. Nil: http.DefaultClient.
	Client *http.Client `json:"-"`

	// Timeout bounds one request. Zero or below: 10 seconds.
	Timeout time.Duration

	url     func() string   // functions, for those print as addresses wherever they are
	secrets func() []string // each signs
}

// New returns an announcer for an https URL, whose requests are signed with each of the secrets. One is enough: 24 random bytes or more,
// best as "whsec_" and their Base64. Neither the URL nor a secret appears in an error or in a printed form of the Endpoint.
func New(url string, secrets ...string) *Endpoint {
	kept := append([]string(nil), secrets...)
	return &Endpoint{url: func() string { return url }, secrets: func() []string { return kept }}
}

// Name names the announcer among those of a desk: "webhook", and the label behind a colon if there is one.
func (e *Endpoint) Name() string { return strings.TrimSuffix("webhook:"+e.Label, ":") }

// String returns the name.
func (e *Endpoint) String() string { return e.Name() }

// Validate returns everything that is wrong with the configuration, joined; nil where it can be used.
func (e *Endpoint) Validate() error {
	_, err := e.keys()
	switch {
	case e.url == nil || e.url() == "":
		return errors.Join(errors.New("webhook: the URL is empty: give New the one to send to"), err)
	case !strings.HasPrefix(e.url(), "https://"):
		return errors.Join(errors.New("webhook: the URL must begin with https://"), err)
	}
	return err
}

// keys are the bytes to sign with.
func (e *Endpoint) keys() (keys [][]byte, err error) {
	if e.secrets == nil || len(e.secrets()) == 0 {
		return nil, errors.New("webhook: there is no secret: give New one of 24 random bytes or more, or receivers cannot tell who sent an event")
	}
	var faults []error
	for n, secret := range e.secrets() {
		key, err := keyOf(secret)
		if err != nil {
			faults = append(faults, fmt.Errorf("webhook: secrets[%d]: %w", n, err))
		}
		keys = append(keys, key)
	}
	return keys, errors.Join(faults...)
}

// Announce sends one event for each new entry, in order. The receipt says how far it came, also beside an error,
// so that the next delivery goes on there.
//
//	2xx                                       delivered
//	408, 425, 429, 5xx, no or half an answer  [*incident.RetryError], with the time that Retry-After asks for
//	any other, redirects included             wraps [incident.ErrRefused]
func (e *Endpoint) Announce(ctx context.Context, a incident.Announcement) (string, error) {
	if err := e.Validate(); err != nil {
		return a.Receipt, errors.Join(err, incident.ErrRefused)
	}
	done, _ := strconv.Atoi(a.Receipt) // what is no number is none
	for _, entry := range a.New {
		if entry.Seq <= done {
			continue
		}
		if err := e.send(ctx, e.event(a, entry)); err != nil {
			return strconv.Itoa(done), err
		}
		done = entry.Seq
	}
	return strconv.Itoa(done), nil
}

// send sends one event, signed.
func (e *Endpoint) send(ctx context.Context, event Event) error {
	target := e.url()
	send := httpsend.Sender{
		Name: "webhook", Client: e.Client, Timeout: e.Timeout, Secrets: append(httpsend.OfURL(target), e.secrets()...),
	}
	body, err := event.body()
	if err != nil {
		return send.Refused("the event cannot be written as JSON")
	}
	keys, err := e.keys()
	if err != nil {
		return err
	}
	header := sign(keys, event.ID, e.now(), body)
	header.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
	got, err := send.Post(ctx, target, header, body)
	if err != nil {
		return err
	}
	return send.Judge(got, "")
}

func (e *Endpoint) now() time.Time {
	if e.Clock == nil {
		return time.Now()
	}
	return e.Clock.Now()
}
