// Package history learns from the landings of the past: what a promise would have come to, when
// data usually lands, and whether it will be late today.
//
// It helps to set a target (SLO) before anybody promises it, and to warn before a due instant
// passes. All of it is computed from a list of landings, which [ReadLandings] reads from a file.
//
//   - [Backtest] judges a history with a policy. Its [BacktestResult] holds what became of each due
//     instant, as an [Outcome], and how long the status was fresh, at risk and stale.
//   - [Learn] makes a [Baseline]: when in the day an asset usually lands, and how long after the
//     landing before. Samples of durations are a [Distribution].
//   - [Baseline.Predict] makes a [Prediction] at an instant: the chance that data lands by a due
//     instant, and when to expect it.
//   - [Baseline.Suggest] makes a [Suggestion]: the tightest policy that the history would have kept
//     for a given share, with its backtest.
//
// A typical use, before a team promises "ready by 07:00":
//
//	landed, err := history.ReadLandings(file)
//	result, err := history.Backtest(policy, landed, from, to)
//	fmt.Println(result) // kept 701 of 752, and each miss
//
// # How much history is enough?
//
// [Learn] needs 14 days with a landing, a weekday is judged by itself from 8 of them on, and a
// prediction needs 5 days, or gaps, on which the data had not landed by that time either. Below
// these there is a [SampleError] and never a number. So it is in the first outage of its length.
//
// # Is it exact?
//
// Counts and times are exact, to the nanosecond. Shares, chances and quantiles are float64, rounded
// once; each documents its formula and where it comes from.
//
// # Concurrency
//
// Nothing reads a clock, does I/O beyond the reader it is given, or starts a goroutine. Results are
// values; a [Baseline] and a [Distribution] never change, and may be shared by several goroutines.
package history
