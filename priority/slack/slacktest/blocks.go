package slacktest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"
)

// Slack's limits. The last two are not documented: the one was observed, the other is the
// documented one of a section.
const (
	maxBlocks  = 50
	maxText    = 40_000
	maxSection = 3000
	maxHeader  = 150
	maxContext = 10
	maxAll     = 13_200
	maxRich    = 3000
)

// A block has the fields of all blocks.
type block struct {
	Type     string            `json:"type"`
	BlockID  string            `json:"block_id"`
	Text     *text             `json:"text"`
	Elements []json.RawMessage `json:"elements"`
}

type text struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Emoji    *bool  `json:"emoji"`
	Verbatim bool   `json:"verbatim"`
}

// A section is a line of rich text.
type section struct {
	Type     string    `json:"type"`
	Elements []element `json:"elements"`
}

type element struct {
	Type      string          `json:"type"`
	Text      string          `json:"text"`
	URL       string          `json:"url"`
	Range     string          `json:"range"`
	User      string          `json:"user_id"`
	Group     string          `json:"usergroup_id"`
	Timestamp int64           `json:"timestamp"`
	Format    string          `json:"format"`
	Fallback  string          `json:"fallback"`
	Style     map[string]bool `json:"style"`
}

// strict reads JSON, and reports whether it has only known fields.
func strict(raw []byte, into any) bool {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into) == nil
}

// size returns how many characters Slack may count: as it stores text, escaped, in UTF-16.
func size(s string) int {
	s = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
	return len(utf16.Encode([]rune(s)))
}

// check returns the code with which Slack would refuse a message, or nothing.
func check(args arguments) string {
	var blocks []block
	switch {
	// The order is Slack's: of two faults it reports this one first.
	case len(args.Blocks) > 0 && string(args.Blocks) != "null" && !strict(args.Blocks, &blocks):
		return "invalid_blocks_format"
	case args.Text == "" && len(blocks) == 0:
		return "no_text"
	case len(utf16.Encode([]rune(args.Text))) > maxText:
		return "msg_too_long"
	case len(blocks) > maxBlocks, args.Broadcast && args.ThreadTS == "":
		return "invalid_blocks"
	}

	sum := 0
	for _, b := range blocks {
		n, ok := b.size()
		if sum += n; !ok {
			return "invalid_blocks"
		}
	}
	if sum > maxAll {
		return "msg_blocks_too_long"
	}
	return checkMetadata(args.Metadata)
}

func checkMetadata(raw json.RawMessage) string {
	var m struct {
		Type    string         `json:"event_type"`
		Payload map[string]any `json:"event_payload"`
	}
	switch {
	case len(raw) == 0:
		return ""
	case !strict(raw, &m) || m.Type == "" || m.Payload == nil:
		return "invalid_metadata_format"
	case len(raw) > 8000:
		return "metadata_too_large"
	}
	return ""
}

// size returns how many characters a block has, and whether Slack accepts it.
func (b block) size() (n int, ok bool) {
	// The limits differ by type, and Slack counts characters in UTF-16.
	switch b.Type {
	case "divider":
		return 0, b.Text == nil && len(b.Elements) == 0
	case "header":
		return b.textSize(maxHeader, "plain_text")
	case "section":
		return b.textSize(maxSection, "plain_text", "mrkdwn")
	case "context":
		for _, raw := range b.Elements {
			var t text
			if !strict(raw, &t) || t.Text == "" {
				return 0, false
			}
			n += len(utf16.Encode([]rune(t.Text)))
		}
		return n, len(b.Elements) > 0 && len(b.Elements) <= maxContext
	case "rich_text":
		return b.richSize()
	}
	return 0, false
}

func (b block) textSize(most int, kinds ...string) (int, bool) {
	if b.Text == nil || !slices.Contains(kinds, b.Text.Type) {
		return 0, false
	}
	n := len(utf16.Encode([]rune(b.Text.Text)))
	return n, n > 0 && n <= most
}

func (b block) richSize() (n int, ok bool) {
	for _, raw := range b.Elements {
		var s section
		if !strict(raw, &s) || s.Type != "rich_text_section" || len(s.Elements) == 0 {
			return 0, false
		}
		for _, e := range s.Elements {
			if !e.valid() {
				return 0, false
			}
			n += size(e.Text + e.Fallback)
		}
	}
	return n, len(b.Elements) > 0 && n <= maxRich
}

func (e element) valid() bool {
	// A type that is not listed is one that this library does not send, and Slack may not know.
	switch e.Type {
	case "text":
		return e.Text != ""
	case "link":
		return strings.HasPrefix(e.URL, "https://") || strings.HasPrefix(e.URL, "http://")
	case "date":
		return e.Timestamp > 0 && strings.Contains(e.Format, "{")
	case "broadcast":
		return e.Range == "here" || e.Range == "channel" || e.Range == "everyone"
	case "user":
		return e.User != ""
	case "usergroup":
		return e.Group != ""
	}
	return false
}
