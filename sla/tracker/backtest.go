package tracker

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/plain"
	"github.com/alwaysp1/alwaysp1/sla"
)

// A BacktestResult is what would have been reported and alerted, had an SLA been tracked over a
// history. [Backtest] makes one, and its zero value is about no time at all.
//
// It is plain data, and prints as lines. It is safe for concurrent use while it is not modified.
type BacktestResult struct {
	Start, End time.Time   // the history, [Start, End)
	Changes    []Report    // the first report, and each with a state that differs from that in the one before
	Final      Report      // at the last instant before End
	Alerts     []sla.Alert // the burn rules that began to fire and that stopped, by time

	// Strictest holds, by the name of an objective, the strictest target that would have been kept
	// all the time, and the counts of the window in which it was tightest: Budget.AllowedLeft and
	// Budget.Remaining are its margin. The zero Target is zero tolerance.
	//
	// Calendar-aligned windows are judged as they end. Windows that are not in the history as a
	// whole are left out, unless all are. Objectives without data are not in it.
	Strictest map[string]sla.Budget
}

// Backtest tracks an SLA over the history [from, to).
//
// Objectives about freshness are judged by what had landed of their asset, which landed holds by
// the asset's ID: at each landing, and whenever the result can change, as by a monitor that is
// never late. Objectives about events count what events yields, in that order: the name of an
// objective, and a bucket whose Counts are recorded at its Start. A bucket out of order is late, as
// it would have been. Either history may be nil. Due instants before from are not counted.
//
// A report is made every 720th part of the shortest window of an objective, but at most every
// minute, and at every change of a freshness status. An SLA that [sla.SLA.Validate] refuses, a to
// that is not after from, and events for an objective that is not about events are errors.
func Backtest(
	s sla.SLA, from, to time.Time, landed map[string]freshness.Landings, events iter.Seq2[string, Bucket],
) (BacktestResult, error) {
	catalog, err := sla.NewCatalog([]sla.SLA{s})
	if err != nil {
		return BacktestResult{}, err
	}
	if !from.Before(to) {
		return BacktestResult{}, fmt.Errorf("tracker: there is no time from %v to %v", from, to)
	}

	b := backtest{
		tracker: New(catalog), id: s.ID, grid: sla.Day,
		result: BacktestResult{Start: from, End: to, Strictest: map[string]sla.Budget{}},
	}
	for i := range s.Objectives {
		b.follow(&s, &s.Objectives[i], landed)
	}
	next, stop := pull(events)
	defer stop()
	b.events = next
	return b.run()
}

// pull steps through a sequence that may be nil.
func pull(events iter.Seq2[string, Bucket]) (next func() (string, Bucket, bool), stop func()) {
	if events == nil {
		return func() (string, Bucket, bool) { return "", Bucket{}, false }, func() {}
	}
	return iter.Pull2(events)
}

// A backtest plays a history to a tracker.
type backtest struct {
	tracker *Tracker
	id      string // of the SLA
	result  BacktestResult
	checks  []playedCheck
	events  func() (string, Bucket, bool)
	grid    time.Duration // between two reports
	windows []playedWindow
}

// A playedCheck evaluates a policy whenever its result can change.
type playedCheck struct {
	name, asset string
	policy      freshness.Policy
	landed      freshness.Landings
	known       int       // how many have landed
	from        time.Time // where the history begins
	next        time.Time // when to evaluate next; zero: never
	status      freshness.Status
}

// A playedWindow is a calendar-aligned window that has not ended.
type playedWindow struct {
	window sla.Window
	end    time.Time
}

// follow adds what one objective needs.
func (b *backtest) follow(s *sla.SLA, o *sla.Objective, landed map[string]freshness.Landings) {
	from := b.result.Start
	b.grid = max(time.Minute, min(b.grid, o.Window.Nominal()/720))
	if !o.Window.IsRolling() {
		_, end := o.Window.Bounds(from)
		b.windows = append(b.windows, playedWindow{o.Window, end})
	}
	if o.Freshness != nil {
		sorted := slices.Clone(landed[o.Asset])
		sorted.Sort()
		b.checks = append(b.checks, playedCheck{
			name: checkName(s, o), asset: o.Asset, policy: o.Freshness,
			landed: sorted, from: from, next: from,
		})
	}
}

// evaluate passes a result to the tracker, sets when to evaluate next, and reports whether the
// status has changed.
func (c *playedCheck) evaluate(t *Tracker, at time.Time) bool {
	for c.known < len(c.landed) && !c.landed[c.known].At.After(at) {
		c.known++
	}
	r := c.policy.Check(c.landed[:c.known:c.known], at)
	r.Check, r.Asset = c.name, c.asset
	seen := r
	if seen.LastDue.Before(c.from) {
		seen.LastDue = time.Time{} // what was due before the history begins does not count
	}
	t.Observe(seen)

	c.next = time.Time{}
	if r.NextCheck.After(at) {
		c.next = r.NextCheck
	}
	if c.known < len(c.landed) {
		c.next = exact.Earlier(c.next, c.landed[c.known].At)
	}
	before := c.status
	c.status = r.Status
	return r.Status != before
}

