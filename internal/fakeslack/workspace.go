package fakeslack

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Workspace is a Slack workspace with one app in it. Make one with [New]; its fields must be set before it is served.
// It is safe for concurrent use.
type Workspace struct {
	// Token is the app's token, and Webhook the path of its incoming webhook, which posts to the first channel.
	Token, Webhook string

	// Now is the workspace's clock, by which messages are dated and their rate is limited. Nil: time.Now.
	Now func() time.Time

	// Burst is how many messages a channel takes at once, with one more each second. Zero: there is no limit.
	Burst int

	// Scopes lists what the app may do besides chat:write; "channels:history" and "channels:read" are known.
	Scopes []string

	// Fault says what goes wrong with a call, the n-th counted from 1. Nil: nothing does.
	Fault func(n int, method string) Fault

	mu       sync.Mutex // guards what follows
	calls    int
	posts    int64
	channels []*Channel
}

// A Fault is what goes wrong with one call. The zero Fault is nothing.
type Fault struct {
	Code   string      // answered as {"ok":false,"error":Code} with Status, or with 200
	Status int         // answered with Body, and with Header
	Header http.Header // sent along
	Body   string      // instead of JSON
	Break  bool        // the connection breaks off, in the middle of the answer
	After  bool        // the call is carried out all the same: only its answer is not what it should be
}

func (f Fault) isZero() bool { return f.Code == "" && f.Status == 0 && !f.Break }

// A Channel is one of the workspace's. What it holds must not be changed.
type Channel struct {
	ID, Name string
	Messages []*Message // top-level ones and replies, oldest first; deleted ones are not there

	tokens float64 // messages that it takes at once
	filled time.Time
}

// A Message is one message, as it stands.
type Message struct {
	TS, ThreadTS string
	Text         string
	Blocks       json.RawMessage
	Metadata     json.RawMessage
	Broadcast    bool     // a reply that is shown in the channel too
	Edits        int      // how often it was edited
	Called       []string // whom it called when it was posted, such as "here"
}

// New returns a workspace with channels of these names. Their IDs are C0000001, C0000002 and on.
func New(token string, channels ...string) *Workspace {
	w := &Workspace{Token: token, Webhook: "/services/T0000001/B0000001/aVerySecretHook", Scopes: []string{"channels:history", "channels:read"}}
	for n, name := range channels {
		w.channels = append(w.channels, &Channel{ID: fmt.Sprintf("C%07d", n+1), Name: strings.TrimPrefix(name, "#")})
	}
	return w
}

// Calls returns how many calls were made.
func (w *Workspace) Calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls
}

// Messages returns copies of a channel's messages, by its name or ID: those in the channel, and with a thread's timestamp those below it.
func (w *Workspace) Messages(channel, thread string) (list []Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(channel)
	if c == nil {
		return nil
	}
	for _, m := range c.Messages {
		if m.ThreadTS == thread {
			list = append(list, *m)
		}
	}
	return list
}

// Delete takes a message away, as a person could.
func (w *Workspace) Delete(channel, ts string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if c := w.find(channel); c != nil {
		kept := c.Messages[:0]
		for _, m := range c.Messages {
			if m.TS != ts {
				kept = append(kept, m)
			}
		}
		c.Messages = kept
	}
}

// find returns a channel by ID or name.
func (w *Workspace) find(channel string) *Channel {
	for _, c := range w.channels {
		if c.ID == channel || c.Name == strings.TrimPrefix(channel, "#") {
			return c
		}
	}
	return nil
}

func (c *Channel) message(ts string) *Message {
	for _, m := range c.Messages {
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

// take counts a message against the channel's rate, and reports whether it takes it.
func (w *Workspace) take(c *Channel) bool {
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

// stamp makes a timestamp that no message has.
func (w *Workspace) stamp() string {
	w.posts++
	return strconv.FormatInt(w.now().Unix(), 10) + "." + fmt.Sprintf("%06d", w.posts)
}
