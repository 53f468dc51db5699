package webhook

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/httpsend"
)

// An Endpoint announces incidents to one HTTPS endpoint. It is an [incident.Announcer].
//
// Make one with [New]; [Endpoint.Validate] returns what the zero Endpoint lacks. Its fields must
// not change while it is in use. An Endpoint is safe for concurrent use by multiple goroutines.
type Endpoint struct {
	// Label is part of the name, and distinguishes the endpoints of one desk. Empty is valid for
	// one.
	Label string

	// Source is the source of the events, a URI reference that names the sender, such as
	// "/data-infra/alwaysp1". Empty means "alwaysp1". Source and ID together identify an event.
	Source string

	// Clock dates the signatures. Nil means the machine's.
	Clock interface{ Now() time.Time } `json:"-"`

	// Client sends the requests. Redirects are not followed, whatever its policy; the client itself
	// is not changed. Nil means http.DefaultClient.
	Client *http.Client `json:"-"`

	// Timeout bounds one request. Zero or below means 10 seconds.
	Timeout time.Duration

	url     func() string   // functions, since fmt prints them as addresses
	secrets func() []string // each signs
}

// New returns an announcer for an https URL, whose requests are signed with each of the secrets.
// One is enough: 24 random bytes or more, preferably as "whsec_" and their Base64. Neither the URL
// nor a secret appears in an error or in a printed form of the Endpoint.
func New(url string, secrets ...string) *Endpoint {
	kept := append([]string(nil), secrets...)
	return &Endpoint{url: func() string { return url }, secrets: func() []string { return kept }}
}

// Name names the announcer among those of a desk: "webhook", and the label behind a colon if there
// is one.
func (e *Endpoint) Name() string { return strings.TrimSuffix("webhook:"+e.Label, ":") }

// String returns the name.
func (e *Endpoint) String() string { return e.Name() }

// Validate returns everything that is wrong with the configuration, joined; nil when nothing is.
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

// keys returns the bytes to sign with, for each secret.
func (e *Endpoint) keys() (keys [][]byte, err error) {
	if e.secrets == nil || len(e.secrets()) == 0 {
		return nil, errors.New("webhook: there is no secret: " +
			"give New one of 24 random bytes or more, so that receivers can tell who sent an event")
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

// Announce sends one event for each new entry, in order. The receipt holds how far it got, also
// when there is an error, so that the next delivery goes on there.
//
//	2xx                                           delivered
//	408, 425, 429, 5xx, no or half an answer      [*incident.RetryError], with its delay
//	any other, redirects included                 wraps [incident.ErrPermanent]
func (e *Endpoint) Announce(ctx context.Context, a incident.Announcement) (string, error) {
	if err := e.Validate(); err != nil {
		return a.Receipt, errors.Join(err, incident.ErrPermanent)
	}
	done, _ := strconv.Atoi(a.Receipt) // a text that is no number counts as 0
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
	sender := httpsend.Sender{
		Name: "webhook", Client: e.Client, Timeout: e.Timeout,
		Secrets: append(httpsend.OfURL(target), e.secrets()...),
	}
	body, err := event.body()
	if err != nil {
		return sender.Refused("the event cannot be written as JSON")
	}
	keys, err := e.keys()
	if err != nil {
		return err
	}
	header := sign(keys, event.ID, e.now(), body)
	header.Set("Content-Type", "application/cloudevents+json; charset=utf-8")
	got, err := sender.Post(ctx, target, header, body)
	if err != nil {
		return err
	}
	return sender.Judge(got, "")
}

// now returns the time by which requests are signed.
func (e *Endpoint) now() time.Time {
	if e.Clock == nil {
		return time.Now()
	}
	return e.Clock.Now()
}
