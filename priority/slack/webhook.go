package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/httpsend"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A Webhook announces incidents through an incoming webhook, for those who have no app with a token. A webhook answers no timestamp,
// so nothing can be edited and there is no thread: each change is a message of its own, with the headline and what is new.
// When an answer is lost, nobody can tell whether the message is there, and it is posted again. Use a [Channel] where you can.
// It is an [incident.Announcer].
//
// Make one with [NewWebhook]; the zero Webhook says what it lacks. Its fields must not change while it is in use.
// A Webhook is safe for concurrent use by multiple goroutines.
type Webhook struct {
	Look

	// Label tells it from other webhooks of one desk, such as by the channel's name, and is part of its name. Empty is fine for one.
	Label string

	// Client sends the requests. Redirects are not followed, whatever its policy; the client itself stays as it is. Nil: http.DefaultClient.
	Client *http.Client `json:"-"`

	// Timeout bounds one request. Zero or below: 10 seconds.
	Timeout time.Duration

	url func() string // a function, for those print as an address wherever they are
}

// NewWebhook returns an announcer for an incoming webhook, "https://hooks.slack.com/services/…". Whoever knows the URL can post:
// it appears in no error and in no printed form of the Webhook.
func NewWebhook(url string) *Webhook { return &Webhook{url: func() string { return url }} }

// Name names the announcer among those of a desk: "slack-webhook", and the label behind a colon if there is one.
func (w *Webhook) Name() string { return strings.TrimSuffix("slack-webhook:"+w.Label, ":") }

// String returns the name.
func (w *Webhook) String() string { return w.Name() }

// Validate returns everything that is wrong with the configuration, joined; nil where it can be used.
func (w *Webhook) Validate() error {
	return errors.Join(append(w.Look.faults(), w.lacks()...)...)
}

func (w *Webhook) lacks() []error {
	switch {
	case w.url == nil || w.url() == "":
		return []error{errors.New("slack: the webhook's URL is empty: give NewWebhook the one that Slack shows under Incoming Webhooks")}
	case !strings.HasPrefix(w.url(), "https://"):
		return []error{errors.New("slack: the webhook's URL must begin with https://")}
	}
	return nil
}

// Announce posts one message with all that is new. Its errors are those of [Channel.Announce], and its receipt is empty.
func (w *Webhook) Announce(ctx context.Context, a incident.Announcement) (string, error) {
	if list := w.lacks(); len(list) > 0 {
		return "", errors.Join(append(list, incident.ErrRefused)...)
	}
	if len(a.New) == 0 {
		return "", nil
	}
	m := w.Look.writer(a).change(a.New)
	code, err := w.post(ctx, m)
	if means(code) == unshown {
		_, err = w.post(ctx, message{Text: m.Text})
	}
	return "", err
}

// post sends a message, and returns the error code with the error.
func (w *Webhook) post(ctx context.Context, m message) (code string, err error) {
	target := w.url()
	send := httpsend.Sender{Name: "slack: the webhook", Client: w.Client, Timeout: w.Timeout, Secrets: httpsend.OfURL(target)}
	body, err := json.Marshal(m)
	if err != nil {
		return "", send.Refused("the message cannot be written as JSON")
	}
	got, err := send.Post(ctx, target, http.Header{"Content-Type": {"application/json; charset=utf-8"}}, body)
	if err != nil {
		return "", err
	}
	said := strings.TrimSpace(string(got.Body))
	switch {
	case got.Status == http.StatusOK && said == "ok":
		return "", nil
	case !codeForm.MatchString(said):
		said = ""
	}
	switch {
	case got.Status/100 == 2:
		return "", send.Retry(0, "status %d, and the answer is not ok: something between answered", got.Status)
	case means(said) == refused && got.Status != http.StatusTooManyRequests:
		return said, send.Refused("status %d, %s", got.Status, said+advice(said))
	}
	return said, send.Judge(got, said)
}
