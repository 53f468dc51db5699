package wording

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/priority"
)

const (
	longName  = 120 // runes of one name
	mostNames = 3   // names in one list; the others are counted
)

// Promise returns the name of an SLA, its tier, and its consumers: "Orders by 07:00" (primary, for
// finance).
func Promise(i priority.ImpactReport) string {
	text := `"` + name(cmp.Or(i.Name, i.SLA)) + `" (` + i.Tier.String()
	if len(i.Consumers) > 0 {
		text += ", for " + Names(i.Consumers)
	}
	return text + ")"
}

// Names returns the first names of a list, and how many more there are: "ada, bob, eve and 2
// others".
func Names(list []string) string {
	var shown []string
	for _, s := range list[:min(len(list), mostNames)] {
		shown = append(shown, name(s))
	}
	text := strings.Join(shown, ", ")
	if more := len(list) - len(shown); more > 0 {
		text += " and " + plain.Count(more, "other")
	}
	return text
}

// Path returns the assets of a path, joined by arrows. A long one loses its middle: where trouble
// begins and which promise it reaches stand at the ends.
func Path(path []string) string {
	const most, ends = 9, 4
	var shown []string
	for n, asset := range path {
		switch {
		case len(path) <= most || n < ends || n >= len(path)-ends:
			shown = append(shown, name(asset))
		case n == ends:
			shown = append(shown, fmt.Sprintf("… %d more …", len(path)-2*ends))
		}
	}
	return strings.Join(shown, " → ")
}

// At returns an instant to the minute with its zone, and with its date where that is not the date
// of now. It is shown in a location; nil: its own.
func At(t, now time.Time, in *time.Location) string {
	if in != nil {
		t = t.In(in)
	}
	if now = now.In(t.Location()); t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04 MST")
	}
	return plain.Minute(t)
}

func name(s string) string { return short(s, longName) }

// short returns a text on one line of at most so many runes. An empty one is shown as "".
func short(s string, most int) string {
	s = strings.TrimSpace(s)
	s = s[:min(len(s), utf8.UTFMax*(most+2))] // what is beyond has no room, and may be megabytes
	return cmp.Or(plain.FitRunes(plain.Line(s), most), `""`)
}
