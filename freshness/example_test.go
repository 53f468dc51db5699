package freshness_test

import (
	"context"
	"fmt"
	"time"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/schedule"
)

// Orders must have landed by 07:00 in Dublin; an hour before, somebody should
// know. The same policy is asked at four instants of one morning.
func Example() {
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		fmt.Println(err)
		return
	}
	by7 := freshness.Deadline{Due: schedule.Daily(7, 0, dublin), Warn: time.Hour}
	morning := time.Date(2021, 3, 4, 0, 0, 0, 0, dublin)
	landed := freshness.LandedAt(morning.Add(-18*time.Hour), morning.Add(8*time.Hour))

	for _, hour := range []time.Duration{5, 6, 7, 8} {
		now := morning.Add(hour*time.Hour + 30*time.Minute)
		known := landed[:1] // what has landed by now
		if now.After(landed[1].At) {
			known = landed
		}
		fmt.Println(by7.Check(known, now))
	}
	// Output:
	// fresh (not-due): landed 2021-03-03 06:00:00 GMT, due 2021-03-04 07:00:00 GMT, 1h 30m left
	// at-risk (past-warning): landed 2021-03-03 06:00:00 GMT, due 2021-03-04 07:00:00 GMT, 30m left
	// stale (past-limit): landed 2021-03-03 06:00:00 GMT, due 2021-03-04 07:00:00 GMT, overdue 30m
	// fresh (late): landed 2021-03-04 08:00:00 GMT, 1h late for 2021-03-04 07:00:00 GMT, due 2021-03-05 07:00:00 GMT, 22h 30m left
}

func ExampleDeadline() {
	by7 := freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Warn: time.Hour, Grace: 15 * time.Minute}
	day := func(d, h, m int) time.Time { return time.Date(2021, 3, d, h, m, 0, 0, time.UTC) }
	landed := freshness.LandedAt(day(3, 6, 30), day(4, 9, 0))

	for _, now := range []time.Time{
		day(4, 6, 0),           // exactly at the warning: not past it
		day(4, 7, 0),           // exactly due: the promise includes its limit
		day(4, 7, 15),          // exactly at the end of the grace
		day(4, 7, 15).Add(1),   // a nanosecond later it is broken
		day(4, 9, 0),           // the late landing clears it, and stays late
		day(5, 0, 0).Add(-1e9), // a second before midnight
	} {
		known := landed[:1]
		if !now.Before(landed[1].At) {
			known = landed
		}
		r := by7.Check(known, now)
		fmt.Println(now.Format("02 15:04:05"), r.Status, r.Reason, r.Late)
	}
	// Output:
	// 04 06:00:00 fresh not-due 0s
	// 04 07:00:00 at-risk past-warning 0s
	// 04 07:15:00 at-risk in-grace 0s
	// 04 07:15:00 stale past-limit 0s
	// 04 09:00:00 fresh late 2h0m0s
	// 04 23:59:59 fresh not-due 2h0m0s
}

// Clocks in Dublin went forward in the night of 28 March 2021, and 07:00 came
// an hour earlier. A deadline of an hour ago by yesterday's clock is missed.
func ExampleDeadline_dst() {
	dublin, err := time.LoadLocation("Europe/Dublin")
	if err != nil {
		fmt.Println(err)
		return
	}
	by7 := freshness.Deadline{Due: schedule.Daily(7, 0, dublin)}
	landed := freshness.LandedAt(time.Date(2021, 3, 27, 6, 30, 0, 0, time.UTC))
	for day := 27; day <= 28; day++ {
		r := by7.Check(landed, time.Date(2021, 3, day, 6, 30, 0, 0, time.UTC))
		fmt.Println(r.Status, "due", r.Due.UTC().Format(time.RFC3339))
	}
	// Output:
	// fresh due 2021-03-27T07:00:00Z
	// stale due 2021-03-28T06:00:00Z
}

// On Monday morning nothing new has landed since Friday, and nothing should have.
func ExampleDeadline_weekend() {
	workdays := freshness.Deadline{Due: schedule.MustParse("0 7 * * mon-fri"), Warn: time.Hour}
	friday := time.Date(2021, 3, 5, 6, 30, 0, 0, time.UTC)
	for _, days := range []int{1, 2, 3} {
		r := workdays.Check(freshness.LandedAt(friday), friday.AddDate(0, 0, days))
		fmt.Println(r.At.Weekday(), r.Status, r.Reason, "look again", r.NextCheck.Format("Mon 15:04"))
	}
	// Output:
	// Saturday fresh on-time look again Sat 19:00
	// Sunday fresh not-due look again Mon 06:00
	// Monday at-risk past-warning look again Mon 07:00
}

