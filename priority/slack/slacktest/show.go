package slacktest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Show returns a channel, by its name or ID, as a reader would see it with all threads open. It
// returns an empty string if there is no such channel.
func (w *Workspace) Show(channel string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(channel)
	if c == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "#%s\n", c.name)
	for _, m := range c.messages {
		switch {
		case m.ThreadTS == "":
			fmt.Fprintf(&b, "\n%s\n", m.show("", "│ "))
			c.thread(&b, m.TS)
		case m.Broadcast:
			fmt.Fprintf(&b, "\n%s\n", m.show("replied in the thread", "│ "))
		}
	}
	return b.String()
}

// thread adds the replies to a message, indented.
func (c *channel) thread(b *strings.Builder, ts string) {
	for _, m := range c.messages {
		if m.ThreadTS == ts {
			fmt.Fprintf(b, "    %s\n", strings.ReplaceAll(m.show("", "│ "), "\n", "\n    "))
		}
	}
}

// show returns one message: a line about it, then its text behind a margin.
func (m *Message) show(about, margin string) string {
	seconds, _, _ := strings.Cut(m.TS, ".")
	at, _ := strconv.ParseInt(seconds, 10, 64)
	head := "alwaysp1  " + time.Unix(at, 0).UTC().Format("15:04")
	if about != "" {
		head += "  " + about
	}
	if m.Edits > 0 {
		head += "  (edited)"
	}
	return head + "\n" + margin + strings.ReplaceAll(m.Reads(), "\n", "\n"+margin)
}

// Reads returns the message's text as a reader sees it: that of its blocks or, without blocks, its
// fallback text.
func (m *Message) Reads() string {
	var blocks []block
	if len(m.Blocks) == 0 || json.Unmarshal(m.Blocks, &blocks) != nil || len(blocks) == 0 {
		return readMarkup(m.Text)
	}
	var parts []string
	for _, b := range blocks {
		parts = append(parts, b.reads())
	}
	return strings.Join(parts, "\n")
}

func (b block) reads() string {
	switch b.Type {
	case "divider":
		return "──"
	case "rich_text":
		return b.readsRich()
	case "context":
		var parts []string
		for _, raw := range b.Elements {
			var t text
			_ = json.Unmarshal(raw, &t) // it was checked when it was posted
			parts = append(parts, t.reads())
		}
		return strings.Join(parts, " ")
	}
	return b.Text.reads()
}

func (t text) reads() string {
	if t.Type == "plain_text" {
		return t.Text
	}
	return readMarkup(t.Text)
}

// readsRich returns the text of a block of rich text, a line for each section.
func (b block) readsRich() string {
	var lines []string
	for _, raw := range b.Elements {
		var s section
		_ = json.Unmarshal(raw, &s) // it was checked when it was posted
		var line strings.Builder
		for _, e := range s.Elements {
			line.WriteString(e.reads())
		}
		lines = append(lines, line.String())
	}
	return strings.Join(lines, "\n")
}

func (e element) reads() string {
	switch e.Type {
	case "link":
		return e.Text + " <" + e.URL + ">"
	case "date":
		return e.Fallback
	case "broadcast":
		return "@" + e.Range
	case "user", "usergroup":
		return "@" + e.User + e.Group
	}
	return e.Text
}

// angle matches the parts of markup that have a meaning.
var angle = regexp.MustCompile(`<([^<>]*)>`)

// readMarkup returns text of Slack's markup as it is displayed.
func readMarkup(s string) string {
	s = angle.ReplaceAllStringFunc(s, func(found string) string {
		inside := found[1 : len(found)-1]
		target, label, labelled := strings.Cut(inside, "|")
		switch {
		case strings.HasPrefix(inside, "!subteam^"):
			return "@" + strings.TrimPrefix(target, "!subteam^")
		case strings.HasPrefix(inside, "!"), strings.HasPrefix(inside, "@"):
			return "@" + strings.TrimLeft(target, "!@")
		case labelled:
			return label + " <" + target + ">"
		}
		return target
	})
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

// calls matches the mentions in markup.
var calls = regexp.MustCompile(`<(?:!(here|channel|everyone)|!subteam\^(\w+)|@(\w+))[^<>]*>`)

// calledBy lists the mentions of a message: those of its blocks or, without blocks, those of its
// text.
func calledBy(args arguments) (list []string) {
	find := func(markup string) {
		for _, m := range calls.FindAllStringSubmatch(markup, -1) {
			list = append(list, m[1]+m[2]+m[3])
		}
	}

	var blocks []block
	if json.Unmarshal(args.Blocks, &blocks) != nil || len(blocks) == 0 {
		find(args.Text)
	}
	for _, b := range blocks {
		if b.Text != nil && b.Text.Type == "mrkdwn" {
			find(b.Text.Text)
		}
		for _, raw := range b.Elements {
			var s section
			_ = json.Unmarshal(raw, &s) // it was checked before
			for _, e := range s.Elements {
				if e.Type == "broadcast" || e.Type == "user" || e.Type == "usergroup" {
					list = append(list, e.Range+e.User+e.Group)
				}
			}
		}
	}
	return list
}
