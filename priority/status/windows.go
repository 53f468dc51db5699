package status

import (
	"fmt"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
	"github.com/alwaysp1/alwaysp1/sla/tracker"
)

// mostWindows is how many windows are shown of an objective.
const mostWindows = 90

// draw adds the last windows to the objectives of a row. The caller holds the turn to compute.
func (h *Handler) draw(s *snapshot, r *row) {
	if r.drawn {
		return
	}
	r.drawn = true
	// Which corrections are revoked is the same for all windows, so that it is found once.
	gone := revoked(s.facts.corrections)
	for i := range r.notes {
		w := windowing{h: h, s: s, o: &r.report.Objectives[i], n: &r.notes[i]}
		w.corrected = func(from, to time.Time) (removed, good bool) {
			return correctedBy(s.facts.corrections, gone, r.ID, w.o.Name, from, to)
		}
		windows, buckets := w.windows()
		r.notes[i].windows, r.notes[i].buckets = windows, w.correct(buckets)
	}
}

// A windowing makes the last windows of one objective.
type windowing struct {
	h         *Handler
	s         *snapshot
	o         *tracker.ObjectiveReport
	n         *note
	corrected func(from, to time.Time) (removed, good bool)
}

// correct returns the buckets as they count: without what corrections take out, and with what they
// count as good.
func (w *windowing) correct(buckets []tracker.Bucket) (list []tracker.Bucket) {
	for _, b := range buckets {
		switch removed, good := w.corrected(b.Start, b.End); {
		case removed:
			continue
		case good:
			b.Counts = allGood(b.Counts)
		}
		list = append(list, b)
	}
	return list
}

// allGood counts what was bad as good.
func allGood(c sla.Counts) sla.Counts { return sla.Counts{Good: c.Good}.Add(sla.Counts{Good: c.Bad}) }

// buckets returns what the tracker counted from an instant on, and nil if it does not know.
func (w *windowing) buckets(from time.Time) []tracker.Bucket {
	if w.h.tracker == nil {
		return nil
	}
	return w.h.tracker.Buckets(w.o.Check, from, w.s.at)
}

// windows returns the last windows, oldest first, and the buckets that they were made from: one
// window for each due instant, or one for each day where the rule has none. Days say nothing
// without buckets.
func (w *windowing) windows() ([]WindowView, []tracker.Bucket) {
	if freshness.CountsDues(w.n.rule) {
		if dues := freshness.LastDues(w.n.rule, w.s.at, mostWindows); len(dues) > 0 {
			buckets := w.buckets(exact.Earlier(dues[0].At, w.o.Start))
			return w.ofDues(dues, buckets), buckets
		}
	}

	// A rule without due instants, and events, are judged day by day.
	days := w.days()
	buckets := w.buckets(exact.Earlier(days[0].Start, w.o.Start))
	if buckets == nil {
		return nil, nil
	}
	rest := buckets
	for i := range days {
		for len(rest) > 0 && !rest[0].End.After(days[i].Start) && rest[0].Start.Before(days[i].Start) {
			rest = rest[1:] // it ends before this day and all that follow
		}
		w.judgeDay(&days[i], rest)
	}
	return days, buckets
}

// ofDues makes a window of each due instant. What the tracker counted decides, and history knows
// when data landed.
func (w *windowing) ofDues(dues []freshness.Due, buckets []tracker.Bucket) []WindowView {
	// A due instant has a bucket of its own, which starts at it.
	counts := make(map[int64]sla.Counts, len(buckets))
	for _, b := range buckets {
		at := b.Start.UnixNano()
		counts[at] = counts[at].Add(b.Counts)
	}
	outcomes := w.outcomes(dues)

	windows := make([]WindowView, 0, len(dues))
	for _, d := range dues {
		at := d.At.UnixNano()
		window := WindowView{Start: d.At.In(w.n.zone), End: d.At.In(w.n.zone)}
		outcome, found := outcomes[at]
		w.judgeDue(&window, counts[at], outcome, found)
		windows = append(windows, window)
	}
	return windows
}

// outcomes returns what the rule makes of the history of the asset, by due instant.
func (w *windowing) outcomes(dues []freshness.Due) map[int64]history.Outcome {
	outcomes := map[int64]history.Outcome{}
	landed := w.h.landings(w.o.Asset)
	if len(landed) == 0 {
		return outcomes
	}
	// What lands at the very instant of the page counts, and Backtest leaves out the end.
	from, to := dues[0].At.Add(-1), w.s.at.Add(1)
	report, err := history.Backtest(w.n.rule, landed, from, to)
	if err != nil {
		return outcomes // the history is a help, and not needed
	}
	for _, o := range report.Outcomes {
		outcomes[o.Due.UnixNano()] = o
	}
	return outcomes
}

