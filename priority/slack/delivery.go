package slack

import (
	"context"
	"regexp"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A delivery is one attempt to announce.
type delivery struct {
	api
	writer
	a       incident.Announcement
	at      receipt // what Slack holds so far, kept up to date
	channel string  // as configured
	loud    bool    // the message cannot be edited: replies are shown in the channel too
}

// A metadata is carried by a message, invisible to readers. A later delivery recognizes the message
// by it.
type metadata struct {
	Type    string  `json:"event_type"`
	Payload payload `json:"event_payload"`
}

type payload struct {
	Incident string `json:"incident"`
	Opened   string `json:"opened"` // when: another process may use the same ID
	Part     string `json:"part"`   // "message" or "thread"
	Seq      int    `json:"seq"`    // of the last entry that it shows
}

const (
	eventType = "alwaysp1_incident"
	inChannel = "message"
	inThread  = "thread"
)

// A call holds the arguments of chat.postMessage and chat.update.
type call struct {
	message
	Channel   string   `json:"channel"`
	TS        string   `json:"ts,omitempty"`
	ThreadTS  string   `json:"thread_ts,omitempty"`
	Broadcast bool     `json:"reply_broadcast,omitempty"`
	Metadata  metadata `json:"metadata"`
	Unfurl    *bool    `json:"unfurl_links,omitempty"`
	Media     *bool    `json:"unfurl_media,omitempty"`
	Markup    *bool    `json:"mrkdwn,omitempty"`
	Parse     string   `json:"parse,omitempty"`
}

func (d *delivery) last() int { return d.a.New[len(d.a.New)-1].Seq }

func (d *delivery) metadata(part string, seq int) metadata {
	opened := d.a.Incident.OpenedAt.UTC().Format(time.RFC3339Nano)
	return metadata{eventType, payload{Incident: d.a.Incident.ID, Opened: opened, Part: part, Seq: seq}}
}

// run posts or edits the message, then adds to its thread. The message comes first: it is what
// everybody in the channel sees. A message that was deleted meanwhile is posted anew, once.
func (d *delivery) run(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		err := d.once(ctx)
		if attempt == 2 || !is(err, gone) {
			return err
		}
		d.at = receipt{doubt: d.at.doubt && !foreign(err)} // the new entries go into a message of their own
	}
}

// once makes one pass. It fails with a code that means gone if the message was deleted, or is
// another app's.
func (d *delivery) once(ctx context.Context) error {
	if err := d.find(ctx); err != nil {
		return err
	}
	if d.at.ts == "" {
		if err := d.begin(ctx); err != nil {
			return err
		}
	}
	if d.at.shown < d.last() {
		err := d.edit(ctx)
		d.loud = is(err, closed)
		if err != nil && !d.loud {
			return err
		}
	}
	return d.thread(ctx)
}

// begin posts the message. A channel that is new to a desk gets old incidents too, so a closed one
// mentions no one.
func (d *delivery) begin(ctx context.Context) error {
	if d.a.Incident.State() == incident.StateClosed {
		d.calls = ""
	}

	c := call{Channel: d.channel, message: d.writer.head(), Metadata: d.metadata(inChannel, d.last())}
	got, err := d.postMessage(ctx, c)
	if err == nil {
		d.at = receipt{channel: got.Channel, ts: got.TS, shown: d.last(), done: d.a.New[0].Seq - 1}
	}
	return err
}

func (d *delivery) edit(ctx context.Context) error {
	c := call{
		Channel: d.at.channel, TS: d.at.ts, message: d.writer.head(),
		Metadata: d.metadata(inChannel, d.last()), Parse: "none",
	}
	_, err := d.post(ctx, "chat.update", c)
	if is(err, unshown) {
		c.Blocks = nil
		_, err = d.post(ctx, "chat.update", c)
	}
	if err == nil {
		d.at.shown = d.last()
	}
	return err
}

// thread adds the entries that are not in the thread yet.
func (d *delivery) thread(ctx context.Context) error {
	var missing []incident.Entry
	for _, e := range d.a.New {
		if e.Seq > d.at.done {
			missing = append(missing, e)
		}
	}

	for _, r := range d.replies(missing) {
		c := call{
			Channel: d.at.channel, ThreadTS: d.at.ts, message: r.message,
			Broadcast: r.broadcast || d.loud, Metadata: d.metadata(inThread, r.upTo),
		}
		if _, err := d.postMessage(ctx, c); err != nil {
			return err
		}
		d.at.done = r.upTo
	}
	d.at.doubt = false
	return nil
}

var tsForm = regexp.MustCompile(`^\d{1,16}\.\d{1,16}$`)

// postMessage posts a message. Unless Slack refused it, a message may exist although its response
// was lost. The receipt is in doubt then.
func (d *delivery) postMessage(ctx context.Context, c call) (response, error) {
	no := false
	c.Markup, c.Unfurl, c.Media = &no, &no, &no
	got, err := d.post(ctx, "chat.postMessage", c)
	if is(err, unshown) {
		c.Blocks = nil
		c.Text = d.called(c) + c.Text
		got, err = d.post(ctx, "chat.postMessage", c)
	}

	if err == nil && !(tsForm.MatchString(got.TS) && idForm.MatchString(got.Channel)) {
		err = d.send.Retry(0, "chat.postMessage: the response is ok but does not locate the message")
	}
	if err != nil && unsure(err) {
		d.at.doubt = true
	}
	return got, err
}

var idForm = regexp.MustCompile(`^[A-Z0-9]{1,32}$`)

// called returns the mentions of a message that is posted as text alone.
func (d *delivery) called(c call) string {
	if d.calls == "" || c.ThreadTS != "" && !c.Broadcast {
		return ""
	}
	return d.calls + " "
}
