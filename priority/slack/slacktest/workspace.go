package slacktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Workspace is a Slack workspace with one app in it. Make one with [New]. Its fields must be set
// before it serves the first request. It is safe for concurrent use by multiple goroutines.
type Workspace struct {
	// Token is the app's token.
	Token string

	// Webhook is the path of the app's incoming webhook, which posts to the first channel.
	Webhook string

	// Now is the workspace's clock, by which messages are dated and their rate is limited. Nil:
	// time.Now.
	Now func() time.Time

	// Burst is how many messages a channel accepts at once, with one more each second. Zero: there
	// is no limit.
	Burst int

	// Scopes lists what the app may do besides chat:write: "channels:history", "channels:read". New
	// sets both.
	Scopes []string

	// Fault returns what goes wrong with a call, the n-th counted from 1. Nil: nothing does.
	Fault func(n int, method string) Fault

	mu       sync.Mutex // guards what follows
	calls    int
	posts    int64
	channels []*channel
}

// A Fault is what goes wrong with one call. The zero Fault is nothing.
type Fault struct {
	Code   string      // sent as {"ok":false,"error":Code} with Status, or with 200
	Status int         // sent with Body and Header
	Header http.Header // sent along
	Body   string      // sent instead of JSON
	Break  bool        // the connection breaks off in the middle of the response
	After  bool        // the call is carried out all the same: only its response is faulty
}

func (f Fault) isZero() bool { return f.Code == "" && f.Status == 0 && !f.Break }

// A channel is one of the workspace's.
type channel struct {
	id, name string
	messages []*Message // with replies, oldest first, without deleted ones

	tokens float64 // messages that it accepts at once
	filled time.Time
}

// A Message is one message in its present form.
type Message struct {
	TS        string          // its timestamp, which identifies it in its channel
	ThreadTS  string          // the timestamp of the message whose thread it is in; empty outside threads
	Text      string          // the fallback text, as it was posted
	Blocks    json.RawMessage // as they were posted; nil without blocks
	Metadata  json.RawMessage // as it was posted; nil without metadata
	Broadcast bool            // a reply that is shown in the channel too
	Edits     int             // how often it was edited
	Called    []string        // who was mentioned when it was posted, such as "here"
}

// New returns a workspace with an app of this token, and with channels of these names. The IDs of
// the channels are C0000001, C0000002 and so on.
func New(token string, channels ...string) *Workspace {
	w := &Workspace{
		Token: token, Webhook: "/services/T0000001/B0000001/aVerySecretHook",
		Scopes: []string{"channels:history", "channels:read"},
	}
	for n, name := range channels {
		id := fmt.Sprintf("C%07d", n+1)
		w.channels = append(w.channels, &channel{id: id, name: strings.TrimPrefix(name, "#")})
	}
	return w
}

// Calls returns how many requests were made.
func (w *Workspace) Calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}

// Messages returns copies of a channel's messages, by its name or ID: those in the channel, and
// with a thread's timestamp those below it.
func (w *Workspace) Messages(channel, thread string) (list []Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(channel)
	if c == nil {
		return nil
	}
	for _, m := range c.messages {
		if m.ThreadTS == thread {
			list = append(list, *m)
		}
	}
	return list
}

// Delete deletes a message, as a person could.
func (w *Workspace) Delete(channel, ts string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.find(channel); c != nil {
		kept := c.messages[:0]
		for _, m := range c.messages {
			if m.TS != ts {
				kept = append(kept, m)
			}
		}
		c.messages = kept
	}
}

// find returns a channel by ID or name.
func (w *Workspace) find(channel string) *channel {
	for _, c := range w.channels {
		if c.id == channel || c.name == strings.TrimPrefix(channel, "#") {
			return c
		}
	}
	return nil
}

func (c *channel) message(ts string) *Message {
	for _, m := range c.messages {
		if m.TS == ts {
			return m
		}
	}
	return nil
}

func (w *Workspace) now() time.Time {
	if w.Now == nil {
		return time.Now()
	}
	return w.Now()
}

// accept counts a message against the channel's rate, and reports whether the channel accepts it.
func (w *Workspace) accept(c *channel) bool {
	if w.Burst <= 0 {
		return true
	}
	now := w.now()
	if c.filled.IsZero() {
		c.tokens = float64(w.Burst)
	}
	c.tokens = min(float64(w.Burst), c.tokens+max(0, now.Sub(c.filled).Seconds()))
	c.filled = now
	if c.tokens < 1 {
		return false
	}
	c.tokens--
	return true
}

// stamp returns a timestamp that no other message has.
func (w *Workspace) stamp() string {
	w.posts++
	return strconv.FormatInt(w.now().Unix(), 10) + "." + fmt.Sprintf("%06d", w.posts)
}
