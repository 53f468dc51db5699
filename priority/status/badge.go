package status

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

// A badge is a label and a message of a few words, in the form that badge services read from an
// endpoint.
type badge struct {
	Schema  int    `json:"schemaVersion"`
	Label   string `json:"label"`
	Message string `json:"message"`
	Color   string `json:"color"`
	IsError bool   `json:"isError,omitempty"`
}

const longestBadge = 60 // runes of each half

// badge returns the badge of one SLA, or of all that are selected.
func (q *request) badge() (badge, error) {
	// Without an ID the badge is about all SLAs that match, which makes a badge of a team or a
	// tier.
	if q.id == "" {
		counts, worst := q.counts()
		return newBadge(q.h.title(), counts.words(), worst), nil
	}
	r, err := q.row()
	if err != nil {
		return badge{}, err
	}
	return newBadge(r.Name, r.standing(q.s.at), r.Level), nil
}

// newBadge returns a badge for a level. A badge that is an error is drawn as one by badge services,
// whatever its color.
func newBadge(label, message string, l Level) badge {
	return badge{1, fitBadge(label), fitBadge(message), badgeColor(l), l == LevelBroken}
}

// fitBadge returns a text as it fits on a badge.
func fitBadge(text string) string { return plain.FitRunes(plain.Line(text), longestBadge) }

// words returns the counts that matter: "1 broken, 2 at risk", and "all 7 kept" where nothing else
// does.
func (l LevelCounts) words() string {
	var words []string
	for _, part := range []struct {
		n    int
		word string
	}{{l.Broken, "broken"}, {l.AtRisk, "at risk"}, {l.Unknown, "unknown"}, {l.Maintenance, "in maintenance"}} {
		if part.n > 0 {
			words = append(words, strconv.Itoa(part.n)+" "+part.word)
		}
	}
	switch {
	case len(words) > 0:
		return strings.Join(words, ", ")
	// There is no SLA at all, or none that the reader may see.
	case l.Kept == 0:
		return "no data"
	}
	return fmt.Sprintf("all %d kept", l.Kept)
}

// standing returns in two or three words how an SLA stands.
func (r *SLAView) standing(now time.Time) string {
	lead := r.lead()
	if r.Level == LevelBroken && lead != nil && !lead.Due.IsZero() && lead.Due.Before(now) {
		return "overdue " + plain.Duration(now.Sub(lead.Due))
	}
	return r.Level.words()
}

// badgeColor returns the color of a level as badge services name it.
func badgeColor(l Level) string {
	return cmp.Or(map[Level]string{
		LevelKept: "brightgreen", LevelMaintenance: "blue", LevelAtRisk: "orange", LevelBroken: "red",
	}[l], "lightgrey")
}

// badgeFills holds the colors of badgeColor as they are drawn: dark enough for white text.
var badgeFills = map[string]string{
	"brightgreen": "#2a7d1f", "blue": "#0b62a8", "orange": "#a65300", "red": "#c22f1f", "lightgrey": "#5f6368",
}

// badgeJSON makes badge.json.
func (q *request) badgeJSON() (response, error) {
	b, err := q.badge()
	if err != nil {
		return response{}, err
	}
	body, err := json.Marshal(b)
	return response{contentType: jsonType, body: append(body, '\n')}, err
}

// badgeSVG makes badge.svg. The font of a reader is not known, so that widths are estimated, and
// the text is stretched to them.
func (q *request) badgeSVG() (response, error) {
	b, err := q.badge()
	if err != nil {
		return response{}, err
	}

	left, right := badgeWidth(b.Label), badgeWidth(b.Message)
	label, message := html.EscapeString(b.Label), html.EscapeString(b.Message)
	// The label and the message are in the title as well, which is what screen readers and hovering
	// show.
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20" `+
		`role="img" aria-label="%s: %s">`+
		`<title>%s: %s</title>`, left+right, label, message, label, message)
	fmt.Fprintf(&s, `<rect width="%d" height="20" rx="3" fill="#444"/>`+
		`<path d="M%d 0h%da3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-%dz" fill="%s"/>`,
		left+right, left, right-3, right-3, badgeFills[b.Color])
	s.WriteString(`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" ` +
		`text-anchor="middle">`)
	const half = `<text x="%d" y="14" textLength="%d">%s</text>`
	fmt.Fprintf(&s, half, left/2, left-12, label)
	fmt.Fprintf(&s, half+"</g></svg>\n", left+right/2, right-12, message)
	return response{contentType: "image/svg+xml; charset=utf-8", body: []byte(s.String())}, nil
}

// badgeWidth estimates how wide a text is with its margins, in pixels: the widths are those of
// Verdana at 11 pixels.
func badgeWidth(text string) int {
	width := 12.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljt.,:;'|!()[] ", r):
			width += 4.2
		case r >= 'A' && r <= 'Z' || r == 'm' || r == 'w' || r > 0x2e80: // the last: East Asia
			width += 8.6
		default:
			width += 6.7
		}
	}
	return int(width + 0.5)
}
