package sla

import (
	"fmt"
	"strings"
	"time"
)

// text writes the lines about one objective.
func (o ObjectiveReport) text(b *strings.Builder, r Report) {
	fmt.Fprintf(b, "%s of %s: %v\n", oneLine(o.Name), oneLine(o.Asset), o.State)
	line := func(what, format string, args ...any) {
		fmt.Fprintf(b, "  %-11s %s\n", what, fmt.Sprintf(format, args...))
	}
	line("window", "%v: %s to %s%s", o.Window, r.instant(o.Start), r.instant(o.End), o.resolution())
	line("outcomes", "%s, %s", o.outcomes(), o.Budget.targetText())
	line("budget", "%s", o.budgetText())
	for _, burn := range o.Burns {
		line("burn", "%v", burn)
	}
	line("forecast", "%s", o.forecastText(r))
	line("coverage", "%s%s", floored(o.Coverage, 2), o.gaps())
	for _, m := range o.Worst {
		line("worst", "%s", m.text(r))
	}
	if o.Raw != o.Budget {
		line("as recorded", "%v", o.Raw.Counts)
	}
	if o.Late > 0 || o.Dropped > 0 {
		line("late", "%d booked into their past, %d too far off to count", o.Late, o.Dropped)
	}
	if o.Last != nil {
		line("last", "%v", *o.Last)
	}
}

func (o ObjectiveReport) resolution() string {
	if o.Resolution == 0 {
		return ""
	}
	return ", to " + string(appendLength(nil, o.Resolution))
}

func (o ObjectiveReport) outcomes() string {
	counts := o.Budget.Counts
	if counts.Total() == 0 {
		return "no data"
	}
	good, _ := counts.parts()
	return fmt.Sprintf("%v: %s", counts, flooredShare(good, counts.Total(), percentDecimals(o.Budget.Target)))
}

func (o ObjectiveReport) budgetText() string {
	text := fmt.Sprintf("%d may be bad, %d are", o.Budget.Allowed(), max(o.Budget.Counts.Bad, 0))
	consumed, ok := o.Budget.Consumed()
	left, _ := o.Budget.Remaining()
	if !ok {
		return text
	}
	return fmt.Sprintf("%s: %s consumed, %s left", text, floored(consumed, 2), floored(left, 2))
}

func (o ObjectiveReport) forecastText(r Report) string {
	if _, ok := o.Budget.Consumed(); !ok {
		return "none"
	}
	return fmt.Sprintf("%s at the present burn, %s at that of the worst alert", o.gone(r, o.Exhaustion), o.gone(r, o.WorstExhaustion))
}

func (o ObjectiveReport) gone(r Report, when time.Time) string {
	switch {
	case when.IsZero():
		return "never gone"
	case !when.After(r.At):
		return "gone"
	}
	return fmt.Sprintf("gone by %s (in %s)", r.instant(when.Truncate(time.Second)), appendLength(nil, when.Sub(r.At).Truncate(time.Second)))
}

func (o ObjectiveReport) gaps() string {
	var parts []string
	if o.Silent > 0 {
		parts = append(parts, fmt.Sprintf("%d without an outcome", o.Silent))
	}
	if o.Excused > 0 {
		parts = append(parts, fmt.Sprintf("%d excused", o.Excused))
	}
	if parts == nil {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

// String answers when it was and what there was, as "2026-03-02 07:00:00 UTC: 0 good, 1 bad of 1".
func (m Moment) String() string { return m.text(Report{At: m.Start}) }

func (m Moment) text(r Report) string {
	if !m.End.After(m.Start) {
		return fmt.Sprintf("%s: %v", r.instant(m.Start), m.Counts)
	}
	return fmt.Sprintf("%s, %s long: %v", r.instant(m.Start), appendLength(nil, m.End.Sub(m.Start)), m.Counts)
}

// correction says what was corrected, by whom and why.
func (r Report) correction(c Correction) string {
	how := "removed"
	if c.Good {
		how = "counted as good"
	}
	text := fmt.Sprintf("%s to %s %s by %s: %s", r.instant(c.Start), r.instant(c.End), how, oneLine(c.Author), oneLine(c.Reason))
	if c.Objective != "" {
		text = oneLine(c.Objective) + ": " + text
	}
	return text
}
