package freshness

import (
	"errors"
	"time"

	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
)

// A Result is the outcome of a check at one instant. The zero Result is
// [Unknown], for nothing was judged.
//
// Instants that do not exist are zero times: test them with IsZero.
// Durations saturate at the longest and shortest that a [time.Duration]
// holds, 292 years, and never wrap: a landing in the year 1 is that old.
// A Result prints as one line ([Result.String]), is logged as a group
// ([Result.LogValue]) and travels as JSON ([Result.MarshalJSON]).
type Result struct {
	// Asset and Check name what was judged, and by which check. A policy
	// leaves them empty: Check.Judge sets them.
	Asset, Check string

	Status Status
	Reason Reason

	// At is the instant that was judged.
	At time.Time

	// Landed reports whether anything has landed. Landing is then the newest.
	Landed  bool
	Landing Landing

	// Due is the instant at which data is or was due: the next one as long
	// as the promise is kept, the missed one when it is broken.
	// Zero: nothing is due.
	Due time.Time

	// Slack is the time from At to Due. Negative: overdue.
	Slack time.Duration

	// LastDue is the last due instant that is settled: passed and landed for, or
	// missed (then the status is Stale and LastDue equals Due). Zero: none.
	LastDue time.Time

	// Late is how long after LastDue the data for it landed.
	// Zero: not late, or missed.
	Late time.Duration

	// Age is the time from the newest landing to At, in working time when the
	// policy counts in working time. Negative: the landing lies in the
	// future. Zero when nothing has landed.
	Age time.Duration

	// FreshUntil is the last instant up to which the promise cannot break,
	// though nothing more lands. Zero: it is broken or could not be judged,
	// or it cannot break any more.
	FreshUntil time.Time

	// NextCheck is the first instant after At at which the result can change,
	// though nothing more lands. Zero: only a landing can change it.
	NextCheck time.Time

	// Until is the end of the pause or of the closed hours, when the reason
	// is one of these two. Zero: without end.
	Until time.Time

	// Err is why the state could not be measured, and nil otherwise.
	Err error
}

// NotMeasured returns the result of a check that could not be made:
// [Unknown], for [ReasonNotMeasured], because of err. A nil err is replaced by
// an error without a cause, and one whose Error method panics by one that
// describes it.
func NotMeasured(err error, now time.Time) Result {
	if err == nil {
		err = errNoCause
	}
	return Result{Reason: ReasonNotMeasured, At: now.Round(0), Err: fault.Readable(err)}
}

var errNoCause = errors.New("freshness: not measured, and no cause was given")

// Kept reports whether the promise is kept: the status is [Fresh] or
// [AtRisk].
func (r Result) Kept() bool { return r.Status == Fresh || r.Status == AtRisk }

// because returns r with its status, its reason and what it is judged against.
func (r Result) because(s Status, why Reason, due time.Time) Result {
	r.Status, r.Reason, r.Due = s, why, due
	if !due.IsZero() {
		r.Slack = due.Sub(r.At)
	}
	return r
}

// begin fills in what every result begins with: the instant, the newest landing
// and its age. It returns false, with the result complete, if that landing
// lies more than skew after now. The monotonic clock reading is dropped, for
// it would compare instants differently before and after a round trip.
func begin(landed Landings, now time.Time, skew time.Duration) (Result, bool) {
	r := Result{At: now.Round(0)}
	if r.Landing, r.Landed = landed.Newest(); !r.Landed {
		return r, true
	}
	r.Landing.At = r.Landing.At.Round(0)
	r.Age = r.At.Sub(r.Landing.At)
	counts := exact.AddTime(r.Landing.At, -skew)
	if r.At.Before(counts) {
		r.Reason, r.NextCheck = ReasonInFuture, counts
		return r, false
	}
	r.Age = max(r.Age, 0)
	return r, true
}