// A table that was loaded again is not a table with today's data, and half a
// load is not a load.
func ExampleDeadline_partition() {
	p := freshness.Deadline{
		Due: schedule.Daily(7, 0, time.UTC), Partition: time.DateOnly, DaysBack: 1, MinRows: 1000,
	}
	now := time.Date(2021, 3, 4, 8, 0, 0, 0, time.UTC)
	repaired := freshness.Landing{At: now.Add(-4 * time.Hour), Partition: "2021-03-02", Rows: 5000}
	half := freshness.Landing{At: now.Add(-3 * time.Hour), Partition: "2021-03-03", Rows: 512}
	full := freshness.Landing{At: now.Add(-2 * time.Hour), Partition: "2021-03-03", Rows: 1024}

	landed := freshness.Landings{}
	for _, l := range []freshness.Landing{repaired, half, full} {
		landed = landed.Add(l)
		r := p.Check(landed, now)
		fmt.Println(r.Status, r.Reason)
	}
	// Output:
	// stale past-limit
	// stale partial
	// fresh on-time
}

func ExampleMaxAge() {
	hourly := freshness.MaxAge{Warn: time.Hour, Fail: 2 * time.Hour}
	now := time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC)

	fmt.Println(hourly.Check(freshness.LandedAt(now.Add(-time.Hour)), now).Status)             // exactly the limit is kept
	fmt.Println(hourly.Check(freshness.LandedAt(now.Add(-time.Hour-1)), now).Status)           // a nanosecond more is not
	fmt.Println(hourly.Check(nil, now).Reason)                                                 // nothing is not the same as old
	fmt.Println(hourly.Check(freshness.LandedAt(time.Time{}), now).Age > 200*365*24*time.Hour) // the year 1, from an empty table
	fmt.Println(hourly.Check(freshness.LandedAt(now.Add(time.Minute)), now).Reason)            // a clock is wrong somewhere
	hourly.Skew = 5 * time.Minute
	fmt.Println(hourly.Check(freshness.LandedAt(now.Add(time.Minute)), now).Reason)
	// Output:
	// fresh
	// at-risk
	// never-landed
	// true
	// in-future
	// on-time
}

// "At most 12 working hours old": a table that landed on Friday afternoon is
// not old on Monday morning.
func ExampleMaxAge_workingHours() {
	office, err := schedule.ParseCalendar("mon-fri 09:00-17:00")
	if err != nil {
		fmt.Println(err)
		return
	}
	p := freshness.MaxAge{Fail: 12 * time.Hour, Hours: office}
	friday := time.Date(2021, 3, 5, 15, 0, 0, 0, time.UTC)
	for _, hours := range []time.Duration{24, 66, 92} {
		r := p.Check(freshness.LandedAt(friday), friday.Add(hours*time.Hour))
		fmt.Println(r.At.Format("Mon 15:04"), r.Status, r.Age)
	}
	fmt.Println("until", p.Check(freshness.LandedAt(friday), friday).FreshUntil.Format("Mon 15:04"))
	// Output:
	// Sat 15:00 fresh 2h0m0s
	// Mon 09:00 fresh 2h0m0s
	// Tue 11:00 fresh 12h0m0s
	// until Tue 11:00
}

func ExampleCadence() {
	heartbeat := freshness.Cadence{Every: 15 * time.Minute, Grace: 5 * time.Minute}
	noon := time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC)
	fmt.Println(heartbeat.Check(nil, noon)) // nothing has armed it yet

	beats := freshness.LandedAt(noon)
	for _, minutes := range []time.Duration{15, 20, 21} {
		r := heartbeat.Check(beats, noon.Add(minutes*time.Minute))
		fmt.Println(r.Status, r.Reason, r.Slack)
	}
	// Output:
	// unknown (not-due): nothing landed
	// fresh on-time 0s
	// at-risk in-grace -5m0s
	// stale past-limit -6m0s
}

