package freshness

import (
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// A Cadence is the rule "something lands at least every": a dead man's
// switch, armed by the first landing. Each landing starts the time anew; the
// next one is due Every after it. A landing exactly then is on time.
//
//	time since the newest landing         status    reason
//	at most Every, itself on time         Fresh     on-time
//	at most Every, itself late            Fresh     late; in-grace if within the grace
//	above Every, grace not over           AtRisk    in-grace
//	above Every plus Grace                Stale     past-limit
//	nothing ever landed                   Unknown   not-due; with Since set it
//	                                                counts as a landing, and what
//	                                                follows is Stale, never-landed
//	landed after now                      Unknown   in-future
//
// [Result].LastDue is when the newest landing was due, and [Result].Late how
// late it was. The zero Cadence is refused by [Cadence.Validate] and measures
// nothing.
type Cadence struct {
	// Every is the longest time between two landings. It must be set.
	Every time.Duration

	// Grace is how long after that the promise is at risk rather than broken.
	// Zero means none.
	Grace time.Duration

	// Skew is how far after the instant judged a landing may lie, because
	// clocks differ, and still count as landed now. Zero means not at all.
	Skew time.Duration

	// Since arms the switch: the first landing is due Every after it.
	// Zero means that only a landing arms it.
	Since time.Time
}

// Validate refuses a missing time and anything negative.
func (p Cadence) Validate() error {
	var f fault.List
	if p.Every == 0 {
		f.Add("every", "is missing")
	}
	f.Negative("every", p.Every)
	f.Negative("grace", p.Grace)
	f.Negative("skew", p.Skew)
	return f.Err()
}

// Check judges the time since the newest landing. See [Policy].
func (p Cadence) Check(landed Landings, now time.Time) Result {
	if p.Every <= 0 || min(p.Grace, p.Skew) < 0 {
		return NotMeasured(ErrInvalid, now)
	}
	r, ok := begin(landed, now, p.Skew)
	if !ok {
		return r
	}

	if !r.Landed {
		return p.unarmed(r)
	}
	why := ReasonOnTime
	if before, ok := p.before(landed); ok {
		r.LastDue = exact.AddTime(before, p.Every)
		if r.Late = max(0, r.Landing.At.Sub(r.LastDue)); r.Late > p.Grace {
			why = ReasonLate
		} else if r.Late > 0 {
			why = ReasonInGrace
		}
	}
	return p.judge(r, r.Landing.At, Fresh, why, ReasonPastLimit)
}

// before returns what the newest landing is counted from: the one before it,
// or the instant that armed the switch.
func (p Cadence) before(landed Landings) (time.Time, bool) {
	if n := len(landed); n > 1 {
		return landed[n-2].At.Round(0), true
	}
	return p.Since.Round(0), !p.Since.IsZero() && !landed[0].At.Before(p.Since)
}

// unarmed judges an asset that has never landed.
func (p Cadence) unarmed(r Result) Result {
	if p.Since.IsZero() {
		return r.because(Unknown, ReasonNotDue, time.Time{})
	}
	return p.judge(r, p.Since.Round(0), Unknown, ReasonNotDue, ReasonNeverLanded)
}

// judge compares the time since an instant with the limits. Within Every the
// result is s and why.
func (p Cadence) judge(r Result, from time.Time, s Status, why, broken Reason) Result {
	due := exact.AddTime(from, p.Every)
	limit := exact.AddTime(due, p.Grace)
	if r.At.After(limit) {
		return r.because(Stale, broken, due)
	}
	r.FreshUntil, r.NextCheck = limit, exact.JustAfter(limit)
	if r.At.After(due) {
		return r.because(AtRisk, ReasonInGrace, due)
	}
	r.NextCheck = exact.JustAfter(due)
	return r.because(s, why, due)
}

func (p Cadence) encode(*fault.List, string) (string, any) {
	return "cadence", struct {
		Every jsontree.Duration `json:"every"`
		Grace jsontree.Duration `json:"grace,omitzero"`
		Skew  jsontree.Duration `json:"skew,omitzero"`
		Since time.Time         `json:"since,omitzero"`
	}{jsontree.Duration(p.Every), jsontree.Duration(p.Grace), jsontree.Duration(p.Skew), p.Since}
}

func decodeCadence(d *decoder, path string, v jsontree.Value, _ int) Policy {
	var p Cadence
	d.Object(path, v,
		jsontree.On("every", d.Duration(&p.Every)),
		jsontree.On("grace", d.Duration(&p.Grace)),
		jsontree.On("skew", d.Duration(&p.Skew)),
		jsontree.On("since", d.Instant(&p.Since)),
	)
	d.valid(path, p)
	return p
}
