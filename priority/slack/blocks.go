package slack

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A block is one of Slack's two that are used here: rich_text, whose elements are plain text with a
// style, so that nothing in them is markup; and a section of markup, which holds only mentions from
// the configuration.
type block struct {
	Type     string  `json:"type"`
	Elements []line  `json:"elements,omitempty"`
	Text     *markup `json:"text,omitempty"`
	cost     int     // of its text
	link     string  // to the rest, if something is cut
	full     bool    // something was cut: no more is added
}

type line struct {
	Type     string    `json:"type"`
	Elements []element `json:"elements"`
}

type markup struct {
	Type string `json:"type"`
	Text string `json:"text"`
}

type element struct {
	Type      string `json:"type"`
	Text      string `json:"text,omitempty"`
	URL       string `json:"url,omitempty"`
	Style     *style `json:"style,omitempty"`
	Timestamp int64  `json:"timestamp,omitempty"`
	Format    string `json:"format,omitempty"`
	Fallback  string `json:"fallback,omitempty"`
}

type style struct {
	Bold bool `json:"bold,omitempty"`
}

// rest is the text of the link after text that was cut.
const rest = "the rest"

// room is how much of a block is kept free for the link to the rest.
const room = len(" ") + len(rest)

func richText(link string) *block {
	return &block{Type: "rich_text", Elements: []line{{Type: "rich_text_section"}}, link: link}
}

func mentions(text string) *block {
	return &block{Type: "section", Text: &markup{Type: "mrkdwn", Text: text}, cost: len(text)}
}

func (b *block) put(e element) { b.Elements[0].Elements = append(b.Elements[0].Elements, e) }

// text adds text up to the block's limit. A cut ends the block, with a link to the rest if there is
// one.
func (b *block) text(s string, bold bool) {
	if b.full || s == "" {
		return
	}
	shown, cut := plain.Fit(s, blockLimit-room-b.cost, cost)
	b.cost += costs(shown)
	b.full = cut
	if shown != "" {
		b.put(element{Type: "text", Text: shown, Style: styled(bold)})
	}
	if cut && b.link != "" {
		b.put(element{Type: "text", Text: " "})
		b.put(element{Type: "link", URL: b.link, Text: rest})
		b.cost += room
	}
}

// time adds an instant that each reader sees in their own zone. If Slack cannot show it, the text
// is added instead.
func (b *block) time(t time.Time, text string, bold bool) {
	year := t.Year()
	if b.full || year < 1970 || year > 9999 || b.cost+len(text) > blockLimit-room {
		b.text(text, bold)
		return
	}
	b.cost += len(text)
	b.put(element{
		Type: "date", Timestamp: t.Unix(), Format: "{date_short_pretty} {time}",
		Fallback: text, Style: styled(bold),
	})
}

// page adds a link.
func (b *block) page(url, text string) {
	if b.full || url == "" || b.cost+costs(text) > blockLimit-room {
		return
	}
	b.cost += costs(text)
	b.put(element{Type: "link", URL: url, Text: text})
}

func styled(bold bool) *style {
	if !bold {
		return nil
	}
	return &style{Bold: true}
}
