package freshness_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
)

// AtLeast is a policy of one's own: so many landings within so long. It is
// pure, returns when its result can change, and combines with the others.
type AtLeast struct {
	Count  int
	Within time.Duration
}

// Validate refuses what can never or always be kept.
func (p AtLeast) Validate() error {
	if p.Count < 1 || p.Within <= 0 {
		return &freshness.FieldError{Path: "count", Err: errors.New("count and within must be above zero")}
	}
	return nil
}

// Check counts the landings of the time before now.
func (p AtLeast) Check(landed freshness.Landings, now time.Time) freshness.Result {
	r := freshness.Result{At: now, Status: freshness.Stale, Reason: freshness.ReasonPastLimit}
	r.Landing, r.Landed = landed.Newest()
	if len(landed) < p.Count {
		return r
	}
	r.Due = landed[len(landed)-p.Count].At.Add(p.Within)
	r.Slack = r.Due.Sub(now)
	if !now.After(r.Due) {
		r.Status, r.Reason = freshness.Fresh, freshness.ReasonOnTime
		r.FreshUntil, r.NextCheck = r.Due, r.Due.Add(1)
	}
	return r
}

func ExamplePolicy() {
	p := freshness.AllOf{AtLeast{Count: 2, Within: time.Hour}, freshness.MaxAge{Fail: 40 * time.Minute}}
	noon := time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC)
	landed := freshness.LandedAt(noon.Add(-50*time.Minute), noon.Add(-10*time.Minute))
	r := p.Check(landed, noon)
	fmt.Println(r.Status, "until", r.FreshUntil.Format(time.TimeOnly))
	// Output:
	// fresh until 12:10:00
}
