package plain

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Line returns somebody's text on one line. What does not print is escaped as in Go: line breaks,
// control characters, characters that reorder what a reader sees, broken UTF-8. So nothing hides,
// and nothing moves what stands beside it.
func Line(s string) string { return escaped(strings.TrimSpace(s), "") }

// Prose returns text that somebody wrote in lines. What does not print is escaped as in [Line],
// but for line breaks, tabs, and the joiners of scripts and emoji.
func Prose(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n")
	return escaped(s, "\n\t\u200c\u200d")
}

// Name returns a name on one line of at most [LongName] bytes. An empty name is shown as "".
func Name(s string) string {
	if short := Cut(Line(s[:min(len(s), 2*LongName)]), LongName); short != "" {
		return short
	}
	return `""`
}

// LongName is how many bytes of one caller's string a text shows. The data forms show all of it.
const LongName = 240

// Names returns each of a list as [Name] does, joined.
func Names(list []string, separator string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = Name(s)
	}
	return strings.Join(out, separator)
}

// Quote returns a caller's text in Go's quotes, cut to 64 bytes, for messages about that text.
func Quote(s string) string {
	const most = 64
	if len(s) <= most {
		return strconv.Quote(s)
	}
	return strconv.Quote(s[:runeEnd(s, most)]) + Ellipsis
}

// Hostile reports whether a character moves the cursor, breaks the line or reorders what a reader
// sees. IDs and names that hold one are refused.
func Hostile(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}

// escaped escapes what does not print, but for the characters of also.
func escaped(s, also string) string {
	hidden := func(r rune) bool { return !strconv.IsPrint(r) && !strings.ContainsRune(also, r) }
	if utf8.ValidString(s) && strings.IndexFunc(s, hidden) < 0 {
		return s
	}
	var b strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if broken := r == utf8.RuneError && size == 1; broken || hidden(r) {
			quoted := strconv.Quote(s[:size])
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteString(s[:size])
		}
		s = s[size:]
	}
	return b.String()
}
