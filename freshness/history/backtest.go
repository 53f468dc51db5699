package history

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// An Outcome is what became of one due instant.
type Outcome struct {
	// Due is the due instant.
	Due time.Time

	// Reason is what became of it:
	//
	//	on-time                   landed in time
	//	in-grace                  late, but within the grace: the promise was kept
	//	late                      late, after the grace
	//	past-limit, never-landed  missing: nothing landed for it
	//	partial                   missing: what landed for it was too little
	//	not-due                   nothing had landed for it at the end, when its grace was not over
	//	paused, outside-hours     excused: not kept, but never judged
	Reason freshness.Reason

	// Landed reports whether data landed for it. Landing is the one that decided.
	Landed  bool
	Landing freshness.Landing

	// Late is how long after Due it landed. It is zero if it was not late, or is missing.
	Late time.Duration
}

// Kept reports whether the promise was kept.
func (o Outcome) Kept() bool {
	return o.Reason == freshness.ReasonOnTime || o.Reason == freshness.ReasonInGrace
}

// Judged reports whether the promise was judged: kept or broken, and neither excused nor not due.
func (o Outcome) Judged() bool { return o.Kept() || o.missing() || o.Reason == freshness.ReasonLate }

func (o Outcome) missing() bool {
	switch o.Reason {
	case freshness.ReasonPastLimit, freshness.ReasonNeverLanded, freshness.ReasonPartial:
		return true
	}
	return false
}

func (o Outcome) excused() bool {
	return o.Reason == freshness.ReasonPaused || o.Reason == freshness.ReasonOutsideHours
}

// A BacktestResult is how a policy would have judged a history. [Backtest] makes one.
//
// It counts in two ways. By time, for every policy: how long each status lasted, and the breaches.
// And by due instant, for a policy that has them, such as a [freshness.Deadline], alone or in a
// [freshness.Paused] or [freshness.During]: the Outcomes, and what is counted of them.
type BacktestResult struct {
	// Policy is the policy that judged.
	Policy freshness.Policy

	// Start and End bound the time that was judged; Start belongs to it and End does not.
	Start, End time.Time

	// Outcomes lists the due instants, in order. Nil if the policy has none.
	Outcomes []Outcome

	// These count the Outcomes. OnTime landed in time, and Late afterwards, of which InGrace within
	// the grace. For Missing nothing landed. Excused were not kept, but never judged. NotDue could
	// still land within the grace at the end.
	OnTime, Late, InGrace, Missing, Excused, NotDue int

	// WorstLate is the longest lateness that was not excused.
	WorstLate time.Duration

	// Streak is the largest number of judged due instants in a row that were not kept.
	Streak int

	// Fresh, AtRisk, Stale and Unknown are how long each status lasted. They saturate.
	Fresh, AtRisk, Stale, Unknown time.Duration

	// Breaches lists when the status was Stale, in order. A breach starts at the first instant at
	// which it was, which is just after the limit, and Why is the reason there. One that ends at
	// End may have lasted longer.
	Breaches []freshness.Span
}

// Judged returns how many due instants were judged: on time, late or missing.
func (r BacktestResult) Judged() int { return r.OnTime + r.Late + r.Missing }

// Kept returns how many due instants were kept: on time or within the grace.
func (r BacktestResult) Kept() int { return r.OnTime + r.InGrace }

// KeptShare returns Kept / Judged. If nothing was judged ok is false.
func (r BacktestResult) KeptShare() (share float64, ok bool) {
	return ratio(float64(r.Kept()), float64(r.Judged()))
}

// TimeShare returns the share of the judged time in which the promise was kept: (Fresh + AtRisk) /
// (Fresh + AtRisk + Stale). It is 1 only if Stale is 0. If the status was Unknown throughout ok is
// false.
func (r BacktestResult) TimeShare() (share float64, ok bool) {
	kept := float64(r.Fresh) + float64(r.AtRisk)
	share, ok = ratio(kept, kept+float64(r.Stale))
	if r.Stale > 0 {
		share = min(share, math.Nextafter(1, 0)) // a float64 loses a nanosecond in 104 days
	}
	return share, ok
}

func ratio(part, whole float64) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return part / whole, true
}

// WorstBreach returns the longest breach, and the first of several that are equally long. Without a
// breach ok is false.
func (r BacktestResult) WorstBreach() (worst freshness.Span, ok bool) {
	for _, b := range r.Breaches {
		if !ok || b.End.Sub(b.Start) > worst.End.Sub(worst.Start) {
			worst, ok = b, true
		}
	}
	return worst, ok
}

var errNoTime = errors.New("history: the time to judge ends before it begins")

// Backtest judges a history with a policy from the instant from until just before to. Its result is
// what [freshness.Policy.Check] would have returned throughout that time, with each landing known
// from the instant at which it landed. Landings before from are known from the beginning; those at
// to and later are ignored.
//
// A due instant counts if it lies in that time. Its outcome is what Check returns last before it
// judges the next due instant:
//
//   - A landing in its window is on time.
//   - A landing after it is late, unless it lies in the window of the next due instant or later, and
//     counts for that one.
//   - Without a landing it is missing.
//   - With a partition, the partition of the due day is waited for until to.
//   - A due instant that was not kept is excused if a pause or closed hours kept Check from ever
//     returning that.
//
// A policy of several parts has no due instants of its own, and is judged by time alone.
//
// Backtest passes over the history once, with one Check for every landing and for every instant at
// which the status can change by itself. It returns the error of [freshness.Policy.Validate] for a
// policy that is not valid, and an error if to is not after from, or if there are more than 2097152
// such instants or due instants.
func Backtest(p freshness.Policy, landed freshness.Landings, from, to time.Time) (BacktestResult, error) {
	return backtest(p, landed, from, to, maxTurns)
}

func backtest(
	p freshness.Policy, landed freshness.Landings, from, to time.Time, most int,
) (BacktestResult, error) {
	r := BacktestResult{Policy: p, Start: from.Round(0), End: to.Round(0)}
	var f fault.List
	f.Below("", freshness.ValidatePolicy(p))
	if err := f.Err(); err != nil {
		return r, err
	}
	if !from.Before(to) {
		return r, fmt.Errorf("%w: %v, %v", errNoTime, from, to)
	}

	landed = landed.InOrder()
	known := landed[:landed.After(exact.AddTime(r.End, -1))]
	if err := r.judgeTime(known, most); err != nil {
		return r, err
	}
	if freshness.CountsDues(p) {
		return r, r.judgeDues(known, most)
	}
	return r, nil
}
