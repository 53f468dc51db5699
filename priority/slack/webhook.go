package slack

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/httpsend"
)

// A Webhook announces incidents through an incoming webhook, which needs no app with a token. A
// webhook returns no timestamp, so nothing can be edited and there is no thread: each change is a
// message of its own, with the headline and what is new. After a lost response it is unknown
// whether the message exists, and it is posted again. Prefer a [Channel]. It is an
// [incident.Announcer].
//
// Make one with [NewWebhook]. The zero Webhook returns errors about what it lacks. Its fields must
// not change while it is in use. A Webhook is safe for concurrent use by multiple goroutines.
type Webhook struct {
	MessageStyle

	// Label distinguishes it from other webhooks of one desk, such as by the channel's name, and is
	// part of its name. Empty is valid for one.
	Label string

	// Client sends the requests. Redirects are not followed, whatever its policy; the client itself
	// is not changed. Nil: http.DefaultClient.
	Client *http.Client `json:"-"`

	// Timeout bounds one request. Zero or below: 10 seconds.
	Timeout time.Duration

	url func() string // a function, because it prints as an address and so never shows the URL
}

// NewWebhook returns an announcer for an incoming webhook, "https://hooks.slack.com/services/…".
// Anybody who knows the URL can post, so it appears in no error and in no printed form of the
// Webhook.
func NewWebhook(url string) *Webhook { return &Webhook{url: func() string { return url }} }

// Name returns the name of the announcer among those of a desk: "slack-webhook", followed by a
// colon and the label if there is one.
func (w *Webhook) Name() string { return strings.TrimSuffix("slack-webhook:"+w.Label, ":") }

// String returns the name.
func (w *Webhook) String() string { return w.Name() }

// Validate returns all faults of the configuration, joined, and nil if it can be used.
func (w *Webhook) Validate() error {
	return errors.Join(append(w.MessageStyle.faults(), w.lacks()...)...)
}

// lacks returns the fault that makes every delivery impossible.
func (w *Webhook) lacks() []error {
	switch {
	case w.url == nil || w.url() == "":
		return []error{errors.New("slack: the webhook's URL is empty: " +
			"give NewWebhook the one that Slack shows under Incoming Webhooks")}
	case !strings.HasPrefix(w.url(), "https://"):
		return []error{errors.New("slack: the webhook's URL must begin with https://")}
	}
	return nil
}

// Announce posts one message with all new entries. Its errors are those of [Channel.Announce], and
// its receipt is empty.
func (w *Webhook) Announce(ctx context.Context, a incident.Announcement) (string, error) {
	if list := w.lacks(); len(list) > 0 {
		return "", errors.Join(append(list, incident.ErrPermanent)...)
	}
	if len(a.New) == 0 {
		return "", nil
	}

	m := w.MessageStyle.writer(a).change(a.New)
	code, err := w.post(ctx, m)
	if means(code) == unshown {
		_, err = w.post(ctx, message{Text: m.Text})
	}
	return "", err
}

// post sends a message, and returns the error code with the error.
func (w *Webhook) post(ctx context.Context, m message) (code string, err error) {
	target := w.url()
	send := httpsend.Sender{
		Name: "slack: the webhook", Client: w.Client, Timeout: w.Timeout, Secrets: httpsend.OfURL(target),
	}
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
		return "", send.Retry(0, "status %d, but the response is not Slack's", got.Status)
	case means(said) == refused && got.Status != http.StatusTooManyRequests:
		return said, send.Refused("status %d, %s", got.Status, said+advice(said))
	}
	return said, send.Judge(got, said)
}
