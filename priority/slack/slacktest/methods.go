package slacktest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// post posts a message, and returns where it is. Checks come in the order in which Slack was seen
// to make them: the channel, the rate, the message, the thread.
func (w *Workspace) post(args arguments) response {
	c := w.find(args.Channel)
	if c == nil {
		return no("channel_not_found").response(http.StatusOK)
	}
	if !w.accept(c) {
		limited := no("ratelimited").response(http.StatusTooManyRequests)
		limited.header.Set("Retry-After", "1")
		return limited
	}
	if code := check(args); code != "" {
		return no(code).response(http.StatusOK)
	}
	if parent := c.message(args.ThreadTS); args.ThreadTS != "" && (parent == nil || parent.ThreadTS != "") {
		return no("thread_not_found").response(http.StatusOK)
	}

	m := &Message{
		TS: w.stamp(), ThreadTS: args.ThreadTS, Text: args.Text, Blocks: args.Blocks, Metadata: args.Metadata,
		Broadcast: args.Broadcast, Called: calledBy(args),
	}
	c.messages = append(c.messages, m)
	return reply{"channel": c.id, "ts": m.TS, "message": m.listed(true)}.response(http.StatusOK)
}

// update edits a message. It accepts only the channel's ID, not its name. Metadata that is not
// given is kept.
func (w *Workspace) update(args arguments) reply {
	c := w.find(args.Channel)
	if c == nil || c.id != args.Channel {
		return no("channel_not_found")
	}
	if args.Unfurl != nil || args.Media != nil || args.Markup != nil || args.ThreadTS != "" {
		return no("invalid_arguments") // these belong to chat.postMessage
	}
	if code := check(args); code != "" {
		return no(code)
	}

	m := c.message(args.TS)
	if m == nil {
		return no("message_not_found")
	}
	m.Text, m.Blocks = args.Text, args.Blocks
	m.Edits++
	if len(args.Metadata) > 0 {
		m.Metadata = args.Metadata
	}
	return reply{"channel": c.id, "ts": m.TS, "text": m.Text}
}

// history lists the messages in the channel, replies that are shown there included, the newest
// first.
func (w *Workspace) history(args arguments) reply {
	c := w.find(args.Channel)
	if c == nil || c.id != args.Channel {
		return no("channel_not_found")
	}
	var list []*Message
	for _, m := range c.messages {
		if m.ThreadTS == "" || m.Broadcast {
			list = append(list, m)
		}
	}
	slices.Reverse(list)
	return args.page(list)
}

// replies lists a message and its thread, the oldest first.
func (w *Workspace) replies(args arguments) reply {
	c := w.find(args.Channel)
	if c == nil || c.id != args.Channel {
		return no("channel_not_found")
	}
	if c.message(args.TS) == nil {
		return no("thread_not_found")
	}
	var list []*Message
	for _, m := range c.messages {
		if m.TS == args.TS || m.ThreadTS == args.TS {
			list = append(list, m)
		}
	}
	return args.page(list)
}

// list lists the channels.
func (w *Workspace) list() reply {
	var list []reply
	for _, c := range w.channels {
		list = append(list, reply{"id": c.id, "name": c.name})
	}
	return reply{"channels": list}
}

// page returns one page of messages, and the cursor of the next.
func (args arguments) page(all []*Message) reply {
	size := args.limit
	if size <= 0 || size > 999 {
		size = 100
	}

	from := min(max(0, args.cursor), len(all))
	end := min(from+size, len(all))
	list := make([]reply, 0, end-from)
	for _, m := range all[from:end] {
		list = append(list, m.listed(args.all))
	}

	listed := reply{"messages": list, "has_more": end < len(all)}
	if end < len(all) {
		listed["response_metadata"] = reply{"next_cursor": strconv.Itoa(end)}
	}
	return listed
}

// listed returns a message as Slack lists it.
func (m *Message) listed(all bool) reply {
	r := reply{"type": "message", "ts": m.TS, "text": m.Text}
	set := func(key string, value json.RawMessage, when bool) {
		if len(value) > 0 && when {
			r[key] = value
		}
	}
	set("blocks", m.Blocks, true)
	set("metadata", m.Metadata, all)
	if m.ThreadTS != "" {
		r["thread_ts"] = m.ThreadTS
	}
	return r
}
