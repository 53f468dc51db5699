package pagerduty

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/httpsend"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A Service announces incidents to one service of PagerDuty. It is an [incident.Announcer].
//
// Make one with [New]; the zero Service says what it lacks. Its fields must not change while it is in use.
// A Service is safe for concurrent use by multiple goroutines.
type Service struct {
	// Label tells it from other services of one desk, and is part of its name. Empty is fine for one.
	Label string

	// Page returns the address of an incident's page, such as that of a status page. Nil, or an answer that is no http or https URL: no link.
	Page func(incident.Incident) string `json:"-"`

	// URL is where events go: https only. Empty: https://events.pagerduty.com/v2/enqueue. In the EU region: https://events.eu.pagerduty.com/v2/enqueue.
	URL string

	// Client sends the requests. Redirects are not followed, whatever its policy; the client itself stays as it is. Nil: http.DefaultClient.
	Client *http.Client `json:"-"`

	// Timeout bounds one request. Zero or below: 10 seconds.
	Timeout time.Duration

	key func() string // a function, for those print as an address wherever they are
}

const defaultURL = "https://events.pagerduty.com/v2/enqueue"

// New returns an announcer for the service whose Events API v2 integration has this key, of 32 characters.
// The key appears in no error and in no printed form of the Service.
func New(routingKey string) *Service { return &Service{key: func() string { return routingKey }} }

// Name names the announcer among those of a desk: "pagerduty", and the label behind a colon if there is one.
func (s *Service) Name() string { return strings.TrimSuffix("pagerduty:"+s.Label, ":") }

// String returns the name.
func (s *Service) String() string { return s.Name() }

// Validate returns everything that is wrong with the configuration, joined; nil where it can be used.
func (s *Service) Validate() error {
	var list []error
	switch {
	case s.key == nil || s.key() == "":
		list = append(list, errors.New("pagerduty: the routing key is empty: give New the integration key of an Events API v2 integration"))
	case len(s.key()) != 32 || strings.ContainsFunc(s.key(), odd):
		list = append(list, fmt.Errorf("pagerduty: the routing key has %d characters: want 32 letters and digits", len(s.key())))
	}
	if s.URL != "" && !strings.HasPrefix(s.URL, "https://") {
		list = append(list, errors.New("pagerduty: URL: it must begin with https://, for the routing key goes there"))
	}
	return errors.Join(list...)
}

// odd reports whether a rune is one that no routing key has.
func odd(r rune) bool {
	return !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
}

// Announce sends the events that the new entries ask for, in order. The receipt says how far it came, also beside an error.
//
//	202                                 delivered
//	408, 429, 5xx, no answer            [*incident.RetryError], with the time that PagerDuty asks for
//	400, and any other                  wraps [incident.ErrRefused], with PagerDuty's reason
//	2xx that PagerDuty did not answer   [*incident.RetryError]
func (s *Service) Announce(ctx context.Context, a incident.Announcement) (string, error) {
	if err := s.Validate(); err != nil {
		return a.Receipt, errors.Join(err, incident.ErrRefused)
	}
	at := parseReceipt(a.Receipt)
	for _, step := range steps(a.New, at) {
		if err := s.send(ctx, s.event(a, step.action)); err != nil {
			at.alive = at.alive || step.action == trigger && !errors.Is(err, incident.ErrRefused) // it may have come in
			return at.String(), err
		}
		at = receipt{done: step.upTo, alive: step.action != resolve}
	}
	if n := len(a.New); n > 0 {
		at.done = a.New[n-1].Seq
	}
	return at.String(), nil
}

// A receipt says how far PagerDuty was told, and whether it may have an alert that is not resolved: "7 open", "8".
type receipt struct {
	done  int
	alive bool
}

// parseReceipt reads a receipt's text; what is none counts as the first.
func parseReceipt(text string) receipt {
	number, alive := strings.CutSuffix(text, " open")
	done, err := strconv.Atoi(number)
	if err != nil {
		return receipt{}
	}
	return receipt{done, alive}
}

func (r receipt) String() string {
	if r.alive {
		return strconv.Itoa(r.done) + " open"
	}
	return strconv.Itoa(r.done)
}

// A step is one event to send, and the entry up to which it tells.
type step struct {
	action string
	upTo   int
}

// steps lists the events that the entries beyond a receipt ask for, without those that a later one makes pointless:
// an acknowledgement before another, or before the end; a repeat; and all of an alert that would be over before anybody was called.
func steps(entries []incident.Entry, at receipt) (list []step) {
	began := -1 // the trigger among these that begins an alert
	for _, e := range entries {
		action := wants(e.Kind)
		if action == "" || e.Seq <= at.done || !at.alive && action != trigger {
			continue
		}
		n := len(list) - 1
		switch {
		case action == resolve && began >= 0:
			list, at.alive, began = list[:began], false, -1
			continue
		case n >= 0 && list[n].action == action:
			list[n].upTo = e.Seq
			continue
		case n >= 0 && list[n].action == acknowledge && action == resolve:
			list = list[:n]
		case action == trigger && !at.alive:
			began = len(list)
		}
		list, at.alive = append(list, step{action, e.Seq}), action != resolve
	}
	return list
}

const (
	trigger     = "trigger"
	acknowledge = "acknowledge"
	resolve     = "resolve"
)

func wants(k incident.Kind) string {
	switch k {
	case incident.Opened, incident.Recurred, incident.Reopened, incident.Raised:
		return trigger
	case incident.Owned:
		return acknowledge
	case incident.Resolved, incident.Forced, incident.Merged:
		return resolve
	}
	return ""
}

// send sends one event.
func (s *Service) send(ctx context.Context, e event) error {
	key, target := s.key(), s.URL
	if target == "" {
		target = defaultURL
	}
	send := httpsend.Sender{Name: "pagerduty: " + e.Action, Client: s.Client, Timeout: s.Timeout, Secrets: []string{key}}
	e.Key = key
	body, err := e.body()
	if err != nil {
		return send.Refused("the event cannot be written as JSON")
	}
	got, err := send.Post(ctx, target, http.Header{"Content-Type": {"application/json"}}, body)
	if err != nil {
		return err
	}
	var said said
	if got.Status/100 != 2 {
		_ = json.Unmarshal(got.Body, &said) // without a reason, the status has to do
		return send.Judge(got, said.reason())
	}
	if err := send.JSON(got, &said); err != nil {
		return err
	}
	if got.Status != http.StatusAccepted || said.Status != "success" {
		return send.Retry(0, "status %d, and the answer is not that the event was accepted", got.Status)
	}
	return nil
}

// A said is what the Events API answers.
type said struct {
	Status  string   `json:"status"`
	Message string   `json:"message"`
	Errors  []string `json:"errors"`
}

// reason is why an event was refused: the message, the first of the errors, and how many more there are.
func (s said) reason() string {
	text := s.Message
	if len(s.Errors) > 0 {
		text += ": " + s.Errors[0]
	}
	if more := len(s.Errors) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}
