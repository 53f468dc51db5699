package wording

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
)

const (
	longName    = 120 // runes of one name
	longSummary = 300 // runes of what went wrong
	longCause   = 300 // runes of a root cause in the headline
	mostNames   = 3   // names in one list; the others are counted
)

// Headline returns the one line about an incident at an instant: where it stands, what broke, whom that hurts, by when, and why that is P1.
// Instants are shown in a location; nil: each in its own.
func Headline(i incident.Incident, now time.Time, in *time.Location) string {
	text, due := Halves(i, now, in)
	if !due.IsZero() {
		text += At(due, now, in)
	}
	return text
}

// Halves returns the headline up to the due instant that ends it, and that instant, for whoever can show each reader their own time.
// A zero instant is none: then the text is all of it.
func Halves(i incident.Incident, now time.Time, in *time.Location) (text string, due time.Time) {
	text, due = Standing(i, now)+" · "+What(i.Report)+stakes(i, now, in), i.Report.Due
	switch {
	case i.State() == incident.Closed && i.RootCause != "":
		return text + "; root cause: " + short(i.RootCause, longCause), time.Time{}
	case i.State() == incident.Closed || due.IsZero():
		return text, time.Time{}
	case due.Before(now):
		return text + "; it was due ", due
	}
	return text + "; due ", due
}

// Standing says how urgent an incident is and where it stands at an instant: "P1 open".
func Standing(i incident.Incident, now time.Time) string {
	p, owner := i.Report.Priority.String(), i.Owner(now)
	switch state := i.State(); {
	case i.Into != "":
		return p + " goes on in " + name(i.Into)
	case state == incident.Closed && i.Forced != "":
		return p + " closed without a root cause"
	case state == incident.Closed:
		return p + " resolved"
	case state == incident.Harmless:
		return p + " mitigated"
	case owner != "":
		return p + " owned by " + name(owner)
	case state == incident.Taken:
		return p + " without an owner"
	case !i.ReopenedAt.IsZero():
		return p + " reopened"
	}
	return p + " open"
}

// What says what went wrong, in one line: "raw.orders: extract exited 1".
func What(r priority.Report) string {
	if len(r.Reasons) > 0 {
		return short(r.Reasons[0], longSummary)
	}
	return short(r.Signal.Asset, longName) + ": " + short(cmp.Or(r.Signal.Summary, r.Signal.Kind.String()), longSummary)
}

// stakes says what the trouble does to whom, and with that why it is as urgent as it is.
func stakes(i incident.Incident, now time.Time, in *time.Location) string {
	r, over := i.Report, i.State() == incident.Closed
	if len(r.Impacts) == 0 {
		return because(Why(r))
	}
	lead := r.Impacts[0]
	text, and := "; it "+verb(lead.Effect, over)+" "+Promise(lead), " and "
	if lead.Effect == priority.EffectExposed && !lead.Until.IsZero() && !lead.Until.Equal(r.Due) && !over { // when it is due ends the line
		text, and = text+", which has time until "+At(lead.Until, now, in), ", and "
	}
	if n := len(r.Impacts) - 1; n > 0 {
		text += and + plural(n, "other SLA")
	}
	return text
}

// Why says what makes trouble as urgent as it is, in half a sentence; empty where the report does not tell.
func Why(r priority.Report) string {
	switch {
	case r.Rule == priority.RuleUnknownAsset:
		return "the catalog does not know it, so it may reach a primary SLA"
	case r.Rule == priority.RuleAlwaysP1 && len(r.Impacts) > 0 && len(r.Impacts[0].Path) > 1:
		return "it feeds a primary SLA (" + Path(r.Impacts[0].Path) + ")"
	case r.Rule == priority.RuleAlwaysP1:
		return "a primary SLA is about it"
	case r.Impact != "" || r.Urgency != "":
		return `impact "` + name(r.Impact) + `" and urgency "` + name(r.Urgency) + `"`
	}
	return ""
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return "; " + why
}

func verb(e priority.Effect, over bool) string {
	now, then := "endangers", "endangered"
	switch e {
	case priority.EffectExposed:
		now, then = "reaches", "reached"
	case priority.EffectBreached:
		now, then = "has broken", "broke"
	}
	if over {
		return then
	}
	return now
}

// Promise names an SLA, its tier, and those to whom it was made.
func Promise(i priority.ImpactReport) string {
	text := `"` + name(cmp.Or(i.Name, i.SLA)) + `" (` + i.Tier.String()
	if len(i.Consumers) > 0 {
		text += ", for " + Names(i.Consumers)
	}
	return text + ")"
}

// Names lists names, the first of them, and says how many more there are.
func Names(list []string) string {
	var shown []string
	for _, s := range list[:min(len(list), mostNames)] {
		shown = append(shown, name(s))
	}
	text := strings.Join(shown, ", ")
	if more := len(list) - len(shown); more > 0 {
		text += " and " + plural(more, "other")
	}
	return text
}

// Path writes the assets of a path, without the middle of a long one.
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

// At writes an instant to the minute with its zone, and with its date where that is not the date of now.
func At(t, now time.Time, in *time.Location) string {
	if in != nil {
		t = t.In(in)
	}
	if now = now.In(t.Location()); t.YearDay() == now.YearDay() && t.Year() == now.Year() {
		return t.Format("15:04 MST")
	}
	return t.Format("2006-01-02 15:04 MST")
}

// Lasting writes the size of a duration in its two largest units, of which a day has 24 hours; what is smaller is dropped.
func Lasting(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= day:
		return two(int64(d/day), "d", int64(d%day/time.Hour), "h")
	case d >= time.Hour:
		return two(int64(d/time.Hour), "h", int64(d%time.Hour/time.Minute), "m")
	case d >= time.Minute:
		return two(int64(d/time.Minute), "m", int64(d%time.Minute/time.Second), "s")
	}
	return max(0, d).Truncate(time.Second).String()
}

func two(large int64, big string, small int64, little string) string {
	text := strconv.FormatInt(large, 10) + big
	if small > 0 {
		text += strconv.FormatInt(small, 10) + little
	}
	return text
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func name(s string) string { return short(s, longName) }

// short returns one line of at most so many runes. Nothing is shown as "".
func short(s string, most int) string {
	s = strings.TrimSpace(s)
	text, _ := Cut(Line(s[:min(len(s), utf8.UTFMax*(most+2))]), most, Rune) // what is not looked at has no room
	return cmp.Or(text, `""`)
}
