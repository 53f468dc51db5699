package status

import (
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

const longTitle = 300 // bytes of a title

// title returns a text as the title of something, on one line.
func title(text string) string { return plain.Cut(plain.Line(text), longTitle) }

// clockText returns an instant to the minute, with its weekday and zone: "Mon 2 Mar 2026, 07:00
// GMT". Deadlines follow weekdays, so that a page shows them.
func clockText(t time.Time) string { return t.Format("Mon 2 Jan 2006, 15:04 MST") }

// rfcText returns an instant for programs.
func rfcText(t time.Time) string { return written(t).Format(time.RFC3339) }

// written limits an instant to the years that RFC 3339 can write in any zone. encoding/json fails
// on others, and one odd landing must not hide all SLAs.
func written(t time.Time) time.Time {
	// A zone may move an instant into the next year or the one before, so that the limits leave a
	// year of room.
	switch year := t.UTC().Year(); {
	case year < 1:
		return time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).In(t.Location())
	case year > 9998:
		return time.Date(9998, 12, 31, 23, 59, 59, 0, time.UTC).In(t.Location())
	}
	return t
}

// within moves an instant to a zone, limited as written does. The zero instant stays zero, and so
// is left out of JSON.
func within(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return written(t).In(zone)
}

// known returns an instant that is known, for a field where nil means that it is not.
func known(t time.Time) *time.Time { return &t }

// latest returns the latest of some instants, limited as written does.
func latest(instants ...time.Time) time.Time {
	var last time.Time
	for _, t := range instants {
		last = exact.Later(last, t)
	}
	return written(last)
}

// percentOf returns the share that was good, in percent: exact enough to tell it from the target.
func percentOf(b sla.Budget) string {
	return plain.Percent(uint64(max(b.Counts.Good, 0)), b.Counts.Total(), b.Target.Decimals())
}

// promiseWords returns what is promised: "ready by 07:00 Europe/Dublin on working days", "99.9%
// good over 30 days".
func promiseWords(p freshness.Policy, r *tracker.ObjectiveReport) string {
	if p == nil {
		return targetText(r.Budget.Target) + " good " + windowWords(r.Window)
	}
	return freshness.Words(p)
}

// targetText returns a target as people read it. Zero tolerance has no target, and asks for all.
func targetText(t sla.Target) string {
	if t.IsZero() {
		return "100%"
	}
	return t.String()
}

// windowWords returns over what a target must hold: "over 90 days", "in each quarter".
func windowWords(w sla.Window) string {
	if w.IsRolling() {
		// Days are how people count windows, however many there are: "over 90 days", not "over 12
		// weeks and 6 days".
		if length := w.Nominal(); length%sla.Day != 0 {
			return "over " + plain.Duration(length)
		}
		return "over " + plain.Count(int64(w.Nominal()/sla.Day), "day")
	}
	// The text of a calendar-aligned window starts with its unit.
	unit, _, _ := strings.Cut(w.String(), " ") // as in "month from day 1 UTC"
	if unit == "" {
		return "over its window"
	}
	return "in each " + unit
}

// stateWords returns the state of an SLO in a word or two. A level has "at risk" already, about
// now.
func stateWords(s sla.State) string {
	return map[sla.State]string{
		sla.StateNoData: "no data", sla.StateMet: "met", sla.StateAtRisk: "burning",
		sla.StateExhausted: "exhausted", sla.StateBreached: "breached",
	}[s]
}

var reasonTexts = [...]string{
	freshness.ReasonNone:         "not judged",
	freshness.ReasonOnTime:       "landed in time",
	freshness.ReasonNotDue:       "not due yet",
	freshness.ReasonLate:         "landed late",
	freshness.ReasonPastWarning:  "past its warning, nothing has landed",
	freshness.ReasonInGrace:      "due, within its grace",
	freshness.ReasonPastLimit:    "overdue, nothing has landed",
	freshness.ReasonNeverLanded:  "nothing has ever landed",
	freshness.ReasonPartial:      "too little has landed",
	freshness.ReasonInFuture:     "the newest landing is in the future",
	freshness.ReasonNotMeasured:  "could not be measured",
	freshness.ReasonOutsideHours: "outside working hours",
	freshness.ReasonPaused:       "paused",
}

// reasonOf returns r, or ReasonNone for a reason that does not exist. Results come from callers
// too.
func reasonOf(r freshness.Reason) freshness.Reason {
	if r < 0 || int(r) >= len(reasonTexts) {
		return freshness.ReasonNone
	}
	return r
}

// reasonWords returns the reason of a result in words.
func reasonWords(r freshness.Reason) string { return reasonTexts[reasonOf(r)] }

// statusOf returns s, or Unknown for a status that does not exist.
func statusOf(s freshness.Status) freshness.Status {
	if s < freshness.Unknown || s > freshness.Stale {
		return freshness.Unknown
	}
	return s
}
