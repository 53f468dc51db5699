package history_test

import (
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/history"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// Before a team promises "ready by 07:00", it asks what that promise would have come to last week.
func ExampleBacktest() {
	day := func(d, hour, minute int) time.Time {
		return time.Date(2026, time.March, d, hour, minute, 0, 0, time.UTC)
	}
	landed := freshness.LandedAt(
		day(2, 6, 15), day(3, 6, 10), day(4, 8, 30), // Wednesday is late
		day(5, 7, 0),                // exactly at the limit is in time
		day(6, 6, 20), day(8, 6, 5), // nothing on Saturday
	)
	policy := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour}

	result, err := history.Backtest(policy, landed, day(2, 0, 0), day(9, 0, 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range result.Outcomes {
		fmt.Println(o.Due.Format("Mon 15:04"), o)
	}
	share, _ := result.KeptShare()
	fmt.Printf("kept %d of %d: %.1f%%; at most %d misses in a row\n", result.Kept(), result.Judged(), 100*share, result.Streak)
	// Output:
	// Mon 07:00 on time
	// Tue 07:00 on time
	// Wed 07:00 late 1h 30m
	// Thu 07:00 on time
	// Fri 07:00 on time
	// Sat 07:00 missing
	// Sun 07:00 on time
	// kept 5 of 7: 71.4%; at most 1 misses in a row
}

// An age limit has no due instants: the result lists when it was broken.
func ExampleBacktestResult_TimeShare() {
	day := func(d, hour int) time.Time { return time.Date(2026, time.March, d, hour, 0, 0, 0, time.UTC) }
	landed := freshness.LandedAt(day(2, 0), day(3, 0), day(5, 0))

	result, err := history.Backtest(freshness.MaxAge{Fail: 30 * time.Hour}, landed, day(2, 0), day(6, 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, breach := range result.Breaches {
		fmt.Println("stale from", breach.Start.Format("02 15:04"), "until", breach.End.Format("02 15:04"))
	}
	share, _ := result.TimeShare()
	fmt.Printf("kept %.2f%% of the time\n", 100*share)
	// Output:
	// stale from 04 06:00 until 05 00:00
	// kept 81.25% of the time
}

// The longest breach is what a team has to explain first.
func ExampleBacktestResult_WorstBreach() {
	day := func(d, hour int) time.Time { return time.Date(2026, time.March, d, hour, 0, 0, 0, time.UTC) }
	landed := freshness.LandedAt(day(2, 0), day(4, 0), day(7, 0))

	result, err := history.Backtest(freshness.MaxAge{Fail: 30 * time.Hour}, landed, day(2, 0), day(8, 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	worst, ok := result.WorstBreach()
	fmt.Println(ok, worst.Start.Format("02 15:04"), worst.End.Format("02 15:04"), worst.Why, "of", len(result.Breaches))
	// Output:
	// true 05 06:00 07 00:00 past-limit of 2
}

// Data that comes within the grace is late, and the promise is kept all the same.
func ExampleOutcome_Kept() {
	day := func(d, hour, minute int) time.Time {
		return time.Date(2026, time.March, d, hour, minute, 0, 0, time.UTC)
	}
	policy := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Grace: 30 * time.Minute}
	landed := freshness.LandedAt(day(2, 7, 30), day(3, 7, 31))

	result, err := history.Backtest(policy, landed, day(2, 0, 0), day(4, 0, 0))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, o := range result.Outcomes {
		fmt.Println(o, "kept:", o.Kept(), "judged:", o.Judged())
	}
	// Output:
	// late 30m, within the grace kept: true judged: true
	// late 31m kept: false judged: true
}
