package priority

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

const arrow = " → "

// quoted returns a caller's string in Go's quotes, cut where a name is.
func quoted(s string) string { return strconv.Quote(plain.Cut(s, plain.LongName)) }

// instant returns an instant to the minute, or to the second if it has seconds, with its zone.
func instant(t time.Time) string {
	if t.Second() == 0 {
		return plain.Minute(t)
	}
	return plain.Second(t)
}

// line returns what happened to the asset, with a colon if the summary does not continue the
// sentence.
func (s *Signal) line() string {
	asset := plain.Name(s.Asset)
	if verb, _, _ := strings.Cut(s.Summary, " "); s.Summary != "" && !follows(verb) {
		asset += ":"
	}
	return asset + " " + plain.Name(s.news())
}

// news returns the summary, or the words of the kind instead.
func (s *Signal) news() string {
	if s.Resolved {
		return cmp.Or(s.Summary, "is well again")
	}
	return cmp.Or(s.Summary, s.Kind.words())
}

// follows reports whether a summary that begins with this word continues a sentence that begins
// with the asset.
func follows(verb string) bool {
	return verb == "has" || verb == "is" || verb == "was" || verb == "could"
}

// trail returns the assets of a path, each after an arrow, without the middle of a long path.
func trail(path []string) string {
	const most, ends = 8, 3
	if hidden := len(path) - 2*ends; len(path) > most {
		return trail(path[:ends]) + arrow + fmt.Sprintf("… %d more …", hidden) + trail(path[len(path)-ends:])
	}
	var b strings.Builder
	for _, asset := range path {
		b.WriteString(arrow + plain.Name(asset))
	}
	return b.String()
}

// leads returns by which path an impact is reached, and the promise with its consumers.
func leads(i sla.Impact) string {
	text := "is "
	if len(i.Path) > 1 {
		text = "feeds " + way(i.Path) + ", "
	}
	return text + promised(i.SLA)
}

// way returns the end of a path, with the path itself as proof.
func way(path []string) string {
	end := plain.Name(path[len(path)-1])
	if len(path) == 1 {
		return end
	}
	return end + " (" + plain.Name(path[0]) + trail(path[1:]) + ")"
}

// dueText returns how far a due instant is from the instant of the signal.
func dueText(due, at time.Time) string {
	left := due.Sub(at)
	switch {
	case left < 0:
		return "due " + plain.Duration(left) + " ago"
	case left == 0:
		return "due now"
	}
	return "due in " + plain.Duration(left)
}

// leftText returns the time left until a due instant, as it follows the instant. It is empty if the
// signal's instant is unknown.
func leftText(due, at time.Time) string {
	if at.IsZero() {
		return ""
	}
	left := due.Sub(at)
	if left < 0 {
		return ", overdue by " + plain.Duration(left)
	}
	return ", " + plain.Duration(left) + " left"
}

// ownText returns how far the asset is from its own due instant.
func ownText(left time.Duration) string {
	if left < 0 {
		return "overdue by " + plain.Duration(left)
	}
	return "itself due in " + plain.Duration(left)
}

// since returns for how long something has been so and, from a thousand days on, since which day.
func since(from, at time.Time) string {
	const long = 1000 * 24 * time.Hour
	if length := at.Sub(from); length < long {
		return "for " + plain.Duration(length)
	}
	return "since " + from.Format(time.DateOnly)
}
