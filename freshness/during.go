package freshness

import (
	"time"

	"github.com/alwaysp1/alwaysp1/freshness/schedule"
	"github.com/alwaysp1/alwaysp1/internal/exact"
	"github.com/alwaysp1/alwaysp1/internal/fault"
	"github.com/alwaysp1/alwaysp1/internal/jsontree"
)

// During is a policy that is judged in working time alone. Outside, the result is Unknown, outside
// hours, with the next opening in Until: no one is called at night, and nothing passes as fresh
// either. Its NextCheck is no later than the next closing.
//
// It limits when the policy is judged. To leave closed hours out of an age, set the Hours of
// [MaxAge]; to leave closed days out of a schedule, see [schedule.Schedule.SkipClosed].
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
	var f fault.List
	f.Below("policy", ValidatePolicy(p.Policy))
	if p.Hours.IsZero() {
		f.Add("hours", "are missing")
	}
	return f.Err()
}

// Check judges with the policy while the calendar is open. See [Policy].
func (p During) Check(landed Landings, now time.Time) Result {
	now = now.Round(0)
	if p.Hours.IsZero() {
		return NotMeasured(ErrInvalid, now)
	}
	if !p.Hours.IsOpen(now) {
		return NotJudged(landed, now, ReasonOutsideHours, orNever(p.Hours.NextOpening(now)))
	}
	r := checkPart(p.Policy, landed, now)
	r.NextCheck = exact.Earlier(r.NextCheck, orNever(p.Hours.NextClosing(now)))
	return r
}

// NotJudged returns the result of a policy that is not judged until an instant, zero for ever:
// [Unknown] for the given reason, which is ReasonPaused or ReasonOutsideHours.
func NotJudged(landed Landings, now time.Time, why Reason, until time.Time) Result {
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

func (p During) encode(f *fault.List, path string) (string, any) {
	return "during", struct {
		Policy map[string]any    `json:"policy"`
		Hours  schedule.Calendar `json:"hours"`
	}{encodeTree(f, fault.Join(path, "policy"), p.Policy), p.Hours}
}

func decodeDuring(d *decoder, path string, v jsontree.Value, depth int) Policy {
	var p During
	d.Object(path, v,
		jsontree.On("policy", d.inner(&p.Policy, depth)),
		jsontree.On("hours", d.Unmarshal(&p.Hours)),
	)
	d.valid(path, p)
	return p
}

// Unwrap returns the policy that is judged in working time.
func (p During) Unwrap() Policy { return p.Policy }
