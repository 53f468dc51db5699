package freshness

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// An Outcome is what became of one due instant.
type Outcome struct {
	// Due is the due instant.
	Due time.Time

	// Reason says what became of it:
	//
	//	on-time                   landed in time
	//	in-grace                  late, but within the grace: the promise was kept
	//	late                      late, after the grace
	//	past-limit, never-landed  missing: nothing landed for it
	//	partial                   missing: what landed for it was too little
	//	not-due                   nothing landed for it yet, and the grace was not over at the end
	//	paused, outside-hours     excused: not kept, but never judged
	Reason Reason

	// Landed says whether data landed for it, and Landing is what decided.
	Landed  bool
	Landing Landing

	// Late says how long after Due it landed. Zero: not late, or missing.
	Late time.Duration
}

// Kept reports whether the promise was kept.
func (o Outcome) Kept() bool { return o.Reason == ReasonOnTime || o.Reason == ReasonInGrace }

// Judged reports whether the promise was judged: kept or broken, and neither
// excused nor not due.
func (o Outcome) Judged() bool { return o.Kept() || o.missing() || o.Reason == ReasonLate }

func (o Outcome) missing() bool {
	return o.Reason == ReasonPastLimit || o.Reason == ReasonNeverLanded || o.Reason == ReasonPartial
}

func (o Outcome) excused() bool { return o.Reason == ReasonPaused || o.Reason == ReasonOutsideHours }

// A Report says how a policy would have judged a history: what a team needs
// before it promises anything. [Backtest] makes one.
//
// It counts twice. By due instant, for a [Deadline], alone or in [Paused] and
// [During]: the Outcomes and what is counted of them. And by time, for every
// policy: how long the status was what, and the breaches.
type Report struct {
	// Policy is what was judged, from the instant From until just before To is
	// reached.
	Policy   Policy
	From, To time.Time

	// Outcomes lists the due instants, in order. Nil if the policy has none.
	Outcomes []Outcome

	// Of the Outcomes, OnTime landed in time and Late afterwards, of these
	// InGrace within the grace; Missing were not landed for; Excused were not
	// kept, but never judged; and NotDue could still land within the grace.
	OnTime, Late, InGrace, Missing, Excused, NotDue int

	// WorstLate is the longest lateness that was not excused. Streak is the largest number of
	// judged due instants in a row that were not kept.
	WorstLate time.Duration
	Streak    int

	// Fresh, AtRisk, Stale and Unknown are how long the status was each.
	Fresh, AtRisk, Stale, Unknown time.Duration

	// Breaches lists when the status was Stale, in order: from the first
	// instant that it was, which is just after the limit, until just before
	// Until. Why is the reason at the beginning. One that ends at To may have
	// gone on.
	Breaches []Span
}

// Judged returns how many due instants were judged: on time, late or missing.
func (r Report) Judged() int { return r.OnTime + r.Late + r.Missing }

// Kept returns how many due instants were kept: on time or within the grace.
func (r Report) Kept() int { return r.OnTime + r.InGrace }

// KeptShare returns Kept / Judged. When nothing was judged there is none: ok
// is false.
func (r Report) KeptShare() (share float64, ok bool) {
	return ratio(float64(r.Kept()), float64(r.Judged()))
}

// TimeShare returns the share of the time judged in which the promise was
// kept: (Fresh + AtRisk) / (Fresh + AtRisk + Stale). When the status was
// Unknown throughout there is none: ok is false.
func (r Report) TimeShare() (share float64, ok bool) {
	kept := float64(r.Fresh) + float64(r.AtRisk)
	return ratio(kept, kept+float64(r.Stale))
}

func ratio(part, whole float64) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return part / whole, true
}

// WorstBreach returns the longest breach, the first of several. Without a
// breach ok is false.
func (r Report) WorstBreach() (worst Span, ok bool) {
	for _, b := range r.Breaches {
		if !ok || b.Until.Sub(b.From) > worst.Until.Sub(worst.From) {
			worst, ok = b, true
		}
	}
	return worst, ok
}

var errNoTime = errors.New("freshness: there is no time from the one to the other")

// Backtest judges a history with a policy, as [Policy.Check] would have, had it
// been asked all the time from from until just before to, and seen each
// landing when it landed. Landings before from are known from the beginning;
// those at to and later are not looked at.
//
// A due instant counts if it lies in that time. Its outcome is what Check says
// in the end, before it judges the next one: a landing in its window is on
// time, and one after it is late, unless that lies in the window of the next
// due instant or after it, and is booked there. Else it is missing. With a
// partition, that of the due day is waited for until to. A due instant that is
// not kept is excused if a pause or closed hours kept Check from ever saying so.
//
// A policy of several parts has no due instants of its own, and is judged by
// time alone.
//
// It goes through the history once: a Check for every landing and for every
// change of the answer between two. A policy that is not valid is an error,
// as [Policy.Validate] gives it; so are a time that ends before it begins, and
// one in which the answer changes more than 2097152 times, or as much is due.
func Backtest(p Policy, landed Landings, from, to time.Time) (Report, error) {
	return backtest(p, landed, from, to, maxTurns)
}

func backtest(p Policy, landed Landings, from, to time.Time, most int) (Report, error) {
	r := Report{Policy: p, From: from.Round(0), To: to.Round(0)}
	var f faults
	f.policy("", p)
	if err := f.err(); err != nil {
		return r, err
	}
	if !from.Before(to) {
		return r, fmt.Errorf("%w: %v, %v", errNoTime, from, to)
	}
	landed = inOrder(landed)
	known := landed[:landed.after(addSat(r.To, -1))]
	if err := r.goThrough(known, most); err != nil {
		return r, err
	}
	if deadline, ok := deadlineIn(p); ok {
		return r, r.judgeDues(deadline, known, most)
	}
	return r, nil
}

// inOrder returns the landings in order, and a copy only where it must.
func inOrder(landed Landings) Landings {
	if slices.IsSortedFunc(landed, Landing.compare) {
		return landed
	}
	landed = slices.Clone(landed)
	landed.Sort()
	return landed
}

// deadlineIn finds the deadline whose due instants are the policy's.
func deadlineIn(p Policy) (Deadline, bool) {
	switch p := p.(type) {
	case Deadline:
		return p, true
	case Paused:
		return deadlineIn(p.Policy)
	case During:
		return deadlineIn(p.Policy)
	}
	return Deadline{}, false
}
