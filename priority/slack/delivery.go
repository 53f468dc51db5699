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
	at      receipt // where things stand, kept up to date
	channel string  // as configured
	loud    bool    // the message cannot be edited: replies are shown in the channel too
}

// A metadata is what a message carries unseen, by which it is known again.
type metadata struct {
	Type    string  `json:"event_type"`
	Payload payload `json:"event_payload"`
}

type payload struct {
	Incident string `json:"incident"`
	Opened   string `json:"opened"` // when: an ID alone may be used again by another process
	Part     string `json:"part"`   // "message" or "thread"
	Seq      int    `json:"seq"`    // of the last entry that it shows
}

const (
	eventType = "alwaysp1_incident"
	inChannel = "message"
	inThread  = "thread"
)

// A call is what chat.postMessage and chat.update take.
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

// run posts or edits the message, then adds to its thread. The message comes first, for everybody sees that.
func (d *delivery) run(ctx context.Context) error {
	for attempt := 1; ; attempt++ {
		err := d.once(ctx)
		if attempt == 2 || !is(err, gone) {
			return err
		}
		d.at = receipt{doubt: d.at.doubt && !foreign(err)} // what is new is told anew, in a message of its own
	}
}

// once fails with a code that means gone where somebody has deleted the message, or it is another app's.
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

// begin posts the message. What is over calls nobody: a channel that is new is told of all that ever was.
func (d *delivery) begin(ctx context.Context) error {
	if d.a.Incident.State() == incident.Closed {
		d.calls = ""
	}
	got, err := d.say(ctx, call{Channel: d.channel, message: d.writer.head(), Metadata: d.metadata(inChannel, d.last())})
	if err == nil {
		d.at = receipt{channel: got.Channel, ts: got.TS, shown: d.last(), done: d.a.New[0].Seq - 1}
	}
	return err
}

func (d *delivery) edit(ctx context.Context) error {
	c := call{Channel: d.at.channel, TS: d.at.ts, message: d.writer.head(), Metadata: d.metadata(inChannel, d.last()), Parse: "none"}
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

// thread adds the entries that are not in the thread.
func (d *delivery) thread(ctx context.Context) error {
	var missing []incident.Entry
	for _, e := range d.a.New {
		if e.Seq > d.at.done {
			missing = append(missing, e)
		}
	}
	for _, r := range d.replies(missing) {
		c := call{Channel: d.at.channel, ThreadTS: d.at.ts, message: r.message, Broadcast: r.broadcast || d.loud, Metadata: d.metadata(inThread, r.upTo)}
		if _, err := d.say(ctx, c); err != nil {
			return err
		}
		d.at.done = r.upTo
	}
	d.at.doubt = false
	return nil
}

var tsForm = regexp.MustCompile(`^\d{1,16}\.\d{1,16}$`)

// say posts a message. Unless Slack has said no, it may stand there though nobody saw the answer: then the receipt is in doubt.
func (d *delivery) say(ctx context.Context, c call) (answer, error) {
	no := false
	c.Markup, c.Unfurl, c.Media = &no, &no, &no
	got, err := d.post(ctx, "chat.postMessage", c)
	if is(err, unshown) {
		c.Blocks = nil
		c.Text = d.called(c) + c.Text
		got, err = d.post(ctx, "chat.postMessage", c)
	}
	if err == nil && !(tsForm.MatchString(got.TS) && idForm.MatchString(got.Channel)) {
		err = d.send.Retry(0, "chat.postMessage: the answer is ok and does not say where the message is")
	}
	if err != nil && unsure(err) {
		d.at.doubt = true
	}
	return got, err
}

var idForm = regexp.MustCompile(`^[A-Z0-9]{1,32}$`)

// called is the mentions of a message that is shown as text alone.
func (d *delivery) called(c call) string {
	if d.calls == "" || c.ThreadTS != "" && !c.Broadcast {
		return ""
	}
	return d.calls + " "
}