// judgeDue sets the outcome of one due instant. Corrections come first, then what was counted, then
// what history tells.
func (w *windowing) judgeDue(v *WindowView, c sla.Counts, o history.Outcome, inHistory bool) {
	v.Good, v.Bad = c.Good, c.Bad
	landed := inHistory && o.Landed
	if landed {
		v.Landed = known(written(o.Landing.At).In(w.n.zone))
	}

	// The history is what a source knows today. What the tracker counted at the time decides, or a
	// page would tell another story than the report.
	removed, good := w.corrected(v.Start, v.End)
	switch {
	case removed:
		v.Outcome = OutcomeExcused
	// Data that landed late, but within its grace, was counted as good.
	case good, c.Bad == 0 && c.Good > 0:
		v.Outcome = OutcomeKept
	case c.Bad > 0 && landed:
		v.Outcome = OutcomeLate
	case c.Bad > 0:
		v.Outcome = OutcomeMissed
	default:
		v.Outcome = outcomeOf(o, inHistory)
	}
	v.Words = clockText(v.Start) + ": " + dueWords(v, o)
}

// outcomeOf returns what history makes of a due instant that the tracker did not count.
func outcomeOf(o history.Outcome, inHistory bool) Outcome {
	switch {
	// Nothing is claimed about what is not over.
	case !inHistory || o.Reason == freshness.ReasonNotDue:
		return OutcomeUnknown
	case o.Kept():
		return OutcomeKept
	case o.Reason == freshness.ReasonLate:
		return OutcomeLate
	case o.Judged():
		return OutcomeMissed
	}
	return OutcomeExcused
}

// dueWords returns the outcome of a due instant in words, with how late the data was.
func dueWords(v *WindowView, o history.Outcome) string {
	switch {
	case v.Outcome == OutcomeLate && o.Late > 0:
		return "late by " + plain.Duration(o.Late)
	case v.Outcome == OutcomeKept && o.Late > 0: // within its grace, or corrected
		return "kept, " + plain.Duration(o.Late) + " after it was due"
	}
	return v.Outcome.words()
}

// days returns the last days, oldest first. Clocks that are put forward or back make days of 23 and
// 25 hours, and may leave one out: so each is asked for as a window of the calendar.
func (w *windowing) days() []WindowView {
	daily, days := sla.CalendarDay(w.n.zone), make([]WindowView, mostWindows)
	start, end := daily.Bounds(w.s.at)
	for i := range slices.Backward(days) {
		days[i] = WindowView{Start: within(start, w.n.zone), End: within(end, w.n.zone)}
		start, end = daily.Bounds(start.Add(-1))
	}
	return days
}

// judgeDay sets the outcome of one day: late if some was bad, and missed if so much was that a
// window of that day alone would breach the SLO. No bucket ends before the day; those that reach
// into it count in full, since a bucket is as short as what is still known.
func (w *windowing) judgeDay(v *WindowView, buckets []tracker.Bucket) {
	var c sla.Counts
	// A correction over the start of a day without any bucket excuses it: it is why nothing was
	// measured.
	excused, _ := w.corrected(v.Start, v.Start)
	// The buckets are sorted: the first that starts after the day ends the search.
	for _, b := range buckets {
		if !b.Start.Before(v.End) {
			break
		}
		switch removed, good := w.corrected(b.Start, b.End); {
		case removed:
			excused = true
		case good:
			c = c.Add(allGood(b.Counts))
		default:
			c = c.Add(b.Counts)
		}
	}

	v.Good, v.Bad = c.Good, c.Bad
	budget := sla.Budget{Target: w.o.Budget.Target, Counts: c}
	day := v.Start.Format("Mon 2 Jan 2006")
	switch {
	case c.Total() == 0 && excused:
		v.Outcome, v.Words = OutcomeExcused, day+": excused"
		return
	case c.Total() == 0:
		v.Outcome, v.Words = OutcomeUnknown, day+": nothing was measured"
		return
	case c.Bad == 0:
		v.Outcome = OutcomeKept
	// A day is judged by the target of the whole window. It is a reading aid: one missed day may be
	// within the SLO.
	case budget.State() == sla.StateBreached:
		v.Outcome = OutcomeMissed
	default:
		v.Outcome = OutcomeLate
	}
	v.Words = fmt.Sprintf("%s: %s of %d good", day, percentOf(budget), c.Total())
}

// badBuckets returns where outcomes were bad in the window of an SLO: from what was counted, or
// else from the windows shown.
func (n *note) badBuckets(o *tracker.ObjectiveReport) []tracker.Bucket {
	// Else a window of the history counts as one bad outcome, as a due instant does.
	if n.buckets != nil {
		return n.buckets
	}
	var list []tracker.Bucket
	for _, w := range n.windows {
		bad := w.Outcome == OutcomeLate || w.Outcome == OutcomeMissed
		if bad && !w.Start.Before(o.Start) {
			list = append(list, tracker.Bucket{Start: w.Start, End: w.End, Counts: sla.Counts{Bad: 1}})
		}
	}
	return list
}
