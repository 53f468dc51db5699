package slack

import (
	"net/url"
	"strings"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// Slack's limits, in characters, and ours where it states none.
const (
	blockLimit   = 3000  // of the text of one block
	messageLimit = 12000 // of all blocks; Slack was seen to refuse messages of more than 13,200
	textLimit    = 3000  // of the fallback text, of which Slack accepts 40,000 and shows less
	linkLimit    = 3000  // of a URL
)

// escape returns text without meaning in Slack's text fields. Slack's documentation lists these
// three characters, and no others.
func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// cost returns what a rune may count against a limit: as Slack stores it, escaped, in units of
// UTF-16.
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

// fallback returns text for notifications and for clients that show no blocks. It is cut before it
// is escaped, so that no entity is split.
func fallback(s string) string {
	s, _ = plain.Fit(s, textLimit, cost)
	return escape(s)
}

// link returns a URL that can be shown, or empty. Only absolute http and https URLs can, and
// nothing in the result can end a link's markup.
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
