package fault

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

const (
	MostName = 1 << 10 // bytes of an ID, a name, an asset
	mostText = 1 << 16 // bytes of a description
)

// Required refuses an empty name, and one that [List.Name] refuses.
func (l *List) Required(path, name string) {
	if name == "" {
		l.Add(path, "is missing")
	}
	l.Name(path, name)
}

// Name refuses a name that must not be shown on one line: longer than 1,024 bytes, not UTF-8, or
// with a character that breaks or reorders the line. An empty name is fine.
func (l *List) Name(path, name string) {
	if problem := NameProblem(name); problem != "" {
		l.Add(path, "%s", problem)
	}
}

// Names refuses empty, hostile and repeated names.
func (l *List) Names(path string, list []string) {
	first := make(map[string]int, len(list))
	for i, name := range list {
		l.Required(Element(path, i), name)
		if j, again := first[name]; again && name != "" {
			l.Add(Element(path, i), "%s is already in %s", plain.Quote(name), Element(path, j))
		} else {
			first[name] = i
		}
	}
}

// Text refuses a text that must not be shown. Line breaks and tabs are fine.
func (l *List) Text(path, prose string) {
	hostile := func(r rune) bool { return plain.Hostile(r) && !strings.ContainsRune("\n\r\t", r) }
	if problem := runeProblem(prose, mostText, hostile); problem != "" {
		l.Add(path, "%s", problem)
	}
}

// Count refuses a negative number of outcomes.
func (l *List) Count(path string, n int64) {
	if n < 0 {
		l.Add(path, "%d is negative", n)
	}
}

// Written refuses an instant that has no text form, with which no report could be written, or one
// that would not be read back as the same: the offset of its zone has parts of a minute, as before
// there were time zones.
func (l *List) Written(path string, at time.Time) {
	if year := at.Year(); year < 0 || year > 9999 {
		l.Add(path, "is in the year %d, not within 0 to 9999", year)
	} else if _, offset := at.Zone(); offset%60 != 0 || offset <= -86400 || offset >= 86400 {
		l.Add(path, "%v has no exact text: give it in UTC", at)
	}
}

// NameProblem returns why a name must not be shown on one line, and nothing where it may.
func NameProblem(name string) string {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c >= 0x7f {
			return runeProblem(name, MostName, plain.Hostile)
		}
	}
	return lengthProblem(name, MostName)
}

func runeProblem(s string, most int, refused func(rune) bool) string {
	if problem := lengthProblem(s, most); problem != "" {
		return problem
	}
	if !utf8.ValidString(s) {
		return plain.Quote(s) + " is not valid UTF-8"
	}
	if i := strings.IndexFunc(s, refused); i >= 0 {
		r, _ := utf8.DecodeRuneInString(s[i:])
		return fmt.Sprintf("%s holds the control character %U", plain.Quote(s), r)
	}
	return ""
}

func lengthProblem(s string, most int) string {
	if len(s) > most {
		return fmt.Sprintf("%s is longer than %d bytes", plain.Quote(s), most)
	}
	return ""
}

// Negative refuses a duration below zero.
func (l *List) Negative(path string, d time.Duration) {
	if d < 0 {
		l.Add(path, "%v is negative", d)
	}
}
