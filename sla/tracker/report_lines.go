package tracker

import (
	"fmt"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// text writes the lines about one objective.
func (o ObjectiveReport) text(b *strings.Builder, r Report) {
	fmt.Fprintf(b, "%s of %s: %v\n", plain.Line(o.Name), plain.Line(o.Asset), o.State)
	line := func(what, format string, args ...any) {
		fmt.Fprintf(b, "  %-11s %s\n", what, fmt.Sprintf(format, args...))
	}

	line("window", "%v: %s to %s%s", o.Window, r.instant(o.Start), r.instant(o.End), o.resolution())
	line("outcomes", "%s, %s", o.outcomes(), o.Budget.Target.Words())
	line("budget", "%s", o.budgetText())
	for _, burn := range o.Burns {
		line("burn", "%v", burn)
	}
	line("forecast", "%s", o.forecastText(r))
	line("coverage", "%s%s", plain.Share(o.Coverage, 2), o.gaps())
	for _, bucket := range o.Worst {
		line("worst", "%s", bucket.text(r))
	}
	if o.Raw != o.Budget {
		line("as recorded", "%v", o.Raw.Counts)
	}
	if o.LateArrivals > 0 || o.Dropped > 0 {
		line("late", "%d arrived late, %d were too old or too far ahead to count", o.LateArrivals, o.Dropped)
	}
	if o.LastResult != nil {
		line("last", "%v", *o.LastResult)
	}
}

// resolution returns how far the bounds lie from the window, and nothing where they are exact.
func (o ObjectiveReport) resolution() string {
	if o.Resolution == 0 {
		return ""
	}
	return ", to " + plain.Duration(o.Resolution)
}

// outcomes returns what was counted, and which share of it was good.
func (o ObjectiveReport) outcomes() string {
	counts := o.Budget.Counts
	if counts.Total() == 0 {
		return "no data"
	}
	good, _ := counts.Parts()
	return fmt.Sprintf("%v: %s", counts, plain.Percent(good, counts.Total(), o.Budget.Target.Decimals()))
}

// budgetText returns how much may be bad and how much is. Without data there are no shares of a
// budget.
func (o ObjectiveReport) budgetText() string {
	text := fmt.Sprintf("%d may be bad, %d are", o.Budget.Allowed(), max(o.Budget.Counts.Bad, 0))
	consumed, ok := o.Budget.Consumed()
	left, _ := o.Budget.Remaining()
	if !ok {
		return text
	}
	return fmt.Sprintf("%s: %s consumed, %s left", text, plain.Share(consumed, 2), plain.Share(left, 2))
}

// forecastText returns when the budget will be exhausted; without data there is nothing to forecast
// from.
func (o ObjectiveReport) forecastText(r Report) string {
	if _, ok := o.Budget.Consumed(); !ok {
		return "none"
	}
	present, worst := o.exhaustion(r, o.ExhaustsAt), o.exhaustion(r, o.WorstExhaustsAt)
	return fmt.Sprintf("%s at the present burn rate, %s at that of the worst burn rule", present, worst)
}

// exhaustion returns an instant of exhaustion in words, with how long that is from the report on.
func (o ObjectiveReport) exhaustion(r Report, when time.Time) string {
	switch {
	case when.IsZero():
		return "never exhausted"
	case !when.After(r.At):
		return "exhausted"
	}
	by, in := r.instant(when.Truncate(time.Second)), plain.Duration(when.Sub(r.At))
	return fmt.Sprintf("exhausted by %s (in %s)", by, in)
}

// gaps returns how much of the window was not measured, and nothing where all of it was.
func (o ObjectiveReport) gaps() string {
	var parts []string
	if o.NoData > 0 {
		parts = append(parts, fmt.Sprintf("%d without an outcome", o.NoData))
	}
	if o.Excused > 0 {
		parts = append(parts, fmt.Sprintf("%d excused", o.Excused))
	}
	if parts == nil {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}

// correction returns what a correction does, who entered it, and why.
func (r Report) correction(c sla.Correction) string {
	how := "removed"
	if c.CountAsGood {
		how = "counted as good"
	}
	text := fmt.Sprintf("%s to %s %s by %s: %s",
		r.instant(c.Start), r.instant(c.End), how, plain.Line(c.Author), plain.Line(c.Reason))
	if c.Objective != "" {
		text = plain.Line(c.Objective) + ": " + text
	}
	return text
}
