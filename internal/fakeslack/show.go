package fakeslack

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Show returns a channel as a reader would see it, its threads open.
func (w *Workspace) Show(channel string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := w.find(channel)
	if c == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "#%s\n", c.Name)
	for _, m := range c.Messages {
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

func (c *Channel) thread(b *strings.Builder, ts string) {
	for _, m := range c.Messages {
		if m.ThreadTS == ts {
			fmt.Fprintf(b, "    %s\n", strings.ReplaceAll(m.show("", "│ "), "\n", "\n    "))
		}
	}
}

// show is one message: a line of its own about it, then its text behind a margin.
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

// Reads is the message's text as a reader sees it: its blocks, or without those its text.
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

// angle is what has a meaning in markup.
var angle = regexp.MustCompile(`<([^<>]*)>`)

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

// calls finds those whom markup mentions.
var calls = regexp.MustCompile(`<(?:!(here|channel|everyone)|!subteam\^(\w+)|@(\w+))[^<>]*>`)

// calledBy lists whom a message calls: by its blocks, or where it has none by its text.
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
