package incident

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// longest is how many bytes of one string a text form shows. The data forms show all of it.
const longest = 240

// plain returns a string fit for one line of text: as it is where every rune prints, and else in Go's quotes.
func plain(s string) string {
	s = cut(s, longest)
	if s == "" || !utf8.ValidString(s) || strings.IndexFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) >= 0 {
		return strconv.Quote(s)
	}
	return s
}

// cut shortens a string to so many bytes, between runes.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	end := most
	for end > most-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// brief shows a duration as people say it: "42s", "42m", "3h", "3h 5m", rounded down.
func brief(d time.Duration) string {
	switch {
	case d < time.Minute:
		return d.Truncate(time.Second).String()
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d%time.Hour < time.Minute:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	}
	return strconv.Itoa(int(d/time.Hour)) + "h " + strconv.Itoa(int(d%time.Hour/time.Minute)) + "m"
}
