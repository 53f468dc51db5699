package status

import (
	"cmp"
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode/utf8"
)

// A badge is a label and what is said of it, in a few words.
type badge struct {
	Schema  int    `json:"schemaVersion"`
	Label   string `json:"label"`
	Message string `json:"message"`
	Color   string `json:"color"`
	IsError bool   `json:"isError,omitempty"`
}

const longBadge = 60 // runes of each half

// badge makes the badge of one SLA, or of all that the sender may know of.
func (a *asked) badge() (badge, error) {
	if a.id == "" {
		return a.badgeOfAll(), nil
	}
	r, err := a.row()
	if err != nil {
		return badge{}, err
	}
	return newBadge(r.Name, r.standing(a.s.at), r.Level), nil
}

func newBadge(label, message string, l Level) badge {
	return badge{1, shorten(label), shorten(message), levelColor(l), l == Broken}
}

func shorten(text string) string {
	text = oneLine(text, 4*longBadge)
	if utf8.RuneCountInString(text) <= longBadge {
		return text
	}
	return string([]rune(text)[:longBadge-1]) + "…"
}

func (a *asked) badgeOfAll() badge {
	var levels Levels
	level := Unknown
	for i, r := range a.rows {
		if i == 0 {
			level = r.Level
		}
		levels.count(r.Level)
	}
	return newBadge(a.h.title(), levels.words(), level)
}

// words says the counts that matter: "1 broken, 2 at risk"; "all 7 kept".
func (l Levels) words() string {
	var words []string
	for _, part := range []struct {
		n    int
		word string
	}{{l.Broken, "broken"}, {l.AtRisk, "at risk"}, {l.Unknown, "unknown"}, {l.Maintenance, "in maintenance"}} {
		if part.n > 0 {
			words = append(words, fmt.Sprintf("%d %s", part.n, part.word))
		}
	}
	switch {
	case len(words) > 0:
		return strings.Join(words, ", ")
	case l.Kept == 0:
		return "nothing is known"
	}
	return fmt.Sprintf("all %d kept", l.Kept)
}

// standing says in two or three words how a promise stands.
func (r *SLA) standing(now time.Time) string {
	lead := r.lead()
	if r.Level == Broken && lead != nil && !lead.Due.IsZero() && lead.Due.Before(now) {
		return "overdue " + span(now.Sub(lead.Due))
	}
	return strings.ReplaceAll(r.Level.String(), "-", " ")
}

func levelColor(l Level) string {
	return cmp.Or(map[Level]string{Kept: "brightgreen", Maintenance: "blue", AtRisk: "orange", Broken: "red"}[l], "lightgrey")
}

// badgeJSON answers badge.json, in the form that badge services read from an endpoint.
func (a *asked) badgeJSON() (answer, error) {
	b, err := a.badge()
	if err != nil {
		return answer{}, err
	}
	body, err := json.Marshal(b)
	return answer{kind: jsonKind, body: append(body, '\n')}, err
}

// badgeSVG answers badge.svg. Widths are estimated, and the text is fitted to them.
func (a *asked) badgeSVG() (answer, error) {
	b, err := a.badge()
	if err != nil {
		return answer{}, err
	}
	left, right := badgeWidth(b.Label), badgeWidth(b.Message)
	label, message := html.EscapeString(xmlText(b.Label)), html.EscapeString(xmlText(b.Message))
	fill := map[string]string{"brightgreen": "#2a7d1f", "blue": "#0b62a8", "orange": "#a65300", "red": "#c22f1f", "lightgrey": "#5f6368"}[b.Color]
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="20" role="img" aria-label="%s: %s"><title>%s: %s</title>`,
		left+right, label, message, label, message)
	fmt.Fprintf(&s, `<rect width="%d" height="20" rx="3" fill="#444"/><path d="M%d 0h%da3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-%dz" fill="%s"/>`,
		left+right, left, right-3, right-3, fill)
	s.WriteString(`<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">`)
	fmt.Fprintf(&s, `<text x="%d" y="14" textLength="%d">%s</text><text x="%d" y="14" textLength="%d">%s</text></g></svg>`+"\n",
		left/2, left-12, label, left+right/2, right-12, message)
	return answer{kind: "image/svg+xml; charset=utf-8", body: []byte(s.String())}, nil
}

// badgeWidth estimates how wide a text is, in pixels, with what stands around it.
func badgeWidth(text string) int {
	width := 12.0
	for _, r := range text {
		switch {
		case strings.ContainsRune("iljt.,:;'|!()[] ", r):
			width += 4.2
		case r >= 'A' && r <= 'Z' || r == 'm' || r == 'w' || r > 0x2e80:
			width += 8.6
		default:
			width += 6.7
		}
	}
	return int(width + 0.5)
}

// xmlText leaves out what XML cannot hold.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		if r == 0xfffe || r == 0xffff || r < ' ' && r != '\t' && r != '\n' && r != '\r' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "�"))
}
