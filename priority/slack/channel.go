package slack

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/internal/httpsend"
)

// A Channel announces incidents in one Slack channel, with an app's bot token: one message for each
// incident, which is edited as the incident changes, with the incident's record in its thread. It
// is an [incident.Announcer].
//
// Make one with [New]. The zero Channel returns errors about what it lacks. Its fields must not
// change while it is in use. A Channel is safe for concurrent use by multiple goroutines.
type Channel struct {
	MessageStyle

	// BaseURL is the address of the Web API: https only. Empty: https://slack.com/api/.
	BaseURL string

	// Client sends the requests. Redirects are not followed, whatever its policy; the client itself
	// is not changed. Nil: http.DefaultClient.
	Client *http.Client `json:"-"`

	// Timeout bounds one request. Zero or below: 10 seconds.
	Timeout time.Duration

	channel string
	token   func() string // a function, because it prints as an address and so never shows the token
}

// New returns an announcer for a channel, by ID ("C0123456789") or by name ("#engineering"). With
// the ID, less has to be looked up after a response was lost.
//
// The token is the "Bot User OAuth Token" of a Slack app, which begins with "xoxb-". The app needs
// the scope chat:write, and must be in the channel or have chat:write.public. With
// channels:history, or groups:history for private channels, a message whose response was lost is
// found and not posted again. A channel that was given by name is then found with channels:read or
// groups:read.
//
// The token appears in no error and in no printed form of the Channel.
func New(token, channel string) *Channel {
	return &Channel{channel: strings.TrimSpace(channel), token: func() string { return token }}
}

// Name returns the name of the announcer among those of a desk: "slack:" and the channel.
func (c *Channel) Name() string { return "slack:" + strings.TrimPrefix(c.channel, "#") }

// String returns the name.
func (c *Channel) String() string { return c.Name() }

// odd reports whether a rune is in no token, and could break a header.
func odd(r rune) bool { return r <= ' ' || r > '~' }

// Validate returns all faults of the configuration, joined, and nil if it can be used. It does not
// call Slack, so it does not find that a token is revoked, for instance.
func (c *Channel) Validate() error {
	return errors.Join(append(c.MessageStyle.faults(), c.lacks()...)...)
}

// lacks returns the faults that make every delivery impossible.
func (c *Channel) lacks() (list []error) {
	token := ""
	if c.token != nil {
		token = c.token()
	}
	switch {
	case token == "":
		list = append(list, errors.New("slack: the token is empty: "+
			`give New the "Bot User OAuth Token" of a Slack app that has the scope chat:write`))
	case strings.ContainsFunc(token, odd):
		list = append(list, errors.New("slack: the token holds a space or another character that no token has"))
	}
	if c.channel == "" {
		list = append(list, errors.New("slack: the channel is empty: "+
			`give New its ID, such as "C0123456789", or its name, such as "#engineering"`))
	}
	if c.BaseURL != "" && !strings.HasPrefix(c.BaseURL, "https://") {
		list = append(list, errors.New("slack: BaseURL: it must begin with https://: the token is sent there"))
	}
	return list
}

// Announce posts the incident's message or edits it, and adds the new entries to its thread. The
// receipt holds where the message is and how far it came, also if there is an error, so that the
// next delivery continues there.
//
//	a rate limit, a server error, no or half a response   [*incident.RetryError], with Slack's delay
//	a token, a channel or a scope that is missing         wraps [incident.ErrPermanent], with what to do
//	the message was deleted, or is another app's          it is posted again
//	messages may no longer be edited                      replies are shown in the channel too
//	the blocks are not accepted                           it is posted as text
//
// After a delivery whose response was lost, the channel is read first. If the app may not read it,
// or too many messages were posted since, the message is posted again: twice is better than not at
// all.
func (c *Channel) Announce(ctx context.Context, a incident.Announcement) (string, error) {
	if list := c.lacks(); len(list) > 0 {
		return a.Receipt, errors.Join(append(list, incident.ErrPermanent)...)
	}
	if len(a.New) == 0 {
		return a.Receipt, nil
	}
	d := delivery{
		api: c.api(), writer: c.MessageStyle.writer(a), a: a, at: parseReceipt(a.Receipt), channel: c.channel,
	}
	d.at.doubt = d.at.doubt || a.Attempt > 1
	err := d.run(ctx)
	return d.at.String(), err
}

func (c *Channel) api() api {
	base := c.BaseURL
	if base == "" {
		base = defaultBase
	}
	token := c.token()
	return api{
		send: httpsend.Sender{
			Name: "slack", Client: c.Client, Timeout: c.Timeout, MaxBody: maxAnswer, Secrets: []string{token},
		},
		base:  strings.TrimSuffix(base, "/") + "/",
		token: token,
	}
}

// maxAnswer bounds a response in bytes: 200 messages, each at its limits.
const maxAnswer = 8 << 20
