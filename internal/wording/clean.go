package wording

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// Line returns somebody's text on one line: what does not print, line breaks and broken UTF-8 included, is escaped as in Go,
// so that nothing hides and nothing moves what stands beside it.
func Line(s string) string { return clean(strings.TrimSpace(s), "") }

// Prose returns text that somebody wrote in lines. What does not print is escaped as in [Line],
// but for line breaks, tabs, and the joiners of scripts and emoji.
func Prose(s string) string {
	s = strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n")
	return clean(s, "\n\t\u200c\u200d")
}

func clean(s, also string) string {
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

// Ellipsis ends what [Cut] has cut.
const Ellipsis = "…"

// Cut returns the text, and false, if it costs no more than most; and else as many of its runes as leave room for an [Ellipsis] behind them,
// and true. Cost is that of one rune, and at least zero. Where not even the ellipsis has room, nothing is left.
func Cut(s string, most int, cost func(rune) int) (string, bool) {
	room, end, sum := most-cost([]rune(Ellipsis)[0]), 0, 0
	for at, r := range s {
		if sum <= room {
			end = at
		}
		if sum += cost(r); sum > most {
			if room < 0 {
				return "", true
			}
			return s[:end] + Ellipsis, true
		}
	}
	return s, false
}

// Rune is the cost of a rune where runes are counted.
func Rune(rune) int { return 1 }
