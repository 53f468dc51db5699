package status

import (
	"fmt"
	"html"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// bars draws windows as links in a row, each with its own words, and says in words what they come to.
// What is written is made of times and numbers, and of the ID as it stands in an address.
func bars(id string, place int, windows []Window) (template.HTML, string) {
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
	return template.HTML(b.String()), sumOf(windows)
}

// anchor names a window of one of the objectives on the page of its SLA.
func anchor(place int, t time.Time) string {
	name := "w" + t.UTC().Format("20060102T150405")
	if place > 0 {
		name = "o" + strconv.Itoa(place) + "-" + name
	}
	return name
}

// sumOf counts what became of windows: "the last 90: 86 kept, 2 late, 1 missed, 1 not known".
func sumOf(windows []Window) string {
	counts := map[Outcome]int{}
	for _, w := range windows {
		counts[w.Outcome]++
	}
	var words []string
	for _, o := range []Outcome{OutcomeKept, OutcomeLate, OutcomeMissed, OutcomeExcused, OutcomeUnknown} {
		if n := counts[o]; n > 0 {
			words = append(words, fmt.Sprintf("%d %s", n, outcomeWord(o)))
		}
	}
	what := "days"
	if windows[0].Start.Equal(windows[0].End) {
		what = "deadlines"
	}
	return fmt.Sprintf("last %d %s: %s", len(windows), what, strings.Join(words, ", "))
}

func outcomeWord(o Outcome) string {
	if o == OutcomeUnknown {
		return "not known"
	}
	return string(o)
}
