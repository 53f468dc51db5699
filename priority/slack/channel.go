package slack

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/httpsend"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A Channel announces incidents in one Slack channel, with an app's bot token: one message for each incident, which is edited as
// the incident changes, and in its thread the incident's record. It is an [incident.Announcer].
//
// Make one with [New]; the zero Channel says what it lacks. Its fields must not change while it is in use.
// A Channel is safe for concurrent use by multiple goroutines.
type Channel struct {
	Look

	// BaseURL is where the Web API is: https only. Empty: https://slack.com/api/.
	BaseURL string

	// Client sends the requests. Redirects are not followed, whatever its policy; the client itself stays as it is. Nil: http.DefaultClient.
	Client *http.Client `json:"-"`

	// Timeout bounds one request. Zero or below: 10 seconds.
	Timeout time.Duration

	channel string
	token   func() string // a function, for those print as an address wherever they are
}

// New returns an announcer for a channel, by ID ("C0123456789") or by name ("#engineering"). With the ID, less has to be looked up
// when an answer was lost.
//
// The token is the "Bot User OAuth Token" of a Slack app, which begins with "xoxb-". The app needs the scope chat:write, and must be in the channel,
// or have chat:write.public. With channels:history, for private channels groups:history, a message whose answer was lost is found, and
// not posted again; a channel that was given by name is then found with channels:read or groups:read.
// The token appears in no error and in no printed form of the Channel.
func New(token, channel string) *Channel {
	return &Channel{channel: strings.TrimSpace(channel), token: func() string { return token }}
}

// Name names the announcer among those of a desk: "slack:" and the channel.
func (c *Channel) Name() string { return "slack:" + strings.TrimPrefix(c.channel, "#") }

// String returns the name.
func (c *Channel) String() string { return c.Name() }

// odd reports whether a rune is one that no token has, and that could break a header.
func odd(r rune) bool { return r <= ' ' || r > '~' }

// Validate returns everything that is wrong with the configuration, joined; nil where it can be used. What only Slack can know,
// such as whether the token is good, it does not say.
func (c *Channel) Validate() error {
	return errors.Join(append(c.Look.faults(), c.lacks()...)...)
}

// lacks says what makes every delivery impossible.
func (c *Channel) lacks() (list []error) {
	token := ""
	if c.token != nil {
		token = c.token()
	}
	switch {
	case token == "":
		list = append(list, errors.New(`slack: the token is empty: give New the "Bot User OAuth Token" of a Slack app that has the scope chat:write`))
	case strings.ContainsFunc(token, odd):
		list = append(list, errors.New("slack: the token holds a space, or another character that no token has"))
	}
	if c.channel == "" {
		list = append(list, errors.New(`slack: the channel is empty: give New its ID, such as "C0123456789", or its name, such as "#engineering"`))
	}
	if c.BaseURL != "" && !strings.HasPrefix(c.BaseURL, "https://") {
		list = append(list, errors.New("slack: BaseURL: it must begin with https://, for the token goes there"))
	}
	return list
}

// Announce posts the incident's message or edits it, and adds the new entries to its thread. The receipt says where that is and how far it came,
// also beside an error, so that the next delivery goes on there.
//
//	a rate limit, a server's fault, no answer, half an answer   [*incident.RetryError], with the time that Slack asks for
//	a token, a channel or a right that is missing               wraps [incident.ErrRefused], and says what to do
//	the message was deleted, or is another app's                posted anew
//	messages may not be edited any longer                       replies are shown in the channel too
//	the blocks are not accepted                                 posted as text
//
// After a delivery whose answer nobody saw, the channel is read first. Where the app may not read it, or its many messages since hide
// what is looked for, the message is posted again: twice is better than not at all.
func (c *Channel) Announce(ctx context.Context, a incident.Announcement) (string, error) {
	if list := c.lacks(); len(list) > 0 {
		return a.Receipt, errors.Join(append(list, incident.ErrRefused)...)
	}
	if len(a.New) == 0 {
		return a.Receipt, nil
	}
	d := delivery{api: c.api(), writer: c.Look.writer(a), a: a, at: parseReceipt(a.Receipt), channel: c.channel}
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
		send:  httpsend.Sender{Name: "slack", Client: c.Client, Timeout: c.Timeout, MaxBody: maxAnswer, Secrets: []string{token}},
		base:  strings.TrimSuffix(base, "/") + "/",
		token: token,
	}
}

// maxAnswer bounds an answer in bytes: 200 messages with all that may be in them.
const maxAnswer = 8 << 20