// A feed that trickles all day must also be complete by 07:00. The deadline is
// missed, however fresh the last row is.
func ExampleAllOf() {
	p := freshness.AllOf{
		freshness.MaxAge{Fail: time.Hour},
		freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC), Lookback: 10 * time.Minute, MinRows: 100},
	}
	now := time.Date(2021, 3, 4, 8, 0, 0, 0, time.UTC)
	landed := freshness.Landings{{At: now.Add(-5 * time.Minute), Rows: 3}}
	fmt.Println(p.Check(landed, now))
	for r := range p.Results(landed, now) {
		fmt.Println("-", r.Status, r.Reason)
	}
	// Output:
	// stale (partial): landed 2021-03-04 07:55:00 UTC, due 2021-03-04 07:00:00 UTC, overdue 1h
	// - fresh on-time
	// - stale partial
}

// Either the nightly load or the hourly one will do.
func ExampleAnyOf() {
	p := freshness.AnyOf{
		freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)},
		freshness.MaxAge{Fail: 2 * time.Hour},
	}
	now := time.Date(2021, 3, 4, 6, 0, 0, 0, time.UTC)
	landed := freshness.LandedAt(now.Add(-23 * time.Hour))
	fmt.Println(p.Check(landed, now).Status, "until", p.Check(landed, now).FreshUntil.Format(time.TimeOnly))
	// Output:
	// fresh until 07:00:00
}

func ExamplePaused() {
	p := freshness.Paused{
		Policy: freshness.MaxAge{Fail: time.Hour},
		Starts: schedule.MustParse("0 2 * * sun"), Lasts: 3 * time.Hour, // the weekly upgrade
		Spans: []freshness.Span{{
			Start: time.Date(2021, 3, 7, 5, 0, 0, 0, time.UTC),
			End:   time.Date(2021, 3, 7, 6, 0, 0, 0, time.UTC),
			Why:   "it takes longer this time",
		}},
	}
	sunday := time.Date(2021, 3, 7, 0, 0, 0, 0, time.UTC)
	for _, hour := range []time.Duration{1, 4, 6} {
		fmt.Println(p.Check(freshness.LandedAt(sunday), sunday.Add(hour*time.Hour)))
	}
	// Output:
	// fresh (on-time): landed 2021-03-07 00:00:00 UTC, due 2021-03-07 01:00:00 UTC, 0s left
	// unknown (paused): landed 2021-03-07 00:00:00 UTC, age 4h, until 2021-03-07 06:00:00 UTC
	// stale (past-limit): landed 2021-03-07 00:00:00 UTC, due 2021-03-07 01:00:00 UTC, overdue 5h
}

func ExampleSpan_Contains() {
	noon := time.Date(2021, 3, 4, 12, 0, 0, 0, time.UTC)
	s := freshness.Span{Start: noon, End: noon.Add(time.Hour)}
	fmt.Println(s.Contains(s.Start), s.Contains(s.End)) // the end is not part of it
	// Output:
	// true false
}

func ExampleDuring() {
	office, err := schedule.ParseCalendar("mon-fri 09:00-17:00")
	if err != nil {
		fmt.Println(err)
		return
	}
	p := freshness.During{Policy: freshness.MaxAge{Fail: time.Hour}, Hours: office}
	friday := time.Date(2021, 3, 5, 16, 30, 0, 0, time.UTC)
	landed := freshness.LandedAt(friday.Add(-2 * time.Hour))
	fmt.Println(p.Check(landed, friday).Status)
	fmt.Println(p.Check(landed, friday.Add(time.Hour)))
	// Output:
	// stale
	// unknown (outside-hours): landed 2021-03-05 14:30:00 UTC, age 3h, until 2021-03-08 09:00:00 UTC
}

// told is a source that a program fills itself.
type told struct{ landed freshness.Landings }

func (s told) Landings(context.Context) (freshness.Landings, error) { return s.landed, nil }

// Any type with the method Landings is a source. A check asks it and applies a policy.
func ExampleCheck() {
	seven := time.Date(2026, 3, 4, 7, 0, 0, 0, time.UTC)
	check := freshness.Check{
		Asset:  "mart.orders",
		Policy: freshness.Deadline{Due: schedule.Daily(7, 0, time.UTC)},
		Source: told{freshness.LandedAt(seven.Add(-40 * time.Minute))},
	}
	fmt.Println(check.Run(context.Background(), seven.Add(time.Minute)))
	// Output:
	// mart.orders: fresh (on-time): landed 2026-03-04 06:20:00 UTC, due 2026-03-05 07:00:00 UTC, 23h 59m left
}
