package slack

import (
	"net/url"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/wording"
)

// Slack's limits, in characters, and ours where it states none.
const (
	blockLimit   = 3000  // of the text of one block
	messageLimit = 12000 // of all blocks: messages of more than 13,200 were seen to be refused
	textLimit    = 3000  // of the fallback text, of which Slack takes 40,000 and shows less
	linkLimit    = 3000  // of a URL
)

// escape makes text of what has a meaning in Slack's text fields: the three characters that it asks to have replaced, and no other.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// cost is what a rune may count for against a limit: as Slack stores it, escaped, and in units of UTF-16.
func cost(r rune) int {
	switch {
	case r == '&':
		return len("&amp;")
	case r == '<', r == '>':
		return len("&lt;")
	case r > 0xFFFF:
		return 2
	}
	return 1
}

func costs(s string) (sum int) {
	for _, r := range s {
		sum += cost(r)
	}
	return sum
}

// fallback is text for notifications and for clients that show no blocks: cut, then escaped, so that no entity is split.
func fallback(s string) string {
	s, _ = wording.Cut(s, textLimit, cost)
	return escape(s)
}

// link returns a URL fit to be shown, or empty: only absolute http and https ones are, and nothing in them can end a link's markup.
func link(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	whole := strings.NewReplacer("<", "%3C", ">", "%3E", "|", "%7C", " ", "%20").Replace(u.String())
	if costs(whole) > linkLimit {
		return ""
	}
	return whole
}
