package freshness

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// During is a policy that is judged in working time alone. Outside, the
// answer is Unknown, outside hours, and Until is the next opening: nobody is
// called at night, and nothing passes as fresh either. Its NextCheck is no
// later than the next closing.
//
// It says when to judge. To leave closed hours out of an age, set the Hours of
// [MaxAge]; to leave closed days out of a schedule, see
// [schedule.Schedule.SkipClosed].
//
// The zero During holds no policy and no hours, and is not valid.
type During struct {
	// Policy is judged while the calendar is open. It must be set.
	Policy Policy

	// Hours are the working time. They must be set.
	Hours schedule.Calendar
}

// Validate refuses a missing policy and its faults, and missing hours.
func (p During) Validate() error {
	var f faults
	f.policy("policy", p.Policy)
	if p.Hours.IsZero() {
		f.add("hours", "are missing")
	}
	return f.err()
}

// Check judges with the policy while the calendar is open. See [Policy].
func (p During) Check(landed Landings, now time.Time) Result {
	now = now.Round(0)
	if p.Hours.IsZero() {
		return NotMeasured(ErrInvalid, now)
	}
	if !p.Hours.Open(now) {
		return notJudged(landed, now, ReasonOutsideHours, orNever(p.Hours.NextOpening(now)))
	}
	r := checkPart(p.Policy, landed, now)
	r.NextCheck = earlier(r.NextCheck, orNever(p.Hours.NextClosing(now)))
	return r
}

// notJudged returns the result of a policy that is not asked until an instant.
func notJudged(landed Landings, now time.Time, why Reason, until time.Time) Result {
	r, _ := begin(landed, now, 0)
	r = r.because(Unknown, why, time.Time{})
	r.Until, r.NextCheck = until, until
	return r
}

// orNever returns the zero time where there is no instant.
func orNever(t time.Time, ok bool) time.Time {
	if !ok {
		return time.Time{}
	}
	return t
}
