package pagerduty

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/httpsend"
)

// A Service announces incidents to one service of PagerDuty. It is an [incident.Announcer].
//
// Make one with [New]; [Service.Validate] returns what the zero Service lacks. Its fields must not
// change while it is in use. A Service is safe for concurrent use by multiple goroutines.
type Service struct {
	// Label is part of the name, and distinguishes the services of one desk. Empty is valid for
	// one.
	Label string

	// IncidentURL returns the address of an incident's page, such as that of a status page. If it
	// is nil, or returns something other than an http or https URL, events have no link.
	IncidentURL func(incident.Incident) string `json:"-"`

	// URL is where events are sent: https only. Empty means
	// https://events.pagerduty.com/v2/enqueue. In the EU region it is
	// https://events.eu.pagerduty.com/v2/enqueue.
	URL string

	// Client sends the requests. Redirects are not followed, whatever its policy; the client itself
	// is not changed. Nil means http.DefaultClient.
	Client *http.Client `json:"-"`

	// Timeout bounds one request. Zero or below means 10 seconds.
	Timeout time.Duration

	key func() string // a function, since fmt prints it as an address
}

const defaultURL = "https://events.pagerduty.com/v2/enqueue"

// New returns an announcer for the service whose Events API v2 integration has this key, of 32
// characters. The key appears in no error and in no printed form of the Service.
func New(routingKey string) *Service { return &Service{key: func() string { return routingKey }} }

// Name names the announcer among those of a desk: "pagerduty", and the label behind a colon if
// there is one.
func (s *Service) Name() string { return strings.TrimSuffix("pagerduty:"+s.Label, ":") }

// String returns the name.
func (s *Service) String() string { return s.Name() }

// Validate returns everything that is wrong with the configuration, joined; nil when nothing is.
func (s *Service) Validate() error {
	var list []error
	switch {
	case s.key == nil || s.key() == "":
		list = append(list, errors.New("pagerduty: the routing key is empty: "+
			"give New the integration key of an Events API v2 integration"))
	case len(s.key()) != 32 || strings.ContainsFunc(s.key(), odd):
		list = append(list, fmt.Errorf("pagerduty: the routing key has %d characters: "+
			"want 32 letters and digits", len(s.key())))
	}
	if s.URL != "" && !strings.HasPrefix(s.URL, "https://") {
		list = append(list, errors.New("pagerduty: URL: it must begin with https://, "+
			"since the routing key is sent there"))
	}
	return errors.Join(list...)
}

// odd reports whether a rune is one that no routing key has.
func odd(r rune) bool {
	return !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
}

// Announce sends the events that the new entries ask for, in order. The receipt holds how far it
// got, also when there is an error.
//
//	202                                 delivered
//	408, 429, 5xx, no answer            [*incident.RetryError], with PagerDuty's delay
//	400, and any other                  wraps [incident.ErrPermanent], with PagerDuty's reason
//	2xx that PagerDuty did not send     [*incident.RetryError]
func (s *Service) Announce(ctx context.Context, a incident.Announcement) (string, error) {
	if err := s.Validate(); err != nil {
		return a.Receipt, errors.Join(err, incident.ErrPermanent)
	}
	at := parseReceipt(a.Receipt)
	for _, step := range steps(a.New, at) {
		if err := s.send(ctx, s.event(a, step.action)); err != nil {
			// A trigger that failed may have been received all the same, and then there is an
			// alert.
			mayBeThere := step.action == trigger && !errors.Is(err, incident.ErrPermanent)
			at.alive = at.alive || mayBeThere
			return at.String(), err
		}
		at = receipt{done: step.upTo, alive: step.action != resolve}
	}
	if n := len(a.New); n > 0 {
		at.done = a.New[n-1].Seq
	}
	return at.String(), nil
}

// send sends one event.
func (s *Service) send(ctx context.Context, e event) error {
	key, target := s.key(), s.URL
	if target == "" {
		target = defaultURL
	}
	sender := httpsend.Sender{
		Name: "pagerduty: " + e.Action, Client: s.Client, Timeout: s.Timeout, Secrets: []string{key},
	}
	e.Key = key
	body, err := e.body()
	if err != nil {
		return sender.Refused("the event cannot be written as JSON")
	}
	got, err := sender.Post(ctx, target, http.Header{"Content-Type": {"application/json"}}, body)
	if err != nil {
		return err
	}

	var r reply
	if got.Status/100 != 2 {
		_ = json.Unmarshal(got.Body, &r) // without a reason, the status has to do
		return sender.Judge(got, r.reason())
	}
	if err := sender.JSON(got, &r); err != nil {
		return err
	}
	if got.Status != http.StatusAccepted || r.Status != "success" {
		return sender.Retry(0, "status %d, and the answer is not that the event was accepted", got.Status)
	}
	return nil
}

// A reply is the answer of the Events API.
type reply struct {
	Status  string   `json:"status"`
	Message string   `json:"message"`
	Errors  []string `json:"errors"`
}

// reason returns why an event was refused: the message, the first of the errors, and how many more
// there are.
func (r reply) reason() string {
	text := r.Message
	if len(r.Errors) > 0 {
		text += ": " + r.Errors[0]
	}
	if more := len(r.Errors) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}
