package priority

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// longest is how many bytes of one caller's string a text form shows. The data forms show all of it.
const longest = 240

// plain returns a caller's string fit for one line of text: as it is where every rune prints,
// and else in Go's quotes, with line breaks, control and bidirectional characters and broken UTF-8 escaped.
// An empty string is shown as "", and what is too long is cut between runes.
func plain(s string) string {
	s = cut(s)
	if s == "" || strings.IndexFunc(s, hidden) >= 0 || !utf8.ValidString(s) {
		return strconv.Quote(s)
	}
	return s
}

// quoted returns a caller's string in quotes, escaped as plain does.
func quoted(s string) string { return strconv.Quote(cut(s)) }

// hidden reports whether a rune would not show, or would move those beside it.
func hidden(r rune) bool { return !strconv.IsPrint(r) }

func cut(s string) string {
	if len(s) <= longest {
		return s
	}
	end := longest
	for end > longest-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// plains applies plain to each of a list and joins them.
func plains(list []string, separator string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = plain(s)
	}
	return strings.Join(out, separator)
}
