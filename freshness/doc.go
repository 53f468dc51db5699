// Package freshness decides whether data is fresh: when it must land, whether it did, by how much
// it was late, and when to look again.
//
// A [Policy] is the rule. Its method Check judges at an instant what has landed, and returns a
// [Result]. For most uses, write a [Deadline] ("landed by 07:00 in Dublin") or a [MaxAge] ("never
// older than two hours"), and call [Check.Run], or let package
// [github.com/alwaysp1/alwaysp1/freshness/monitor] run many checks.
//
//	by7 := freshness.Deadline{Due: schedule.Daily(7, 0, dublin), Warn: time.Hour}
//	r := by7.Check(freshness.LandedAt(landedAt), time.Now())
//	fmt.Println(r.Status, r.Slack, r.NextCheck)
//
// # Which rule is mine?
//
//	ready by a time of day, on some days            Deadline
//	… and today's partition, and all of it          Deadline with Partition, MinRows or MinPercent
//	never older than                                MaxAge
//	… in working time                               MaxAge with Hours
//	something at least every; a heartbeat           Cadence
//	each of these; one of these is enough           AllOf; AnyOf
//	not during maintenance; in working time alone   Paused; During
//	a new asset that has nothing to show yet        any of the first three, with Since
//	clocks that do not agree                        any of the first three, with Skew
//
// Rules are plain values. They nest in each other, travel as JSON
// ([EncodePolicy], [DecodePolicy]), and stand beside rules of your own.
//
// # What does the result mean?
//
// [Fresh]: the promise is kept. [AtRisk]: it is kept, but past the warning. [Stale]: it is broken.
// [Unknown]: nothing was due yet, or it could not be measured; that is never the same as fresh.
// [Result].Reason distinguishes these, and an empty table from an overdue one and from a broken
// probe.
//
// # When is it due?
//
// [Dues] yields the due instants of any policy, [NextDue] and [LastDues] those around an instant. A
// due instant that a [Paused] or a [During] never judges is excused.
//
// # When exactly is data late?
//
// Strictly after it was due. A promise includes its limit: data that lands at
// 07:00:00 sharp is in time, and an age of exactly two hours is not above
// two hours. All comparisons are of instants, to the nanosecond, so that
// NextCheck is often one nanosecond after a round time. Local times that clocks
// skip or repeat are resolved by package
// [github.com/alwaysp1/alwaysp1/freshness/schedule].
//
// # When do I look again?
//
// At [Result].NextCheck, and not before: until then the result stays the same unless something
// lands, and polling a warehouse costs money. How soon a landing must be noticed is up to the
// caller: [Check].Every.
//
// # What if the data is strange?
//
// Each corner has one result.
//
//	nothing ever landed                     its own reason, never a date
//	a zero or year-1 landing                a landing 2,000 years ago; its age saturates
//	a landing after the instant judged      Unknown, in-future, with a negative age;
//	                                        within the policy's Skew it counts
//	a clock that jumps back                 the result for the earlier instant; nothing is
//	                                        kept between two calls
//	a limit of zero                         no such limit
//	a limit of the longest time.Duration    compared exactly; a year-1 landing is older
//	a policy with faults                    Unknown, not measured, ErrInvalid
//	landings out of order                   not defined, but no panic: see Landings.Sort
//
// # Does it read the clock, or start anything?
//
// No. Policies read no clock, do no I/O, keep nothing and allocate nothing. A [Check] asks its
// [Source] once, in the caller's goroutine.
//
// # What was usual?
//
// Package [github.com/alwaysp1/alwaysp1/freshness/history] learns when data usually lands,
// predicts, and computes what a policy would have decided in the past.
//
// # Concurrency
//
// Policies, results and landings are values that no function of this package changes: goroutines
// may share them, as long as none of them changes them.
//
// # Compatibility
//
// Until version 1 names may change. The meaning of a result will not: limits belong to the promise,
// unknown is not fresh, and text and JSON that were written can be read.
package freshness
