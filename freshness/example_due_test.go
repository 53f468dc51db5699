package freshness_test

import (
	"errors"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// A deadline that is judged in office hours alone is not missed at the weekend: those due instants are excused.
func ExampleDues() {
	office := schedule.MustCalendar(schedule.Hours{
		Weekly: schedule.Weekdays(schedule.TimeRange{Open: 9 * time.Hour, Close: 17 * time.Hour}),
	})
	policy := freshness.During{Hours: office, Policy: freshness.Deadline{Due: schedule.Daily(8, 0, time.UTC)}}

	friday := time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)
	for due := range freshness.Dues(policy, friday, friday.AddDate(0, 0, 4)) {
		fmt.Println(due.At.Format("Mon 15:04"), due.Excused)
	}
	next, ok := freshness.NextDue(policy, friday.Add(9*time.Hour))
	fmt.Println(next.Format("Mon 15:04"), ok)
	// Output:
	// Fri 08:00 none
	// Sat 08:00 outside-hours
	// Sun 08:00 outside-hours
	// Mon 08:00 none
	// Mon 08:00 true
}

// One of two exports is enough. The result is that of the better one; Results yields both.
func ExampleAnyOf_Results() {
	policy := freshness.AnyOf{
		freshness.MaxAge{Fail: time.Hour},
		freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)},
	}
	now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	landed := freshness.LandedAt(now.Add(-150 * time.Minute)) // 06:30

	fmt.Println(policy.Check(landed, now))
	for r := range policy.Results(landed, now) {
		fmt.Println("-", r)
	}
	// Output:
	// fresh (on-time): landed 2026-03-04 06:30:00 UTC, due 2026-03-05 07:00:00 UTC, 22h left
	// - stale (past-limit): landed 2026-03-04 06:30:00 UTC, due 2026-03-04 07:30:00 UTC, overdue 1h 30m
	// - fresh (on-time): landed 2026-03-04 06:30:00 UTC, due 2026-03-05 07:00:00 UTC, 22h left
}

// A policy with faults measures nothing. A service that reads policies from a file tells that from a broken source.
func ExamplePolicy_invalid() {
	policy := freshness.MaxAge{Warn: 2 * time.Hour, Fail: time.Hour}
	now := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)

	result := policy.Check(freshness.LandedAt(now), now)
	fmt.Println(result.Status, result.Reason, errors.Is(result.Err, freshness.ErrInvalid))
	fmt.Println(policy.Validate())
	// Output:
	// unknown not-measured true
	// warn: 2h0m0s is longer than fail, 1h0m0s
}