// run goes from one instant at which something happens to the next.
func (b *backtest) run() (BacktestResult, error) {
	name, event, more := b.events()
	b.report(b.result.Start)
	report := b.result.Start.Add(b.grid)
	for {
		at := b.next(report)
		// Events come before the checks of their instant, as they would have been recorded by then.
		for ; more && event.Start.Before(at); name, event, more = b.events() {
			c := event.Counts
			if err := b.tracker.Record(b.id+"/"+name, event.Start, c.Good, c.Bad); err != nil {
				return BacktestResult{}, err
			}
		}
		b.endWindows(at)
		if at.Equal(b.result.End) {
			b.report(at.Add(-1))
			b.settle()
			return b.result, nil
		}

		changed := !at.Before(report)
		for i := range b.checks {
			if c := &b.checks[i]; c.next.Equal(at) {
				changed = c.evaluate(b.tracker, at) || changed
			}
		}
		if changed {
			b.report(at)
		}
		if !at.Before(report) {
			report = at.Add(b.grid)
		}
	}
}

// next returns the next instant at which something happens.
func (b *backtest) next(report time.Time) time.Time {
	at := exact.Earlier(report, b.result.End)
	for _, c := range b.checks {
		at = exact.Earlier(at, c.next)
	}
	for _, w := range b.windows {
		at = exact.Earlier(at, w.end)
	}
	return at
}

// endWindows judges the calendar-aligned windows that end at an instant.
func (b *backtest) endWindows(at time.Time) {
	last := at.Add(-1)
	if at.Equal(b.result.End) {
		for i := range b.checks {
			b.checks[i].evaluate(b.tracker, last)
		}
	}
	ended := false
	for i := range b.windows {
		if w := &b.windows[i]; w.end.Equal(at) {
			_, w.end = w.window.Bounds(at)
			ended = true
		}
	}
	if !ended {
		return
	}

	r, _ := b.tracker.Report(b.id, last)
	for _, o := range r.Objectives {
		start, end := o.Window.Bounds(last)
		if !o.Window.IsRolling() && end.Equal(at) && !start.Before(b.result.Start) {
			b.tighten(o)
		}
	}
}

// report makes the report of an instant, and asks for the alerts up to it.
func (b *backtest) report(at time.Time) {
	r, _ := b.tracker.Report(b.id, at)
	if n := len(b.result.Changes); n == 0 || !sameStates(b.result.Changes[n-1], r) {
		b.result.Changes = append(b.result.Changes, r)
	}
	b.result.Alerts = append(b.result.Alerts, b.tracker.Alerts(at)...)
	b.result.Final = r
	for _, o := range r.Objectives {
		if start, _ := o.Window.Bounds(at); o.Window.IsRolling() && !start.Before(b.result.Start) {
			b.tighten(o)
		}
	}
}

// settle suggests targets for objectives of which no window is in the history as a whole.
func (b *backtest) settle() {
	for _, o := range b.result.Final.Objectives {
		if _, found := b.result.Strictest[o.Name]; !found {
			b.tighten(o)
		}
	}
}

// tighten keeps the counts of the window in which the smallest share was good.
func (b *backtest) tighten(o ObjectiveReport) {
	target, ok := o.Budget.Counts.StrictestTarget()
	budget := sla.Budget{Target: target, Counts: o.Budget.Counts}
	if before, found := b.result.Strictest[o.Name]; ok && (!found || faster(budget.Counts, before.Counts)) {
		b.result.Strictest[o.Name] = budget
	}
}

// sameStates reports whether two reports of one SLA have the same states, objective by objective.
func sameStates(a, b Report) bool {
	same := func(a, b ObjectiveReport) bool { return a.State == b.State }
	return a.State == b.State && slices.EqualFunc(a.Objectives, b.Objectives, same)
}

// String returns what changed, what was alerted, and which targets the history would have kept, in
// lines.
func (r BacktestResult) String() string {
	var b strings.Builder
	in := Report{At: r.Start}
	fmt.Fprintf(&b, "%s to %s\n", in.instant(r.Start), in.instant(r.End))
	for _, changed := range r.Changes {
		fmt.Fprintf(&b, "%s  %v\n", in.instant(changed.At), changed)
	}
	for _, a := range r.Alerts {
		fmt.Fprintf(&b, "%s  %v\n", in.instant(a.At), a)
	}

	for _, o := range r.Final.Objectives {
		if best, ok := r.Strictest[o.Name]; ok {
			kept := strings.TrimPrefix(best.Target.Words(), "target ")
			room := margin(best, o.Budget.Target)
			fmt.Fprintf(&b, "%s would have kept %s: %s\n", plain.Line(o.Name), kept, room)
		}
	}
	return b.String()
}

// margin returns what the tightest window held, and how far it was from a target.
func margin(b sla.Budget, target sla.Target) string {
	text := fmt.Sprintf("at its tightest %v", b.Counts)
	if target.IsZero() {
		return text
	}
	own := sla.Budget{Target: target, Counts: b.Counts}
	return text + "; of " + own.Room()
}
