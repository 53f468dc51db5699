package status

import (
	"fmt"
	"html"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// bars draws windows as links in a row, each with its own words, and sums them up in words. The
// list holds 90 for each SLA, so that they are written into one builder and not through a template.
func bars(id string, place int, windows []WindowView) (template.HTML, string) {
	if len(windows) == 0 {
		return "", ""
	}
	base := html.EscapeString(string(link(id)))
	var b strings.Builder
	b.Grow(len(windows) * (len(base) + 120))
	for i := range windows {
		w := &windows[i]
		b.WriteString(`<a tabindex="-1" class="`)
		b.WriteString(string(w.Outcome))
		b.WriteString(`" href="`)
		b.WriteString(base)
		b.WriteString("#")
		b.WriteString(anchor(place, w.Start))
		words := html.EscapeString(w.Words)
		b.WriteString(`" title="` + words + `">` + words + `</a>`)
	}
	return template.HTML(b.String()), sumOf(windows) // all that callers named is escaped
}

// anchor returns the name of a window on the page of its SLA, by the place of its objective.
func anchor(place int, t time.Time) string {
	name := "w" + t.UTC().Format("20060102T150405")
	if place > 0 {
		name = "o" + strconv.Itoa(place) + "-" + name
	}
	return name
}

// sumOf returns the outcomes of windows in words: "last 90 deadlines: 86 kept, 2 late, 1 missed, 1
// not known".
func sumOf(windows []WindowView) string {
	counts := map[Outcome]int{}
	for _, w := range windows {
		counts[w.Outcome]++
	}
	var words []string
	for _, o := range []Outcome{OutcomeKept, OutcomeLate, OutcomeMissed, OutcomeExcused, OutcomeUnknown} {
		if n := counts[o]; n > 0 {
			words = append(words, strconv.Itoa(n)+" "+o.words())
		}
	}

	// Either all windows of a bar are due instants, or all are days.
	what := "days"
	if windows[0].isDue() {
		what = "deadlines"
	}
	return fmt.Sprintf("last %d %s: %s", len(windows), what, strings.Join(words, ", "))
}

// isDue reports whether the window is a due instant and not a day.
func (w *WindowView) isDue() bool { return w.Start.Equal(w.End) }

// words returns the outcome as people read it.
func (o Outcome) words() string {
	if o == OutcomeUnknown {
		return "not known"
	}
	return string(o)
}
