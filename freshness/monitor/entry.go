package monitor

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// An entry is what a monitor knows about a check.
//
// Only the goroutine of Run uses landed, call, suspect and changes. The monitor's mutex guards the
// rest.
type entry struct {
	check freshness.Check

	landed  freshness.Landings // what the source has reported so far, as far as the policy needs it
	call    *call              // under way, or hung
	suspect bool               // the last call did not return in time
	changes changes

	last    freshness.Result
	seen    bool      // there is a last result
	next    time.Time // when to run the check again
	queued  bool      // it is in the queue, at index
	index   int
	again   bool // run again at once: something changed while the check was out of the queue
	paused  bool
	until   time.Time // end of the pause; zero: none
	removed bool
}

// pausedAt reports whether the entry is paused, and until when. A pause that has ended is
// forgotten.
func (e *entry) pausedAt(now time.Time) (until time.Time, paused bool) {
	if e.paused && !e.until.IsZero() && !now.Before(e.until) {
		e.paused = false
	}
	return e.until, e.paused
}

// pausedResult returns the result of a check that is paused.
func (e *entry) pausedResult(until, now time.Time) freshness.Result {
	r := freshness.NotJudged(e.landed, now, freshness.ReasonPaused, until)
	r.Asset, r.Check = e.check.Asset, e.check.ID()
	return r
}
